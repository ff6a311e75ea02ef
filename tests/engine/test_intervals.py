from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.notation import MONDAY, moment, stretch
from tokimori.engine.intervals import (
    Interval,
    cut_at,
    instant_of,
    intersected,
    interval_of,
    merged,
    minute_of,
    plain_minute,
    subtracted,
    total_minutes,
)

MIDNIGHT = datetime(2026, 6, 1, tzinfo=UTC)


def at(minute: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


def intervals() -> st.SearchStrategy[list[Interval]]:
    pairs = st.tuples(st.integers(0, 120), st.integers(0, 120))
    one = pairs.map(lambda pair: Interval(min(pair), max(pair)))
    return st.lists(one, max_size=8)


def minutes_in(found: list[Interval] | tuple[Interval, ...]) -> set[int]:
    return {minute for minute in range(121) for one in found if one.start <= minute < one.end}


def test_interval_is_refused_in_local_time() -> None:
    with pytest.raises(ValueError, match="UTC"):
        interval_of(at(0).astimezone(timezone(timedelta(hours=9))), at(1))


def test_interval_is_refused_with_seconds() -> None:
    with pytest.raises(ValueError, match="whole minutes"):
        interval_of(at(0), at(1) + timedelta(seconds=1))


def test_interval_is_refused_when_it_ends_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        interval_of(at(1), at(0))


@pytest.mark.parametrize(("second", "expected"), [(0, "09:00"), (1, "09:00"), (59, "09:00"), (60, "09:01")])
def test_seconds_of_a_punch_are_dropped(second: int, expected: str) -> None:
    assert instant_of(minute_of(moment(MONDAY, "09:00") + timedelta(seconds=second))) == moment(MONDAY, expected)


def test_instants_are_written_in_utc() -> None:
    assert plain_minute(minute_of(moment(MONDAY, "09:00"))) == "2026-06-01T00:00:00Z"


def test_neighbours_touch_without_overlapping() -> None:
    morning, afternoon = stretch(MONDAY, "09:00-12:00"), stretch(MONDAY, "12:00-18:00")

    assert intersected([morning], [afternoon]) == ()
    assert merged([afternoon, morning]) == (stretch(MONDAY, "09:00-18:00"),)


@given(intervals(), intervals())
def test_interval_arithmetic_is_that_of_sets_of_minutes(first: list[Interval], second: list[Interval]) -> None:
    assert minutes_in(merged(first)) == minutes_in(first)
    assert minutes_in(intersected(first, second)) == minutes_in(first) & minutes_in(second)
    assert minutes_in(subtracted(first, second)) == minutes_in(first) - minutes_in(second)
    assert total_minutes(merged(first)) == len(minutes_in(first))


@given(intervals(), st.lists(st.integers(-10, 130), max_size=6))
def test_cutting_loses_nothing(given_intervals: list[Interval], cuts: list[int]) -> None:
    for interval in given_intervals:
        pieces = cut_at(interval, cuts)

        assert sum(piece.minutes for piece in pieces) == interval.minutes
        assert all(piece.minutes for piece in pieces)
