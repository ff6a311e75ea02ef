"""Caps and averaging periods of configured countries, at their edges."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tokimori.engine.elsewhere.caps import Cap, check_cap
from tokimori.engine.elsewhere.threshold_pack import ThresholdPack, Tier, WorkedDay, tiered_period

AVERAGING = ThresholdPack(
    name="averaging",
    law="",
    day_tiers={"day": (Tier(over_minutes=Fraction(0), multiplier=Fraction(1)),)},
    day_limits={},
    week_tiers=(Tier(over_minutes=Fraction(3600), multiplier=Fraction(3, 2)),),
    period_tiers=(Tier(over_minutes=Fraction(2 * 2880), multiplier=Fraction(5, 4)),),
)


@pytest.mark.parametrize(
    ("cap", "minutes", "is_broken", "further"),
    [
        (Cap(name="week", limit_minutes=2160), [2160], False, 0),
        (Cap(name="week", limit_minutes=2160), [2161], True, 0),
        (Cap(name="below", limit_minutes=6000, is_strict=True), [5999], False, 0),
        (Cap(name="below", limit_minutes=6000, is_strict=True), [6000], True, 0),
        (Cap(name="average", limit_minutes=4800, windows=(2, 3)), [5400, 4200], False, 0),
        (Cap(name="average", limit_minutes=4800, windows=(2, 3)), [5400, 4201], True, 0),
        (Cap(name="average", limit_minutes=4800, windows=(2, 3)), [9999], False, 0),
        (Cap(name="average", limit_minutes=4800, windows=(2, 3)), [4800, 4800, 4000], False, 800),
        (Cap(name="six times", limit_minutes=2700, times_allowed=6), [2701] * 6, False, None),
        (Cap(name="six times", limit_minutes=2700, times_allowed=6), [2701] * 7, True, 0),
        (Cap(name="six times", limit_minutes=2700, times_allowed=6), [2701] * 6 + [2600], False, 100),
        (Cap(name="six times", limit_minutes=2700, times_allowed=6), [2701] * 5 + [2600], False, None),
    ],
)
def test_caps(cap: Cap, minutes: list[int], is_broken: bool, further: int | None) -> None:  # noqa: FBT001 -- a column
    found = check_cap(cap=cap, minutes=minutes)

    assert (found.is_broken, found.further_minutes) == (is_broken, further)


def test_what_is_left_may_be_worked_and_a_minute_more_may_not() -> None:
    cap = Cap(name="average", limit_minutes=4800, windows=(1, 2, 3), is_strict=True)
    left = check_cap(cap=cap, minutes=[4000, 5000, 100]).further_minutes
    assert left is not None
    assert not check_cap(cap=cap, minutes=[4000, 5000, 100 + left]).is_broken
    assert check_cap(cap=cap, minutes=[4000, 5000, 101 + left]).is_broken


def test_caps_count_forward() -> None:
    for refused in ({"limit_minutes": -1}, {"limit_minutes": 1, "windows": (0,)}, {"limit_minutes": 1, "windows": ()}):
        with pytest.raises(ValueError, match="A cap"):
            Cap(name="none", **refused)
    with pytest.raises(ValueError, match="forward"):
        check_cap(cap=Cap(name="week", limit_minutes=1), minutes=[])


@pytest.mark.parametrize(
    ("weeks", "plain", "by_period", "by_week"),
    [
        ([[576] * 5, [576] * 5], 5760, 0, 0),
        ([[600] * 5, [576] * 5], 5760, 120, 0),
        ([[576] * 5, [577, 576, 576, 576, 576]], 5760, 1, 0),
        ([[740] * 5, [480] * 5], 5760, 240, 100),
        ([[740] * 5, [0] * 5], 3600, 0, 100),
    ],
)
def test_a_period_raises_what_no_week_has_raised(
    weeks: list[list[int]], plain: int, by_period: int, by_week: int
) -> None:
    found = tiered_period(
        pack=AVERAGING,
        weeks=[[WorkedDay(day_type="day", minutes=Fraction(one)) for one in week] for week in weeks],
    )
    assert found.minutes_at(Fraction(1)) == plain
    assert found.minutes_at(Fraction(5, 4)) == by_period
    assert found.minutes_at(Fraction(3, 2)) == by_week


@pytest.mark.parametrize(("last", "by_period"), [(576, 0), (577, 1)])
def test_a_pack_that_counts_twice_asks_for_all_minutes_of_the_period(last: int, by_period: int) -> None:
    found = tiered_period(
        pack=replace(AVERAGING, excludes_double_count=False),
        weeks=[
            [WorkedDay(day_type="day", minutes=Fraction(one)) for one in week]
            for week in ([576] * 5, [*[576] * 4, last])
        ],
    )
    assert found.minutes_at(Fraction(5, 4)) == by_period
