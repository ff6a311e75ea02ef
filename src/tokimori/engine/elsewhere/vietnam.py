"""Vietnam's Labour Code 98: overtime rates by the kind of day, and what night adds."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from tokimori.engine.law import Entry, Figure, Reason

ARTICLE: Final = "VN.LC.98"
CODE_OF_2019: Final = date(2021, 1, 1)


class VietnameseDay(StrEnum):
    """The kinds of day that rates differ by."""

    NORMAL = "normal"
    WEEKLY_DAY_OFF = "weekly_day_off"
    HOLIDAY = "holiday"


DAY_RATES: Final = Figure(
    "vietnam_overtime_rates",
    (
        Entry(
            since=CODE_OF_2019,
            value={
                VietnameseDay.NORMAL: Fraction(3, 2),
                VietnameseDay.WEEKLY_DAY_OFF: Fraction(2),
                VietnameseDay.HOLIDAY: Fraction(3),
            },
            article=f"{ARTICLE}.1",
        ),
    ),
)
"""Multiples of the hourly wage. On a holiday the wage of the day itself comes on top."""
NIGHT_ADDITION: Final = Figure(
    "vietnam_night_addition", (Entry(since=CODE_OF_2019, value=Fraction(3, 10), article=f"{ARTICLE}.2"),)
)
NIGHT_OVERTIME_ADDITION: Final = Figure(
    "vietnam_night_overtime_addition", (Entry(since=CODE_OF_2019, value=Fraction(1, 5), article=f"{ARTICLE}.3"),)
)
"""Of the wage that the same hour earns in the day time of that kind of day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OvertimeRate:
    """A multiple of the hourly wage."""

    rate: Fraction
    reasons: tuple[Reason, ...]


def overtime_rate(
    *, day_type: VietnameseDay, is_night: bool = False, follows_day_overtime: bool = False, day: date
) -> OvertimeRate:
    """Return the rate of overtime. At night, three tenths more, and a fifth of what that day pays in the day time.

    What a normal day pays in the day time is the plain wage, unless overtime was worked in the day time already.
    """
    rates = DAY_RATES.on(day)
    rate = rates[day_type]
    law = f"{ARTICLE}.1"
    if is_night:
        is_plain = day_type is VietnameseDay.NORMAL and not follows_day_overtime
        day_time = Fraction(1) if is_plain else rate
        rate = rate + NIGHT_ADDITION.on(day) + NIGHT_OVERTIME_ADDITION.on(day) * day_time
        law = f"{ARTICLE}.3"
    facts = (("day_type", day_type.value), ("is_night", is_night), ("rate", str(rate)))
    return OvertimeRate(rate=rate, reasons=(Reason(rule="overtime_rate", law=law, facts=facts),))
