"""Every method of cryptography that is in use, found where it is used, and held against the list of approved ones."""

from collections import Counter
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.db import connection

from tokimori.assurance.probes.probe import Observation, judged
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.custody.queries import keys_overview
from tokimori.foundation.receipt_keys import receipt_signer
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants

APPROVED: Final = frozenset({"AES-256-GCM", "HMAC-SHA-256", "Argon2id", "Ed25519"})
"""Whatever else is found in use is not approved. Reasons stand in ``docs/reference/cryptography.md``."""
_SAID: Final = b"a probe"
_PASSWORDS: Final = (
    "select split_part(password, '$', 1), count(*) from identity_account where tenant_id = %s group by 1"
)


def observe_inventory(now: datetime) -> Observation:
    """List the methods of keys, stored passwords, digests and signatures as they lie there; each is approved."""
    found: Counter[str] = Counter()
    for tenant in dict.fromkeys((*all_tenants(), PROVIDER)):
        with tenant_transaction(tenant), connection.cursor() as cursor:
            keys = keys_overview(actor=system_principal(tenant), now=now)
            found.update([keys.root.algorithm, keys.subjects.algorithm, *(one.algorithm for one in keys.keys)])
            cursor.execute(_PASSWORDS, [tenant])
            found.update({_hash_of(prefix): count for prefix, count in cursor.fetchall() if not prefix.startswith("!")})
    found[_signature_of_receipts()] += 1
    unapproved = sorted(set(found) - APPROVED)
    return judged(
        {f"is_approved:{name}"[:100]: False for name in unapproved} or {"every_method_is_approved": True},
        methods=", ".join(sorted(found)),
        unapproved=len(unapproved),
    )


def _signature_of_receipts() -> str:
    """Sign as for a receipt, and verify by another library's hand."""
    signer = receipt_signer(settings.RECEIPT_KEY)
    try:
        Ed25519PublicKey.from_public_bytes(signer.public()).verify(signer.sign(_SAID), _SAID)
    except (InvalidSignature, ValueError):
        return "an unknown signature"
    return "Ed25519"


def _hash_of(prefix: str) -> str:
    hasher = get_hasher("default")
    return "Argon2id" if prefix in {hasher.algorithm, "argon2"} else prefix
