"""Accounts: made by an administrator, entered by one-time link, opened by a password that the person chose."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.carried_secrets import new_carried_secret, read_carried_secret
from tokimori.foundation.identity.errors import LinkNotUsable, NameTaken
from tokimori.foundation.identity.limits import account_key, forgive
from tokimori.foundation.identity.models import Account, LoginName, SignInLink
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.identity.services.password_door import takes_password
from tokimori.foundation.identity.services.passwords import set_password
from tokimori.foundation.identity.services.rules import current_rules
from tokimori.foundation.identity.services.sessions import end_sessions_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.directory import claim_sign_in_address, normalised_address

LINK_PREFIX = "tkl"
LINK_LIFETIME = timedelta(days=7)


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
    row.save(force_insert=True)
    give_names(row, now=now)
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
    account = Account.objects.get(tenant_id=link.tenant_id, id=link.account_id)
    _refuse_closed_password(account)
    return account


@transaction.atomic
def choose_password(*, secret: str, password: str, now: datetime) -> Account:
    """Use up a one-time link: set the password its person chose, and end every session of the account.

    The link opens what a password opens and no more: whoever has a second factor is asked for it.
    """
    link = _usable_link(secret=secret, now=now)
    account = Account.objects.select_for_update(no_key=True).get(tenant_id=link.tenant_id, id=link.account_id)
    _refuse_closed_password(account)
    actor = principal_of(account, employee_id=None)
    rules = current_rules(tenant=TenantId(link.tenant_id))
    set_password(account=account, password=password, rules=rules, actor=actor, now=now)
    SignInLink.objects.filter(tenant_id=link.tenant_id, id=link.id).update(used_at=now)
    end_sessions_of(account_id=account.id, actor=actor, now=now)
    forgive(account=account_key(account.id))
    return account


def give_names(account: Account, *, now: datetime) -> None:
    """Give an account its login id and its address for good; raise ``NameTaken`` when somebody else has or had one.

    Not even after he has left: what was done under a name stays his.
    """
    for name in filter(None, (account.login_id, account.email)):
        row = LoginName(tenant_id=account.tenant_id, id=new_id(at=now), account_id=account.id, name=name, given_at=now)
        LoginName.objects.bulk_create([row], ignore_conflicts=True)
        owner = LoginName.objects.get(tenant_id=account.tenant_id, name=name)
        if owner.account_id != account.id:
            raise NameTaken
    if account.email:
        claim_sign_in_address(account.email)


def _refuse_closed_password(account: Account) -> None:
    """Refuse a link to whom the company lets in by its identity provider alone: it must not step around it."""
    if not takes_password(account):
        raise LinkNotUsable


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
