"""A shift that begins before enough rest: the premium is for all of it, or until the rest would have been over."""

from dataclasses import dataclass

from tokimori.engine.intervals import Interval
from tokimori.engine.law import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RestPremium:
    """Minutes of rest, and the premium minutes of both variants; none where the rest was enough, inclusive."""

    rest_minutes: int
    whole_shift_minutes: int
    until_rested_minutes: int
    reasons: tuple[Reason, ...]


def rest_premium(*, previous_end: int, next_shift: Interval, minimum_rest_minutes: int) -> RestPremium:
    """Return the rest between the minute a duty ended in and the next one, and what of the later one lies in it.

    Raise ``ValueError`` when the next shift begins before the previous end, or for a negative minimum.
    """
    if minimum_rest_minutes < 0:
        raise ValueError("Rest counts forward.")
    rest = next_shift.start - previous_end
    if rest < 0:
        raise ValueError("A duty begins after the one before.")
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
