"""How a key of a lower level is wrapped, and to what it is bound: its company, its own id and its level."""

import secrets
from enum import StrEnum
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tokimori.foundation.identifiers import TenantId

_NONCE_BYTES: Final = 12


class KeyUse(StrEnum):
    """What a key of a company is for: to seal, or for blind indexes."""

    FIELDS = "fields"
    INDEX = "index"


def context_of(*, tenant: TenantId, key_id: UUID, level: str) -> bytes:
    """Return what is authenticated with a wrapped key, so that it opens in its own row alone."""
    return b"tokimori key\0" + tenant.bytes + key_id.bytes + level.encode()


def wrapped_by(above: AESGCM, key: bytes, *, context: bytes) -> bytes:
    """Return a key wrapped with AES-256-GCM: a nonce of 12 bytes, the key with its tag of 16."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + above.encrypt(nonce, key, context)


def unwrapped_by(above: AESGCM, wrapped: bytes, *, context: bytes) -> bytes:
    """Return the key; raise ``InvalidTag`` for what does not open."""
    return above.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], context)
