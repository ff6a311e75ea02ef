"""Reads about the provider's people: what a company sees of them, what they see of one another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import EventFilter, EventView, events_about, events_named
from tokimori.foundation.operators.errors import GrantOver
from tokimori.foundation.operators.models import OperatorGrant, OperatorSession, PrivilegeRequest
from tokimori.foundation.operators.scopes import LONGEST_WAIT, GrantKind, PrivilegeKind, SupportFunction
from tokimori.foundation.tenancy.context import PROVIDER

_MOST_GRANTS: Final = 50
_MOST_REQUESTS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    """A grant as its company sees it. ``is_inside`` says that the operator has a session open under it."""

    id: UUID
    kind: GrantKind
    operator_id: UUID
    operator_name: str
    approver_name: str
    functions: tuple[SupportFunction, ...]
    may_write: bool
    purpose: str
    ticket: str
    granted_at: datetime
    granted_by: UUID | None
    ends_at: datetime
    revoked_at: datetime | None
    acknowledged_at: datetime | None
    is_live: bool
    is_inside: bool
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivilegeView:
    """A request among the provider's people."""

    id: UUID
    kind: PrivilegeKind
    operator_id: UUID
    company_code: str
    may_write: bool
    reason: str
    ticket: str
    hours: int
    requested_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None
    is_approved: bool
    ends_at: datetime | None
    reviewed_at: datetime | None
    is_waiting: bool
    is_live: bool
    is_to_be_reviewed: bool


def grants(*, actor: Principal, now: datetime) -> tuple[GrantView, ...]:
    """Return the company's grants, the newest first."""
    authorise(actor, Permission.SECURITY_READ)
    rows = OperatorGrant.objects.filter(tenant_id=actor.tenant_id).order_by("-granted_at", "-id")[:_MOST_GRANTS]
    return _grant_views(list(rows), tenant=actor.tenant_id, now=now)


def emergencies_to_acknowledge(*, tenant: TenantId, now: datetime) -> tuple[GrantView, ...]:
    """Return the emergencies that nobody of the company has taken note of yet."""
    rows = OperatorGrant.objects.filter(tenant_id=tenant, kind=GrantKind.BREAK_GLASS.value, acknowledged_at=None)
    return _grant_views(list(rows.order_by("granted_at")[:_MOST_GRANTS]), tenant=tenant, now=now)


def accesses(*, actor: Principal, limit: int) -> tuple[EventView, ...]:
    """Return what the provider's people asked for in the company, the newest first."""
    authorise(actor, Permission.SECURITY_READ)
    return events_named(tenant=actor.tenant_id, wanted=EventFilter(name=EventName.OPERATOR_REQUEST), limit=limit)


def one_grant(*, actor: Principal, grant_id: UUID, now: datetime) -> GrantView:
    """Return one of the company's grants; raise ``NotFound`` for any other."""
    authorise(actor, Permission.SECURITY_READ)
    rows = list(OperatorGrant.objects.filter(tenant_id=actor.tenant_id, id=grant_id))
    if not rows:
        raise NotFound
    return _grant_views(rows, tenant=actor.tenant_id, now=now)[0]


def accesses_under(*, actor: Principal, grant_id: UUID, offset: int, limit: int) -> tuple[tuple[EventView, ...], int]:
    """Return a page of what was asked for under a grant, in the order in which it was, and how much there is."""
    authorise(actor, Permission.SECURITY_READ)
    return events_about(
        tenant=actor.tenant_id, name=EventName.OPERATOR_REQUEST, subject_id=grant_id, offset=offset, limit=limit
    )


def privileges(*, actor: Principal, now: datetime) -> tuple[PrivilegeView, ...]:
    """Return the requests among the provider's people, the newest first."""
    _require_provider(actor)
    rows = PrivilegeRequest.objects.filter(tenant_id=actor.tenant_id).order_by("-requested_at", "-id")
    return tuple(_privilege_view(row, now=now) for row in rows[:_MOST_REQUESTS])


def has_privilege(*, actor: Principal, kind: PrivilegeKind, now: datetime) -> bool:
    """Whether another one let this one of the provider's people do this, and it has not ended."""
    _require_provider(actor)
    own = account_id_of(actor)
    rows = PrivilegeRequest.objects.filter(tenant_id=actor.tenant_id, operator_id=own, kind=kind.value)
    return rows.filter(is_approved=True, ends_at__gt=now).exists()


def all_companies(*, actor: Principal, now: datetime) -> tuple[str, ...]:
    """Return the codes of all companies; raise ``GrantOver`` unless a second person let this one see them."""
    if not has_privilege(actor=actor, kind=PrivilegeKind.COMPANIES, now=now):
        raise GrantOver
    with connection.cursor() as cursor:
        cursor.execute("select company_code from tokimori.all_companies() where tenant_id <> %s", [PROVIDER])
        return tuple(code for (code,) in cursor.fetchall())


def _require_provider(actor: Principal) -> None:
    authorise(actor, Permission.OPERATOR_ACT)
    if actor.tenant_id != PROVIDER:
        raise NotFound


def _grant_views(rows: list[OperatorGrant], *, tenant: TenantId, now: datetime) -> tuple[GrantView, ...]:
    sessions: dict[UUID, tuple[bool, int]] = {}
    found = OperatorSession.objects.filter(tenant_id=tenant, grant_id__in=[row.id for row in rows])
    for grant_id, ended_at, requests in found.values_list("grant_id", "ended_at", "requests"):
        is_open, count = sessions.get(grant_id, (False, 0))
        sessions[grant_id] = (is_open or ended_at is None, count + requests)
    return tuple(_grant_view(row, *sessions.get(row.id, (False, 0)), now=now) for row in rows)


def _grant_view(row: OperatorGrant, is_open: bool, requests: int, *, now: datetime) -> GrantView:  # noqa: FBT001 -- spread
    is_live = row.revoked_at is None and row.ends_at > now
    return GrantView(
        id=row.id,
        kind=GrantKind(row.kind),
        operator_id=row.operator_id,
        operator_name=row.operator_name,
        approver_name=row.approver_name,
        functions=tuple(SupportFunction(one) for one in row.functions),
        may_write=row.may_write,
        purpose=row.purpose,
        ticket=row.ticket,
        granted_at=row.granted_at,
        granted_by=row.granted_by,
        ends_at=row.ends_at,
        revoked_at=row.revoked_at,
        acknowledged_at=row.acknowledged_at,
        is_live=is_live,
        is_inside=is_live and is_open,
        requests=requests,
    )


def _privilege_view(row: PrivilegeRequest, *, now: datetime) -> PrivilegeView:
    is_over = row.ends_at is not None and row.ends_at <= now
    return PrivilegeView(
        id=row.id,
        kind=PrivilegeKind(row.kind),
        operator_id=row.operator_id,
        company_code=row.company_code,
        may_write=row.may_write,
        reason=row.reason,
        ticket=row.ticket,
        hours=row.hours,
        requested_at=row.requested_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        is_approved=row.is_approved,
        ends_at=row.ends_at,
        reviewed_at=row.reviewed_at,
        is_waiting=row.decided_at is None and row.requested_at > now - LONGEST_WAIT,
        is_live=row.is_approved and not is_over,
        is_to_be_reviewed=row.is_approved and is_over and row.reviewed_at is None,
    )
