"""The receipt for a punch: a note under the receipts' own key, which promises that its leaf will be in the log in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from tokimori.foundation.transparency.faults import Malformed
from tokimori.foundation.transparency.leaves import instant_text, read_instant
from tokimori.foundation.transparency.notes import (
    Note,
    Signer,
    VerifierKey,
    checked_name,
    decoded,
    encoded,
    read_note,
    signed_line,
    verified_by,
)
from tokimori.foundation.transparency.tree import checked_hash

HEADING: Final = "tokimori-receipt/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was received, for which log, and by when it will be there."""

    origin: str
    event: UUID
    leaf: bytes
    at: datetime
    received: datetime
    merge_by: datetime

    def __post_init__(self) -> None:
        checked_name(self.origin)
        checked_hash(self.leaf)

    def text(self) -> str:
        """Return the text that is signed: seven lines."""
        return "".join(
            f"{line}\n"
            for line in (
                HEADING,
                self.origin,
                str(self.event),
                encoded(self.leaf),
                f"at {instant_text(self.at)}",
                f"received {instant_text(self.received)}",
                f"merge-by {instant_text(self.merge_by)}",
            )
        )


def receipt_key_name(origin: str) -> str:
    """Return the name of the key that signs the receipts of a log."""
    return f"{origin}/receipts"


def signed_receipt(receipt: Receipt, *, signer: Signer) -> Note:
    """Return the receipt as a signed note."""
    text = receipt.text()
    return Note(text=text, signatures=(signed_line(text, name=receipt_key_name(receipt.origin), signer=signer),))


def read_receipt(content: bytes, *, keys: Sequence[VerifierKey]) -> Receipt:
    """Return the receipt of a note that the receipts' key of its own log signed; raise ``Unproven``."""
    note = read_note(content)
    receipt = read_text(note.text)
    verified_by(note, [key for key in keys if key.name == receipt_key_name(receipt.origin)])
    return receipt


def read_text(text: str) -> Receipt:
    """Return what the text of a receipt says."""
    lines = text.split("\n")
    if len(lines) != len(("heading", "origin", "event", "leaf", "at", "received", "merge-by", "")):
        raise Malformed("a receipt has seven lines")
    heading, origin, event, leaf, at, received, merge_by, end = lines
    try:
        receipt = Receipt(
            origin=origin,
            event=UUID(event),
            leaf=decoded(leaf),
            at=read_instant(at.removeprefix("at ")),
            received=read_instant(received.removeprefix("received ")),
            merge_by=read_instant(merge_by.removeprefix("merge-by ")),
        )
    except ValueError as error:
        raise Malformed("a line of the receipt cannot be read") from error
    if heading != HEADING or end or receipt.text() != text:
        raise Malformed("this is no receipt of version 1")
    return receipt
