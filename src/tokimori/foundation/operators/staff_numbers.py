"""The staff number of one of the provider's people: by it a company tells two of one name apart.

It follows from the account's own random key, so nobody can choose it, change it, or take another one's, as he can a name.
It is no secret: the person says it to the company, and the company looks for it in its list.
"""

from hashlib import sha256
from typing import Final
from uuid import UUID

_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are taken for other signs when they are read out."""
_LENGTH: Final = 8
_BITS: Final = 5
_BYTES: Final = _LENGTH * _BITS // 8


def staff_number(account_id: UUID) -> str:
    """Return the number, as ``7K2M-9QXB``: forty bits of the SHA-256 of the account's key."""
    number = int.from_bytes(sha256(b"tokimori staff number\0" + account_id.bytes).digest()[:_BYTES], "big")
    signs = "".join(_SIGNS[(number >> (_BITS * place)) % len(_SIGNS)] for place in reversed(range(_LENGTH)))
    return f"{signs[:4]}-{signs[4:]}"
