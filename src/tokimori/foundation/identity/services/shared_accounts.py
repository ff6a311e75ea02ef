"""Shared accounts: refused, but for registered exceptions with a custodian, an end, and a log of who had them.

Nobody knows a password of a shared account from one use to the next: it is handed out as a one-time link for a named
person and purpose, and when it comes back its sessions end and its password is gone. NIST SP 800-53 IA-2(5), AC-2(9).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.errors import (
    CustodianNotFit,
    SharedAccountInUse,
    SharedAccountNotFit,
)
from tokimori.foundation.identity.models import (
    Account,
    Authenticator,
    Passkey,
    RecoveryCode,
    SharedAccountException,
    SharedAccountUse,
    TrustedDevice,
)
from tokimori.foundation.identity.security_rules import Audience, audience_of
from tokimori.foundation.identity.services.accounts import (
    Invitation,
    NewAccount,
    create_account,
    end_links_of,
    hand_out_link,
)
from tokimori.foundation.identity.services.lifecycle import ClosingReason, deactivate_account
from tokimori.foundation.identity.services.sessions import LONGEST_SESSION, end_sessions_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event

LONGEST_REASON: Final = 200
LONGEST_EXCEPTION: Final = timedelta(days=365)
LINK_OF_SHARED_LASTS: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedUseView:
    """One use of a shared account; not returned yet while ``returned_at`` is missing."""

    user_id: UUID
    purpose: str
    handed_out_at: datetime
    returned_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedAccountView:
    """A registered exception, and its uses, the newest first."""

    id: UUID
    account_id: UUID
    login_id: str
    display_name: str
    custodian_id: UUID
    reason: str
    registered_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    uses: tuple[SharedUseView, ...]

    @property
    def is_out(self) -> bool:
        """Whether somebody has it."""
        return any(use.returned_at is None for use in self.uses)

    @property
    def last_rotated_at(self) -> datetime | None:
        """When it last came back and everything that opened it was changed."""
        return max((use.returned_at for use in self.uses if use.returned_at), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSharedAccount:
    """What is registered: the account, who answers for it, why there must be one, and until when, a year at most."""

    account: NewAccount
    custodian_id: UUID
    reason: str
    expires_at: datetime


@transaction.atomic
def register_shared_account(*, actor: Principal, wanted: NewSharedAccount, now: datetime) -> UUID:
    """Make a shared account together with its exception; return the exception's id.

    It never has the rights of an administrator, so that whatever is done with them has a name. Raises
    ``SharedAccountNotFit``, ``CustodianNotFit``, and what an account raises.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    reason = wanted.reason.strip()
    if audience_of(wanted.account.roles) is Audience.ADMINISTRATOR:
        raise SharedAccountNotFit(field="roles")
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise SharedAccountNotFit(field="reason")
    if not now < wanted.expires_at <= now + LONGEST_EXCEPTION:
        raise SharedAccountNotFit(field="expires_at")
    _require_person(actor, wanted.custodian_id)
    row = SharedAccountException.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        account_id=create_account(actor=actor, account=wanted.account, now=now),
        custodian_id=wanted.custodian_id,
        reason=reason,
        registered_at=now,
        registered_by=actor.account_id,
        expires_at=wanted.expires_at,
    )
    record_event(EventName.SHARED_ACCOUNT_REGISTERED, actor=actor, subject_id=row.id, at=now)
    return row.id


