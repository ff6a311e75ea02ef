"""Cases on grace and on the rounding of punches, by the law of the case's country."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field, PrivateAttr

from tokimori.engine.elsewhere.lateness_grace import WithinGrace, punctuality
from tokimori.engine.elsewhere.punch_rounding import (
    CutsTime,
    Edge,
    Legality,
    RoundingMode,
    is_neutral,
    rounded_by_threshold,
    rounded_punch,
)
from tokimori.engine.law import Reason
from tokimori.interfaces.cases.kind import Answer, ClockTime, Day, Impossible, Inputs, Kind, Minutes, clock_minute
from tokimori.interfaces.cases.plain import MINUTES_IN_DAY, ClockPair, clock_minutes, clock_text

AS_OF: Final = date(2026, 4, 1)
Unit = Annotated[int, Field(ge=1, le=MINUTES_IN_DAY)]


class GraceInputs(Inputs):
    """A shift, its punches, and the minutes that raise no flag."""

    scheduled: ClockPair
    arrival: ClockTime | None = Field(default=None, alias="in")
    departure: ClockTime | None = Field(default=None, alias="out")
    grace_min: Minutes = 0
    early_grace_min: Minutes | None = None
    within_grace: WithinGrace = WithinGrace.KEEP_MINUTES


def _late_grace(given: GraceInputs) -> Answer:
    start, end = clock_minutes(given.scheduled, "scheduled")
    crosses = end > MINUTES_IN_DAY
    arrival = None if given.arrival is None else _near(clock_minute(given.arrival), start, crosses=crosses)
    departure = None if given.departure is None else _near(clock_minute(given.departure), end, crosses=crosses)
    if arrival is not None and departure is not None and departure < arrival:
        departure += MINUTES_IN_DAY
    found = punctuality(
        late_by_minutes=None if arrival is None else arrival - start,
        early_by_minutes=None if departure is None else end - departure,
        grace_minutes=given.grace_min,
        early_grace_minutes=given.grace_min if given.early_grace_min is None else given.early_grace_min,
        within_grace=given.within_grace,
    )
    result = {
        "late_min": found.late_minutes,
        "late_flag": found.is_late,
        "early_leave_min": found.early_leave_minutes,
        "early_leave_flag": found.is_early_leave,
    }
    return Answer(result=result, steps=found.reasons)


def _near(minute: int, edge: int, *, crosses: bool) -> int:
    """Return a clock time of a shift over midnight on the day where it is nearer to the shift's edge."""
    if not crosses:
        return minute
    return min((minute, minute + MINUTES_IN_DAY, minute - MINUTES_IN_DAY), key=lambda one: abs(one - edge))


class OfCountry(Inputs):
    """Inputs that are answered by the law of the case's country."""

    edges: tuple[Edge, ...] | None = None
    _country: str = PrivateAttr(default="")

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401 -- the signature is pydantic's
        """Take the country from the case."""
        if isinstance(context, Mapping):
            self._country = str(context.get("country", ""))

    @property
    def legality(self) -> Legality:
        """Return what the country says of rounding."""
        match self._country.upper().partition("-")[0]:
            case "JP":
                return Legality.NO_LOSS
            case "US":
                return Legality.NEUTRAL
            case _:
                return Legality.UNRESTRICTED

    def edge_of(self, place: int) -> Edge | None:
        """Return which end of work a punch is, if it was said."""
        return None if self.edges is None else self.edges[place]


class RoundingInputs(OfCountry):
    """Punches and how they are rounded; what each of them is, where that is known."""

    unit_min: Unit
    mode: RoundingMode
    points: tuple[ClockTime, ...] = Field(min_length=1)
    as_of: Day = AS_OF


def _rounding(given: RoundingInputs) -> Answer:
    _refuse_other_length(given.edges, given.points)
    rounded: list[str] = []
    steps: list[Reason] = []
    for place, point in enumerate(given.points):
        try:
            found = rounded_punch(
                minute=clock_minute(point),
                unit_minutes=given.unit_min,
                mode=given.mode,
                edge=given.edge_of(place),
                legality=given.legality,
            )
        except CutsTime as error:
            raise Impossible(f"points[{place}]", str(error)) from error
        rounded.append(clock_text(found.minute))
        steps += found.reasons
    neutral = is_neutral(unit_minutes=given.unit_min, mode=given.mode, day=given.as_of)
    return Answer(result={"rounded": rounded, "neutral": neutral}, steps=steps)


class ThresholdInputs(OfCountry):
    """Punches and the minutes beyond a full unit that are still rounded down."""

    unit_min: Unit
    thresholds: tuple[Minutes, ...] = Field(min_length=1)
    points: tuple[ClockTime, ...] = Field(min_length=1)


def _threshold(given: ThresholdInputs) -> Answer:
    _refuse_other_length(given.edges, given.points)
    rounded: dict[str, list[str]] = {}
    steps: list[Reason] = []
    for number, threshold in enumerate(given.thresholds):
        if threshold >= given.unit_min:
            raise Impossible(f"thresholds[{number}]", "is not below the unit")
        line = rounded[str(threshold)] = []
        for place, point in enumerate(given.points):
            try:
                found = rounded_by_threshold(
                    minute=clock_minute(point),
                    unit_minutes=given.unit_min,
                    threshold_minutes=threshold,
                    edge=given.edge_of(place),
                    legality=given.legality,
                )
            except CutsTime as error:
                raise Impossible(f"points[{place}]", str(error)) from error
            line.append(clock_text(found.minute))
            steps += found.reasons
    return Answer(result={"rounded": rounded}, steps=steps)


def _refuse_other_length(edges: tuple[Edge, ...] | None, points: tuple[str, ...]) -> None:
    if edges is not None and len(edges) != len(points):
        raise Impossible("edges", "does not name every point")


KINDS: Final[Mapping[str, Kind[Any]]] = {
    "late_grace": Kind(GraceInputs, _late_grace),
    "punch_rounding": Kind(RoundingInputs, _rounding),
    "punch_rounding_threshold": Kind(ThresholdInputs, _threshold),
}
