"""Add a webhook, try it, remove it: by a company's administrators, or by the provider's people for the provider."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from tokimori.assurance.catalogue.controls import ROWS
from tokimori.assurance.webhooks.errors import TooManyWebhooks, WebhookNotValid, WebhooksOff
from tokimori.assurance.webhooks.messages import DeliveryState, MessageType, message, new_secret
from tokimori.assurance.webhooks.models import SheetWebhook, WebhookDelivery
from tokimori.assurance.webhooks.queries import right_to_write
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import EventFilter, events_named
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.queue import JobRequest, enqueue
from tokimori.foundation.single_sign_on.addresses import refuse_address
from tokimori.foundation.single_sign_on.errors import ProviderNotValid
from tokimori.foundation.tenancy.context import PROVIDER

MOST: Final = 5
MOST_TESTS_AN_HOUR: Final = 10
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookWish:
    """Where changes are to be posted to, and of which rows; of all without any.

    Whether the address is a public one is looked at when it is resolved, at every delivery.
    """

    address: str = field(repr=False)
    rows: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        try:
            refuse_address(self.address, field="address")
        except ProviderNotValid as error:
            raise WebhookNotValid(field="address") from error
        if not all(row in ROWS for row in self.rows):
            raise WebhookNotValid(field="rows")


def is_on() -> bool:
    """Whether this installation may call out to webhooks at all."""
    return bool(settings.WEBHOOKS)


@transaction.atomic
def add_webhook(*, actor: Principal, wish: WebhookWish, now: datetime) -> str:
    """Add a webhook; return its secret, which cannot be shown again. Raise ``WebhooksOff`` or ``TooManyWebhooks``."""
    authorise(actor, right_to_write(actor))
    if not is_on():
        raise WebhooksOff
    _one_at_a_time(actor)
    if SheetWebhook.objects.filter(tenant_id=actor.tenant_id).count() >= MOST:
        raise TooManyWebhooks
    secret = new_secret()
    row = SheetWebhook.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        address=wish.address,
        secret=secret,
        rows=list(wish.rows),
        made_by=account_id_of(actor),
        made_at=now,
    )
    record_event(EventName.WEBHOOK_ADDED, actor=actor, subject_id=row.id, at=now, rows=len(wish.rows) or len(ROWS))
    return secret


@transaction.atomic
def remove_webhook(*, actor: Principal, webhook_id: UUID, now: datetime) -> None:
    """Remove a webhook with all that was sent by it; raise ``NotFound`` where there is none."""
    authorise(actor, right_to_write(actor))
    row = _webhook(actor, webhook_id)
    WebhookDelivery.objects.filter(tenant_id=actor.tenant_id, webhook_id=webhook_id).delete()
    SheetWebhook.objects.filter(tenant_id=actor.tenant_id, id=row.id).delete()
    record_event(EventName.WEBHOOK_REMOVED, actor=actor, subject_id=webhook_id, at=now)


@transaction.atomic
def try_webhook(*, actor: Principal, webhook_id: UUID, now: datetime) -> None:
    """Send a message of the type of a test; raise ``NotFound``, ``WebhooksOff`` or ``TooManyWebhooks``."""
    authorise(actor, right_to_write(actor))
    row = _webhook(actor, webhook_id)
    if not is_on():
        raise WebhooksOff
    _one_at_a_time(actor)
    # Counted by what the log says of the whole company: a webhook that was removed and added anew begins no new count.
    tested = EventFilter(name=EventName.WEBHOOK_TESTED, since=now - _HOUR)
    if len(events_named(tenant=actor.tenant_id, wanted=tested, limit=MOST_TESTS_AN_HOUR)) >= MOST_TESTS_AN_HOUR:
        raise TooManyWebhooks
    post(row, notice_id=None, body=message(MessageType.TEST, at=now, rows=(), sheet=sheet_address()), now=now)
    record_event(EventName.WEBHOOK_TESTED, actor=actor, subject_id=row.id, at=now)


def _one_at_a_time(actor: Principal) -> None:
    """Let two of a company wait for one another, so that neither counts without the other's."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"webhooks of {actor.tenant_id}"])


def post(webhook: SheetWebhook, *, notice_id: UUID | None, body: bytes, now: datetime) -> None:
    """Write a message down, and have it sent."""
    delivery_id = new_id(at=now)
    WebhookDelivery.objects.create(
        tenant_id=webhook.tenant_id,
        id=delivery_id,
        webhook_id=webhook.id,
        notice_id=notice_id,
        body=body,
        made_at=now,
        state=DeliveryState.WAITING.value,
    )
    enqueue(
        [
            JobRequest(
                name="tokimori:send_webhook",
                lock=f"webhook:{delivery_id}",
                arguments={"delivery_id": str(delivery_id)},
            )
        ]
    )


def sheet_address() -> str:
    """Return the address of the public sheet, as letters name it; nothing where none is configured."""
    return f"{settings.MAIL.links}/trust" if settings.MAIL else ""


def is_of_provider(actor: Principal) -> bool:
    """Whether the webhooks are the provider's own."""
    return actor.tenant_id == PROVIDER


def _webhook(actor: Principal, webhook_id: UUID) -> SheetWebhook:
    row = SheetWebhook.objects.filter(tenant_id=actor.tenant_id, id=webhook_id).first()
    if row is None:
        raise NotFound
    return row
