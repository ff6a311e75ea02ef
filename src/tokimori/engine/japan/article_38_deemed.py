"""Labor Standards Act 38-2, 38-3, 38-4: time that counts as worked whatever the clock says.

Night and legal-holiday premiums follow the clock all the same.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from tokimori.engine.japan.frames import DAILY_LIMIT
from tokimori.engine.law import Reason

ARTICLE_OUTSIDE: Final = "JP.LSA.38-2"
ARTICLE_DISCRETIONARY: Final = "JP.LSA.38-3; JP.LSA.38-4"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeemedTime:
    """Minutes that count as worked, and those of them over the daily limit."""

    minutes: int
    legal_overtime: int
    reasons: tuple[Reason, ...]


def deemed_outside(
    *, scheduled_minutes: int, usual_outside_minutes: int, inside_minutes: int = 0, day: date
) -> DeemedTime:
    """Return what a day with work outside the workplace counts for.

    Usually the scheduled hours, work inside included. Where the time that the work outside usually takes, or that was
    agreed for it, and the time inside come to more, both are added. Raise ``ValueError`` for negative minutes.
    """
    if min(scheduled_minutes, usual_outside_minutes, inside_minutes) < 0:
        raise ValueError("Work counts forward.")
    needed = usual_outside_minutes + inside_minutes
    rule = "deemed_as_usual" if needed > scheduled_minutes else "deemed_as_scheduled"
    facts = (
        ("scheduled", scheduled_minutes),
        ("usual_outside", usual_outside_minutes),
        ("inside", inside_minutes),
    )
    return _deemed(max(scheduled_minutes, needed), Reason(rule=rule, law=ARTICLE_OUTSIDE, facts=facts), day)


def deemed_discretionary(*, agreed_minutes: int, day: date) -> DeemedTime:
    """Return what a day of discretionary work counts for: the agreed figure. Raise ``ValueError`` for negative minutes."""
    if agreed_minutes < 0:
        raise ValueError("Work counts forward.")
    reason = Reason(rule="deemed_as_agreed", law=ARTICLE_DISCRETIONARY, facts=(("agreed", agreed_minutes),))
    return _deemed(agreed_minutes, reason, day)


def _deemed(minutes: int, reason: Reason, day: date) -> DeemedTime:
    return DeemedTime(minutes=minutes, legal_overtime=max(0, minutes - DAILY_LIMIT.on(day)), reasons=(reason,))
