"""What a month is paid by under each choice, out of days whose minutes anybody can add up by hand."""

from dataclasses import fields
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.notation import MONDAY, OFFICE, duty, japanese, planned_days
from engine.test_laws import calendars, punch_lists
from tokimori.engine import CalendarDay, DayResult, Policies, Punch, Weekday, calculate_days
from tokimori.engine.monthly import (
    PayLine,
    count_begins,
    legal_overtime_before,
    pay_lines,
    weekly_overtime_of_month,
)
from tokimori.engine.policies import CompensatoryNetting, NonLegalHolidayPay, WeeklyOvertimeMonth
from tokimori.engine.rules import WorkSystem

TODAY = date(2026, 6, 1)


def worked(*duties: str, types: str = "wwwwwnh", rules: object = None) -> tuple[DayResult, ...]:
    """Return a week from Monday on, planned in the office from Monday to Friday."""
    plans = [OFFICE if letter == "w" else "" for letter in types]
    days = planned_days(plans, types=types, rules=rules or japanese())
    punches = [
        one
        for number, written in enumerate(duties)
        if written
        for one in duty(written, MONDAY + timedelta(days=number))
    ]
    return calculate_days(days=days, punches=punches)


FULL = "09:00-18:00 break 12:00-13:00"


def lines(results: tuple[DayResult, ...], **changes: object) -> dict[str, tuple[int, Fraction]]:
    names = {one.name for one in fields(Policies)}
    given_policies = {name: value for name, value in changes.items() if name in names}
    others = {name: value for name, value in changes.items() if name not in names}
    found = pay_lines(results, policies=Policies(**given_policies), day=TODAY, **others)
    return {one.name: (one.minutes, one.percent) for one in found}


def test_each_class_has_its_percentage() -> None:
    results = worked("08:00-23:00 break 12:00-13:00", "", "", "", "", "10:00-12:00", "21:00-23:00")

    assert lines(results) == {
        "regular": (480 - 60, 100),
        "within_legal": (60 + 120, 100),
        "overtime": (300, 125),
        "overtime_night": (60, 150),
        "holiday": (60, 135),
        "holiday_night": (60, 160),
    }


def test_an_agreed_day_is_paid_as_agreed_and_its_night_by_the_clock() -> None:
    """Nine hours are agreed and two are worked, one of them in the night."""
    rules = japanese(system=WorkSystem.DEEMED, deemed_minutes=540)

    assert lines(worked("21:00-23:00", rules=rules)) == {
        "regular": (420, 100),
        "regular_night": (60, 125),
        "overtime": (60, 125),
    }


def test_a_company_pays_more_within_the_limits() -> None:
    assert lines(worked("08:00-17:00 break 12:00-13:00"), within_legal_rate_percent=110)["within_legal"] == (60, 110)


@pytest.mark.parametrize(
    ("pay", "percent", "expected"),
    [
        (NonLegalHolidayPay.AS_OVERTIME, 135, {"within_legal": (120, 100)}),
        (NonLegalHolidayPay.FLAT_PREMIUM, 135, {"day_off": (120, 135)}),
        (NonLegalHolidayPay.FLAT_PREMIUM, 125, {"day_off": (120, 125)}),
    ],
)
def test_a_day_off_is_paid_as_overtime_or_flat(
    pay: NonLegalHolidayPay, percent: int, expected: dict[str, tuple[int, int]]
) -> None:
    found = lines(
        worked("", "", "", "", "", "10:00-12:00"),
        non_legal_holiday_pay=pay,
        non_legal_holiday_rate_percent=percent,
    )
    assert found == expected


def test_a_flat_premium_is_never_below_that_of_the_law() -> None:
    results = worked(*[FULL] * 5, "10:00-23:00 break 12:00-13:00")
    flat = {"non_legal_holiday_pay": NonLegalHolidayPay.FLAT_PREMIUM}

    found = lines(results, overtime_before=3600 - 60, **flat)
    # An hour up to sixty at the flat 125, which is overtime's own; what comes after is more.
    assert found["overtime"] == (60, 125)
    assert found["overtime_over_sixty"] == (600, 150)
    assert found["overtime_over_sixty_night"] == (60, 175)


def test_the_count_of_sixty_hours_goes_on_from_before() -> None:
    results = worked("09:00-22:00 break 12:00-13:00")

    assert lines(results, overtime_before=3600 - 239)["overtime"] == (239, 125)
    assert lines(results, overtime_before=3600 - 239)["overtime_over_sixty"] == (1, 150)
    assert "overtime" not in lines(results, overtime_before=3600)


@pytest.mark.parametrize(
    ("day", "begins_on", "begin"),
    [
        (date(2026, 6, 15), 16, date(2026, 5, 16)),
        (date(2026, 6, 16), 16, date(2026, 6, 16)),
        (date(2026, 1, 1), 28, date(2025, 12, 28)),
        (date(2026, 6, 1), 1, date(2026, 6, 1)),
    ],
)
def test_the_count_begins_where_the_work_rules_say(day: date, begins_on: int, begin: date) -> None:
    assert count_begins(day, policies=Policies(sixty_hours_from_day=begins_on)) == begin


