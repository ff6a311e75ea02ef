"""Signing in and out, and the sessions between."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q

from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.carried_secrets import CarriedSecret, new_carried_secret, secret_digest
from tokimori.foundation.identity.errors import SignInFailed
from tokimori.foundation.identity.limits import account_key, address_key, count_attempt, forgive, name_key
from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import (
    normalised_address,
    tenant_of_company_code,
    tenant_of_sign_in_address,
)

SESSION_PREFIX = "tks"
IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
_USE_IS_NOTED_EVERY = timedelta(seconds=60)


LONGEST_DEVICE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request comes from: the client's address, and what its browser calls itself."""

    address: str
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAttempt:
    """What a person typed: an e-mail address alone, or a company code and a login id; the password; and from where."""

    company_code: str
    name: str
    password: str
    origin: Origin


def sign_in(*, attempt: SignInAttempt, now: datetime) -> str:
    """Return the secret of a new session; raise ``SignInFailed`` alike for whatever was wrong.

    The tenant is found first, so that even this runs behind its wall. A name that does not exist costs the same hashing as
    one that does, and has as many attempts: raise ``SignInLimited`` when there were too many.
    """
    tenant_id = _tenant_of(attempt)
    account_id = None if tenant_id is None else _account_of(attempt, tenant_id)
    address = address_key(attempt.origin.address)
    account = (
        name_key(company_code=attempt.company_code.strip().lower(), name=normalised_address(attempt.name))
        if account_id is None
        else account_key(account_id)
    )
    count_attempt(account=account, address=address, now=now)
    if tenant_id is None or account_id is None:
        make_password(attempt.password)
        raise SignInFailed
    with tenant_transaction(tenant_id):
        secret = _open_session(attempt, account_id=account_id, tenant_id=tenant_id, now=now)
    # The failure is raised outside, so that its event is kept.
    if secret is None:
        raise SignInFailed
    forgive(account=account, address=address)
    return secret


@transaction.atomic
def start_session(*, account: Account, origin: Origin, now: datetime) -> str:
    """Return the secret of a new session for an account that has proved itself."""
    secret = new_carried_secret(prefix=SESSION_PREFIX, tenant_id=TenantId(account.tenant_id))
    Session.objects.create(
        tenant_id=account.tenant_id,
        id=new_id(at=now),
        account_id=account.id,
        secret_digest=secret_digest(secret),
        started_at=now,
        last_used_at=now,
        address=origin.address,
        device=origin.device[:LONGEST_DEVICE],
    )
    actor = principal_of(account, employee_id=None)
    record_event(EventName.SIGN_IN_SUCCEEDED, actor=actor, subject_id=account.id, at=now)
    return secret


def account_of_session(*, carried: CarriedSecret, now: datetime) -> Account | None:
    """Return who is signed in with this session, and note its use; nothing when it ended or was idle for too long."""
    session = Session.objects.filter(
        tenant_id=carried.tenant_id,
        secret_digest=carried.digest,
        ended_at=None,
        last_used_at__gt=now - IDLE_LIMIT,
        started_at__gt=now - ABSOLUTE_LIMIT,
    ).first()
    if session is None:
        return None
    if session.last_used_at < now - _USE_IS_NOTED_EVERY:
        Session.objects.filter(tenant_id=session.tenant_id, id=session.id).update(last_used_at=now)
    return Account.objects.filter(tenant_id=session.tenant_id, id=session.account_id, is_active=True).first()


@transaction.atomic
def sign_out(*, actor: Principal, carried: CarriedSecret, now: datetime) -> None:
    """End the session."""
    Session.objects.filter(tenant_id=actor.tenant_id, secret_digest=carried.digest).update(ended_at=now)
    record_event(EventName.SIGN_OUT, actor=actor, subject_id=actor.account_id, at=now)


def _tenant_of(attempt: SignInAttempt) -> TenantId | None:
    if attempt.company_code.strip():
        return tenant_of_company_code(attempt.company_code.strip().lower())
    return tenant_of_sign_in_address(attempt.name)


def _account_of(attempt: SignInAttempt, tenant_id: TenantId) -> UUID | None:
    name = normalised_address(attempt.name)
    wanted = Q(login_id=name) | Q(email=name) if attempt.company_code.strip() else Q(email=name)
    with tenant_transaction(tenant_id):
        return Account.objects.filter(wanted, tenant_id=tenant_id, is_active=True).values_list("id", flat=True).first()


def _open_session(attempt: SignInAttempt, *, account_id: UUID, tenant_id: TenantId, now: datetime) -> str | None:
    account = Account.objects.get(tenant_id=tenant_id, id=account_id)
    if not account.is_active or not check_password(attempt.password, account.password):
        actor = principal_of(account, employee_id=None)
        record_event(EventName.SIGN_IN_FAILED, actor=actor, subject_id=account.id, at=now)
        return None
    return start_session(account=account, origin=attempt.origin, now=now)
