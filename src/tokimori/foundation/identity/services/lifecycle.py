"""The life of an account after it was made: roles, names, closed and opened again, unlocked, factors taken away.

Every act is an administrator's on somebody else; nobody does any of them to himself.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q, QuerySet

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.drafts.services import discard_drafts_of
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.errors import (
    AccountClosed,
    AccountErased,
    AccountNotClosed,
    LastAdministrator,
    SharedAccountNotFit,
)
from tokimori.foundation.identity.limits import forgive, forgive_account, second_key
from tokimori.foundation.identity.models import (
    Account,
    Authenticator,
    ExternalIdentity,
    Passkey,
    RecoveryCode,
    SharedAccountException,
    TrustedDevice,
)
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.security_rules import Audience, audience_of
from tokimori.foundation.identity.services.accounts import (
    Invitation,
    end_links_of,
    give_names,
    invitation_to,
    names_of,
    refuse_conflicting_roles,
    refuse_invalid_names,
    refuse_own_account,
    save_under_names,
)
from tokimori.foundation.identity.services.password_door import keep_break_glass
from tokimori.foundation.identity.services.sessions import end_sessions_of
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.notices.kinds import NoticeKind
from tokimori.foundation.sealed_fields import ErasedText
from tokimori.foundation.tenancy.directory import normalised_address
from tokimori.foundation.vouching.services.resets import note_reset


class ClosingReason(StrEnum):
    """Why an account was closed."""

    ADMINISTRATOR = "administrator"
    LEFT = "left"
    DORMANT = "dormant"
    REVIEW = "review"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What an account is known by. Raises ``AccountNotValid`` with the field that is wrong."""

    login_id: str
    email: str | None
    display_name: str

    def __post_init__(self) -> None:
        refuse_invalid_names(login_id=self.login_id, email=self.email, display_name=self.display_name)


@transaction.atomic
def change_roles(*, actor: Principal, account_id: UUID, roles: frozenset[Role], now: datetime) -> bool:
    """Give an account these roles and no others, and end its sessions; return whether that changed anything.

    Raises ``OwnAccount``, ``NotFound``, ``AccountClosed``, ``RolesConflict``, ``LastAdministrator``, and
    ``SharedAccountNotFit`` where a shared account would administer.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    refuse_own_account(actor, account_id)
    refuse_conflicting_roles(actor, roles)
    account = _held_with_administrators(actor, account_id)
    if not account.is_active:
        raise AccountClosed
    before = roles_of(account)
    if before == roles:
        return False
    if audience_of(roles) is Audience.ADMINISTRATOR and _is_shared(account):
        raise SharedAccountNotFit(field="roles")
    if Role.ADMINISTRATOR in before - roles:
        _refuse_last_administrator(account)
    account.roles = sorted(roles)
    account.save(update_fields=["roles"])
    keep_break_glass(tenant=actor.tenant_id)
    end_sessions_of(account_id=account.id, actor=actor, now=now)
    record_event(
        EventName.ACCOUNT_ROLES_CHANGED,
        actor=actor,
        subject_id=account.id,
        at=now,
        before=",".join(sorted(before)),
        after=",".join(sorted(roles)),
    )
    tell(account, NoticeKind.ROLES_CHANGED, now=now)
    return True


@transaction.atomic
def rename_account(*, actor: Principal, account_id: UUID, names: Names, now: datetime) -> bool:
    """Let an account be known by other names; return whether that changed anything. Those before stay its own for good.

    A new login id or address ends its open links: who holds one was sent it under the name before. Raises
    ``OwnAccount``, ``NotFound``, ``NameTaken``.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    refuse_own_account(actor, account_id)
    account = _held(actor, account_id)
    wanted = (
        names.login_id.strip().lower(),
        normalised_address(names.email) if names.email else None,
        names.display_name.strip(),
    )
    before = (account.login_id, account.email, account.display_name)
    if wanted == before:
        return False
    account.login_id, account.email, account.display_name = wanted
    save_under_names(account, is_new=False)
    if wanted[:2] != before[:2]:
        give_names(account, now=now)
        end_links_of(account_id=account.id, actor=actor, now=now)
    fields = ("login_id", "email", "display_name")
    changed = ",".join(name for name, old, new in zip(fields, before, wanted, strict=True) if old != new)
    record_event(EventName.ACCOUNT_RENAMED, actor=actor, subject_id=account.id, at=now, fields=changed)
    if wanted[:2] != before[:2]:
        tell(account, NoticeKind.NAMES_CHANGED, now=now, address=before[1] or "")
    return True


