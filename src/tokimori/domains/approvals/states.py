"""The words of approval: what can be approved, and where it stands."""

from enum import StrEnum


class SubjectKind(StrEnum):
    """What can be approved."""

    CORRECTION = "correction"
    MONTH = "month"


class ApprovalState(StrEnum):
    """Where a subject stands; a draft has no step yet."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
