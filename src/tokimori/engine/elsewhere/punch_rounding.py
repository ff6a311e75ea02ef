"""Rounding of punches, and where the law has a word on it.

Japan forbids what cuts time worked (Labor Standards Act 24). The United States allow rounding to the nearest five minutes,
tenth or quarter of an hour, since it evens out (29 CFR 785.48(b)).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, assert_never

from tokimori.engine.law import Entry, Figure, Reason


class RoundingMode(StrEnum):
    """Which full unit a punch goes to. The middle between two goes to the later."""

    NEAREST = "nearest"
    UP = "up"
    DOWN = "down"


class Edge(StrEnum):
    """Which end of work a punch is."""

    IN = "in"
    OUT = "out"


class Legality(StrEnum):
    """What a country says of rounding: nothing known here, nothing that cuts time, or only what evens out."""

    UNRESTRICTED = "unrestricted"
    NO_LOSS = "no_loss"
    NEUTRAL = "neutral"


LAWS: Final = {Legality.UNRESTRICTED: "", Legality.NO_LOSS: "JP.LSA.24", Legality.NEUTRAL: "US.29CFR.785.48"}

NEUTRAL_UNITS: Final = Figure(
    "neutral_rounding_units",
    (Entry(since=date(1961, 1, 11), value=frozenset({5, 6, 15}), article="US.29CFR.785.48"),),
)


class CutsTime(ValueError):
    """Rounding would take time from a person in a country that forbids it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundedPunch:
    """A punch's minute after rounding; and whether it moved against the person, or could have."""

    minute: int
    may_cut_time: bool
    reasons: tuple[Reason, ...]


def rounded_punch(
    *, minute: int, unit_minutes: int, mode: RoundingMode, edge: Edge | None, legality: Legality
) -> RoundedPunch:
    """Return a minute of the day rounded to units counted from midnight.

    Raise ``CutsTime`` where nothing may be cut and the punch moved against the person; of a punch whose edge is not known
    every move may. Raise ``ValueError`` for a unit below one or a negative minute.
    """
    _refuse_impossible(minute, unit_minutes)
    match mode:
        case RoundingMode.NEAREST:
            units = (2 * minute + unit_minutes) // (2 * unit_minutes)
        case RoundingMode.UP:
            units = -(-minute // unit_minutes)
        case RoundingMode.DOWN:
            units = minute // unit_minutes
        case _:
            assert_never(mode)
    return _checked(minute, units * unit_minutes, edge, legality, rule=f"rounded_{mode.value}")


def rounded_by_threshold(
    *, minute: int, unit_minutes: int, threshold_minutes: int, edge: Edge | None, legality: Legality
) -> RoundedPunch:
    """Return a minute rounded up when more than the threshold is left beyond a full unit, else down; exactly it is down.

    Raise as ``rounded_punch`` does, and ``ValueError`` for a threshold that is negative or not below the unit.
    """
    _refuse_impossible(minute, unit_minutes)
    if not 0 <= threshold_minutes < unit_minutes:
        raise ValueError("A threshold lies within its unit.")
    units, left = divmod(minute, unit_minutes)
    rounded = (units + (left > threshold_minutes)) * unit_minutes
    return _checked(minute, rounded, edge, legality, rule="rounded_by_threshold")


def is_neutral(*, unit_minutes: int, mode: RoundingMode, day: date) -> bool:
    """Whether rounding is one that evens out by 29 CFR 785.48(b)."""
    return mode is RoundingMode.NEAREST and unit_minutes in NEUTRAL_UNITS.on(day)


def _refuse_impossible(minute: int, unit_minutes: int) -> None:
    if minute < 0 or unit_minutes < 1:
        raise ValueError("Minutes and units count forward.")


def _checked(minute: int, rounded: int, edge: Edge | None, legality: Legality, *, rule: str) -> RoundedPunch:
    is_later, is_earlier = rounded > minute, rounded < minute
    match edge:
        case Edge.IN:
            cuts = is_later
        case Edge.OUT:
            cuts = is_earlier
        case None:
            cuts = is_later or is_earlier
        case _:
            assert_never(edge)
    if cuts and legality is Legality.NO_LOSS:
        raise CutsTime("would cut time worked")
    facts = (("minute", minute), ("rounded", rounded), ("may_cut_time", cuts))
    return RoundedPunch(
        minute=rounded, may_cut_time=cuts, reasons=(Reason(rule=rule, law=LAWS[legality], facts=facts),)
    )
