"""The webhooks of a company, or of the provider, with what was sent by each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tokimori.assurance.webhooks.messages import DeliveryState
from tokimori.assurance.webhooks.models import SheetWebhook, WebhookDelivery
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.tenancy.context import PROVIDER


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """One message and what became of it; ``status`` is what the receiver answered, if it was reached."""

    at: datetime
    state: DeliveryState
    attempts: int
    status: int | None
    is_test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookView:
    """One webhook; its secret is never shown again."""

    id: UUID
    address: str
    rows: tuple[int, ...]
    made_at: datetime
    deliveries: tuple[DeliveryView, ...]


def webhooks(*, actor: Principal, limit: int) -> tuple[WebhookView, ...]:
    """Return the webhooks of whoever asks, the newest first, each with its last messages."""
    authorise(actor, right_to_read(actor))
    rows = SheetWebhook.objects.filter(tenant_id=actor.tenant_id).order_by("-made_at", "-id")
    return tuple(
        WebhookView(
            id=row.id,
            address=row.address,
            rows=tuple(row.rows),
            made_at=row.made_at,
            deliveries=_deliveries(row, limit=limit),
        )
        for row in rows
    )


def right_to_read(actor: Principal) -> Permission:
    """Return the right by which webhooks are looked at: a company's own, or the provider's."""
    return Permission.COMPLIANCE_READ if actor.tenant_id == PROVIDER else Permission.SECURITY_READ


def right_to_write(actor: Principal) -> Permission:
    """Return the right by which webhooks are changed."""
    return Permission.COMPLIANCE_WRITE if actor.tenant_id == PROVIDER else Permission.SECURITY_WRITE


def _deliveries(webhook: SheetWebhook, *, limit: int) -> tuple[DeliveryView, ...]:
    rows = WebhookDelivery.objects.filter(tenant_id=webhook.tenant_id, webhook_id=webhook.id)
    return tuple(
        DeliveryView(
            at=row.made_at,
            state=DeliveryState(row.state),
            attempts=row.attempts,
            status=row.status,
            is_test=row.notice_id is None,
        )
        for row in rows.defer("body").order_by("-made_at", "-id")[:limit]
    )