def test_overtime_of_another_count_is_left_out() -> None:
    results = worked("09:00-20:00 break 12:00-13:00", "09:00-19:00 break 12:00-13:00", FULL)
    wednesday = MONDAY + timedelta(days=2)

    assert legal_overtime_before(results, day=wednesday, policies=Policies()) == 180
    second = Policies(sixty_hours_from_day=(MONDAY + timedelta(days=1)).day)
    assert legal_overtime_before(results, day=wednesday, policies=second) == 60


@pytest.mark.parametrize(
    ("netting", "expected"),
    [
        (CompensatoryNetting.PREMIUM_ONLY, {"holiday": (120, 135), "compensated": (-120, 100)}),
        (CompensatoryNetting.FULL, {"holiday": (120, 135)}),
    ],
)
def test_time_off_given_afterwards_leaves_the_premium(
    netting: CompensatoryNetting, expected: dict[str, tuple[int, int]]
) -> None:
    results = worked("", "", "", "", "", "", "10:00-12:00")
    sunday = MONDAY + timedelta(days=6)

    assert lines(results, compensatory_netting=netting, compensated_minutes={sunday: 120}) == expected
    paid = pay_lines(
        results, policies=Policies(compensatory_netting=netting), day=TODAY, compensated_minutes={sunday: 120}
    )
    is_netted = netting is CompensatoryNetting.PREMIUM_ONLY
    assert sum(one.paid_minutes for one in paid) == (42 if is_netted else 162)
    with pytest.raises(ValueError, match="time off"):
        lines(results, compensated_minutes={sunday: 121})
    with pytest.raises(ValueError, match="time off"):
        lines(results, compensated_minutes={sunday + timedelta(days=1): 1})


@pytest.mark.parametrize(
    ("choice", "may", "june"),
    [
        (WeeklyOvertimeMonth.WEEK_END, 0, 480),
        (WeeklyOvertimeMonth.WHERE_THE_MINUTES_LIE, 0, 480),
        (WeeklyOvertimeMonth.SPLIT_BY_MONTH, 160, 320),
    ],
)
def test_a_week_over_the_end_of_a_month(choice: WeeklyOvertimeMonth, may: int, june: int) -> None:
    """Six days of eight hours; the month ends after the second. Forty hours are passed on Saturday."""
    results = worked(*[FULL] * 6)
    assert sum(one.figures.legal_overtime_weekly_minutes for one in results) == 480
    policies = Policies(weekly_overtime_month=choice)
    edge = MONDAY + timedelta(days=1)

    def of(first: date, last: date) -> int:
        return weekly_overtime_of_month(results, first=first, last=last, week_start=Weekday.MONDAY, policies=policies)

    assert of(edge - timedelta(days=30), edge) == may
    assert of(edge + timedelta(days=1), edge + timedelta(days=31)) == june


def test_the_week_end_decides_where_the_minutes_lie_before_it() -> None:
    """Fifty-six hours by Sunday; the month ends on Saturday, and the week on Sunday."""
    results = worked(*[FULL] * 7, types="wwwwwnn")
    saturday = MONDAY + timedelta(days=5)

    def of(choice: WeeklyOvertimeMonth) -> int:
        return weekly_overtime_of_month(
            results,
            first=MONDAY,
            last=saturday,
            week_start=Weekday.MONDAY,
            policies=Policies(weekly_overtime_month=choice),
        )

    assert of(WeeklyOvertimeMonth.WEEK_END) == 0
    assert of(WeeklyOvertimeMonth.WHERE_THE_MINUTES_LIE) == 480
    assert of(WeeklyOvertimeMonth.SPLIT_BY_MONTH) == 960 * 6 // 7


@given(calendars(), punch_lists(), st.integers(0, 7200))
def test_every_minute_of_work_is_in_one_line(days: tuple[CalendarDay, ...], punches: list[Punch], before: int) -> None:
    results = calculate_days(days=days, punches=punches)

    for pay in NonLegalHolidayPay:
        found = pay_lines(results, policies=Policies(non_legal_holiday_pay=pay), day=TODAY, overtime_before=before)
        assert sum(one.minutes for one in found) == sum(one.figures.worked_minutes for one in results)
        assert all(one.percent >= 100 for one in found)


def test_pay_is_worth_its_percentage() -> None:
    assert PayLine(name="any", minutes=60, percent=Fraction(125)).paid_minutes == 75


@pytest.mark.parametrize(
    "refused",
    [
        {"within_legal_rate_percent": 99},
        {"non_legal_holiday_rate_percent": 124},
        {"interval_minutes": -1},
        {"interval_minutes": 1441},
        {"sixty_hours_from_day": 29},
        {"sixty_hours_from_day": 0},
    ],
)
def test_choices_that_cannot_be(refused: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"\."):
        Policies(**refused)