@transaction.atomic
def deactivate_account(
    *, actor: Principal, account_id: UUID, now: datetime, reason: ClosingReason = ClosingReason.ADMINISTRATOR
) -> None:
    """Close an account: its sessions, its trusted devices and its open links end at once, and its drafts are gone.

    Raises ``OwnAccount``, ``NotFound``, ``AccountClosed``, ``LastAdministrator``.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    refuse_own_account(actor, account_id)
    account = _held_with_administrators(actor, account_id)
    if not account.is_active:
        raise AccountClosed
    if Role.ADMINISTRATOR in roles_of(account):
        _refuse_last_administrator(account)
    account.is_active = False
    account.closed_at = now
    account.closing_reason = reason.value
    account.save(update_fields=["is_active", "closed_at", "closing_reason"])
    keep_break_glass(tenant=actor.tenant_id)
    _end_ways_in(account, actor=actor, now=now)
    discard_drafts_of(tenant=actor.tenant_id, account_id=account.id)
    record_event(EventName.ACCOUNT_DEACTIVATED, actor=actor, subject_id=account.id, at=now, reason=reason.value)


@transaction.atomic
def reactivate_account(
    *, actor: Principal, account_id: UUID, now: datetime, keeps_single_sign_on: bool = False
) -> Invitation:
    """Open a closed account again, and return the one-time link without which nobody comes in.

    The password and the passkeys of before open nothing any more, since each of them could open it alone; nor does what
    an identity provider called its person, unless the company's directory itself opens it. An authenticator and recovery
    codes stay: they are asked for besides the link. Raises ``OwnAccount``, ``NotFound``,
    ``AccountNotClosed``, ``RolesConflict``, and ``AccountErased``: nobody is left whom the account would be.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    refuse_own_account(actor, account_id)
    account = _held(actor, account_id)
    if account.is_active:
        raise AccountNotClosed
    if isinstance(account.display_name, ErasedText):
        raise AccountErased
    refuse_conflicting_roles(actor, roles_of(account))
    account.is_active = True
    account.opened_again_at = now
    account.closed_at = None
    account.closing_reason = ""
    account.password = make_password(None)
    account.save(update_fields=["is_active", "opened_again_at", "closed_at", "closing_reason", "password"])
    _passkeys(account).update(removed_at=now)
    if not keeps_single_sign_on:
        _end_external_identities(account, actor=actor, now=now)
    record_event(EventName.ACCOUNT_REACTIVATED, actor=actor, subject_id=account.id, at=now)
    return invitation_to(actor=actor, account_id=account.id, now=now)


@transaction.atomic
def unlock_account(*, actor: Principal, account_id: UUID, now: datetime) -> None:
    """End the waiting after too many attempts, at the password and at the second factor."""
    authorise(actor, Permission.ACCOUNT_WRITE)
    refuse_own_account(actor, account_id)
    account = _held(actor, account_id)
    forgive_account(tenant_id=account.tenant_id, account_id=account.id, names=names_of(account))
    forgive(account=second_key(account.id))
    record_event(EventName.ACCOUNT_UNLOCKED, actor=actor, subject_id=account.id, at=now)


@transaction.atomic
def sign_out_everywhere(*, actor: Principal, account_id: UUID, now: datetime) -> int:
    """End every session of somebody and let none of his devices be trusted any more; return how many sessions held.

    Who knows the password signs in again: where it is known to somebody else, ``remove_factors`` is the act. Raises
    ``OwnAccount``, ``NotFound``.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    refuse_own_account(actor, account_id)
    account = _held(actor, account_id)
    sessions, devices = _end_presence(account, actor=actor, now=now)
    record_event(
        EventName.ACCOUNT_SIGNED_OUT, actor=actor, subject_id=account.id, at=now, sessions=sessions, devices=devices
    )
    return sessions


@transaction.atomic
def unlink_account(*, actor: Principal, account_id: UUID, now: datetime) -> int:
    """End an account's links with identity providers, and its sessions; return how many links there were.

    He is linked again when he next comes in by a name that the company lets the provider vouch for. Raises
    ``OwnAccount``, ``NotFound``.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    refuse_own_account(actor, account_id)
    account = _held(actor, account_id)
    count = _end_external_identities(account, actor=actor, now=now)
    end_sessions_of(account_id=account.id, actor=actor, now=now)
    return count


