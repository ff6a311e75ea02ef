"""Labour Protection Act 23 and 31: hazardous work has seven hours a day, 42 a week, and no overtime at all."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.thailand.section_23_normal_hours import ARTICLE as ARTICLE_ON_HOURS
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE, NORMAL_DAY, NORMAL_WEEK

ARTICLE: Final = "TH.LPA.31"

HAZARDOUS_DAY: Final = Figure("hazardous_day_minutes", (Entry(since=IN_FORCE, value=420, article="TH.MR.2"),))
HAZARDOUS_WEEK: Final = Figure("hazardous_week_minutes", (Entry(since=IN_FORCE, value=2520, article="TH.MR.2"),))
"""Ministerial Regulation 2 names the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursAgainstLimits:
    """Work against the limits of a day and a week, in minutes; exactly the limit is allowed."""

    day_limit_minutes: int
    week_limit_minutes: int
    day_over_minutes: int
    week_over_minutes: int
    forbidden_minutes: int
    """Overtime and holiday work that nobody may be asked for, with or without consent."""
    reasons: tuple[Reason, ...]


def hours_against_limits(
    *,
    is_hazardous: bool,
    day_minutes: int,
    week_minutes: int,
    overtime_minutes: int = 0,
    holiday_minutes: int = 0,
    day: date,
) -> HoursAgainstLimits:
    """Return by how much a day and a week go beyond their limits. Raise ``ValueError`` for negative minutes."""
    if min(day_minutes, week_minutes, overtime_minutes, holiday_minutes) < 0:
        raise ValueError("Work counts forward.")
    day_limit = (HAZARDOUS_DAY if is_hazardous else NORMAL_DAY).on(day)
    week_limit = (HAZARDOUS_WEEK if is_hazardous else NORMAL_WEEK).on(day)
    day_over, week_over = max(0, day_minutes - day_limit), max(0, week_minutes - week_limit)
    forbidden = overtime_minutes + holiday_minutes if is_hazardous else 0
    reasons = [
        Reason(
            rule="hazardous_hours" if is_hazardous else "normal_hours",
            law=ARTICLE_ON_HOURS,
            facts=(("day_over_minutes", day_over), ("week_over_minutes", week_over)),
        )
    ]
    if is_hazardous:
        facts = (("forbidden_minutes", forbidden),)
        reasons.append(Reason(rule="no_overtime_in_hazardous_work", law=ARTICLE, facts=facts))
    return HoursAgainstLimits(
        day_limit_minutes=day_limit,
        week_limit_minutes=week_limit,
        day_over_minutes=day_over,
        week_over_minutes=week_over,
        forbidden_minutes=forbidden,
        reasons=tuple(reasons),
    )
