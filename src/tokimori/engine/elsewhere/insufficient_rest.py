"""A shift that begins before enough rest: the premium is for all of it, or until the rest would have been over."""

from dataclasses import dataclass
from datetime import datetime

from tokimori.engine.intervals import Interval, floored
from tokimori.engine.law import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RestPremium:
    """Minutes of rest, and the premium minutes of both variants; none where the rest was enough, inclusive."""

    rest_minutes: int
    whole_shift_minutes: int
    until_rested_minutes: int
    reasons: tuple[Reason, ...]


def rest_premium(*, previous_end: datetime, next_shift: Interval, minimum_rest_minutes: int) -> RestPremium:
    """Return the rest between two duties, and what of the later one lies in it.

    Raise ``ValueError`` when the next shift begins before the previous end, or for a negative minimum.
    """
    if minimum_rest_minutes < 0:
        raise ValueError("Rest counts forward.")
    rest = Interval(start=floored(previous_end), end=next_shift.start).minutes
    missing = max(0, minimum_rest_minutes - rest)
    whole = next_shift.minutes if missing else 0
    until = min(missing, next_shift.minutes)
    facts = (("rest_minutes", rest), ("minimum_rest_minutes", minimum_rest_minutes), ("missing_minutes", missing))
    return RestPremium(
        rest_minutes=rest,
        whole_shift_minutes=whole,
        until_rested_minutes=until,
        reasons=(Reason(rule="insufficient_rest", facts=facts),),
    )
