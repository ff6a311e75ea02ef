from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.engine.clock_windows import ClockWindow, minutes_in_window
from tokimori.engine.elsewhere.california import CALIFORNIA, DOUBLE, REGULAR, TIME_AND_A_HALF, WORKDAY
from tokimori.engine.elsewhere.clock_overlays import ClockOverlay, overlay_minutes
from tokimori.engine.elsewhere.insufficient_rest import rest_premium
from tokimori.engine.elsewhere.lateness_grace import WithinGrace, punctuality
from tokimori.engine.elsewhere.taiwan import NATIONAL_HOLIDAY, REGULAR_DAY_OFF, REST_DAY, TAIWAN, WORKING_DAY
from tokimori.engine.elsewhere.threshold_pack import UnknownDayType, WorkedDay, tiered_day, tiered_week
from tokimori.engine.elsewhere.vietnam import VietnameseDay, overtime_rate
from tokimori.engine.intervals import Interval, interval_of
from tokimori.engine.law import NotInForce

DAY = date(2026, 4, 1)
US = CALIFORNIA.on(DAY)
TW = TAIWAN.on(DAY)
MIDNIGHT = datetime(2026, 4, 1, tzinfo=UTC)
EVENING = ClockWindow(start_minute=18 * 60, end_minute=24 * 60)
NIGHT = ClockWindow(start_minute=22 * 60, end_minute=29 * 60)


def hours(start: float, end: float) -> Interval:
    return interval_of(MIDNIGHT + timedelta(hours=start), MIDNIGHT + timedelta(hours=end))


def week(*daily: float) -> list[WorkedDay]:
    return [WorkedDay(day_type=WORKDAY, minutes=Fraction(str(one)) * 60) for one in daily]


@pytest.mark.parametrize(
    ("daily", "expected"),
    [
        pytest.param((8, 8, 8, 8, 8), (40, 0, 0), id="forty hours"),
        pytest.param((8, 8, 8, 8, 8, 1), (40, 1, 0), id="an hour more"),
        pytest.param((10, 10, 10, 10), (32, 8, 0), id="beyond eight a day"),
        pytest.param((9, 9, 9, 9, 9), (40, 5, 0), id="not counted twice"),
        pytest.param((12,), (8, 4, 0), id="twelve hours"),
        pytest.param((13,), (8, 4, 1), id="beyond twelve"),
        pytest.param((6, 6, 6, 6, 6, 6, 10), (36, 8, 2), id="the seventh day in a row"),
        pytest.param((6, 6, 6, 6, 6, 0, 10), (38, 2, 0), id="a day off between"),
        pytest.param((8, 8, 8, 8, 8, 8, 8), (40, 16, 0), id="seven days of eight"),
        pytest.param((), (0, 0, 0), id="no days"),
    ],
)
def test_california(daily: tuple[float, ...], expected: tuple[int, ...]) -> None:
    found = tiered_week(pack=US, days=week(*daily))

    assert tuple(found.minutes_at(one) / 60 for one in (REGULAR, TIME_AND_A_HALF, DOUBLE)) == expected


def test_a_pack_may_count_twice() -> None:
    twice = replace(US, excludes_double_count=False)

    found = tiered_week(pack=twice, days=week(9, 9, 9, 9, 9))

    assert found.minutes_at(TIME_AND_A_HALF) == (5 + 5) * 60


@given(daily=st.lists(st.integers(0, 1440), max_size=7))
def test_every_minute_is_paid_once(daily: list[int]) -> None:
    days = [WorkedDay(day_type=WORKDAY, minutes=Fraction(one)) for one in daily]

    found = tiered_week(pack=US, days=days)

    assert sum(found.minutes_by_multiplier.values()) == sum(daily)
    assert found.minutes_at(REGULAR) <= 2400


@pytest.mark.parametrize(
    ("day_type", "worked", "tiers", "pay", "over"),
    [
        pytest.param(WORKING_DAY, 2, (2, 0), 536, 0, id="two hours"),
        pytest.param(WORKING_DAY, 3, (2, 1), 870, 0, id="a third"),
        pytest.param(WORKING_DAY, 4, (2, 2), 1204, 0, id="the longest day"),
        pytest.param(WORKING_DAY, 5, (2, 3), 1538, 1, id="an hour too long, paid all the same"),
        pytest.param(REST_DAY, 8, (2, 6, 0), 2540, 0, id="a rest day"),
        pytest.param(REST_DAY, 9, (2, 6, 1), 3074, 0, id="a longer rest day"),
        pytest.param(NATIONAL_HOLIDAY, 0, (0, 0, 0), 0, 0, id="a holiday not worked"),
        pytest.param(NATIONAL_HOLIDAY, 1, (1, 0, 0), 1600, 0, id="an hour, and a whole day's wage"),
        pytest.param(NATIONAL_HOLIDAY, 11, (8, 2, 1), 2470, 0, id="a long holiday"),
        pytest.param(REGULAR_DAY_OFF, 9, (8, 1), 2000, 0, id="the day nobody works"),
    ],
)
def test_taiwan(day_type: str, worked: int, tiers: tuple[int, ...], pay: int, over: int) -> None:
    found = tiered_day(pack=TW, day_type=day_type, minutes=Fraction(worked * 60))

    assert tuple(one.minutes / 60 for one in found.shares) == tiers
    assert found.pay(hourly=Fraction(200)) == pay
    assert found.over_limit_minutes == over * 60


def test_packs_refuse_what_they_do_not_know() -> None:
    with pytest.raises(UnknownDayType):
        tiered_day(pack=TW, day_type="someday", minutes=Fraction(1))
    with pytest.raises(ValueError, match="forward"):
        tiered_day(pack=TW, day_type=REST_DAY, minutes=Fraction(-1))
    with pytest.raises(NotInForce):
        TAIWAN.on(date(2018, 2, 28))


