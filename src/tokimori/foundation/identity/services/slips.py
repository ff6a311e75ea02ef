"""Slips that bring people in who have no e-mail address: each with a fresh one-time link, never a password."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import InvalidInput, NotFound
from tokimori.foundation.identity.models import Account, SharedAccountException
from tokimori.foundation.identity.services.accounts import LINK_LIFETIME, hand_out_link
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event

MOST_SLIPS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What one person is handed: his names, the secret of his link, and until when it works."""

    display_name: str
    login_id: str
    language: str
    secret: str
    ends_at: datetime


@transaction.atomic
def make_slips(*, actor: Principal, account_ids: Sequence[UUID], now: datetime) -> tuple[Slip, ...]:
    """Return a slip with a new link for each of these accounts, in their order; links of before stop working.

    Who is closed, shared, or the actor himself gets none. Raises ``NotFound`` when nobody is left, ``InvalidInput`` for
    more than ``MOST_SLIPS``.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    if len(account_ids) > MOST_SLIPS:
        raise InvalidInput(most=MOST_SLIPS)
    shared = SharedAccountException.objects.filter(tenant_id=actor.tenant_id).values("account_id")
    rows = Account.objects.filter(tenant_id=actor.tenant_id, id__in=account_ids, is_active=True)
    accounts = {row.id: row for row in rows.exclude(id__in=shared) if row.id != actor.account_id}
    wanted = [accounts[account_id] for account_id in dict.fromkeys(account_ids) if account_id in accounts]
    if not wanted:
        raise NotFound
    slips = tuple(_slip(actor, account, now=now) for account in wanted)
    record_event(EventName.SLIPS_PRINTED, actor=actor, subject_id=None, at=now, count=len(slips))
    return slips


def _slip(actor: Principal, account: Account, *, now: datetime) -> Slip:
    link = hand_out_link(actor=actor, account_id=account.id, lifetime=LINK_LIFETIME, now=now)
    return Slip(
        display_name=account.display_name,
        login_id=account.login_id,
        language=account.language,
        secret=link.secret,
        ends_at=link.ends_at,
    )
