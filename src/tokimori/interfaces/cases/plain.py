"""Between JSON's numbers and exact ones, and between clock times and stretches, for the kinds that need both."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from tokimori.engine.elsewhere.elapsed_time import local_instant
from tokimori.engine.intervals import Interval, intersected, minute_of, total_minutes
from tokimori.interfaces.cases.kind import ClockTime, Impossible, clock_minute, is_within_a_century, local_moment

ClockPair = tuple[ClockTime, ClockTime]
"""From and to. A to that is not after its from lies on the next day."""

MINUTES_IN_DAY: Final = 24 * 60
_DAY: Final = datetime(2026, 4, 1, tzinfo=UTC)


def exact(number: float) -> Fraction:
    """Return the number as it was written: 0.1 is a tenth."""
    return Fraction(str(number))


def plain(number: Fraction, *, places: int = 2) -> int | float:
    """Return a number of JSON: whole if it is whole, else rounded half up to so many places."""
    if number.denominator == 1:
        return int(number)
    return money(number, places=places)


def money(number: Fraction, *, places: int = 2) -> float:
    """Return an amount rounded half up to so many places."""
    scaled = number * 10**places
    units = (Decimal(scaled.numerator) / Decimal(scaled.denominator)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return float(units.scaleb(-places))


def hours(minutes: Fraction) -> int | float:
    """Return minutes as hours."""
    return plain(minutes / 60, places=4)


def clock_minutes(pair: ClockPair, path: str) -> tuple[int, int]:
    """Return a stretch in minutes from the midnight its day begins with. Raise ``Impossible`` for an empty one."""
    start, end = clock_minute(pair[0]), clock_minute(pair[1])
    if start == end:
        raise Impossible(path, "is empty")
    if end < start:
        end += MINUTES_IN_DAY
    if end <= start:
        raise Impossible(path, "ends before it begins")
    return start, end


def stretch(start: int, end: int) -> Interval:
    """Return minutes of a day as an interval of a day without a zone of its own: clocks that no zone ever moves."""
    return Interval(minute_of(instant(start)), minute_of(instant(end)))


def instant(minute: int) -> datetime:
    """Return a minute of the day without a zone as an instant."""
    return _DAY + timedelta(minutes=minute)


def midnight() -> int:
    """Return the midnight that this day ends with."""
    return minute_of(instant(MINUTES_IN_DAY))


def day_of_stretches() -> date:
    """Return the day without a zone of its own."""
    return _DAY.date()


def placed(pair: tuple[int, int], around: Sequence[Interval]) -> Interval:
    """Return a stretch where it touches the others most: on its own day, or, for night duties, on the next."""
    as_written = stretch(*pair)
    later = stretch(pair[0] + MINUTES_IN_DAY, pair[1] + MINUTES_IN_DAY)
    return max(as_written, later, key=lambda one: (total_minutes(intersected([one], around)), one is as_written))


def clock_text(minute: int) -> str:
    """Return minutes from midnight as ``hh:mm``; beyond 24:00 the hours go on."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def weekday(name: str) -> int:
    """Return the number of a weekday's short English name, Monday 0."""
    return ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(name)


def moment_in_zone(text: str, zone: str, path: str, *, fold: int = 0) -> datetime:
    """Return a moment of a zone's clock in UTC; raise ``Impossible`` for one that the clock never showed."""
    moment = local_moment(text)
    try:
        is_within_a_century(moment.date())
        return local_instant(moment=moment, zone=zone, is_second=fold == 1)
    except ValueError as error:
        raise Impossible(path, str(error)) from error


def minute_in_zone(text: str, zone: str, path: str) -> int:
    """Return the minute that a moment of a zone's clock lies in."""
    return minute_of(moment_in_zone(text, zone, path))
