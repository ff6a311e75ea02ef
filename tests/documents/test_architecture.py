"""What the documents name exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tokimori"
NAMED = re.compile(r"`([a-z_/]+\.py)` `([a-z_]+)\(\)`(?: · `([a-z_]+)\(\)`)?")


def named_functions() -> list[tuple[str, str]]:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    found = [(match[1], name) for match in NAMED.finditer(text) for name in match.groups()[1:] if name]
    assert len(found) > 12
    return found


@pytest.mark.parametrize(("file", "function"), named_functions())
def test_each_function_that_the_architecture_names_exists(file: str, function: str) -> None:
    tree = ast.parse((SOURCE / file).read_text(encoding="utf-8"))

    assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_each_path_that_a_document_names_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:docs|src|tests|tools|bench)/[\w./-]+)`", text)

    assert [path for path in paths if not (ROOT / path).exists()] == []
