"""Labour Protection Act 114 and 115: records of working days, hours and pay, kept for two years at least."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from tokimori.engine.japan.civil_periods import last_day
from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE

ARTICLE: Final = "TH.LPA.115"

YEARS_KEPT: Final = Figure("years_records_are_kept", (Entry(since=IN_FORCE, value=2, article=ARTICLE),))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptUntil:
    """The last day to keep a record; a dispute that is going on keeps it longer."""

    until: date
    reasons: tuple[Reason, ...]


def kept_until(*, paid: date) -> KeptUntil:
    """Return until when the record of a payment is kept, counted from the day it was paid."""
    until = last_day(paid, years=YEARS_KEPT.on(paid))
    facts = (("paid", paid.isoformat()), ("until", until.isoformat()))
    return KeptUntil(until=until, reasons=(Reason(rule="records_kept", law=ARTICLE, facts=facts),))
