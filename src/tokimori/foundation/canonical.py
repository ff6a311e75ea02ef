"""One byte string for one value, so that digests can be compared anywhere (RFC 8785)."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias, cast

import rfc8785

Plain: TypeAlias = "bool | int | str | Sequence[Plain] | Mapping[str, Plain] | None"
"""What may be digested: no floats, whose text differs between languages, and no dates, which are written as text."""


_UNLIKE: Final = re.compile(rb"(?:^|[\[:,])-?(?:\d+[.eE]|\d{16})|NaN|Infinity|[\xf0-\xf4]")
"""Where the standard library's text may differ from the canonical one: floats, large integers, signs beyond the first plane
(which are sorted by another order). It may also match inside a text; then the careful way is taken for nothing."""


def canonical_bytes(value: Plain) -> bytes:
    """Return the canonical JSON of ``value``.

    Integers must fit in 53 bits and keys must be strings; otherwise ``rfc8785.CanonicalizationError`` is raised. What the
    standard library writes alike is written by it, some ten times faster.
    """
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode()
    except (TypeError, ValueError):
        return rfc8785.dumps(cast("Any", value))
    return rfc8785.dumps(cast("Any", value)) if _UNLIKE.search(written) else written


def digest(value: Plain) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``, in lower-case hexadecimal."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()
