"""Labour Protection Act 29: thirteen traditional holidays a year, made good when they fall on a weekly holiday."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE

ARTICLE: Final = "TH.LPA.29"

FEWEST_HOLIDAYS: Final = Figure("fewest_traditional_holidays", (Entry(since=IN_FORCE, value=13, article=ARTICLE),))
"""A year, the National Labour Day of 1 May among them."""

_DAYS_IN_WEEK: Final = 7


class NoWorkingDay(ValueError):
    """Every day of the week is a holiday, so none can take another's place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedHolidays:
    """Each announced holiday with the day it is kept on."""

    observed: Mapping[date, date]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayYear:
    """Whether what a company announced for a year is enough."""

    year: int
    count: int
    has_labour_day: bool
    is_enough: bool
    reasons: tuple[Reason, ...]


def observed_holidays(*, weekly_holidays: Collection[int], announced: Collection[date]) -> ObservedHolidays:
    """Return the day on which each traditional holiday is kept: its own, or else the next working day that is free.

    ``weekly_holidays`` are weekdays, Monday 0 to Sunday 6. A day that is a traditional holiday itself or already stands
    in for another is not free. Raise ``NoWorkingDay`` when the week has none, ``ValueError`` for a weekday out of range.
    """
    if any(not 0 <= one < _DAYS_IN_WEEK for one in weekly_holidays):
        raise ValueError("Weekdays are 0 to 6.")
    if len(set(weekly_holidays)) == _DAYS_IN_WEEK:
        raise NoWorkingDay("A week of holidays has no working day.")
    days = sorted(set(announced))
    taken = {day for day in days if day.weekday() not in weekly_holidays}
    observed: dict[date, date] = {}
    for day in days:
        kept = day
        while kept.weekday() in weekly_holidays or (kept != day and kept in taken):
            kept += timedelta(days=1)
        taken.add(kept)
        observed[day] = kept
    reasons = tuple(
        Reason(
            rule="substitute_holiday" if kept != day else "holiday_on_its_day",
            law=ARTICLE,
            facts=(("holiday", day.isoformat()), ("observed", kept.isoformat())),
        )
        for day, kept in observed.items()
    )
    return ObservedHolidays(observed=observed, reasons=reasons)


def holiday_year(*, announced: Collection[date], year: int) -> HolidayYear:
    """Return whether a year's announced traditional holidays, by their own days, are thirteen with 1 May among them."""
    days = {day for day in announced if day.year == year}
    has_labour_day = date(year, 5, 1) in days
    fewest = FEWEST_HOLIDAYS.on(date(year, 12, 31))
    facts = (("year", year), ("count", len(days)), ("fewest", fewest), ("has_labour_day", has_labour_day))
    return HolidayYear(
        year=year,
        count=len(days),
        has_labour_day=has_labour_day,
        is_enough=has_labour_day and len(days) >= fewest,
        reasons=(Reason(rule="enough_traditional_holidays", law=ARTICLE, facts=facts),),
    )
