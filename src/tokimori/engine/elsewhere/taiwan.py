"""Taiwan's Labor Standards Act 24, 39 and 40: tiers of overtime by the kind of day.

The Act writes a third and two thirds more; the multipliers here are those that payrolls print, and configuration.
"""

from datetime import date
from fractions import Fraction
from typing import Final

from tokimori.engine.elsewhere.threshold_pack import ThresholdPack, Tier
from tokimori.engine.law import Entry, Figure

ARTICLE: Final = "TW.LSA.24"
WORKING_DAY: Final = "working_day"
REST_DAY: Final = "rest_day"
NATIONAL_HOLIDAY: Final = "national_holiday"
REGULAR_DAY_OFF: Final = "regular_day_off"

HOURS_OF_MONTHLY_WAGE: Final = 240
"""Thirty days of eight hours."""

_FIRST: Final = Fraction(134, 100)
_SECOND: Final = Fraction(167, 100)
_THIRD: Final = Fraction(267, 100)
_TWO_HOURS: Final = Fraction(120)
_EIGHT_HOURS: Final = Fraction(480)
_TEN_HOURS: Final = Fraction(600)
_TWELVE_HOURS: Final = Fraction(720)

TAIWAN: Final = Figure(
    "taiwan_overtime",
    (
        Entry(
            since=date(2018, 3, 1),
            value=ThresholdPack(
                name="taiwan",
                law=ARTICLE,
                day_tiers={
                    # Minutes beyond the normal day, whose own wage is paid anyway.
                    WORKING_DAY: (
                        Tier(over_minutes=Fraction(0), multiplier=_FIRST),
                        Tier(over_minutes=_TWO_HOURS, multiplier=_SECOND),
                    ),
                    REST_DAY: (
                        Tier(over_minutes=Fraction(0), multiplier=_FIRST),
                        Tier(over_minutes=_TWO_HOURS, multiplier=_SECOND),
                        Tier(over_minutes=_EIGHT_HOURS, multiplier=_THIRD),
                    ),
                    # A day's wage more, however short the work (39).
                    NATIONAL_HOLIDAY: (
                        Tier(over_minutes=Fraction(0), multiplier=Fraction(1), is_paid_whole=True),
                        Tier(over_minutes=_EIGHT_HOURS, multiplier=_FIRST),
                        Tier(over_minutes=_TEN_HOURS, multiplier=_SECOND),
                    ),
                    # Only in a disaster, and with another day off for it (40).
                    REGULAR_DAY_OFF: (
                        Tier(over_minutes=Fraction(0), multiplier=Fraction(1), is_paid_whole=True),
                        Tier(over_minutes=_EIGHT_HOURS, multiplier=Fraction(2)),
                    ),
                },
                # Twelve hours a day with the normal eight (32).
                day_limits={WORKING_DAY: Fraction(240), REST_DAY: _TWELVE_HOURS, NATIONAL_HOLIDAY: _TWELVE_HOURS},
            ),
            article=ARTICLE,
        ),
    ),
)
