"""Seal small secrets for the database: whoever reads a row, or moves it to another place, can do nothing with it.

AES-256-GCM under a key of the tenant, derived from the installation's by HKDF (RFC 5869). Tenant, purpose and row are
authenticated with it, so that a sealed value opens where it was put and nowhere else.
"""

import secrets
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tokimori.foundation.identifiers import TenantId

_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12


class CannotUnseal(RuntimeError):
    """The sealed value was changed, moved, or sealed under another key."""


def seal(plain: bytes, *, tenant: TenantId, purpose: str, row: UUID, subject: UUID | None = None) -> bytes:
    """Return ``plain`` sealed for one place: a version byte, a nonce of 12 bytes, the text with its tag of 16.

    ``subject`` is the employee of whom it tells.
    """
    del subject  # every value of a tenant is sealed under its one key so far
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + _key(tenant).encrypt(nonce, plain, _place(tenant, purpose, row))


def unseal(sealed: bytes, *, tenant: TenantId, purpose: str, row: UUID) -> bytes:
    """Return what was sealed for this place; raise ``CannotUnseal`` for anything else."""
    version, nonce, text = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if version != _VERSION:
        raise CannotUnseal
    try:
        return _key(tenant).decrypt(nonce, text, _place(tenant, purpose, row))
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal from error


def _place(tenant: TenantId, purpose: str, row: UUID) -> bytes:
    return b"\0".join((tenant.bytes, purpose.encode(), row.bytes))


@lru_cache(maxsize=1024)
def _key(tenant: TenantId) -> AESGCM:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tokimori sealing\0" + tenant.bytes)
    return AESGCM(derivation.derive(settings.SEALING_KEY))
