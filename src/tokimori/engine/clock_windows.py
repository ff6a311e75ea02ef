"""Stretches of the local clock that come back every day: a night, an evening."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from tokimori.engine.clocks import MINUTES_IN_DAY, at_clock, date_at
from tokimori.engine.intervals import Interval, intersected, total_minutes


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
    # The window of the day before may reach into the first day of work.
    day = date_at(zone, min(one.start for one in work)) - timedelta(days=1)
    last = date_at(zone, max(one.end for one in work))
    windows = []
    while day <= last:
        start, end = at_clock(zone, day, window.start_minute), at_clock(zone, day, window.end_minute)
        # A clock that is put forward may jump over a short window as a whole.
        if start < end:
            windows.append(Interval(start, end))
        day += timedelta(days=1)
    return intersected(work, windows)
