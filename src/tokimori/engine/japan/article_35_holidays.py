"""Labor Standards Act 35, Enforcement Rule 12-2: which days off are the law's, when nobody named them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from tokimori.engine.intervals import Interval, intersected, total_minutes
from tokimori.engine.law import Entry, Figure, Reason

ARTICLE: Final = "JP.LSA.35"
FOUR_WEEKS: Final = "JP.LSA.35.2; JP.ER.12-2"
LODGING: Final = "Showa 57.6.30 Kihatsu 446"
HOLIDAYS_IN_FOUR_WEEKS: Final = Figure(
    "holidays_in_four_weeks", (Entry(since=date(1947, 9, 1), value=4, article=FOUR_WEEKS),)
)
FOUR_WEEKS_DAYS: Final = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class RestDay:
    """A day off of one week, and whether it was worked."""

    date: date
    is_worked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHolidays:
    """The dates that are legal holidays, or on which legal-holiday work was done."""

    dates: tuple[date, ...]
    reasons: tuple[Reason, ...]


def legal_holiday_of_week(*, rest_days: Sequence[RestDay]) -> LegalHolidays:
    """Return which day off of a week is the legal holiday: the first that was taken; if none was, the last.

    A week without a day off has none, which is a finding for others to make.
    """
    if not rest_days:
        return LegalHolidays(dates=(), reasons=())
    ordered = sorted(rest_days, key=lambda day: day.date)
    taken = next((day for day in ordered if not day.is_worked), None)
    chosen = taken or ordered[-1]
    rule = "first_rest_day_taken" if taken else "last_rest_day_of_week"
    return LegalHolidays(
        dates=(chosen.date,), reasons=(Reason(rule=rule, law=ARTICLE, facts=(("date", chosen.date.isoformat()),)),)
    )


def holiday_work_in_four_weeks(
    *, designated: Collection[date], worked_on: Collection[date], required: int | None = None
) -> LegalHolidays:
    """Return the dates whose work is legal-holiday work.

    They are the first after which four days off are out of reach, and each later one.
    ``designated`` are all days off of the four weeks; ``required`` stands for more than the law asks.
    """
    if not designated:
        return LegalHolidays(dates=(), reasons=())
    owed = HOLIDAYS_IN_FOUR_WEEKS.on(min(designated)) if required is None else required
    left = len(set(designated))
    found: list[date] = []
    for day in sorted(set(designated) & set(worked_on)):
        left -= 1
        if left < owed:
            found.append(day)
    reasons = tuple(
        Reason(rule="four_weeks", law=FOUR_WEEKS, facts=(("date", day.isoformat()), ("required", owed)))
        for day in found
    )
    return LegalHolidays(dates=tuple(found), reasons=reasons)


def lodging_holiday_minutes(*, rest: Interval, worked: Sequence[Interval]) -> tuple[int, tuple[Reason, ...]]:
    """Return the legal-holiday minutes of inns and hotels, whose holiday runs from noon to noon, not by the calendar."""
    minutes = total_minutes(intersected([rest], worked))
    return minutes, (Reason(rule="lodging_rest", law=LODGING, facts=(("minutes", minutes),)),)


class RestKind(StrEnum):
    """Trades whose holiday is a length of rest, not a calendar day."""

    THREE_SHIFTS = "three_shifts"
    """Eight hours in three shifts by rule: 24 hours in a row, wherever they begin."""
    LODGING = "lodging"
    """Inns and hotels: noon to noon within 30 hours, for the time being 27."""
    DRIVERS = "drivers"
    """The rest between duties and 24 hours after it."""


REST_NOTICES: Final = {
    RestKind.THREE_SHIFTS: "Showa 63.3.14 Kihatsu 150",
    RestKind.LODGING: LODGING,
    RestKind.DRIVERS: "Heisei 1.3.1 Kihatsu 93",
}

HOURS_OF_REST: Final = {
    RestKind.THREE_SHIFTS: Figure(
        "holiday_of_three_shifts", (Entry(since=date(1988, 4, 1), value=1440, article=ARTICLE),)
    ),
    RestKind.LODGING: Figure("holiday_of_lodging", (Entry(since=date(1982, 6, 30), value=1620, article=LODGING),)),
    RestKind.DRIVERS: Figure(
        "holiday_of_drivers",
        (
            Entry(since=date(1989, 4, 1), value=1440 + 480, article=ARTICLE),
            Entry(since=date(2024, 4, 1), value=1440 + 540, article=ARTICLE),
        ),
    ),
}
"""Minutes of rest in a row that make a holiday. A driver's rest between duties is eight hours, nine since April 2024."""


def is_holiday_of_trade(*, kind: RestKind, rest_minutes: int, day: date) -> bool:
    """Whether a rest in one piece is a holiday in a trade whose holiday is no calendar day; bounds are inclusive.

    Raise ``ValueError`` for a negative rest.
    """
    if rest_minutes < 0:
        raise ValueError("Rest counts forward.")
    return rest_minutes >= HOURS_OF_REST[kind].on(day)
