"""The worked cases that everybody who calculates is measured by, through the door that anyone can use."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tokimori.interfaces.cases import answer_cases
from tokimori.interfaces.cases.kinds import KINDS

PUBLISHED: Final = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "labour.json"


def cases() -> list[dict[str, Any]]:
    return json.loads(PUBLISHED.read_text(encoding="utf-8")) if PUBLISHED.exists() else []


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published cases lie beside the repository, not in it")
@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['id']} {case['kind']}")
def test_a_published_case_comes_out_as_published(case: dict[str, Any]) -> None:
    if case["kind"] not in KINDS:
        pytest.skip(f"{case['kind']} is not answered yet")
    (answered,) = answer_cases(json.dumps(case).encode(), with_steps=True)
    assert "result" in answered, answered
    for key, expected in case["expected"].items():
        if "published" in key and key not in answered["result"]:
            continue
        assert_same(key, expected, answered["result"][key])


def assert_same(key: str, expected: Any, actual: Any) -> None:
    if isinstance(expected, dict):
        assert expected.keys() <= actual.keys(), key
        for name, one in expected.items():
            assert_same(f"{key}.{name}", one, actual[name])
    elif isinstance(expected, list):
        assert len(expected) == len(actual), key
        for number, (one, other) in enumerate(zip(expected, actual, strict=True)):
            assert_same(f"{key}[{number}]", one, other)
    elif isinstance(expected, float) and not isinstance(expected, bool):
        assert actual == pytest.approx(expected, abs=0.01), key
    else:
        assert actual == expected, key
