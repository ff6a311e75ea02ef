"""What stands in the log for an event: a leaf that names nobody, and a commitment to what it does not say.

The leaf is canonical JSON (RFC 8785). Its commitment binds the payload under a random nonce; when both are destroyed, the
leaf stays valid and is a blind value. ``foundation/canonical.py`` is RFC 8785 for all that a leaf and a payload may hold:
floats, which need care, are no ``Plain``.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from tokimori.foundation.canonical import Plain, canonical_bytes
from tokimori.foundation.transparency.faults import Malformed
from tokimori.foundation.transparency.tiles import LONGEST_ENTRY
from tokimori.foundation.transparency.tree import leaf_hash

NONCE_BYTES: Final = 32
VERSION: Final = 1
_COMMITMENT: Final = b"tokimori-commit-v1"
_NAMES: Final = frozenset({"actor", "at", "build", "commitment", "event", "log", "object", "received", "type", "v"})
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_LOG_ID: Final = re.compile(r"[0-9a-f]{32}|provider")
_HEX_HASH: Final = re.compile(r"[0-9a-f]{64}")
_WORD: Final = re.compile(r"[!-~]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One event as the log shows it. ``at`` is when its source says that it happened, ``received`` when it was recorded."""

    log: str
    event: UUID
    type: str
    actor: UUID | None
    object: UUID | None
    at: datetime
    received: datetime
    build: str
    commitment: bytes

    def entry(self) -> bytes:
        """Return the bytes that are logged, at most 65,535."""
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
                "commitment": self.commitment.hex(),
            }
        )

    def hash(self) -> bytes:
        """Return the hash of the entry in the tree."""
        return leaf_hash(self.entry())


def payload_bytes(payload: Mapping[str, Plain]) -> bytes:
    """Return the canonical bytes of what a leaf commits to."""
    return canonical_bytes(payload)


def commitment(nonce: bytes, payload: bytes) -> bytes:
    """Return the commitment to the canonical bytes of a payload under a nonce of 32 random bytes."""
    if len(nonce) != NONCE_BYTES:
        raise Malformed(f"a nonce has {NONCE_BYTES} bytes")
    return sha256(_COMMITMENT + nonce + payload).digest()


def read_leaf(entry: bytes) -> Leaf:
    """Return the leaf that an entry holds; raise ``Malformed`` unless it is written in the one canonical way."""
    fields = _fields(entry)
    try:
        leaf = Leaf(
            log=_matched(_LOG_ID, fields["log"]),
            event=_id(fields["event"]),
            type=_matched(_WORD, fields["type"]),
            actor=None if fields["actor"] is None else _id(fields["actor"]),
            object=None if fields["object"] is None else _id(fields["object"]),
            at=read_instant(fields["at"]),
            received=read_instant(fields["received"]),
            build=_matched(_WORD, fields["build"]),
            commitment=bytes.fromhex(_matched(_HEX_HASH, fields["commitment"])),
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise Malformed("a field of the leaf cannot be read") from error
    if leaf.entry() != entry:
        raise Malformed("the leaf is not written in its canonical form")
    return leaf


def instant_text(at: datetime) -> str:
    """Return an instant as RFC 3339 in UTC, with six decimals."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_instant(text: str) -> datetime:
    """Return the instant; raise ``Malformed`` for any other spelling than that of ``instant_text``."""
    if _INSTANT.fullmatch(text) is None:
        raise Malformed("a time reads 2026-04-01T09:00:00.000000Z")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Malformed("there is no such time") from error


def _fields(entry: bytes) -> dict[str, Any]:
    if len(entry) > LONGEST_ENTRY:
        raise Malformed("the entry is too long")
    try:
        fields = json.loads(entry)
    except (ValueError, RecursionError) as error:
        raise Malformed("the entry is not JSON") from error
    if not isinstance(fields, dict) or frozenset(fields) != _NAMES or fields["v"] != VERSION:
        raise Malformed("the entry is no leaf of version 1")
    return fields


def _matched(form: re.Pattern[str], value: str) -> str:
    if form.fullmatch(value) is None:
        raise Malformed("a field of the leaf has the wrong form")
    return value


def _id(value: str) -> UUID:
    found = UUID(value)
    if str(found) != value:
        raise Malformed("an id is written in small letters with hyphens")
    return found
