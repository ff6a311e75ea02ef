"""A bundle: events with all that proves them, as a zip that is written while it is sent.

Nothing is held between its pieces: a bundle of millions costs no more memory than one of a thousand.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from typing_extensions import Buffer

from tokimori.foundation.canonical import Plain, canonical_bytes
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.errors import TooManySelected
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.ledger.queries import EventFilter, EventView, every_event_id, view_of
from tokimori.foundation.ledger.queries.logs import (
    CheckpointView,
    ProviderLog,
    TenantLog,
    announced_receipt_key,
    key_changes,
    log_key,
    provider_leaf_of,
    stamps,
)
from tokimori.foundation.ledger.queries.proofs import recorded_event, recorded_events
from tokimori.foundation.ledger.receipts import receipt_for
from tokimori.foundation.sequencing.hashes import reader_of
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.transparency.leaves import instant_text
from tokimori.foundation.transparency.notes import encoded
from tokimori.foundation.transparency.proof_files import ProofFile
from tokimori.foundation.transparency.proofs import inclusion_proof
from tokimori.foundation.transparency.tree import NodeReader

FORMAT: Final = "tokimori-bundle/v1"
MOST_SELECTED: Final = 100_000
MOST_RECEIPTS: Final = 9_000
"""The verifier reads bundles of up to 10,000 files."""
_CHUNK: Final = 500
_MOST_STAMPS: Final = 10

_SPAN: Final = """
    select min(place.index), max(place.index)
      from ledger_logentry as place
      join ledger_ledgerevent as event on event.tenant_id = place.tenant_id and event.id = place.id
     where place.tenant_id = %s and place.log = %s and place.epoch = %s and place.index < %s
       and (%s::timestamptz is null or event.at >= %s::timestamptz)
       and (%s::timestamptz is null or event.at < %s::timestamptz)
"""

BundledFile = tuple[str, bytes]
"""The name of a file in the bundle, and its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleWish:
    """Which events of a log are wanted, under which checkpoint: those with the places ``first`` … ``last``."""

    log: TenantLog
    checkpoint: CheckpointView
    first: int
    last: int
    created: datetime
    selected: tuple[int, ...] | None = None
    """The places that were chosen among them, which ascend; nothing where all of them are wanted."""

    @property
    def is_complete(self) -> bool:
        """Whether it is the whole log, so that its root can be computed from the entries alone."""
        return self.selected is None and self.first == 0 and self.last == self.checkpoint.size

    @property
    def places(self) -> Sequence[int]:
        """Return the places of the events that are wanted."""
        return range(self.first, self.last) if self.selected is None else self.selected


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledFacts:
    """Facts that events of these names bind: ``lines`` returns theirs, in the order of the places that it is given."""

    name: str
    of: frozenset[EventName]
    lines: Callable[[Sequence[tuple[int, EventView]]], bytes]


def bundle_pieces(
    wish: BundleWish, *, others: Iterable[Callable[[], BundledFile]], facts: BundledFacts | None = None
) -> Iterator[bytes]:
    """Yield the zip piece by piece, each in a transaction of its own; ``others`` are files that belong to it."""
    taken = _Taken()
    tenant = wish.log.tenant
    with zipfile.ZipFile(taken, "w", zipfile.ZIP_DEFLATED) as file:
        with tenant_transaction(tenant):
            for name, content in _heads(wish, facts=facts):
                file.writestr(name, content)
        yield taken.take()
        with file.open("events.jsonl", "w", force_zip64=True) as events:
            for places in _chunks(wish):
                with tenant_transaction(tenant):
                    events.write(_lines(wish, places))
                yield taken.take()
        if facts is not None:
            with file.open(facts.name, "w", force_zip64=True) as lines:
                for places in _chunks(wish):
                    with tenant_transaction(tenant):
                        found = _events_at(wish, places, of=facts.of)
                        lines.write(facts.lines([(index, view_of(event)) for index, event in found]))
                    yield taken.take()
        given = 0
        for places in _chunks(wish) if wish.selected is not None else ():
            with tenant_transaction(tenant):
                receipts = list(_receipts(wish, places))[: MOST_RECEIPTS - given]
            for name, content in receipts:
                file.writestr(name, content)
            given += len(receipts)
            yield taken.take()
        for make in others:
            with tenant_transaction(tenant):
                name, content = make()
            file.writestr(name, content)
            yield taken.take()
    yield taken.take()


def _chunks(wish: BundleWish) -> Iterator[Sequence[int]]:
    for first in range(0, len(wish.places), _CHUNK):
        yield wish.places[first : first + _CHUNK]


def _events_at(wish: BundleWish, places: Sequence[int], *, of: frozenset[EventName]) -> list[tuple[int, LedgerEvent]]:
    """Return the events of some names with their places."""
    found = zip(places, wish.log.leaves_at(places), strict=True)
    return [(index, event) for index, (event, _) in found if event.name in of]


