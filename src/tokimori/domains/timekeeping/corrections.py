"""A correction as it is asked for, and as it is shown."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tokimori.domains.approvals.states import ApprovalState
from tokimori.engine import PunchKind


class Effect(StrEnum):
    """What a fact does to the punches: adds one, or replaces or withdraws the one it refers to."""

    ADD = "add"
    REPLACE = "replace"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionWish:
    """What somebody wants to have corrected.

    ``refers_to_id`` is the punch to replace or withdraw. ``kind`` and ``occurred_at`` say what shall stand instead, or in
    addition. ``reason`` is for the person who decides.
    """

    effect: Effect
    employee_id: UUID
    work_date: date
    reason: str
    refers_to_id: UUID | None = None
    kind: PunchKind | None = None
    occurred_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse wishes that contradict themselves."""
        if (self.effect is Effect.ADD) != (self.refers_to_id is None):
            raise ValueError("Only an addition refers to no punch.")
        if (self.effect is Effect.WITHDRAW) != (self.occurred_at is None):
            raise ValueError("Only a withdrawal has no time.")
        if (self.effect is Effect.WITHDRAW) != (self.kind is None):
            raise ValueError("Only a withdrawal has no kind.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """A correction, as shown, with its state."""

    id: UUID
    employee_id: UUID
    requested_by_id: UUID | None
    effect: Effect
    refers_to_id: UUID | None
    kind: PunchKind | None
    occurred_at: datetime | None
    zone: str
    work_date: date
    reason: str
    requested_at: datetime
    state: ApprovalState
