from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.engine.elsewhere.clock_pairing import PairingPolicy, paired_punches
from tokimori.engine.elsewhere.double_taps import without_double_taps
from tokimori.engine.elsewhere.elapsed_time import BreakTooLong, ImpossibleDuty, NoSuchMoment, elapsed_duty
from tokimori.engine.elsewhere.punch_rounding import (
    CutsTime,
    Edge,
    Legality,
    RoundingMode,
    is_neutral,
    rounded_by_threshold,
    rounded_punch,
)
from tokimori.engine.elsewhere.work_dates import DayBoundary, PlannedShift, dated_punches, work_dates
from tokimori.engine.facts import Punch, PunchKind
from tokimori.engine.intervals import interval_of

MONDAY = datetime(2025, 6, 2, tzinfo=UTC)
ALTERNATE, SPLIT = PairingPolicy.FIRST_IN_LAST_OUT_ALTERNATE_BREAKS, PairingPolicy.SPLIT_SHIFT
FIVE = DayBoundary(zone="UTC", minute=300)
IN, OUT = PunchKind.IN, PunchKind.OUT


def at(hour: float) -> datetime:
    return MONDAY + timedelta(hours=hour)


def punches(*given_punches: tuple[PunchKind, float]) -> list[Punch]:
    return [Punch(id=str(number), at=at(hour), kind=kind) for number, (kind, hour) in enumerate(given_punches)]


def shift(start: float, end: float) -> PlannedShift:
    return PlannedShift(work_date=at(start).date(), interval=interval_of(at(start), at(end)))


@pytest.mark.parametrize(
    ("policy", "hours", "worked", "gap", "unpaired"),
    [
        pytest.param(ALTERNATE, (), 0, 0, (), id="nobody came"),
        pytest.param(ALTERNATE, (9,), None, 0, (0,), id="one punch is no stretch"),
        pytest.param(ALTERNATE, (9, 18), 540, 0, (), id="in and out"),
        pytest.param(ALTERNATE, (9, 12, 18), 540, 0, (1,), id="a break that did not end"),
        pytest.param(ALTERNATE, (9, 12, 13, 18), 480, 0, (), id="a break"),
        pytest.param(ALTERNATE, (9, 12, 12, 18), 540, 0, (), id="a break of no length"),
        pytest.param(ALTERNATE, (9, 12, 13, 15, 18), 480, 0, (3,), id="a break and a half"),
        pytest.param(ALTERNATE, (9, 10, 11, 15, 16, 18), 420, 0, (), id="two breaks"),
        pytest.param(SPLIT, (6, 10, 16, 21), 540, 360, (), id="a split shift"),
        pytest.param(SPLIT, (6, 10), 240, 0, (), id="a shift in one piece"),
        pytest.param(SPLIT, (6, 10, 16), 240, 0, (2,), id="a second part without an end"),
        pytest.param(SPLIT, (6,), None, 0, (0,), id="no end at all"),
    ],
)
def test_punches_without_a_kind(
    policy: PairingPolicy, hours: tuple[int, ...], worked: int | None, gap: int, unpaired: tuple[int, ...]
) -> None:
    found = paired_punches(at=[at(hour) for hour in hours], policy=policy)

    assert (found.worked_minutes, found.gap_minutes, found.unpaired) == (worked, gap, unpaired)


@pytest.mark.parametrize(
    ("given_punches", "expected"),
    [
        pytest.param([(IN, 9), (OUT, 18)], {2: ("ok", 540)}, id="complete"),
        pytest.param([(IN, 9)], {2: ("missing_out", None)}, id="no departure"),
        pytest.param([(OUT, 18)], {2: ("missing_in", None)}, id="no arrival"),
        pytest.param([(IN, 22), (OUT, 31)], {2: ("ok", 540)}, id="a night"),
        pytest.param(
            [(IN, 9), (IN, 33), (OUT, 42)], {2: ("missing_out", None), 3: ("ok", 540)}, id="the next day is its own"
        ),
        pytest.param(
            [(IN, 9), (OUT, 42)], {2: ("missing_out", None), 3: ("missing_in", None)}, id="never across dates"
        ),
        pytest.param([(IN, 12), (OUT, 30)], {2: ("ok", 1080)}, id="eighteen hours"),
        pytest.param(
            [(IN, 12), (OUT, 30.1)], {2: ("missing_out", None), 3: ("missing_in", None)}, id="longer than a duty is"
        ),
        pytest.param([(IN, 5), (OUT, 28.9)], {2: ("ok", 1434)}, id="long, but before the boundary"),
        pytest.param([(IN, 9), (OUT, 12), (IN, 13), (OUT, 18)], {2: ("ok", 540)}, id="out and back"),
    ],
)
def test_what_is_missing(given_punches: list[tuple[PunchKind, float]], expected: dict[int, tuple[str, int]]) -> None:
    found = work_dates(dated=dated_punches(punches=punches(*given_punches), boundary=FIVE))

    assert {
        day.day: (one.missing.value if one.missing else "ok", one.span_minutes) for day, one in found.items()
    } == expected


