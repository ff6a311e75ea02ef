"""A decision is a value: whether, why, and through what."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Reason(StrEnum):
    """Why something is allowed, or is not."""

    ROLE = "role"
    OWN = "own"
    LEADS = "leads"
    GRANT = "grant"
    NO_RIGHT = "no_right"
    OUT_OF_REACH = "out_of_reach"
    NEEDS_WHOLE_COMPANY = "needs_whole_company"
    ONES_OWN = "ones_own"
    CONFLICTING_DUTIES = "conflicting_duties"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An answer. ``grant_id`` names the grant where one decided, ``right`` the right that was held or is missing."""

    is_allowed: bool
    reason: Reason
    right: str = ""
    grant_id: UUID | None = None


def allowed(reason: Reason, *, right: str = "", grant_id: UUID | None = None) -> Decision:
    """Return a yes."""
    return Decision(is_allowed=True, reason=reason, right=right, grant_id=grant_id)


def refused(reason: Reason, *, right: str = "") -> Decision:
    """Return a no."""
    return Decision(is_allowed=False, reason=reason, right=right)
