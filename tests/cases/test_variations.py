"""Our own cases of every kind, worked out by hand from the rules: other numbers, the days of other laws, every edge.

``variations.json`` has the shape of the published cases; ``note`` says how a result that is not plain to see comes about.
Of each case, whatever is none of the format is refused with the path of the key.
"""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from cases.test_published_cases import assert_same
from tokimori.interfaces.cases import answer_cases
from tokimori.interfaces.cases.kinds import KINDS

TABLE: Final = Path(__file__).with_name("variations.json")


def table() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def one_of_each_kind() -> list[dict[str, Any]]:
    return list({case["kind"]: case for case in table()}.values())


def answered(case: dict[str, Any]) -> dict[str, Any]:
    (answer,) = answer_cases(json.dumps(case).encode(), with_steps=False)
    return answer


@pytest.mark.parametrize("case", table(), ids=lambda case: f"{case['id']} {case['kind']}")
def test_a_case_comes_out_as_worked_out_by_hand(case: dict[str, Any]) -> None:
    answer = answered(case)
    assert "result" in answer, answer
    for key, expected in case["expected"].items():
        assert_same(key, expected, answer["result"][key])


def test_every_kind_has_variations() -> None:
    assert {case["kind"] for case in table()} == set(KINDS)
    assert len({case["id"] for case in table()}) == len(table())


def objects(value: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object inside a value with its path. Objects whose keys are dates have no fixed keys."""
    if isinstance(value, dict):
        if not path.endswith("original_designation"):
            yield path, value
        for key, inner in value.items():
            yield from objects(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from objects(inner, f"{path}[{number}]")


@pytest.mark.parametrize("case", one_of_each_kind(), ids=lambda case: case["kind"])
def test_an_unknown_key_is_refused_wherever_it_stands(case: dict[str, Any]) -> None:
    paths = [path for path, _ in objects(case["inputs"], "inputs")]
    for number, path in enumerate(paths):
        broken = copy.deepcopy(case)
        [one for _, one in objects(broken["inputs"], "inputs")][number]["colour"] = "red"

        refused = answered(broken)["refused"]
        assert f"{path}.colour" in [one["path"] for one in refused], refused


@pytest.mark.parametrize("case", one_of_each_kind(), ids=lambda case: case["kind"])
def test_a_value_of_no_sense_is_refused_at_its_key(case: dict[str, Any]) -> None:
    for key in case["inputs"]:
        broken = {**case, "inputs": {**case["inputs"], key: {"no": ["sense"]}}}

        refused = answered(broken)["refused"]
        assert all(one["path"].startswith(f"inputs.{key}") for one in refused), refused


@pytest.mark.parametrize("case", one_of_each_kind(), ids=lambda case: case["kind"])
def test_a_key_that_is_needed_is_missed_by_its_path(case: dict[str, Any]) -> None:
    fields = {field.alias or name: field for name, field in KINDS[case["kind"]].inputs.model_fields.items()}
    for key, field in fields.items():
        if not field.is_required():
            continue
        broken = {**case, "inputs": {name: value for name, value in case["inputs"].items() if name != key}}

        assert [one["path"] for one in answered(broken)["refused"]] == [f"inputs.{key}"]


def test_what_is_refused_stops_no_other() -> None:
    cases = one_of_each_kind()
    broken = [{**case, "inputs": {**case["inputs"], "colour": "red"}} for case in cases]
    mixed = [one for pair in zip(cases, broken, strict=True) for one in pair]

    found = answer_cases(json.dumps(mixed).encode(), with_steps=False)

    assert ["result" in one for one in found] == [True, False] * len(cases)
    assert [one["id"] for one in found] == [one["id"] for one in mixed]
