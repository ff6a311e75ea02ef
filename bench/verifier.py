"""How long a customer needs to check our records, with the program and the Python that he has."""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from report import Table
from stage import PremiseBroken, Stage

from tokimori.foundation.canonical import canonical_bytes
from tokimori.foundation.transparency.checkpoints import Checkpoint, signed_checkpoint
from tokimori.foundation.transparency.leaves import Leaf, commitment, payload_bytes
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey, encoded
from tokimori.foundation.transparency.proof_files import ProofFile
from tokimori.foundation.transparency.proofs import inclusion_proof
from tokimori.foundation.transparency.tiles import grown_tiles, node_reader
from tokimori.foundation.transparency.tree import NodeReader, leaf_hash, root_of_leaves

_PROGRAM = Path(__file__).resolve().parents[1] / "verify" / "tokimori_verify.py"
_LOG = "00112233445566778899aabbccddeeff"
_ORIGIN = f"bench.test/tokimori/{_LOG}/1"
_YEAR = 5_000_000
"""Events of a year of 10,000 employees: two punches on each of 250 days."""
_PART = 5_000


def measure(stage: Stage, options: argparse.Namespace) -> Sequence[Table]:
    """Check one proof, a whole bundle of events, and a part of one in which each event has its own path."""
    del stage  # nothing is stored
    signer = KeySigner(secrets.token_bytes(32))
    key = VerifierKey(name=_ORIGIN, public=signer.public()).text()
    with tempfile.TemporaryDirectory(prefix="tokimori-bench-verifier-") as directory:
        folder = Path(directory)
        hashes = _write_whole(folder / "whole.zip", options.leaves, signer)
        note = _note(hashes, signer)
        tiles = grown_tiles(0, hashes, {}.__getitem__)
        read = node_reader(len(hashes), tiles.__getitem__, most_tiles=2_000)
        _write_part(folder, hashes, note, read)
        path = inclusion_proof(index=7, size=len(hashes), read=read)
        proof = folder / "one.tlog-proof"
        entry = (folder / "entry").read_bytes()
        proof.write_bytes(ProofFile(index=7, proof=path, note=note, extra=entry).content())
        rows = [
            _row("one proof of one event", 1, ["inclusion", str(proof), "--vkey", key]),
            _row("a part: each event with its path", _PART, ["export", str(folder / "part.zip"), "--vkey", key]),
            _row(
                "a whole log, from the first event", len(hashes), ["export", str(folder / "whole.zip"), "--vkey", key]
            ),
        ]
    minutes = _YEAR / float(rows[-1][4] or 1) / 60
    return [
        Table(
            title="The verifier, as a customer runs it",
            columns=("what", "events", "seconds", "processor seconds", "events/processor s"),
            rows=rows,
            notes=(
                "One process of plain Python, start included; every payload is opened and compared with its commitment.",
                "The last column does not hang on what else the machine does. A year of 10,000 employees, about",
                f"{_YEAR:,} events, would take {minutes:.0f} minutes at its last figure: computed, not measured.",
            ),
        )
    ]


def _row(what: str, events: int, arguments: Sequence[str]) -> list[str | int | float | None]:
    began = time.monotonic()
    command = [sys.executable, str(_PROGRAM), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 -- our own program
        said = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    if process.returncode:
        raise PremiseBroken(f"The verifier does not call {what} proven: {said[-500:]}")
    processor = used.ru_utime + used.ru_stime
    return [what, events, round(seconds, 2), round(processor, 2), round(events / processor)]


def _lines(count: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield each event's entry and its line in a bundle, without a path."""
    began = datetime(2026, 4, 1, tzinfo=UTC)
    for index in range(count):
        nonce = secrets.token_bytes(32)
        payload = {
            "actor_kind": "device", "address": "192.0.2.1", "correlation": "", "device": "", "outcome": "done",
            "session": None, "details": {"kind": "in", "occurred_at": "2026-04-01T00:00:00Z", "source": "terminal"},
        }  # fmt: skip
        entry = Leaf(
            log=_LOG,
            event=uuid4(),
            type="punch:recorded",
            actor=uuid4(),
            object=uuid4(),
            at=began + timedelta(seconds=index),
            received=began + timedelta(seconds=index),
            build="0123456789abcdef",
            commitment=commitment(nonce, payload_bytes(payload)),
        ).entry()
        line = {"index": index, "leaf": entry.decode(), "nonce": nonce.hex(), "payload": payload, "proof": None}
        yield entry, canonical_bytes(line) + b"\n"


def _write_whole(path: Path, count: int, signer: KeySigner) -> list[bytes]:
    hashes: list[bytes] = []
    kept: list[bytes] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        with file.open("events.jsonl", "w", force_zip64=True) as events:
            for entry, line in _lines(count):
                hashes.append(leaf_hash(entry))
                events.write(line)
                if len(kept) < _PART:
                    kept.append(line)
                if len(hashes) == 8:  # noqa: PLR2004 -- the event that stands alone below
                    (path.parent / "entry").write_bytes(entry)
        file.writestr("checkpoint", _note(hashes, signer))
        file.writestr("manifest.json", _manifest(count, [0, count], is_complete=True))
    (path.parent / "part.jsonl").write_bytes(b"".join(kept))
    return hashes


def _write_part(folder: Path, hashes: Sequence[bytes], note: bytes, read: NodeReader) -> None:
    with zipfile.ZipFile(folder / "part.zip", "w", zipfile.ZIP_DEFLATED) as file:
        lines = []
        for index, line in enumerate((folder / "part.jsonl").read_bytes().splitlines()):
            path = inclusion_proof(index=index, size=len(hashes), read=read)
            lines.append(json.dumps({**json.loads(line), "proof": [encoded(part) for part in path]}) + "\n")
        file.writestr("events.jsonl", "".join(lines))
        file.writestr("checkpoint", note)
        file.writestr("manifest.json", _manifest(len(lines), [0, len(lines)], is_complete=False))


def _manifest(count: int, span: list[int], *, is_complete: bool) -> str:
    return json.dumps(
        {"format": "tokimori-bundle/v1", "origin": _ORIGIN, "events": count, "range": span, "complete": is_complete}
    )


def _note(hashes: Sequence[bytes], signer: KeySigner) -> bytes:
    head = Checkpoint(origin=_ORIGIN, size=len(hashes), root=root_of_leaves(hashes))
    return str(signed_checkpoint(head, signer=signer)).encode()