def test_a_duty_that_may_go_on_misses_nothing() -> None:
    dated = dated_punches(punches=punches((IN, 9)), boundary=FIVE)

    found = work_dates(dated=dated, open_on=date(2025, 6, 2))[date(2025, 6, 2)]

    assert (found.missing, found.span_minutes) == (None, None)


@pytest.mark.parametrize(
    ("hour", "shifts", "day"),
    [
        pytest.param(28.99, [], 2, id="a minute before the boundary"),
        pytest.param(29, [], 3, id="the boundary"),
        pytest.param(28.8, [shift(18, 26), shift(29, 37)], 3, id="the next shift is nearer"),
        pytest.param(25, [shift(18, 26), shift(28, 37)], 2, id="inside the shift before"),
        pytest.param(28, [shift(32, 40)], 3, id="four hours before a shift"),
        pytest.param(27.9, [shift(32, 40)], 2, id="more than four hours before"),
    ],
)
def test_the_nearest_shift_wins_and_the_boundary_decides_without_one(
    hour: float, shifts: list[PlannedShift], day: int
) -> None:
    dated = dated_punches(punches=punches((IN, hour)), boundary=FIVE, shifts=shifts)

    assert dated.punches[0].work_date == date(2025, 6, day)


def test_a_departure_alone_belongs_to_the_shift_that_ends_nearest() -> None:
    """At half past eight: the night shift ended at six, and the next one begins at nine."""
    alone = dated_punches(punches=punches((OUT, 32.5)), boundary=FIVE, shifts=[shift(18, 30), shift(33, 42)])

    assert [one.work_date.day for one in alone.punches] == [2]


def test_a_long_shift_keeps_its_departure() -> None:
    dated = dated_punches(punches=punches((IN, 8), (OUT, 33)), boundary=FIVE, shifts=[shift(8, 32)])

    assert [one.work_date.day for one in dated.punches] == [2, 2]


@given(hours=st.lists(st.tuples(st.sampled_from([IN, OUT]), st.integers(0, 90)), max_size=12))
def test_every_punch_has_one_date_near_its_own(hours: list[tuple[PunchKind, int]]) -> None:
    dated = dated_punches(punches=punches(*hours), boundary=FIVE)

    assert sorted(one.punch.id for one in dated.punches) == sorted(str(number) for number in range(len(hours)))
    assert all(0 <= (one.punch.at.date() - one.work_date).days <= 1 for one in dated.punches)


@pytest.mark.parametrize(
    ("seconds", "kept"),
    [
        ((0, 59), (0,)),
        ((0, 60), (0,)),
        ((0, 61), (0, 1)),
        ((0, 1000, 1031), (0, 2)),
        ((0, 1000, 1050, 1100), (0, 3)),
        ((0, 50, 100), (0, 2)),
        ((0, 1000, 2000, 2010), (0, 1, 2)),
        ((1000, 0), (1, 0)),
        ((), ()),
    ],
)
def test_the_first_arrival_and_the_last_departure_count(seconds: tuple[int, ...], kept: tuple[int, ...]) -> None:
    moments = [MONDAY + timedelta(seconds=one) for one in seconds]

    assert without_double_taps(at=moments, window=timedelta(seconds=60)).kept == kept


@pytest.mark.parametrize(
    ("mode", "unit", "minute", "rounded"),
    [
        (RoundingMode.NEAREST, 5, 482, 480),
        (RoundingMode.NEAREST, 5, 483, 485),
        (RoundingMode.NEAREST, 6, 482, 480),
        (RoundingMode.NEAREST, 6, 483, 486),
        (RoundingMode.NEAREST, 15, 487, 480),
        (RoundingMode.NEAREST, 15, 488, 495),
        (RoundingMode.UP, 15, 480, 480),
        (RoundingMode.UP, 15, 481, 495),
        (RoundingMode.DOWN, 15, 494, 480),
        (RoundingMode.DOWN, 15, 495, 495),
        (RoundingMode.NEAREST, 15, 1435, 1440),
    ],
)
def test_rounding(mode: RoundingMode, unit: int, minute: int, rounded: int) -> None:
    found = rounded_punch(minute=minute, unit_minutes=unit, mode=mode, edge=None, legality=Legality.UNRESTRICTED)

    assert found.minute == rounded


