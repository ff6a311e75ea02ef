from datetime import date, timedelta

import pytest

from engine.notation import (
    MONDAY,
    OFFICE,
    duty,
    figures_that_are_not_zero,
    japanese,
    one_day,
    planned_days,
    thai,
)
from tokimori.engine import Figures, HolidayMinutes, Punch, RuleSet, WorkSystem, calculate_days, total_figures

SEVEN_HOURS = "09:00-17:00 break 12:00-13:00"


def week(plans: list[str], worked: list[str], *, rules: RuleSet, types: str = "") -> list[dict[str, int]]:
    punches: list[Punch] = []
    for number, text in enumerate(worked):
        punches += duty(text, MONDAY + timedelta(days=number))
    days = planned_days(plans, rules=rules, types=types)
    return [figures_that_are_not_zero(result) for result in calculate_days(days=days, punches=punches)]


def work_of(figures: dict[str, int]) -> dict[str, int]:
    aside = {"scheduled", "presence", "break", "worked"}
    return {name: minutes for name, minutes in figures.items() if name not in aside}


@pytest.mark.parametrize(
    ("plan", "written", "expected"),
    [
        pytest.param(OFFICE, "09:00-18:00 break 12:00-13:00", {"regular": 480}, id="exactly eight hours"),
        pytest.param(
            OFFICE,
            "09:00-18:01 break 12:00-13:00",
            {"regular": 480, "legal_overtime_daily": 1},
            id="a minute over eight hours",
        ),
        pytest.param(
            SEVEN_HOURS,
            "09:00-18:00 break 12:00-13:00",
            {"regular": 420, "within_legal_overtime": 60},
            id="beyond the plan, within eight hours",
        ),
        pytest.param(
            SEVEN_HOURS,
            "09:00-19:00 break 12:00-13:00",
            {"regular": 420, "within_legal_overtime": 60, "legal_overtime_daily": 60},
            id="both, JP-P-013",
        ),
        pytest.param(
            OFFICE,
            "10:00-19:00 break 12:00-13:00",
            {"regular": 420, "within_legal_overtime": 60, "late": 60},
            id="lateness is made up for before overtime begins",
        ),
        pytest.param(
            OFFICE,
            "09:00-24:00 break 12:00-13:00",
            {"regular": 480, "legal_overtime_daily": 360, "late_night": 120, "late_night_overtime": 120},
            id="until midnight, JP-P-024",
        ),
        pytest.param(
            OFFICE, "09:00-22:00 break 12:00-13:00", {"regular": 480, "legal_overtime_daily": 240}, id="until the night"
        ),
        pytest.param(
            OFFICE,
            "09:00-22:01 break 12:00-13:00",
            {"regular": 480, "legal_overtime_daily": 241, "late_night": 1, "late_night_overtime": 1},
            id="a minute into the night",
        ),
        pytest.param(
            "05:00-13:00", "04:59-12:00", {"regular": 420, "within_legal_overtime": 1, "late_night": 1, "early_leave": 60},
            id="the last minute of the night",
        ),
        pytest.param(
            "22:00-31:00 break 26:00-27:00",
            "22:00-31:00 break 26:00-27:00",
            {"regular": 480, "late_night": 360},
            id="a night shift, JP-P-017",
        ),
    ],
)  # fmt: skip
def test_one_day_in_japan(plan: str, written: str, expected: dict[str, int]) -> None:
    assert work_of(figures_that_are_not_zero(one_day(plan, duty(written)))) == expected


def test_forty_hours_are_passed_on_planned_hours_too() -> None:
    """JP-W-004: seven hours on six days, two more on Monday and Wednesday."""
    usual, longer = SEVEN_HOURS, "09:00-19:00 break 12:00-13:00"

    days = week([usual] * 6, [longer, usual, longer, usual, usual, usual], rules=japanese())

    assert [day.get("legal_overtime_daily", 0) for day in days] == [60, 0, 60, 0, 0, 0]
    assert work_of(days[5]) == {"regular": 180, "legal_overtime_weekly": 240}


def test_minutes_over_the_day_do_not_count_toward_the_week() -> None:
    """JP-W-006: four days of ten hours, the fifth absent."""
    days = week([OFFICE] * 5, ["09:00-20:00 break 12:00-13:00"] * 4, rules=japanese())

    assert sum(day.get("legal_overtime_daily", 0) for day in days) == 480
    assert all("legal_overtime_weekly" not in day for day in days)
    assert work_of(days[4]) == {"absence": 480}


def test_saturday_in_a_week_with_a_free_monday_is_no_overtime() -> None:
    """JP-W-005."""
    plans = ["", OFFICE, OFFICE, OFFICE, OFFICE, ""]

    days = week(plans, ["", *[OFFICE] * 5], rules=japanese(), types="nwwwwn")

    assert work_of(days[5]) == {"within_legal_overtime": 480, "non_legal_holiday": 480}


def test_new_week_begins_on_its_day() -> None:
    plans = [OFFICE] * 8

    days = week(plans, plans, rules=japanese())

    assert [day.get("legal_overtime_weekly", 0) for day in days] == [0, 0, 0, 0, 0, 480, 480, 0]


