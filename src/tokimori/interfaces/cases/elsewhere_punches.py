"""Cases on punches: which pair, which are missing or doubled, what day they belong to, how long a duty really was."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import Field

from tokimori.engine.elsewhere.clock_pairing import PairingPolicy, paired_punches
from tokimori.engine.elsewhere.double_taps import without_double_taps
from tokimori.engine.elsewhere.elapsed_time import (
    BreakTooLong,
    ImpossibleDuty,
    elapsed_duty,
)
from tokimori.engine.elsewhere.work_dates import (
    LONGEST_UNPLANNED_DUTY_MINUTES,
    DatedPunches,
    DayBoundary,
    PlannedShift,
    dated_punches,
    work_dates,
)
from tokimori.engine.facts import Punch, PunchKind
from tokimori.engine.intervals import Interval
from tokimori.interfaces.cases.kind import (
    Answer,
    ClockTime,
    Impossible,
    Inputs,
    Kind,
    LocalMoment,
    Minutes,
    Zone,
    clock_minute,
    local_moment,
)
from tokimori.interfaces.cases.plain import MINUTES_IN_DAY, clock_text, instant, minute_in_zone, moment_in_zone

Fold = Annotated[int, Field(ge=0, le=1)]
Seconds = Annotated[int, Field(ge=0, le=86_400)]


class PairingInputs(Inputs):
    """Days' punches without a kind, in order; one that is earlier than the one before lies after midnight."""

    policy: PairingPolicy = PairingPolicy.FIRST_IN_LAST_OUT_ALTERNATE_BREAKS
    sets: tuple[tuple[ClockTime, ...], ...] = Field(min_length=1)


def _pairing(given: PairingInputs) -> Answer:
    found = [
        paired_punches(at=_in_order(one, f"sets[{number}]"), policy=given.policy)
        for number, one in enumerate(given.sets)
    ]
    result: dict[str, Any] = {
        "worked_min": [one.worked_minutes for one in found],
        "anomaly": [bool(one.unpaired) for one in found],
        "unpaired": [[given.sets[place][at] for at in one.unpaired] for place, one in enumerate(found)],
    }
    if given.policy is PairingPolicy.SPLIT_SHIFT:
        result["gap_min"] = [one.gap_minutes for one in found]
    return Answer(result=result, steps=[reason for one in found for reason in one.reasons])


def _in_order(points: Sequence[str], path: str) -> list[datetime]:
    minutes: list[int] = []
    for point in points:
        minute = clock_minute(point)
        if minutes and minute < minutes[-1]:
            minute += MINUTES_IN_DAY
        if minutes and not minutes[-1] <= minute <= minutes[0] + MINUTES_IN_DAY:
            raise Impossible(path, "is not in order within a day")
        minutes.append(minute)
    return [instant(minute) for minute in minutes]


class PunchInputs(Inputs):
    """A punch that says what it is."""

    type: PunchKind
    at: LocalMoment
    fold: Fold = 0


class ShiftInputs(Inputs):
    """A planned shift; its work date is the day it begins on."""

    start: LocalMoment
    end: LocalMoment


class PunchesInputs(Inputs):
    """Punches of a zone, and the hour that divides its work dates."""

    tz: Zone
    day_boundary: ClockTime = "00:00"
    punches: tuple[PunchInputs, ...] = Field(min_length=1)
    shifts: tuple[ShiftInputs, ...] = ()
    longest_duty_min: Minutes = LONGEST_UNPLANNED_DUTY_MINUTES
    dedupe_window_sec: Seconds = 0


def _dated(given: PunchesInputs) -> DatedPunches:
    punches = [
        Punch(id=str(place), at=moment_in_zone(one.at, given.tz, f"punches[{place}].at", fold=one.fold), kind=one.type)
        for place, one in enumerate(given.punches)
    ]
    shifts = []
    for place, one in enumerate(given.shifts):
        start = minute_in_zone(one.start, given.tz, f"shifts[{place}].start")
        end = minute_in_zone(one.end, given.tz, f"shifts[{place}].end")
        if end <= start:
            raise Impossible(f"shifts[{place}].end", "lies before its beginning")
        shifts.append(PlannedShift(work_date=local_moment(one.start).date(), interval=Interval(start, end)))
    return dated_punches(
        punches=punches,
        boundary=_boundary(given),
        shifts=shifts,
        longest_duty_minutes=given.longest_duty_min,
    )


