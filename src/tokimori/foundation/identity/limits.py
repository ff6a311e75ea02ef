"""How often somebody may try to sign in: by account and by address, counted in the database for all processes alike.

An attempt is counted before its password is looked at, and the count is kept when the attempt fails. So many at once
cannot slip through together, and where the count cannot be kept, nobody gets in. A name that does not exist is counted as
one that does. Each further lock within a day of the one before lasts twice as long, up to eight times.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import Error, connection

from tokimori.foundation.identity.errors import SignInLimited, SignInNotCounted
from tokimori.foundation.identity.security_rules import SecurityRules

_BITS_OF_A_NEIGHBOURHOOD: Final = 64
_STARTS_FOR_AN_ATTEMPT: Final = 10
MOST_OF_A_DIRECTORY: Final = 3_000
"""Requests in a minute from one address."""
MOST_LARGE_FILES: Final = 60
"""Large files in an hour to one address, of those that everybody may take."""


def account_key(account_id: UUID) -> bytes:
    """Return the key that an account's attempts are counted under, whatever name was typed."""
    return hashlib.sha256(b"account\0" + account_id.bytes).digest()


def name_key(*, company: str, name: str) -> bytes:
    """Return the key of what was typed, whether it leads to an account or not: at whose door, and which name.

    ``company`` is the tenant's id, or the code of a company that there is not; empty for an address alone.
    """
    return hashlib.sha256(f"name\0{company}\0{name}".encode()).digest()


def forgive_account(*, tenant_id: UUID, account_id: UUID, names: Collection[str]) -> None:
    """Let an account begin anew, by whichever of its names somebody comes."""
    forgive(account=account_key(account_id))
    for name in names:
        forgive(account=name_key(company=str(tenant_id), name=name))
        forgive(account=name_key(company="", name=name))


def address_key(address: str) -> bytes:
    """Return the key of where attempts come from: of IPv6 the network of 64 bits, which one connection has to itself."""
    return hashlib.sha256(f"address\0{neighbourhood(address)}".encode()).digest()


def second_key(account_id: UUID) -> bytes:
    """Return the key that an account's attempts at its second factor are counted under."""
    return hashlib.sha256(b"second\0" + account_id.bytes).digest()


def device_key(*, device_id: UUID, account_id: UUID) -> bytes:
    """Return the key that attempts at an account are counted under in a browser in which its person has been in."""
    return hashlib.sha256(b"device\0" + device_id.bytes + account_id.bytes).digest()


def is_open_to_device(*, device_id: UUID, account_id: UUID, rules: SecurityRules, now: datetime) -> bool:
    """Count an attempt in a browser in which the account's person has been in; return whether it had not too many.

    Such a browser has its own count, so that strangers who guess cannot close the account to its person. Where that count
    is used up, the attempt counts like a stranger's.
    """
    try:
        _count(device_key(device_id=device_id, account_id=account_id), rules=rules, now=now)
    except SignInLimited:
        return False
    return True


def count_attempt(*, account: bytes, address: bytes, rules: SecurityRules | None, now: datetime) -> None:
    """Count an attempt to sign in; raise ``SignInLimited`` when either key had too many."""
    count_attempt_of_address(address=address, now=now)
    count_attempt_of_key(account=account, rules=rules, now=now)


def count_attempt_of_key(*, account: bytes, rules: SecurityRules | None, now: datetime) -> None:
    """Count an attempt at an account, or at a name that leads to none; raise ``SignInLimited`` when there were too many.

    The company's rules decide for its accounts where they are given, else the installation's.
    """
    _count(account, rules=rules, now=now)


def count_attempt_of_address(*, address: bytes, now: datetime) -> None:
    """Count an attempt from an address; raise ``SignInLimited`` when there were too many."""
    limits = settings.SIGN_IN_LIMITS
    _count_at_most(
        address, most=limits.attempts_by_address, lock_minutes=limits.lock_minutes, now=now, is_account=False
    )


def count_start(*, address: str, now: datetime) -> None:
    """Count that a way in was begun from an address; raise ``SignInLimited`` when there were too many.

    Each leaves something to be answered within minutes. It costs no password, so there may be ten times as many as
    attempts, for those who share an address in the morning; who goes on waits a minute, then longer.
    """
    key = hashlib.sha256(f"start\0{neighbourhood(address)}".encode()).digest()
    most = settings.SIGN_IN_LIMITS.attempts_by_address * _STARTS_FOR_AN_ATTEMPT
    _count_at_most(key, most=most, lock_minutes=1, now=now, is_account=False)


