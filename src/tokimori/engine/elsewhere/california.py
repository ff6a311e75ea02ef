"""California Labor Code 510: beyond eight and twelve hours of a day, forty of a week, and on a seventh day in a row."""

from datetime import date
from fractions import Fraction
from typing import Final

from tokimori.engine.elsewhere.threshold_pack import ThresholdPack, Tier
from tokimori.engine.law import Entry, Figure

ARTICLE: Final = "US-CA.LAB.510"
WORKDAY: Final = "workday"
REGULAR: Final = Fraction(1)
TIME_AND_A_HALF: Final = Fraction(3, 2)
DOUBLE: Final = Fraction(2)

_EIGHT_HOURS: Final = Fraction(480)

CALIFORNIA: Final = Figure(
    "california_overtime",
    (
        Entry(
            since=date(2000, 1, 1),
            value=ThresholdPack(
                name="california",
                law=ARTICLE,
                day_tiers={
                    WORKDAY: (
                        Tier(over_minutes=Fraction(0), multiplier=REGULAR),
                        Tier(over_minutes=_EIGHT_HOURS, multiplier=TIME_AND_A_HALF),
                        Tier(over_minutes=Fraction(720), multiplier=DOUBLE),
                    )
                },
                day_limits={},
                week_tiers=(Tier(over_minutes=Fraction(2400), multiplier=TIME_AND_A_HALF),),
                consecutive_day=7,
                consecutive_day_tiers=(
                    Tier(over_minutes=Fraction(0), multiplier=TIME_AND_A_HALF),
                    Tier(over_minutes=_EIGHT_HOURS, multiplier=DOUBLE),
                ),
            ),
            article=ARTICLE,
        ),
    ),
)
"""A workweek of seven days; minutes raised by the day or by the seventh day are not counted again for the week."""
