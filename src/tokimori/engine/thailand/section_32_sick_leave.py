"""Labour Protection Act 32 and 57: sick leave lasts as long as the illness; thirty working days of a year are paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE

ARTICLE: Final = "TH.LPA.32"
ARTICLE_ON_PAY: Final = "TH.LPA.57"

PAID_DAYS: Final = Figure("paid_sick_days", (Entry(since=IN_FORCE, value=30, article=ARTICLE_ON_PAY),))
CERTIFICATE_DAYS: Final = Figure(
    "sick_days_that_need_a_certificate", (Entry(since=IN_FORCE, value=3, article=ARTICLE),)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SickLeave:
    """A year's sick leave in working days, and for each absence whether a doctor's certificate may be asked for."""

    paid_days_at_most: int
    paid_days: Fraction
    unpaid_days: Fraction
    certificate_may_be_required: tuple[bool, ...]
    reasons: tuple[Reason, ...]


def sick_leave(*, days_taken_in_year: Fraction, absences: Sequence[Fraction], day: date) -> SickLeave:
    """Return which of a year's sick days are paid, and which absences may need a certificate (three days, inclusive).

    The days taken include those of the absences. Raise ``ValueError`` for negative days.
    """
    if days_taken_in_year < 0 or any(days < 0 for days in absences):
        raise ValueError("Days count forward.")
    at_most, from_days = PAID_DAYS.on(day), CERTIFICATE_DAYS.on(day)
    paid = min(days_taken_in_year, Fraction(at_most))
    pay = Reason(
        rule="paid_sick_leave",
        law=ARTICLE_ON_PAY,
        facts=(("days_taken", str(days_taken_in_year)), ("paid_days_at_most", at_most)),
    )
    certificates = tuple(
        Reason(rule="medical_certificate", law=ARTICLE, facts=(("absence_days", str(days)), ("from_days", from_days)))
        for days in absences
    )
    return SickLeave(
        paid_days_at_most=at_most,
        paid_days=paid,
        unpaid_days=days_taken_in_year - paid,
        certificate_may_be_required=tuple(days >= from_days for days in absences),
        reasons=(pay, *certificates),
    )
