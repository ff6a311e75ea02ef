"""What a company decides about the provider's people: let one in, show him out, take note of an emergency."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal, system_principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.operators.errors import GrantNotValid
from tokimori.foundation.operators.models import OperatorGrant, OperatorSession
from tokimori.foundation.operators.scopes import LONGEST_GRANT, GrantKind, SupportFunction
from tokimori.foundation.operators.services.directory import operators
from tokimori.foundation.tenancy.context import PROVIDER, at_door, tenant_transaction

LONGEST_PURPOSE: Final = 500
MOST_HOURS: Final = int(LONGEST_GRANT[GrantKind.SUPPORT] / timedelta(hours=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportWish:
    """Whom a company lets in, for what, to which parts, and for how many hours from now."""

    operator_id: UUID
    functions: frozenset[SupportFunction]
    may_write: bool
    purpose: str
    hours: int

    def __post_init__(self) -> None:
        if not self.functions:
            raise GrantNotValid(field="functions")
        if not self.purpose.strip() or len(self.purpose) > LONGEST_PURPOSE:
            raise GrantNotValid(field="purpose")
        if not 1 <= self.hours <= MOST_HOURS:
            raise GrantNotValid(field="hours", most=MOST_HOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """What two of the provider's people decided: who goes in, who approved it, why."""

    grant_id: UUID
    company: TenantId
    operator_id: UUID
    operator_name: str
    approver_id: UUID
    approver_name: str
    may_write: bool
    reason: str
    ticket: str
    begins_at: datetime
    ends_at: datetime


@transaction.atomic
def grant_support(*, actor: Principal, wish: SupportWish, now: datetime) -> UUID:
    """Let one of the provider's people in from now on; return the grant's id. It ends by itself."""
    authorise(actor, Permission.SECURITY_WRITE)
    names = {one.id: one.name for one in operators()}
    if wish.operator_id not in names or actor.tenant_id == PROVIDER:
        raise GrantNotValid(field="operator")
    row = OperatorGrant.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        kind=GrantKind.SUPPORT.value,
        operator_id=wish.operator_id,
        operator_name=names[wish.operator_id],
        functions=sorted(wish.functions),
        may_write=wish.may_write,
        purpose=wish.purpose.strip(),
        granted_at=now,
        granted_by=account_id_of(actor),
        ends_at=now + timedelta(hours=wish.hours),
    )
    record_event(
        EventName.SUPPORT_GRANTED,
        actor=actor,
        subject_id=wish.operator_id,
        at=now,
        grant=str(row.id),
        mode="write" if wish.may_write else "read",
        functions=",".join(sorted(wish.functions)),
        hours=wish.hours,
    )
    return row.id


@transaction.atomic
def revoke_grant(*, actor: Principal, grant_id: UUID, now: datetime) -> None:
    """End a grant at once, also one of an emergency; raise ``NotFound`` when none is live."""
    authorise(actor, Permission.SECURITY_WRITE)
    rows = OperatorGrant.objects.filter(tenant_id=actor.tenant_id, id=grant_id, revoked_at=None, ends_at__gt=now)
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound
    rows.update(revoked_at=now)
    OperatorSession.objects.filter(tenant_id=actor.tenant_id, grant_id=grant_id, ended_at=None).update(ended_at=now)
    record_event(EventName.SUPPORT_REVOKED, actor=actor, subject_id=row.operator_id, at=now, grant=str(grant_id))


@transaction.atomic
def acknowledge_emergency(*, actor: Principal, grant_id: UUID, now: datetime) -> None:
    """Note that the company has seen that somebody came in in an emergency; raise ``NotFound`` for anything else."""
    authorise(actor, Permission.SECURITY_WRITE)
    rows = OperatorGrant.objects.filter(
        tenant_id=actor.tenant_id, id=grant_id, kind=GrantKind.BREAK_GLASS.value, acknowledged_at=None
    )
    if not rows.update(acknowledged_at=now, acknowledged_by=account_id_of(actor)):
        raise NotFound
    record_event(EventName.BREAK_GLASS_ACKNOWLEDGED, actor=actor, subject_id=grant_id, at=now)


def give_emergency_grant(emergency: Emergency, *, now: datetime) -> None:
    """Write an emergency into the company's own record, which is what opens it; every administrator sees it from now on.

    To be called outside of any transaction: the provider's has ended, the company's begins here.
    """
    with at_door(None), tenant_transaction(emergency.company):
        OperatorGrant.objects.create(
            tenant_id=emergency.company,
            id=emergency.grant_id,
            kind=GrantKind.BREAK_GLASS.value,
            operator_id=emergency.operator_id,
            operator_name=emergency.operator_name,
            functions=sorted(SupportFunction),
            may_write=emergency.may_write,
            purpose=emergency.reason,
            ticket=emergency.ticket,
            granted_at=emergency.begins_at,
            approver_id=emergency.approver_id,
            approver_name=emergency.approver_name,
            ends_at=emergency.ends_at,
        )
        record_event(
            EventName.BREAK_GLASS_OPENED,
            actor=system_principal(emergency.company),
            subject_id=emergency.operator_id,
            at=now,
            grant=str(emergency.grant_id),
            approver=str(emergency.approver_id),
            mode="write" if emergency.may_write else "read",
            ticket=emergency.ticket,
        )
