"""Read a log as its files are served (C2SP tlog-tiles): the company's own, or the provider's, which all may read."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from django.db import connection

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.models import LedgerEvent, LogCheckpoint, LogEntry, LogEpoch, LogRefusal
from tokimori.foundation.ledger.receipts import origin_of
from tokimori.foundation.ledger.services.log_ids import PROVIDER_LOG, existing_log_of
from tokimori.foundation.sequencing.hashes import Place, tile_content
from tokimori.foundation.sequencing.provider_log import RECEIPT_KEY, SIGNING_KEY
from tokimori.foundation.transparency.notes import VerifierKey, decoded
from tokimori.foundation.transparency.receipts import receipt_key_name
from tokimori.foundation.transparency.tiles import ENTRIES, TILE_HEIGHT, Tile, bundle, node_reader, tile_at
from tokimori.foundation.transparency.tree import HASH_BYTES, NodeReader

_LAST_EPOCH: Final = 2**31 - 1
"""The greatest number that the database keeps an epoch in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointView:
    """The newest signed checkpoint of a log; ``note`` is the signed note with its cosignatures."""

    id: UUID
    origin: str
    epoch: int
    size: int
    note: str
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalView:
    """Why the signer refuses to sign a log as it stands, in its own words, and since when."""

    reason: str
    refused_at: datetime


class LogFiles(Protocol):
    """A log whose files can be served."""

    def checkpoint(self) -> CheckpointView | None:
        """Return the newest checkpoint; nothing as long as none is signed."""

    def tile(self, tile: Tile) -> bytes:
        """Return a tile or a bundle as it is served."""


def log_files(*, actor: Principal, log: str, epoch: int) -> LogFiles:
    """Return a log for who may read it: the company's own or the provider's; any other one is not found."""
    authorise(actor, Permission.AUDIT_READ)
    if not 0 < epoch <= _LAST_EPOCH:
        raise NotFound
    if log == PROVIDER_LOG:
        return ProviderLog(epoch=epoch)
    if log != existing_log_of(actor.tenant_id):
        raise NotFound
    return TenantLog(tenant=actor.tenant_id, log=log, epoch=epoch)


