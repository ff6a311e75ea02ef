"""What registers ask of the provider's people: who lacks it is kept out, or from companies, until it is put right."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal, PrincipalKind, system_principal
from tokimori.foundation.errors import NotFound, Refusal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.services.sessions import end_sessions_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.operators.errors import ConfidentialityMissing, TrainingOverdue
from tokimori.foundation.operators.models import (
    MaintenanceSession,
    OperatorGrant,
    OperatorHold,
    OperatorSession,
    PrivilegeRequest,
)
from tokimori.foundation.tenancy.context import PROVIDER, at_door, tenant_transaction


class HoldReason(StrEnum):
    """What somebody lacks."""

    CONFIDENTIALITY = "confidentiality"
    """A confidentiality agreement in force: nothing opens."""
    TRAINING = "training"
    """Training that is not overdue: no company opens, and he decides on no privilege."""


KEEPS_OUT: Final = frozenset({HoldReason.CONFIDENTIALITY})
_REFUSALS: Final[Mapping[HoldReason, type[Refusal]]] = {
    HoldReason.CONFIDENTIALITY: ConfidentialityMissing,
    HoldReason.TRAINING: TrainingOverdue,
}


@transaction.atomic
def hold_operator(*, actor: Principal, account_id: UUID, reason: HoldReason, now: datetime) -> bool:
    """Keep somebody out, or from companies; say whether that is new. What was granted to him ends at once, for good.

    The database refuses him every company from this transaction on; the companies' own rows follow when it is durable.
    """
    _require_service(actor)
    rows = OperatorHold.objects.filter(tenant_id=PROVIDER, account_id=account_id, reason=reason.value, ended_at=None)
    if rows.exists():
        return False
    OperatorHold.objects.create(
        tenant_id=PROVIDER, id=new_id(at=now), account_id=account_id, reason=reason.value, since=now
    )
    end_what_was_granted(account_id=account_id, now=now)
    with connection.cursor() as cursor:
        cursor.execute("select tokimori.suspend_operator(%s, %s)", [account_id, now])
    if reason in KEEPS_OUT:
        end_sessions_of(account_id=account_id, actor=actor, now=now)
    record_event(EventName.OPERATOR_HELD, actor=actor, subject_id=account_id, at=now, reason=reason.value)
    return True


@transaction.atomic
def release_operator(*, actor: Principal, account_id: UUID, reason: HoldReason, now: datetime) -> bool:
    """Let somebody in again; say whether he was kept out. What had been granted to him stays ended."""
    _require_service(actor)
    held = OperatorHold.objects.filter(tenant_id=PROVIDER, account_id=account_id, ended_at=None)
    if not held.filter(reason=reason.value).update(ended_at=now):
        return False
    if not held.exists():
        with connection.cursor() as cursor:
            cursor.execute("select tokimori.resume_operator(%s)", [account_id])
    record_event(EventName.OPERATOR_RELEASED, actor=actor, subject_id=account_id, at=now, reason=reason.value)
    return True


def holds() -> Mapping[UUID, frozenset[HoldReason]]:
    """Return who is kept out for what; within the provider's tenant."""
    found: dict[UUID, set[HoldReason]] = {}
    for row in OperatorHold.objects.filter(tenant_id=PROVIDER, ended_at=None):
        found.setdefault(row.account_id, set()).add(HoldReason(row.reason))
    return {account_id: frozenset(reasons) for account_id, reasons in found.items()}


def refusal_of_held(
    account_id: UUID | None, *, among: Collection[HoldReason] = frozenset(HoldReason)
) -> Refusal | None:
    """Return why somebody is refused, the gravest first; nothing for who is not. Within the provider's tenant."""
    reasons = holds().get(account_id, frozenset()) if account_id else frozenset()
    return next((_REFUSALS[one]() for one in HoldReason if one in reasons and one in among), None)


def refuse_held(actor: Principal) -> None:
    """Raise what keeps somebody from companies; the service itself is kept from nothing."""
    refusal = refusal_of_held(actor.account_id)
    if refusal is not None and actor.kind is PrincipalKind.PERSON:
        raise refusal


def end_what_was_granted(*, account_id: UUID, now: datetime) -> int:
    """End everything that is granted to somebody: by companies, by a second person, for work by hand. Return how much.

    The database lets him into no company from this transaction on. The companies' own rows follow when it is durable, or
    with ``follow_ended_grants`` where the process did not live to see that.
    """
    with connection.cursor() as cursor:
        cursor.execute("select id, tenant_id from tokimori.grants_of_operator(%s, %s)", [account_id, now])
        granted = cursor.fetchall()
        cursor.execute("select tokimori.end_grants_of_operator(%s, %s)", [account_id, now])
    for grant_id, company in granted:
        _end_when_durable(TenantId(company), grant_id=grant_id, operator_id=account_id, now=now)
    privileges = PrivilegeRequest.objects.filter(
        tenant_id=PROVIDER, operator_id=account_id, is_approved=True, ends_at__gt=now
    ).update(ends_at=now)
    open_sessions = MaintenanceSession.objects.filter(
        tenant_id=PROVIDER, operator_id=account_id, ended_at=None, ends_at__gt=now
    )
    return len(granted) + privileges + open_sessions.update(ends_at=now)


def follow_ended_grants(*, actor: Principal, now: datetime) -> int:
    """Let the companies' own rows say what the wall knows: that a grant ended before its time. Return how many there are.

    To be called again and again; what a company's row says already stays as it is.
    """
    _require_service(actor)
    with connection.cursor() as cursor:
        cursor.execute("select id, tenant_id, operator_id, revoked_at from tokimori.ended_grants(%s)", [now])
        ended = cursor.fetchall()
    for grant_id, company, operator_id, revoked_at in ended:
        _end_when_durable(TenantId(company), grant_id=grant_id, operator_id=operator_id, now=revoked_at)
    return len(ended)


def _end_when_durable(company: TenantId, *, grant_id: UUID, operator_id: UUID, now: datetime) -> None:
    end = partial(_end_in_company, company, grant_id=grant_id, operator_id=operator_id, now=now)
    transaction.on_commit(end, robust=True)  # what one company refuses keeps no other one waiting


def _end_in_company(company: TenantId, *, grant_id: UUID, operator_id: UUID, now: datetime) -> None:
    """Write the end into the company's own record, so that it sees it."""
    with at_door(None), tenant_transaction(company):
        rows = OperatorGrant.objects.filter(tenant_id=company, id=grant_id, revoked_at=None)
        if not rows.update(revoked_at=now):
            return
        OperatorSession.objects.filter(tenant_id=company, grant_id=grant_id, ended_at=None).update(ended_at=now)
        record_event(
            EventName.SUPPORT_REVOKED,
            actor=system_principal(company),
            subject_id=operator_id,
            at=now,
            grant=str(grant_id),
        )


def _require_service(actor: Principal) -> None:
    authorise(actor, Permission.SETUP_WRITE)
    if actor.tenant_id != PROVIDER:
        raise NotFound
