"""Labour Protection Act 41 and 59: leave around a birth, by the day whose law is asked."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE

ARTICLE: Final = "TH.LPA.41"
SEVENTH_AMENDMENT: Final = date(2019, 5, 5)
NINTH_AMENDMENT: Final = date(2025, 12, 7)
"""B.E. 2568. One law firm prints the day after."""

MATERNITY_DAYS: Final = Figure(
    "maternity_days",
    (
        Entry(since=IN_FORCE, value=90, article=ARTICLE),
        Entry(since=SEVENTH_AMENDMENT, value=98, article=ARTICLE),
        Entry(since=NINTH_AMENDMENT, value=120, article=ARTICLE),
    ),
)
EMPLOYER_PAID_DAYS: Final = Figure(
    "employer_paid_maternity_days",
    (
        Entry(since=IN_FORCE, value=45, article="TH.LPA.59"),
        Entry(since=NINTH_AMENDMENT, value=60, article="TH.LPA.59"),
    ),
)
SPOUSE_DAYS: Final = Figure(
    "spouse_leave_days",
    (Entry(since=IN_FORCE, value=0, article=ARTICLE), Entry(since=NINTH_AMENDMENT, value=15, article="TH.LPA.41/2")),
)
"""Paid in full."""
INFANT_CARE_DAYS: Final = Figure(
    "infant_care_days",
    (Entry(since=IN_FORCE, value=0, article=ARTICLE), Entry(since=NINTH_AMENDMENT, value=15, article="TH.LPA.41/1")),
)
"""For a newborn that is ill, after the maternity leave, paid by half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentalLeave:
    """Days of leave around a birth."""

    maternity_days: int
    employer_paid_days: int
    spouse_days: int
    infant_care_days: int
    reasons: tuple[Reason, ...]


def parental_leave(*, day: date) -> ParentalLeave:
    """Return the leave by the law of a day. Raise ``NotInForce`` before the Act."""
    entries = {
        figure.name: figure.entry_on(day)
        for figure in (MATERNITY_DAYS, EMPLOYER_PAID_DAYS, SPOUSE_DAYS, INFANT_CARE_DAYS)
    }
    reasons = tuple(
        Reason(
            rule=name,
            law=entry.article,
            facts=(("day", day.isoformat()), ("days", entry.value), ("since", entry.since.isoformat())),
        )
        for name, entry in entries.items()
    )
    return ParentalLeave(
        maternity_days=entries[MATERNITY_DAYS.name].value,
        employer_paid_days=entries[EMPLOYER_PAID_DAYS.name].value,
        spouse_days=entries[SPOUSE_DAYS.name].value,
        infant_care_days=entries[INFANT_CARE_DAYS.name].value,
        reasons=reasons,
    )
