"""One byte string for one value, so that digests can be compared anywhere (RFC 8785)."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

import rfc8785

Plain: TypeAlias = "bool | int | str | Sequence[Plain] | Mapping[str, Plain] | None"
"""What may be digested: no floats, whose text differs between languages, and no dates, which are written as text."""


def canonical_bytes(value: Plain) -> bytes:
    """Return the canonical JSON of ``value``.

    Integers must fit in 53 bits and keys must be strings; otherwise ``rfc8785.CanonicalizationError`` is raised.
    """
    return rfc8785.dumps(cast("Any", value))


def digest(value: Plain) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``, in lower-case hexadecimal."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()
