"""Findings on a day's plan and on the rest before it: values for a person to act on, which change no figure.

Labor Standards Act 32-2, 32-4, 32-5 (what may be designated), Act on Special Measures for Improvement of Working Hours 2
(rest between duties, a duty of effort).
"""

from collections.abc import Sequence

from tokimori.engine.allowances import Allowances
from tokimori.engine.facts import CalendarDay
from tokimori.engine.intervals import Interval
from tokimori.engine.results import Finding, FindingCode, Severity
from tokimori.engine.rules import DESIGNATED_SYSTEMS, WorkSystem

LONGEST_DESIGNATED_MINUTES = 600
"""Ten hours a day under one-year variable and weekly irregular hours (ER 12-4, 12-5)."""


def unlawful_plan(*, day: CalendarDay, allowances: Allowances) -> tuple[Finding, ...]:
    """Find a plan that the law does not carry.

    More was designated for the period than its frame holds, told once on the period's first day; or a day of more than ten
    hours was, where no day may be longer.
    """
    system = day.rules.system
    if system not in DESIGNATED_SYSTEMS:
        return ()
    found: list[Finding] = []
    if allowances.begins_period(day) and allowances.is_void(day):
        found.append(_unlawful(day, (("over_frame", 1),)))
    if system is not WorkSystem.VARIABLE_MONTH and day.designated_minutes > LONGEST_DESIGNATED_MINUTES:
        found.append(_unlawful(day, (("designated_minutes", day.designated_minutes),)))
    return tuple(found)


def short_interval(
    *, day: CalendarDay, presence: Sequence[Interval], before: Sequence[Interval]
) -> tuple[Finding, ...]:
    """Find a duty that began before the rest there should be since the end of the one before."""
    owed = day.rules.policies.interval_minutes
    if not owed or not presence or not before:
        return ()
    start, ended = presence[0].start, before[-1].end
    if not 0 <= start - ended < owed:
        return ()
    facts = (("rest_minutes", start - ended), ("owed_minutes", owed))
    return (Finding(code=FindingCode.INTERVAL_TOO_SHORT, severity=Severity.WARNING, at=start, facts=facts),)


def _unlawful(day: CalendarDay, facts: tuple[tuple[str, int], ...]) -> Finding:
    start = day.shifts[0].interval.start if day.shifts else None
    return Finding(code=FindingCode.UNLAWFUL_SCHEDULE, severity=Severity.WARNING, at=start, facts=facts)
