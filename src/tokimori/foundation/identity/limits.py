"""How often somebody may try to sign in: by account and by address, counted in the database for all processes alike.

An attempt is counted before its password is looked at, in a transaction of its own. So many at once cannot slip through
together, and where the count cannot be kept, nobody gets in. A name that does not exist is counted as one that does.
"""

import hashlib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from tokimori.foundation.identity.errors import SignInLimited


def account_key(account_id: UUID) -> bytes:
    """Return the key that an account's attempts are counted under, whatever name was typed."""
    return hashlib.sha256(b"account\0" + account_id.bytes).digest()


def name_key(*, company_code: str, name: str) -> bytes:
    """Return the key of a name that leads to no account."""
    return hashlib.sha256(f"name\0{company_code}\0{name}".encode()).digest()


def address_key(address: str) -> bytes:
    """Return the key of where attempts come from."""
    return hashlib.sha256(f"address\0{address}".encode()).digest()


def count_attempt(*, account: bytes, address: bytes, now: datetime) -> None:
    """Count an attempt; raise ``SignInLimited`` when either key had too many."""
    limits = settings.SIGN_IN_LIMITS
    for key, most in ((address, limits.attempts_by_address), (account, limits.attempts)):
        with connection.cursor() as cursor:
            cursor.execute(
                "select tokimori.sign_in_attempted(%s, %s, %s, %s, %s)",
                [key, now, most, limits.window_minutes * 60, limits.lock_minutes * 60],
            )
            (seconds,) = cursor.fetchone() or (0,)
        if seconds:
            raise SignInLimited(seconds=seconds)


def forgive(*, account: bytes, address: bytes | None = None) -> None:
    """Let an account that proved itself begin anew."""
    with connection.cursor() as cursor:
        cursor.execute("select tokimori.sign_in_proved(%s, %s)", [account, address])


def forget_limits(*, before: datetime) -> int:
    """Remove the counts that ended before a time; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("select tokimori.forget_sign_in_limits(%s)", [before])
        (count,) = cursor.fetchone() or (0,)
    return int(count)
