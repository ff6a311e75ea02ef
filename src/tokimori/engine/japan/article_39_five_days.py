"""Labor Standards Act 39 (7), (8), Enforcement Rule 24-5: five days a year that the employer must see taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Final

from tokimori.engine.japan.civil_periods import MONTHS_IN_YEAR, day_after, last_day, months
from tokimori.engine.law import Entry, Figure, Reason

ARTICLE: Final = "JP.LSA.39.7; JP.ER.24-5"
_SINCE: Final = date(2019, 4, 1)

OWED: Final = Figure("five_day_duty_days", (Entry(since=_SINCE, value=5, article=ARTICLE),))
FROM_GRANT: Final = Figure("five_day_duty_from_grant", (Entry(since=_SINCE, value=10, article=ARTICLE),))
"""Days that a year's grant must have for the duty to arise."""


class Overlap(StrEnum):
    """What two duties that overlap ask for. Switch ``five_day_overlap``."""

    PRORATED = "prorated"
    """One duty from the first grant to the end of the last year, five days for each twelve months of it."""

    SEPARATE = "separate"
    """Each its own five days."""


class LeaveUnit(StrEnum):
    """How leave was taken; ``SPECIAL`` is leave beside the Act's."""

    DAY = "day"
    HALF = "half"
    HOUR = "hour"
    SPECIAL = "special"


COUNTED: Final = {
    LeaveUnit.DAY: Fraction(1),
    LeaveUnit.HALF: Fraction(1, 2),
    LeaveUnit.HOUR: Fraction(0),
    LeaveUnit.SPECIAL: Fraction(0),
}
"""What a unit counts for toward the duty: leave by the hour does not (Heisei 30.12.28 Kihatsu 1228-15)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Days to be taken from the first to the last day, both inside; exact, and rounded up to what can be taken."""

    first: date
    last: date
    months: Fraction
    required: Fraction

    @property
    def in_half_days(self) -> Fraction:
        """Return the days owed where half days can be taken."""
        return Fraction(ceil(self.required * 2), 2)

    @property
    def in_whole_days(self) -> int:
        """Return the days owed where only whole days can be taken."""
        return ceil(self.required)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiveDayDuty:
    """The duties that a row of grants brought; none for grants that never reached ten days."""

    duties: tuple[Duty, ...]
    reasons: tuple[Reason, ...]


def five_day_duty(*, grants: Sequence[tuple[date, Fraction]], overlap: Overlap = Overlap.PRORATED) -> FiveDayDuty:
    """Return what must be taken by when; grants are dates and days, in order.

    Pieces of a grant are added up within a year of the first, and the duty's year begins when ten days are reached.
    Duties before the Act knew them do not exist.
    """
    if list(grants) != sorted(grants, key=lambda one: one[0]) or any(days < 0 for _, days in grants):
        raise ValueError("Grants follow one another.")
    duties: list[Duty] = []
    for begins in _year_begins(grants):
        end = last_day(begins, years=1)
        if duties and overlap is Overlap.PRORATED and begins <= duties[-1].last:
            duties[-1] = _duty(duties[-1].first, end)
        else:
            duties.append(_duty(begins, end))
    return FiveDayDuty(duties=tuple(duties), reasons=tuple(_reason(one, overlap) for one in duties))


def counted_toward_duty(taken: Sequence[tuple[LeaveUnit, Fraction]]) -> Fraction:
    """Return the days that leave taken counts for toward the duty."""
    return sum((COUNTED[unit] * quantity for unit, quantity in taken), Fraction(0))


def _duty(first: date, last: date) -> Duty:
    length = months(first, date.fromordinal(last.toordinal() + 1))
    return Duty(first=first, last=last, months=length, required=OWED.on(first) * length / MONTHS_IN_YEAR)


def _year_begins(grants: Sequence[tuple[date, Fraction]]) -> list[date]:
    """Return the days on which a year's grants reached ten days."""
    found: list[date] = []
    began: date | None = None
    total = Fraction(0)
    for day, days in grants:
        if day < _SINCE:
            continue
        if began is None or day >= day_after(began, years=1):
            began, total = day, Fraction(0)
        total += days
        if total >= FROM_GRANT.on(day):
            found.append(day)
            began, total = None, Fraction(0)
    return found


def _reason(duty: Duty, overlap: Overlap) -> Reason:
    facts = (
        ("first", duty.first.isoformat()),
        ("last", duty.last.isoformat()),
        ("months", duty.months),
        ("required", duty.required),
        ("overlap", overlap.value),
    )
    return Reason(rule="five_day_duty", law=ARTICLE, facts=facts)
