from typing import Any

import pytest

from engine.notation import JAPANESE_TIERS, japanese, thai
from tokimori.engine import BreakPolicy, BreakSource, ClockWindow, RuleSet, RuleSetInvalid

FULL = japanese(
    breaks=BreakPolicy(
        sources=(BreakSource.PUNCHED, BreakSource.AUTOMATIC), automatic=JAPANESE_TIERS, required=JAPANESE_TIERS
    )
)


@pytest.mark.parametrize("rules", [FULL, thai(), japanese(legal_weekly_minutes=None, night=None)])
def test_rules_come_back_as_they_were_stored(rules: RuleSet) -> None:
    assert RuleSet.from_plain(rules.to_plain()) == rules


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("colour", "red", "colour: is unknown"),
        ("system", "variable_moth", "system: is none of"),
        ("legal_daily_minutes", "480", "legal_daily_minutes: is not a whole number"),
        ("legal_daily_minutes", True, "legal_daily_minutes: is not a whole number"),
        ("legal_daily_minutes", 480.0, "legal_daily_minutes: is not a whole number"),
        ("legal_daily_minutes", -1, "A limit counts forward"),
        ("week_start", "someday", "week_start: is no day of the week"),
        ("night", {"start_minute": 1320}, "night"),
        ("night", {"start_minute": 1320, "end_minute": 1320}, "night"),
        ("breaks", {"required": [{"over_minutes": 360, "break": 45}]}, r"breaks\.required\[0\]\.break: is unknown"),
        ("breaks", {"sources": "punched"}, r"breaks\.sources: is not a list"),
        ("country", "Japan", "two capital letters"),
        ("counts_before_schedule", 1, "neither true nor false"),
        ("day_boundary_minute", 1440, "minute of the day"),
        ("version", 0, "count from 1"),
    ],
)
def test_impossible_rules_are_refused_with_the_path(key: str, value: Any, path: str) -> None:
    with pytest.raises(RuleSetInvalid, match=path):
        RuleSet.from_plain({**FULL.to_plain(), key: value})


def test_rules_without_a_code_are_refused() -> None:
    plain = FULL.to_plain()
    del plain["code"]

    with pytest.raises(RuleSetInvalid):
        RuleSet.from_plain(plain)


def test_systems_that_nobody_knows_are_refused_by_name() -> None:
    with pytest.raises(RuleSetInvalid, match="fixed, variable_month"):
        RuleSet.from_plain({**FULL.to_plain(), "system": "as_we_like"})


def test_only_deemed_hours_have_an_agreed_length() -> None:
    with pytest.raises(RuleSetInvalid, match="agreed length"):
        RuleSet.from_plain({**FULL.to_plain(), "deemed_minutes": 480})
    with pytest.raises(RuleSetInvalid, match="agreed length"):
        RuleSet.from_plain({**FULL.to_plain(), "system": "deemed"})


def test_rounding_that_cuts_time_is_refused() -> None:
    with pytest.raises(RuleSetInvalid, match="rounding"):
        RuleSet.from_plain({**FULL.to_plain(), "rounding": "down"})


def test_a_window_of_a_whole_day_is_no_window() -> None:
    with pytest.raises(ValueError, match="length"):
        ClockWindow(start_minute=0, end_minute=0)
