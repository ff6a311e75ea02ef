"""Reads about approvals."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from tokimori.domains.approvals.models import ApprovalStep
from tokimori.domains.approvals.states import ApprovalState, SubjectKind
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.sealed_fields import opened


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step, as shown."""

    state: ApprovalState
    actor_id: UUID | None
    note: str
    content_digest: str
    at: datetime


def states_of(*, tenant: TenantId, subject_ids: Collection[UUID]) -> Mapping[UUID, ApprovalState]:
    """Return the present state of each subject; what has no step yet is a draft."""
    known = {subject_id: step.state for subject_id, step in last_steps(tenant=tenant, subject_ids=subject_ids).items()}
    return {subject_id: known.get(subject_id, ApprovalState.DRAFT) for subject_id in subject_ids}


def subjects_in_state(*, tenant: TenantId, kind: SubjectKind, state: ApprovalState) -> tuple[UUID, ...]:
    """Return the subjects of a kind that stand in a state, the longest waiting first."""
    later = ApprovalStep.objects.filter(
        tenant_id=tenant, subject_id=OuterRef("subject_id"), sequence__gt=OuterRef("sequence")
    )
    rows = ApprovalStep.objects.filter(~Exists(later), tenant_id=tenant, subject_kind=kind, state=state)
    return tuple(rows.order_by("at").values_list("subject_id", flat=True))


def history_of(*, tenant: TenantId, subject_id: UUID) -> tuple[StepView, ...]:
    """Return every step of a subject, earliest first."""
    rows = ApprovalStep.objects.filter(tenant_id=tenant, subject_id=subject_id).order_by("sequence")
    return tuple(_step_view(*step) for step in rows.values_list("state", "actor_id", "note", "content_digest", "at"))


def last_steps(*, tenant: TenantId, subject_ids: Collection[UUID]) -> Mapping[UUID, StepView]:
    """Return the latest step of each subject; drafts are missing.

    Of a large company there are thousands: they are asked for in one array, not by a mark for each, and come as values.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST_STEPS, [tenant, list(subject_ids)])
        rows = cursor.fetchall()
    return {
        subject: _step_view(
            state, actor, str(opened(ApprovalStep, "note", note, tenant=tenant, row=step_id)), digest, at
        )
        for subject, step_id, state, actor, note, digest, at in rows
    }


_LAST_STEPS: Final = """
    select distinct on (subject_id) subject_id, id, state, actor_id, note, content_digest, at
      from approvals_approvalstep
     where tenant_id = %s and subject_id = any(%s::uuid[])
     order by subject_id, sequence desc
"""


def _step_view(state: str, actor_id: UUID | None, note: str, content_digest: str, at: datetime) -> StepView:
    return StepView(state=ApprovalState(state), actor_id=actor_id, note=note, content_digest=content_digest, at=at)
