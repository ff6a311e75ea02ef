"""The kinds of fields that entries have, and the strict reading of what was typed into them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.utils.functional import Promise

from tokimori.assurance.catalogue.controls import ROWS

Value = str | int | bool | list[int] | list[str]
Words = Promise | str

LONGEST_LINE: Final = 200
LONGEST_WORDS: Final = 2_000
MOST: Final = 1_000_000
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_LINK: Final = re.compile(r"https://[^\s<>\"']{1,190}")
_YES: Final = frozenset({"yes", "true", "1", "on"})
_NO: Final = frozenset({"no", "false", "0", ""})


class FieldKind(StrEnum):
    """What a field holds."""

    LINE = "line"
    WORDS = "words"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    MOMENT = "moment"
    """A day and a minute in UTC."""
    NUMBER = "number"
    YES_NO = "yes_no"
    ACCOUNT = "account"
    """One of the provider's accounts."""
    PERSON = "person"
    """One of the provider's accounts, or the name of somebody who has none."""
    ROWS = "rows"
    """Rows of the sheet."""
    COUNTRIES = "countries"
    LINK = "link"
    ENTRY = "entry"
    """An entry of another register."""


class Fault(StrEnum):
    """What is wrong with what was typed; screens have the sentence."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NO_CHOICE = "no_choice"
    NO_DATE = "no_date"
    NO_MOMENT = "no_moment"
    NO_NUMBER = "no_number"
    NO_ACCOUNT = "no_account"
    NO_ROWS = "no_rows"
    NO_COUNTRY = "no_country"
    NO_LINK = "no_link"
    NO_ENTRY = "no_entry"
    NO_ANSWER = "no_answer"


class NotReadable(ValueError):
    """What was typed is not what the field holds."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What fields may name: the provider's accounts by login id, and entries by register."""

    accounts: Mapping[str, UUID] = field(default_factory=dict)
    entries: Mapping[str, frozenset[UUID]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a kind of entry. ``choices`` lead from the stored word to what people read."""

    name: str
    label: Words
    kind: FieldKind = FieldKind.LINE
    is_required: bool = True
    help: Words = ""
    choices: Mapping[str, Words] = field(default_factory=lambda: MappingProxyType({}))
    register: str = ""
    """Of a field that names an entry: of which register."""
    least: int = 0
    most: int = MOST
    is_public: bool = False
    """Whether what is typed here can be read by everybody, on the public page and in snapshots."""

    def read(self, typed: str, known: Known) -> Value | None:
        """Return the value of what was typed; nothing where nothing was typed; raise ``NotReadable`` otherwise."""
        text = typed.strip()
        if not text and self.kind is not FieldKind.YES_NO:
            if self.is_required:
                raise NotReadable(Fault.MISSING)
            return None
        return _READERS[self.kind](self, text, known)


def _line(one: Field, text: str, known: Known) -> str:
    del one, known
    if len(text) > LONGEST_LINE or not text.isprintable():
        raise NotReadable(Fault.TOO_LONG)
    return text


def _words(one: Field, text: str, known: Known) -> str:
    del one, known
    plain = text.replace("\r\n", "\n")
    if len(plain) > LONGEST_WORDS or not plain.replace("\n", "").replace("\t", "").isprintable():
        raise NotReadable(Fault.TOO_LONG)
    return plain


def _choice(one: Field, text: str, known: Known) -> str:
    del known
    if text not in one.choices:
        raise NotReadable(Fault.NO_CHOICE)
    return text


def _choices(one: Field, text: str, known: Known) -> list[str]:
    return sorted({_choice(one, part, known) for part in text.replace(",", " ").split()})


def _date(one: Field, text: str, known: Known) -> str:
    del one, known
    return read_day(text).isoformat()


def read_day(text: str) -> date:
    """Return a date written as ``2026-04-01``; raise ``NotReadable`` for any other, and beyond the years of a register."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) is None:
        raise NotReadable(Fault.NO_DATE)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotReadable(Fault.NO_DATE) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotReadable(Fault.NO_DATE)
    return day


def _moment(one: Field, text: str, known: Known) -> str:
    del one, known
    match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)", text, re.ASCII)
    if match is None:
        raise NotReadable(Fault.NO_MOMENT)
    return f"{read_day(match[1]).isoformat()}T{match[2]}:{match[3]}"


