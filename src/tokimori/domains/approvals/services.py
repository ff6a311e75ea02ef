"""Submit, return, approve, withdraw: knows states, not subjects.

A domain that has something to approve calls these with its subject's id; whose subject it is, it passes along, so that
the one rule that never bends stands here: nobody decides on his own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from tokimori.domains.approvals.models import ApprovalStep
from tokimori.domains.approvals.states import ApprovalState, SubjectKind
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import Conflict, NotAllowed
from tokimori.foundation.identifiers import new_id

_MAY_FOLLOW: Mapping[ApprovalState, frozenset[ApprovalState]] = {
    ApprovalState.SUBMITTED: frozenset({ApprovalState.DRAFT, ApprovalState.RETURNED, ApprovalState.WITHDRAWN}),
    ApprovalState.RETURNED: frozenset({ApprovalState.SUBMITTED, ApprovalState.APPROVED}),
    ApprovalState.APPROVED: frozenset({ApprovalState.SUBMITTED}),
    ApprovalState.WITHDRAWN: frozenset({ApprovalState.SUBMITTED}),
}


class OwnSubject(NotAllowed):
    """Nobody decides on what is their own; ask your leader."""

    code = "approval.own"


class AlreadyDecided(Conflict):
    """Somebody was here before you; look at the new state."""

    code = "approval.already_decided"


class NoteMissing(Conflict):
    """Say why, so that the other person knows what to do."""

    code = "approval.note_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is to be decided, whose it is, and the digest of its content where that can change."""

    kind: SubjectKind
    id: UUID
    owner_employee_id: UUID
    content_digest: str = ""


def submit(*, actor: Principal, subject: Subject, note: str = "", now: datetime) -> None:
    """Hand a subject in."""
    _append(actor=actor, subject=subject, state=ApprovalState.SUBMITTED, note=note, now=now)


def withdraw(*, actor: Principal, subject: Subject, now: datetime) -> None:
    """Take a subject back before it is decided."""
    _append(actor=actor, subject=subject, state=ApprovalState.WITHDRAWN, note="", now=now)


def approve(*, actor: Principal, subject: Subject, note: str, now: datetime) -> None:
    """Approve what somebody else handed in."""
    _refuse_own(actor, subject)
    _append(actor=actor, subject=subject, state=ApprovalState.APPROVED, note=note, now=now)


def return_for_change(*, actor: Principal, subject: Subject, note: str, now: datetime) -> None:
    """Give back what somebody else handed in, saying why."""
    _refuse_own(actor, subject)
    if not note.strip():
        raise NoteMissing
    _append(actor=actor, subject=subject, state=ApprovalState.RETURNED, note=note, now=now)


def _refuse_own(actor: Principal, subject: Subject) -> None:
    if actor.employee_id == subject.owner_employee_id:
        raise OwnSubject


def _append(*, actor: Principal, subject: Subject, state: ApprovalState, note: str, now: datetime) -> None:
    last = ApprovalStep.objects.filter(tenant_id=actor.tenant_id, subject_id=subject.id).order_by("-sequence").first()
    present = ApprovalState(last.state) if last else ApprovalState.DRAFT
    if present not in _MAY_FOLLOW[state]:
        raise AlreadyDecided(state=present.value)
    try:
        with transaction.atomic():
            ApprovalStep.objects.create(
                tenant_id=actor.tenant_id,
                id=new_id(at=now),
                subject_kind=subject.kind,
                subject_id=subject.id,
                sequence=last.sequence + 1 if last else 1,
                state=state,
                actor_id=actor.account_id,
                note=note.strip(),
                content_digest=subject.content_digest,
                at=now,
            )
    except IntegrityError as error:
        raise AlreadyDecided(state=present.value) from error
