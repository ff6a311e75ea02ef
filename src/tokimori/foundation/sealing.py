"""Seal values for the database: whoever reads a row, or moves it to another place, can do nothing with it.

AES-256-GCM under the key of a person, or of the company (``foundation.keys``). Tenant, purpose, row and key are
authenticated with it, so that a sealed value opens where it was put and nowhere else. What was sealed before there were
such keys, under one derived from the installation's (version 1, HKDF of RFC 5869), still opens.
"""

import hmac
import secrets
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.keys.errors import CannotUnseal, Erased
from tokimori.foundation.keys.services.making import index_keys, sealing_key
from tokimori.foundation.keys.services.ring import HeldKey, opening_cipher

__all__ = ["CannotUnseal", "Erased", "blind_indexes", "key_id_of", "seal", "seal_with", "unseal", "unseal_raw"]

_DERIVED: Final = 1
_BY_TENANT: Final = 2
_BY_SUBJECT: Final = 3
_NONCE_BYTES: Final = 12
_KEY_END: Final = 17
_TEXT_BEGIN: Final = 29
_LEAST_BYTES: Final = 45


def seal(plain: bytes, *, tenant: TenantId, purpose: str, row: UUID, subject: UUID | None = None) -> bytes:
    """Return ``plain`` sealed for one place, under the key of ``subject`` or else the company's.

    ``purpose`` is ``table.column``. The result: a version byte, the key's id of 16, a nonce of 12, text and tag of 16.
    """
    return seal_with(sealing_key(tenant=tenant, subject=subject), plain, tenant=tenant, purpose=purpose, row=row)


def seal_with(key: HeldKey, plain: bytes, *, tenant: TenantId, purpose: str, row: UUID) -> bytes:
    """Return ``plain`` sealed for one place under a key at hand."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    place = tenant.bytes + row.bytes + key.id + purpose.encode()
    version = _BY_SUBJECT if key.is_subjects else _BY_TENANT
    return bytes((version,)) + key.id + nonce + key.cipher.encrypt(nonce, plain, place)


def unseal(sealed: bytes, *, tenant: TenantId, purpose: str, row: UUID) -> bytes:
    """Return what was sealed for this place.

    Raises ``Erased`` when the key was destroyed, ``CannotUnseal`` for anything changed, moved or unknown.
    """
    return unseal_raw(bytes(sealed), tenant=tenant.bytes, purpose=purpose.encode(), row=row.bytes)


def unseal_raw(sealed: bytes, *, tenant: bytes, purpose: bytes, row: bytes) -> bytes:
    """Return what ``unseal`` does, from bytes at hand: lists of thousands are read through here."""
    if len(sealed) < 1 + _NONCE_BYTES:
        raise CannotUnseal
    try:
        if sealed[0] == _DERIVED:
            nonce, text = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
            return _derived_key(tenant).decrypt(nonce, text, b"\0".join((tenant, purpose, row)))
        if sealed[0] not in {_BY_TENANT, _BY_SUBJECT} or len(sealed) < _LEAST_BYTES:
            raise CannotUnseal
        key_id = sealed[1:_KEY_END]
        cipher = opening_cipher(tenant=tenant, key_id=key_id)
        if cipher is None:
            raise Erased
        return cipher.decrypt(sealed[_KEY_END:_TEXT_BEGIN], sealed[_TEXT_BEGIN:], tenant + row + key_id + purpose)
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal from error


def key_id_of(sealed: bytes) -> UUID | None:
    """Return the key under which a value was sealed; nothing for one of the time before there were keys."""
    if len(sealed) < _LEAST_BYTES or sealed[0] not in {_BY_TENANT, _BY_SUBJECT}:
        return None
    return UUID(bytes=bytes(sealed[1:_KEY_END]))


def blind_indexes(text: str, *, tenant: TenantId, purpose: str) -> Sequence[bytes]:
    """Return by what an exact text is found without being stored, under each of the company's keys, newest first.

    Two bytes of the key's version, then HMAC-SHA-256 over purpose and text. Equal texts of one company and purpose are
    equal; nothing else can be learned from it without the key.
    """
    said = purpose.encode() + b"\0" + text.encode()
    return [one.version.to_bytes(2, "big") + hmac.digest(one.key, said, "sha256") for one in index_keys(tenant=tenant)]


@lru_cache(maxsize=1024)
def _derived_key(tenant: bytes) -> AESGCM:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tokimori sealing\0" + tenant)
    return AESGCM(derivation.derive(settings.SEALING_KEY))
