"""One byte string for one value, so that digests can be compared anywhere (RFC 8785)."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias, cast

import orjson
import rfc8785

Plain: TypeAlias = "bool | int | str | Sequence[Plain] | Mapping[str, Plain] | None"
"""What may be digested: no floats, whose text differs between languages, and no dates, which are written as text."""


_AS_WRITTEN: Final = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_DATACLASS
)
_FLOAT_LIKE: Final = re.compile(rb"[\[:,]-?[0-9]+[.eE]")
_BEYOND_FIRST_PLANE: Final = re.compile(rb"[\xf0-\xf4]")


def canonical_bytes(value: Plain, *, may_hold_floats: bool = True) -> bytes:
    """Return the canonical JSON of ``value``.

    Integers must fit in 53 bits and keys must be strings; otherwise ``rfc8785.CanonicalizationError`` is raised. What a
    writer in machine code writes alike is written by it, some thirty times faster. Whoever knows by its type that the
    value holds no float may say so, which spares the search for one.
    """
    try:
        written = orjson.dumps(value, option=_AS_WRITTEN)
    except TypeError:
        return rfc8785.dumps(cast("Any", value))
    if _may_sort_otherwise(written) or (may_hold_floats and _may_hold_float(written)):
        return rfc8785.dumps(cast("Any", value))
    return written


def _may_hold_float(written: bytes) -> bool:
    """Whether something looks like a number that is written otherwise; inside a text it only costs time."""
    is_alone = written[:1] not in b"[{"
    return is_alone or _FLOAT_LIKE.search(written) is not None


def _may_sort_otherwise(written: bytes) -> bool:
    """Whether a sign beyond the first plane is in it, before which UTF-16, by which keys are sorted, puts others."""
    return not written.isascii() and _BEYOND_FIRST_PLANE.search(written) is not None


def chained_digest(digest: str, before: str) -> str:
    """Return ``digest([digest, before])`` of two digests, or of a digest and nothing, without asking what they hold."""
    return hashlib.sha256(f'["{digest}","{before}"]'.encode()).hexdigest()


def digest(value: Plain, *, may_hold_floats: bool = True) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``, in lower-case hexadecimal."""
    return hashlib.sha256(canonical_bytes(value, may_hold_floats=may_hold_floats)).hexdigest()
