"""Privileged accounts that were used from one network and, soon after, signed in from another one.

No map of addresses stands behind it, so it says nothing about countries or distances: two networks within half an hour is
all that is known. Whoever changes from the office to his telephone is found as well: a finding to be looked at, no proof.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.identity.security_rules import ADMINISTRATORS
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import subjects_of
from tokimori.foundation.ledger.services import Event, record_events

SOON: Final = timedelta(minutes=30)
"""A sign-in from elsewhere within this time after the last use is noted."""
_LOOKED_BACK: Final = timedelta(hours=1)
_NOTED_AGAIN_AFTER: Final = timedelta(days=1)
_PREFIX: Final = {4: 24, 6: 48}
"""What counts as one network: 256 addresses of IPv4, one site of IPv6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkChange:
    """An account that changed its network, and how many minutes lay between."""

    account_id: UUID
    minutes: int


def network_changes(*, tenant: TenantId, now: datetime) -> tuple[NetworkChange, ...]:
    """Return the privileged accounts that changed their network soon, within the last hour; each once."""
    roles = [role.value for role in ADMINISTRATORS]
    people = Account.objects.filter(tenant_id=tenant, is_active=True, roles__overlap=roles)
    rows = Session.objects.filter(
        tenant_id=tenant,
        is_half=False,
        account_id__in=people.values("id"),
        last_used_at__gt=now - _LOOKED_BACK - SOON,
        started_at__lte=now,
    )
    before: dict[UUID, tuple[str, datetime]] = {}
    found: dict[UUID, NetworkChange] = {}
    columns = ("account_id", "address", "started_at", "last_used_at")
    for account_id, address, started_at, last_used_at in rows.order_by("started_at", "id").values_list(*columns):
        network = network_of_address(address)
        seen = before.get(account_id)
        if seen is not None and network != seen[0] and started_at > now - _LOOKED_BACK:
            gap = max(started_at - seen[1], timedelta())
            if gap <= SOON:
                found[account_id] = NetworkChange(account_id=account_id, minutes=int(gap.total_seconds()) // 60)
        before[account_id] = (network, max(last_used_at, started_at))
    return tuple(found[key] for key in sorted(found))


def network_of_address(text: str) -> str:
    """Return the network of an address, as text; what is none is a network of its own."""
    try:
        address = ip_address(text)
    except ValueError:
        return text
    address = getattr(address, "ipv4_mapped", None) or address
    return str(ip_network(f"{address}/{_PREFIX[address.version]}", strict=False))


@transaction.atomic
def note_network_changes(*, actor: Principal, now: datetime) -> int:
    """Write down which privileged accounts changed their network soon, each once a day; return how many."""
    noted = subjects_of(tenant=actor.tenant_id, name=EventName.ACCOUNT_NETWORK_CHANGED, since=now - _NOTED_AGAIN_AFTER)
    fresh = [one for one in network_changes(tenant=actor.tenant_id, now=now) if one.account_id not in noted]
    events = [
        Event(name=EventName.ACCOUNT_NETWORK_CHANGED, subject_id=one.account_id, details={"minutes": one.minutes})
        for one in fresh
    ]
    record_events(events, actor=actor, at=now)
    return len(fresh)


def lately_changed_network(*, tenant: TenantId, now: datetime) -> dict[UUID, str]:
    """Return the accounts, by name, of which that was written down in the last seven days."""
    noted = subjects_of(tenant=tenant, name=EventName.ACCOUNT_NETWORK_CHANGED, since=now - timedelta(days=7))
    rows = Account.objects.filter(tenant_id=tenant, id__in=noted, is_active=True)
    named = rows.values_list("id", "display_name")
    return dict(sorted(named, key=lambda one: (one[1], one[0])))
