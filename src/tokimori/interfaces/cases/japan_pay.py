"""Cases on premiums, rounding, deemed time and leave in place of premiums (Labor Standards Act 37, 38-2 to 38-4)."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from pydantic import Field

from tokimori.engine.clocks import windows
from tokimori.engine.intervals import Interval, intersected, minute_of, subtracted, total_minutes
from tokimori.engine.japan.article_37_premiums import (
    LATE_NIGHT,
    LEGAL_HOLIDAY,
    OVERTIME,
    OVERTIME_OVER_SIXTY,
    Duty,
    PremiumStretch,
    alternative_leave,
    at_sixty_hours,
    monthly_average_minutes,
    rounded_month_hours,
    rounded_yen,
    rounding_reason,
)
from tokimori.engine.japan.article_38_deemed import deemed_discretionary, deemed_outside
from tokimori.engine.japan.civil_periods import day_after
from tokimori.engine.law import Reason
from tokimori.engine.rules import ClockWindow
from tokimori.interfaces.cases.kind import (
    Answer,
    Day,
    Hours,
    Impossible,
    Inputs,
    Kind,
    LocalMoment,
    Minutes,
    MinutesOfDay,
    PositiveMinutes,
    WorkingDayHours,
    Yen,
    Zone,
    blaming,
    clock_minute,
    in_zone,
    is_within_a_century,
    local_moment,
)
from tokimori.interfaces.cases.plain import ClockPair, exact, hours, plain

AS_OF: Final = date(2026, 4, 1)
NIGHT: Final = ClockWindow(start_minute=22 * 60, end_minute=5 * 60)
_DAYS_IN_YEAR: Final = 366
_MINUTES_IN_DAY: Final = 1440

Rate = Yen


class MonthTotalInputs(Inputs):
    """Minutes of a month by category, each by the day."""

    ot_min: tuple[Minutes, ...] = ()
    night_ot_min: tuple[Minutes, ...] = ()
    legal_holiday_min: tuple[Minutes, ...] = ()


def _month_total(given: MonthTotalInputs) -> Answer:
    overtime, night, holiday = sum(given.ot_min), sum(given.night_ot_min), sum(given.legal_holiday_min)
    result = {
        "ot_total_min": overtime,
        "night_total_min": night,
        "holiday_total_min": holiday,
        "ot_rounded_h": rounded_month_hours(overtime),
        "night_rounded_h": rounded_month_hours(night),
        "holiday_rounded_h": rounded_month_hours(holiday),
    }
    return Answer(result=result, steps=[rounding_reason(one) for one in (overtime, night, holiday)])


class TotalsInputs(Inputs):
    """Totals of months, in minutes."""

    totals_min: tuple[Minutes, ...]


def _totals(given: TotalsInputs) -> Answer:
    return Answer(
        result={"rounded_h": [rounded_month_hours(one) for one in given.totals_min]},
        steps=[rounding_reason(one) for one in given.totals_min],
    )


class MonthsInputs(Inputs):
    """Totals of months that follow one another, in minutes."""

    months_min: tuple[Minutes, ...]


def _months(given: MonthsInputs) -> Answer:
    rounded = [rounded_month_hours(one) for one in given.months_min]
    return Answer(
        result={"rounded_h": rounded, "sum_rounded_h": sum(rounded), "sum_actual_min": sum(given.months_min)},
        steps=[rounding_reason(one) for one in given.months_min],
    )


class DeductionInputs(Inputs):
    """Minutes late, and the unit that a company would round them up to."""

    late_min: Minutes
    rounding_unit_min: PositiveMinutes


def _deduction(given: DeductionInputs) -> Answer:
    rounded = -(-given.late_min // given.rounding_unit_min) * given.rounding_unit_min
    excess = rounded - given.late_min
    facts = (("late", given.late_min), ("rounded", rounded), ("excess", excess))
    return Answer(
        result={"max_deduct_min": given.late_min, "excess_illegal_min": excess},
        steps=[Reason(rule="lateness_deducted", law="JP.LSA.24; JP.LSA.91", facts=facts)],
    )


class PremiumPayInputs(Inputs):
    """A monthly wage without what Article 37 (5) leaves out, the year's work, and the hours of a month by class."""

    base_monthly: Yen
    yearly_work_days: float = Field(gt=0, le=_DAYS_IN_YEAR, allow_inf_nan=False)
    daily_h: WorkingDayHours
    ot_h: Hours = 0.0
    night_ot_h: Hours = 0.0
    ot60_h: Hours = 0.0
    ot60_night_h: Hours = 0.0
    night_h: Hours = 0.0
    holiday_h: Hours = 0.0
    holiday_night_h: Hours = 0.0
    as_of: Day = AS_OF


