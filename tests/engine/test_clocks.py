"""What the wall clock of a zone shows around a date that a duty begins on."""

from datetime import UTC, datetime, timedelta

from engine.notation import MONDAY, TOKYO
from tokimori.engine import ClockWindow
from tokimori.engine.clocks import midnights, windows
from tokimori.engine.intervals import minute_of

NIGHT = ClockWindow(start_minute=22 * 60, end_minute=5 * 60)
MIDNIGHT = minute_of(datetime.combine(MONDAY, datetime.min.time(), tzinfo=UTC)) - 9 * 60
"""The midnight in Tokyo that Monday begins with."""


def test_a_duty_may_cross_three_midnights_after_the_one_its_date_begins_with() -> None:
    assert midnights(TOKYO, MONDAY) == tuple(MIDNIGHT + days * 1440 for days in (0, 1, 2, 3))


def test_nights_reach_from_the_evening_before_to_the_third_morning_after() -> None:
    evenings = [MIDNIGHT + 22 * 60 + days * 1440 for days in (-1, 0, 1, 2)]

    assert [tuple(one) for one in windows(TOKYO, MONDAY, NIGHT)] == [(evening, evening + 420) for evening in evenings]


def test_a_window_within_a_day_ends_on_it() -> None:
    noon = ClockWindow(start_minute=12 * 60, end_minute=13 * 60)

    assert tuple(windows(TOKYO, MONDAY, noon)[1]) == (MIDNIGHT + 720, MIDNIGHT + 780)
    assert windows(TOKYO, MONDAY + timedelta(days=1), noon)[0] == windows(TOKYO, MONDAY, noon)[1]
