"""What a webhook says, and how it is signed: canonical JSON, HMAC-SHA-256, as *Standard Webhooks* lays it down."""

import base64
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from tokimori.foundation.canonical import Plain, canonical_bytes

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 -- what secrets begin with, by which scanners know them
_SECRET_BYTES: Final = 32


class MessageType(StrEnum):
    """What a message is about."""

    CHANGED = "sheet.changed"
    TEST = "sheet.test"


class DeliveryState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBy:
    """The last look of a probe of a row: its name, when, and the SHA-256 of the evidence, which the log names too."""

    probe: str
    observed_at: datetime
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRow:
    """One row that changed: from which state to which, its mark now, why, and what was seen."""

    row: int
    before: str
    after: str
    mark: str
    why: str
    evidence: Sequence[SeenBy]


def new_secret() -> str:
    """Return a new secret of 256 bits."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def message(kind: MessageType, *, at: datetime, rows: Sequence[ChangedRow], sheet: str) -> bytes:
    """Return the bytes of a message; ``sheet`` is the address of the public sheet, nothing where none is known."""
    plain: dict[str, Plain] = {
        "type": kind.value,
        "timestamp": at.isoformat(),
        "data": {"sheet": sheet, "rows": [_row(one) for one in rows]},
    }
    return canonical_bytes(plain)


def headers_of(body: bytes, *, delivery_id: UUID, secret: str, at: datetime) -> Mapping[str, str]:
    """Return the three headers by which a receiver knows a message, its time and who sent it.

    What is signed is ``id.timestamp.body``; the time is that of the try, so that an old message cannot be sent anew.
    """
    seconds = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{delivery_id}.{seconds}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return {
        "webhook-id": str(delivery_id),
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }


def _row(one: ChangedRow) -> dict[str, Plain]:
    return {
        "row": one.row,
        "before": one.before,
        "after": one.after,
        "mark": one.mark,
        "why": one.why,
        "evidence": [
            {"probe": seen.probe, "observed_at": seen.observed_at.isoformat(), "digest": seen.digest}
            for seen in one.evidence
        ],
    }
