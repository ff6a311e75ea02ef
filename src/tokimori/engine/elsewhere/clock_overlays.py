"""Premiums of the clock that lie over whatever else is paid: an evening, a night; added up, or the higher one only."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tokimori.engine.clock_windows import ClockWindow, in_window
from tokimori.engine.intervals import Interval, subtracted, total_minutes
from tokimori.engine.law import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockOverlay:
    """A window with the part of the hourly rate that it adds; one that stacks is paid beside every other."""

    name: str
    window: ClockWindow
    extra_rate: Fraction
    stacks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayMinutes:
    """The minutes paid under an overlay."""

    name: str
    minutes: int
    reasons: tuple[Reason, ...]


def overlay_minutes(
    *, work: Sequence[Interval], overlays: Sequence[ClockOverlay], zone: str
) -> tuple[OverlayMinutes, ...]:
    """Return the minutes of each overlay, in the order given.

    Where overlays that do not stack lie over one another, a minute is paid by the one that adds most; of equals, the first.
    """
    taken: tuple[Interval, ...] = ()
    found: dict[int, int] = {}
    for number, overlay in sorted(enumerate(overlays), key=lambda one: (-one[1].extra_rate, one[0])):
        inside = in_window(work=work, window=overlay.window, zone=zone)
        if not overlay.stacks:
            inside = subtracted(inside, taken)
            taken = (*taken, *inside)
        found[number] = total_minutes(inside)
    return tuple(
        OverlayMinutes(
            name=overlay.name,
            minutes=found[number],
            reasons=(
                Reason(
                    rule="clock_overlay",
                    facts=(("overlay", overlay.name), ("minutes", found[number]), ("rate", str(overlay.extra_rate))),
                ),
            ),
        )
        for number, overlay in enumerate(overlays)
    )
