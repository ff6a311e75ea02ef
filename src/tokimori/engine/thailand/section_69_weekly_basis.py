"""Labour Protection Act 69: where normal hours are set by the week, holidays and leave count as days worked."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tokimori.engine.law import Reason

ARTICLE: Final = "TH.LPA.69"


class WeekDayType(StrEnum):
    """What a day of a week is. Only the weekly holiday is credited with nothing."""

    WORK = "work"
    TRADITIONAL_HOLIDAY = "traditional_holiday"
    LEAVE = "leave"
    WEEKLY_HOLIDAY = "weekly_holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDay:
    """A day, the minutes worked on it, and the normal minutes that a holiday or leave stands for."""

    type: WeekDayType
    worked_minutes: int
    credited_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditedWeek:
    """Minutes of a week with what holidays and leave are credited with, and those beyond the normal week."""

    credited_total_minutes: int
    overtime_minutes: int
    reasons: tuple[Reason, ...]


def credited_week(*, normal_week_minutes: int, days: Sequence[WeekDay]) -> CreditedWeek:
    """Return a week's overtime on the weekly basis: what is worked or credited beyond the normal week, which is inclusive.

    A day of holiday or leave counts its credit or what was worked on it, whichever is more; work on a weekly holiday is
    paid as such (62) and counts nothing here. Raise ``ValueError`` for negative minutes.
    """
    if normal_week_minutes < 0 or any(min(day.worked_minutes, day.credited_minutes) < 0 for day in days):
        raise ValueError("Work counts forward.")
    reasons: list[Reason] = []
    total = 0
    for number, day in enumerate(days):
        counted = 0 if day.type is WeekDayType.WEEKLY_HOLIDAY else day.worked_minutes
        if day.type in {WeekDayType.TRADITIONAL_HOLIDAY, WeekDayType.LEAVE} and day.credited_minutes > counted:
            counted = day.credited_minutes
            facts = (("day", number), ("type", day.type.value), ("minutes", counted))
            reasons.append(Reason(rule="counted_as_worked", law=ARTICLE, facts=facts))
        total += counted
    overtime = max(0, total - normal_week_minutes)
    sums = (("credited_total_minutes", total), ("normal_week_minutes", normal_week_minutes))
    reasons.append(Reason(rule="weekly_basis", law=ARTICLE, facts=sums))
    return CreditedWeek(credited_total_minutes=total, overtime_minutes=overtime, reasons=tuple(reasons))
