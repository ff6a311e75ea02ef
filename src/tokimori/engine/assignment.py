"""To which work date does a punch belong? To the one whose plan it is nearest to; a fixed hour decides only where none is.

An arrival opens a duty on the day whose window it falls in. Windows meet half-way between one shift's end and the next
one's start. What follows an arrival belongs to its duty, over midnight too, as long as the duty can still be the same one.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tokimori.engine.facts import CalendarDay, Punch, PunchKind
from tokimori.engine.intervals import floored

LONGEST_DUTY: Final = timedelta(hours=30)
"""A departure later than this after its arrival belongs to another duty, whose arrival was forgotten."""

MARGIN: Final = timedelta(hours=4)
"""How far from a shift its day reaches at least, where the neighbouring day has no plan."""


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
    found: dict[date, list[Punch]] = {day.date: [] for day in days}
    outside: list[Punch] = []
    duty = _OpenDuty()
    for punch in sorted(punches, key=lambda one: (one.at, one.id)):
        index = bisect_right(edges, floored(punch.at)) - 1
        if duty.takes(punch, days):
            index = duty.index
        if not 0 <= index < len(days):
            outside.append(punch)
            continue
        found[days[index].date].append(punch)
        duty.follow(punch, index)
    return Assignment(by_date={day: tuple(assigned) for day, assigned in found.items()}, outside=tuple(outside))


class _OpenDuty:
    """The duty that the last arrival opened, until a departure closes it."""

    def __init__(self) -> None:
        self.index = -1
        self._began: datetime | None = None

    def takes(self, punch: Punch, days: Sequence[CalendarDay]) -> bool:
        """Whether a punch belongs to the open duty, whatever window it falls in."""
        if self._began is None or punch.kind is PunchKind.IN:
            return False
        if punch.at - self._began > LONGEST_DUTY:
            return False
        following = days[self.index + 1] if self.index + 1 < len(days) else None
        if following is None:
            return True
        if punch.kind is None:
            # It may be an arrival too; once the next day's window is open, two arrivals must not make one day.
            return punch.at < window_edge(days[self.index], following)
        if not following.shifts:
            return True
        # From the middle of the next day's shift on, a departure is more likely that shift's.
        shift = following.shifts[0].interval
        return punch.at < shift.start + (shift.end - shift.start) / 2

    def follow(self, punch: Punch, index: int) -> None:
        """Open, keep or close the duty after a punch."""
        if punch.kind is PunchKind.OUT:
            self._began = None
        elif punch.kind is PunchKind.IN or self._began is None or index != self.index:
            self._began, self.index = punch.at, index


def window_edge(before: CalendarDay | None, after: CalendarDay | None) -> datetime:
    """Return the instant at which one day's window ends and the next one's begins."""
    fallback = _boundary(before, after)
    ends = before.shifts[-1].interval.end if before is not None and before.shifts else None
    starts = after.shifts[0].interval.start if after is not None and after.shifts else None
    if ends is not None and starts is not None:
        return ends + (starts - ends) / 2 if ends < starts else starts
    if ends is not None:
        return max(fallback, ends + MARGIN)
    if starts is not None:
        return min(fallback, starts - MARGIN)
    return fallback


def _boundary(before: CalendarDay | None, after: CalendarDay | None) -> datetime:
    """Return the fixed hour that divides two days on which nothing is planned."""
    if after is not None:
        return _local(after, after.date)
    if before is not None:
        return _local(before, before.date + timedelta(days=1))
    raise ValueError("An edge has a day on one side at least.")


def _local(day: CalendarDay, on: date) -> datetime:
    hour, minute = divmod(day.rules.day_boundary_minute, 60)
    return datetime.combine(on, time(hour, minute), tzinfo=ZoneInfo(day.zone)).astimezone(UTC)
