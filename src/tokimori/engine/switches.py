"""Every policy switch: what it may be, what it is by default, and what leaves the choice open."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tokimori.engine.japan.article_39_five_days import Overlap
from tokimori.engine.japan.article_39_use import ConsumptionOrder
from tokimori.engine.policies import (
    CompensatoryNetting,
    DailyRounding,
    HolidayMinutes,
    HolidaySpan,
    NonLegalHolidayPay,
    UnspecifiedHoliday,
    WeeklyOvertimeMonth,
)
from tokimori.engine.rules import FragmentWeek, FrameRounding, Weekday


class Reach(StrEnum):
    """What a switch decides on today."""

    DAYS = "days"
    """Every calculated day of the product."""
    QUESTIONS = "questions"
    """Questions put to the engine, by ``tokimori calculate`` or by other code; no screen asks them yet."""
    MONTHS = "months"
    """The statement of every person's month; no day's figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A choice of a rule set, by the path that it is stored under. ``values`` are texts, or a range in words."""

    path: str
    values: tuple[str, ...]
    default: str
    source: str
    reach: Reach


def _enum(path: str, kind: type[StrEnum], source: str, reach: Reach) -> Switch:
    members = tuple(member.value for member in kind)
    return Switch(path=path, values=members, default=members[0], source=source, reach=reach)


SWITCHES: Final = (
    _enum(
        "frame_rounding", FrameRounding, "JP.LSA.32-2, 32-3, 32-4: sevenths of a minute are not spoken of", Reach.DAYS
    ),
    _enum("fragment_week", FragmentWeek, "JP.LSA.32-2: weeks that a period's edge cuts are not spoken of", Reach.DAYS),
    _enum("holiday_minutes", HolidayMinutes, "JP.LSA.35, 37: practice; no notice says otherwise", Reach.DAYS),
    _enum("policies.legal_holiday_when_unspecified", UnspecifiedHoliday, "JP.LSA.35, JP.ER.12-2", Reach.QUESTIONS),
    Switch(
        path="week_start",
        values=tuple(day.name.lower() for day in Weekday),
        default="sunday",
        source="Showa 63.1.1 Kihatsu 1: from Sunday, unless the work rules say otherwise",
        reach=Reach.DAYS,
    ),
    Switch(
        path="policies.sixty_hours_from_day",
        values=("1 to 28",),
        default="1",
        source="JP.LSA.37.1: the month begins where the work rules say, as a rule with the pay period",
        reach=Reach.MONTHS,
    ),
    _enum(
        "policies.weekly_overtime_month",
        WeeklyOvertimeMonth,
        "no authoritative rule; days show the minutes where they lie",
        Reach.MONTHS,
    ),
    Switch(
        path="policies.within_legal_rate_percent",
        values=("100 and more",),
        default="100",
        source="JP.LSA.37: no premium below the legal limits, unless the company pays one",
        reach=Reach.MONTHS,
    ),
    _enum(
        "policies.non_legal_holiday_pay", NonLegalHolidayPay, "JP.LSA.37: a day off beside the legal one", Reach.MONTHS
    ),
    Switch(
        path="policies.non_legal_holiday_rate_percent",
        values=("125 and more",),
        default="125",
        source="JP.LSA.37: a flat premium on days off stands for that of overtime, and is not below it",
        reach=Reach.MONTHS,
    ),
    _enum(
        "policies.leave_consumption_order",
        ConsumptionOrder,
        "JP.LSA.39: not spoken of; the newest first must stand in the work rules",
        Reach.QUESTIONS,
    ),
    _enum("policies.five_day_overlap", Overlap, "JP.ER.24-5", Reach.QUESTIONS),
    _enum("rounding", DailyRounding, "JP.LSA.24, Showa 63.3.14 Kihatsu 150: nobody loses a minute", Reach.DAYS),
    _enum("holiday_span", HolidaySpan, "TH.LPA.62, 63: nights are not spoken of", Reach.DAYS),
    _enum(
        "policies.compensatory_netting",
        CompensatoryNetting,
        "JP.LSA.35, 37: the premium is due in any case",
        Reach.MONTHS,
    ),
    Switch(
        path="policies.interval_minutes",
        values=("0 to 1440",),
        default="0",
        source="JP.IWH.2: a duty of effort; 0 watches none",
        reach=Reach.DAYS,
    ),
)
