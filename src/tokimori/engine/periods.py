"""Periods over which hours are settled: which one a date lies in, and what was planned in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from tokimori.engine.facts import CalendarDay, DayType
from tokimori.engine.rules import FLEX_SYSTEMS, FRAMED_SYSTEMS, RuleSet, WorkSystem

_ONE_DAY = timedelta(days=1)
_MONTHS_IN_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A closed range of dates with one frame.

    ``designated_minutes`` is all that was planned in it: it licenses a variable arrangement, and is the contract's total
    of a flexible one.
    """

    first: date
    last: date
    designated_minutes: int

    @property
    def days(self) -> int:
        """Return the calendar days."""
        return (self.last - self.first).days + 1


def has_periods(rules: RuleSet) -> bool:
    """Whether a rule set settles hours over periods."""
    return rules.system in FLEX_SYSTEMS or rules.system in FRAMED_SYSTEMS


def period_around(day: date, *, rules: RuleSet) -> tuple[date, date]:
    """Return the closed range of the period that a date lies in, by the rule set's start and length.

    Periods are laid end to end from ``period_start_month`` of each year; where their length does not divide the year, the
    last one is shorter.
    """
    length = rules.period_months if rules.system is not WorkSystem.FLEX_MONTH else 1
    month = date(day.year, day.month, rules.period_start_day)
    if day < month:
        month = _moved(month, -1)
    since = (month.month - rules.period_start_month) % _MONTHS_IN_YEAR
    offset = since % length
    first = _moved(month, -offset)
    months = min(length, _MONTHS_IN_YEAR - (since - offset))
    return first, _moved(first, months) - _ONE_DAY


def periods_of(days: Sequence[CalendarDay]) -> tuple[Period, ...]:
    """Return the periods of consecutive days, each with what was planned in it.

    Where the days know less of a period than the calendar – somebody joined, left or changed his rules – it is as long as
    they served (32-3-2, 32-4-2): so the days given should reach over whole periods.
    """

    def key(day: CalendarDay) -> tuple[str, tuple[date, date] | None]:
        return day.rules.code, period_around(day.date, rules=day.rules) if has_periods(day.rules) else None

    found: list[Period] = []
    for (_, calendar), members in groupby(days, key=key):
        served = list(members)
        if calendar is not None:
            planned = sum(day.designated_minutes for day in served if day.day_type is not DayType.LEGAL_HOLIDAY)
            found.append(Period(first=served[0].date, last=served[-1].date, designated_minutes=planned))
    return tuple(found)


def months_of(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Yield the months of a period, counted from its first day; the last ends with it."""
    begin = first
    while begin <= last:
        following = _moved(begin, 1)
        yield begin, min(last, following - _ONE_DAY)
        begin = following


def _moved(day: date, months: int) -> date:
    years, month = divmod(day.year * _MONTHS_IN_YEAR + day.month - 1 + months, _MONTHS_IN_YEAR)
    return date(years, month + 1, day.day)
