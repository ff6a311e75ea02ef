"""Time that passed, whatever the clock on the wall did meanwhile."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tokimori.engine.intervals import minute_of
from tokimori.engine.law import Reason


class NoSuchMoment(ValueError):
    """The clock was put forward over this moment: it never showed it."""


class ImpossibleDuty(ValueError):
    """A duty ends before it begins."""


class BreakTooLong(ValueError):
    """A break is longer than the duty it lies in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElapsedDuty:
    """Minutes worked by real time, and those that the clock on the wall shows between its ends."""

    worked_minutes: int
    elapsed_minutes: int
    clock_minutes: int
    reasons: tuple[Reason, ...]


def local_instant(*, moment: datetime, zone: str, is_second: bool = False) -> datetime:
    """Return the instant in UTC at which a zone's clock shows a moment; of a repeated one the first, or the second.

    Raise ``NoSuchMoment`` for a moment that the clock jumps over.
    """
    local = moment.replace(tzinfo=ZoneInfo(zone), fold=int(is_second))
    found = local.astimezone(UTC)
    if found.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) != moment.replace(fold=0):
        raise NoSuchMoment("is a moment that the clock jumps over")
    return found


def elapsed_duty(
    *,
    start: datetime,
    end: datetime,
    zone: str,
    break_minutes: int,
    is_second_start: bool = False,
    is_second_end: bool = False,
) -> ElapsedDuty:
    """Return the minutes of a duty between two moments of a zone's clock, less its break. Seconds are not counted.

    An end that would lie before the start is looked for in the repeated hour too. Raise ``NoSuchMoment``,
    ``ImpossibleDuty`` and ``BreakTooLong``.
    """
    began = minute_of(local_instant(moment=start, zone=zone, is_second=is_second_start))
    ended = minute_of(local_instant(moment=end, zone=zone, is_second=is_second_end))
    if ended < began:
        ended = minute_of(local_instant(moment=end, zone=zone, is_second=True))
    if ended < began:
        raise ImpossibleDuty("lies before the beginning")
    elapsed = ended - began
    clock = (end - start) // timedelta(minutes=1)
    if not 0 <= break_minutes <= elapsed:
        raise BreakTooLong("is longer than the duty")
    facts = (("elapsed_minutes", elapsed), ("clock_minutes", clock), ("break_minutes", break_minutes))
    return ElapsedDuty(
        worked_minutes=elapsed - break_minutes,
        elapsed_minutes=elapsed,
        clock_minutes=clock,
        reasons=(Reason(rule="elapsed_time", facts=facts),),
    )
