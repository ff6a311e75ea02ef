"""Send one message. What is known is committed before the receiver is spoken to, and after it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F

from tokimori.assurance.webhooks.messages import DeliveryState, headers_of
from tokimori.assurance.webhooks.models import SheetWebhook, WebhookDelivery
from tokimori.assurance.webhooks.services.keeping import is_on
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.single_sign_on.errors import AddressNotReachable
from tokimori.foundation.single_sign_on.fetching import send
from tokimori.foundation.tenancy.context import tenant_transaction

MOST_ATTEMPTS: Final = 8
_TAKEN: Final = range(200, 300)
_GONE: Final = 410


class NotDelivered(Exception):
    """The receiver did not take the message; it is tried again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    address: str = field(repr=False)
    secret: str = field(repr=False)
    body: bytes


def send_webhook(*, tenant: TenantId, delivery_id: UUID, now: datetime) -> None:
    """Send a message that waits; raise ``NotDelivered`` when it is to be tried again.

    To be called outside of any transaction. Whoever dies between sending and writing it down sends twice, under one id,
    by which receivers know it. Only a public address over TLS is spoken to, looked at anew at each try.
    """
    found = _taken(tenant, delivery_id, now=now)
    if found is None:
        return
    headers = headers_of(found.body, delivery_id=delivery_id, secret=found.secret, at=now)
    try:
        status: int | None = send(found.address, body=found.body, content_type="application/json", headers=headers)
    except AddressNotReachable:
        status = None
    if not _is_over(tenant, delivery_id, status=status, now=now):
        raise NotDelivered


def _taken(tenant: TenantId, delivery_id: UUID, *, now: datetime) -> _Message | None:
    """Return the message and count the try; nothing when it is over, its webhook is gone, or we may not call out."""
    with tenant_transaction(tenant):
        rows = WebhookDelivery.objects.filter(tenant_id=tenant, id=delivery_id, state=DeliveryState.WAITING.value)
        row = rows.select_for_update(no_key=True).first()
        webhook = SheetWebhook.objects.filter(tenant_id=tenant, id=row.webhook_id).first() if row else None
        if row is None or webhook is None:
            return None
        if not is_on():
            _end(row, DeliveryState.FAILED, now=now)
            return None
        rows.update(attempts=F("attempts") + 1)
        return _Message(address=webhook.address, secret=webhook.secret, body=bytes(row.body))


def _is_over(tenant: TenantId, delivery_id: UUID, *, status: int | None, now: datetime) -> bool:
    """Write down what the receiver answered; return whether the message is delivered or given up."""
    with tenant_transaction(tenant):
        rows = WebhookDelivery.objects.filter(tenant_id=tenant, id=delivery_id, state=DeliveryState.WAITING.value)
        row = rows.select_for_update(no_key=True).first()
        if row is None:
            return True
        rows.update(status=status)
        row.status = status
        if status in _TAKEN:
            _end(row, DeliveryState.DELIVERED, now=now)
            return True
        if status == _GONE or row.attempts >= MOST_ATTEMPTS:
            _end(row, DeliveryState.FAILED, now=now)
            return True
        return False


def _end(row: WebhookDelivery, state: DeliveryState, *, now: datetime) -> None:
    WebhookDelivery.objects.filter(tenant_id=row.tenant_id, id=row.id).update(state=state.value, ended_at=now)
    name = EventName.WEBHOOK_DELIVERED if state is DeliveryState.DELIVERED else EventName.WEBHOOK_FAILED
    record_event(
        name,
        actor=system_principal(TenantId(row.tenant_id)),
        subject_id=row.webhook_id,
        at=now,
        delivery=str(row.id),
        status=row.status or 0,
    )
