"""The work date of a punch where a company has plain shifts or none; and which dates a punch is missing on.

An arrival belongs to the shift whose start is nearest; a fixed hour decides where none is near. What follows an arrival
belongs to its duty as long as it can be the same one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from tokimori.engine.assignment import MARGIN_MINUTES
from tokimori.engine.facts import Punch, PunchKind
from tokimori.engine.intervals import Interval
from tokimori.engine.law import Reason
from tokimori.engine.pairing import pair_punches
from tokimori.engine.results import FindingCode, Severity

LONGEST_UNPLANNED_DUTY_MINUTES: Final = 18 * 60
"""A night of sixteen hours with its breaks. Beyond it two forgotten punches are likelier than one duty."""


class Basis(StrEnum):
    """What decided on a work date."""

    SHIFT = "shift"
    DAY_BOUNDARY = "day_boundary"
    DUTY = "duty"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedShift:
    """A shift of a work date, in UTC."""

    work_date: date
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBoundary:
    """The local minute of the day, 0 to 1439, that a work date begins with."""

    zone: str
    minute: int

    def work_date(self, at: datetime) -> date:
        """Return the work date that an instant lies in; the boundary itself is in the new one."""
        local = at.astimezone(ZoneInfo(self.zone))
        is_before = local.hour * 60 + local.minute < self.minute
        return local.date() - timedelta(days=1) if is_before else local.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedPunch:
    """A punch with its work date."""

    punch: Punch
    work_date: date
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedPunches:
    """Every punch with its work date, in the order of time."""

    punches: tuple[DatedPunch, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDate:
    """Whether the punches of a work date are complete, and how long it spans: minutes, only if nothing is missing."""

    missing: FindingCode | None
    span_minutes: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Duty:
    """The duty that the last arrival opened."""

    work_date: date
    until: int


def dated_punches(
    *,
    punches: Sequence[Punch],
    boundary: DayBoundary,
    shifts: Sequence[PlannedShift] = (),
    longest_duty_minutes: int = LONGEST_UNPLANNED_DUTY_MINUTES,
) -> DatedPunches:
    """Return the work date of each punch; punches say what they are, and come in any order.

    An arrival inside a shift is its; else of starts at most four hours away the nearest wins, and if there is none, the
    boundary. What follows an arrival is its duty's before the next boundary, within the longest duty, or within four hours
    of the end of the shift that the arrival belongs to.
    """
    found: list[DatedPunch] = []
    duty: _Duty | None = None
    for punch in sorted(punches, key=lambda one: one.at):
        at = punch.minute
        fallback = boundary.work_date(punch.at)
        if punch.kind is PunchKind.IN:
            shift = _nearest(at, shifts)
            work_date = shift.work_date if shift else fallback
            until = max(at + longest_duty_minutes, shift.interval.end + MARGIN_MINUTES if shift else at)
            duty = _Duty(work_date=work_date, until=until)
            basis = Basis.SHIFT if shift else Basis.DAY_BOUNDARY
        elif duty and (at <= duty.until or fallback == duty.work_date):
            work_date, basis = duty.work_date, Basis.DUTY
        else:
            shift = _nearest(at, shifts, is_end=True)
            work_date, basis = (shift.work_date, Basis.SHIFT) if shift else (fallback, Basis.DAY_BOUNDARY)
        if punch.kind is PunchKind.OUT:
            duty = None
        found.append(DatedPunch(punch=punch, work_date=work_date, basis=basis))
    return DatedPunches(punches=tuple(found), reasons=tuple(_reason(one) for one in found))


def work_dates(
    *, dated: DatedPunches, duplicate_seconds: int = 0, open_on: date | None = None
) -> Mapping[date, WorkDate]:
    """Return for each work date whether a punch is missing. Punches of different dates are never paired.

    A duty of ``open_on`` may still go on and misses no departure.
    """
    by_date: dict[date, list[Punch]] = {}
    for one in dated.punches:
        by_date.setdefault(one.work_date, []).append(one.punch)
    return {
        day: _work_date(punches, duplicate_seconds=duplicate_seconds, is_over=day != open_on)
        for day, punches in sorted(by_date.items())
    }


def _work_date(punches: Sequence[Punch], *, duplicate_seconds: int, is_over: bool) -> WorkDate:
    paired = pair_punches(punches=punches, duplicate_seconds=duplicate_seconds, is_over=is_over)
    missing = next((one.code for one in paired.findings if one.severity is Severity.BLOCKING), None)
    is_open = any(one.code is FindingCode.STILL_WORKING for one in paired.findings)
    span = None
    if missing is None and not is_open and paired.presence:
        span = paired.presence[-1].end - paired.presence[0].start
    elif missing is None and not is_open:
        span = 0
    facts = (("missing", missing.value if missing else None), ("span_minutes", span))
    return WorkDate(missing=missing, span_minutes=span, reasons=(Reason(rule="punches_complete", facts=facts),))


def _nearest(at: int, shifts: Sequence[PlannedShift], *, is_end: bool = False) -> PlannedShift | None:
    """Return the shift that an instant lies in, or whose edge is nearest and near; of equals the earlier."""
    around = [
        one for one in shifts if one.interval.start <= at < one.interval.end or (is_end and at == one.interval.end)
    ]
    near = around or [one for one in shifts if abs(at - _edge(one, is_end=is_end)) <= MARGIN_MINUTES]
    return min(near, key=lambda one: (abs(at - _edge(one, is_end=is_end)), one.interval), default=None)


def _edge(shift: PlannedShift, *, is_end: bool) -> int:
    return shift.interval.end if is_end else shift.interval.start


def _reason(one: DatedPunch) -> Reason:
    return Reason(
        rule="work_date",
        facts=(("at", one.punch.at.isoformat()), ("work_date", one.work_date.isoformat()), ("basis", one.basis.value)),
    )
