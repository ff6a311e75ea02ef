"""Stretches of time: measured in UTC, to the minute, with the start inside and the end not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

SECONDS_IN_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Interval:
    """``[start, end)``, so that neighbours touch without overlapping. Both ends are whole minutes in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse local times, seconds, and ends before starts."""
        if self.start.tzinfo is not UTC or self.end.tzinfo is not UTC:
            raise ValueError("An interval is measured in UTC.")
        if self.start.second or self.start.microsecond or self.end.second or self.end.microsecond:
            raise ValueError("An interval begins and ends on whole minutes.")
        if self.end < self.start:
            raise ValueError("An interval cannot end before it starts.")

    @property
    def minutes(self) -> int:
        """Return the length in minutes."""
        return int((self.end - self.start).total_seconds()) // SECONDS_IN_MINUTE

    def to_plain(self) -> dict[str, str]:
        """Return the form that is stored."""
        return {"start": plain_instant(self.start), "end": plain_instant(self.end)}


def floored(instant: datetime) -> datetime:
    """Return the instant without its seconds, in UTC.

    A punch at 09:00:59 was made in the minute 09:00; counting that minute for arrivals and departures alike is how a clock
    that shows minutes reads.
    """
    return instant.astimezone(UTC).replace(second=0, microsecond=0)


def plain_instant(instant: datetime) -> str:
    """Return an instant as ISO 8601 in UTC, ``2026-04-01T00:00:00Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def total_minutes(intervals: Iterable[Interval]) -> int:
    """Return the minutes of all intervals together; they must not overlap."""
    return sum(interval.minutes for interval in intervals)


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the union: sorted, without overlap, without empty stretches, neighbours joined."""
    found: list[Interval] = []
    for interval in sorted(one for one in intervals if one.start < one.end):
        if found and interval.start <= found[-1].end:
            if interval.end > found[-1].end:
                found[-1] = Interval(start=found[-1].start, end=interval.end)
        else:
            found.append(interval)
    return tuple(found)


def intersected(first: Iterable[Interval], second: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return what lies in both."""
    others = merged(second)
    return tuple(
        Interval(start=max(one.start, other.start), end=min(one.end, other.end))
        for one in merged(first)
        for other in others
        if max(one.start, other.start) < min(one.end, other.end)
    )


def subtracted(first: Iterable[Interval], second: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return what lies in the first and not in the second."""
    left = list(merged(first))
    for hole in merged(second):
        left = [piece for one in left for piece in _without(one, hole)]
    return tuple(left)


def cut_at(interval: Interval, instants: Iterable[datetime]) -> tuple[Interval, ...]:
    """Return the interval in pieces, cut at those instants that lie inside it."""
    edges = [interval.start, *sorted({one for one in instants if interval.start < one < interval.end}), interval.end]
    return tuple(Interval(start=start, end=end) for start, end in pairwise(edges) if start < end)


def contains(intervals: Sequence[Interval], instant: datetime) -> bool:
    """Whether an instant lies in one of the intervals."""
    return any(one.start <= instant < one.end for one in intervals)


def _without(one: Interval, hole: Interval) -> tuple[Interval, ...]:
    if hole.end <= one.start or one.end <= hole.start:
        return (one,)
    pieces = []
    if one.start < hole.start:
        pieces.append(Interval(start=one.start, end=hole.start))
    if hole.end < one.end:
        pieces.append(Interval(start=hole.end, end=one.end))
    return tuple(pieces)
