"""Receipts: a signed promise that a leaf will stand in its log in time.

A receipt is a function of what was recorded and of the receipts' key (Ed25519 has no chance in it), so that none is stored:
whoever lost his gets the very same again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.conf import settings

from tokimori.foundation.receipt_keys import receipt_signer
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey
from tokimori.foundation.transparency.receipts import Receipt, receipt_key_name, signed_receipt

MERGE_DELAY: Final = timedelta(seconds=60)
"""Within this time of being recorded, an event stands under a checkpoint of its log; the receipt promises it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """What was recorded: enough to give a receipt. ``leaf_hash`` has 32 bytes, ``log`` and ``epoch`` name the log.

    ``is_promised`` is false for what was recorded before there was a log: its place was promised to nobody, and no receipt
    is made now that would promise it by a time that has passed.
    """

    event_id: UUID
    log: str
    epoch: int
    subject_id: UUID | None
    leaf_hash: bytes
    at: datetime
    received: datetime
    is_promised: bool = True

    @property
    def origin(self) -> str:
        """Return the name of the log that the event goes into."""
        return origin_of(self.log, self.epoch)


def origin_of(log: str, epoch: int) -> str:
    """Return the name of a log."""
    return f"{settings.LOG_ORIGIN}/{log}/{epoch}"


def receipt_for(recorded: RecordedEvent) -> str:
    """Return the receipt as a signed note; the same event has the same receipt, whenever it is asked for.

    Raise ``ValueError`` for what was promised to nobody.
    """
    if not recorded.is_promised:
        raise ValueError("What was recorded before there was a log has no receipt.")
    receipt = Receipt(
        origin=recorded.origin,
        event=recorded.event_id,
        leaf=recorded.leaf_hash,
        at=recorded.at,
        received=recorded.received,
        merge_by=recorded.received + MERGE_DELAY,
    )
    return str(signed_receipt(receipt, signer=_signer(settings.RECEIPT_KEY)))


def receipt_key(origin: str) -> VerifierKey:
    """Return the key by which receipts of a log are verified."""
    return VerifierKey(name=receipt_key_name(origin), public=_signer(settings.RECEIPT_KEY).public())


@lru_cache(maxsize=4)
def _signer(secret: bytes) -> KeySigner:
    return receipt_signer(secret)