def moment_in(value: str) -> datetime:
    """Return the moment that a field holds."""
    return datetime.strptime(value, "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)


def _number(one: Field, text: str, known: Known) -> int:
    del known
    if re.fullmatch(r"\d{1,7}", text, re.ASCII) is None or not one.least <= int(text) <= one.most:
        raise NotReadable(Fault.NO_NUMBER)
    return int(text)


def _yes_no(one: Field, text: str, known: Known) -> bool:
    del one, known
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise NotReadable(Fault.NO_ANSWER)


def _account(one: Field, text: str, known: Known) -> str:
    del one
    found = known.accounts.get(text)
    if found is None and text in {str(key) for key in known.accounts.values()}:
        return text
    if found is None:
        raise NotReadable(Fault.NO_ACCOUNT)
    return str(found)


def _person(one: Field, text: str, known: Known) -> str:
    try:
        return _account(one, text, known)
    except NotReadable:
        return _line(one, text, known)


def _rows(one: Field, text: str, known: Known) -> list[int]:
    """Return rows of the sheet, written as ``1, 4-6``."""
    del one, known
    found: set[int] = set()
    for part in text.replace(",", " ").split():
        match = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", part, re.ASCII)
        if match is None:
            raise NotReadable(Fault.NO_ROWS)
        first, last = int(match[1]), int(match[2] or match[1])
        if first not in ROWS or last not in ROWS or last < first:
            raise NotReadable(Fault.NO_ROWS)
        found.update(range(first, last + 1))
    return sorted(found)


def _countries(one: Field, text: str, known: Known) -> list[str]:
    del one, known
    parts = text.upper().replace(",", " ").split()
    if not all(_COUNTRY.fullmatch(part) for part in parts):
        raise NotReadable(Fault.NO_COUNTRY)
    return sorted(set(parts))


def _link(one: Field, text: str, known: Known) -> str:
    del one, known
    if _LINK.fullmatch(text) is None:
        raise NotReadable(Fault.NO_LINK)
    return text


def _entry(one: Field, text: str, known: Known) -> str:
    if text not in {str(key) for key in known.entries.get(one.register, frozenset())}:
        raise NotReadable(Fault.NO_ENTRY)
    return text


_READERS: Final[Mapping[FieldKind, Callable[[Field, str, Known], Value]]] = MappingProxyType(
    {
        FieldKind.LINE: _line,
        FieldKind.WORDS: _words,
        FieldKind.CHOICE: _choice,
        FieldKind.CHOICES: _choices,
        FieldKind.DATE: _date,
        FieldKind.MOMENT: _moment,
        FieldKind.NUMBER: _number,
        FieldKind.YES_NO: _yes_no,
        FieldKind.ACCOUNT: _account,
        FieldKind.PERSON: _person,
        FieldKind.ROWS: _rows,
        FieldKind.COUNTRIES: _countries,
        FieldKind.LINK: _link,
        FieldKind.ENTRY: _entry,
    }
)


def read_fields(fields: Sequence[Field], typed: Mapping[str, str], known: Known) -> dict[str, Value]:
    """Return the values of an entry's fields; raise ``FieldsNotReadable`` with every fault."""
    values: dict[str, Value] = {}
    faults: dict[str, Fault] = {}
    for one in fields:
        try:
            value = one.read(typed.get(one.name, ""), known)
        except NotReadable as refusal:
            faults[one.name] = refusal.fault
        else:
            if value is not None:
                values[one.name] = value
    if faults:
        raise FieldsNotReadable(faults)
    return values


class FieldsNotReadable(ValueError):
    """Some fields were not filled as they must be; ``faults`` says which."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def written(value: Value) -> str:
    """Return a value as it is typed: the reverse of reading."""
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)
