"""Labor Standards Act 34: breaks of 45 minutes beyond six hours of work, of an hour beyond eight."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from tokimori.engine.breaks import tier_minutes
from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.rules import BreakTier

ARTICLE: Final = "JP.LSA.34"

REQUIRED_BREAKS: Final = Figure(
    "required_breaks",
    (
        Entry(
            since=date(1947, 9, 1),
            value=(BreakTier(over_minutes=360, break_minutes=45), BreakTier(over_minutes=480, break_minutes=60)),
            article=ARTICLE,
        ),
    ),
)
"""Work longer than ``over_minutes`` needs the break; exactly as long does not. In force since September 1947."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakRequirement:
    """The shortest lawful break for a length of work, in minutes."""

    required_minutes: int
    reasons: tuple[Reason, ...]


def required_break(*, worked_minutes: int, day: date) -> BreakRequirement:
    """Return the break that work of this length must be interrupted by. Longer duties need no more than an hour."""
    if worked_minutes < 0:
        raise ValueError("Work counts forward.")
    required = tier_minutes(worked_minutes=worked_minutes, tiers=REQUIRED_BREAKS.on(day))
    reason = Reason(
        rule="break_tier",
        law=ARTICLE,
        facts=(("worked_minutes", worked_minutes), ("required_minutes", required)),
    )
    return BreakRequirement(required_minutes=required, reasons=(reason,))
