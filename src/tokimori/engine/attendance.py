"""Held against the plan: late, left early, out, absent. Only minutes that were planned and not worked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tokimori.engine.facts import CalendarDay, DayType
from tokimori.engine.intervals import Interval, intersected, merged, subtracted, total_minutes
from tokimori.engine.pairing import PairedDay
from tokimori.engine.results import Bucket, Finding, FindingCode, Severity, Step, StepRule
from tokimori.engine.rules import WorkSystem


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAgainstPlan:
    """The steps that say what was planned and not worked, and what was found."""

    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]


def hold_against_plan(*, day: CalendarDay, paired: PairedDay, worked_before: Sequence[Interval]) -> HeldAgainstPlan:
    """Return what was planned and not worked, by cause. Planned breaks are not planned work.

    ``worked_before`` is the work of duties that began on earlier days: what it covers was not missed. Who chooses his own
    hours cannot be late; where a punch is missing, the edges of the day prove nothing.
    """
    planned = merged(stretch for shift in day.shifts for stretch in shift.work)
    if not planned or day.rules.system is not WorkSystem.FIXED or day.day_type is not DayType.WORKDAY:
        return HeldAgainstPlan(steps=(), findings=_unplanned(day, paired))
    if not paired.punch_ids:
        return _absent(day, subtracted(planned, worked_before))
    if not paired.presence or paired.has_gap:
        return HeldAgainstPlan(steps=(), findings=())
    first, last = paired.presence[0].start, paired.presence[-1].end
    missing = subtracted(planned, [*paired.presence, *worked_before])
    late = [one for one in missing if one.end <= first]
    early = [one for one in missing if one.start >= last] if day.is_over else []
    between = [one for one in missing if first <= one.start and one.end <= last]
    outs = merged([*between, *intersected(planned, paired.private_outs)])
    return HeldAgainstPlan(
        steps=(
            *_late(day, late),
            *_steps(Bucket.EARLY_LEAVE, StepRule.LEFT_EARLY, early),
            *_steps(Bucket.PRIVATE_OUT, StepRule.WAS_OUT, outs),
        ),
        findings=(),
    )


def _late(day: CalendarDay, late: Sequence[Interval]) -> tuple[Step, ...]:
    """Return the lateness; within the grace there is none, and beyond it every minute counts."""
    if total_minutes(late) <= day.rules.late_grace_minutes:
        return ()
    return _steps(Bucket.LATE, StepRule.ARRIVED_LATE, late)


def _absent(day: CalendarDay, planned: Sequence[Interval]) -> HeldAgainstPlan:
    if not day.is_over or not planned:
        return HeldAgainstPlan(steps=(), findings=())
    finding = Finding(code=FindingCode.SCHEDULED_WITHOUT_PUNCH, severity=Severity.WARNING, at=planned[0].start)
    return HeldAgainstPlan(steps=_steps(Bucket.ABSENCE, StepRule.DID_NOT_COME, planned), findings=(finding,))


def _unplanned(day: CalendarDay, paired: PairedDay) -> tuple[Finding, ...]:
    if day.shifts or not paired.presence or day.rules.system is not WorkSystem.FIXED:
        return ()
    start = paired.presence[0].start
    return (Finding(code=FindingCode.WORK_WITHOUT_SCHEDULE, severity=Severity.INFO, at=start),)


def _steps(bucket: Bucket, rule: StepRule, intervals: Iterable[Interval]) -> tuple[Step, ...]:
    return tuple(Step(bucket=bucket, rule=rule, minutes=one.minutes, interval=one) for one in intervals)
