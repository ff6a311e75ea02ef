"""The key that signs receipts: held by the doors through which punches come, derived from the installation's secret."""

import hashlib
from typing import Final

from tokimori.foundation.transparency.notes import KeySigner

_MARK: Final = b"tokimori receipt key v1\0"


def receipt_signer(secret: bytes) -> KeySigner:
    """Return the signer of receipts. The secret has 32 bytes or more; the same secret gives the same key."""
    return KeySigner(hashlib.sha256(_MARK + secret).digest())
