"""Whatever a file holds, each of its cases is answered or refused with a path; nothing else happens."""

import copy
import json
import random
from pathlib import Path
from typing import Any, Final

import pytest
from annotated_types import Ge, Gt, Le, Lt
from hypothesis import given
from hypothesis import strategies as st

from tokimori.interfaces.cases import answer_cases
from tokimori.interfaces.cases.case import CasesUnreadable
from tokimori.interfaces.cases.kinds import KINDS

TABLE: Final = Path(__file__).with_name("variations.json")
VALUES: Final = (
    None,
    True,
    -1,
    0,
    1,
    7,
    0.5,
    1e300,
    10**30,
    "",
    "x",
    "24:00",
    "99:99",
    "2025-02-29",
    "9999-12-31",
    [],
    {},
)

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_any_json_is_answered_or_refused(content: Any) -> None:
    for one in answer_cases(json.dumps(content).encode(), with_steps=True):
        assert ("result" in one) != ("refused" in one)


@given(st.binary(max_size=64))
def test_any_bytes_are_read_or_refused_as_a_whole(content: bytes) -> None:
    try:
        answered = answer_cases(content, with_steps=False)
    except CasesUnreadable:
        return
    assert isinstance(answered, list)


@pytest.mark.parametrize("seed", range(20))
def test_a_case_with_one_value_changed_is_answered_or_refused(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- repeatable, not secret
    cases = json.loads(TABLE.read_text(encoding="utf-8"))
    for case in cases:
        broken = copy.deepcopy(case)
        _break(broken["inputs"], chance)
        (one,) = answer_cases(json.dumps([broken]).encode(), with_steps=True)
        assert ("result" in one) != ("refused" in one), broken
        if "refused" in one:
            assert all(refusal["path"].startswith("inputs") for refusal in one["refused"]), one
        json.dumps(one, allow_nan=False)


def _break(value: Any, chance: random.Random) -> None:
    """Replace one value, somewhere inside, by another."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = chance.choice(keys)
        if isinstance(value[key], dict | list) and value[key] and chance.random() < 0.8:
            value = value[key]
            continue
        value[key] = chance.choice(VALUES)
        return


def test_no_bound_is_given_twice() -> None:
    """Of two bounds of one kind the last would win without a word, which let a unit of no minutes through."""
    for name, kind in KINDS.items():
        for key, field in kind.inputs.model_fields.items():
            bounds = [type(one) for one in field.metadata if isinstance(one, Ge | Gt | Le | Lt)]
            assert len(bounds) == len(set(bounds)), (name, key)
