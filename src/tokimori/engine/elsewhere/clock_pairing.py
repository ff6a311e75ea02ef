"""Pairing of punches that do not say what they are: by a rule of the company's, with what is left over named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tokimori.engine.facts import Punch, PunchKind
from tokimori.engine.intervals import subtracted, total_minutes
from tokimori.engine.law import Reason
from tokimori.engine.pairing import PairedDay, pair_punches
from tokimori.engine.results import Severity

_NO_DOUBLES: Final = -1
"""Two punches in one minute are two punches here: a break of no length."""


class PairingPolicy(StrEnum):
    """What punches without a kind are: the ends and breaks of one shift, or the ends of several."""

    FIRST_IN_LAST_OUT_ALTERNATE_BREAKS = "first_in_last_out_alternate_breaks"
    SPLIT_SHIFT = "split_shift"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedPunches:
    """Minutes worked, and between the shifts of a split one; ``None`` where no two punches make a stretch."""

    worked_minutes: int | None
    gap_minutes: int
    unpaired: tuple[int, ...]
    """The places in the list of the punches that are ignored until somebody adds the missing one."""
    reasons: tuple[Reason, ...]


def paired_punches(*, at: Sequence[datetime], policy: PairingPolicy) -> PairedPunches:
    """Return what a day's punches add up to; instants in UTC, in order.

    Of an odd number, the last but one is left over where the rest is one shift, and the last where each two are one.
    """
    paired = _paired(at, policy)
    unpaired = tuple(
        int(name) for finding in paired.findings if finding.severity is Severity.BLOCKING for name in finding.punch_ids
    )
    worked = total_minutes(subtracted(paired.presence, paired.breaks))
    has_stretch = len(at) - len(unpaired) > 1 or not at
    gap = 0
    if policy is PairingPolicy.SPLIT_SHIFT and paired.presence:
        span = paired.presence[-1].end - paired.presence[0].start
        gap = span - worked
    facts = (("policy", policy.value), ("punches", len(at)), ("unpaired", len(unpaired)))
    return PairedPunches(
        worked_minutes=worked if has_stretch else None,
        gap_minutes=gap,
        unpaired=unpaired,
        reasons=(Reason(rule="punches_paired", facts=facts),),
    )


def _paired(at: Sequence[datetime], policy: PairingPolicy) -> PairedDay:
    def kind(place: int) -> PunchKind | None:
        if policy is PairingPolicy.FIRST_IN_LAST_OUT_ALTERNATE_BREAKS:
            return None
        return PunchKind.OUT if place % 2 else PunchKind.IN

    punches = [Punch(id=str(place), at=moment, kind=kind(place)) for place, moment in enumerate(at)]
    return pair_punches(punches=punches, duplicate_seconds=_NO_DOUBLES, is_over=True)
