"""Cases on Thai working hours and what is paid for them (Labour Protection Act 23 to 27, 61 to 69)."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from pydantic import Field

from tokimori.engine.intervals import Interval, intersected, subtracted, total_minutes
from tokimori.engine.policies import HolidaySpan
from tokimori.engine.thailand.section_23_normal_hours import PayType, made_up_week
from tokimori.engine.thailand.section_26_weekly_cap import weekly_cap
from tokimori.engine.thailand.section_31_hazardous_work import hours_against_limits
from tokimori.engine.thailand.section_44_minors import minor_day
from tokimori.engine.thailand.section_61_overtime_pay import (
    Duty,
    Entitlement,
    ThaiDay,
    classified_duty,
    extra_pay,
)
from tokimori.engine.thailand.section_68_hourly_rate import NoWorkingHours, hourly_rate
from tokimori.engine.thailand.section_69_weekly_basis import WeekDay, WeekDayType, credited_week
from tokimori.interfaces.cases.kind import Answer, Day, Hours, Impossible, Inputs, Kind, Minutes, Yen, Zone
from tokimori.interfaces.cases.plain import (
    MINUTES_IN_DAY,
    ClockPair,
    clock_minutes,
    exact,
    hours,
    midnight,
    money,
    placed,
    plain,
    stretch,
)

AS_OF: Final = date(2026, 4, 1)


class DayInputs(Inputs):
    """One duty against the announced hours. The wage is baht a month, a day or an hour, by the pay type."""

    tz: Zone = "Asia/Bangkok"
    day_type: ThaiDay
    normal_hours: ClockPair
    breaks: tuple[ClockPair, ...] = ()
    pay_type: PayType
    work: tuple[ClockPair, ...]
    wage: Yen | None = None
    week_hours: tuple[Hours, ...] | None = None
    next_day_type: ThaiDay = ThaiDay.WORKDAY
    th_holiday_span: HolidaySpan = HolidaySpan.SHIFT_START_DATE
    entitlement: Entitlement = Entitlement.FULL
    age: int | None = Field(default=None, ge=0, le=150)
    as_of: Day = AS_OF


def _day(given: DayInputs) -> Answer:
    duty = _duty(given)
    classified = classified_duty(duty=duty, pay_type=given.pay_type, span=given.th_holiday_span, day=given.as_of)
    result: dict[str, Any] = {
        "normal": classified.normal_minutes,
        "ot_1_5": classified.overtime_minutes,
        "holiday_work": classified.holiday_minutes,
        "holiday_ot_3": classified.holiday_overtime_minutes,
    }
    steps = list(classified.reasons)
    if given.wage is not None:
        normal = Fraction(total_minutes(subtracted([duty.normal_hours], duty.breaks)))
        week = None if given.week_hours is None else [exact(one) * 60 for one in given.week_hours]
        try:
            rate = hourly_rate(
                wage=exact(given.wage), pay_type=given.pay_type, day_minutes=week or [normal], day=given.as_of
            )
        except NoWorkingHours as error:
            raise Impossible("week_hours" if week else "normal_hours", str(error)) from error
        pay = extra_pay(
            classified=classified,
            hourly=rate.hourly,
            pay_type=given.pay_type,
            entitlement=given.entitlement,
            day=given.as_of,
        )
        result |= {"hourly": money(rate.hourly), "extra_pay": money(pay.baht)}
        steps += [*rate.reasons, *pay.reasons]
    if given.age is not None:
        minor = minor_day(
            age=given.age,
            work=subtracted(duty.work, duty.breaks),
            zone="UTC",
            overtime_minutes=classified.overtime_minutes,
            holiday_minutes=classified.holiday_minutes + classified.holiday_overtime_minutes,
            is_hazardous=False,
            has_night_permission=False,
            day=given.as_of,
        )
        result["minor_breaches"] = [breach.value for breach in minor.breaches]
        steps += minor.reasons
    return Answer(result=result, steps=steps)


def _duty(given: DayInputs) -> Duty:
    window = stretch(*clock_minutes(given.normal_hours, "normal_hours"))
    work: list[Interval] = []
    for number, pair in enumerate(given.work):
        start, end = clock_minutes(pair, f"work[{number}]")
        piece = placed((start, end), [window])
        # Outside the hours only the order of the list can say that a stretch is after midnight.
        if work and piece.start < work[-1].end and not intersected([piece], [window]):
            piece = stretch(start + MINUTES_IN_DAY, end + MINUTES_IN_DAY)
        work.append(piece)
    if any(later.start < earlier.end for earlier, later in pairwise(sorted(work))):
        raise Impossible("work", "overlaps itself")
    breaks = [
        placed(clock_minutes(pair, f"breaks[{number}]"), [window, *work]) for number, pair in enumerate(given.breaks)
    ]
    return Duty(
        work=work,
        normal_hours=window,
        breaks=breaks,
        day_type=given.day_type,
        next_day_type=given.next_day_type,
        midnight=midnight(),
    )


class HourlyRateInputs(Inputs):
    """A wage and the normal hours of a week's working days."""

    monthly_wage: Yen
    week_hours: tuple[Hours, ...] = Field(min_length=1)
    as_of: Day = AS_OF


def _hourly_rate(given: HourlyRateInputs) -> Answer:
    try:
        rate = hourly_rate(
            wage=exact(given.monthly_wage),
            pay_type=PayType.MONTHLY,
            day_minutes=[exact(one) * 60 for one in given.week_hours],
            day=given.as_of,
        )
    except NoWorkingHours as error:
        raise Impossible("week_hours", str(error)) from error
    average = float(hours(rate.average_day_minutes))
    return Answer(result={"avg_hours": average, "hourly": money(rate.hourly)}, steps=rate.reasons)


