"""Labour Protection Act 30: six working days of annual leave after a full year."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE

ARTICLE: Final = "TH.LPA.30"
MONTHS_IN_YEAR: Final = 12

FEWEST_DAYS: Final = Figure("fewest_annual_leave_days", (Entry(since=IN_FORCE, value=6, article=ARTICLE),))


class FirstYearLeave(StrEnum):
    """What a company gives before the first year is full: the law allows a part and obliges to none (30, 4)."""

    NONE = "none"
    PRORATED = "prorated"


class TooFewDays(ValueError):
    """A company's rule gives less than the law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualLeave:
    """The working days of leave that a person is entitled to in the year of service that a day lies in."""

    days: Fraction
    full_months: int
    reasons: tuple[Reason, ...]


def annual_leave(
    *,
    employed_since: date,
    day: date,
    first_year: FirstYearLeave = FirstYearLeave.NONE,
    company_days: int | None = None,
) -> AnnualLeave:
    """Return the annual leave of a person: the year's days from the first anniversary on, before it none or a part.

    The part is a twelfth for every full month. Raise ``TooFewDays`` when the company's days are below the law's, and
    ``ValueError`` for a day before the employment.
    """
    if day < employed_since:
        raise ValueError("Nobody has leave before being employed.")
    fewest = FEWEST_DAYS.on(day)
    year = fewest if company_days is None else company_days
    if year < fewest:
        raise TooFewDays(f"The law gives {fewest} days.")
    months = full_months(since=employed_since, until=day)
    if months >= MONTHS_IN_YEAR:
        days = Fraction(year)
    elif first_year is FirstYearLeave.PRORATED:
        days = Fraction(year * months, MONTHS_IN_YEAR)
    else:
        days = Fraction(0)
    facts = (("full_months", months), ("first_year", first_year.value), ("days", str(days)))
    return AnnualLeave(days=days, full_months=months, reasons=(Reason(rule="annual_leave", law=ARTICLE, facts=facts),))


def full_months(*, since: date, until: date) -> int:
    """Return the months that are full on a day: one begun on the 15th is full on the next 15th.

    Where the month has no such day it is full on the first of the one that follows.
    """
    months = (until.year - since.year) * MONTHS_IN_YEAR + until.month - since.month
    return months if until.day >= since.day else months - 1