@pytest.mark.parametrize(
    ("day_type", "day_time", "night", "night_after_day"),
    [
        (VietnameseDay.NORMAL, "1.5", "2", "2.1"),
        (VietnameseDay.WEEKLY_DAY_OFF, "2", "2.7", "2.7"),
        (VietnameseDay.HOLIDAY, "3", "3.9", "3.9"),
    ],
)
def test_vietnam(day_type: VietnameseDay, day_time: str, night: str, night_after_day: str) -> None:
    found = [
        overtime_rate(day_type=day_type, is_night=is_night, follows_day_overtime=follows, day=DAY).rate
        for is_night, follows in ((False, False), (True, False), (True, True))
    ]

    assert found == [Fraction(day_time), Fraction(night), Fraction(night_after_day)]


@pytest.mark.parametrize(
    ("window", "work", "minutes"),
    [
        (EVENING, hours(16, 24), 360),
        (EVENING, hours(10, 18), 0),
        (EVENING, hours(10, 18.5), 30),
        (EVENING, hours(21, 29), 180),
        (EVENING, hours(21, 43), 240),
        (NIGHT, hours(0, 8), 300),
        (NIGHT, hours(22, 30), 420),
        (ClockWindow(start_minute=0, end_minute=1440), hours(5, 50), 45 * 60),
    ],
)
def test_a_window_comes_back_every_day(window: ClockWindow, work: Interval, minutes: int) -> None:
    assert minutes_in_window(work=[work], window=window, zone="UTC") == minutes


def test_a_window_is_looked_for_until_the_last_work_ends() -> None:
    assert minutes_in_window(work=[hours(10, 12), hours(46, 48)], window=NIGHT, zone="UTC") == 120


def test_windows_follow_the_local_clock() -> None:
    """London, 30 March 2025: the hour from one to two is not there, so the night has six hours."""
    night = interval_of(datetime(2025, 3, 29, 20, tzinfo=UTC), datetime(2025, 3, 30, 10, tzinfo=UTC))

    assert minutes_in_window(work=[night], window=NIGHT, zone="Europe/London") == 360
    skipped = ClockWindow(start_minute=75, end_minute=120)
    assert minutes_in_window(work=[night], window=skipped, zone="Europe/London") == 0


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (1440, 1441), (5, 5), (0, 1441)])
def test_a_window_lies_in_a_day(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="window"):
        ClockWindow(start_minute=start, end_minute=end)


@pytest.mark.parametrize(
    ("stacks", "minutes"), [((False, False), (240, 120)), ((True, False), (360, 120)), ((False, True), (360, 120))]
)
def test_overlays_add_up_or_the_higher_one_wins(stacks: tuple[bool, bool], minutes: tuple[int, ...]) -> None:
    evening = ClockOverlay(name="evening", window=EVENING, extra_rate=Fraction(1, 10), stacks=stacks[0])
    night = ClockOverlay(name="night", window=NIGHT, extra_rate=Fraction(1, 4), stacks=stacks[1])

    found = overlay_minutes(work=[hours(17, 24)], overlays=[evening, night], zone="UTC")

    assert tuple(one.minutes for one in found) == minutes


@pytest.mark.parametrize(
    ("rest", "whole", "until"), [(360, 360, 120), (479, 360, 1), (480, 0, 0), (481, 0, 0), (60, 360, 360)]
)
def test_rest_that_was_too_short(rest: int, whole: int, until: int) -> None:
    shift = hours(4, 10)

    found = rest_premium(previous_end=shift.start - rest, next_shift=shift, minimum_rest_minutes=480)

    assert (found.rest_minutes, found.whole_shift_minutes, found.until_rested_minutes) == (rest, whole, until)


def test_a_shift_may_follow_at_once_and_no_rest_may_be_asked_for() -> None:
    shift = hours(4, 10)

    assert rest_premium(previous_end=shift.start, next_shift=shift, minimum_rest_minutes=480).rest_minutes == 0
    assert rest_premium(previous_end=shift.start, next_shift=shift, minimum_rest_minutes=0).whole_shift_minutes == 0
    with pytest.raises(ValueError, match="after"):
        rest_premium(previous_end=shift.start + 1, next_shift=shift, minimum_rest_minutes=480)
    with pytest.raises(ValueError, match="forward"):
        rest_premium(previous_end=shift.start, next_shift=shift, minimum_rest_minutes=-1)


@pytest.mark.parametrize(
    ("late", "within", "expected"),
    [
        (-5, WithinGrace.KEEP_MINUTES, (0, False)),
        (15, WithinGrace.KEEP_MINUTES, (15, False)),
        (15, WithinGrace.EXCUSE, (0, False)),
        (16, WithinGrace.EXCUSE, (16, True)),
        (30, WithinGrace.KEEP_MINUTES, (30, True)),
        (None, WithinGrace.KEEP_MINUTES, (None, None)),
    ],
)
def test_grace_hides_the_flag_and_shortens_nothing(
    late: int | None, within: WithinGrace, expected: tuple[int | None, bool | None]
) -> None:
    found = punctuality(
        late_by_minutes=late, early_by_minutes=late, grace_minutes=15, early_grace_minutes=15, within_grace=within
    )

    assert (found.late_minutes, found.is_late) == expected
    assert (found.early_leave_minutes, found.is_early_leave) == expected


@pytest.mark.parametrize(("late", "early"), [(-1, 0), (0, -1)])
def test_no_grace_is_negative(late: int, early: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        punctuality(late_by_minutes=0, early_by_minutes=0, grace_minutes=late, early_grace_minutes=early)
