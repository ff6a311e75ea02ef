"""Each word of the glossary has its name in the code."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def names_in_code() -> set[str]:
    found: set[str] = set()
    for file in (ROOT / "src" / "tokimori").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.ClassDef() | ast.FunctionDef():
                    found.add(node.name)
                case ast.Name():
                    found.add(node.id)
                case ast.Attribute():
                    found.add(node.attr)
    return found


NAMES = names_in_code()
ROWS = [
    [cell.strip() for cell in line.strip("|\n ").split("|")]
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and "`" in line
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_word_has_its_name_in_the_code_and_its_translations(row: list[str]) -> None:
    english, japanese, thai, code = row
    (name,) = re.findall(r"`(\w+)`", code)

    assert name in NAMES
    assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", japanese), english
    assert re.search(r"[\u0e00-\u0e7f]", thai), english