def _boundary(given: PunchesInputs) -> DayBoundary:
    return DayBoundary(zone=given.tz, minute=clock_minute(given.day_boundary) % MINUTES_IN_DAY)


def _missing(given: PunchesInputs) -> Answer:
    dated = _dated(given)
    found = work_dates(dated=dated, duplicate_seconds=given.dedupe_window_sec)
    result: dict[str, Any] = {}
    for day, one in found.items():
        line: dict[str, Any] = {"status": one.missing.value if one.missing else "ok"}
        if one.missing:
            line["worked_min"] = None
        line |= {"span_min": one.span_minutes, "blocks_closing": one.missing is not None}
        result[day.isoformat()] = line
    return Answer(result=result, steps=[*dated.reasons, *(reason for one in found.values() for reason in one.reasons)])


def _day_boundary(given: PunchesInputs) -> Answer:
    dated = _dated(given)
    dates = {int(one.punch.id): one.work_date for one in dated.punches}
    result = {
        "assigned": [dates[place].isoformat() for place in range(len(given.punches))],
        "note_policy": _note(given, dated),
    }
    return Answer(result=result, steps=dated.reasons)


def _note(given: PunchesInputs, dated: DatedPunches) -> str | None:
    """Return what there is to say of the earliest arrival that falls before the boundary of its calendar day."""
    boundary = _boundary(given).minute
    for one in dated.punches:
        local = local_moment(given.punches[int(one.punch.id)].at)
        minute = local.hour * 60 + local.minute
        if one.punch.kind is not PunchKind.IN or minute >= boundary:
            continue
        start = f"{clock_text(minute)} falls before {clock_text(boundary)}"
        own = _ordinal(local.day)
        if one.work_date == local.date():
            return f"{start} but a shift of the {own} is nearer so it is the {own}"
        return f"{start} so it is the {_ordinal(one.work_date.day)} unless a shift of the {own} is nearer"
    return None


def _ordinal(day: int) -> str:
    teens = range(11, 14)
    ending = "th" if day in teens else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


class DoublePunchInputs(Inputs):
    """Presses of a clock, and the seconds within which two are one."""

    dedupe_window_sec: Seconds
    punches: tuple[LocalMoment, ...]


def _double_punch(given: DoublePunchInputs) -> Answer:
    moments = [local_moment(one).replace(tzinfo=UTC) for one in given.punches]
    found = without_double_taps(at=moments, window=timedelta(seconds=given.dedupe_window_sec))
    return Answer(result={"kept": [given.punches[place] for place in found.kept]}, steps=found.reasons)


class DutyInputs(Inputs):
    """A duty by the clock of a zone; of an hour that the clock repeats, which."""

    tz: Zone
    arrival: LocalMoment = Field(alias="in")
    departure: LocalMoment = Field(alias="out")
    break_min: Minutes = 0
    in_fold: Fold = 0
    out_fold: Fold = 0


def _duty(given: DutyInputs) -> Answer:
    moment_in_zone(given.arrival, given.tz, "in")
    moment_in_zone(given.departure, given.tz, "out")
    try:
        found = elapsed_duty(
            start=local_moment(given.arrival),
            end=local_moment(given.departure),
            zone=given.tz,
            break_minutes=given.break_min,
            is_second_start=given.in_fold == 1,
            is_second_end=given.out_fold == 1,
        )
    except ImpossibleDuty as error:
        raise Impossible("out", str(error)) from error
    except BreakTooLong as error:
        raise Impossible("break_min", str(error)) from error
    result = {"worked": found.worked_minutes, "elapsed_min": found.elapsed_minutes, "clock_min": found.clock_minutes}
    return Answer(result=result, steps=found.reasons)


KINDS: Final[Mapping[str, Kind[Any]]] = {
    "punch_pairing": Kind(PairingInputs, _pairing),
    "missing_punch": Kind(PunchesInputs, _missing),
    "day_boundary": Kind(PunchesInputs, _day_boundary),
    "double_punch": Kind(DoublePunchInputs, _double_punch),
    "dst_duty": Kind(DutyInputs, _duty),
}
