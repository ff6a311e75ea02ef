"""What a question leaves out: each default is the figure or the choice that changes nothing."""

from dataclasses import fields
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from engine.notation import japanese
from tokimori.engine.clock_windows import ClockWindow
from tokimori.engine.elsewhere.clock_overlays import ClockOverlay, overlay_minutes
from tokimori.engine.elsewhere.elapsed_time import local_instant
from tokimori.engine.intervals import Interval
from tokimori.engine.japan.article_38_deemed import deemed_outside
from tokimori.engine.summary_fields import HolidayWork
from tokimori.engine.thailand.section_69_weekly_basis import WeekDay, WeekDayType, credited_week

TODAY = date(2026, 4, 1)


def test_overlays_do_not_stack_unless_said() -> None:
    night = ClockWindow(start_minute=22 * 60, end_minute=23 * 60)
    begin = int(datetime(2026, 4, 1, 22, tzinfo=UTC).timestamp() // 60)
    low, high = (
        ClockOverlay(name=name, window=night, extra_rate=Fraction(rate, 10)) for name, rate in (("low", 1), ("high", 2))
    )

    found = overlay_minutes(work=[Interval(begin, begin + 60)], overlays=[low, high], zone="UTC")

    assert [one.minutes for one in found] == [0, 60]


def test_of_a_repeated_hour_the_first_is_meant_unless_said() -> None:
    repeated = datetime(2026, 11, 1, 1, 30)  # noqa: DTZ001 -- the zone is the question

    assert local_instant(moment=repeated, zone="America/Los_Angeles") == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


def test_no_work_inside_is_meant_unless_said() -> None:
    assert deemed_outside(scheduled_minutes=480, usual_outside_minutes=500, day=TODAY).minutes == 500


def test_a_day_is_credited_with_nothing_unless_said() -> None:
    found = credited_week(normal_week_minutes=480, days=[WeekDay(type=WeekDayType.LEAVE, worked_minutes=0)])

    assert found.credited_total_minutes == 0


def test_holiday_work_begins_with_nothing() -> None:
    assert {getattr(HolidayWork(), one.name) for one in fields(HolidayWork)} == {0}


@pytest.mark.parametrize("name", ["duplicate_seconds", "late_grace_minutes"])
def test_each_tolerance_alone_counts_forward(name: str) -> None:
    with pytest.raises(ValueError, match="Tolerances count forward"):
        japanese(**{name: -1})