def count_directory_request(*, address: str, now: datetime) -> None:
    """Count a request of a directory by where it comes from; raise ``SignInLimited`` when there were too many.

    Directories send some fifty a second when they begin.
    """
    key = hashlib.sha256(f"directory\0{neighbourhood(address)}".encode()).digest()
    _count_at_most(key, most=MOST_OF_A_DIRECTORY, window_minutes=1, lock_minutes=1, now=now, is_account=False)


def count_large_file(*, address: str, now: datetime) -> None:
    """Count a large file by whom it goes to; raise ``SignInLimited`` when there were too many.

    To be called where a refusal is kept: outside of any block that a refusal rolls back.
    """
    key = hashlib.sha256(f"file\0{neighbourhood(address)}".encode()).digest()
    _count_at_most(key, most=MOST_LARGE_FILES, window_minutes=60, lock_minutes=10, now=now, is_account=False)


def count_attempt_of_account(*, account_id: UUID, rules: SecurityRules, now: datetime) -> None:
    """Count an attempt at the password of somebody who is signed in, together with attempts to sign in.

    Like the next one it must be called where a refusal is kept: outside of any block that a refusal rolls back.
    """
    _count(account_key(account_id), rules=rules, now=now)


def count_second_attempt(*, account_id: UUID, now: datetime) -> None:
    """Count an attempt at an account's second factor; raise ``SignInLimited`` when there were too many."""
    _count(second_key(account_id), rules=None, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptCount:
    """How often a key was tried since ``began_at``, and until when it is locked, if it is."""

    attempts: int
    began_at: datetime
    locked_until: datetime | None


def attempt_counts(keys: Collection[bytes]) -> Mapping[bytes, AttemptCount]:
    """Return what is counted under these keys; one that was not tried lately is missing."""
    with connection.cursor() as cursor:
        cursor.execute("select * from tokimori.sign_in_counts(%s)", [list(keys)])
        rows = cursor.fetchall()
    return {
        bytes(key): AttemptCount(attempts=attempts, began_at=began_at, locked_until=locked_until)
        for key, attempts, began_at, locked_until in rows
    }


def window() -> timedelta:
    """Return for how long attempts are added up."""
    return timedelta(minutes=settings.SIGN_IN_LIMITS.window_minutes)


def neighbourhood(text: str) -> str:
    """Return what one connection has to itself of an address: of IPv4 all of it, of IPv6 the network of 64 bits."""
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), _BITS_OF_A_NEIGHBOURHOOD), strict=False))


def _count(key: bytes, *, rules: SecurityRules | None, now: datetime) -> None:
    limits = settings.SIGN_IN_LIMITS
    most, lock = (limits.attempts, limits.lock_minutes) if rules is None else (rules.attempts, rules.lock_minutes)
    _count_at_most(key, most=most, lock_minutes=lock, now=now, is_account=True)


def _count_at_most(
    key: bytes, *, most: int, lock_minutes: int, now: datetime, is_account: bool, window_minutes: int | None = None
) -> None:
    window = window_minutes or settings.SIGN_IN_LIMITS.window_minutes
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "select tokimori.sign_in_attempted(%s, %s, %s, %s, %s)",
                [key, now, most, window * 60, lock_minutes * 60],
            )
            counted = cursor.fetchone()
    except Error as error:
        raise SignInNotCounted from error
    if counted is None:
        raise SignInNotCounted
    (seconds,) = counted
    if seconds:
        # A lock begins with whole turns of its length; what is left of it later is less, from the next second on.
        begins = seconds % (lock_minutes * 60) == 0
        raise SignInLimited(seconds=seconds, closes_account=begins and is_account)


def forgive(*, account: bytes | None = None, address: bytes | None = None) -> None:
    """Let an account that proved itself begin anew; of its address take back the one attempt that was none."""
    with connection.cursor() as cursor:
        cursor.execute("select tokimori.sign_in_proved(%s, %s)", [account, address])


def forget_limits(*, before: datetime) -> int:
    """Remove the counts that ended before a time; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("select tokimori.forget_sign_in_limits(%s)", [before])
        (count,) = cursor.fetchone() or (0,)
    return int(count)
