"""What is found about plans and rests, and that it changes no figure."""

from datetime import date, timedelta

import pytest

from engine.notation import MONDAY, OFFICE, duty, japanese, planned_days
from tokimori.engine import (
    DayResult,
    FindingCode,
    Period,
    Policies,
    WorkSystem,
    calculate_days,
    periods_of,
)

TUESDAY = MONDAY + timedelta(days=1)


def codes(result: DayResult) -> list[FindingCode]:
    return [one.code for one in result.findings]


@pytest.mark.parametrize(
    ("begins", "owed", "is_found"),
    [("09:00", 660, False), ("08:59", 660, True), ("08:59", 659, False), ("08:00", 0, False)],
)
def test_a_rest_that_is_too_short(begins: str, owed: int, is_found: bool) -> None:  # noqa: FBT001 -- a column
    rules = japanese(policies=Policies(interval_minutes=owed))
    days = planned_days([OFFICE, OFFICE], rules=rules)
    punches = [*duty("09:00-22:00 break 12:00-13:00"), *duty(f"{begins}-18:00 break 12:00-13:00", TUESDAY)]

    results = calculate_days(days=days, punches=punches)

    assert (FindingCode.INTERVAL_TOO_SHORT in codes(results[1])) is is_found
    assert FindingCode.INTERVAL_TOO_SHORT not in codes(results[0])
    if is_found:
        finding = next(one for one in results[1].findings if one.code is FindingCode.INTERVAL_TOO_SHORT)
        assert dict(finding.facts) == {"rest_minutes": 659, "owed_minutes": 660}
    plain = calculate_days(days=planned_days([OFFICE, OFFICE], rules=japanese()), punches=punches)
    assert [one.figures for one in plain] == [one.figures for one in results]


@pytest.mark.parametrize(
    ("system", "plan", "is_found"),
    [
        (WorkSystem.VARIABLE_YEAR, "08:00-18:00", False),
        (WorkSystem.VARIABLE_YEAR, "08:00-18:01", True),
        (WorkSystem.WEEKLY_IRREGULAR, "08:00-18:01", True),
        (WorkSystem.VARIABLE_MONTH, "08:00-22:00", False),
        (WorkSystem.FIXED, "08:00-22:00", False),
    ],
)
def test_a_day_of_more_than_ten_hours(system: WorkSystem, plan: str, is_found: bool) -> None:  # noqa: FBT001 -- a column
    days = planned_days([plan], rules=japanese(system=system))

    (result,) = calculate_days(days=days, punches=duty(plan))

    assert (FindingCode.UNLAWFUL_SCHEDULE in codes(result)) is is_found


def test_more_was_designated_than_the_frame_holds() -> None:
    days = planned_days([OFFICE] * 30, rules=japanese(system=WorkSystem.VARIABLE_MONTH))
    periods = periods_of(days)
    results = calculate_days(days=days, punches=(), periods=periods)

    assert [one.work_date for one in results if FindingCode.UNLAWFUL_SCHEDULE in codes(one)] == [periods[0].first]
    fitting = calculate_days(
        days=days,
        punches=(),
        periods=[Period(first=date(2026, 6, 1), last=date(2026, 6, 30), designated_minutes=10285)],
    )
    assert not any(FindingCode.UNLAWFUL_SCHEDULE in codes(one) for one in fitting)
