"""The fields that payroll asks for, out of days whose minutes anybody can add up by hand."""

from datetime import timedelta

from hypothesis import given

from engine.notation import MONDAY, OFFICE, duty, japanese, planned_days
from engine.test_laws import calendars, punch_lists
from tokimori.engine import CalendarDay, Punch, calculate_days
from tokimori.engine.rules import WorkSystem
from tokimori.engine.summaries import summary_of_day, summary_of_month

NIGHT_SHIFT = "22:00-31:00 break 26:00-27:00"


def test_a_day_has_its_night_apart() -> None:
    days = planned_days([NIGHT_SHIFT], rules=japanese())

    day = summary_of_day(calculate_days(days=days, punches=duty("22:00-32:00 break 26:00-27:00"))[0])

    assert (day.assigned, day.late_night, day.overtime, day.late_night_overtime) == (120, 360, 60, 0)
    assert (day.total_work, day.break_time, day.bound, day.has_error) == (540, 60, 600, False)


def test_a_day_of_agreed_length_has_the_agreed_minutes_and_its_night_by_the_clock() -> None:
    """Nine hours are agreed and two are worked, one of them in the night."""
    days = planned_days([OFFICE], rules=japanese(system=WorkSystem.DEEMED, deemed_minutes=540))

    day = summary_of_day(calculate_days(days=days, punches=duty("21:00-23:00"))[0])

    assert (day.assigned, day.late_night, day.overtime, day.late_night_overtime) == (420, 60, 60, 0)
    assert (day.total_work, day.bound) == (540, 120)


def test_agreed_minutes_are_overtime_where_the_week_is_full() -> None:
    """Five agreed days of eight hours fill the week's forty; all of the sixth lies beyond, its night by the clock."""
    days = planned_days([OFFICE] * 6, rules=japanese(system=WorkSystem.DEEMED, deemed_minutes=480))
    punches = [one for number in range(6) for one in duty("22:00-23:00", MONDAY + timedelta(days=number))]

    saturday = summary_of_day(calculate_days(days=days, punches=punches)[5])

    assert (saturday.assigned, saturday.overtime, saturday.late_night_overtime) == (0, 420, 60)


def test_a_missing_punch_is_an_error() -> None:
    days = planned_days([OFFICE], rules=japanese())

    assert summary_of_day(calculate_days(days=days, punches=duty("09:00-18:00")[:1])[0]).has_error


def test_a_month_by_kind_of_day() -> None:
    days = planned_days([OFFICE] * 5 + ["", ""], types="wwwwwnh", rules=japanese())
    punches = [
        *duty("09:10-18:00 break 12:00-13:00"),
        *duty("09:00-22:30 break 12:00-13:00", MONDAY + timedelta(days=1)),
        *duty("07:30-17:00 break 12:00-13:00", MONDAY + timedelta(days=2)),
        *duty("10:00-12:00", MONDAY + timedelta(days=5)),
        *duty("21:00-23:00", MONDAY + timedelta(days=6)),
    ]

    month = summary_of_month(calculate_days(days=days, punches=punches), interval_minutes=11 * 60)

    assert (month.working_count, month.weekday_working_count, month.absent_day_count) == (5, 3, 2)
    assert (month.late_count, month.late, month.early_leave_count, month.early_leave) == (1, 10, 1, 60)
    assert month.interval_shortage_count == 1
    assert (month.overtime, month.night_overtime) == (270, 30)
    assert (month.general_holiday_work.count, month.general_holiday_work.extra) == (1, 120)
    holiday = month.legal_holiday_work
    assert (holiday.count, holiday.normal, holiday.night) == (1, 60, 60)


def test_overtime_beyond_the_thresholds_in_the_order_it_was_worked() -> None:
    days = planned_days([OFFICE] * 3, rules=japanese())
    punches = [
        one for number in range(3) for one in duty("09:00-23:00 break 12:00-13:00", MONDAY + timedelta(days=number))
    ]

    premium = summary_of_month(calculate_days(days=days, punches=punches), thresholds=(330, 660)).premium_work

    # Five hours a day, one of them at night: 5:30 and 11:00 lie in the second and third day.
    assert (premium.overtime_1, premium.night_overtime_1) == (270, 60)
    assert (premium.overtime_2, premium.night_overtime_2) == (180, 60)


@given(calendars(), punch_lists())
def test_every_minute_has_one_field(days: tuple[CalendarDay, ...], punches: list[Punch]) -> None:
    for result in calculate_days(days=days, punches=punches):
        day = summary_of_day(result)
        holiday = result.figures.legal_holiday_minutes + result.figures.holiday_overtime_minutes
        parts = (
            day.assigned,
            day.unassigned,
            day.overtime,
            day.late_night,
            day.late_night_unassigned,
            day.late_night_overtime,
        )
        assert sum(parts) + holiday == day.total_work
