"""What the provider's people ask one another: with a reason, decided by a second person, reviewed afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.operators.errors import GrantNotValid, OwnRequest, RequestDecided
from tokimori.foundation.operators.models import PrivilegeRequest
from tokimori.foundation.operators.scopes import LONGEST_PRIVILEGE, LONGEST_WAIT, PrivilegeKind
from tokimori.foundation.operators.services.grants import Emergency, give_emergency_grant
from tokimori.foundation.operators.services.holds import refuse_held
from tokimori.foundation.tenancy.context import PROVIDER, at_door
from tokimori.foundation.tenancy.directory import tenant_of_company_code

LONGEST_REASON: Final = 500
LONGEST_TICKET: Final = 60
LONGEST_REVIEW: Final = 1000
MOST_HOURS: Final = int(LONGEST_PRIVILEGE / timedelta(hours=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivilegeWish:
    """What somebody asks for; an emergency names the company."""

    kind: PrivilegeKind
    reason: str
    ticket: str
    hours: int
    company_code: str = ""
    may_write: bool = False

    def __post_init__(self) -> None:
        if not self.reason.strip() or len(self.reason) > LONGEST_REASON:
            raise GrantNotValid(field="reason")
        if not self.ticket.strip() or len(self.ticket) > LONGEST_TICKET:
            raise GrantNotValid(field="ticket")
        if not 1 <= self.hours <= MOST_HOURS:
            raise GrantNotValid(field="hours", most=MOST_HOURS)


@transaction.atomic
def ask_privilege(*, actor: Principal, wish: PrivilegeWish, now: datetime) -> UUID:
    """Ask a second person; nothing is open before he decides. Return the request's id."""
    _require_provider(actor)
    refuse_held(actor)
    company = None
    if wish.kind is PrivilegeKind.BREAK_GLASS:
        with at_door(None):
            company = tenant_of_company_code(wish.company_code.strip().lower())
        if company is None or company == PROVIDER:
            raise GrantNotValid(field="company_code")
    row = PrivilegeRequest.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        kind=wish.kind.value,
        operator_id=account_id_of(actor),
        subject_id=company,
        company_code=wish.company_code.strip().lower() if company else "",
        may_write=wish.may_write and wish.kind is not PrivilegeKind.COMPANIES,
        reason=wish.reason.strip(),
        ticket=wish.ticket.strip(),
        hours=wish.hours,
        requested_at=now,
    )
    record_event(
        EventName.PRIVILEGE_REQUESTED,
        actor=actor,
        subject_id=row.id,
        at=now,
        kind=wish.kind.value,
        ticket=wish.ticket.strip(),
        hours=wish.hours,
    )
    return row.id


@transaction.atomic
def decide_privilege(*, actor: Principal, request_id: UUID, is_approved: bool, now: datetime) -> None:
    """Approve or refuse what another one asked for; raise ``OwnRequest`` for one's own.

    An emergency is opened in the company's own record after this decision is durable; should that fail, nothing is open.
    """
    _require_provider(actor)
    refuse_held(actor)
    rows = PrivilegeRequest.objects.filter(tenant_id=actor.tenant_id, id=request_id)
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound
    decider = account_id_of(actor)
    if row.operator_id == decider:
        raise OwnRequest
    if row.decided_at is not None or row.requested_at <= now - LONGEST_WAIT:
        raise RequestDecided
    ends_at = now + timedelta(hours=row.hours) if is_approved else None
    rows.update(decided_at=now, decided_by=decider, is_approved=is_approved, ends_at=ends_at)
    name = EventName.PRIVILEGE_APPROVED if is_approved else EventName.PRIVILEGE_REFUSED
    record_event(name, actor=actor, subject_id=row.id, at=now, kind=row.kind)
    if is_approved and ends_at is not None and row.subject_id is not None:
        names = account_names(tenant=PROVIDER, account_ids=[row.operator_id, decider])
        emergency = Emergency(
            grant_id=row.id,
            company=TenantId(row.subject_id),
            operator_id=row.operator_id,
            operator_name=names[row.operator_id],
            approver_id=decider,
            approver_name=names[decider],
            may_write=row.may_write,
            reason=row.reason,
            ticket=row.ticket,
            begins_at=now,
            ends_at=ends_at,
        )
        transaction.on_commit(partial(give_emergency_grant, emergency, now=now))


@transaction.atomic
def review_privilege(*, actor: Principal, request_id: UUID, words: str, now: datetime) -> None:
    """Write down what a second person found when he looked at what was done; once, and after it has ended."""
    _require_provider(actor)
    rows = PrivilegeRequest.objects.filter(
        tenant_id=actor.tenant_id, id=request_id, is_approved=True, reviewed_at=None, ends_at__lte=now
    )
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound
    if row.operator_id == account_id_of(actor):
        raise OwnRequest
    if not words.strip() or len(words) > LONGEST_REVIEW:
        raise GrantNotValid(field="review")
    rows.update(reviewed_at=now, reviewed_by=account_id_of(actor), review=words.strip())
    record_event(EventName.PRIVILEGE_REVIEWED, actor=actor, subject_id=row.id, at=now, kind=row.kind)


def _require_provider(actor: Principal) -> None:
    authorise(actor, Permission.OPERATOR_ACT)
    if actor.tenant_id != PROVIDER:
        raise NotFound
