"""A log in memory, made with the product's own code, and the files that a customer would get from it."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from tokimori.foundation.canonical import canonical_bytes, digest
from tokimori.foundation.transparency.checkpoints import Checkpoint, signed_checkpoint
from tokimori.foundation.transparency.leaves import Leaf, commitment, payload_bytes
from tokimori.foundation.transparency.notes import (
    KeySigner,
    Note,
    SignatureType,
    VerifierKey,
    cosigned_line,
    encoded,
)
from tokimori.foundation.transparency.proof_files import ProofFile
from tokimori.foundation.transparency.proofs import consistency_proof, inclusion_proof
from tokimori.foundation.transparency.receipts import Receipt, receipt_key_name, signed_receipt
from tokimori.foundation.transparency.tiles import ENTRIES, Tile, bundle, grown_tiles, node_reader, tiles_of
from tokimori.foundation.transparency.tree import leaf_hash, root_of_leaves

MORNING = datetime(2026, 4, 1, tzinfo=UTC)
SIGNER = KeySigner(b"\x11" * 32)
NEXT_SIGNER = KeySigner(b"\x12" * 32)
RECEIPTS = KeySigner(b"\x13" * 32)
WITNESS = KeySigner(b"\x14" * 32)
WITNESS_KEY = VerifierKey(name="witness.test/w1", public=WITNESS.public(), type=SignatureType.COSIGNATURE)
SEEN_AT = 1_790_000_000


@dataclass(kw_only=True)
class Log:
    """One log: its entries, and for each what is behind the commitment."""

    log: str = "00112233445566778899aabbccddeeff"
    epoch: int = 1
    signer: KeySigner = SIGNER
    entries: list[bytes] = field(default_factory=list)
    openings: list[tuple[bytes, dict[str, Any]] | None] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"log.test/tokimori/{self.log}/{self.epoch}"

    @property
    def key(self) -> VerifierKey:
        return VerifierKey(name=self.origin, public=self.signer.public())

    @property
    def hashes(self) -> list[bytes]:
        return [leaf_hash(entry) for entry in self.entries]

    def add(self, kind: str = "punch:recorded", **details: Any) -> Leaf:
        number = len(self.entries)
        nonce = number.to_bytes(32, "big")
        payload = {
            "actor_kind": "account", "address": "192.0.2.1", "correlation": "", "details": details, "device": "",
            "outcome": "done", "session": None,
        }  # fmt: skip
        leaf = Leaf(
            log=self.log,
            event=UUID(int=0x0196_0000_0000_7000_8000_0000_0000_0000 + number),
            type=kind,
            actor=None,
            object=None,
            at=MORNING + timedelta(minutes=number),
            received=MORNING + timedelta(minutes=number, seconds=1),
            build="build-1",
            commitment=commitment(nonce, payload_bytes(payload)),
        )
        self.entries.append(leaf.entry())
        self.openings.append((nonce, payload))
        return leaf

    def head(self, size: int | None = None, *, is_witnessed: bool = False) -> Note:
        size = len(self.entries) if size is None else size
        note = signed_checkpoint(
            Checkpoint(origin=self.origin, size=size, root=root_of_leaves(self.hashes[:size])), signer=self.signer
        )
        if is_witnessed:
            note = note.joined([cosigned_line(note.text, name=WITNESS_KEY.name, signer=WITNESS, second=SEEN_AT)])
        return note

    def tiles(self) -> Mapping[Tile, bytes]:
        return grown_tiles(0, self.hashes, {}.__getitem__)

    def path(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        size = len(self.entries) if size is None else size
        return inclusion_proof(index=index, size=size, read=node_reader(len(self.entries), self.tiles().__getitem__))

    def consistency(self, old_size: int, size: int) -> tuple[bytes, ...]:
        read = node_reader(len(self.entries), self.tiles().__getitem__)
        return consistency_proof(old_size=old_size, size=size, read=read)

    def proof(self, index: int, *, extra: bool = True, note: Note | None = None) -> bytes:
        head = note or self.head()
        return ProofFile(
            index=index, proof=self.path(index), note=str(head).encode(), extra=self.entries[index] if extra else None
        ).content()

    def opening(self, index: int) -> dict[str, Any]:
        nonce, payload = self.openings[index] or (b"", {})
        return {"nonce": nonce.hex(), "payload": payload}

    def receipt(self, leaf: Leaf) -> Note:
        return signed_receipt(
            Receipt(
                origin=self.origin,
                event=leaf.event,
                leaf=leaf.hash(),
                at=leaf.at,
                received=leaf.received,
                merge_by=leaf.received + timedelta(minutes=1),
            ),
            signer=RECEIPTS,
        )

    @property
    def receipt_key(self) -> VerifierKey:
        return VerifierKey(name=receipt_key_name(self.origin), public=RECEIPTS.public())


def small_log(count: int = 10) -> Log:
    log = Log()
    for number in range(count):
        log.add(note=f"number {number} 退勤")
    return log


def write_tiled(log: Log, folder: Path, *, sizes: Sequence[int] = ()) -> Path:
    """Write a log as C2SP tlog-tiles lays it out; with ``sizes``, earlier checkpoints and their partial tiles too."""
    for size in (*sizes, len(log.entries)):
        part = Log(log=log.log, epoch=log.epoch, signer=log.signer, entries=log.entries[:size])
        tiles = part.tiles()
        for tile in tiles_of(size):
            write(folder / tile.path(), tiles[tile])
            if tile.level == 0:
                begin = tile.number * 256
                write(
                    folder / Tile(ENTRIES, tile.number, tile.width).path(),
                    bundle(part.entries[begin : begin + tile.width]),
                )
        write(folder / f"checkpoint.{size}", str(part.head()).encode())
    write(folder / "checkpoint", str(log.head()).encode())
    return folder


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def seal_file(*, sequence: int, previous: str, minutes: int = 480) -> dict[str, Any]:
    sheet = {"employee": "e1", "employee_code": "1", "month": "2026-04", "days": {"2026-04-01": {"worked": minutes}}}
    content = {
        "kind": "tokimori-seal-v1", "tenant": "t", "month": f"2026-{sequence:02}", "sequence": sequence,
        "previous_digest": previous, "engine": "1", "timesheets": {"e1": digest(sheet)},
    }  # fmt: skip
    return {"content": content, "digest": digest(content), "timesheets": {"e1": sheet}}


def bundle_members(
    log: Log, *, first: int = 0, is_complete: bool = True, erased: Sequence[int] = ()
) -> dict[str, bytes]:
    """Return the files of a bundle of everything from ``first`` on."""
    size = len(log.entries)
    lines = []
    for index in range(first, size):
        opening = {"nonce": None, "payload": None} if index in erased else log.opening(index)
        proof = None if is_complete else [encoded(part) for part in log.path(index)]
        lines.append(canonical_bytes({"index": index, "leaf": log.entries[index].decode(), "proof": proof, **opening}))
    manifest = {
        "format": "tokimori-bundle/v1", "origin": log.origin, "vkey": log.key.text(),
        "receipt_vkey": log.receipt_key.text(), "created": "2026-05-01T00:00:00.000000Z", "events": size - first,
        "range": [first, size], "complete": is_complete,
    }  # fmt: skip
    return {
        "manifest.json": json.dumps(manifest).encode(),
        "checkpoint": str(log.head()).encode(),
        "events.jsonl": b"".join(line + b"\n" for line in lines),
    }


def with_provider(members: dict[str, bytes], log: Log) -> tuple[dict[str, bytes], Log]:
    """Return the bundle with the proof that the provider's log holds its checkpoint, and that log."""
    provider = Log(log="provider")
    provider.add("log:opened")
    size = len(log.entries)
    provider.add("log:tenant-checkpoint", origin=log.origin, size=size, root=encoded(root_of_leaves(log.hashes)))
    provider.add("evidence:recorded")
    return {
        **members,
        "provider-checkpoint": str(provider.head(is_witnessed=True)).encode(),
        "provider-proof.tlog-proof": provider.proof(1, note=provider.head(is_witnessed=True)),
        "provider-opening.json": json.dumps(provider.opening(1)).encode(),
    }, provider


def write_bundle(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path
