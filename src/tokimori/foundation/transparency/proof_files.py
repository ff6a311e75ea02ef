"""Proofs that stand alone (C2SP tlog-proof): index, path and checkpoint in one text; ours carry the entry as extra data."""

from dataclasses import dataclass
from typing import Final

from tokimori.foundation.transparency.checkpoints import read_number
from tokimori.foundation.transparency.faults import Malformed
from tokimori.foundation.transparency.notes import LONGEST_NOTE, decoded, encoded
from tokimori.foundation.transparency.proofs import Proof
from tokimori.foundation.transparency.tree import checked_hash

HEADING: Final = "c2sp.org/tlog-proof@v1"
LONGEST_PATH: Final = 63
SUFFIX: Final = ".tlog-proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFile:
    """Where an entry stands, the path from it to the root, and the note with the checkpoint, not verified."""

    index: int
    proof: Proof
    note: bytes
    extra: bytes | None = None

    def content(self) -> bytes:
        """Return the file."""
        head = [HEADING, *([f"extra {encoded(self.extra)}"] if self.extra is not None else []), f"index {self.index}"]
        lines = [*head, *(encoded(hashed) for hashed in self.proof), "", ""]
        return "\n".join(lines).encode() + self.note


def read_proof_file(content: bytes) -> ProofFile:
    """Return the parts of a proof; raise ``Malformed``. The checkpoint is still to be verified, and the path with it."""
    head, gap, note = content.partition(b"\n\n")
    if len(content) > LONGEST_NOTE or not gap:
        raise Malformed("a proof has an empty line and a checkpoint")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("the proof is not plain text") from error
    heading, *rest = lines
    extra = decoded(rest.pop(0).removeprefix("extra ")) if rest and rest[0].startswith("extra ") else None
    if heading != HEADING or not rest or not rest[0].startswith("index ") or len(rest) > 1 + LONGEST_PATH:
        raise Malformed("a proof begins with its heading and an index, and has at most 63 hashes")
    return ProofFile(
        index=read_number(rest[0].removeprefix("index ")),
        proof=tuple(checked_hash(decoded(line)) for line in rest[1:]),
        note=note,
        extra=extra,
    )
