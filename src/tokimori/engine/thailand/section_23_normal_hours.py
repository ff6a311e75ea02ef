"""Labour Protection Act 23: eight hours a day and 48 a week; a short day may be made up on others, up to nine hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from tokimori.engine.law import Entry, Figure, Reason

ARTICLE: Final = "TH.LPA.23"
IN_FORCE: Final = date(1998, 8, 19)
"""The first day of the Labour Protection Act B.E. 2541."""

NORMAL_DAY: Final = Figure("normal_day_minutes", (Entry(since=IN_FORCE, value=480, article=ARTICLE),))
NORMAL_WEEK: Final = Figure("normal_week_minutes", (Entry(since=IN_FORCE, value=2880, article=ARTICLE),))
LONGEST_NORMAL_DAY: Final = Figure(
    "longest_normal_day_minutes",
    (Entry(since=IN_FORCE, value=480, article=ARTICLE), Entry(since=date(2008, 5, 27), value=540, article=ARTICLE)),
)
"""A day on which another day's missing hours are made up; allowed since the second amendment, B.E. 2551."""


LONGEST_DAY_OF_SERVICE_TRADES: Final = Figure(
    "longest_day_of_service_trades_minutes", (Entry(since=IN_FORCE, value=720, article="TH.MR.7"),)
)
"""Certain service work, by agreement: other days within the same week of 48 hours."""


class PayType(StrEnum):
    """By what a wage is counted. Everybody but monthly staff is paid for what a made-up day has beyond eight hours."""

    MONTHLY = "monthly"
    DAILY = "daily"
    HOURLY = "hourly"
    PIECE = "piece"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUpWeek:
    """A week in which long days make up for a short one. Minutes; the beyond is what no agreement makes normal."""

    is_lawful: bool
    premium_minutes: Fraction
    beyond_minutes: Fraction
    reasons: tuple[Reason, ...]


def normal_day_limit(*, pay_type: PayType, day: date) -> int:
    """Return how many minutes inside the announced hours are paid as normal ones (23, first and second paragraph)."""
    return LONGEST_NORMAL_DAY.on(day) if pay_type is PayType.MONTHLY else NORMAL_DAY.on(day)


def made_up_week(
    *, day_minutes: Sequence[Fraction], pay_type: PayType, is_service_trade: bool = False, day: date
) -> MadeUpWeek:
    """Return whether a week's announced normal hours are lawful, and the minutes paid at 1.5 times the hourly rate.

    Lawful are days of nine hours and weeks of 48, both inclusive. Premium minutes are those beyond eight hours of each
    day, for all who are not paid by the month. In service trades whose hours a regulation leaves to agreement, a day has
    twelve hours at most, and none of them is premium. Raise ``ValueError`` for negative minutes.
    """
    if any(minutes < 0 for minutes in day_minutes):
        raise ValueError("Work counts forward.")
    longest = (LONGEST_DAY_OF_SERVICE_TRADES if is_service_trade else LONGEST_NORMAL_DAY).on(day)
    week = NORMAL_WEEK.on(day)
    total = sum(day_minutes, Fraction(0))
    over_nine = sum((max(Fraction(0), minutes - longest) for minutes in day_minutes), Fraction(0))
    over_eight = sum((max(Fraction(0), minutes - NORMAL_DAY.on(day)) for minutes in day_minutes), Fraction(0))
    beyond = max(over_nine, total - week)
    premium = Fraction(0) if pay_type is PayType.MONTHLY or is_service_trade else over_eight
    reason = Reason(
        rule="short_day_made_up",
        law=ARTICLE,
        facts=(
            ("pay_type", pay_type.value),
            ("week_minutes", str(total)),
            ("over_longest_day_minutes", str(over_nine)),
            ("over_eight_hours_minutes", str(over_eight)),
        ),
    )
    return MadeUpWeek(
        is_lawful=beyond <= 0,
        premium_minutes=premium,
        beyond_minutes=max(Fraction(0), beyond),
        reasons=(reason,),
    )
