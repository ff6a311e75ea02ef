"""Write to the record of who did what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.canonical import Plain, canonical_bytes
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName, outcome_of
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.logs import correlation_id
from tokimori.foundation.request_origin import request_origin

LONGEST_DETAIL: Final = 300


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
    """Record events in the current transaction, in one statement, with the request that stands behind them."""
    origin = request_origin()
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
            outcome=outcome_of(event.name).value,
            session_id=origin.session_id if origin else None,
            address=origin.address if origin else "",
            device=origin.device if origin else "",
        )
        for event in events
    )


def begin_export(*, actor: Principal, details: Mapping[str, str], at: datetime) -> UUID:
    """Record that somebody takes a file of the company's events, and return this event's key: the file ends with it."""
    authorise(actor, Permission.AUDIT_READ)
    record_event(EventName.LOG_EXPORTED, actor=actor, subject_id=None, at=at, **details)
    newest = LedgerEvent.objects.filter(
        tenant_id=actor.tenant_id, actor_id=actor.account_id, name=EventName.LOG_EXPORTED.value
    )
    return newest.order_by("-id").values_list("id", flat=True)[0]


def changed(*, before: Mapping[str, Plain], after: Mapping[str, Plain]) -> dict[str, str]:
    """Return what differs, as the details of an event: ``name.before`` and ``name.after``, in canonical JSON.

    For settings and codes; what names a person must not be in it.
    """
    details: dict[str, str] = {}
    for name in sorted(before.keys() | after.keys()):
        old, new = (canonical_bytes(values.get(name)).decode() for values in (before, after))
        if old != new:
            details |= {f"{name}.before": old[:LONGEST_DETAIL], f"{name}.after": new[:LONGEST_DETAIL]}
    return details