@pytest.mark.parametrize(
    ("threshold", "minute", "rounded"), [(7, 487, 480), (7, 488, 495), (0, 481, 495), (14, 494, 480)]
)
def test_more_than_the_threshold_goes_up(threshold: int, minute: int, rounded: int) -> None:
    found = rounded_by_threshold(
        minute=minute, unit_minutes=15, threshold_minutes=threshold, edge=None, legality=Legality.UNRESTRICTED
    )

    assert found.minute == rounded


@pytest.mark.parametrize(
    ("mode", "edge", "is_refused"),
    [
        (RoundingMode.UP, Edge.IN, True),
        (RoundingMode.DOWN, Edge.IN, False),
        (RoundingMode.UP, Edge.OUT, False),
        (RoundingMode.DOWN, Edge.OUT, True),
        (RoundingMode.DOWN, None, True),
    ],
)
def test_japan_refuses_what_cuts_time(mode: RoundingMode, edge: Edge | None, is_refused: bool) -> None:  # noqa: FBT001 -- a column
    def rounded(minute: int) -> int:
        return rounded_punch(minute=minute, unit_minutes=15, mode=mode, edge=edge, legality=Legality.NO_LOSS).minute

    assert rounded(480) == 480
    if is_refused:
        with pytest.raises(CutsTime):
            rounded(485)
    else:
        assert rounded(485) in {480, 495}


def test_the_united_states_name_three_units() -> None:
    day = date(2026, 4, 1)
    neutral = [unit for unit in range(1, 61) if is_neutral(unit_minutes=unit, mode=RoundingMode.NEAREST, day=day)]

    assert neutral == [5, 6, 15]
    assert not is_neutral(unit_minutes=5, mode=RoundingMode.UP, day=day)


@given(minute=st.integers(0, 1439), unit=st.integers(1, 60), mode=st.sampled_from(RoundingMode))
def test_rounding_ends_on_a_unit_less_than_one_away(minute: int, unit: int, mode: RoundingMode) -> None:
    found = rounded_punch(minute=minute, unit_minutes=unit, mode=mode, edge=None, legality=Legality.UNRESTRICTED)

    assert found.minute % unit == 0
    assert abs(found.minute - minute) < unit


@pytest.mark.parametrize(
    ("zone", "start", "end", "worked"),
    [
        pytest.param("Europe/London", "2025-03-29T22:00", "2025-03-30T06:00", 420, id="spring is shorter"),
        pytest.param("Europe/London", "2025-10-25T22:00", "2025-10-26T06:00", 540, id="autumn is longer"),
        pytest.param("Europe/London", "2025-06-02T22:00", "2025-06-03T06:00", 480, id="summer"),
        pytest.param("Europe/London", "2025-10-26T01:45", "2025-10-26T01:15", 30, id="into the repeated hour"),
        pytest.param("Europe/London", "2025-10-26T01:15", "2025-10-26T01:15", 0, id="over in the minute it begins"),
        pytest.param("Asia/Tokyo", "2025-03-29T22:00", "2025-03-30T06:00", 480, id="a clock that stands"),
        pytest.param("America/New_York", "2025-03-09T00:00", "2025-03-09T08:00", 420, id="another country's spring"),
    ],
)
def test_time_that_passed_is_paid(zone: str, start: str, end: str, worked: int) -> None:
    found = elapsed_duty(
        start=datetime.fromisoformat(start), end=datetime.fromisoformat(end), zone=zone, break_minutes=0
    )

    assert found.worked_minutes == worked


def test_duties_that_cannot_be() -> None:
    start, end = datetime.fromisoformat("2025-03-30T00:30"), datetime.fromisoformat("2025-03-30T03:00")
    with pytest.raises(BreakTooLong):
        elapsed_duty(start=start, end=end, zone="Europe/London", break_minutes=91)
    with pytest.raises(ImpossibleDuty):
        elapsed_duty(start=end, end=start, zone="Europe/London", break_minutes=0)
    with pytest.raises(NoSuchMoment):
        elapsed_duty(start=start + timedelta(hours=1), end=end, zone="Europe/London", break_minutes=0)