@transaction.atomic
def hand_out_shared_account(
    *, actor: Principal, exception_id: UUID, user_id: UUID, purpose: str, now: datetime
) -> Invitation:
    """Note who gets a shared account and for what; return the link, good for a quarter of an hour, that opens it to him.

    Raises ``SharedAccountInUse`` while somebody else has it, ``NotFound`` when it has ended.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    row = _held(actor, exception_id)
    plain = purpose.strip()
    if not 1 <= len(plain) <= LONGEST_REASON:
        raise SharedAccountNotFit(field="purpose")
    _require_person(actor, user_id)
    if row.expires_at <= now:
        raise NotFound
    if _uses(actor, row.id).filter(returned_at=None).exists():
        raise SharedAccountInUse
    SharedAccountUse.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        exception_id=row.id,
        user_id=user_id,
        purpose=plain,
        handed_out_at=now,
        handed_out_by=actor.account_id,
    )
    record_event(EventName.SHARED_ACCOUNT_HANDED_OUT, actor=actor, subject_id=row.account_id, at=now, user=str(user_id))
    return hand_out_link(actor=actor, account_id=row.account_id, lifetime=LINK_OF_SHARED_LASTS, now=now)


@transaction.atomic
def take_back_shared_account(*, actor: Principal, exception_id: UUID, now: datetime) -> None:
    """Take a shared account back: end its sessions, and let nothing that opened it open it again."""
    authorise(actor, Permission.ACCOUNT_WRITE)
    row = _held(actor, exception_id)
    if not _uses(actor, row.id).filter(returned_at=None).update(returned_at=now):
        raise NotFound
    _rotate(actor, row.account_id, now=now)
    record_event(EventName.SHARED_ACCOUNT_TAKEN_BACK, actor=actor, subject_id=row.account_id, at=now)


@transaction.atomic
def end_shared_account(
    *, actor: Principal, exception_id: UUID, now: datetime, reason: ClosingReason = ClosingReason.ADMINISTRATOR
) -> None:
    """End an exception: the account is taken back and closed."""
    authorise(actor, Permission.ACCOUNT_WRITE)
    row = _held(actor, exception_id)
    _uses(actor, row.id).filter(returned_at=None).update(returned_at=now)
    _rotate(actor, row.account_id, now=now)
    if Account.objects.filter(tenant_id=actor.tenant_id, id=row.account_id, is_active=True).exists():
        deactivate_account(actor=actor, account_id=row.account_id, now=now, reason=reason)
    SharedAccountException.objects.filter(tenant_id=actor.tenant_id, id=row.id).update(ended_at=now)
    record_event(EventName.SHARED_ACCOUNT_ENDED, actor=actor, subject_id=row.id, at=now)


def end_expired_shared_accounts(*, actor: Principal, now: datetime) -> int:
    """End every exception whose time is over, and take back what was not brought back; return how many ended."""
    forgotten = SharedAccountUse.objects.filter(
        tenant_id=actor.tenant_id, returned_at=None, handed_out_at__lte=now - LONGEST_SESSION
    )
    for exception_id in list(forgotten.order_by("id").values_list("exception_id", flat=True)):
        take_back_shared_account(actor=actor, exception_id=exception_id, now=now)
    rows = SharedAccountException.objects.filter(tenant_id=actor.tenant_id, ended_at=None, expires_at__lte=now)
    expired = list(rows.order_by("id").values_list("id", flat=True))
    for exception_id in expired:
        end_shared_account(actor=actor, exception_id=exception_id, now=now, reason=ClosingReason.EXPIRED)
    return len(expired)


def shared_accounts(*, actor: Principal) -> tuple[SharedAccountView, ...]:
    """Return every exception of the company with its uses, those that ended last."""
    authorise(actor, Permission.ACCOUNT_READ)
    rows = list(SharedAccountException.objects.filter(tenant_id=actor.tenant_id).order_by("registered_at", "id"))
    accounts = Account.objects.filter(tenant_id=actor.tenant_id, id__in=[row.account_id for row in rows])
    names = {account.id: account for account in accounts}
    views = [
        SharedAccountView(
            id=row.id,
            account_id=row.account_id,
            login_id=names[row.account_id].login_id,
            display_name=names[row.account_id].display_name,
            custodian_id=row.custodian_id,
            reason=row.reason,
            registered_at=row.registered_at,
            expires_at=row.expires_at,
            ended_at=row.ended_at,
            uses=tuple(
                SharedUseView(
                    user_id=use.user_id,
                    purpose=use.purpose,
                    handed_out_at=use.handed_out_at,
                    returned_at=use.returned_at,
                )
                for use in _uses(actor, row.id).order_by("-handed_out_at", "-id")
            ),
        )
        for row in rows
    ]
    return tuple(sorted(views, key=lambda view: view.ended_at is not None))


def _rotate(actor: Principal, account_id: UUID, *, now: datetime) -> None:
    """End sessions and links, and remove every way in that could have been learnt or added while it was out."""
    where = {"tenant_id": actor.tenant_id, "account_id": account_id, "removed_at": None}
    Passkey.objects.filter(**where).update(removed_at=now)
    Authenticator.objects.filter(**where).update(removed_at=now)
    own = {"tenant_id": actor.tenant_id, "account_id": account_id}
    RecoveryCode.objects.filter(**own, used_at=None, replaced_at=None).update(replaced_at=now)
    TrustedDevice.objects.filter(**own, ended_at=None).update(ended_at=now)
    Account.objects.filter(tenant_id=actor.tenant_id, id=account_id).update(password=make_password(None))
    end_sessions_of(account_id=account_id, actor=actor, now=now)
    end_links_of(account_id=account_id, actor=actor, now=now)


def _held(actor: Principal, exception_id: UUID) -> SharedAccountException:
    rows = SharedAccountException.objects.filter(tenant_id=actor.tenant_id, id=exception_id, ended_at=None)
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound
    return row


def _uses(actor: Principal, exception_id: UUID) -> QuerySet[SharedAccountUse]:
    return SharedAccountUse.objects.filter(tenant_id=actor.tenant_id, exception_id=exception_id)


def _require_person(actor: Principal, account_id: UUID) -> None:
    """Raise ``CustodianNotFit`` unless this is an open account of one person."""
    is_shared = SharedAccountException.objects.filter(tenant_id=actor.tenant_id, account_id=account_id).exists()
    is_open = Account.objects.filter(tenant_id=actor.tenant_id, id=account_id, is_active=True).exists()
    if is_shared or not is_open:
        raise CustodianNotFit