def served_tile(files: LogFiles, tile: Tile) -> bytes:
    """Return a tile that the newest checkpoint covers; what it does not cover is not found, nor are other widths."""
    checkpoint = files.checkpoint()
    if checkpoint is None:
        raise NotFound
    covered = tile_at(checkpoint.size, tile.level, tile.number)
    if covered is None or tile.width > covered.width:
        raise NotFound
    return files.tile(tile)


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantLog:
    """A log of the open tenant."""

    tenant: TenantId
    log: str
    epoch: int

    @property
    def place(self) -> Place:
        """Return where its rows are."""
        return Place(tenant=self.tenant, log=self.log, epoch=self.epoch)

    def checkpoint(self) -> CheckpointView | None:
        """Return the newest checkpoint."""
        rows = LogCheckpoint.objects.filter(tenant_id=self.tenant, log=self.log, epoch=self.epoch)
        row = rows.order_by("-size").first()
        if row is None:
            return None
        return CheckpointView(
            id=row.id,
            origin=origin_of(self.log, self.epoch),
            epoch=self.epoch,
            size=row.size,
            note=row.note,
            signed_at=row.signed_at,
        )

    def refusal(self) -> RefusalView | None:
        """Return why the signer refuses to go on; nothing if it signed since, or never refused."""
        rows = LogRefusal.objects.filter(tenant_id=self.tenant, log=self.log, epoch=self.epoch)
        row = rows.order_by("-refused_at").first()
        signed = self.checkpoint()
        if row is None or (signed is not None and signed.signed_at >= row.refused_at):
            return None
        return RefusalView(reason=row.reason, refused_at=row.refused_at)

    def tile(self, tile: Tile) -> bytes:
        """Return a tile from the rows; a bundle is written anew from the events, so that both must agree."""
        if tile.level == ENTRIES:
            first = tile.number << TILE_HEIGHT
            return bundle(leaf for _, leaf in self.leaves(first, first + tile.width))
        with connection.cursor() as cursor:
            return tile_content(cursor, self.place, tile)

    def places_of(self, ids: Collection[UUID], *, size: int) -> tuple[int, ...]:
        """Return the places of events below ``size``; those that have none yet, or in another epoch, are left out."""
        rows = LogEntry.objects.filter(tenant_id=self.tenant, log=self.log, epoch=self.epoch)
        return tuple(rows.filter(id__in=ids, index__lt=size).values_list("index", flat=True))

    def leaves(self, first: int, last: int) -> list[tuple[LedgerEvent, bytes]]:
        """Return the events with the places ``first`` … ``last`` and their entries; raise ``NotFound`` if one is gone."""
        return self.leaves_at(range(first, last))

    def leaves_at(self, places: Sequence[int]) -> list[tuple[LedgerEvent, bytes]]:
        """Return the events with these places, which ascend, as ``leaves`` does."""
        rows = LogEntry.objects.filter(tenant_id=self.tenant, log=self.log, epoch=self.epoch)
        chosen = rows.filter(index__in=places)
        if isinstance(places, range):
            chosen = rows.filter(index__gte=places.start, index__lt=places.stop)
        ids = list(chosen.order_by("index").values_list("id", flat=True))
        events = {event.id: event for event in LedgerEvent.objects.filter(tenant_id=self.tenant, id__in=ids)}
        if len(ids) != len(places) or len(events) != len(ids):
            raise NotFound
        return [(events[key], events[key].leaf(log=self.log).entry()) for key in ids]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLog:
    """The provider's log, read by whatever tenant is open."""

    epoch: int | None = None

    def checkpoint(self) -> CheckpointView | None:
        """Return the newest checkpoint, with what witnesses signed of it."""
        rows = _asked("select * from tokimori.provider_checkpoint(%s)", self.epoch)
        if not rows:
            return None
        key, epoch, size, note, signed_at = rows[0]
        lines = "".join(one.line for one in cosignatures() if one.size == size)
        return CheckpointView(
            id=key,
            origin=origin_of(PROVIDER_LOG, epoch),
            epoch=epoch,
            size=size,
            note=note + lines,
            signed_at=signed_at,
        )

    def tile(self, tile: Tile) -> bytes:
        """Return a tile or a bundle."""
        first = tile.number << TILE_HEIGHT
        if tile.level == ENTRIES:
            rows = _asked("select * from tokimori.provider_entries(%s, %s, %s)", self.epoch, first, first + tile.width)
            return bundle(str(entry).encode() for (entry,) in rows)
        query = "select * from tokimori.provider_hashes(%s, %s, %s, %s)"
        rows = _asked(query, self.epoch, tile.level, first, first + tile.width)
        content = b"".join(bytes(hashed) for (hashed,) in rows)
        if len(content) != tile.width * HASH_BYTES:
            raise NotFound
        return content

    def nodes(self, *, size: int) -> NodeReader:
        """Return a reader of the complete nodes of its first ``size`` leaves."""
        return node_reader(size, self.tile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """What a witness signed last of the provider's log."""

    witness: str
    line: str
    cosigned_at: datetime
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A time stamp of the provider's checkpoint of ``size`` leaves (RFC 3161); ``note`` is what was stamped."""

    authority: str
    token: bytes
    stamped_at: datetime
    size: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLeafView:
    """Where the provider's log holds a tenant's checkpoint, with the payload that this leaf commits to."""

    epoch: int
    index: int
    entry: bytes
    nonce: bytes
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChangeView:
    """A change of the signer's key: the leaf that announces it, and the first checkpoint of the provider's log over it."""

    announced: ProviderLeafView
    size: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochView:
    """That the log began anew, when, and what it says of the one before."""

    epoch: int
    opened_at: datetime
    statement: dict[str, Any]


def cosignatures() -> tuple[Cosignature, ...]:
    """Return what each witness signed last."""
    rows = _asked("select * from tokimori.provider_cosignatures()")
    return tuple(Cosignature(witness=row[0], line=row[1], cosigned_at=row[2], size=row[3]) for row in rows)


def stamps(*, most: int) -> tuple[Stamp, ...]:
    """Return the newest time stamps."""
    rows = _asked("select * from tokimori.provider_stamps(%s)", most)
    return tuple(
        Stamp(authority=row[0], token=bytes(row[1]), stamped_at=row[2], size=row[3], note=row[4]) for row in rows
    )


def provider_leaf_of(checkpoint: CheckpointView) -> ProviderLeafView | None:
    """Return where the provider's log holds a checkpoint of the company's log."""
    rows = _asked("select * from tokimori.provider_leaf_of(%s, %s)", checkpoint.origin, checkpoint.size)
    if not rows:
        return None
    epoch, index, entry, nonce, payload = rows[0]
    return ProviderLeafView(
        epoch=epoch, index=index, entry=str(entry).encode(), nonce=bytes(nonce), payload=str(payload)
    )


def key_changes() -> tuple[KeyChangeView, ...]:
    """Return the changes of the signer's key in their order."""
    rows = _asked("select * from tokimori.provider_key_changes()")
    return tuple(
        KeyChangeView(
            announced=ProviderLeafView(
                epoch=row[0], index=row[1], entry=str(row[2]).encode(), nonce=bytes(row[3]), payload=str(row[4])
            ),
            size=row[5],
            note=row[6],
        )
        for row in rows
    )


def log_key(origin: str) -> VerifierKey | None:
    """Return the key that signs a log, as the provider's log announced it; nothing as long as it did not."""
    return _announced(SIGNING_KEY, origin)


def announced_receipt_key(origin: str) -> VerifierKey | None:
    """Return the key that signs receipts for a log, as the provider's log announced it."""
    return _announced(RECEIPT_KEY, receipt_key_name(origin))


def epochs(*, tenant: TenantId) -> tuple[EpochView, ...]:
    """Return the later epochs of the company's log."""
    rows = LogEpoch.objects.filter(tenant_id=tenant).exclude(log=PROVIDER_LOG).order_by("epoch")
    return tuple(
        EpochView(epoch=row.epoch, opened_at=row.opened_at, statement=json.loads(row.statement)) for row in rows
    )


_PUBLIC: Final = "public"


def _announced(kind: str, name: str) -> VerifierKey | None:
    rows = _asked("select * from tokimori.provider_announced(%s)", kind)
    if not rows:
        return None
    return VerifierKey(name=name, public=decoded(json.loads(rows[0][0])["details"][_PUBLIC]))


def _asked(query: str, *parameters: str | int | None) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return rows
