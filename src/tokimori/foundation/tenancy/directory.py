"""Which tenant a company code or a sign-in address belongs to, asked before any tenant is known."""

import hashlib
import hmac
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.tenancy.context import is_served


def tenant_of_company_code(code: str) -> TenantId | None:
    """Return the tenant with this company code, or nothing."""
    return _tenant("select tokimori.tenant_of_company_code(%s)", code)


def tenant_of_sign_in_address(address: str) -> TenantId | None:
    """Return the only tenant that knows this e-mail address; nothing when none does, or several.

    Where somebody has shown an address to be his, those who merely entered it do not count.
    """
    return _tenant("select tokimori.tenant_of_sign_in_address(%s)", _address_digest(address))


def claim_company_code(code: str) -> None:
    """Enter the open tenant under ``code``; a code that is taken raises ``IntegrityError``."""
    _execute("select tokimori.claim_company_code(%s)", code)


def claim_sign_in_address(address: str) -> None:
    """Enter the open tenant under an e-mail address. Others may know it too: somebody may work for two companies."""
    _execute("select tokimori.claim_sign_in_address(%s)", _address_digest(address))


def confirm_sign_in_address(address: str, *, at: datetime) -> None:
    """Note that an address has been shown to be the person's own in the open tenant: it goes before claims alone."""
    with connection.cursor() as cursor:
        cursor.execute("select tokimori.confirm_sign_in_address(%s, %s)", [_address_digest(address), at])


def all_tenants() -> tuple[TenantId, ...]:
    """Return every tenant; for jobs that then visit each in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute("select * from tokimori.all_tenants()")
        return tuple(TenantId(row[0]) for row in cursor.fetchall())


def normalised_address(address: str) -> str:
    """Return the form in which addresses are compared: trimmed, in lower case."""
    return address.strip().lower()


def _address_digest(address: str) -> bytes:
    """Return by what an address is known before its company is: HMAC-SHA-256 of its SHA-256, under a key of its own."""
    plain = hashlib.sha256(normalised_address(address).encode()).digest()
    return hmac.digest(_directory_key(settings.SEALING_KEY), plain, "sha256")


@lru_cache(maxsize=1)
def _directory_key(sealing_key: bytes) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tokimori sign-in directory")
    return derivation.derive(sealing_key)


def _tenant(query: str, parameter: str | bytes) -> TenantId | None:
    with connection.cursor() as cursor:
        cursor.execute(query, [parameter])
        row = cursor.fetchone()
    tenant = TenantId(row[0]) if row and isinstance(row[0], UUID) else None
    # At the companies' door the provider's tenant does not exist, nor theirs at the provider's.
    return tenant if tenant is not None and is_served(tenant) else None


def _execute(query: str, parameter: str | bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, [parameter])
