"""Who may ask to work less: Labor Standards Act 66, 67 around a birth; Child and Family Care Leave Act 16-8, 17, 19.

Nothing here happens by itself: each is a right on request, and what was asked for is then a limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from tokimori.engine.japan.civil_periods import day_after
from tokimori.engine.japan.frames import DAILY_LIMIT
from tokimori.engine.law import Entry, Figure, Reason

ARTICLE_ON_PREGNANCY: Final = "JP.LSA.66"
ARTICLE_ON_NO_OVERTIME: Final = "JP.CFCLA.16-8"
ARTICLE_ON_LESS_OVERTIME: Final = "JP.CFCLA.17"
ARTICLE_ON_NIGHT: Final = "JP.CFCLA.19"

MONTH_OF_PARENTS: Final = Figure(
    "overtime_month_of_parents", (Entry(since=date(2002, 4, 1), value=24 * 60, article=ARTICLE_ON_LESS_OVERTIME),)
)
YEAR_OF_PARENTS: Final = Figure(
    "overtime_year_of_parents", (Entry(since=date(2002, 4, 1), value=150 * 60, article=ARTICLE_ON_LESS_OVERTIME),)
)
NO_OVERTIME_UNTIL_SCHOOL: Final = Figure(
    "no_overtime_until_school",
    (
        Entry(since=date(2010, 6, 30), value=False, article=ARTICLE_ON_NO_OVERTIME),
        Entry(since=date(2025, 4, 1), value=True, article=ARTICLE_ON_NO_OVERTIME),
    ),
)
"""Whether no overtime at all may be asked for until the child goes to school; before, until it was three."""

SMALL_CHILD_YEARS: Final = Figure(
    "no_overtime_until_years", (Entry(since=date(2010, 6, 30), value=3, article=ARTICLE_ON_NO_OVERTIME),)
)
"""Until a child is so old no overtime at all may be asked for, whatever holds until it goes to school."""

SCHOOL_AGE: Final = Figure("school_age_years", (Entry(since=date(1947, 4, 1), value=6, article="JP.SEA.17"),))
"""School Education Act 17: school begins with the school year after the day on which a child is so old."""


class CareRequest(StrEnum):
    """What a person may ask not to do."""

    OVERTIME = "overtime"
    OVERTIME_BEYOND_24_AND_150 = "overtime_beyond_24_and_150"
    NIGHT_WORK = "night_work"
    HOLIDAY_WORK = "holiday_work"
    DAYS_BEYOND_EIGHT_HOURS = "days_beyond_eight_hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedLimits:
    """What was asked for and is passed, and why."""

    broken: tuple[CareRequest, ...]
    reasons: tuple[Reason, ...]


def requests_of_pregnant() -> tuple[CareRequest, ...]:
    """Return what a pregnant woman, or one within a year of a birth, may ask not to do; variable hours do not bind her."""
    return (
        CareRequest.OVERTIME,
        CareRequest.NIGHT_WORK,
        CareRequest.HOLIDAY_WORK,
        CareRequest.DAYS_BEYOND_EIGHT_HOURS,
    )


def requests_of_parents(*, born: date, day: date) -> tuple[CareRequest, ...]:
    """Return what a parent may ask for on a day; nothing from the school year on that follows the sixth birthday.

    Raise ``ValueError`` for a child not yet born, ``NotInForce`` before the Act knew such requests.
    """
    if day < born:
        raise ValueError("The child is not born yet.")
    if day >= school_begins(born):
        return ()
    limited = (CareRequest.OVERTIME_BEYOND_24_AND_150, CareRequest.NIGHT_WORK)
    until_school = NO_OVERTIME_UNTIL_SCHOOL.on(day)
    is_small = day < day_after(born, years=SMALL_CHILD_YEARS.on(day))
    return (CareRequest.OVERTIME, *limited) if is_small or until_school else limited


def school_begins(born: date) -> date:
    """Return the first of April on or after the day that a child is six; who is born on that day goes a year earlier."""
    six = day_after(born, years=SCHOOL_AGE.on(born))
    april = date(six.year, 4, 1)
    return april if six <= april else date(six.year + 1, 4, 1)


def requested_limits(
    *,
    asked: Sequence[CareRequest],
    month_overtime: int,
    year_overtime: int,
    night_minutes: int = 0,
    holiday_minutes: int = 0,
    longest_day: int = 0,
    day: date,
) -> RequestedLimits:
    """Return which requests a month's minutes pass; of the limits of 24 and 150 hours exactly so much is allowed.

    Raise ``ValueError`` for negative minutes.
    """
    if min(month_overtime, year_overtime, night_minutes, holiday_minutes, longest_day) < 0:
        raise ValueError("Work counts forward.")
    is_passed = {
        CareRequest.OVERTIME: month_overtime > 0,
        CareRequest.OVERTIME_BEYOND_24_AND_150: month_overtime > MONTH_OF_PARENTS.on(day)
        or year_overtime > YEAR_OF_PARENTS.on(day),
        CareRequest.NIGHT_WORK: night_minutes > 0,
        CareRequest.HOLIDAY_WORK: holiday_minutes > 0,
        CareRequest.DAYS_BEYOND_EIGHT_HOURS: longest_day > DAILY_LIMIT.on(day),
    }
    broken = tuple(one for one in CareRequest if one in asked and is_passed[one])
    facts = (("month_overtime", month_overtime), ("year_overtime", year_overtime))
    law = f"{ARTICLE_ON_PREGNANCY}; {ARTICLE_ON_NO_OVERTIME}; {ARTICLE_ON_LESS_OVERTIME}; {ARTICLE_ON_NIGHT}"
    return RequestedLimits(
        broken=broken, reasons=tuple(Reason(rule=f"asked_{one.value}", law=law, facts=facts) for one in broken)
    )