def _receipts(wish: BundleWish, places: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    for _, event in _events_at(wish, places, of=frozenset({EventName.PUNCH_RECORDED})):
        recorded = recorded_event(event, log=wish.log.log, epoch=wish.log.epoch)
        if recorded.is_promised:
            yield f"receipts/{event.id}.note", receipt_for(recorded).encode()


def receipts_pieces(*, tenant: TenantId, punch_ids: Sequence[UUID]) -> Iterator[bytes]:
    """Yield a zip with the receipt of each of these punches, piece by piece."""
    taken = _Taken()
    with zipfile.ZipFile(taken, "w", zipfile.ZIP_DEFLATED) as file:
        for first in range(0, len(punch_ids), _CHUNK):
            some = punch_ids[first : first + _CHUNK]
            with tenant_transaction(tenant):
                found = recorded_events(tenant=tenant, name=EventName.PUNCH_RECORDED, subject_ids=some)
            for recorded in (found[key] for key in some if key in found):
                if recorded.is_promised:
                    file.writestr(f"{recorded.event_id}.note", receipt_for(recorded))
            yield taken.take()
    yield taken.take()


def _heads(wish: BundleWish, *, facts: BundledFacts | None) -> Iterator[tuple[str, bytes]]:
    origin = wish.checkpoint.origin
    key, receipts = log_key(origin), announced_receipt_key(origin)
    manifest: dict[str, Plain] = {
        "format": FORMAT,
        "origin": origin,
        "vkey": key.text() if key else None,
        "receipt_vkey": receipts.text() if receipts else None,
        "created": instant_text(wish.created),
        "events": len(wish.places),
        "range": [wish.first, wish.last],
        "complete": wish.is_complete,
    }
    if wish.selected is not None:
        manifest["selected"] = True
    if facts is not None:
        manifest["facts"] = [facts.name]
    yield "manifest.json", canonical_bytes(manifest)
    yield "checkpoint", wish.checkpoint.note.encode()
    if changes := b"".join(_key_changes()):
        yield "key-changes.jsonl", changes
    yield from _providers(wish.checkpoint)


def _key_changes() -> Iterator[bytes]:
    """Yield one line for each change of the signer's key, with the proof that the provider's log holds it."""
    for change in key_changes():
        leaf = change.announced
        read = ProviderLog(epoch=leaf.epoch).nodes(size=change.size)
        path = inclusion_proof(index=leaf.index, size=change.size, read=read)
        proof = ProofFile(index=leaf.index, proof=path, note=change.note.encode(), extra=leaf.entry)
        line: dict[str, Any] = {
            "proof": proof.content().decode(),
            "nonce": leaf.nonce.hex(),
            "payload": json.loads(leaf.payload),
        }
        yield canonical_bytes(line) + b"\n"


def _providers(checkpoint: CheckpointView) -> Iterator[tuple[str, bytes]]:
    """Yield the provider's checkpoint, and the proof that its log holds the checkpoint of the company's."""
    leaf = provider_leaf_of(checkpoint)
    if leaf is None:
        return
    log = ProviderLog(epoch=leaf.epoch)
    signed = log.checkpoint()
    if signed is None or signed.size <= leaf.index:
        return
    path = inclusion_proof(index=leaf.index, size=signed.size, read=log.nodes(size=signed.size))
    yield "provider-checkpoint", signed.note.encode()
    proof = ProofFile(index=leaf.index, proof=path, note=signed.note.encode(), extra=leaf.entry)
    yield "provider-proof.tlog-proof", proof.content()
    yield "provider-opening.json", _opening(leaf.nonce, json.loads(leaf.payload))
    for stamp in stamps(most=_MOST_STAMPS):
        yield f"stamps/{stamp.size}.tsr", stamp.token
        yield f"stamps/{stamp.size}.checkpoint", stamp.note.encode()


def _lines(wish: BundleWish, places: Sequence[int]) -> bytes:
    read: NodeReader | None = None
    with connection.cursor() as cursor:
        if not wish.is_complete:
            read = reader_of(cursor, wish.log.place, size=wish.checkpoint.size)
        lines = [
            _line(index, event, entry, size=wish.checkpoint.size, read=read)
            for index, (event, entry) in zip(places, wish.log.leaves_at(places), strict=True)
        ]
    return b"".join(lines)


def _line(index: int, event: LedgerEvent, entry: bytes, *, size: int, read: NodeReader | None) -> bytes:
    opened = event.opened
    proof = None if read is None else [encoded(one) for one in inclusion_proof(index=index, size=size, read=read)]
    line: dict[str, Any] = {
        "index": index,
        "leaf": entry.decode(),
        "nonce": opened.nonce.hex() if opened else None,
        "payload": dict(opened.says) if opened else None,
        "proof": proof,
    }
    return canonical_bytes(line) + b"\n"


def _opening(nonce: bytes, payload: Any) -> bytes:  # noqa: ANN401 -- JSON that was written as such
    return canonical_bytes({"nonce": nonce.hex(), "payload": payload})


class _Taken(io.RawIOBase):
    """What the zip's writer writes into, and from which each piece is taken away."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """Whether it takes pieces in: it does, and can neither go back nor be read."""
        return True

    def write(self, piece: Buffer, /) -> int:
        """Take a piece in."""
        taken = bytes(piece)
        self._pieces.append(taken)
        return len(taken)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def span_of(*, log: TenantLog, size: int, since: datetime | None, until: datetime | None) -> range:
    """Return the places of the events that were recorded in a time, with all that lie between them."""
    if since is None and until is None:
        return range(size)
    with connection.cursor() as cursor:
        cursor.execute(_SPAN, [*log.place.key, size, since, since, until, until])
        (first, last) = cursor.fetchone() or (None, None)
    return range(0) if first is None or last is None else range(first, last + 1)


def selected_places(*, log: TenantLog, size: int, wanted: EventFilter) -> tuple[int, ...]:
    """Return the places, in order, of the events that a filter finds, as far as a checkpoint of this size covers them.

    Raise ``TooManySelected`` beyond ``MOST_SELECTED``.
    """
    places: list[int] = []
    for ids in every_event_id(tenant=log.tenant, wanted=wanted):
        places += log.places_of(ids, size=size)
        if len(places) > MOST_SELECTED:
            raise TooManySelected
    return tuple(sorted(places))
