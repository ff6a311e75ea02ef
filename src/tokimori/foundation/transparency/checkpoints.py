"""Checkpoints (C2SP tlog-checkpoint): what a log says about itself, in a signed note."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tokimori.foundation.transparency.faults import Malformed, Refuted
from tokimori.foundation.transparency.notes import (
    Note,
    Signer,
    Verified,
    VerifierKey,
    decoded,
    encoded,
    read_note,
    signed_line,
    verified_by,
)
from tokimori.foundation.transparency.tree import EMPTY_ROOT, checked_hash, checked_size

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A log's name, how many leaves it has, and their root; ours have no further lines."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.origin or any(not line or "\n" in line for line in (self.origin, *self.extensions)):
            raise Malformed("the lines of a checkpoint are not empty")
        checked_size(self.size)
        checked_hash(self.root)
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise Malformed("an empty log has the root of an empty tree")

    def text(self) -> str:
        """Return the text that is signed."""
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), encoded(self.root), *self.extensions))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint with the signatures that were verified, and the note that carries it."""

    checkpoint: Checkpoint
    note: Note
    signed_by: tuple[Verified, ...]


def read_number(text: str) -> int:
    """Return a decimal number without leading zeros, of at most 63 bits; raise ``Malformed`` for any other spelling."""
    if _NUMBER.fullmatch(text) is None:
        raise Malformed("a number is decimal and has no leading zeros")
    return checked_size(int(text))


def read_text(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text holds."""
    lines = text.split("\n")
    if len(lines) < len(("origin", "size", "root", "")) or lines[-1]:
        raise Malformed("a checkpoint has three lines: origin, size, root")
    origin, size, root, *extensions = lines[:-1]
    return Checkpoint(origin=origin, size=read_number(size), root=decoded(root), extensions=tuple(extensions))


def read_checkpoint(
    content: bytes, *, keys: Sequence[VerifierKey], witnesses: Sequence[VerifierKey] = ()
) -> SignedCheckpoint:
    """Return the checkpoint of a note that one of the log's ``keys`` signed; raise ``Unproven``.

    The key must carry the origin as its name: a key of one log never speaks for another. Cosignatures of ``witnesses`` that
    are there must hold; whether there are enough is for the caller to ask.
    """
    note = read_note(content)
    checkpoint = read_text(note.text)
    own = [key for key in keys if key.name == checkpoint.origin]
    signed_by = verified_by(note, [*own, *witnesses])
    if not any(verified.key in own for verified in signed_by):
        raise Refuted("witnesses signed the checkpoint, and its log did not")
    return SignedCheckpoint(checkpoint=checkpoint, note=note, signed_by=signed_by)


def signed_checkpoint(checkpoint: Checkpoint, *, signer: Signer) -> Note:
    """Return the note in which the log signs for a checkpoint, under its origin as the key's name."""
    text = checkpoint.text()
    return Note(text=text, signatures=(signed_line(text, name=checkpoint.origin, signer=signer),))
