"""One-time links that go by letter: they open the account, or end a lock, and show that the address is the person's own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import InvalidInput, NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.carried_secrets import new_carried_secret, read_carried_secret, secret_digest
from tokimori.foundation.identity.errors import LinkNotUsable
from tokimori.foundation.identity.limits import forgive_account
from tokimori.foundation.identity.models import Account, SignInLink
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.identity.services.accounts import (
    LINK_LIFETIME,
    Invitation,
    LinkPurpose,
    confirm_address,
    invitation_to,
    mailed_address_digest,
    names_of,
)
from tokimori.foundation.identity.services.rules import current_rules
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.notices.kinds import NoticeKind, Posting
from tokimori.foundation.notices.services.outbox import mails

UNLOCK_PREFIX: Final = "tku"
UNLOCK_LINK_LASTS: Final = timedelta(hours=1)
MOST_LETTERS: Final = 2_000
"""At once: as many accounts as one file can make."""


def mails_links(*, tenant: TenantId) -> bool:
    """Whether a company has its one-time links sent to who has an address, and this installation can."""
    return mails() and bool(current_rules(tenant=tenant).mailed_links)


@transaction.atomic
def mail_invitation(*, actor: Principal, account_id: UUID, now: datetime) -> bool:
    """Send somebody his one-time link, where the company wants that and it can be; return whether it was posted.

    What is returned holds no secret: nobody but the person sees a link that was mailed, so that who uses it has shown that
    the address is his. Where it is not posted, the caller makes a link to hand over.
    """
    account = Account.objects.filter(tenant_id=actor.tenant_id, id=account_id).first()
    if account is None:
        raise NotFound
    if not account.email or not mails_links(tenant=actor.tenant_id):
        return False
    invitation = invitation_to(actor=actor, account_id=account_id, now=now)
    kind = NoticeKind.INVITATION if account.last_signed_in_at is None else NoticeKind.NEW_LINK
    posting = tell(
        account,
        kind,
        now=now,
        useless_from=invitation.ends_at,
        secret=invitation.secret,
        until=invitation.ends_at.isoformat(),
    )
    if posting is not Posting.POSTED:
        return False
    links = SignInLink.objects.filter(tenant_id=actor.tenant_id, secret_digest=secret_digest(invitation.secret))
    links.update(mailed_to=mailed_address_digest(account.email, secret=invitation.secret))
    return True


def invitation_by_either_way(*, actor: Principal, account_id: UUID, now: datetime) -> Invitation:
    """Return a link that went by letter, without its secret, or else one to hand over."""
    if mail_invitation(actor=actor, account_id=account_id, now=now):
        return Invitation(account_id=account_id, secret="", ends_at=now + LINK_LIFETIME)
    return invitation_to(actor=actor, account_id=account_id, now=now)


@transaction.atomic
def mail_invitations(*, actor: Principal, account_ids: Sequence[UUID], now: datetime) -> int:
    """Send their one-time links to those of these accounts that have an address and nobody entered yet; return how many.

    Raises ``InvalidInput`` for more than ``MOST_LETTERS``.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    if len(account_ids) > MOST_LETTERS:
        raise InvalidInput(most=MOST_LETTERS)
    rows = Account.objects.filter(tenant_id=actor.tenant_id, id__in=account_ids, is_active=True, last_signed_in_at=None)
    wanted = rows.exclude(email=None).values_list("id", flat=True)
    others = [account_id for account_id in wanted if account_id != actor.account_id]
    return sum(mail_invitation(actor=actor, account_id=account_id, now=now) for account_id in others)


def tell_of_lock(account: Account, *, seconds: int, now: datetime) -> None:
    """Tell a person that his account was closed for a while, with a link that ends it."""
    if not account.email or not mails():
        return
    tenant = TenantId(account.tenant_id)
    secret = new_carried_secret(prefix=UNLOCK_PREFIX, tenant_id=tenant)
    ends_at = now + UNLOCK_LINK_LASTS
    posting = tell(
        account,
        NoticeKind.LOCKED,
        now=now,
        useless_from=ends_at,
        secret=secret,
        until=ends_at.isoformat(),
        locked=(now + timedelta(seconds=seconds)).isoformat(),
    )
    if posting is not Posting.POSTED:
        return
    SignInLink.objects.create(
        tenant_id=tenant,
        id=new_id(at=now),
        account_id=account.id,
        secret_digest=secret_digest(secret),
        issued_at=now,
        expires_at=ends_at,
        purpose=LinkPurpose.UNLOCK.value,
        mailed_to=mailed_address_digest(account.email, secret=secret),
    )


@transaction.atomic
def unlock_by_link(*, secret: str, now: datetime) -> None:
    """End the waiting of the account whose person was sent this link; raise ``LinkNotUsable`` for any other.

    It opens nothing: whoever holds it must still know the passphrase. The count of the second factor stays, or who has both
    the passphrase and the mailbox could guess digits without end. A link sent to an address that is no longer the
    account's does not count.
    """
    link = _usable_unlock_link(secret, now=now)
    account = Account.objects.filter(tenant_id=link.tenant_id, id=link.account_id, is_active=True).first()
    if account is None or not account.email:
        raise LinkNotUsable
    if bytes(link.mailed_to or b"") != mailed_address_digest(account.email, secret=secret):
        raise LinkNotUsable
    SignInLink.objects.filter(tenant_id=link.tenant_id, id=link.id).update(used_at=now)
    confirm_address(account, now=now)
    forgive_account(tenant_id=account.tenant_id, account_id=account.id, names=names_of(account))
    actor = principal_of(account, employee_id=None)
    record_event(EventName.ACCOUNT_UNLOCKED, actor=actor, subject_id=account.id, at=now)


def refuse_unusable_unlock_link(*, secret: str, now: datetime) -> None:
    """Raise ``LinkNotUsable`` unless the link still ends a lock."""
    _usable_unlock_link(secret, now=now)


def _usable_unlock_link(secret: str, *, now: datetime) -> SignInLink:
    carried = read_carried_secret(secret, prefix=UNLOCK_PREFIX)
    if carried is None:
        raise LinkNotUsable
    rows = SignInLink.objects.filter(
        tenant_id=carried.tenant_id,
        secret_digest=carried.digest,
        used_at=None,
        expires_at__gt=now,
        purpose=LinkPurpose.UNLOCK.value,
    )
    link = rows.select_for_update(no_key=True).first()
    if link is None:
        raise LinkNotUsable
    return link
