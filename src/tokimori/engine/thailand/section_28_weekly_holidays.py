"""Labour Protection Act 28: a holiday a week, no more than six days apart; in some trades saved up within four weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE

ARTICLE: Final = "TH.LPA.28"

MOST_DAYS_APART: Final = Figure("most_days_between_holidays", (Entry(since=IN_FORCE, value=6, article=ARTICLE),))
WEEKS_OF_SAVING: Final = Figure("weeks_of_saved_holidays", (Entry(since=IN_FORCE, value=4, article=ARTICLE),))
"""Hotels, transport, work in forests and far away, by agreement (28, 2)."""

_DAYS_IN_WEEK: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyHolidays:
    """The longest run of days worked between holidays, and whether there are holidays enough."""

    longest_run: int
    is_enough: bool
    reasons: tuple[Reason, ...]


def weekly_holidays(*, is_holiday: Sequence[bool], may_be_saved: bool = False, day: date) -> WeeklyHolidays:
    """Return whether consecutive days have their weekly holidays.

    No run of days may be longer than six. Where holidays may be saved up, each four weeks have one for each of their weeks
    instead, wherever they lie; a last part shorter than four weeks has one for each whole week of it.
    """
    run = longest = 0
    for one in is_holiday:
        run = 0 if one else run + 1
        longest = max(longest, run)
    is_enough = longest <= MOST_DAYS_APART.on(day)
    if may_be_saved:
        length = WEEKS_OF_SAVING.on(day) * _DAYS_IN_WEEK
        parts = [is_holiday[start : start + length] for start in range(0, len(is_holiday), length)]
        is_enough = all(sum(part) >= len(part) // _DAYS_IN_WEEK for part in parts)
    facts = (("longest_run", longest), ("holidays", sum(is_holiday)), ("may_be_saved", may_be_saved))
    return WeeklyHolidays(
        longest_run=longest,
        is_enough=is_enough,
        reasons=(Reason(rule="weekly_holidays", law=ARTICLE, facts=facts),),
    )
