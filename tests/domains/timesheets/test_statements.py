"""A month as payroll reads it, out of what is stored: the policies of the rules decide, and no day changes."""

from datetime import date

import pytest

from domains.timesheets.test_periods import LATER, follow, work, workdays
from support.cast import Cast, plan_office_days
from support.work import calculate
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.statements import MonthStatement, month_statement
from tokimori.engine.summary_fields import LeaveObtained
from tokimori.foundation.tenancy.context import tenant_transaction

APRIL = Month(year=2026, number=4)
SUNDAY = date(2026, 4, 26)
SATURDAY = date(2026, 5, 2)
"""The last week of April ends with two days of May."""


def six_days(cast: Cast, **policies: object) -> None:
    """Let Aiko work eight hours on the six days before the second of May."""
    follow(cast, policies=policies)
    plan_office_days(cast, "aiko", first=date(2026, 4, 1), count=60)
    for day in [*workdays(SUNDAY, 7), SATURDAY]:
        work(cast, day, "09:00-18:00")
    calculate(cast, now=LATER)


def stated(cast: Cast, month: Month = APRIL, **given: object) -> MonthStatement:
    with tenant_transaction(cast.tenant):
        found = month_statement(tenant=cast.tenant, employee_id=cast["aiko"].employee_id, month=month, **given)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("choice", "april", "may"),
    [("week_end", 0, 480), ("where_the_minutes_lie", 0, 480), ("split_by_month", 320, 160)],
)
def test_weekly_overtime_belongs_where_the_rules_say(cast: Cast, choice: str, april: int, may: int) -> None:
    six_days(cast, weekly_overtime_month=choice)

    # Saturday has no planned break: nine hours, one over the day and eight over the week; four of six days lie in April.
    assert stated(cast, APRIL).weekly_overtime == april
    assert stated(cast, APRIL.following).weekly_overtime == may


def test_lines_add_up_to_the_work_and_follow_the_rules(cast: Cast) -> None:
    six_days(cast, non_legal_holiday_pay="flat_premium", non_legal_holiday_rate_percent=140)

    found = stated(cast, APRIL.following)

    assert sum(one.minutes for one in found.lines) == found.summary.total_work
    assert {one.name: (one.minutes, int(one.percent)) for one in found.lines} == {
        "regular": (480, 100),
        "day_off": (540, 140),
    }
    assert found.summary.general_holiday_work.count == 1
    assert found.summary.holiday_work == found.summary.general_holiday_work


def test_leave_is_passed_on_and_counts_where_it_counts(cast: Cast) -> None:
    six_days(cast)
    leave = LeaveObtained(work_date=date(2026, 4, 3), code="1", name="有休", minutes=60, counted_as_work=60)
    other = LeaveObtained(work_date=date(2026, 5, 3), code="1", name="有休")

    found = stated(cast, leave=[leave, other]).summary

    assert found.holidays_obtained == (leave,)
    assert found.regarded == 60


def test_a_month_without_days_has_no_statement(cast: Cast) -> None:
    six_days(cast)
    with tenant_transaction(cast.tenant):
        for month in (Month(year=2026, number=2), Month(year=2001, number=1)):
            assert month_statement(tenant=cast.tenant, employee_id=cast["aiko"].employee_id, month=month) is None
