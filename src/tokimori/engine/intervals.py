"""Stretches of time: minutes since 1970 in UTC, whole, with the start inside and the end not.

Whole numbers instead of instants: elapsed time is a difference whatever the wall clock did meanwhile, and a month of days
is calculated a few times faster. Instants enter by ``minute_of`` and leave by ``plain_minute``.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

_SECONDS_IN_MINUTE: Final = 60


class Interval(NamedTuple):
    """``[start, end)`` in minutes since 1970-01-01T00:00Z, so that neighbours touch without overlapping."""

    start: int
    end: int

    @property
    def minutes(self) -> int:
        """Return the length in minutes."""
        return self.end - self.start

    def to_plain(self) -> dict[str, str]:
        """Return the form that is stored."""
        return {"start": plain_minute(self.start), "end": plain_minute(self.end)}


def interval_of(start: datetime, end: datetime) -> Interval:
    """Return the stretch between two instants; raise ``ValueError`` for local times, seconds, and ends before starts."""
    for instant in (start, end):
        if instant.tzinfo is not UTC:
            raise ValueError("An interval is measured in UTC.")
        if instant.second or instant.microsecond:
            raise ValueError("An interval begins and ends on whole minutes.")
    if end < start:
        raise ValueError("An interval cannot end before it starts.")
    return Interval(minute_of(start), minute_of(end))


def minute_of(instant: datetime) -> int:
    """Return the minute that an instant lies in, without its seconds.

    A punch at 09:00:59 was made in the minute 09:00; counting that minute for arrivals and departures alike is how a clock
    that shows minutes reads.
    """
    return int(instant.timestamp() // _SECONDS_IN_MINUTE)


def instant_of(minute: int) -> datetime:
    """Return the instant at which a minute begins, in UTC."""
    return datetime.fromtimestamp(minute * _SECONDS_IN_MINUTE, tz=UTC)


@lru_cache(maxsize=8192)
def plain_minute(minute: int) -> str:
    """Return a minute as ISO 8601 in UTC, ``2026-04-01T00:00:00Z``."""
    return instant_of(minute).strftime("%Y-%m-%dT%H:%M:%SZ")


def total_minutes(intervals: Iterable[Interval]) -> int:
    """Return the minutes of all intervals together; they must not overlap."""
    found = 0
    for start, end in intervals:
        found += end - start
    return found


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the union: sorted, without overlap, without empty stretches, neighbours joined."""
    if isinstance(intervals, (tuple, list)) and len(intervals) <= 1:
        return tuple(intervals) if not intervals or intervals[0][0] < intervals[0][1] else ()
    found: list[Interval] = []
    for interval in sorted(intervals):
        start, end = interval
        if start >= end:
            continue
        if found and start <= found[-1].end:
            if end > found[-1].end:
                found[-1] = Interval(found[-1].start, end)
        else:
            found.append(interval)
    return tuple(found)


def intersected(first: Iterable[Interval], second: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return what lies in both."""
    others = merged(second)
    if not others:
        return ()
    found: list[Interval] = []
    for start, end in merged(first):
        for other_start, other_end in others:
            begin = max(other_start, start)
            until = min(other_end, end)
            if begin < until:
                found.append(Interval(begin, until))
    return tuple(found)


def subtracted(first: Iterable[Interval], second: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return what lies in the first and not in the second."""
    left = merged(first)
    holes = merged(second)
    if not left or not holes:
        return left
    found: list[Interval] = []
    for start, end in left:
        begin = start
        for hole_start, hole_end in holes:
            if hole_end <= begin:
                continue
            if hole_start >= end:
                break
            if begin < hole_start:
                found.append(Interval(begin, hole_start))
            begin = hole_end
        if begin < end:
            found.append(Interval(begin, end))
    return tuple(found)


def cut_at(interval: Interval, minutes: Iterable[int]) -> list[Interval]:
    """Return the interval in pieces, cut at those minutes that lie inside it."""
    start, end = interval
    inside = [minute for minute in minutes if start < minute < end]
    if not inside:
        return [interval] if start < end else []
    found: list[Interval] = []
    for minute in sorted(inside):
        if minute > start:
            found.append(Interval(start, minute))
            start = minute
    found.append(Interval(start, end))
    return found


def contains(intervals: Sequence[Interval], minute: int) -> bool:
    """Whether a minute lies in one of the intervals."""
    for start, end in intervals:  # noqa: SIM110 -- a generator costs more than the answer
        if start <= minute < end:
            return True
    return False
