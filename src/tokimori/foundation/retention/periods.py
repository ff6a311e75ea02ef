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
    """What is kept for a time of its own and then taken away.

    The value names the two functions of the database: ``old_…`` says what is old, ``forget_…`` takes it away.
    """

    SIGN_IN = "sign_in_records"
    EVENTS = "event_details"
    WORKING_TIME = "working_time"
    FILES = "payroll_files"
    PEOPLE = "people_who_left"
    VISITS = "operator_visits"
    LETTERS = "letters"


BY_PERSON: Final = frozenset({RecordKind.WORKING_TIME, RecordKind.PEOPLE})
"""Kinds whose rows say whose they are: of each person, the countries in which he worked count, and holds may name him."""
STATUTORY: Final = frozenset(RecordKind) - {RecordKind.LETTERS}
"""Kinds that no country lets go sooner than records of work."""

OF_THE_PROVIDER: Final = frozenset({RecordKind.LETTERS})
"""Kinds that go from the provider's own tenant; its log is kept without an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long, and on what ground: whole years, or days."""

    years: int = 0
    days: int = 0
    ground: str

    @property
    def length(self) -> timedelta:
        """Return the time, in years of 366 days, so that it is never too short."""
        return self.years * _YEAR + timedelta(days=self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What is over its time at an instant by the period of some countries.

    Where rows say whose they are: of people whose countries all lie ``within`` some, and one of them among ``one_of``; rows
    that name nobody go with the stretch that ``is_everybodys``. Elsewhere, all rows of the company.
    """

    before: datetime
    length: timedelta
    within: tuple[str, ...]
    one_of: tuple[str, ...]
    is_everybodys: bool


_WORKING_TIME: Final = {
    "JP": Period(
        years=5,
        ground="records of work: Labour Standards Act 109, whole period; for the time being at least three years: 143",
    ),
    "TH": Period(years=2, ground="records of work: Labour Protection Act 115"),
    "": Period(years=5, ground="elsewhere, the longest of these"),
}

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
        RecordKind.WORKING_TIME: _WORKING_TIME,
        RecordKind.FILES: _WORKING_TIME,
        RecordKind.PEOPLE: {
            "JP": Period(
                years=5,
                ground="registers of workers, from the day they left: Labour Standards Act 109, whole period",
            ),
            "TH": Period(years=2, ground="from the end of employment: Labour Protection Act 115"),
            "": Period(years=5, ground="elsewhere, the longest of these"),
        },
        RecordKind.VISITS: {
            "JP": Period(
                years=3, ground="as long as the working time that they explain: Labour Standards Act 109, 143"
            ),
            "TH": Period(
                years=2,
                ground="as long as the working time that they explain; at least 90 days: Computer Crime Act 26",
            ),
            "": Period(years=3, ground="elsewhere, the longest of these"),
        },
        RecordKind.LETTERS: {
            "JP": Period(days=90, ground="until questions about a letter have been answered"),
            "TH": Period(days=90, ground="until questions about a letter have been answered; Computer Crime Act 26"),
            "": Period(days=90, ground="elsewhere, the longest of these"),
        },
    }
)


def period_of(kind: RecordKind, *, country: str) -> Period:
    """Return the period of a kind in a country, by its two letters."""
    known = PERIODS[kind]
    return known.get(country, known[""])


def kept_until(kind: RecordKind, *, countries: Collection[str], now: datetime) -> datetime:
    """Return the instant before which records of a kind go: of several countries the longest period holds."""
    return now - _longest(kind, countries)


def stretches(kind: RecordKind, *, countries: Collection[str], now: datetime) -> tuple[Stretch, ...]:
    """Return what is over its time of a company with these countries, the shortest period first."""
    longest = _longest(kind, countries)
    if kind not in BY_PERSON:
        names = tuple(sorted(countries))
        return (Stretch(before=now - longest, length=longest, within=names, one_of=names, is_everybodys=True),)
    lengths = {country: _longest(kind, [country]) for country in {*countries, ""}}
    return tuple(
        Stretch(
            before=now - length,
            length=length,
            within=tuple(sorted(name for name, other in lengths.items() if other <= length)),
            one_of=tuple(sorted(name for name, other in lengths.items() if other == length)),
            is_everybodys=length == longest,
        )
        for length in sorted(set(lengths.values()))
    )


def _longest(kind: RecordKind, countries: Collection[str]) -> timedelta:
    return max(LEAST, *(period_of(kind, country=country).length for country in countries or [""]))
