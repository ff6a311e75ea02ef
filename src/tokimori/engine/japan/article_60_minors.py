"""Labor Standards Act 56, 60, 61: the hours of those under eighteen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from tokimori.engine.japan.frames import DAILY_LIMIT, WEEKLY_LIMIT
from tokimori.engine.law import Entry, Figure, Reason

ARTICLE: Final = "JP.LSA.60.3"
ARTICLE_ON_NIGHT: Final = "JP.LSA.61"
_SINCE: Final = date(1988, 4, 1)

ADULT_AGE: Final = Figure("minor_until", (Entry(since=date(1947, 9, 1), value=18, article="JP.LSA.60"),))
LENGTHENED_DAY: Final = Figure("minor_lengthened_day", (Entry(since=_SINCE, value=600, article=ARTICLE),))
SHORTENED_DAY: Final = Figure("minor_shortened_day", (Entry(since=_SINCE, value=240, article=ARTICLE),))
PATTERN_WEEK: Final = Figure("minor_pattern_week", (Entry(since=date(1994, 4, 1), value=2880, article=ARTICLE),))
YOUNGEST: Final = Figure("minor_youngest", (Entry(since=date(1947, 9, 1), value=15, article="JP.LSA.56"),))
"""Those younger may not work, but for exceptions that the labour office permits."""

DAYS_IN_WEEK: Final = 7


class MinorFinding(StrEnum):
    """What is not lawful."""

    TOO_YOUNG = "too_young"
    WEEK_TOO_LONG = "week_too_long"
    DAY_TOO_LONG = "day_too_long"
    NO_SHORTENED_DAY = "no_shortened_day"
    NIGHT_WORK = "night_work"


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorWeek:
    """Whether a week is lawful, and what is not."""

    is_lawful: bool
    week_minutes: int
    findings: tuple[MinorFinding, ...]
    reasons: tuple[Reason, ...]


def check_minor_week(
    *, age: int, daily_minutes: Sequence[int], night_minutes: int = 0, is_pattern: bool = False, day: date
) -> MinorWeek:
    """Return whether a minor's week of seven days is lawful.

    Eight hours a day and forty a week. A day may last ten if another is four or less; a day off counts as such, but not
    the week's holiday. Under a pattern known in advance (60, 3, 2) eight a day and 48 a week. Nothing from 22:00 to 05:00.
    Raise ``ValueError`` for adults, for no week, and for negative minutes.
    """
    if age >= ADULT_AGE.on(day):
        raise ValueError("An adult's week has other rules.")
    if len(daily_minutes) != DAYS_IN_WEEK or min(*daily_minutes, night_minutes, age) < 0:
        raise ValueError("A week has seven days; work counts forward.")
    week = sum(daily_minutes)
    limit = (PATTERN_WEEK if is_pattern else WEEKLY_LIMIT).on(day)
    findings: list[MinorFinding] = []
    if age < YOUNGEST.on(day):
        findings.append(MinorFinding.TOO_YOUNG)
    if week > limit:
        findings.append(MinorFinding.WEEK_TOO_LONG)
    findings += _days(daily_minutes, is_pattern=is_pattern, day=day)
    if night_minutes:
        findings.append(MinorFinding.NIGHT_WORK)
    facts = (("week_minutes", week), ("limit", limit), ("longest_day", max(daily_minutes)))
    return MinorWeek(
        is_lawful=not findings,
        week_minutes=week,
        findings=tuple(findings),
        reasons=(Reason(rule="minor_week", law=ARTICLE, facts=facts),),
    )


def _days(daily_minutes: Sequence[int], *, is_pattern: bool, day: date) -> list[MinorFinding]:
    longest = max(daily_minutes)
    if longest <= DAILY_LIMIT.on(day):
        return []
    if is_pattern or longest > LENGTHENED_DAY.on(day):
        return [MinorFinding.DAY_TOO_LONG]
    short = sum(1 for minutes in daily_minutes if minutes <= SHORTENED_DAY.on(day))
    # The week's holiday (35) is not one that was shortened.
    holiday = 1 if 0 in daily_minutes else 0
    return [] if short > holiday else [MinorFinding.NO_SHORTENED_DAY]
