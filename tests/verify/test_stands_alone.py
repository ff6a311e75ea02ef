"""Both programs are single files for any Python from 3.9 on, with nothing but its standard library."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "verify"
PROGRAMS = sorted(FOLDER.glob("*.py"))
OLDEST = (3, 9)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_a_program_needs_nothing_but_python(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=OLDEST)
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level
            imported.add(str(node.module).split(".")[0])
    assert len(imported) > 5
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_a_program_runs_where_nothing_is_installed(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    command = [sys.executable, "-I", "-S", str(copy), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: S603 -- our own program
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: ")


def test_bad_usage_is_an_answer_too() -> None:
    command = [sys.executable, "-I", "-S", str(FOLDER / "tokimori_verify.py"), "checkpoint"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own program
    assert done.returncode == 2
    assert "CANNOT BE CHECKED" in done.stdout
    assert not done.stderr
