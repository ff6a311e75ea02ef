"""To which work date does a punch belong? To the one whose plan it is nearest to; a fixed hour decides only where none is.

An arrival opens a duty on the day whose window it falls in. Windows meet half-way between one shift's end and the next
one's start. What follows an arrival belongs to its duty, over midnight too, as long as the duty can still be the same one.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from tokimori.engine.clocks import at_clock
from tokimori.engine.facts import CalendarDay, Punch, PunchKind

LONGEST_DUTY_MINUTES: Final = 30 * 60
"""A departure later than this after its arrival belongs to another duty, whose arrival was forgotten."""

MARGIN_MINUTES: Final = 4 * 60
"""How far from a shift its day reaches at least, where the neighbouring day has no plan."""

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The punches of each date, in order; and those that lie outside all the days given."""

    by_date: Mapping[date, tuple[Punch, ...]]
    outside: tuple[Punch, ...]


def assign_punches(*, punches: Sequence[Punch], days: Sequence[CalendarDay]) -> Assignment:
    """Return the punches of each day. Every punch is assigned once, or lies outside.

    Days are consecutive. The order of the punches given does not matter.
    """
    if not days:
        return Assignment(by_date={}, outside=tuple(punches))
    edges = [window_edge(before, after) for before, after in zip((None, *days), (*days, None), strict=True)]
    found: list[list[Punch]] = [[] for _ in days]
    outside: list[Punch] = []
    duty = _OpenDuty(days, edges)
    for punch in sorted(punches, key=_by_time):
        index = duty.index if duty.takes(punch) else bisect_right(edges, punch.minute) - 1
        if not 0 <= index < len(days):
            outside.append(punch)
            continue
        found[index].append(punch)
        duty.follow(punch, index)
    return Assignment(
        by_date={day.date: tuple(assigned) for day, assigned in zip(days, found, strict=True)}, outside=tuple(outside)
    )


class _OpenDuty:
    """The duty that the last arrival opened, until a departure closes it."""

    __slots__ = ("_began", "_days", "_edges", "index")

    def __init__(self, days: Sequence[CalendarDay], edges: Sequence[int]) -> None:
        self.index = -1
        self._began: int | None = None
        self._days = days
        self._edges = edges

    def takes(self, punch: Punch) -> bool:
        """Whether a punch belongs to the open duty, whatever window it falls in."""
        if self._began is None or punch.kind is PunchKind.IN:
            return False
        if punch.second - self._began > LONGEST_DUTY_MINUTES * 60:
            return False
        following = self.index + 1
        if following >= len(self._days):
            return True
        if punch.kind is None:
            # It may be an arrival too; once the next day's window is open, two arrivals must not make one day.
            return punch.minute < self._edges[following]
        shifts = self._days[following].shifts
        if not shifts:
            return True
        # From the middle of the next day's shift on, a departure is more likely that shift's.
        start, end = shifts[0].interval
        return 2 * punch.minute < start + end

    def follow(self, punch: Punch, index: int) -> None:
        """Open, keep or close the duty after a punch."""
        if punch.kind is PunchKind.OUT:
            self._began = None
        elif punch.kind is PunchKind.IN or self._began is None or index != self.index:
            self._began, self.index = punch.second, index


def window_edge(before: CalendarDay | None, after: CalendarDay | None) -> int:
    """Return the minute at which one day's window ends and the next one's begins."""
    ends = before.shifts[-1].interval.end if before is not None and before.shifts else None
    starts = after.shifts[0].interval.start if after is not None and after.shifts else None
    if ends is not None and starts is not None:
        return (ends + starts) // 2 if ends < starts else starts
    fallback = _boundary(before, after)
    if ends is not None:
        return max(fallback, ends + MARGIN_MINUTES)
    if starts is not None:
        return min(fallback, starts - MARGIN_MINUTES)
    return fallback


def _boundary(before: CalendarDay | None, after: CalendarDay | None) -> int:
    """Return the fixed hour that divides two days on which nothing is planned."""
    if after is not None:
        return at_clock(after.zone, after.date, after.rules.day_boundary_minute)
    if before is not None:
        return at_clock(before.zone, before.date + _ONE_DAY, before.rules.day_boundary_minute)
    raise ValueError("An edge has a day on one side at least.")


def _by_time(punch: Punch) -> tuple[datetime, str]:
    return (punch.at, punch.id)
