import ast
from pathlib import Path

import pytest

import tokimori.engine

ROOM = Path(tokimori.engine.__file__).parent
ALLOWED = frozenset(
    {
        "bisect",
        "collections",
        "dataclasses",
        "datetime",
        "enum",
        "fractions",
        "functools",
        "itertools",
        "math",
        "typing",
    }
    | {"decimal", "zoneinfo"}
)
FORBIDDEN_CALLS = frozenset({"now", "utcnow", "today", "open", "print", "eval", "exec", "__import__"})


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.py")), ids=lambda path: path.name)
def test_engine_imports_nothing_that_could_surprise_it(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.split(".")[0] in ALLOWED or name.startswith("tokimori.engine"), f"{path.name}: {name}"


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.py")), ids=lambda path: path.name)
def test_engine_asks_neither_clock_nor_file(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            assert name not in FORBIDDEN_CALLS, f"{path.name}:{node.lineno}: {name}"