@pytest.mark.parametrize(
    ("fills", "expected"),
    [
        pytest.param(True, {"legal_holiday": 840, "legal_overtime_daily": 60}, id="holiday hours fill the day"),
        pytest.param(False, {"legal_holiday": 840, "within_legal_overtime": 60}, id="they do not"),
    ],
)
def test_legal_holiday_ends_at_midnight_whatever_duty_runs(fills: bool, expected: dict[str, int]) -> None:  # noqa: FBT001 -- a column
    """JP-P-026 and the policy's other value."""
    days = planned_days(
        ["", OFFICE],
        types="hw",
        rules=japanese(holiday_minutes=HolidayMinutes.FILL_DAILY_LIMIT if fills else HolidayMinutes.STAND_ASIDE),
    )

    sunday, _ = calculate_days(days=days, punches=duty("09:00-25:00 break 12:00-13:00"))

    night = {"late_night": 180, "late_night_holiday": 120}
    night |= {"late_night_overtime": 60} if fills else {}
    assert work_of(figures_that_are_not_zero(sunday)) == expected | night


def test_duty_that_runs_into_a_legal_holiday_becomes_holiday_work_at_midnight() -> None:
    saturday = date(2026, 6, 6)
    days = planned_days(["20:00-29:00", ""], types="wh", rules=japanese(), first=saturday)

    first, second = calculate_days(days=days, punches=duty("20:00-29:00", saturday))

    assert (first.figures.regular_minutes, first.figures.legal_holiday_minutes) == (240, 300)
    assert second.figures == Figures()


def test_day_off_after_a_duty_does_not_end_it() -> None:
    """JP-P-016: Friday nine o'clock to Saturday ten, all of it Friday's."""
    days = planned_days([OFFICE, ""], types="wn", rules=japanese(), first=date(2026, 6, 5))

    friday, saturday = calculate_days(days=days, punches=duty("09:00-34:00 break 12:00-13:00", date(2026, 6, 5)))

    assert (friday.figures.regular_minutes, friday.figures.legal_overtime_daily_minutes) == (480, 960)
    assert saturday.figures.worked_minutes == 0


def test_next_shift_begins_a_new_count() -> None:
    days = planned_days([OFFICE, OFFICE], rules=japanese())

    results = calculate_days(days=days, punches=duty("09:00-34:00 break 12:00-13:00", MONDAY))

    assert total_figures(results).legal_overtime_daily_minutes == 24 * 60 - 480 - 60


def test_manager_has_night_minutes_and_no_overtime() -> None:
    """JP-P-025."""
    days = planned_days([""], types="h", rules=japanese(system=WorkSystem.MANAGER))

    (result,) = calculate_days(days=days, punches=duty("13:00-23:30 break 18:00-19:00"))

    assert work_of(figures_that_are_not_zero(result)) == {"regular": 570, "late_night": 90}


def test_flexible_day_has_no_overtime_of_its_own() -> None:
    figures = one_day(OFFICE, duty("09:00-23:00"), system=WorkSystem.FLEX_MONTH).figures

    assert (figures.regular_minutes, figures.legal_overtime_minutes, figures.late_night_minutes) == (840, 0, 60)


@pytest.mark.parametrize(
    ("types", "written", "expected"),
    [
        pytest.param("w", "08:00-18:00 break 12:00-13:00", {"regular": 480, "legal_overtime_daily": 60}, id="TH-001"),
        pytest.param("h", "08:00-17:00 break 12:00-13:00", {"legal_holiday": 480}, id="TH-002"),
        pytest.param(
            "w",
            "09:00-18:00 break 12:00-13:00",
            {"regular": 420, "legal_overtime_daily": 60, "late": 60},
            id="overtime although late",
        ),
        pytest.param(
            "h",
            "08:00-19:00 break 12:00-13:00",
            {"legal_holiday": 480, "holiday_overtime": 120},
            id="a holiday beyond the normal hours",
        ),
        pytest.param(
            "h",
            "18:00-20:00",
            {"holiday_overtime": 120},
            id="a holiday evening alone",
        ),
    ],
)
def test_one_day_in_thailand(types: str, written: str, expected: dict[str, int]) -> None:
    days = planned_days(["08:00-17:00 break 12:00-13:00"], types=types, rules=thai())

    (result,) = calculate_days(days=days, punches=duty(written))

    assert work_of(figures_that_are_not_zero(result)) == expected


@pytest.mark.parametrize(
    ("zone", "on", "worked"),
    [
        pytest.param("Europe/London", date(2025, 3, 29), 420, id="spring takes an hour, XX-004"),
        pytest.param("Europe/London", date(2025, 10, 25), 540, id="autumn gives one"),
        pytest.param("Europe/London", date(2025, 6, 1), 480, id="summer does neither"),
    ],
)
def test_time_that_passed_is_counted_and_not_the_clock(zone: str, on: date, worked: int) -> None:
    days = planned_days(["22:00-30:00"], rules=japanese(), first=on, zone=zone)

    (result,) = calculate_days(days=days, punches=duty("22:00-30:00", on, zone))

    assert result.figures.worked_minutes == worked
    assert result.figures.late_night_minutes == worked - 60
