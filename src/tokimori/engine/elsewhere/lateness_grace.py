"""Lateness with grace: a few minutes raise no flag, and change nothing once there are more."""

from dataclasses import dataclass
from enum import StrEnum

from tokimori.engine.law import Reason


class WithinGrace(StrEnum):
    """What becomes of minutes within grace: they are shown without a flag, or excused altogether."""

    KEEP_MINUTES = "keep_minutes"
    EXCUSE = "excuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """Minutes and flags of both edges of a shift. A flag is missing where the punch is."""

    late_minutes: int | None
    is_late: bool | None
    early_leave_minutes: int | None
    is_early_leave: bool | None
    reasons: tuple[Reason, ...]


def punctuality(
    *,
    late_by_minutes: int | None,
    early_by_minutes: int | None,
    grace_minutes: int,
    early_grace_minutes: int,
    within_grace: WithinGrace = WithinGrace.KEEP_MINUTES,
) -> Punctuality:
    """Return what counts of an arrival so many minutes after the start and a departure so many before the end.

    Minutes below nothing are an early arrival or a late departure. Exactly the grace is within it; beyond it all minutes
    count. Raise ``ValueError`` for a negative grace.
    """
    if min(grace_minutes, early_grace_minutes) < 0:
        raise ValueError("Grace is not negative.")
    late, is_late = _edge(late_by_minutes, grace_minutes, within_grace)
    early, is_early = _edge(early_by_minutes, early_grace_minutes, within_grace)
    reasons = (
        Reason(rule="late_arrival", facts=(("minutes", late_by_minutes), ("grace_minutes", grace_minutes))),
        Reason(rule="early_departure", facts=(("minutes", early_by_minutes), ("grace_minutes", early_grace_minutes))),
    )
    return Punctuality(
        late_minutes=late, is_late=is_late, early_leave_minutes=early, is_early_leave=is_early, reasons=reasons
    )


def _edge(minutes: int | None, grace: int, within_grace: WithinGrace) -> tuple[int | None, bool | None]:
    if minutes is None:
        return None, None
    missed = max(0, minutes)
    is_flagged = missed > grace
    if not is_flagged and within_grace is WithinGrace.EXCUSE:
        missed = 0
    return missed, is_flagged
