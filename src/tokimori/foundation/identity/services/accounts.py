"""Accounts: made by an administrator, entered by one-time link, opened by a password that the person chose."""

import hmac
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.duties import conflicts_between
from tokimori.foundation.access.permissions import ROLES_OF_THE_PROVIDER, Permission, Role
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.carried_secrets import new_carried_secret, read_carried_secret
from tokimori.foundation.identity.errors import (
    AccountClosed,
    AccountNotValid,
    LinkNotUsable,
    NameTaken,
    OwnAccount,
    RolesConflict,
    SharedAccountHandedOut,
)
from tokimori.foundation.identity.limits import forgive_account
from tokimori.foundation.identity.models import Account, LoginName, SharedAccountException, SignInLink
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.identity.queries import owners_of_name
from tokimori.foundation.identity.services.password_door import takes_password
from tokimori.foundation.identity.services.passwords import set_password
from tokimori.foundation.identity.services.rules import current_rules
from tokimori.foundation.identity.services.sessions import end_sessions_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import PROVIDER
from tokimori.foundation.tenancy.directory import (
    claim_sign_in_address,
    confirm_sign_in_address,
    normalised_address,
)
from tokimori.foundation.vouching.services.resets import refuse_unconfirmed

LINK_PREFIX = "tkl"
LINK_LIFETIME = timedelta(days=7)
LONGEST_LOGIN_ID: Final = 64
LONGEST_ADDRESS: Final = 254
LONGEST_DISPLAY_NAME: Final = 120
_ADDRESS: Final = re.compile(r"[!-?A-~]{1,64}@[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?")
"""Printable ASCII before the sign, a host name after it; whoever writes to it finds out the rest."""


class LinkPurpose(StrEnum):
    """What a one-time link is good for."""

    ENTER = "enter"
    UNLOCK = "unlock"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What an account needs; ``email`` may be missing, since part-timers often have none.

    Raises ``AccountNotValid`` with the field that is wrong.
    """

    login_id: str
    email: str | None
    display_name: str
    roles: frozenset[Role]
    language: str

    def __post_init__(self) -> None:
        refuse_invalid_names(login_id=self.login_id, email=self.email, display_name=self.display_name)
        if self.language not in dict(settings.LANGUAGES):
            raise AccountNotValid(field="language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An account that was made or opened, and the secret of its one-time link, which cannot be shown again.

    The secret is empty where the link went by letter to its person alone.
    """

    account_id: UUID
    secret: str
    ends_at: datetime


