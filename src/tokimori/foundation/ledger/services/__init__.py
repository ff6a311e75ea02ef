"""Write to the record of who did what."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.build import build_digest
from tokimori.foundation.canonical import Plain, canonical_bytes
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName, outcome_of
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.ledger.models.events import SEALED_PURPOSE
from tokimori.foundation.ledger.receipts import RecordedEvent
from tokimori.foundation.ledger.services.log_ids import current_epoch, log_of
from tokimori.foundation.logs import correlation_id
from tokimori.foundation.request_origin import RequestOrigin, request_origin
from tokimori.foundation.sealing import seal
from tokimori.foundation.transparency.leaves import NONCE_BYTES, commitment, payload_bytes

LONGEST_DETAIL: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to one subject; ``details`` holds ids, codes, digests and counts, never names.

    ``claimed_at`` is when it happened where its source says another time than the record; ``person_id`` the employee of
    whom it tells, whose key then seals the payload.
    """

    name: EventName
    subject_id: UUID | None
    details: Mapping[str, str | int | None] = field(default_factory=dict)
    claimed_at: datetime | None = None
    person_id: UUID | None = None


def record_event(
    name: EventName, *, actor: Principal, subject_id: UUID | None, at: datetime, **details: str | int | None
) -> RecordedEvent:
    """Record one event in the current transaction."""
    (recorded,) = record_events([Event(name=name, subject_id=subject_id, details=details)], actor=actor, at=at)
    return recorded


def record_events(events: Sequence[Event], *, actor: Principal, at: datetime) -> tuple[RecordedEvent, ...]:
    """Record events in the current transaction, in one statement, with the request that stands behind them.

    Each is committed to here, before it is stored: what a receipt promises cannot be written anew afterwards.
    """
    if not events:
        return ()
    log = log_of(actor.tenant_id, now=at)
    epoch = current_epoch(actor.tenant_id, log=log)
    origin = request_origin()
    rows = [_row(event, actor=actor, at=at, log=log, origin=origin) for event in events]
    LedgerEvent.objects.bulk_create(rows)
    return tuple(
        RecordedEvent(
            event_id=row.id,
            log=log,
            epoch=epoch,
            subject_id=row.subject_id,
            leaf_hash=bytes(row.leaf_hash),
            at=row.happened_at,
            received=row.at,
        )
        for row in rows
    )


def _row(event: Event, *, actor: Principal, at: datetime, log: str, origin: RequestOrigin | None) -> LedgerEvent:
    """Return the row of an event, with its leaf and its sealed payload."""
    row = LedgerEvent(
        tenant_id=actor.tenant_id,
        id=new_id(at=at),
        name=event.name.value,
        at=at,
        claimed_at=event.claimed_at,
        actor_kind=actor.kind.value,
        actor_id=actor.account_id,
        subject_id=event.subject_id,
        correlation=correlation_id.get(),
        outcome=outcome_of(event.name).value,
        session_id=origin.session_id if origin else None,
        address=origin.address if origin else "",
    )
    nonce = secrets.token_bytes(NONCE_BYTES)
    payload = payload_bytes(
        {
            "actor_kind": row.actor_kind,
            "address": row.address,
            "correlation": row.correlation,
            "details": dict(event.details),
            "device": origin.device if origin else "",
            "outcome": row.outcome,
            "session": str(row.session_id) if row.session_id else None,
        }
    )
    row.build = bytes.fromhex(build_digest())
    row.commitment = commitment(nonce, payload)
    row.leaf_hash = row.leaf(log=log).hash()
    row.sealed = seal(
        nonce + payload, tenant=actor.tenant_id, purpose=SEALED_PURPOSE, row=row.id, subject=event.person_id
    )
    return row


def begin_export(*, actor: Principal, details: Mapping[str, str], at: datetime) -> UUID:
    """Record that somebody takes a file of the company's events, and return this event's key: the file ends with it."""
    authorise(actor, Permission.AUDIT_EXPORT)
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