def _premium_pay(given: PremiumPayInputs) -> Answer:
    average = monthly_average_minutes(
        working_days_a_year=exact(given.yearly_work_days), daily_minutes=exact(given.daily_h) * 60
    )
    unit = rounded_yen(exact(given.base_monthly) * 60 / average)
    result: dict[str, Any] = {"monthly_avg_h": hours(average), "unit": unit}
    steps: list[Reason] = []
    for key, given_hours, rate in _classes(given):
        pay = rounded_yen(unit * rate * exact(given_hours))
        result[f"{key}_pay"] = pay
        facts = (("class", key), ("hours", exact(given_hours)), ("rate", rate), ("unit", unit), ("pay", pay))
        steps.append(Reason(rule="premium_pay", law="JP.LSA.37; Showa 63.3.14 Kihatsu 150", facts=facts))
    return Answer(result=result, steps=steps)


def _classes(given: PremiumPayInputs) -> list[tuple[str, float, Fraction]]:
    overtime, night = 1 + OVERTIME.on(given.as_of), LATE_NIGHT.on(given.as_of)
    beyond, holiday = 1 + OVERTIME_OVER_SIXTY.on(given.as_of), 1 + LEGAL_HOLIDAY.on(given.as_of)
    return [
        ("ot", given.ot_h, overtime),
        ("night_ot", given.night_ot_h, overtime + night),
        ("ot60", given.ot60_h, beyond),
        ("ot60_night", given.ot60_night_h, beyond + night),
        ("night", given.night_h, night),
        ("holiday", given.holiday_h, holiday),
        ("holiday_night", given.holiday_night_h, holiday + night),
    ]


class SimplePayInputs(Inputs):
    """Hours, a wage, and the rate that they are paid at."""

    hourly: Yen
    rate: Rate
    hours: Hours


def _simple_pay(given: SimplePayInputs) -> Answer:
    pay = rounded_yen(exact(given.hourly) * exact(given.rate) * exact(given.hours))
    facts = (("hours", exact(given.hours)), ("rate", exact(given.rate)), ("unit", exact(given.hourly)), ("pay", pay))
    return Answer(
        result={"pay": pay},
        steps=[Reason(rule="premium_pay", law="JP.LSA.37; Showa 63.3.14 Kihatsu 150", facts=facts)],
    )


class AverageHoursInputs(Inputs):
    """A year, its days off, and the hours of a working day."""

    year_days: int = Field(default=365, ge=365, le=_DAYS_IN_YEAR)
    holidays: int = Field(ge=0, le=_DAYS_IN_YEAR)
    daily_h: WorkingDayHours


def _average_hours(given: AverageHoursInputs) -> Answer:
    if given.holidays >= given.year_days:
        raise Impossible("holidays", "leave no working day")
    days = given.year_days - given.holidays
    average = monthly_average_minutes(working_days_a_year=Fraction(days), daily_minutes=exact(given.daily_h) * 60)
    facts = (("days", days), ("minutes", average))
    return Answer(
        result={"monthly_avg_h": plain(average / 60)},
        steps=[Reason(rule="monthly_average", law="JP.ER.19", facts=facts)],
    )


class AlternativeLeaveInputs(Inputs):
    """A month's overtime, and the premiums up to sixty hours and beyond."""

    ot_h: Hours
    rate_le60: Rate
    rate_gt60: Rate
    as_of: Day = AS_OF


def _alternative_leave(given: AlternativeLeaveInputs) -> Answer:
    with blaming("rate_le60"):
        found = alternative_leave(
            overtime_minutes=exact(given.ot_h) * 60,
            premium_until=exact(given.rate_le60),
            premium_beyond=exact(given.rate_gt60),
            day=given.as_of,
        )
    return Answer(
        result={
            "conversion_rate": plain(found.conversion, places=4),
            "leave_h": plain(found.hours, places=4),
            "beyond_60_h": plain(max(Fraction(0), exact(given.ot_h) - 60), places=4),
        },
        steps=found.reasons,
    )


class EntryDayType(StrEnum):
    """What the segments of an entry are: overtime, but on the legal holiday."""

    WORKDAY = "workday"
    NON_LEGAL_HOLIDAY = "non_legal_holiday"
    LEGAL_HOLIDAY = "legal_holiday"


class EntryInputs(Inputs):
    """The overtime, or the legal-holiday work, of a date."""

    date: Day
    day_type: EntryDayType
    segments: tuple[ClockPair, ...]


class SixtyHoursInputs(Inputs):
    """A month from its first day on, and its overtime and legal-holiday work."""

    month_start: Day
    entries: tuple[EntryInputs, ...]
    segments_are: str = ""


def _sixty_hours(given: SixtyHoursInputs) -> Answer:
    after = day_after(given.month_start, months=1)
    found: list[tuple[int, PremiumStretch]] = []
    taken: list[Interval] = []
    for place, entry in enumerate(given.entries):
        if not given.month_start <= entry.date < after:
            raise Impossible(f"entries[{place}].date", "lies outside the month")
        for number, pair in enumerate(entry.segments):
            path = f"entries[{place}].segments[{number}]"
            one = _segment(entry.date, pair, path)
            if intersected([one], taken):
                raise Impossible(path, "overlaps another")
            taken.append(one)
            found += _stretches(one, entry)
    ordered = [stretch for _, stretch in sorted(found, key=lambda one: one[0])]
    counted = at_sixty_hours(stretches=ordered, day=given.month_start)
    result = {
        "ot_le60_min": counted.until,
        "ot_gt60_min": counted.beyond,
        "ot_le60_night_min": counted.until_night,
        "ot_gt60_night_min": counted.beyond_night,
        "legal_holiday_min": counted.legal_holiday,
        "legal_holiday_night_min": counted.legal_holiday_night,
    }
    return Answer(result=result, steps=counted.reasons)


