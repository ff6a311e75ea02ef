"""Cases on legal holidays (Labor Standards Act 35)."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import Field

from tokimori.engine.intervals import Interval, minute_of
from tokimori.engine.japan.article_35_holidays import holiday_work_in_four_weeks, lodging_holiday_minutes
from tokimori.interfaces.cases.kind import (
    Answer,
    Day,
    Impossible,
    Inputs,
    Kind,
    LocalMoment,
    Zone,
    in_zone,
    local_moment,
)

_DAYS_IN_FOUR_WEEKS: Final = 28


class FourWeekInputs(Inputs):
    """Four weeks, the days off that were designated in them, and those that were worked."""

    period: tuple[Day, Day]
    designated_holidays: tuple[Day, ...]
    worked_on: tuple[Day, ...] = ()
    required: int = Field(default=4, ge=1, le=_DAYS_IN_FOUR_WEEKS)


def _four_week_holidays(given: FourWeekInputs) -> Answer:
    first, last = given.period
    if last < first:
        raise Impossible("period[1]", "lies before the start")
    for key, days in (("designated_holidays", given.designated_holidays), ("worked_on", given.worked_on)):
        for number, day in enumerate(days):
            if not first <= day <= last:
                raise Impossible(f"{key}[{number}]", "lies outside the period")
    found = holiday_work_in_four_weeks(
        designated=given.designated_holidays, worked_on=given.worked_on, required=given.required
    )
    return Answer(
        result={
            "legal_holiday_work_dates": [day.isoformat() for day in found.dates],
            "is_enough_designated": len(set(given.designated_holidays)) >= given.required,
        },
        steps=found.reasons,
    )


class LodgingRestInputs(Inputs):
    """The rest of an inn's or hotel's worker, noon to noon, and what was worked around it."""

    rest_window: tuple[LocalMoment, LocalMoment]
    worked: tuple[tuple[LocalMoment, LocalMoment], ...]
    tz: Zone = "Asia/Tokyo"


def _lodging_rest(given: LodgingRestInputs) -> Answer:
    rest = _interval(given.rest_window, given.tz, "rest_window")
    worked = [_interval(one, given.tz, f"worked[{number}]") for number, one in enumerate(given.worked)]
    minutes, reasons = lodging_holiday_minutes(rest=rest, worked=worked)
    return Answer(result={"legal_holiday_min": minutes}, steps=reasons)


def _interval(ends: tuple[str, str], zone: str, path: str) -> Interval:
    start, end = (minute_of(in_zone(local_moment(one), zone)) for one in ends)
    if end < start:
        raise Impossible(f"{path}[1]", "lies before the start")
    return Interval(start, end)


KINDS: Final[Mapping[str, Kind[Any]]] = {
    "four_week_holidays": Kind(FourWeekInputs, _four_week_holidays),
    "ryokan_rest": Kind(LodgingRestInputs, _lodging_rest),
}