@transaction.atomic
def create_account(*, actor: Principal, account: NewAccount, now: datetime) -> UUID:
    """Make an account that cannot be entered yet: it has no password until its person has chosen one.

    Raises ``NameTaken``, and ``RolesConflict`` where one person must not hold these roles together.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    refuse_conflicting_roles(actor, account.roles)
    row = Account(
        id=new_id(at=now),
        tenant_id=actor.tenant_id,
        login_id=account.login_id.strip().lower(),
        email=normalised_address(account.email) if account.email else None,
        display_name=account.display_name.strip(),
        roles=sorted(account.roles),
        language=account.language,
        password=make_password(None),
        created_at=now,
    )
    save_under_names(row, is_new=True)
    give_names(row, now=now)
    record_event(EventName.ACCOUNT_CREATED, actor=actor, subject_id=row.id, at=now)
    return row.id


@transaction.atomic
def issue_sign_in_link(*, actor: Principal, account_id: UUID, now: datetime) -> str:
    """Return the secret of a new one-time link; earlier unused links of the account stop working.

    Raises ``NotFound``, ``AccountClosed``, and ``OwnAccount``: who is in changes his password by the one he has. A shared
    account is not opened like this: raises ``SharedAccountHandedOut``.
    """
    if SharedAccountException.objects.filter(tenant_id=actor.tenant_id, account_id=account_id).exists():
        raise SharedAccountHandedOut
    return hand_out_link(actor=actor, account_id=account_id, lifetime=LINK_LIFETIME, now=now).secret


@transaction.atomic
def hand_out_link(*, actor: Principal, account_id: UUID, lifetime: timedelta, now: datetime) -> Invitation:
    """Return a new one-time link that works for so long; earlier unused ones stop working."""
    authorise(actor, Permission.ACCOUNT_WRITE)
    refuse_own_account(actor, account_id)
    account = Account.objects.filter(tenant_id=actor.tenant_id, id=account_id).select_for_update(no_key=True).first()
    if account is None:
        raise NotFound
    if not account.is_active:
        raise AccountClosed
    end_links_of(account_id=account_id, actor=actor, now=now)
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
        expires_at=now + lifetime,
    )
    record_event(EventName.SIGN_IN_LINK_ISSUED, actor=actor, subject_id=account_id, at=now)
    return Invitation(account_id=account_id, secret=secret, ends_at=now + lifetime)


@transaction.atomic
def invite_account(*, actor: Principal, account: NewAccount, now: datetime) -> Invitation:
    """Make an account together with its first one-time link, to be handed over to its person."""
    account_id = create_account(actor=actor, account=account, now=now)
    return invitation_to(actor=actor, account_id=account_id, now=now)


def invitation_to(*, actor: Principal, account_id: UUID, now: datetime) -> Invitation:
    """Return a new one-time link of an account that is there, with the time until which it works."""
    secret = issue_sign_in_link(actor=actor, account_id=account_id, now=now)
    return Invitation(account_id=account_id, secret=secret, ends_at=now + LINK_LIFETIME)


def end_links_of(*, account_id: UUID, actor: Principal, now: datetime) -> int:
    """Let every link of an account that was not used stop working; return how many still did."""
    rows = SignInLink.objects.filter(tenant_id=actor.tenant_id, account_id=account_id, used_at=None)
    return rows.filter(expires_at__gt=now).update(expires_at=now)


def refuse_own_account(actor: Principal, account_id: UUID) -> None:
    """Raise ``OwnAccount`` where somebody administers himself: nobody grants himself anything."""
    if actor.kind is PrincipalKind.PERSON and actor.account_id == account_id:
        raise OwnAccount


def refuse_conflicting_roles(actor: Principal, roles: frozenset[Role]) -> None:
    """Raise ``RolesConflict`` where one person must not hold these roles together, or none of the company may hold one.

    Only the operator's own commands, at the founding of a company, are not held by it; ``conflicting_accounts`` lists
    what they made.
    """
    of_the_provider = sorted(roles & ROLES_OF_THE_PROVIDER)
    if of_the_provider and (actor.tenant_id != PROVIDER or len(roles) > 1):
        raise RolesConflict(one=of_the_provider[0].value, other="company")
    if actor.kind is PrincipalKind.SYSTEM:
        return
    for one, other in conflicts_between(roles):
        raise RolesConflict(one=one.value, other=other.value)


def refuse_invalid_names(*, login_id: str, email: str | None, display_name: str) -> None:
    """Raise ``AccountNotValid`` unless a name, a login id and an address can be typed and told apart.

    A login id has 1 to 64 characters without spaces, in the form to which Unicode's NFKC brings it: full-width digits
    would look like others. An address has one sign "at" with something on both sides.
    """
    plain = login_id.strip()
    if not 1 <= len(plain) <= LONGEST_LOGIN_ID or not plain.isprintable() or any(one.isspace() for one in plain):
        raise AccountNotValid(field="login_id")
    if unicodedata.normalize("NFKC", plain) != plain:
        raise AccountNotValid(field="login_id")
    if email is not None and not is_address(email):
        raise AccountNotValid(field="email")
    name = display_name.strip()
    if not 1 <= len(name) <= LONGEST_DISPLAY_NAME or not name.isprintable():
        raise AccountNotValid(field="display_name")


def is_address(text: str) -> bool:
    """Whether a text has the form of an e-mail address."""
    return len(text.strip()) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text.strip()) is not None


@transaction.atomic
def account_of_link(*, secret: str, now: datetime) -> Account:
    """Return the account that a one-time link opens; raise ``LinkNotUsable`` when it opens none.

    Raise ``ResetNotConfirmed`` while a second administrator has to confirm that the factors were taken away.
    """
    link = _usable_link(secret=secret, now=now)
    account = Account.objects.get(tenant_id=link.tenant_id, id=link.account_id)
    _refuse_closed_password(account)
    refuse_unconfirmed(tenant=TenantId(link.tenant_id), account_id=account.id)
    return account


@transaction.atomic
def choose_password(*, secret: str, password: str, now: datetime, words: Collection[str] = ()) -> Account:
    """Use up a one-time link: set the password its person chose, and end every session of the account.

    The link opens what a password opens and no more: whoever has a second factor is asked for it. ``words`` are the
    company's names, which the door knows.
    """
    link = _usable_link(secret=secret, now=now)
    accounts = Account.objects.filter(tenant_id=link.tenant_id, id=link.account_id, is_active=True)
    account = accounts.select_for_update(no_key=True).first()
    if account is None:
        raise LinkNotUsable
    _refuse_closed_password(account)
    refuse_unconfirmed(tenant=TenantId(link.tenant_id), account_id=account.id)
    actor = principal_of(account, employee_id=None)
    rules = current_rules(tenant=TenantId(link.tenant_id))
    set_password(account=account, password=password, rules=rules, actor=actor, now=now, words=words)
    SignInLink.objects.filter(tenant_id=link.tenant_id, id=link.id).update(used_at=now)
    if account.email and bytes(link.mailed_to or b"") == mailed_address_digest(account.email, secret=secret):
        confirm_address(account, now=now)
    end_sessions_of(account_id=account.id, actor=actor, now=now)
    forgive_account(tenant_id=account.tenant_id, account_id=account.id, names=names_of(account))
    return account


def save_under_names(account: Account, *, is_new: bool) -> None:
    """Store an account's names; raise ``NameTaken`` where another one is called so at this moment.

    In a savepoint, so that the refusal leaves what is around it whole.
    """
    try:
        with transaction.atomic():
            if is_new:
                account.save(force_insert=True)
            else:
                account.save(update_fields=["login_id", "email", "email_index", "display_name"])
    except IntegrityError as error:
        raise NameTaken from error


def names_of(account: Account) -> tuple[str, ...]:
    """Return the names by which somebody signs in."""
    return tuple(filter(None, (account.login_id, account.email)))


def give_names(account: Account, *, now: datetime) -> None:
    """Give an account its login id and its address for good; raise ``NameTaken`` when somebody else has or had one.

    Not even after he has left: what was done under a name stays his.
    """
    for name in names_of(account):
        row = LoginName(tenant_id=account.tenant_id, id=new_id(at=now), account_id=account.id, name=name, given_at=now)
        LoginName.objects.bulk_create([row], ignore_conflicts=True)
        if any(owner != account.id for owner in owners_of_name(tenant=TenantId(account.tenant_id), name=name)):
            raise NameTaken
    if account.email:
        claim_sign_in_address(account.email)


def confirm_address(account: Account, *, now: datetime) -> None:
    """Let an address count as the person's own: he has used a link that was sent there and shown to nobody else.

    From then on it leads to this company, whoever else has entered it as somebody's.
    """
    if account.email:
        confirm_sign_in_address(account.email, at=now)


def mailed_address_digest(address: str, *, secret: str) -> bytes:
    """Return what is kept of the address that a link was sent to: without the link, nobody can compare it with any."""
    return hmac.digest(secret.encode(), f"mailed\0{address}".encode(), "sha256")


def _refuse_closed_password(account: Account) -> None:
    """Refuse a link to whom the company lets in by its identity provider alone: it must not step around it."""
    if not takes_password(account):
        raise LinkNotUsable


def _usable_link(*, secret: str, now: datetime) -> SignInLink:
    """Return the link, locked: of two who use it at once, the second finds it used."""
    carried = read_carried_secret(secret, prefix=LINK_PREFIX)
    if carried is None:
        raise LinkNotUsable
    rows = SignInLink.objects.filter(
        tenant_id=carried.tenant_id,
        secret_digest=carried.digest,
        used_at=None,
        purpose=LinkPurpose.ENTER.value,
    )
    link = rows.select_for_update(no_key=True).first()
    if link is None or link.expires_at <= now:
        raise LinkNotUsable
    return link
