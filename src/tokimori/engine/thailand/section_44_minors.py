"""Labour Protection Act 44 to 48: nobody under fifteen works; under eighteen not at night, not longer, not on holidays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from tokimori.engine.clock_windows import ClockWindow, minutes_in_window
from tokimori.engine.intervals import Interval
from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE

YOUNGEST_AGE: Final = Figure("youngest_age", (Entry(since=IN_FORCE, value=15, article="TH.LPA.44"),))
ADULT_AGE: Final = Figure("adult_age", (Entry(since=IN_FORCE, value=18, article="TH.LPA.45"),))
NIGHT_OF_MINORS: Final = Figure(
    "night_of_minors",
    (Entry(since=IN_FORCE, value=ClockWindow(start_minute=22 * 60, end_minute=(24 + 6) * 60), article="TH.LPA.47"),),
)


class MinorBreach(StrEnum):
    """What a person under eighteen may not do."""

    TOO_YOUNG = "too_young"
    NIGHT_WORK = "night_work"
    OVERTIME = "overtime"
    HOLIDAY_WORK = "holiday_work"
    HAZARDOUS_WORK = "hazardous_work"


_LAWS: Final = {
    MinorBreach.TOO_YOUNG: "TH.LPA.44",
    MinorBreach.NIGHT_WORK: "TH.LPA.47",
    MinorBreach.OVERTIME: "TH.LPA.48",
    MinorBreach.HOLIDAY_WORK: "TH.LPA.48",
    MinorBreach.HAZARDOUS_WORK: "TH.LPA.49",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorDay:
    """The breaches of one duty, each once, in the order of the sections."""

    breaches: tuple[MinorBreach, ...]
    reasons: tuple[Reason, ...]


def minor_day(
    *,
    age: int,
    work: Sequence[Interval],
    zone: str,
    overtime_minutes: int,
    holiday_minutes: int,
    is_hazardous: bool,
    has_night_permission: bool,
    day: date,
) -> MinorDay:
    """Return what is forbidden in a duty of a person of this age, in full years; nothing for an adult.

    Night is 22:00 to 06:00 by the local clock, unless an inspector permitted it. Minutes outside the normal hours of a
    workday, and any on a holiday, are forbidden with or without consent. Raise ``ValueError`` for negative minutes.
    """
    if min(age, overtime_minutes, holiday_minutes) < 0:
        raise ValueError("Work counts forward.")
    if age >= ADULT_AGE.on(day):
        return MinorDay(breaches=(), reasons=())
    night = minutes_in_window(work=work, window=NIGHT_OF_MINORS.on(day), zone=zone)
    amounts = {
        MinorBreach.TOO_YOUNG: int(age < YOUNGEST_AGE.on(day)),
        MinorBreach.NIGHT_WORK: 0 if has_night_permission else night,
        MinorBreach.OVERTIME: overtime_minutes,
        MinorBreach.HOLIDAY_WORK: holiday_minutes,
        MinorBreach.HAZARDOUS_WORK: int(is_hazardous),
    }
    breaches = tuple(breach for breach, amount in amounts.items() if amount > 0)
    reasons = tuple(
        Reason(rule=f"minor_{breach.value}", law=_LAWS[breach], facts=(("age", age), ("amount", amounts[breach])))
        for breach in breaches
    )
    return MinorDay(breaches=breaches, reasons=reasons)
