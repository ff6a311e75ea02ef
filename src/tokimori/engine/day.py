"""The entry: given consecutive days and the punches around them, the result of each day."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from tokimori.engine.allowances import Allowances
from tokimori.engine.assignment import assign_punches
from tokimori.engine.attendance import hold_against_plan
from tokimori.engine.breaks import count_breaks
from tokimori.engine.clocks import at_clock
from tokimori.engine.counting import Counters
from tokimori.engine.facts import CalendarDay, Punch
from tokimori.engine.intervals import Interval, intersected, merged, subtracted, total_minutes
from tokimori.engine.lawful_plans import short_interval, unlawful_plan
from tokimori.engine.pairing import PairedDay, pair_punches
from tokimori.engine.periods import Period
from tokimori.engine.policies import DailyRounding
from tokimori.engine.results import Bucket, DayResult, Finding, FindingCode, Severity, StepRule, Tally

engine_version: Final = "4"
"""Changes whenever the same facts may give another result."""

LONG_DUTY_MINUTES: Final = 24 * 60
"""A stretch longer than this is found; it still counts, since a day and a night of work do occur."""

_AT_THE_END: Final = 1 << 60


def calculate_days(
    *,
    days: Sequence[CalendarDay],
    punches: Sequence[Punch],
    periods: Sequence[Period] = (),
    with_steps: bool = True,
) -> tuple[DayResult, ...]:
    """Return the result of each day. Pure: the same facts give the same result, in whatever order the punches come.

    Days are consecutive. Overtime over the week is counted from the first day given, so a range should begin with a week;
    a duty is assigned by the plans of its neighbours, so the first and the last day's results hold only if nothing lies
    beyond them. ``periods`` are those that days of variable or flexible hours lie in; without them only days and weeks are
    limited. ``with_steps`` leaves the explanation out where it is false; the figures are the same.
    """
    assigned = assign_punches(punches=punches, days=days).by_date
    return calculate_assigned_days(days=days, punches=assigned, periods=periods, with_steps=with_steps)


def calculate_assigned_days(
    *,
    days: Sequence[CalendarDay],
    punches: Mapping[date, Sequence[Punch]],
    periods: Sequence[Period] = (),
    with_steps: bool = True,
) -> tuple[DayResult, ...]:
    """Return the same as ``calculate_days`` where it is known which day's duty each punch belongs to, in order."""
    for before, after in pairwise(days):
        if (after.date - before.date).days != 1:
            raise ValueError("Days are consecutive.")
    by_date = {day.date: day for day in days}
    counters = Counters(days=by_date, allowances=Allowances(days=by_date, periods=periods))
    results: list[DayResult] = []
    worked: list[tuple[Interval, ...]] = []
    for day in days:
        before_it = [interval for work in worked[-2:] for interval in work]
        result, work = _calculate(day, punches.get(day.date, ()), counters, before_it, with_steps=with_steps)
        results.append(result)
        worked.append(work)
    return tuple(results)


def _calculate(
    day: CalendarDay,
    punches: Sequence[Punch],
    counters: Counters,
    worked_before: Sequence[Interval],
    *,
    with_steps: bool,
) -> tuple[DayResult, tuple[Interval, ...]]:
    tally = Tally(with_steps=with_steps)
    paired = pair_punches(punches=punches, duplicate_seconds=day.rules.duplicate_seconds, is_over=day.is_over)
    punched = paired.presence
    if day.rules.rounding is DailyRounding.UP_ONLY:
        paired = paired._replace(presence=_rounded_up(day, punched))
    counted_presence, findings = _without_early(day, paired)
    for shift in day.shifts:
        tally.put_planned(shift.interval, shift.work_minutes)
    for interval in paired.presence:
        tally.put(Bucket.PRESENCE, StepRule.PRESENT if interval in punched else StepRule.ROUNDED_UP, interval)
    breaks = count_breaks(day=day, paired=paired, tally=tally)
    work = subtracted(counted_presence, [*breaks.intervals, *paired.private_outs])
    segments = counters.count(day, work, tally)
    found = [
        *paired.findings,
        *findings,
        *breaks.findings,
        *hold_against_plan(day=day, paired=paired, worked_before=worked_before, tally=tally),
        *_worked_breaks(day, paired, breaks.intervals),
        *_long_duty(paired),
        *unlawful_plan(day=day, allowances=counters.allowances),
        *short_interval(day=day, presence=paired.presence, before=worked_before),
    ]
    result = DayResult(
        work_date=day.date,
        day_type=day.day_type,
        rule_set_code=day.rules.code,
        rule_set_version=day.rules.version,
        figures=tally.figures(),
        steps=tuple(tally.steps or ()),
        findings=tuple(sorted(found, key=_by_time)) if found else (),
        presence=paired.presence,
        breaks=breaks.intervals,
        scheduled=tuple([shift.interval for shift in day.shifts]),
        segments=segments,
        punch_ids=paired.punch_ids,
    )
    return result, work


def _rounded_up(day: CalendarDay, presence: Sequence[Interval]) -> tuple[Interval, ...]:
    """Return the presence with arrivals moved down and departures up to the unit, by the clock of the day's zone."""
    unit, origin = day.rules.rounding_minutes, at_clock(day.zone, day.date, 0)
    return merged(
        Interval(start - (start - origin) % unit, end + (origin - end) % unit) for start, end in presence if start < end
    )


def _without_early(day: CalendarDay, paired: PairedDay) -> tuple[tuple[Interval, ...], tuple[Finding, ...]]:
    """Return the presence that may count as work. Where the company does not count time before the shift, it is found."""
    if day.rules.counts_before_schedule or not day.shifts or not paired.presence:
        return paired.presence, ()
    begin = day.shifts[0].interval.start
    early = intersected(paired.presence, [Interval(min(begin, paired.presence[0].start), begin)])
    if not early:
        return paired.presence, ()
    finding = Finding(
        code=FindingCode.EARLY_PRESENCE_NOT_COUNTED,
        severity=Severity.INFO,
        at=early[0].start,
        facts=(("minutes", total_minutes(early)),),
    )
    return subtracted(paired.presence, early), (finding,)


def _worked_breaks(day: CalendarDay, paired: PairedDay, breaks: Sequence[Interval]) -> tuple[Finding, ...]:
    """Find planned breaks worked through: none was taken at all, or others were punched."""
    planned = [pause for shift in day.shifts for pause in shift.breaks]
    if not planned or paired.has_gap or not paired.presence or (breaks and not paired.breaks):
        return ()
    worked = subtracted(intersected(planned, paired.presence), [*breaks, *paired.private_outs])
    if total_minutes(worked) < total_minutes(planned):
        return ()
    return (Finding(code=FindingCode.SCHEDULED_BREAK_WORKED, severity=Severity.INFO, at=worked[0].start),)


def _long_duty(paired: PairedDay) -> tuple[Finding, ...]:
    """Find stretches so long that a forgotten departure and a forgotten arrival are likelier than work."""
    if total_minutes(paired.presence) <= LONG_DUTY_MINUTES:
        return ()
    return tuple(
        Finding(
            code=FindingCode.LONG_DUTY,
            severity=Severity.WARNING,
            at=one.start,
            facts=(("minutes", one.minutes),),
        )
        for one in paired.presence
        if one.minutes > LONG_DUTY_MINUTES
    )


def _by_time(finding: Finding) -> tuple[int, str]:
    """Return a key that puts findings in the order of the clock, those without a time last."""
    return _AT_THE_END if finding.at is None else finding.at, finding.code.value
