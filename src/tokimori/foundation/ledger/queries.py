"""Reads of the record of who did what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One event: what happened, when, and whether the person himself did it."""

    name: EventName
    at: datetime
    is_own: bool


def subjects_of(*, tenant: TenantId, name: EventName, since: datetime) -> frozenset[UUID]:
    """Return to whom something happened since a moment."""
    rows = LedgerEvent.objects.filter(tenant_id=tenant, name=name.value, at__gt=since)
    return frozenset(one for one in rows.values_list("subject_id", flat=True) if one is not None)


def events_about(
    *, tenant: TenantId, account_id: UUID, names: Collection[EventName], acts: Collection[EventName], limit: int
) -> tuple[EventView, ...]:
    """Return the latest events of these names about an account, and those of ``acts`` that it did, the newest first."""
    about = Q(subject_id=account_id, name__in=[name.value for name in names])
    done = Q(actor_id=account_id, name__in=[name.value for name in acts])
    rows = LedgerEvent.objects.filter(about | done, tenant_id=tenant)
    return tuple(
        EventView(name=EventName(row.name), at=row.at, is_own=row.actor_id == account_id)
        for row in rows.order_by("-at", "-id")[:limit]
    )
