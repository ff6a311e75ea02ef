"""Hours settled over more than a week: a punch early in a period moves what is overtime at its end."""

from datetime import date, timedelta

import pytest

from support.cast import Cast, plan_office_days
from support.punching import at, punch
from support.rules import tokyo_rules
from support.work import calculate
from tokimori.domains.closings.models import Period
from tokimori.domains.rulesets.services import publish_rule_set
from tokimori.domains.timekeeping.services.stale import mark_stale
from tokimori.domains.timesheets.gathering import FactShelf
from tokimori.domains.timesheets.models import DayRevision
from tokimori.domains.timesheets.queries import days_between
from tokimori.domains.timesheets.services.calculation import calculate_stretch
from tokimori.engine import Figures, RuleSet
from tokimori.foundation.tenancy.context import tenant_transaction

APRIL = date(2026, 4, 1)
LATER = at(date(2026, 8, 1), "12:00")


def follow(cast: Cast, **changes: object) -> None:
    """Let everybody follow other rules from the beginning of 2026 on."""
    plain = tokyo_rules().to_plain() | changes
    with tenant_transaction(cast.tenant):
        publish_rule_set(
            actor=cast.system,
            name="変形",
            rules=RuleSet.from_plain(plain),
            valid_from=date(2026, 1, 1),
            now=LATER,
        )


def work(cast: Cast, day: date, span: str) -> None:
    begin, end = span.split("-")
    punch(cast, "aiko", day, f"in {begin}, out {end}", now=LATER)


def total(cast: Cast, first: date, last: date) -> Figures:
    employee_id = cast["aiko"].employee_id
    with tenant_transaction(cast.tenant):
        days = days_between(tenant=cast.tenant, employee_ids=[employee_id], first=first, last=last)[employee_id]
    return sum((day.figures for day in days.values()), Figures())


def workdays(first: date, count: int) -> list[date]:
    days = [first + timedelta(days=offset) for offset in range(count)]
    return [day for day in days if day.weekday() < 5]


def test_a_late_punch_in_the_first_week_is_overtime_in_the_last(cast: Cast) -> None:
    follow(cast, system="flex_month")
    plan_office_days(cast, "aiko", first=APRIL, count=30)
    for day in workdays(APRIL, 30)[1:]:
        work(cast, day, "09:00-18:00")
    calculate(cast, now=LATER)
    # 30 days hold 171:25; twenty-one days of eight hours are 168:00.
    assert total(cast, APRIL, date(2026, 4, 30)).legal_overtime_minutes == 0

    work(cast, APRIL, "08:00-22:00")
    calculate(cast, now=LATER)

    month = total(cast, APRIL, date(2026, 4, 30))
    assert month.worked_minutes == 21 * 480 + 780
    assert month.legal_overtime_period_minutes == month.worked_minutes - 10_285
    assert total(cast, date(2026, 4, 30), date(2026, 4, 30)).legal_overtime_period_minutes > 0
    assert total(cast, APRIL, APRIL).legal_overtime_minutes == 0


def test_a_variable_month_counts_day_week_and_frame(cast: Cast) -> None:
    follow(cast, system="variable_month")
    plan_office_days(cast, "aiko", first=APRIL, count=30)
    for day in workdays(APRIL, 30):
        work(cast, day, "09:00-18:00")
    # Two Saturdays of five hours beyond 176 hours on plan, which is more than the frame: plain limits hold.
    work(cast, date(2026, 4, 4), "09:00-14:00")
    calculate(cast, now=LATER)

    figures = total(cast, date(2026, 4, 4), date(2026, 4, 4))

    assert figures.legal_overtime_period_minutes == 0
    assert figures.within_legal_overtime_minutes + figures.legal_overtime_weekly_minutes == 300


def test_three_months_are_one_settlement_with_a_step_each_month(cast: Cast) -> None:
    follow(cast, system="flex_quarter", period_months=3, period_start_month=4)
    plan_office_days(cast, "aiko", first=APRIL, count=91)
    for day in workdays(APRIL, 30):
        work(cast, day, "08:00-20:00")
    for day in workdays(date(2026, 5, 1), 61):
        work(cast, day, "09:00-16:00")
    calculate(cast, now=LATER)

    april = total(cast, APRIL, date(2026, 4, 30))

    assert april.worked_minutes == 22 * 660
    assert april.legal_overtime_monthly_minutes == 22 * 660 - 50 * 60 * 30 // 7
    quarter = total(cast, APRIL, date(2026, 6, 30))
    frame = 40 * 60 * 91 // 7
    beyond = quarter.worked_minutes - quarter.legal_overtime_monthly_minutes - frame
    assert quarter.legal_overtime_period_minutes == max(0, beyond)


