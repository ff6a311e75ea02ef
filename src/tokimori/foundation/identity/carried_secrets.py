"""Secrets that people and machines carry: they name their tenant, so that looking them up stays behind the wall.

``<prefix>_<tenant, 32 hexadecimal digits>_<43 characters of base64url>``. The second part leads to the tenant and proves
nothing; the third is 256 random bits and is stored as its SHA-256 only.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

from tokimori.foundation.identifiers import TenantId

_FORM = re.compile(r"(?P<prefix>[a-z]+)_(?P<tenant>[0-9a-f]{32})_(?P<secret>[A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedSecret:
    """A secret taken apart: where to look it up, and what must be found there."""

    tenant_id: TenantId
    digest: bytes


def new_carried_secret(*, prefix: str, tenant_id: TenantId) -> str:
    """Return a new secret; it cannot be shown again."""
    return f"{prefix}_{tenant_id.hex}_{secrets.token_urlsafe(32)}"


def read_carried_secret(text: str, *, prefix: str) -> CarriedSecret | None:
    """Return the parts of ``text``, or nothing when it has not the form of such a secret."""
    match = _FORM.fullmatch(text)
    if match is None or match["prefix"] != prefix:
        return None
    return CarriedSecret(tenant_id=TenantId(UUID(match["tenant"])), digest=secret_digest(text))


def secret_digest(text: str) -> bytes:
    """Return the SHA-256 under which a secret is kept."""
    return hashlib.sha256(text.encode()).digest()
