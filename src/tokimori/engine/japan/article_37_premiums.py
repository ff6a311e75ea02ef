"""Labor Standards Act 37: premiums, the step at sixty hours, and leave in its place.

Premiums are parts of the hourly wage that are added to it. A minute of legal-holiday work never has an overtime premium,
however long it lasts; night adds to whatever else applies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from tokimori.engine.japan.civil_periods import last_day
from tokimori.engine.law import Entry, Figure, Reason

ARTICLE: Final = "JP.LSA.37"
ARTICLE_ON_SIXTY_HOURS: Final = "JP.LSA.37.1"
ARTICLE_ON_ALTERNATIVE_LEAVE: Final = "JP.LSA.37.3; JP.ER.19-2"
ARTICLE_ON_WAGE: Final = "JP.LSA.37.5; JP.ER.19"
ROUNDING_NOTICE: Final = "Showa 63.3.14 Kihatsu 150"

_QUARTER: Final = Fraction(1, 4)

OVERTIME: Final = Figure("premium_overtime", (Entry(since=date(1947, 9, 1), value=_QUARTER, article=ARTICLE),))
LATE_NIGHT: Final = Figure("premium_late_night", (Entry(since=date(1947, 9, 1), value=_QUARTER, article=ARTICLE),))
LEGAL_HOLIDAY: Final = Figure(
    "premium_legal_holiday",
    (
        Entry(since=date(1947, 9, 1), value=_QUARTER, article=ARTICLE),
        Entry(since=date(1994, 4, 1), value=Fraction(35, 100), article=ARTICLE),
    ),
)
OVERTIME_OVER_SIXTY: Final = Figure(
    "premium_overtime_over_sixty_hours",
    (
        Entry(since=date(1947, 9, 1), value=_QUARTER, article=ARTICLE),
        Entry(since=date(2010, 4, 1), value=Fraction(1, 2), article=ARTICLE_ON_SIXTY_HOURS),
    ),
)
OVERTIME_OVER_SIXTY_OF_SMALL: Final = Figure(
    "premium_overtime_over_sixty_hours_of_small_companies",
    (
        Entry(since=date(1947, 9, 1), value=_QUARTER, article=ARTICLE),
        Entry(since=date(2023, 4, 1), value=Fraction(1, 2), article=ARTICLE_ON_SIXTY_HOURS),
    ),
)
"""Small and medium companies were let off until March 2023 (former Article 138)."""

SIXTY_HOURS: Final = Figure("sixty_hours", (Entry(since=date(2010, 4, 1), value=3600, article=ARTICLE_ON_SIXTY_HOURS),))


class Duty(StrEnum):
    """What the minutes of a stretch are, apart from the night."""

    OVERTIME = "overtime"
    LEGAL_HOLIDAY = "legal_holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumStretch:
    """Minutes that are overtime or legal-holiday work, in one piece, with those of them that lie in the night."""

    duty: Duty
    is_night: bool
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SixtyHours:
    """A month's overtime up to sixty hours and beyond, each with its night; legal-holiday work stands outside."""

    until: int
    until_night: int
    beyond: int
    beyond_night: int
    legal_holiday: int
    legal_holiday_night: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeLeave:
    """Hours of leave that stand for the premium above that of ordinary overtime."""

    conversion: Fraction
    hours: Fraction
    reasons: tuple[Reason, ...]


def at_sixty_hours(*, stretches: Sequence[PremiumStretch], day: date) -> SixtyHours:
    """Return how a month's stretches, in the order they were worked, lie before and after sixty hours of overtime.

    The sixtieth hour itself is before.
    """
    threshold = SIXTY_HOURS.on(day)
    counted = 0
    sums = {(part, night): 0 for part in ("until", "beyond", "holiday") for night in (False, True)}
    for stretch in stretches:
        if stretch.minutes < 0:
            raise ValueError("Work counts forward.")
        if stretch.duty is Duty.LEGAL_HOLIDAY:
            sums["holiday", stretch.is_night] += stretch.minutes
            continue
        until = min(stretch.minutes, max(0, threshold - counted))
        counted += stretch.minutes
        sums["until", stretch.is_night] += until
        sums["beyond", stretch.is_night] += stretch.minutes - until
    facts = (("threshold", threshold), ("overtime", counted), ("beyond", max(0, counted - threshold)))
    return SixtyHours(
        until=sums["until", False] + sums["until", True],
        until_night=sums["until", True],
        beyond=sums["beyond", False] + sums["beyond", True],
        beyond_night=sums["beyond", True],
        legal_holiday=sums["holiday", False] + sums["holiday", True],
        legal_holiday_night=sums["holiday", True],
        reasons=(Reason(rule="sixty_hours", law=ARTICLE_ON_SIXTY_HOURS, facts=facts),),
    )


