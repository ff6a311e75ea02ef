"""Civil Code 140, 143: when a period of months or years ends.

A period that begins with a day's first moment counts that day; it ends with the day before the one of the same number, or
with the last day of a month that has no such number.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import Final

ARTICLE: Final = "JP.CC.143"
MONTHS_IN_YEAR: Final = 12
_ONE_DAY: Final = timedelta(days=1)


def day_after(first: date, *, years: int = 0, months: int = 0) -> date:
    """Return the first day that no longer belongs to a period beginning with ``first``; raise ``ValueError`` for none."""
    total = years * MONTHS_IN_YEAR + months
    if total <= 0:
        raise ValueError("A period lasts a month at least.")
    whole, month = divmod(first.month - 1 + total, MONTHS_IN_YEAR)
    year = first.year + whole
    following = _first_of_next(year, month + 1)
    if first.day <= (following - _ONE_DAY).day:
        return date(year, month + 1, first.day)
    # No such day: the period ends with the month (143, 2).
    return following


def last_day(first: date, *, years: int = 0, months: int = 0) -> date:
    """Return the last day of a period beginning with ``first``; raise ``ValueError`` for none."""
    return day_after(first, years=years, months=months) - _ONE_DAY


def whole_months(first: date, until: date) -> int:
    """Return the whole months from ``first`` to the beginning of ``until``; none if it is not later."""
    if until <= first:
        return 0
    count = (until.year - first.year) * MONTHS_IN_YEAR + until.month - first.month
    while count > 0 and day_after(first, months=count) > until:
        count -= 1
    return count


def months(first: date, until: date) -> Fraction:
    """Return the months from ``first`` to the beginning of ``until``: of a month begun, its days over its length."""
    count = whole_months(first, until)
    begun = day_after(first, months=count) if count else first
    if until <= begun:
        return Fraction(count)
    return count + Fraction((until - begun).days, (day_after(first, months=count + 1) - begun).days)


def _first_of_next(year: int, month: int) -> date:
    return date(year + month // MONTHS_IN_YEAR, month % MONTHS_IN_YEAR + 1, 1)
