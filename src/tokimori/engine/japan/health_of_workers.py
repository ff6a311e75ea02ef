"""Rest between duties, and the doctor's interview: rules for health, beside those for pay.

Act on Special Measures for Improvement of Working Hours 2 (interval, a duty of effort since April 2019); Industrial Safety
and Health Act 66-8, 66-8-2 and Rule 52-2 (interview).
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from tokimori.engine.intervals import Interval
from tokimori.engine.law import Entry, Figure, Reason

ARTICLE_ON_INTERVAL: Final = "JP.IWH.2"
ARTICLE_ON_INTERVIEW: Final = "JP.ISHA.66-8; JP.ISHR.52-2"
ARTICLE_ON_RESEARCH: Final = "JP.ISHA.66-8-2; JP.ISHR.52-7-2"

INTERVIEW: Final = Figure(
    "interview_minutes",
    (
        Entry(since=date(2006, 4, 1), value=6000, article=ARTICLE_ON_INTERVIEW),
        Entry(since=date(2019, 4, 1), value=4800, article=ARTICLE_ON_INTERVIEW),
    ),
)
"""Minutes a month beyond forty hours a week from which on – not at which – an interview is due: 80 hours, before 100."""

INTERVIEW_OF_RESEARCH: Final = Figure(
    "interview_minutes_of_research", (Entry(since=date(2019, 4, 1), value=6000, article=ARTICLE_ON_RESEARCH),)
)

HEALTH_WEEK: Final = Figure(
    "interview_week", (Entry(since=date(2006, 4, 1), value=2400, article=ARTICLE_ON_INTERVIEW),)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestBetweenDuties:
    """The earliest minute of the next duty, and what the two clauses make of a schedule that begins before."""

    earliest: int
    deemed_worked_minutes: int
    shifted_start: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """The minutes of a month beyond forty hours a week, exact, and whether an interview is due."""

    beyond: Fraction
    threshold: int
    is_due: bool
    reasons: tuple[Reason, ...]


def rest_between_duties(
    *, ended: int, next_duty: Interval | None = None, next_start: int | None = None, interval_minutes: int
) -> RestBetweenDuties:
    """Return when the next duty may begin after one that ended in the minute ``ended``.

    By one clause, scheduled hours inside the interval count as worked; by the other, the duty begins later. Of a next duty
    whose end is known, no more counts as worked than it lasts. Raise ``ValueError`` for a duty before the other's end.
    """
    start = next_duty.start if next_duty else next_start
    if start is None or interval_minutes < 0 or start < ended:
        raise ValueError("The next duty begins after the one before.")
    earliest = ended + interval_minutes
    missing = max(0, earliest - start)
    deemed = min(missing, next_duty.minutes) if next_duty else missing
    facts = (("interval_minutes", interval_minutes), ("rest_minutes", start - ended), ("missing_minutes", missing))
    return RestBetweenDuties(
        earliest=earliest,
        deemed_worked_minutes=deemed,
        shifted_start=max(start, earliest),
        reasons=(Reason(rule="work_interval", law=ARTICLE_ON_INTERVAL, facts=facts),),
    )


def doctor_interview(*, calendar_days: int, worked_minutes: int, is_research: bool = False, day: date) -> Interview:
    """Return whether a month's work asks for a doctor's interview: all work, also on holidays, over forty hours a week.

    Exactly the threshold does not. Of research and development it is a duty without request, at 100 hours.
    """
    if calendar_days <= 0 or worked_minutes < 0:
        raise ValueError("A month has days, and work counts forward.")
    beyond = max(Fraction(0), worked_minutes - Fraction(calendar_days * HEALTH_WEEK.on(day), 7))
    entry = (INTERVIEW_OF_RESEARCH if is_research else INTERVIEW).entry_on(day)
    facts = (("beyond", beyond), ("threshold", entry.value))
    return Interview(
        beyond=beyond,
        threshold=entry.value,
        is_due=beyond > entry.value,
        reasons=(Reason(rule="doctor_interview", law=entry.article, facts=facts),),
    )
