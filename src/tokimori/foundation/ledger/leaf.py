"""What a log holds of one event: a leaf that names it and commits to its payload, without telling what is in that.

The layout of both is described in ``docs/reference/log-format.md``; whoever verifies an event needs nothing else.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from tokimori.foundation.canonical import Plain, canonical_bytes

VERSION: Final = 1
NONCE_BYTES: Final = 32
_COMMITMENT_MARK: Final = b"tokimori-commit-v1"
_LEAF_MARK: Final = b"\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One entry of a log. ``at`` is when it happened as its source says, ``received`` when the server wrote it down.

    ``log`` is the log's id, ``build`` and ``commitment`` are lower-case hexadecimal.
    """

    log: str
    event: UUID
    type: str
    actor: UUID | None
    object: UUID | None
    at: datetime
    received: datetime
    build: str
    commitment: str

    def entry(self) -> bytes:
        """Return the bytes that the log holds: canonical JSON (RFC 8785)."""
        return canonical_bytes(
            {
                "v": VERSION,
                "log": self.log,
                "event": str(self.event),
                "type": self.type,
                "actor": str(self.actor) if self.actor else None,
                "object": str(self.object) if self.object else None,
                "at": instant_text(self.at),
                "received": instant_text(self.received),
                "build": self.build,
                "commitment": self.commitment,
            }
        )


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf of the tree (RFC 6962 section 2.1), 32 bytes."""
    return hashlib.sha256(_LEAF_MARK + entry).digest()


def commitment_to(*, nonce: bytes, payload: bytes) -> str:
    """Return what binds a leaf to a payload that it does not tell: without the nonce nobody can try payloads out."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError("A nonce has 32 bytes.")
    return hashlib.sha256(_COMMITMENT_MARK + nonce + payload).hexdigest()


def payload_bytes(payload: Plain) -> bytes:
    """Return a payload as it is committed to: canonical JSON (RFC 8785)."""
    return canonical_bytes(payload)


def instant_text(instant: datetime) -> str:
    """Return an instant as leaves and receipts write it: RFC 3339, UTC, six decimals."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
