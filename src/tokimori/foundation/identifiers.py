"""Keys that the application makes itself, so that a row has its name before it is stored."""

import secrets
from datetime import datetime
from typing import NewType
from uuid import UUID

from tokimori.foundation import clock

TenantId = NewType("TenantId", UUID)


def new_id(*, at: datetime | None = None) -> UUID:
    """Return a version 7 UUID (RFC 9562, 5.7): 48 bits of Unix milliseconds, then 74 random bits.

    Keys made later sort later, which keeps the indexes of append-only tables dense at their end.
    """
    milliseconds = int((at or clock.now()).timestamp() * 1000)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def least_id(*, at: datetime) -> UUID:
    """Return the least key that ``new_id`` could make at an instant: keys from it on were made then or later."""
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=(milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | 0x2 << 62)
