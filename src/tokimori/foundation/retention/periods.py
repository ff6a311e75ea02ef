"""How long what is kept, and why. The page ``docs/reference/retention.md`` lists the same figures; a test compares them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

_YEAR: Final = timedelta(days=366)
LEAST: Final = timedelta(days=90)
"""Nothing of these kinds goes sooner, whatever the table says: the database itself refuses."""


class RecordKind(StrEnum):
    """What is kept for a time of its own and then taken away."""

    SIGN_IN = "sign_in_records"
    EVENTS = "event_details"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long, and on what ground."""

    years: int
    ground: str

    @property
    def length(self) -> timedelta:
        """Return the time, in years of 366 days, so that it is never too short."""
        return self.years * _YEAR


PERIODS: Final[Mapping[RecordKind, Mapping[str, Period]]] = MappingProxyType(
    {
        RecordKind.SIGN_IN: {
            "JP": Period(
                years=3, ground="as long as the working time that they explain: Labour Standards Act 109, 143"
            ),
            "TH": Period(years=2, ground="as long as the working time that they explain: Labour Protection Act 115"),
            "": Period(years=3, ground="elsewhere, the longest of these"),
        },
        RecordKind.EVENTS: {
            "JP": Period(
                years=5,
                ground="they show how records of working time came about: Labour Standards Act 109, whole period",
            ),
            "TH": Period(years=2, ground="they show how records of working time came about: Labour Protection Act 115"),
            "": Period(years=5, ground="elsewhere, the longest of these"),
        },
    }
)


def period_of(kind: RecordKind, *, country: str) -> Period:
    """Return the period of a kind in a country, by its two letters."""
    known = PERIODS[kind]
    return known.get(country, known[""])


def kept_until(kind: RecordKind, *, countries: Collection[str], now: datetime) -> datetime:
    """Return the instant before which records of a kind go: of several countries the longest period holds."""
    lengths = [period_of(kind, country=country).length for country in countries or [""]]
    return now - max(LEAST, *lengths)