def alternative_leave(
    *, overtime_minutes: Fraction, premium_until: Fraction, premium_beyond: Fraction, day: date
) -> AlternativeLeave:
    """Return the leave that a month's overtime beyond sixty hours may be exchanged for; exact, never rounded.

    It is taken in whole or half days within two months of the month's end; the ordinary premium is paid all the same.
    Raise ``ValueError`` for premiums below the law's.
    """
    if premium_until < OVERTIME.on(day) or premium_beyond < OVERTIME_OVER_SIXTY.on(day):
        raise ValueError("A premium is not below the law's.")
    if overtime_minutes < 0 or premium_beyond < premium_until:
        raise ValueError("The premium beyond sixty hours is not below the one before.")
    conversion = premium_beyond - premium_until
    beyond = max(Fraction(0), overtime_minutes - SIXTY_HOURS.on(day))
    hours = beyond * conversion / 60
    facts = (("beyond", beyond), ("conversion", conversion), ("hours", hours))
    return AlternativeLeave(
        conversion=conversion,
        hours=hours,
        reasons=(Reason(rule="alternative_leave", law=ARTICLE_ON_ALTERNATIVE_LEAVE, facts=facts),),
    )


def monthly_average_minutes(*, working_days_a_year: Fraction, daily_minutes: Fraction) -> Fraction:
    """Return the minutes that a monthly wage is divided by (Enforcement Rule 19): a year's working time over twelve."""
    if working_days_a_year <= 0 or daily_minutes <= 0:
        raise ValueError("A year has working days of some length.")
    return working_days_a_year * daily_minutes / 12


def rounded_yen(amount: Fraction) -> int:
    """Return an amount in whole yen: below half a yen dropped, from half a yen on raised (Kihatsu 150)."""
    if amount < 0:
        raise ValueError("A wage is not negative.")
    return int(amount + Fraction(1, 2))


def rounded_month_hours(minutes: int) -> int:
    """Return the month's total of one category in whole hours: below thirty minutes dropped, from thirty on raised.

    Allowed for overtime, holiday and night totals, each by itself (Kihatsu 150); for Articles 32 and 36 minutes stay.
    """
    if minutes < 0:
        raise ValueError("Work counts forward.")
    hours, rest = divmod(minutes, 60)
    return hours + (rest >= 30)  # noqa: PLR2004 -- half an hour, by the notice


def rounded_pay_total(amount: int) -> int:
    """Return a month's pay to a hundred yen: below fifty dropped, from fifty on raised; if the work rules say so."""
    if amount < 0:
        raise ValueError("A wage is not negative.")
    return (amount + 50) // 100 * 100


def carried_to_next_month(amount: int) -> tuple[int, int]:
    """Return what is paid now, in whole thousands, and what below a thousand is paid with the next month's pay."""
    if amount < 0:
        raise ValueError("A wage is not negative.")
    return amount - amount % 1000, amount % 1000


def alternative_leave_until(month_end: date) -> date:
    """Return the last day of the two months in which leave in place of the premium is taken (ER 19-2)."""
    return last_day(month_end + timedelta(days=1), months=2)


def rounding_reason(minutes: int) -> Reason:
    """Return why a month's total was rounded."""
    facts = (("minutes", minutes), ("hours", rounded_month_hours(minutes)))
    return Reason(rule="month_total_rounded", law=ROUNDING_NOTICE, facts=facts)
