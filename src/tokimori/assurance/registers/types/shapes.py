"""Short ways to declare a field."""

from collections.abc import Mapping
from types import MappingProxyType

from tokimori.assurance.registers.fields import MOST, Field, FieldKind, Words


def line(name: str, label: Words, *, optional: bool = False, is_public: bool = False) -> Field:
    """One line of text."""
    return Field(name=name, label=label, is_required=not optional, is_public=is_public)


def words(name: str, label: Words, *, optional: bool = False, is_public: bool = False) -> Field:
    """Several lines of text."""
    return Field(name=name, label=label, kind=FieldKind.WORDS, is_required=not optional, is_public=is_public)


def choice(name: str, label: Words, choices: Mapping[str, Words], *, optional: bool = False) -> Field:
    """One of several."""
    return Field(
        name=name, label=label, kind=FieldKind.CHOICE, choices=MappingProxyType(choices), is_required=not optional
    )


def choices(name: str, label: Words, of: Mapping[str, Words], *, optional: bool = False) -> Field:
    """Some of several."""
    return Field(name=name, label=label, kind=FieldKind.CHOICES, choices=MappingProxyType(of), is_required=not optional)


def day(name: str, label: Words, *, optional: bool = False) -> Field:
    """A date."""
    return Field(name=name, label=label, kind=FieldKind.DATE, is_required=not optional)


def minute(name: str, label: Words, *, optional: bool = False) -> Field:
    """A day and a minute, in UTC."""
    return Field(name=name, label=label, kind=FieldKind.MOMENT, is_required=not optional)


def number(name: str, label: Words, *, optional: bool = False, least: int = 0, most: int = MOST) -> Field:
    """A whole number."""
    return Field(name=name, label=label, kind=FieldKind.NUMBER, is_required=not optional, least=least, most=most)


def yes_no(name: str, label: Words) -> Field:
    """Whether something is so."""
    return Field(name=name, label=label, kind=FieldKind.YES_NO, is_required=False)


def account(name: str, label: Words, *, optional: bool = False) -> Field:
    """One of the provider's accounts."""
    return Field(name=name, label=label, kind=FieldKind.ACCOUNT, is_required=not optional)


def person(name: str, label: Words, *, optional: bool = False) -> Field:
    """One of the provider's accounts, or the name of somebody who has none."""
    return Field(name=name, label=label, kind=FieldKind.PERSON, is_required=not optional)


def rows(label: Words, *, optional: bool = False) -> Field:
    """Rows of the sheet."""
    return Field(name="sheet_rows", label=label, kind=FieldKind.ROWS, is_required=not optional)


def countries(label: Words, *, optional: bool = False) -> Field:
    """Countries, by their two letters."""
    return Field(name="countries", label=label, kind=FieldKind.COUNTRIES, is_required=not optional)


def link(name: str, label: Words, *, optional: bool = False) -> Field:
    """An address on the web."""
    return Field(name=name, label=label, kind=FieldKind.LINK, is_required=not optional)


def entry(name: str, label: Words, register: str, *, optional: bool = False) -> Field:
    """An entry of another register."""
    return Field(name=name, label=label, kind=FieldKind.ENTRY, register=register, is_required=not optional)
