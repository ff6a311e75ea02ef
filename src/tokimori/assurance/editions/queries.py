"""Read a company's own editions, their files, and what proves them; to be called inside its transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tokimori.assurance.editions.models import OwnEdition, OwnEditionFile
from tokimori.assurance.snapshots.queries import FileView
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.canonical import canonical_bytes
from tokimori.foundation.errors import NotFound
from tokimori.foundation.ledger.errors import NotUnderCheckpoint
from tokimori.foundation.ledger.models import LedgerEvent, LogEntry
from tokimori.foundation.ledger.queries.logs import log_key
from tokimori.foundation.ledger.queries.proofs import place_of_event, proof_of_event
from tokimori.foundation.ledger.queries.statements import StatementProof
from tokimori.foundation.ledger.receipts import origin_of


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionView:
    """One edition: made when, of which published snapshot, and which event of the company's log commits to it."""

    id: UUID
    base_id: UUID
    base_taken_at: datetime
    made_at: datetime
    event_id: UUID


def editions(*, actor: Principal, limit: int) -> tuple[EditionView, ...]:
    """Return the company's editions, the newest first."""
    authorise(actor, Permission.SECURITY_READ)
    rows = OwnEdition.objects.filter(tenant_id=actor.tenant_id).order_by("-made_at", "-id")[:limit]
    return tuple(map(_view, rows))


def one_edition(*, actor: Principal, edition_id: UUID) -> EditionView:
    """Return an edition; raise ``NotFound`` where the company has none of this id."""
    authorise(actor, Permission.SECURITY_READ)
    row = OwnEdition.objects.filter(tenant_id=actor.tenant_id, id=edition_id).first()
    if row is None:
        raise NotFound
    return _view(row)


def edition_files(*, actor: Principal, edition_id: UUID) -> tuple[FileView, ...]:
    """Return the files of an edition, by name."""
    authorise(actor, Permission.SECURITY_READ)
    rows = OwnEditionFile.objects.filter(tenant_id=actor.tenant_id, edition_id=edition_id).defer("content")
    return tuple(
        FileView(name=row.name, kind=row.kind, digest=row.digest, size=row.size) for row in rows.order_by("name")
    )


def edition_file(*, actor: Principal, edition_id: UUID, name: str) -> tuple[FileView, bytes]:
    """Return a file as it was written; raise ``NotFound`` where there is none of this name."""
    authorise(actor, Permission.SECURITY_READ)
    row = OwnEditionFile.objects.filter(tenant_id=actor.tenant_id, edition_id=edition_id, name=name).first()
    if row is None:
        raise NotFound
    return FileView(name=row.name, kind=row.kind, digest=row.digest, size=row.size), bytes(row.content)


def edition_proof(*, actor: Principal, edition: EditionView) -> StatementProof | None:
    """Return what proves an edition, under the newest checkpoint of the company's log; nothing as long as none is signed.

    Nothing either once the details of the event were taken away, since nobody could open its leaf.
    """
    authorise(actor, Permission.SECURITY_READ)
    tenant = actor.tenant_id
    place = place_of_event(tenant=tenant, event_id=edition.event_id)
    event = LedgerEvent.objects.filter(tenant_id=tenant, id=edition.event_id).first()
    entry = LogEntry.objects.filter(tenant_id=tenant, id=edition.event_id).first()
    opened = event.opened if event else None
    if place is None or place.signed_at is None or entry is None or opened is None:
        return None
    origin = origin_of(entry.log, entry.epoch)
    key = log_key(origin)
    try:
        proof = proof_of_event(tenant=tenant, event_id=edition.event_id)
    except NotUnderCheckpoint:
        return None
    if key is None:
        return None
    return StatementProof(
        index=place.index,
        origin=origin,
        signed_at=place.signed_at,
        proof=proof,
        opening=canonical_bytes({"nonce": opened.nonce.hex(), "payload": opened.says}),
        key=key.text(),
    )


def _view(row: OwnEdition) -> EditionView:
    return EditionView(
        id=row.id,
        base_id=row.base_id,
        base_taken_at=row.base_taken_at,
        made_at=row.made_at,
        event_id=row.event_id,
    )