@transaction.atomic
def remove_factors(*, actor: Principal, account_id: UUID, now: datetime) -> Invitation:
    """Take away every factor of somebody who lost them, password included; return the one-time link to begin anew with.

    The link opens the setting up of a new second factor and nothing else, whatever the company's rules ask of others, so
    that nobody ends with less than he had. Where there is another administrator, that one has to confirm it before the
    link opens anything, and the person is told. Raises ``OwnAccount``, ``NotFound``, ``AccountClosed``.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    refuse_own_account(actor, account_id)
    account = _held(actor, account_id)
    if not account.is_active:
        raise AccountClosed
    where = {"tenant_id": account.tenant_id, "account_id": account.id}
    authenticators = Authenticator.objects.filter(**where, removed_at=None).update(removed_at=now)
    passkeys = _passkeys(account).update(removed_at=now)
    keep_break_glass(tenant=actor.tenant_id)
    codes = RecoveryCode.objects.filter(**where, used_at=None, replaced_at=None).update(replaced_at=now)
    account.password = make_password(None)
    account.must_enrol = True
    account.save(update_fields=["password", "must_enrol"])
    _end_ways_in(account, actor=actor, now=now)
    note_reset(actor=actor, account_id=account.id, needs_second=_has_second_administrator(actor, account), now=now)
    record_event(
        EventName.ACCOUNT_FACTORS_REMOVED,
        actor=actor,
        subject_id=account.id,
        at=now,
        authenticators=authenticators,
        passkeys=passkeys,
        recovery_codes=codes,
    )
    tell(account, NoticeKind.FACTORS_TAKEN_AWAY, now=now)
    return invitation_to(actor=actor, account_id=account.id, now=now)


def _has_second_administrator(actor: Principal, account: Account) -> bool:
    """Whether there is an administrator who has been in, besides who acts and whose account it is."""
    rows = Account.objects.filter(
        tenant_id=account.tenant_id, is_active=True, roles__contains=[Role.ADMINISTRATOR.value]
    ).exclude(last_signed_in_at=None)
    return rows.exclude(id__in=[one for one in (actor.account_id, account.id) if one is not None]).exists()


def _passkeys(account: Account) -> QuerySet[Passkey]:
    return Passkey.objects.filter(tenant_id=account.tenant_id, account_id=account.id, removed_at=None)


def _end_external_identities(account: Account, *, actor: Principal, now: datetime) -> int:
    rows = ExternalIdentity.objects.filter(tenant_id=account.tenant_id, account_id=account.id, ended_at=None)
    if count := rows.update(ended_at=now):
        record_event(EventName.EXTERNAL_IDENTITY_ENDED, actor=actor, subject_id=account.id, at=now, links=count)
    return count


def _is_shared(account: Account) -> bool:
    return SharedAccountException.objects.filter(tenant_id=account.tenant_id, account_id=account.id).exists()


def _end_ways_in(account: Account, *, actor: Principal, now: datetime) -> None:
    _end_presence(account, actor=actor, now=now)
    end_links_of(account_id=account.id, actor=actor, now=now)


def _end_presence(account: Account, *, actor: Principal, now: datetime) -> tuple[int, int]:
    """End sessions and the trust in devices; return how many of each there were."""
    sessions = end_sessions_of(account_id=account.id, actor=actor, now=now)
    devices = TrustedDevice.objects.filter(tenant_id=account.tenant_id, account_id=account.id, ended_at=None)
    return sessions, devices.update(ended_at=now)


def _held(actor: Principal, account_id: UUID) -> Account:
    """Return the account, locked; raise ``NotFound`` when this company has none such."""
    rows = Account.objects.filter(tenant_id=actor.tenant_id, id=account_id)
    account = rows.select_for_update(no_key=True).first()
    if account is None:
        raise NotFound
    return account


def _held_with_administrators(actor: Principal, account_id: UUID) -> Account:
    """Return the account, locked together with all administrators: of two who close each other, the second is refused."""
    wanted = Q(id=account_id) | Q(roles__contains=[Role.ADMINISTRATOR.value])
    rows = Account.objects.filter(wanted, tenant_id=actor.tenant_id).order_by("id").select_for_update(no_key=True)
    account = next((row for row in rows if row.id == account_id), None)
    if account is None:
        raise NotFound
    return account


def _refuse_last_administrator(account: Account) -> None:
    """Raise ``LastAdministrator`` when no other administrator has been in. To be called with all of them locked."""
    others = Account.objects.filter(
        tenant_id=account.tenant_id, is_active=True, roles__contains=[Role.ADMINISTRATOR.value]
    ).exclude(id=account.id)
    if not others.exclude(last_signed_in_at=None).exists():
        raise LastAdministrator
