"""Stretches of the local clock that come back every day: a night, an evening."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tokimori.engine.intervals import Interval, floored, intersected, total_minutes

MINUTES_IN_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWindow:
    """``[start, end)`` in minutes from midnight; an end beyond 1440 lies on the next day. No longer than a day."""

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        """Refuse windows that begin outside the day, are empty, or overlap their own next day."""
        if not 0 <= self.start_minute < MINUTES_IN_DAY:
            raise ValueError("A window begins within its day.")
        if not self.start_minute < self.end_minute <= self.start_minute + MINUTES_IN_DAY:
            raise ValueError("A window lasts a minute to a day.")


def minutes_in_window(*, work: Sequence[Interval], window: ClockWindow, zone: str) -> int:
    """Return the minutes of work that lie in the window on whatever day, by the clock of the zone."""
    return total_minutes(in_window(work=work, window=window, zone=zone))


def in_window(*, work: Sequence[Interval], window: ClockWindow, zone: str) -> tuple[Interval, ...]:
    """Return the parts of work that lie in the window; of an hour that the clock repeats, edges mean the first."""
    if not work:
        return ()
    clock = ZoneInfo(zone)
    # The window of the day before may reach into the first day of work.
    day = min(one.start for one in work).astimezone(clock).date() - timedelta(days=1)
    last = max(one.end for one in work).astimezone(clock).date()
    windows = []
    while day <= last:
        start, end = _instant(day, window.start_minute, clock), _instant(day, window.end_minute, clock)
        # A clock that is put forward may jump over a short window as a whole.
        if start < end:
            windows.append(Interval(start=start, end=end))
        day += timedelta(days=1)
    return intersected(work, windows)


def _instant(day: date, minute: int, clock: ZoneInfo) -> datetime:
    days, rest = divmod(minute, MINUTES_IN_DAY)
    hour, minute_of_hour = divmod(rest, 60)
    local = datetime.combine(day + timedelta(days=days), time(hour, minute_of_hour), tzinfo=clock)
    return floored(local.astimezone(UTC))
