"""Accounts: made by an administrator, entered by one-time link, opened by a password that the person chose."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.carried_secrets import new_carried_secret, read_carried_secret
from tokimori.foundation.identity.errors import LinkNotUsable, PasswordTooWeak
from tokimori.foundation.identity.limits import account_key, forgive
from tokimori.foundation.identity.models import Account, Session, SignInLink
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.directory import claim_sign_in_address, normalised_address

LINK_PREFIX = "tkl"
LINK_LIFETIME = timedelta(days=7)
SHORTEST_PASSWORD = 12

_VALIDATORS = (
    MinimumLengthValidator(min_length=SHORTEST_PASSWORD),
    CommonPasswordValidator(),
    UserAttributeSimilarityValidator(user_attributes=("login_id", "email", "display_name")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What an account needs; ``email`` may be missing, since part-timers often have none."""

    login_id: str
    email: str | None
    display_name: str
    roles: frozenset[Role]
    language: str


@transaction.atomic
def create_account(*, actor: Principal, account: NewAccount, now: datetime) -> UUID:
    """Make an account that cannot be entered yet: it has no password until its person has chosen one."""
    authorise(actor, Permission.SETUP_WRITE)
    row = Account(
        id=new_id(at=now),
        tenant_id=actor.tenant_id,
        login_id=account.login_id.strip().lower(),
        email=normalised_address(account.email) if account.email else None,
        display_name=account.display_name,
        roles=sorted(account.roles),
        language=account.language,
        password=make_password(None),
        created_at=now,
    )
    if row.email:
        claim_sign_in_address(row.email)
    row.save(force_insert=True)
    record_event(EventName.ACCOUNT_CREATED, actor=actor, subject_id=row.id, at=now)
    return row.id


@transaction.atomic
def issue_sign_in_link(*, actor: Principal, account_id: UUID, now: datetime) -> str:
    """Return the secret of a new one-time link; earlier unused links of the account stop working."""
    authorise(actor, Permission.SETUP_WRITE)
    SignInLink.objects.filter(tenant_id=actor.tenant_id, account_id=account_id, used_at=None).update(expires_at=now)
    secret = new_carried_secret(prefix=LINK_PREFIX, tenant_id=actor.tenant_id)
    carried = read_carried_secret(secret, prefix=LINK_PREFIX)
    if carried is None:
        raise AssertionError("A secret that was just made must be readable.")
    SignInLink.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        account_id=account_id,
        secret_digest=carried.digest,
        issued_at=now,
        expires_at=now + LINK_LIFETIME,
    )
    record_event(EventName.SIGN_IN_LINK_ISSUED, actor=actor, subject_id=account_id, at=now)
    return secret


@transaction.atomic
def account_of_link(*, secret: str, now: datetime) -> Account:
    """Return the account that a one-time link opens; raise ``LinkNotUsable`` when it opens none."""
    link = _usable_link(secret=secret, now=now)
    return Account.objects.get(tenant_id=link.tenant_id, id=link.account_id)


@transaction.atomic
def choose_password(*, secret: str, password: str, now: datetime) -> Account:
    """Use up a one-time link: set the password its person chose, and end every session of the account."""
    link = _usable_link(secret=secret, now=now)
    account = Account.objects.select_for_update(no_key=True).get(tenant_id=link.tenant_id, id=link.account_id)
    refuse_weak_password(password, account=account)
    account.password = make_password(password)
    account.save(update_fields=["password"])
    SignInLink.objects.filter(tenant_id=link.tenant_id, id=link.id).update(used_at=now)
    end_sessions(account=account, now=now)
    forgive(account=account_key(account.id))
    record_event(
        EventName.PASSWORD_CHANGED, actor=principal_of(account, employee_id=None), subject_id=account.id, at=now
    )
    return account


def refuse_weak_password(password: str, *, account: Account) -> None:
    """Raise ``PasswordTooWeak`` unless the password is long, uncommon and unlike the account's names."""
    try:
        validate_password(password, user=account, password_validators=_VALIDATORS)
    except ValidationError as error:
        raise PasswordTooWeak from error


def end_sessions(*, account: Account, now: datetime) -> None:
    """End every session of an account, at once."""
    Session.objects.filter(tenant_id=account.tenant_id, account_id=account.id, ended_at=None).update(ended_at=now)


def _usable_link(*, secret: str, now: datetime) -> SignInLink:
    """Return the link, locked: of two who use it at once, the second finds it used."""
    carried = read_carried_secret(secret, prefix=LINK_PREFIX)
    if carried is None:
        raise LinkNotUsable
    rows = SignInLink.objects.filter(tenant_id=carried.tenant_id, secret_digest=carried.digest, used_at=None)
    link = rows.select_for_update(no_key=True).first()
    if link is None or link.expires_at <= now:
        raise LinkNotUsable
    return link
