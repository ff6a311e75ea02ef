"""Which period a date lies in: laid end to end from the month that a rule set names, from the day that it names."""

from datetime import date
from typing import Final

import pytest

from engine.notation import OFFICE, japanese, planned_days
from tokimori.engine import WorkSystem, period_around, periods_of

#   system, months, first month, first day | a date | first and last day of its period
TABLE: Final = (
    ("flex_month", 1, 1, 1, "2026-02-28", "2026-02-01", "2026-02-28"),
    ("flex_month", 1, 1, 16, "2026-02-15", "2026-01-16", "2026-02-15"),
    ("flex_month", 1, 1, 16, "2026-02-16", "2026-02-16", "2026-03-15"),
    ("flex_month", 1, 1, 16, "2026-01-01", "2025-12-16", "2026-01-15"),
    ("flex_quarter", 3, 1, 1, "2026-03-31", "2026-01-01", "2026-03-31"),
    ("flex_quarter", 3, 4, 1, "2026-03-31", "2026-01-01", "2026-03-31"),
    ("flex_quarter", 3, 3, 1, "2026-02-28", "2025-12-01", "2026-02-28"),
    ("flex_quarter", 3, 3, 1, "2026-03-01", "2026-03-01", "2026-05-31"),
    ("flex_quarter", 2, 4, 21, "2026-06-20", "2026-04-21", "2026-06-20"),
    ("flex_quarter", 2, 4, 21, "2026-06-21", "2026-06-21", "2026-08-20"),
    ("variable_year", 12, 4, 1, "2026-03-31", "2025-04-01", "2026-03-31"),
    ("variable_year", 12, 4, 1, "2026-04-01", "2026-04-01", "2027-03-31"),
    ("variable_year", 6, 4, 1, "2026-12-31", "2026-10-01", "2027-03-31"),
    # Five months do not divide a year: two of five, one of two.
    ("variable_year", 5, 1, 1, "2026-05-31", "2026-01-01", "2026-05-31"),
    ("variable_year", 5, 1, 1, "2026-06-01", "2026-06-01", "2026-10-31"),
    ("variable_year", 5, 1, 1, "2026-11-01", "2026-11-01", "2026-12-31"),
    ("variable_year", 5, 4, 1, "2026-02-01", "2026-02-01", "2026-03-31"),
    ("variable_year", 5, 4, 1, "2026-01-31", "2025-09-01", "2026-01-31"),
)


@pytest.mark.parametrize(("system", "months", "month", "day", "on", "first", "last"), TABLE)
def test_a_date_lies_in_its_period(
    system: str, months: int, month: int, day: int, on: str, first: str, last: str
) -> None:
    rules = japanese(system=WorkSystem(system), period_months=months, period_start_month=month, period_start_day=day)

    found = period_around(date.fromisoformat(on), rules=rules)

    assert found == (date.fromisoformat(first), date.fromisoformat(last))


def test_what_was_planned_in_a_period_leaves_legal_holidays_out() -> None:
    rules = japanese(system=WorkSystem.FLEX_MONTH)
    days = planned_days([OFFICE] * 7, types="wwwwwnh", rules=rules, first=date(2026, 5, 28))

    periods = periods_of(days)

    assert [(one.first, one.last, one.days, one.designated_minutes) for one in periods] == [
        (date(2026, 5, 28), date(2026, 5, 31), 4, 4 * 480),
        (date(2026, 6, 1), date(2026, 6, 3), 3, 2 * 480),
    ]
