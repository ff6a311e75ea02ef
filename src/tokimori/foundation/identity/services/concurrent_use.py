"""Accounts that look as if several people used them: signed in from different places and devices at the same time.

A finding to be looked at, no proof: somebody may well use his telephone beside his desk.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import subjects_of
from tokimori.foundation.ledger.services import Event, record_events

AT_ONCE: Final = timedelta(minutes=5)
"""Two sessions that were both used within this time were used at once."""
_NOTED_AGAIN_AFTER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcurrentUse:
    """An account with sessions in use at once, and from how many addresses and devices."""

    account_id: UUID
    addresses: int
    devices: int


def concurrent_uses(*, tenant: TenantId, now: datetime) -> tuple[ConcurrentUse, ...]:
    """Return the accounts that are in use at this moment from more than one address and on more than one device."""
    rows = Session.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=now - AT_ONCE),
        tenant_id=tenant,
        is_half=False,
        last_used_at__gt=now - AT_ONCE,
        last_used_at__gte=F("started_at"),
    )
    places: dict[UUID, set[str]] = defaultdict(set)
    devices: dict[UUID, set[str]] = defaultdict(set)
    for account_id, address, device in rows.values_list("account_id", "address", "device"):
        places[account_id].add(address)
        devices[account_id].add(device)
    return tuple(
        ConcurrentUse(account_id=account_id, addresses=len(places[account_id]), devices=len(devices[account_id]))
        for account_id in sorted(places)
        if len(places[account_id]) > 1 and len(devices[account_id]) > 1
    )


@transaction.atomic
def note_concurrent_uses(*, actor: Principal, now: datetime) -> int:
    """Write down which accounts are used at once in several places, each once a day; return how many."""
    noted = subjects_of(tenant=actor.tenant_id, name=EventName.ACCOUNT_USED_AT_ONCE, since=now - _NOTED_AGAIN_AFTER)
    fresh = [one for one in concurrent_uses(tenant=actor.tenant_id, now=now) if one.account_id not in noted]
    events = [
        Event(
            name=EventName.ACCOUNT_USED_AT_ONCE,
            subject_id=one.account_id,
            details={"addresses": one.addresses, "devices": one.devices},
        )
        for one in fresh
    ]
    record_events(events, actor=actor, at=now)
    return len(fresh)


def lately_used_at_once(*, tenant: TenantId, now: datetime) -> dict[UUID, str]:
    """Return the accounts, by name, of which that was written down in the last thirty days."""
    noted = subjects_of(tenant=tenant, name=EventName.ACCOUNT_USED_AT_ONCE, since=now - timedelta(days=30))
    rows = Account.objects.filter(tenant_id=tenant, id__in=noted, is_active=True).values_list("id", "display_name")
    return dict(sorted(rows, key=lambda row: row[1]))
