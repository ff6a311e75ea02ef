"""Every answer with its steps, as it was given before: what changes here changes what people were told.

``answers.json`` holds our own table of cases: inputs, result and steps. Write it again, and read the difference, by
``PYTHONPATH=src:tests .venv/bin/python tests/cases/test_answers.py``.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tokimori.interfaces.cases import answer_cases
from tokimori.interfaces.cases.kinds import KINDS

TABLE: Final = Path(__file__).with_name("answers.json")
KEYS: Final = ("id", "country", "system", "kind", "inputs")


def table() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def answered(case: dict[str, Any]) -> dict[str, Any]:
    (answer,) = answer_cases(json.dumps({key: case[key] for key in KEYS}).encode(), with_steps=True)
    plain: dict[str, Any] = json.loads(json.dumps(answer))
    return plain


@pytest.mark.parametrize("case", table(), ids=lambda case: f"{case['id']} {case['kind']}")
@pytest.mark.control(132)
def test_the_answer_and_its_steps_are_what_they_were(case: dict[str, Any]) -> None:
    answer = answered(case)

    assert {name: answer.get(name) for name in ("result", "steps")} == {
        "result": case["result"],
        "steps": case["steps"],
    }


def test_every_kind_is_in_the_table() -> None:
    assert {case["kind"] for case in table()} == set(KINDS)


if __name__ == "__main__":
    cases = [{**{key: case[key] for key in KEYS}, **answered(case)} for case in table()]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    TABLE.write_text(f"[{lines}]\n", encoding="utf-8")