@pytest.mark.parametrize(
    "changes",
    [
        {"system": "fixed"},
        {"system": "flex_month"},
        {"system": "variable_month", "fragment_week": "calendar_week"},
        {"system": "variable_month", "fragment_week": "prorate"},
        {"system": "variable_year", "period_months": 12},
    ],
    ids=lambda changes: " ".join(str(value) for value in changes.values()),
)
def test_a_day_comes_out_the_same_from_whichever_day_it_is_reached(cast: Cast, changes: dict[str, object]) -> None:
    follow(cast, **changes)
    plan_office_days(cast, "aiko", first=date(2026, 3, 1), count=91)
    for number, day in enumerate(workdays(date(2026, 3, 16), 60)):
        work(cast, day, "08:30-20:00" if number % 3 else "09:00-23:30")
    reached = [
        (date(2026, 3, 20), date(2026, 3, 20)),
        (date(2026, 3, 31), date(2026, 4, 2)),
        (date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 4, 15), date(2026, 4, 15)),
        (date(2026, 4, 29), date(2026, 5, 1)),
        (date(2026, 4, 30), date(2026, 4, 30)),
    ]

    found: dict[date, tuple[str, str]] = {}
    for first, last in reached:
        with tenant_transaction(cast.tenant):
            shelf = FactShelf(tenant=cast.tenant, employee_ids=[cast["aiko"].employee_id], now=LATER)
            calculated = calculate_stretch(shelf=shelf, employee_id=cast["aiko"].employee_id, first=first, last=last)
        for one in calculated:
            value = (one.input_digest, one.content)
            assert found.setdefault(one.work_date, value) == value, (first, one.work_date)

    assert date(2026, 4, 15) in found


def test_calculating_a_period_twice_changes_nothing(cast: Cast) -> None:
    follow(cast, system="variable_year", period_months=12)
    plan_office_days(cast, "aiko", first=date(2026, 3, 29), count=70)
    for day in workdays(APRIL, 40):
        work(cast, day, "09:00-20:00")
    calculate(cast, now=LATER)
    with tenant_transaction(cast.tenant):
        before = DayRevision.objects.count()
        employee_id = cast["aiko"].employee_id
        mark_stale(tenant=cast.tenant, days={(employee_id, APRIL), (employee_id, date(2026, 5, 5))}, now=LATER)

    calculate(cast, now=LATER)

    with tenant_transaction(cast.tenant):
        assert DayRevision.objects.count() == before


def test_a_late_punch_of_a_quarter_settles_in_its_sealed_last_month(cast: Cast) -> None:
    """The months that a period reaches into are held too, so that no seal falls between calculation and settlement."""
    follow(cast, system="flex_quarter", period_months=3, period_start_month=4)
    plan_office_days(cast, "aiko", first=APRIL, count=91)
    for day in workdays(APRIL, 91):
        work(cast, day, "09:00-18:00")
    calculate(cast, now=LATER)
    employee_id = cast["aiko"].employee_id

    with tenant_transaction(cast.tenant):
        shelf = FactShelf(tenant=cast.tenant, employee_ids=[employee_id], now=LATER)
        first, last = shelf.reach(employee_id, days=[date(2026, 4, 20)])

    assert (first, last) == (APRIL, date(2026, 6, 30))
    with tenant_transaction(cast.tenant):
        held = set(Period.objects.values_list("month", flat=True))
    assert {date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)} <= held


def test_a_week_reaches_over_the_end_of_its_month(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        shelf = FactShelf(tenant=cast.tenant, employee_ids=[cast["aiko"].employee_id], now=LATER)
        first, last = shelf.reach(cast["aiko"].employee_id, days=[date(2026, 4, 29), date(2026, 4, 30)])

    assert first <= date(2026, 4, 26)
    assert last >= date(2026, 5, 2)
