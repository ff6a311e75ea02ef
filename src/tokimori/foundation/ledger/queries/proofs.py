"""Read what proves an event: its place, its path to a signed checkpoint, and the receipt that was given for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.errors import NotUnderCheckpoint
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent, LogCheckpoint, LogEntry
from tokimori.foundation.ledger.receipts import RecordedEvent
from tokimori.foundation.ledger.services.log_ids import current_epoch, existing_log_of
from tokimori.foundation.sequencing.hashes import Place, reader_of
from tokimori.foundation.transparency.proof_files import ProofFile
from tokimori.foundation.transparency.proofs import inclusion_proof

_BEFORE_THE_LOG: Final = bytes(32)
"""What events say of their build that are older than the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlace:
    """Where an event stands in its log, and under which checkpoint, if any is signed yet."""

    event_id: UUID
    index: int
    epoch: int
    sequenced_at: datetime
    checkpoint_size: int | None
    signed_at: datetime | None


def recorded_events(
    *, tenant: TenantId, name: EventName, subject_ids: Collection[UUID]
) -> Mapping[UUID, RecordedEvent]:
    """Return the event of this name of each subject, as its receipt is made of it."""
    if not subject_ids or (log := existing_log_of(tenant)) is None:
        return {}
    rows = LedgerEvent.objects.filter(tenant_id=tenant, name=name.value, subject_id__in=subject_ids)
    found = {row.id: row for row in rows.defer("sealed")}
    epochs = dict(LogEntry.objects.filter(tenant_id=tenant, id__in=found).values_list("id", "epoch"))
    present = current_epoch(tenant, log=log)
    return {
        row.subject_id: recorded_event(row, log=log, epoch=epochs.get(row.id, present))
        for row in found.values()
        if row.subject_id is not None
    }


def recorded_event(row: LedgerEvent, *, log: str, epoch: int) -> RecordedEvent:
    """Return an event as its receipt is made of it; one of before the log was promised nothing."""
    return RecordedEvent(
        event_id=row.id,
        log=log,
        epoch=epoch,
        subject_id=row.subject_id,
        leaf_hash=bytes(row.leaf_hash),
        at=row.happened_at,
        received=row.at,
        is_promised=bytes(row.build) != _BEFORE_THE_LOG,
    )


def place_of_event(*, tenant: TenantId, event_id: UUID) -> EventPlace | None:
    """Return where an event stands; nothing as long as it has no place yet."""
    entry = LogEntry.objects.filter(tenant_id=tenant, id=event_id).first()
    if entry is None:
        return None
    checkpoint = _checkpoint_over(entry)
    return EventPlace(
        event_id=event_id,
        index=entry.index,
        epoch=entry.epoch,
        sequenced_at=entry.sequenced_at,
        checkpoint_size=checkpoint.size if checkpoint else None,
        signed_at=checkpoint.signed_at if checkpoint else None,
    )


def proof_of_event(*, tenant: TenantId, event_id: UUID) -> bytes:
    """Return the proof of an event as a file that stands alone (C2SP tlog-proof), under the newest checkpoint.

    Raise ``NotFound`` where there is no such event, and ``NotUnderCheckpoint`` as long as none is signed over it.
    """
    event = LedgerEvent.objects.filter(tenant_id=tenant, id=event_id).defer("sealed").first()
    if event is None:
        raise NotFound
    entry = LogEntry.objects.filter(tenant_id=tenant, id=event_id).first()
    checkpoint = _checkpoint_over(entry) if entry else None
    if entry is None or checkpoint is None:
        raise NotUnderCheckpoint
    place = Place(tenant=tenant, log=entry.log, epoch=entry.epoch)
    with connection.cursor() as cursor:
        read = reader_of(cursor, place, size=checkpoint.size)
        path = inclusion_proof(index=entry.index, size=checkpoint.size, read=read)
    leaf = event.leaf(log=entry.log).entry()
    return ProofFile(index=entry.index, proof=path, note=checkpoint.note.encode(), extra=leaf).content()


def _checkpoint_over(entry: LogEntry) -> LogCheckpoint | None:
    signed = LogCheckpoint.objects.filter(tenant_id=entry.tenant_id, log=entry.log, epoch=entry.epoch)
    return signed.filter(size__gt=entry.index).order_by("-size").first()
