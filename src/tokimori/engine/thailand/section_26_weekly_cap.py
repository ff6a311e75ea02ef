"""Labour Protection Act 26: overtime and work on holidays together, 36 hours a week at most."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE

ARTICLE: Final = "TH.LPA.26"

WEEKLY_CAP: Final = Figure(
    "weekly_overtime_and_holiday_minutes", (Entry(since=IN_FORCE, value=2160, article="TH.MR.3"),)
)
"""Ministerial Regulation 3 of the Act. A cap of one week, never of an average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CappedWeek:
    """What counts against the cap, in minutes; exactly the cap is allowed."""

    counted_minutes: int
    cap_minutes: int
    is_over: bool
    reasons: tuple[Reason, ...]


def weekly_cap(
    *, overtime_minutes: int, holiday_work_minutes: int, holiday_overtime_minutes: int, day: date
) -> CappedWeek:
    """Return a week's overtime and holiday minutes against the cap, work inside and outside a holiday's normal hours alike.

    Raise ``ValueError`` for negative minutes.
    """
    given = (overtime_minutes, holiday_work_minutes, holiday_overtime_minutes)
    if min(given) < 0:
        raise ValueError("Work counts forward.")
    entry = WEEKLY_CAP.entry_on(day)
    counted = sum(given)
    reason = Reason(
        rule="weekly_overtime_cap",
        law=ARTICLE,
        facts=(
            ("overtime_minutes", overtime_minutes),
            ("holiday_work_minutes", holiday_work_minutes),
            ("holiday_overtime_minutes", holiday_overtime_minutes),
            ("cap_minutes", entry.value),
        ),
    )
    return CappedWeek(
        counted_minutes=counted, cap_minutes=entry.value, is_over=counted > entry.value, reasons=(reason,)
    )
