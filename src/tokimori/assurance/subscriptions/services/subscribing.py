"""Ask for letters, confirm it by a link, end it by a link. Nothing that is answered says whether an address is known.

Each is to be called inside the provider's tenant.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from tokimori.assurance.subscriptions.errors import NoLettersHere, SubscriptionsLimited
from tokimori.assurance.subscriptions.models import SheetSubscription
from tokimori.assurance.subscriptions.wishes import SubscriptionWish, wanted_rows
from tokimori.foundation.access.principal import nobody, system_principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.carried_secrets import secret_digest
from tokimori.foundation.identity.limits import address_key
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import Event, record_event, record_events
from tokimori.foundation.notices.kinds import NoticeKind, Posting
from tokimori.foundation.notices.services.outbox import Receiver, mails, post_notice, take_back_notices
from tokimori.foundation.sealed_fields import found_by
from tokimori.foundation.tenancy.context import PROVIDER

KEPT_UNCONFIRMED: Final = timedelta(days=3)
MOST_FROM_ONE_SOURCE: Final = 10
"""So many in an hour; whoever goes on waits an hour, then longer."""
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionView:
    """A subscription as who holds its link may see it: never the address."""

    language: str
    rows: frozenset[int]
    is_daily: bool
    is_confirmed: bool


def ask_for_letters(*, wish: SubscriptionWish, source: str, now: datetime) -> None:
    """Send a link that confirms the wish; nothing else is sent before it was used.

    ``source`` is the network address that asks. Raise ``SubscriptionsLimited`` when too much was asked for from there, and
    ``NoLettersHere``. An address that got too many such links lately gets no further one, and nobody is told.
    """
    if not mails():
        raise NoLettersHere
    if _is_beyond(source, now=now):
        raise SubscriptionsLimited
    row = _new(wish, now=now)
    confirmation = secrets.token_urlsafe(32)
    row.confirmation_digest = secret_digest(confirmation)
    until = now + KEPT_UNCONFIRMED
    facts = {"secret": confirmation, "unsubscribe": row.secret, "until": until.isoformat()}
    posting = post_notice(
        tenant=PROVIDER,
        receiver=receiver_of(row),
        kind=NoticeKind.SHEET_SUBSCRIPTION,
        facts=facts,
        now=now,
        useless_from=until,
    )
    if posting is Posting.POSTED:
        row.save(force_insert=True)
        record_event(EventName.SUBSCRIPTION_ASKED, actor=nobody(PROVIDER), subject_id=row.id, at=now)


def confirmable(*, secret: str, now: datetime) -> SubscriptionView:
    """Return what a link would confirm; raise ``NotFound`` when it was used, ran out, or never was."""
    return _view(_unconfirmed(secret, now=now))


def confirm_letters(*, secret: str, now: datetime) -> SubscriptionView:
    """Begin to tell; what the same address had wanted before ends. Raise ``NotFound`` as above."""
    row = _unconfirmed(secret, now=now)
    same = SheetSubscription.objects.filter(
        tenant_id=PROVIDER, **found_by(SheetSubscription, "address_index", row.address, tenant=PROVIDER)
    )
    for other in same.exclude(id=row.id).exclude(confirmed_at=None):
        _remove(other, why="replaced", now=now)
    row.confirmation_digest = None
    row.confirmed_at = row.told_until = now
    row.save(update_fields=["confirmation_digest", "confirmed_at", "told_until"])
    record_event(EventName.SUBSCRIPTION_CONFIRMED, actor=nobody(PROVIDER), subject_id=row.id, at=now)
    return _view(row)


def subscription_of(*, secret: str) -> SubscriptionView:
    """Return what a letter's link would end; raise ``NotFound`` when it is ended."""
    return _view(_by_secret(secret))


def end_letters(*, secret: str, now: datetime) -> None:
    """Remove the subscription, its address, and letters to it that still wait; raise ``NotFound`` when it is ended."""
    _remove(_by_secret(secret), why="asked", now=now)


def end_refused(refusing: frozenset[UUID], *, now: datetime) -> None:
    """Remove those whose mail service takes no letters for them any more."""
    for row in SheetSubscription.objects.filter(tenant_id=PROVIDER, id__in=refusing):
        _remove(row, why="refused", now=now)


def forget_unconfirmed(*, now: datetime) -> int:
    """Remove the addresses that nobody confirmed within three days; return how many."""
    rows = SheetSubscription.objects.filter(
        tenant_id=PROVIDER, confirmed_at=None, asked_at__lte=now - KEPT_UNCONFIRMED
    ).select_for_update(no_key=True)
    keys = list(rows.values_list("id", flat=True))
    for key in keys:
        take_back_notices(tenant=PROVIDER, receiver_id=key)
    SheetSubscription.objects.filter(tenant_id=PROVIDER, id__in=keys).delete()
    events = [
        Event(name=EventName.SUBSCRIPTION_ENDED, subject_id=key, details={"why": "not_confirmed"}) for key in keys
    ]
    record_events(events, actor=system_principal(PROVIDER), at=now)
    return len(keys)


def receiver_of(row: SheetSubscription) -> Receiver:
    """Return whom letters of a subscription go to: nobody whose name we know."""
    return Receiver(account_id=None, receiver_id=row.id, address=row.address, name="", language=row.language)


def _new(wish: SubscriptionWish, *, now: datetime) -> SheetSubscription:
    secret = secrets.token_urlsafe(32)
    return SheetSubscription(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        address=wish.address,
        language=wish.language,
        chapters=list(wish.chapters),
        rows=list(wish.rows),
        is_daily=wish.is_daily,
        secret=secret,
        secret_digest=secret_digest(secret),
        asked_at=now,
    )


def _unconfirmed(secret: str, *, now: datetime) -> SheetSubscription:
    rows = SheetSubscription.objects.filter(
        tenant_id=PROVIDER, confirmation_digest=secret_digest(secret), asked_at__gt=now - KEPT_UNCONFIRMED
    )
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound
    return row


def _by_secret(secret: str) -> SheetSubscription:
    rows = SheetSubscription.objects.filter(tenant_id=PROVIDER, secret_digest=secret_digest(secret))
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound
    return row


def _remove(row: SheetSubscription, *, why: str, now: datetime) -> None:
    key = row.id
    take_back_notices(tenant=PROVIDER, receiver_id=key)
    SheetSubscription.objects.filter(tenant_id=PROVIDER, id=key).delete()
    record_event(EventName.SUBSCRIPTION_ENDED, actor=nobody(PROVIDER), subject_id=key, at=now, why=why)


def _view(row: SheetSubscription) -> SubscriptionView:
    return SubscriptionView(
        language=row.language,
        rows=wanted_rows(chapters=row.chapters, rows=row.rows),
        is_daily=row.is_daily,
        is_confirmed=row.confirmed_at is not None,
    )


def _is_beyond(source: str, *, now: datetime) -> bool:
    """Count a wish from a source as attempts to sign in are counted; whether there were too many."""
    key = hashlib.sha256(b"sheet-subscription\0" + address_key(source)).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "select tokimori.sign_in_attempted(%s, %s, %s, %s, %s)", [key, now, MOST_FROM_ONE_SOURCE, _HOUR, _HOUR]
        )
        (seconds,) = cursor.fetchone() or (_HOUR,)
    return bool(seconds)
