"""Put a letter into the outbox: with what it tells, or not at all."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.notices.kinds import NoticeKind, NoticeState, Posting
from tokimori.foundation.notices.models import Notice
from tokimori.foundation.queue import JobRequest, enqueue
from tokimori.foundation.sealed_fields import ErasedText
from tokimori.foundation.sealing import seal, unseal

MOST_AN_HOUR: Final = 5
"""So many letters of one kind from one company to one address; whoever goes on waits an hour, then longer."""
MOST_FROM_ALL_AN_HOUR: Final = 25
"""The same from all companies together: an address that others have entered as well is not silenced by one of them."""
_PURPOSE: Final = "notice"
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Whom a letter goes to; ``address`` is empty of who has none.

    Either the person of an account, or somebody who asked for letters: then ``receiver_id`` is the key of his wish.
    """

    account_id: UUID | None
    address: str
    name: str
    language: str
    receiver_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedLetter:
    """What a row of the outbox holds under seal: where to, for whom, and what the words need."""

    address: str
    name: str
    facts: Mapping[str, str]


def mails() -> bool:
    """Whether this installation sends letters at all."""
    return settings.MAIL is not None


def post_notice(
    *,
    tenant: TenantId,
    receiver: Receiver,
    kind: NoticeKind,
    facts: Mapping[str, str],
    now: datetime,
    useless_from: datetime | None = None,
) -> Posting:
    """Put a letter into the outbox, in the transaction of what it tells; say whether it will be tried.

    Without a mail service, or an address, nothing is kept: nobody must believe that it will be sent.
    """
    if not mails():
        return Posting.NO_SERVICE
    if not receiver.address or isinstance(receiver.address, ErasedText):
        return Posting.NO_ADDRESS
    if _is_too_many(kind, receiver.address, tenant=tenant, now=now):
        return Posting.TOO_MANY
    row_id = new_id(at=now)
    letter = {"address": receiver.address, "name": receiver.name, "facts": dict(facts)}
    Notice.objects.create(
        tenant_id=tenant,
        id=row_id,
        account_id=receiver.account_id,
        receiver_id=receiver.receiver_id,
        kind=kind.value,
        language=receiver.language,
        sealed_letter=seal(json.dumps(letter).encode(), tenant=tenant, purpose=_PURPOSE, row=row_id),
        made_at=now,
        useless_from=useless_from,
        state=NoticeState.WAITING.value,
    )
    enqueue([JobRequest(name="tokimori:send_notice", lock=f"notice:{row_id}", arguments={"notice_id": str(row_id)})])
    return Posting.POSTED


def letter_in(row: Notice) -> SealedLetter:
    """Return what a row holds under seal."""
    plain = unseal(bytes(row.sealed_letter), tenant=TenantId(row.tenant_id), purpose=_PURPOSE, row=row.id)
    found = json.loads(plain)
    return SealedLetter(address=found["address"], name=found["name"], facts=found["facts"])


def take_back_notices(*, tenant: TenantId, receiver_id: UUID) -> None:
    """Remove all letters to somebody who wants none any more, those that still wait among them."""
    Notice.objects.filter(tenant_id=tenant, receiver_id=receiver_id).delete()


def _is_too_many(kind: NoticeKind, address: str, *, tenant: TenantId, now: datetime) -> bool:
    """Count a letter of this kind to this address, of its company and then of all, as attempts to sign in are counted."""
    place = f"notice\0{kind.value}\0{address}"
    bounds = ((f"{place}\0{tenant}", MOST_AN_HOUR), (place, MOST_FROM_ALL_AN_HOUR))
    return any(_is_beyond(text, most=most, now=now) for text, most in bounds)


def _is_beyond(text: str, *, most: int, now: datetime) -> bool:
    key = hashlib.sha256(text.encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("select tokimori.sign_in_attempted(%s, %s, %s, %s, %s)", [key, now, most, _HOUR, _HOUR])
        (seconds,) = cursor.fetchone() or (_HOUR,)
    return bool(seconds)
