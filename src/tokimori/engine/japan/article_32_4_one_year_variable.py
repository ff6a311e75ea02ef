"""Labor Standards Act 32-4, Enforcement Rule 12-4: what a one-year variable calendar may designate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from tokimori.engine.law import Entry, Figure, Reason

ARTICLE: Final = "JP.LSA.32-4"
LIMITS: Final = "JP.ER.12-4"
SHORT_SERVICE: Final = "JP.LSA.32-4-2"

_SINCE: Final = date(1999, 4, 1)
"""The limits as they are; those of 1994 were others and are not kept."""


def _limit(name: str, value: int) -> Figure[int]:
    return Figure(name, (Entry(since=_SINCE, value=value, article=LIMITS),))


LONGEST_DAY: Final = _limit("longest_designated_day", 600)
LONGEST_WEEK: Final = _limit("longest_designated_week", 3120)
LONG_WEEK: Final = _limit("long_designated_week", 2880)
MOST_LONG_WEEKS: Final = _limit("most_long_weeks", 3)
"""In a row, and in each block of three months; only where the period is longer than three months."""
MOST_WORK_DAYS_A_YEAR: Final = _limit("most_work_days_a_year", 280)
MOST_DAYS_IN_A_ROW: Final = _limit("most_days_in_a_row", 6)
MOST_DAYS_IN_A_ROW_OF_SPECIAL_PERIOD: Final = _limit("most_days_in_a_row_of_a_special_period", 12)
"""In a special period named in the agreement one day off a week suffices, at either end of two weeks."""

_WEEKS_IN_BLOCK: Final = 13
_DAYS_IN_YEAR: Final = 365
LONGEST_UNLIMITED_DAYS: Final = 92
"""Three months have at most so many days; only longer periods have a limit of work days and of long weeks."""


class CalendarFault(StrEnum):
    """What makes a designated calendar unlawful."""

    WEEK_TOO_LONG = "week over 52 h"
    LONG_WEEKS_IN_A_ROW = "consecutive weeks over 48 h > 3"
    LONG_WEEKS_IN_BLOCK = "weeks over 48 h in a 3-month block > 3"
    DAY_TOO_LONG = "day over 10 h"
    DAYS_IN_A_ROW = "consecutive work days > 6"
    DAYS_IN_A_ROW_OF_SPECIAL_PERIOD = "consecutive work days in a special period > 12"
    TOO_MANY_WORK_DAYS = "work days over the limit of the period"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarVerdict:
    """The faults found, in the order in which they are named above."""

    faults: tuple[CalendarFault, ...]
    reasons: tuple[Reason, ...]

    @property
    def is_lawful(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def most_work_days(*, calendar_days: int, day: date) -> int | None:
    """Return how many work days a period may have; ``None`` for one of three months or less, which has no such limit."""
    if calendar_days <= 0:
        raise ValueError("A period has days.")
    if calendar_days <= LONGEST_UNLIMITED_DAYS:
        return None
    return MOST_WORK_DAYS_A_YEAR.on(day) * calendar_days // _DAYS_IN_YEAR


def judge_weeks(
    *, week_minutes: Sequence[int], is_over_three_months: bool, day_minutes: Sequence[int] = (), day: date
) -> CalendarVerdict:
    """Return what is wrong with the designated weeks, given in their order, and with days.

    Where the period is longer than three months, at most three weeks in a row, and at most three in each block of three
    months, counted from the first, may exceed 48 hours.
    """
    faults: list[CalendarFault] = []
    if is_over_three_months:
        is_long = [minutes > LONG_WEEK.on(day) for minutes in week_minutes]
        if _longest_run(is_long) > MOST_LONG_WEEKS.on(day):
            faults.append(CalendarFault.LONG_WEEKS_IN_A_ROW)
        elif _most_in_block(is_long) > MOST_LONG_WEEKS.on(day):
            faults.append(CalendarFault.LONG_WEEKS_IN_BLOCK)
    if any(minutes > LONGEST_WEEK.on(day) for minutes in week_minutes):
        faults.append(CalendarFault.WEEK_TOO_LONG)
    if any(minutes > LONGEST_DAY.on(day) for minutes in day_minutes):
        faults.append(CalendarFault.DAY_TOO_LONG)
    reasons = tuple(Reason(rule="unlawful_calendar", law=LIMITS, facts=(("fault", fault.value),)) for fault in faults)
    return CalendarVerdict(faults=tuple(faults), reasons=reasons)


def judge_days(*, is_work_day: Sequence[bool], special: Sequence[bool] = (), day: date) -> CalendarVerdict:
    """Return what is wrong with the designated days of a period, given one after the other.

    ``special`` says of each day whether it lies in a special period; a run of days that touches an ordinary one ends after
    six. Raise ``ValueError`` when both are given and differ in length.
    """
    if special and len(special) != len(is_work_day):
        raise ValueError("Each day lies in a special period or does not.")
    kinds = tuple(special) or (False,) * len(is_work_day)
    longest = {False: 0, True: 0}
    run: list[bool] = []
    for works, is_special in zip(is_work_day, kinds, strict=True):
        run = [*run, is_special] if works else []
        # A run counts as special only while every day of it is.
        is_whole = all(run)
        longest[is_whole] = max(longest[is_whole], len(run))
    faults: list[CalendarFault] = []
    if longest[False] > MOST_DAYS_IN_A_ROW.on(day):
        faults.append(CalendarFault.DAYS_IN_A_ROW)
    if longest[True] > MOST_DAYS_IN_A_ROW_OF_SPECIAL_PERIOD.on(day):
        faults.append(CalendarFault.DAYS_IN_A_ROW_OF_SPECIAL_PERIOD)
    most = most_work_days(calendar_days=len(is_work_day), day=day)
    if most is not None and sum(is_work_day) > most:
        faults.append(CalendarFault.TOO_MANY_WORK_DAYS)
    reasons = tuple(Reason(rule="unlawful_calendar", law=LIMITS, facts=(("fault", fault.value),)) for fault in faults)
    return CalendarVerdict(faults=tuple(faults), reasons=reasons)


def _longest_run(weeks: Sequence[bool]) -> int:
    longest = run = 0
    for is_long in weeks:
        run = run + 1 if is_long else 0
        longest = max(longest, run)
    return longest


def _most_in_block(weeks: Sequence[bool]) -> int:
    blocks = (weeks[start : start + _WEEKS_IN_BLOCK] for start in range(0, len(weeks), _WEEKS_IN_BLOCK))
    return max((sum(block) for block in blocks), default=0)
