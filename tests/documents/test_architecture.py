"""What the documents name exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tokimori"
NAMED = re.compile(r"`([a-z_/]+\.py)` `([a-z_]+)\(\)`(?: · `([a-z_]+)\(\)`)?")


def named_functions() -> list[tuple[str, str]]:
    texts = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("architecture.md", "security-flow.md")]
    text = "\n".join(texts)
    found = [(match[1], name) for match in NAMED.finditer(text) for name in match.groups()[1:] if name]
    assert len(found) > 12
    return found


@pytest.mark.parametrize(("file", "function"), named_functions())
def test_each_function_that_a_document_names_exists(file: str, function: str) -> None:
    tree = ast.parse((SOURCE / file).read_text(encoding="utf-8"))

    assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/security-flow.md"])
def test_each_path_that_a_document_names_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:docs|src|tests|tools|bench)/[\w./-]+)`", text)

    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_each_decision_is_listed_and_each_listed_one_is_there() -> None:
    decisions = ROOT / "docs" / "decisions"
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (decisions / "README.md").read_text(encoding="utf-8"))

    assert listed == sorted(path.name for path in decisions.glob("0*.md"))
