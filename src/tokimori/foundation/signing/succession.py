"""From one signing key to the next: the next lies beside the first, and takes its place in one step, once it is announced.

``<key>.prepared`` is a next key that may still be thrown away; ``<key>.next`` is one whose change is under way. Whoever is
killed between any two steps finds on the next start which of them it was.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tokimori.foundation.canonical import Plain
from tokimori.foundation.transparency.continuity import KEY_CHANGED
from tokimori.foundation.transparency.faults import Malformed, Refuted
from tokimori.foundation.transparency.leaves import commitment, payload_bytes, read_leaf
from tokimori.foundation.transparency.notes import KeySigner
from tokimori.foundation.transparency.proofs import verify_inclusion

_SEED_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """The leaf that announces a change of keys, what it commits to, and where the provider's log holds it."""

    entry: bytes
    nonce: bytes
    payload: str
    index: int
    proof: Sequence[bytes]


class Succession:
    """The files of the next key, beside that of the key that signs now."""

    def __init__(self, key: Path) -> None:
        self._key = key
        self._prepared = key.with_name(f"{key.name}.prepared")
        self._next = key.with_name(f"{key.name}.next")

    def prepare(self) -> KeySigner:
        """Make the next key where there is none, durably, and return it; nobody hears of it yet."""
        for file in (self._next, self._prepared):
            if file.exists():
                return _signer(file)
        draft = self._key.with_name(f"{self._key.name}.draft")
        draft.unlink(missing_ok=True)  # what lies there may be open to others, or lead elsewhere
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(os.urandom(_SEED_BYTES))
            written.flush()
            os.fsync(written.fileno())
        self._moved(draft, self._prepared)
        return _signer(self._prepared)

    def begin(self) -> KeySigner:
        """Let the change to the next key begin, which cannot be taken back, and return that key."""
        following = self.prepare()
        if not self._next.exists():
            self._moved(self._prepared, self._next)
        return following

    def under_way(self) -> KeySigner | None:
        """Return the key to which a change has begun; nothing where none has."""
        return _signer(self._next) if self._next.exists() else None

    def complete(self) -> KeySigner:
        """Put the next key into the place of the one that signed so far, whose file is gone with that; return it."""
        following = _signer(self._next)
        self._moved(self._next, self._key)
        return following

    def _moved(self, file: Path, place: Path) -> None:
        file.replace(place)
        directory = os.open(self._key.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def require_announced(said: Announcement, *, details: Mapping[str, str], size: int, root: bytes) -> None:
    """Return if this very change stands in the tree of this size and root; raise ``Unproven`` otherwise."""
    leaf = read_leaf(said.entry)
    if leaf.type != KEY_CHANGED:
        raise Refuted(f"the leaf is a {leaf.type}, not a change of keys")
    try:
        payload: Mapping[str, Plain] = json.loads(said.payload)
        found = payload["details"]
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed("the payload of the change cannot be read") from error
    if commitment(said.nonce, payload_bytes(payload)) != leaf.commitment or found != dict(details):
        raise Refuted("the leaf announces another change of keys")
    verify_inclusion(index=said.index, size=size, leaf=leaf.hash(), proof=said.proof, root=root)


def _signer(file: Path) -> KeySigner:
    return KeySigner(file.read_bytes())
