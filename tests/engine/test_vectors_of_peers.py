"""Ten situations in which at least one well-known attendance system gives a wrong figure, by the numbers they are known by.

V4 and V8 need a sealed and an approved month: tests/domains/closings/test_vectors_of_peers.py.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from engine.notation import MONDAY, OFFICE, TOKYO, duty, japanese, moment, planned_days, punch
from engine.test_laws import calendars, punch_lists
from tokimori.engine import CalendarDay, DailyRounding, Punch, PunchKind, calculate_days, total_figures
from tokimori.engine.intervals import instant_of


@pytest.mark.parametrize(
    ("evening", "minutes"), [(date(2025, 3, 29), 420), (date(2025, 10, 25), 540), (date(2025, 6, 2), 480)]
)
def test_v1_a_night_over_the_change_of_clocks_lasts_as_long_as_it_did(evening: date, minutes: int) -> None:
    london = "Europe/London"
    days = planned_days(["22:00-30:00"], rules=japanese(), first=evening, zone=london)

    (result,) = calculate_days(days=days, punches=duty("22:00-30:00", evening, london))

    assert result.figures.worked_minutes == minutes


def test_v2_seventeen_hours_over_night_are_one_duty() -> None:
    days = planned_days(["20:00-37:00", ""], rules=japanese())

    first, second = calculate_days(days=days, punches=duty("20:00-37:00"))

    assert (first.figures.worked_minutes, second.figures.worked_minutes) == (17 * 60, 0)
    assert first.figures.late_night_minutes == 7 * 60


def test_v3_a_departure_in_the_next_shift_belongs_to_the_duty_it_ends() -> None:
    shift = "08:00-16:00"
    days = planned_days(["16:00-24:00", "00:00-08:00", shift], rules=japanese())
    punches = [*duty("16:00-24:40"), *duty("08:00-16:00", MONDAY + timedelta(days=2))]

    late, empty, whole = calculate_days(days=days, punches=punches)

    assert late.figures.presence_minutes == 8 * 60 + 40
    assert (empty.figures.presence_minutes, whole.figures.presence_minutes) == (0, 480)


def test_v5_twelve_stretches_of_twenty_minutes_and_ten_seconds_lose_nothing() -> None:
    start = moment(MONDAY, "09:00")
    length = timedelta(minutes=20, seconds=10)
    punches = [
        Punch(id=f"{number:02}{kind.value}", at=start + (number + after) * length, kind=kind)
        for number in range(12)
        for after, kind in ((0, PunchKind.IN), (1, PunchKind.OUT))
    ]

    (result,) = calculate_days(days=planned_days([OFFICE], rules=japanese(duplicate_seconds=0)), punches=punches)

    # 4:02:00 in all, 4.0333 hours.
    assert result.figures.worked_minutes == 242


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", TOKYO])
def test_v6_rounding_follows_the_clock_on_the_wall(zone: str) -> None:
    rules = japanese(rounding=DailyRounding.UP_ONLY, rounding_minutes=60)
    days = planned_days([""], rules=rules, zone=zone)

    (result,) = calculate_days(days=days, punches=duty("09:10-17:50", zone=zone))

    (presence,) = result.presence
    walls = [instant_of(edge).astimezone(ZoneInfo(zone)).strftime("%H:%M") for edge in presence]
    assert walls == ["09:00", "18:00"]


def test_v7_a_stream_without_kinds_and_with_double_taps() -> None:
    taps = ["09:00", "12:00", "13:00", "18:00"]
    punches = [
        Punch(id=f"{clock}{again}", at=moment(MONDAY, clock) + timedelta(seconds=3 * again), kind=None)
        for clock in taps
        for again in (0, 1)
    ]

    (result,) = calculate_days(days=planned_days([OFFICE], rules=japanese()), punches=punches)

    assert result.figures.worked_minutes == 480
    assert [one.code.value for one in result.findings] == ["duplicate_ignored"] * 4


def test_v9_a_shift_over_the_end_of_a_month_is_in_one_month() -> None:
    last = date(2025, 6, 30)
    days = planned_days(["23:00-25:00", ""], rules=japanese(), first=last)

    june, july = calculate_days(days=days, punches=duty("23:00-25:00", last))

    assert (june.work_date.month, june.figures.worked_minutes) == (6, 120)
    assert (july.work_date.month, july.figures.worked_minutes) == (7, 0)


@given(calendars(), punch_lists())
def test_v10_the_night_is_never_longer_than_the_work(days: tuple[CalendarDay, ...], punches: list[Punch]) -> None:
    total = total_figures(calculate_days(days=days, punches=punches))

    assert total.late_night_minutes <= total.worked_minutes


def test_v10_thirteen_hours_at_night_are_not_made_of_eight() -> None:
    days = planned_days(["20:00-29:00 break 24:00-25:00"], rules=japanese())

    (result,) = calculate_days(days=days, punches=duty("20:00-29:00 break 24:00-25:00"))

    assert (result.figures.late_night_minutes, result.figures.worked_minutes) == (360, 480)
    assert punch(None, MONDAY, "20:00").at == datetime(2026, 6, 1, 11, tzinfo=UTC)
