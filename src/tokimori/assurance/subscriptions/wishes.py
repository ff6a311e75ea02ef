"""What somebody wants to be told of: which chapters and rows, how often, in which language, at which address."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tokimori.assurance.catalogue.controls import LANGUAGES, ROWS, controls, sections
from tokimori.assurance.subscriptions.errors import SubscriptionNotValid

LONGEST_ADDRESS: Final = 254
LONGEST_ROWS: Final = 200
_PART: Final = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3}))?")
_SIGNS: Final = str.maketrans({"、": ",", ",": ",", "–": "-", "-": "-", "〜": "-", "~": "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionWish:
    """Letters that somebody asks for. Without chapters and rows they tell of the whole sheet."""

    address: str = field(repr=False)
    language: str
    is_daily: bool
    chapters: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not _is_address(self.address):
            raise SubscriptionNotValid(field="address")
        if self.language not in LANGUAGES:
            raise SubscriptionNotValid(field="language")
        if not set(self.chapters) <= {one.code for one in sections()}:
            raise SubscriptionNotValid(field="chapters")
        if not all(row in ROWS for row in self.rows):
            raise SubscriptionNotValid(field="rows")


def read_rows(text: str) -> tuple[int, ...]:
    """Return the rows that a text like ``38-57, 119`` names, in order; raise ``SubscriptionNotValid`` for anything else.

    Nothing names no rows. Signs may be wide, as they are typed in Japanese.
    """
    plain = text.translate(_SIGNS).strip()
    if len(text) > LONGEST_ROWS:
        raise SubscriptionNotValid(field="rows")
    found: set[int] = set()
    for part in filter(None, (one.strip() for one in plain.split(","))):
        match = _PART.fullmatch("".join(part.split()))
        if match is None or not part.isascii():
            raise SubscriptionNotValid(field="rows")
        first, last = int(match[1]), int(match[2] or match[1])
        if first not in ROWS or last not in ROWS or first > last:
            raise SubscriptionNotValid(field="rows")
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def rows_in_words(rows: Iterable[int]) -> str:
    """Return rows as ``read_rows`` reads them."""
    parts: list[tuple[int, int]] = []
    for row in sorted(rows):
        if parts and row == parts[-1][1] + 1:
            parts[-1] = (parts[-1][0], row)
        else:
            parts.append((row, row))
    return ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in parts)


def wanted_rows(*, chapters: Iterable[str], rows: Iterable[int]) -> frozenset[int]:
    """Return which rows a wish for chapters and rows means: all of them where it names none."""
    named, single = set(chapters), frozenset(rows)
    if not named and not single:
        return frozenset(ROWS)
    return single | {row for row, control in controls().items() if control.section in named}


def _is_address(text: str) -> bool:
    try:
        validate_email(text[: LONGEST_ADDRESS + 1])
    except ValidationError:
        return False
    return len(text) <= LONGEST_ADDRESS
