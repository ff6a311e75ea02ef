"""An operator in a company: let in under a live grant, watched at every request, out when the grant ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import LONGEST_DETAIL, record_event
from tokimori.foundation.operators.errors import GrantOver
from tokimori.foundation.operators.models import OperatorGrant, OperatorSession
from tokimori.foundation.operators.scopes import GrantKind, SupportFunction, rights_under
from tokimori.foundation.operators.services.holds import refuse_held
from tokimori.foundation.request_origin import request_origin
from tokimori.foundation.tenancy.context import PROVIDER, at_door, tenant_transaction

_IDLE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitKey:
    """Where an operator wants to go on: a company, and the session that he opened there. It proves nothing by itself."""

    company: TenantId
    session_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An operator in a company, for one request."""

    key: VisitKey
    grant_id: UUID
    kind: GrantKind
    operator_name: str
    may_write: bool
    purpose: str
    ends_at: datetime
    principal: Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """A company that an operator may open now."""

    grant_id: UUID
    company: TenantId
    company_code: str
    may_write: bool
    ends_at: datetime


def reachable_companies(*, actor: Principal, now: datetime) -> tuple[Reachable, ...]:
    """Return where the operator may go now: the company's code and how long, not what lies behind it."""
    authorise(actor, Permission.OPERATOR_ACT)
    if actor.tenant_id != PROVIDER:
        raise NotFound
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, tenant_id, company_code, may_write, ends_at from tokimori.grants_of_operator(%s, %s)",
            [account_id_of(actor), now],
        )
        return tuple(
            Reachable(
                grant_id=grant_id, company=TenantId(tenant), company_code=code, may_write=may_write, ends_at=ends_at
            )
            for grant_id, tenant, code, may_write, ends_at in cursor.fetchall()
        )


def open_company(*, actor: Principal, grant_id: UUID, now: datetime) -> VisitKey:
    """Return the key of a new session in a company; raise ``GrantOver`` without a live grant of one's own.

    The session is written into the company's own record once the provider's transaction is over.
    """
    refuse_held(actor)
    found = {one.grant_id: one for one in reachable_companies(actor=actor, now=now)}
    if grant_id not in found:
        raise GrantOver
    key = VisitKey(company=found[grant_id].company, session_id=new_id(at=now))
    transaction.on_commit(partial(_open, key, grant_id=grant_id, operator_id=account_id_of(actor), now=now))
    return key


def admit_operator(
    *, key: VisitKey, operator_id: UUID, route: str, method: str, is_use: bool, now: datetime, path: str = ""
) -> Visit:
    """Let an operator's request into a company and write it down there before anything else happens.

    ``operator_id`` is who is signed in at the provider, with his passkey. Raise ``GrantOver`` when the session is not his,
    was ended or idle for half an hour, or when the grant is not live. What cannot be written down is not let in.
    ``is_use`` is false for what a page asks for by itself: it keeps nobody from being idle.
    """
    with at_door(None), tenant_transaction(key.company):
        session = OperatorSession.objects.filter(
            tenant_id=key.company, id=key.session_id, operator_id=operator_id, ended_at=None
        ).first()
        if session is None or session.last_used_at <= now - _IDLE:
            raise GrantOver
        grant = OperatorGrant.objects.filter(
            tenant_id=key.company, id=session.grant_id, operator_id=operator_id, revoked_at=None, ends_at__gt=now
        ).first()
        if grant is None:
            raise GrantOver
        visit = _visit(key, grant)
        OperatorSession.objects.filter(tenant_id=key.company, id=session.id).update(
            last_used_at=now if is_use else F("last_used_at"), requests=F("requests") + 1
        )
        record_event(
            EventName.OPERATOR_REQUEST,
            actor=visit.principal,
            subject_id=grant.id,
            at=now,
            route=route,
            method=method,
            path=path[:LONGEST_DETAIL],
            mode="write" if grant.may_write else "read",
        )
        return visit


def leave_company(*, key: VisitKey, actor: Principal, now: datetime) -> None:
    """End the session in a company, if it is the operator's own, once the provider's transaction is over."""
    authorise(actor, Permission.OPERATOR_ACT)
    transaction.on_commit(partial(_leave, key, operator_id=account_id_of(actor), now=now))


def _leave(key: VisitKey, *, operator_id: UUID, now: datetime) -> None:
    with at_door(None), tenant_transaction(key.company):
        rows = OperatorSession.objects.filter(
            tenant_id=key.company, id=key.session_id, operator_id=operator_id, ended_at=None
        )
        session = rows.first()
        if session is None:
            return
        rows.update(ended_at=now)
        actor = _principal(key.company, operator_id, rights=frozenset())
        record_event(EventName.OPERATOR_LEFT, actor=actor, subject_id=session.grant_id, at=now)


def _open(key: VisitKey, *, grant_id: UUID, operator_id: UUID, now: datetime) -> None:
    origin = request_origin()
    with at_door(None), tenant_transaction(key.company):
        OperatorSession.objects.create(
            tenant_id=key.company,
            id=key.session_id,
            grant_id=grant_id,
            operator_id=operator_id,
            opened_at=now,
            last_used_at=now,
            address=origin.address if origin else "",
            device=origin.device if origin else "",
        )
        actor = _principal(key.company, operator_id, rights=frozenset())
        record_event(EventName.OPERATOR_ENTERED, actor=actor, subject_id=grant_id, at=now)


def _visit(key: VisitKey, grant: OperatorGrant) -> Visit:
    functions = frozenset(SupportFunction(one) for one in grant.functions)
    return Visit(
        key=key,
        grant_id=grant.id,
        kind=GrantKind(grant.kind),
        operator_name=grant.operator_name,
        may_write=grant.may_write,
        purpose=grant.purpose,
        ends_at=grant.ends_at,
        principal=_principal(key.company, grant.operator_id, rights=rights_under(functions, may_write=grant.may_write)),
    )


def _principal(company: TenantId, operator_id: UUID, *, rights: frozenset[Permission]) -> Principal:
    return Principal(
        tenant_id=company, kind=PrincipalKind.OPERATOR, account_id=operator_id, employee_id=None, rights=rights
    )
