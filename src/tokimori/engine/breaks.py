"""Which breaks count, and whether the law wants longer ones (Labor Standards Act 34)."""

from collections.abc import Sequence
from typing import NamedTuple

from tokimori.engine.facts import CalendarDay
from tokimori.engine.intervals import Interval, intersected, merged, subtracted, total_minutes
from tokimori.engine.pairing import PairedDay
from tokimori.engine.results import Bucket, Finding, FindingCode, Severity, StepRule, Tally
from tokimori.engine.rules import BreakSource, BreakTier


class CountedBreaks(NamedTuple):
    """The breaks that are taken from the presence, and what was found."""

    intervals: tuple[Interval, ...]
    findings: tuple[Finding, ...]


def tier_minutes(*, worked_minutes: int, tiers: Sequence[BreakTier]) -> int:
    """Return the break that goes with a length of work, in minutes.

    The bound is exclusive: with tiers at 360 and 480, exactly six hours go with none and exactly eight with the lower one.
    """
    return max((tier.break_minutes for tier in tiers if worked_minutes > tier.over_minutes), default=0)


def count_breaks(*, day: CalendarDay, paired: PairedDay, tally: Tally) -> CountedBreaks:
    """Return the breaks of a day: punched ones; where none were, planned ones; and what the company deducts beyond.

    An automatic deduction fills up what was taken to the tier of the work that is left, and never more. It is laid into
    the longest stretch of work, in its middle, since nobody knows where it was.
    """
    sources = day.rules.breaks.sources
    taken: tuple[Interval, ...] = ()
    if BreakSource.PUNCHED in sources and paired.breaks:
        taken = paired.breaks
        for one in taken:
            tally.put(Bucket.BREAK, StepRule.BREAK_PUNCHED, one)
    elif BreakSource.SCHEDULED in sources:
        planned = merged(pause for shift in day.shifts for pause in shift.breaks)
        taken = subtracted(intersected(planned, paired.presence), paired.private_outs)
        for one in taken:
            tally.put(Bucket.BREAK, StepRule.BREAK_SCHEDULED, one)
    if BreakSource.AUTOMATIC in sources:
        automatic = _automatic(day, paired, taken)
        taken = merged([*taken, *automatic])
        facts = tuple((f"over_{tier.over_minutes}", tier.break_minutes) for tier in day.rules.breaks.automatic)
        for one in automatic:
            tally.put(Bucket.BREAK, StepRule.BREAK_AUTOMATIC, one, facts=facts)
    return CountedBreaks(intervals=taken, findings=_too_short(day, paired, taken))


def _automatic(day: CalendarDay, paired: PairedDay, taken: Sequence[Interval]) -> tuple[Interval, ...]:
    work = subtracted(paired.presence, [*taken, *paired.private_outs])
    worked = total_minutes(work)
    owed = tier_minutes(worked_minutes=worked, tiers=day.rules.breaks.automatic) - total_minutes(taken)
    if owed <= 0:
        return ()
    longest = max(work, key=lambda one: one.minutes)
    length = min(owed, longest.minutes)
    start = longest.start + (longest.minutes - length) // 2
    return (Interval(start, start + length),)


def _too_short(day: CalendarDay, paired: PairedDay, taken: Sequence[Interval]) -> tuple[Finding, ...]:
    if not day.rules.breaks.required:
        return ()
    worked = total_minutes(subtracted(paired.presence, [*taken, *paired.private_outs]))
    owed = tier_minutes(worked_minutes=worked, tiers=day.rules.breaks.required)
    had = total_minutes(taken)
    if had >= owed or paired.has_gap:
        return ()
    facts = (("had_minutes", had), ("owed_minutes", owed))
    end = paired.presence[-1].end
    return (Finding(code=FindingCode.BREAK_TOO_SHORT, severity=Severity.WARNING, at=end, facts=facts),)
