"""What the page for customers tells them to type is what the programs take."""

import re
import shlex
from pathlib import Path

import pytest
import tokimori_verify
import tokimori_witness

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "verify.md").read_text(encoding="utf-8")
PARSERS = {"tokimori_verify.py": tokimori_verify.build_parser, "tokimori_witness.py": tokimori_witness.build_parser}


def commands() -> list[list[str]]:
    text = PAGE.replace("\\\n", " ")
    return [shlex.split(line)[1:] for line in re.findall(r"^ {4,}(python3 .*)$", text, flags=re.MULTILINE)]


def test_every_command_is_on_the_page() -> None:
    named = {(program, command) for program, command, *_ in commands()}
    assert {command for program, command in named if program == "tokimori_witness.py"} == {"generate", "serve", "watch"}
    wanted = {"checkpoint", "inclusion", "receipt", "export", "seal", "sheet", "log"}
    assert {command for program, command in named if program == "tokimori_verify.py"} == wanted


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_on_the_page_is_taken(words: list[str]) -> None:
    given = PARSERS[words[0]]().parse_args(words[1:])
    assert given.command == words[1]
