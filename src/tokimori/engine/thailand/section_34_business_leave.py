"""Labour Protection Act 34 and 57/1: leave for necessary business, three working days of a year paid."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE

ARTICLE: Final = "TH.LPA.34"
ARTICLE_ON_PAY: Final = "TH.LPA.57/1"

PAID_DAYS: Final = Figure(
    "paid_business_leave_days",
    (Entry(since=IN_FORCE, value=0, article=ARTICLE), Entry(since=date(2019, 5, 5), value=3, article=ARTICLE_ON_PAY)),
)
"""At least; before the seventh amendment the length and the pay were the work rules' own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessLeave:
    """A year's days of leave for necessary business, those paid and those not."""

    paid_days: Fraction
    unpaid_days: Fraction
    reasons: tuple[Reason, ...]


def business_leave(*, days_taken_in_year: Fraction, day: date) -> BusinessLeave:
    """Return which of a year's days are paid by the law at least. Raise ``ValueError`` for negative days."""
    if days_taken_in_year < 0:
        raise ValueError("Days count forward.")
    entry = PAID_DAYS.entry_on(day)
    paid = min(days_taken_in_year, Fraction(entry.value))
    facts = (("days_taken", str(days_taken_in_year)), ("paid_days_at_least", entry.value))
    return BusinessLeave(
        paid_days=paid,
        unpaid_days=days_taken_in_year - paid,
        reasons=(Reason(rule="business_leave", law=entry.article, facts=facts),),
    )
