"""The law as dated figures, and reasons that name the article they stand on.

A figure of the law is never a number in a formula: it is a list of dates from which a value held, with the article that set
it. What is calculated for a day in 2022 asks for the figure of that day.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")


class NotInForce(ValueError):
    """A figure was asked for a day before its first entry; the message names figure and day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[Value]):
    """From this day on this value holds, by this article."""

    since: date
    value: Value
    article: str


@dataclass(frozen=True, slots=True)
class Figure(Generic[Value]):
    """A figure of the law: its entries in the order of their days."""

    name: str
    entries: tuple[Entry[Value], ...]

    def __post_init__(self) -> None:
        """Refuse a figure without entries, or with entries out of order."""
        if not self.entries:
            raise ValueError("A figure has an entry.")
        if any(later.since <= earlier.since for earlier, later in pairwise(self.entries)):
            raise ValueError("Entries stand in the order of their days.")

    def entry_on(self, day: date) -> Entry[Value]:
        """Return the entry that holds on a day; raise ``NotInForce`` before the first."""
        for entry in reversed(self.entries):
            if entry.since <= day:
                return entry
        raise NotInForce(f"{self.name} has no value on {day.isoformat()}.")

    def on(self, day: date) -> Value:
        """Return the value that holds on a day; raise ``NotInForce`` before the first."""
        return self.entry_on(day).value


Fact = tuple[str, str | int | bool | Fraction | Decimal | None]
"""A name and what it was; quantities are whole, decimal or fractional, never binary."""

_THREE_DIGITS: Final = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One step of an argument: the rule that was applied, the article it stands on, and the figures it was applied to.

    ``rule`` is a name, not prose: the screens put it into the reader's language. ``law`` is empty for a rule of the
    company's own.
    """

    rule: str
    law: str = ""
    facts: tuple[Fact, ...] = ()

    def to_plain(self) -> dict[str, object]:
        """Return the form that is printed and stored."""
        return {"rule": self.rule, "law": self.law, "facts": {name: _plain(value) for name, value in self.facts}}


def _plain(value: object) -> object:
    """Return whole numbers as such and others as a decimal text, fractions to three digits."""
    match value:
        case Fraction(denominator=1):
            return value.numerator
        case Fraction():
            return str((Decimal(value.numerator) / value.denominator).quantize(_THREE_DIGITS))
        case Decimal():
            return str(value)
        case _:
            return value
