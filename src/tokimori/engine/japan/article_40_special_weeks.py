"""Labor Standards Act 40, Enforcement Rule 25-2: 44 hours a week where fewer than ten work, and what it goes with.

Commerce with hairdressers, theatres, health care, lodging and entertainment; the day stays at eight hours. The figure is in
``frames.SPECIAL_WEEKLY_LIMIT``. It goes with fixed hours, one-month variable hours and flextime settled within a month;
never with one-year variable hours, weekly irregular hours or a longer settlement (ER 25-2, 4).
"""

from datetime import date
from typing import Final

from tokimori.engine.law import Entry, Figure

ARTICLE: Final = "JP.LSA.40; JP.ER.25-2"

ORDINARY_WEEK_MINUTES: Final = 2400
LARGEST_WORKPLACE: Final = Figure(
    "special_week_below_persons", (Entry(since=date(1988, 4, 1), value=10, article=ARTICLE),)
)
"""Persons who work at the place as a rule, part-timers among them; with so many the exception is over."""

WITHOUT_SPECIAL_WEEK: Final = frozenset({"variable_1y", "weekly_irregular", "flex_3m", "variable_year", "flex_quarter"})
"""Systems that the exception does not go with, by the names of cases and of rule sets."""


def has_special_week(*, persons: int, system: str, day: date) -> bool:
    """Whether a workplace of the trades named may work 44 hours a week. Raise ``ValueError`` for nobody."""
    if persons < 1:
        raise ValueError("Somebody works at a workplace.")
    return persons < LARGEST_WORKPLACE.on(day) and system not in WITHOUT_SPECIAL_WEEK


def refuse_special_week_of(*, system: str, weekly_minutes: int) -> None:
    """Raise ``ValueError`` for a week of more than forty hours in a system that the exception does not go with."""
    if weekly_minutes > ORDINARY_WEEK_MINUTES and system in WITHOUT_SPECIAL_WEEK:
        raise ValueError("A week of more than forty hours does not go with this system.")
