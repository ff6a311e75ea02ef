"""What the wall clock of a zone shows, in minutes since 1970. Looked up once for each zone and date."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from tokimori.engine.intervals import Interval, minute_of
from tokimori.engine.rules import ClockWindow

MINUTES_IN_DAY: Final = 24 * 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=16384)
def at_clock(zone: str, on: date, minute: int) -> int:
    """Return the minute at which a zone's clock shows so many minutes of a date; 1440 is the next midnight.

    Of an hour that the clock shows twice, the first; of one that it leaves out, the minute that it would have been.
    """
    days, rest = divmod(minute, MINUTES_IN_DAY)
    wall = datetime.combine(on + timedelta(days=days), time(rest // 60, rest % 60), tzinfo=ZoneInfo(zone))
    return minute_of(wall)


@lru_cache(maxsize=16384)
def date_at(zone: str, minute: int) -> date:
    """Return the date that a zone's calendar shows at a minute."""
    return (_EPOCH + timedelta(minutes=minute)).astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=4096)
def midnights(zone: str, on: date) -> tuple[int, ...]:
    """Return the midnights that a duty of a date may cross: those that begin the date and the three after it."""
    return tuple(at_clock(zone, on + timedelta(days=ahead), 0) for ahead in range(4))


@lru_cache(maxsize=4096)
def windows(zone: str, on: date, window: ClockWindow) -> tuple[Interval, ...]:
    """Return the windows of the clock that a duty may touch, from the evening before to the third morning after."""
    over_midnight = MINUTES_IN_DAY if window.end_minute <= window.start_minute else 0
    days = (on + timedelta(days=ahead) for ahead in (-1, 0, 1, 2))
    return tuple(
        Interval(at_clock(zone, day, window.start_minute), at_clock(zone, day, window.end_minute + over_midnight))
        for day in days
    )


def edges_of(intervals: Sequence[Interval]) -> tuple[int, ...]:
    """Return where the intervals begin and end."""
    return tuple(edge for interval in intervals for edge in interval)
