"""Write to the record of who did what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.logs import correlation_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to one subject; ``details`` holds ids, codes, digests and counts, never names."""

    name: EventName
    subject_id: UUID | None
    details: Mapping[str, str | int | None] = field(default_factory=dict)


def record_event(
    name: EventName, *, actor: Principal, subject_id: UUID | None, at: datetime, **details: str | int | None
) -> None:
    """Record one event in the current transaction."""
    record_events([Event(name=name, subject_id=subject_id, details=details)], actor=actor, at=at)


def record_events(events: Sequence[Event], *, actor: Principal, at: datetime) -> None:
    """Record events in the current transaction, in one statement."""
    LedgerEvent.objects.bulk_create(
        LedgerEvent(
            tenant_id=actor.tenant_id,
            id=new_id(at=at),
            name=event.name.value,
            at=at,
            actor_kind=actor.kind.value,
            actor_id=actor.account_id,
            subject_id=event.subject_id,
            correlation=correlation_id.get(),
            details=dict(event.details),
        )
        for event in events
    )
