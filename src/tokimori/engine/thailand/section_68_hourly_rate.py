"""Labour Protection Act 68: the hourly rate that premiums stand on; of a monthly wage, always a thirtieth a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, assert_never

from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE, PayType

ARTICLE: Final = "TH.LPA.68"
MINUTES_IN_HOUR: Final = 60

DAYS_OF_MONTHLY_WAGE: Final = Figure("days_of_monthly_wage", (Entry(since=IN_FORCE, value=30, article=ARTICLE),))
"""Whatever the length of the month, and however many of its days are worked."""


class NoWorkingHours(ValueError):
    """There are no normal hours that a wage could be divided by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlyRate:
    """Baht an hour, exact, and the average normal minutes of a working day that it was divided by."""

    hourly: Fraction
    average_day_minutes: Fraction
    reasons: tuple[Reason, ...]


def hourly_rate(*, wage: Fraction, pay_type: PayType, day_minutes: Sequence[Fraction], day: date) -> HourlyRate:
    """Return the hourly rate of a wage: baht a month, a day or an hour by the pay type; for piece work, baht a day.

    ``day_minutes`` are the normal minutes of the working days of a week; days without any are days off, and do not lower
    the average. Raise ``NoWorkingHours`` when none is left, ``ValueError`` for negative figures.
    """
    if wage < 0 or any(minutes < 0 for minutes in day_minutes):
        raise ValueError("Wages and hours are not negative.")
    working = [minutes for minutes in day_minutes if minutes > 0]
    if not working:
        raise NoWorkingHours("A wage is divided by normal hours.")
    average = sum(working, Fraction(0)) / len(working)
    hours = average / MINUTES_IN_HOUR
    match pay_type:
        case PayType.MONTHLY:
            hourly = wage / (DAYS_OF_MONTHLY_WAGE.on(day) * hours)
        case PayType.HOURLY:
            hourly = wage
        case PayType.DAILY | PayType.PIECE:
            hourly = wage / hours
        case _:
            assert_never(pay_type)
    reason = Reason(
        rule="hourly_rate",
        law=ARTICLE,
        facts=(("pay_type", pay_type.value), ("wage", str(wage)), ("average_day_minutes", str(average))),
    )
    return HourlyRate(hourly=hourly, average_day_minutes=average, reasons=(reason,))
