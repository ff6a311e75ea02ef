"""Presses of a clock within seconds of each other, where nobody said which is what: arrivals and departures alternate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tokimori.engine.law import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPunches:
    """The places of the punches that count, in the order of time."""

    kept: tuple[int, ...]
    reasons: tuple[Reason, ...]


def without_double_taps(*, at: Sequence[datetime], window: timedelta) -> KeptPunches:
    """Return which punches count; they may come in any order.

    A punch within the window of the one kept last, inclusive, is the same press again. Of an arrival the first counts, of
    a departure the last: what is kept first is an arrival, what is kept next a departure, and so on.
    """
    kept: list[int] = []
    reasons: list[Reason] = []
    for place in sorted(range(len(at)), key=lambda one: (at[one], one)):
        if not kept or at[place] - at[kept[-1]] > window:
            kept.append(place)
            continue
        is_departure = len(kept) % 2 == 0
        ignored = kept[-1] if is_departure else place
        if is_departure:
            kept[-1] = place
        facts = (("ignored", at[ignored].isoformat()), ("is_departure", is_departure))
        reasons.append(Reason(rule="double_tap", facts=facts))
    return KeptPunches(kept=tuple(kept), reasons=tuple(reasons))