def _segment(day: date, pair: ClockPair, path: str) -> Interval:
    start, end = clock_minute(pair[0]), clock_minute(pair[1])
    if end <= start:
        end += _MINUTES_IN_DAY
    if end - start > _MINUTES_IN_DAY or end == start:
        raise Impossible(path, "ends before it begins")
    midnight = minute_of(in_zone(local_moment(f"{day.isoformat()}T00:00"), "UTC"))
    return Interval(midnight + start, midnight + end)


def _stretches(one: Interval, entry: EntryInputs) -> list[tuple[int, PremiumStretch]]:
    """Return the pieces of a segment, by night and by day, each with where it begins."""
    duty = Duty.LEGAL_HOLIDAY if entry.day_type is EntryDayType.LEGAL_HOLIDAY else Duty.OVERTIME
    nights = windows("UTC", entry.date, NIGHT)
    pieces = [(piece, True) for piece in intersected([one], nights)]
    pieces += [(piece, False) for piece in subtracted([one], nights)]
    return [
        (piece.start, PremiumStretch(duty=duty, is_night=is_night, minutes=piece.minutes)) for piece, is_night in pieces
    ]


class DeemedInputs(Inputs):
    """The scheduled minutes of a day, those that work outside usually takes, and those spent inside."""

    scheduled_min: MinutesOfDay
    usual_outside_min: MinutesOfDay
    inside_min: MinutesOfDay = 0
    as_of: Day = AS_OF


def _deemed(given: DeemedInputs) -> Answer:
    found = deemed_outside(
        scheduled_minutes=given.scheduled_min,
        usual_outside_minutes=given.usual_outside_min,
        inside_minutes=given.inside_min,
        day=given.as_of,
    )
    return Answer(result={"deemed_min": found.minutes, "legal_ot": found.legal_overtime}, steps=found.reasons)


class DiscretionaryInputs(Inputs):
    """The agreed minutes of a day, and when work really was."""

    deemed_min: MinutesOfDay
    actual: tuple[LocalMoment, LocalMoment]
    break_min: Minutes = 0
    breaks: tuple[tuple[LocalMoment, LocalMoment], ...] = ()
    tz: Zone = "Asia/Tokyo"
    as_of: Day = AS_OF


def _discretionary(given: DiscretionaryInputs) -> Answer:
    worked = subtracted(
        [_stretch(given.actual, given.tz, "actual")],
        [_stretch(one, given.tz, f"breaks[{place}]") for place, one in enumerate(given.breaks)],
    )
    actual = total_minutes(worked)
    if given.break_min > actual:
        raise Impossible("break_min", "is longer than the duty")
    began = local_moment(given.actual[0]).date()
    night = total_minutes(intersected(worked, windows(given.tz, began, NIGHT)))
    found = deemed_discretionary(agreed_minutes=given.deemed_min, day=given.as_of)
    result = {
        "counted_min": found.minutes,
        "legal_ot": found.legal_overtime,
        "late_night_actual": night,
        "night_pay_rate_extra": plain(LATE_NIGHT.on(given.as_of)),
        "actual_min": actual - given.break_min,
    }
    return Answer(result=result, steps=found.reasons)


def _stretch(ends: Sequence[str], zone: str, path: str) -> Interval:
    moments = [local_moment(one) for one in ends]
    with blaming(path):
        for moment in moments:
            is_within_a_century(moment.date())
    start, end = (minute_of(in_zone(moment, zone)) for moment in moments)
    if not start < end <= start + 2 * _MINUTES_IN_DAY:
        raise Impossible(f"{path}[1]", "is no end of a duty that began so")
    return Interval(start, end)


KINDS: Final[Mapping[str, Kind[Any]]] = {
    "month_total_rounding": Kind(MonthTotalInputs, _month_total),
    "month_total_rounding_boundary": Kind(TotalsInputs, _totals),
    "month_total_rounding_multi": Kind(MonthsInputs, _months),
    "deduction": Kind(DeductionInputs, _deduction),
    "premium_pay": Kind(PremiumPayInputs, _premium_pay),
    "premium_pay_simple": Kind(SimplePayInputs, _simple_pay),
    "monthly_average_hours": Kind(AverageHoursInputs, _average_hours),
    "alt_leave": Kind(AlternativeLeaveInputs, _alternative_leave),
    "premium60": Kind(SixtyHoursInputs, _sixty_hours),
    "deemed": Kind(DeemedInputs, _deemed),
    "deemed_discretionary": Kind(DiscretionaryInputs, _discretionary),
}
