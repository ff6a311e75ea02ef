"""Cases on the rates of other countries: tiers, thresholds, windows of the clock, rest that was too short."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, Final

from pydantic import Field

from tokimori.engine.clock_windows import ClockWindow, minutes_in_window
from tokimori.engine.elsewhere.california import CALIFORNIA, DOUBLE, REGULAR, TIME_AND_A_HALF, WORKDAY
from tokimori.engine.elsewhere.insufficient_rest import rest_premium
from tokimori.engine.elsewhere.taiwan import HOURS_OF_MONTHLY_WAGE, TAIWAN
from tokimori.engine.elsewhere.threshold_pack import (
    ThresholdPack,
    Tier,
    UnknownDayType,
    WorkedDay,
    tiered_day,
    tiered_week,
)
from tokimori.engine.elsewhere.vietnam import VietnameseDay, overtime_rate
from tokimori.engine.intervals import Interval, subtracted
from tokimori.interfaces.cases.kind import (
    Answer,
    Day,
    Impossible,
    Inputs,
    Kind,
    LocalMoment,
    Minutes,
    Yen,
    Zone,
)
from tokimori.interfaces.cases.plain import (
    MINUTES_IN_DAY,
    ClockPair,
    clock_minutes,
    exact,
    hours,
    minute_in_zone,
    money,
    placed,
    plain,
    stretch,
)

AS_OF: Final = date(2026, 4, 1)
DayHours = Annotated[float, Field(ge=0, le=24, allow_inf_nan=False)]
Multiplier = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class TierInputs(Inputs):
    """A tier of a company's own configuration."""

    over_h: DayHours
    multiplier: Multiplier


class TieredInputs(Inputs):
    """A day's overtime hours; on a day off, all its hours. The hourly wage, or the monthly one it comes from."""

    day_type: str = "working_day"
    ot_h: DayHours
    monthly_wage: Yen | None = None
    hourly: Yen | None = None
    tiers: tuple[TierInputs, ...] | None = Field(default=None, min_length=1)
    as_of: Day = AS_OF


def _tiered(given: TieredInputs) -> Answer:
    pack = _pack(given)
    try:
        found = tiered_day(pack=pack, day_type=given.day_type, minutes=exact(given.ot_h) * 60)
    except UnknownDayType as error:
        raise Impossible("day_type", str(error)) from error
    result: dict[str, Any] = {
        f"tier{number}_h": hours(share.minutes) for number, share in enumerate(found.shares, start=1)
    }
    hourly = None
    if given.hourly is not None:
        hourly = exact(given.hourly)
    elif given.monthly_wage is not None:
        hourly = exact(given.monthly_wage) / HOURS_OF_MONTHLY_WAGE
    if hourly is not None:
        result["pay"] = money(found.pay(hourly=hourly))
    result["over_limit_h"] = hours(found.over_limit_minutes)
    return Answer(result=result, steps=found.reasons)


def _pack(given: TieredInputs) -> ThresholdPack:
    if given.tiers is None:
        return TAIWAN.on(given.as_of)
    tiers = tuple(Tier(over_minutes=exact(one.over_h) * 60, multiplier=exact(one.multiplier)) for one in given.tiers)
    if tiers[0].over_minutes != 0:
        raise Impossible("tiers[0].over_h", "is not the beginning")
    for number, (lower, higher) in enumerate(pairwise(tiers), start=1):
        if higher.over_minutes <= lower.over_minutes:
            raise Impossible(f"tiers[{number}].over_h", "is not above the tier before")
    return ThresholdPack(name="configured", law="", day_tiers={given.day_type: tiers}, day_limits={})


class CaliforniaWeekInputs(Inputs):
    """The hours of each day of a workweek, from its first day."""

    daily_h: tuple[DayHours, ...] = Field(min_length=1, max_length=7)
    as_of: Day = AS_OF


def _california_week(given: CaliforniaWeekInputs) -> Answer:
    days = [WorkedDay(day_type=WORKDAY, minutes=exact(one) * 60) for one in given.daily_h]
    found = tiered_week(pack=CALIFORNIA.on(given.as_of), days=days)
    result = {
        "regular_h": hours(found.minutes_at(REGULAR)),
        "ot_1_5_h": hours(found.minutes_at(TIME_AND_A_HALF)),
        "double_h": hours(found.minutes_at(DOUBLE)),
    }
    return Answer(result=result, steps=found.reasons)


class RateTableInputs(Inputs):
    """Kinds of day, and whether the hours lie at night."""

    day_types: tuple[VietnameseDay, ...] = Field(min_length=1)
    at_night: bool = False
    after_day_overtime: bool = False
    as_of: Day = AS_OF


def _rate_table(given: RateTableInputs) -> Answer:
    found = [
        overtime_rate(
            day_type=one, is_night=given.at_night, follows_day_overtime=given.after_day_overtime, day=given.as_of
        )
        for one in given.day_types
    ]
    return Answer(
        result={"rate": [float(plain(one.rate)) for one in found]},
        steps=[reason for one in found for reason in one.reasons],
    )


class WindowInputs(Inputs):
    """A window that comes back every day, and shifts."""

    window: ClockPair
    shifts: tuple[ClockPair, ...] = Field(min_length=1)
    breaks: tuple[ClockPair, ...] = ()


def _window_overlap(given: WindowInputs) -> Answer:
    start, end = clock_minutes(given.window, "window")
    if end - start > MINUTES_IN_DAY:
        raise Impossible("window", "is longer than a day")
    window = ClockWindow(start_minute=start % MINUTES_IN_DAY, end_minute=start % MINUTES_IN_DAY + end - start)
    found = []
    for number, pair in enumerate(given.shifts):
        shift = stretch(*clock_minutes(pair, f"shifts[{number}]"))
        breaks = [placed(clock_minutes(one, f"breaks[{place}]"), [shift]) for place, one in enumerate(given.breaks)]
        found.append(minutes_in_window(work=subtracted([shift], breaks), window=window, zone="UTC"))
    return Answer(result={"premium_h": [hours(Fraction(one)) for one in found]})


class RestInputs(Inputs):
    """The end of a duty, the next one, and the rest there should be between."""

    prev_end: LocalMoment
    next: tuple[LocalMoment, LocalMoment]
    min_rest_min: Minutes
    tz: Zone = "UTC"


def _rest_premium(given: RestInputs) -> Answer:
    ended = minute_in_zone(given.prev_end, given.tz, "prev_end")
    start = minute_in_zone(given.next[0], given.tz, "next[0]")
    end = minute_in_zone(given.next[1], given.tz, "next[1]")
    if end < start:
        raise Impossible("next[1]", "lies before its beginning")
    if start < ended:
        raise Impossible("next[0]", "lies before the end of the duty before")
    found = rest_premium(previous_end=ended, next_shift=Interval(start, end), minimum_rest_minutes=given.min_rest_min)
    result = {
        "rest_min": found.rest_minutes,
        "premium_whole_shift_min": found.whole_shift_minutes,
        "premium_until_rest_min": found.until_rested_minutes,
    }
    return Answer(result=result, steps=found.reasons)


KINDS: Final[Mapping[str, Kind[Any]]] = {
    "tiered_ot": Kind(TieredInputs, _tiered),
    "ca_week": Kind(CaliforniaWeekInputs, _california_week),
    "rate_table": Kind(RateTableInputs, _rate_table),
    "window_overlap": Kind(WindowInputs, _window_overlap),
    "rest_premium": Kind(RestInputs, _rest_premium),
}
