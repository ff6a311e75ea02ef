"""Frames: how many minutes a period of so many days may hold before the law calls the rest overtime.

``frame = weekly limit x calendar days / 7`` (Labor Standards Act 32-2, 32-3, 32-4). A sevenths' fraction is left; how it is
treated is a choice that work rules make (``FrameRounding``).
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, assert_never

from tokimori.engine.law import Entry, Figure
from tokimori.engine.rules import FrameRounding

DAYS_IN_WEEK: Final = 7
_TENTH_OF_AN_HOUR: Final = 6

WEEKLY_LIMIT: Final = Figure(
    "weekly_limit",
    (
        Entry(since=date(1947, 9, 1), value=2880, article="JP.LSA.32"),
        Entry(since=date(1988, 4, 1), value=2760, article="JP.LSA.32"),
        Entry(since=date(1991, 4, 1), value=2640, article="JP.LSA.32"),
        Entry(since=date(1994, 4, 1), value=2400, article="JP.LSA.32"),
    ),
)
"""Minutes of work a week: 48 hours at first, then 46, 44 and since April 1994 forty; some trades had until 1997."""

SPECIAL_WEEKLY_LIMIT: Final = Figure(
    "special_weekly_limit",
    (
        Entry(since=date(1994, 4, 1), value=2760, article="JP.LSA.40; JP.ER.25-2"),
        Entry(since=date(2001, 4, 1), value=2640, article="JP.LSA.40; JP.ER.25-2"),
    ),
)
"""Minutes a week for workplaces of fewer than ten in commerce, theatres, health care, hospitality: 44 hours since 2001."""

DAILY_LIMIT: Final = Figure("daily_limit", (Entry(since=date(1947, 9, 1), value=480, article="JP.LSA.32"),))
"""Minutes of work a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The frame of a period, exact; ``minutes`` under a rounding."""

    exact: Fraction

    def minutes(self, rounding: FrameRounding) -> Fraction:
        """Return the frame in minutes under a rounding; never more than the exact one."""
        match rounding:
            case FrameRounding.EXACT:
                return self.exact
            case FrameRounding.FLOOR_MINUTE:
                return Fraction(int(self.exact))
            case FrameRounding.TENTH_OF_AN_HOUR:
                return Fraction(int(self.exact / _TENTH_OF_AN_HOUR) * _TENTH_OF_AN_HOUR)
            case _:
                assert_never(rounding)

    def over(self, minutes: int, rounding: FrameRounding) -> Fraction:
        """Return how much of the minutes lies beyond the frame; none if they fit."""
        return max(Fraction(0), minutes - self.minutes(rounding))


def frame_of(*, calendar_days: int, weekly_minutes: int) -> Frame:
    """Return the frame of a period of so many calendar days."""
    if calendar_days <= 0 or weekly_minutes <= 0:
        raise ValueError("A frame has days and a weekly limit.")
    return Frame(exact=Fraction(weekly_minutes * calendar_days, DAYS_IN_WEEK))


def calendar_days(*, first: date, last: date) -> int:
    """Return the days of a closed range."""
    if last < first:
        raise ValueError("A period cannot end before it begins.")
    return (last - first).days + 1
