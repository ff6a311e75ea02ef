"""Held against the plan: late, left early, out, absent. Only minutes that were planned and not worked."""

from collections.abc import Iterable, Sequence

from tokimori.engine.facts import CalendarDay, DayType
from tokimori.engine.intervals import Interval, intersected, merged, subtracted, total_minutes
from tokimori.engine.pairing import PairedDay
from tokimori.engine.results import Bucket, Finding, FindingCode, Severity, StepRule, Tally
from tokimori.engine.rules import CLOCKED_SYSTEMS


def hold_against_plan(
    *, day: CalendarDay, paired: PairedDay, worked_before: Sequence[Interval], tally: Tally
) -> tuple[Finding, ...]:
    """Count what was planned and not worked, by cause; return what was found. Planned breaks are not planned work.

    ``worked_before`` is the work of duties that began on earlier days: what it covers was not missed. Who chooses his own
    hours cannot be late; where a punch is missing, the edges of the day prove nothing.
    """
    planned = day.planned_work
    if not planned or day.rules.system not in CLOCKED_SYSTEMS or day.day_type is not DayType.WORKDAY:
        return _unplanned(day, paired)
    if not paired.punch_ids:
        return _absent(day, subtracted(planned, worked_before), tally)
    if not paired.presence or paired.has_gap:
        return ()
    _missed(day, paired, subtracted(planned, [*paired.presence, *worked_before]), tally)
    return ()


def _missed(day: CalendarDay, paired: PairedDay, missing: Sequence[Interval], tally: Tally) -> None:
    if not missing and not paired.private_outs:
        return
    first, last = paired.presence[0].start, paired.presence[-1].end
    late = [one for one in missing if one.end <= first]
    # Within the grace there is no lateness; beyond it every minute counts.
    if total_minutes(late) > day.rules.late_grace_minutes:
        _put(tally, Bucket.LATE, StepRule.ARRIVED_LATE, late)
    if day.is_over:
        _put(tally, Bucket.EARLY_LEAVE, StepRule.LEFT_EARLY, [one for one in missing if one.start >= last])
    between = [one for one in missing if first <= one.start and one.end <= last]
    outs = merged([*between, *intersected(day.planned_work, paired.private_outs)])
    _put(tally, Bucket.PRIVATE_OUT, StepRule.WAS_OUT, outs)


def _absent(day: CalendarDay, planned: Sequence[Interval], tally: Tally) -> tuple[Finding, ...]:
    if not day.is_over or not planned:
        return ()
    _put(tally, Bucket.ABSENCE, StepRule.DID_NOT_COME, planned)
    return (Finding(code=FindingCode.SCHEDULED_WITHOUT_PUNCH, severity=Severity.WARNING, at=planned[0].start),)


def _unplanned(day: CalendarDay, paired: PairedDay) -> tuple[Finding, ...]:
    if day.shifts or not paired.presence or day.rules.system not in CLOCKED_SYSTEMS:
        return ()
    start = paired.presence[0].start
    return (Finding(code=FindingCode.WORK_WITHOUT_SCHEDULE, severity=Severity.INFO, at=start),)


def _put(tally: Tally, bucket: Bucket, rule: StepRule, intervals: Iterable[Interval]) -> None:
    for one in intervals:
        tally.put(bucket, rule, one)