class WeekDayName(StrEnum):
    """The days of a week, as they are written in cases."""

    WORK = "work"
    WORKDAY = "workday"
    HOLIDAY = "holiday"
    TRADITIONAL_HOLIDAY = "traditional_holiday"
    LEAVE = "leave"
    ANNUAL_LEAVE = "annual_leave"
    SICK_LEAVE = "sick_leave"
    WEEKLY_HOLIDAY = "weekly_holiday"


_TYPES: Final = {
    WeekDayName.WORK: WeekDayType.WORK,
    WeekDayName.WORKDAY: WeekDayType.WORK,
    WeekDayName.HOLIDAY: WeekDayType.TRADITIONAL_HOLIDAY,
    WeekDayName.TRADITIONAL_HOLIDAY: WeekDayType.TRADITIONAL_HOLIDAY,
    WeekDayName.LEAVE: WeekDayType.LEAVE,
    WeekDayName.ANNUAL_LEAVE: WeekDayType.LEAVE,
    WeekDayName.SICK_LEAVE: WeekDayType.LEAVE,
    WeekDayName.WEEKLY_HOLIDAY: WeekDayType.WEEKLY_HOLIDAY,
}


class WeekDayInputs(Inputs):
    """A day and its minutes; of a holiday or leave, those it stands for: a normal day's, if none are given."""

    type: WeekDayName
    min: Minutes = 0


class WeekInputs(Inputs):
    """A week whose normal hours are set for the week."""

    normal_weekly_min: Minutes
    normal_daily_min: Minutes | None = None
    days: tuple[WeekDayInputs, ...] = Field(min_length=1, max_length=7)


def _week(given: WeekInputs) -> Answer:
    working = [day for day in given.days if _TYPES[day.type] is not WeekDayType.WEEKLY_HOLIDAY]
    normal_day = given.normal_daily_min
    if normal_day is None:
        normal_day = min(480, given.normal_weekly_min // len(working)) if working else 0
    days = []
    for day in given.days:
        kind = _TYPES[day.type]
        is_credited = kind in {WeekDayType.TRADITIONAL_HOLIDAY, WeekDayType.LEAVE}
        credited = (day.min or normal_day) if is_credited else 0
        days.append(WeekDay(type=kind, worked_minutes=0 if is_credited else day.min, credited_minutes=credited))
    found = credited_week(normal_week_minutes=given.normal_weekly_min, days=days)
    return Answer(
        result={"credited_total_min": found.credited_total_minutes, "ot_min": found.overtime_minutes},
        steps=found.reasons,
    )


class WeeklyCapInputs(Inputs):
    """Minutes of a week: overtime on workdays, and on holidays inside and outside the normal hours."""

    ot_min: Minutes = 0
    holiday_work_min: Minutes = 0
    holiday_ot_min: Minutes = 0
    as_of: Day = AS_OF


def _weekly_cap(given: WeeklyCapInputs) -> Answer:
    found = weekly_cap(
        overtime_minutes=given.ot_min,
        holiday_work_minutes=given.holiday_work_min,
        holiday_overtime_minutes=given.holiday_ot_min,
        day=given.as_of,
    )
    result = {"counted_min": found.counted_minutes, "cap_min": found.cap_minutes, "violation": found.is_over}
    return Answer(result=result, steps=found.reasons)


class HazardInputs(Inputs):
    """A day's and a week's work; overtime and holiday work, which hazardous work has none of."""

    hazardous: bool
    day_min: Minutes = 0
    week_min: Minutes = 0
    ot_min: Minutes = 0
    holiday_work_min: Minutes = 0
    as_of: Day = AS_OF


def _hazard(given: HazardInputs) -> Answer:
    found = hours_against_limits(
        is_hazardous=given.hazardous,
        day_minutes=given.day_min,
        week_minutes=given.week_min,
        overtime_minutes=given.ot_min,
        holiday_minutes=given.holiday_work_min,
        day=given.as_of,
    )
    result = {
        "day_limit_min": found.day_limit_minutes,
        "week_limit_min": found.week_limit_minutes,
        "day_over_min": found.day_over_minutes,
        "week_over_min": found.week_over_minutes,
        "forbidden_min": found.forbidden_minutes,
    }
    return Answer(result=result, steps=found.reasons)


class AveragingInputs(Inputs):
    """The normal hours of a week's days, and the pay types that are asked."""

    week_hours: tuple[Hours, ...] = Field(min_length=1, max_length=7)
    pay_type: tuple[PayType, ...] = Field(min_length=1)
    as_of: Day = AS_OF


def _averaging(given: AveragingInputs) -> Answer:
    minutes = [exact(one) * 60 for one in given.week_hours]
    found = [made_up_week(day_minutes=minutes, pay_type=one, day=given.as_of) for one in given.pay_type]
    result = {
        "legal": all(one.is_lawful for one in found),
        "ot_1_5_min": [plain(one.premium_minutes) for one in found],
        "beyond_limits_min": plain(found[0].beyond_minutes),
    }
    return Answer(result=result, steps=[reason for one in found for reason in one.reasons])


KINDS: Final[Mapping[str, Kind[Any]]] = {
    "th_day": Kind(DayInputs, _day),
    "th_hourly_rate": Kind(HourlyRateInputs, _hourly_rate),
    "th_week": Kind(WeekInputs, _week),
    "th_weekly_cap": Kind(WeeklyCapInputs, _weekly_cap),
    "th_hazard": Kind(HazardInputs, _hazard),
    "th_short_day_averaging": Kind(AveragingInputs, _averaging),
}
