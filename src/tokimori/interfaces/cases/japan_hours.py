"""Cases on hours of days, weeks and periods, and on what may be designated (Labor Standards Act 32, 32-2, 32-4, 32-5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from pydantic import Field

from tokimori.engine.facts import DayType
from tokimori.engine.japan.article_32_3_flextime import settle_short_service
from tokimori.engine.japan.article_32_4_one_year_variable import SHORT_SERVICE, judge_weeks, most_work_days
from tokimori.engine.japan.article_35_holidays import (
    FOUR_WEEKS_DAYS,
    LegalHolidays,
    RestDay,
    holiday_work_in_four_weeks,
    legal_holiday_of_week,
)
from tokimori.engine.japan.article_40_special_weeks import refuse_special_week_of
from tokimori.engine.japan.frames import frame_of
from tokimori.engine.japan.three_steps import (
    CountedDays,
    DayMinutes,
    HoursSystem,
    StepRules,
    count_three_steps,
    week_start_of,
)
from tokimori.engine.law import Reason
from tokimori.engine.results import Bucket
from tokimori.engine.rules import FragmentWeek, FrameRounding, Weekday
from tokimori.interfaces.cases.kind import (
    Answer,
    Day,
    Hours,
    Impossible,
    Inputs,
    Kind,
    Minutes,
    MinutesOfDay,
    MinutesOfDuty,
    PositiveMinutes,
    blaming,
)

AS_OF: Final = date(2026, 4, 1)
WEEK_STARTS: Final = {weekday.name[:3].lower(): weekday for weekday in Weekday}
_MINUTES_IN_DAY: Final = 1440
_MINUTES_IN_HOUR: Final = 60


class CaseDayType(StrEnum):
    """What a day is; a rest day becomes the legal holiday or another day off by what was worked."""

    WORKDAY = "workday"
    LEGAL_HOLIDAY = "legal_holiday"
    NON_LEGAL_HOLIDAY = "non_legal_holiday"
    REST_DAY = "rest_day"


class LegalHolidayRule(StrEnum):
    """Which rest day of a week is the legal holiday, where none was named."""

    UNSPECIFIED_LAST_IN_WEEK = "unspecified_last_in_week"
    LAST_REST_DAY_OF_WEEK = "last_rest_day_of_week"
    FIXED_WEEKDAY = "fixed_weekday"
    FOUR_WEEKS = "four_weeks"


class WeekStart(StrEnum):
    """The first day of the week, in three letters."""

    SUN = "sun"
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"


class CaseDay(Inputs):
    """A date with its designated and worked minutes."""

    date: Day
    day_type: CaseDayType
    scheduled_min: MinutesOfDuty = 0
    worked_min: MinutesOfDuty
    original_min: MinutesOfDay | None = None


class CasePeriod(Inputs):
    """The closed range of the period that the frame is asked about."""

    start: Day
    end: Day


class Substitution(Inputs):
    """A day off that was swapped, in advance, with a workday: the one is a workday now, the other has its place."""

    worked_date: Day
    rest_date: Day | None = None


class DailyMinutesInputs(Inputs):
    """Days of fixed or variable hours; without ``period`` the third step is not asked about."""

    system: HoursSystem = HoursSystem.FIXED
    legal_daily_min: PositiveMinutes = 480
    legal_weekly_min: PositiveMinutes = 2400
    week_start: WeekStart = WeekStart.SUN
    days: tuple[CaseDay, ...] = Field(min_length=1, max_length=1200)
    period: CasePeriod | None = None
    frame_rounding: FrameRounding = FrameRounding.FLOOR_MINUTE
    fragment_week: FragmentWeek | None = None
    legal_holiday_rule: LegalHolidayRule = LegalHolidayRule.UNSPECIFIED_LAST_IN_WEEK
    fixed_weekday: WeekStart = WeekStart.SUN
    original_designation: dict[Day, Minutes] = Field(default_factory=dict)
    substitution: Substitution | tuple[Substitution, ...] | None = None
    four_weeks_from: Day | None = None

    @property
    def substitutions(self) -> tuple[Substitution, ...]:
        """Return the swaps, one or several."""
        if self.substitution is None:
            return ()
        return (self.substitution,) if isinstance(self.substitution, Substitution) else self.substitution


def _daily_minutes(given: DailyMinutesInputs) -> Answer:
    refuse_special_week(given.system, given.legal_weekly_min, "legal_weekly_min")
    for number, (before, after) in enumerate(pairwise(given.days), start=1):
        if after.date <= before.date:
            raise Impossible(f"days[{number}].date", "does not follow the date before it")
    if given.period and given.period.end < given.period.start:
        raise Impossible("period.end", "lies before the start")
    given = given.model_copy(update={"days": _swapped(given)})
    resolved, reasons = _resolved(given)
    days = [
        DayMinutes(
            date=day.date,
            day_type=resolved[day.date],
            scheduled_minutes=day.scheduled_min,
            worked_minutes=day.worked_min,
            original_minutes=given.original_designation.get(day.date, day.original_min),
        )
        for day in given.days
    ]
    period, fragment_week = _period_and_fragment(given)
    rules = StepRules(
        system=given.system,
        daily_minutes=given.legal_daily_min,
        weekly_minutes=given.legal_weekly_min,
        week_start=WEEK_STARTS[given.week_start],
        frame_rounding=given.frame_rounding,
        fragment_week=fragment_week,
    )
    counted = count_three_steps(days=days, rules=rules, period=period, is_frame_asked=given.period is not None)
    result = _daily_result(given, days, counted)
    legal = [day.date.isoformat() for day in given.days if _is_resolved(day, resolved)]
    if legal:
        result["resolved_legal_holiday"] = legal[0]
        result["resolved_legal_holidays"] = legal
    return Answer(result=result, steps=[*reasons, *counted.reasons])


def _period_and_fragment(given: DailyMinutesInputs) -> tuple[tuple[date, date] | None, FragmentWeek]:
    """Return the range that is asked about. Days without a period make one only where a fragment is asked about."""
    if given.period is not None:
        return (given.period.start, given.period.end), given.fragment_week or FragmentWeek.PRORATE
    if given.fragment_week is FragmentWeek.PRORATE:
        return (given.days[0].date, given.days[-1].date), FragmentWeek.PRORATE
    return None, FragmentWeek.FULL


def _daily_result(given: DailyMinutesInputs, days: Sequence[DayMinutes], counted: CountedDays) -> dict[str, Any]:
    inside = {day.date for day in counted.days}
    steps = {
        "legal_ot_daily": counted.total(Bucket.LEGAL_OVERTIME_DAILY),
        "legal_ot_weekly": counted.total(Bucket.LEGAL_OVERTIME_WEEKLY),
        "legal_ot_period": counted.total(Bucket.LEGAL_OVERTIME_PERIOD),
    }
    result: dict[str, Any] = {
        "worked": sum(day.worked_minutes for day in days if day.date in inside),
        "regular": counted.total(Bucket.REGULAR),
        "within_legal_ot": counted.total(Bucket.WITHIN_LEGAL_OVERTIME),
        **steps,
        "legal_ot": sum(steps.values()),
        "legal_holiday": counted.total(Bucket.LEGAL_HOLIDAY),
        "absence": sum(
            max(0, day.scheduled_minutes - day.worked_minutes)
            for day in days
            if day.date in inside and day.day_type is DayType.WORKDAY
        ),
        "per_date_legal_ot": {
            day.date.isoformat(): day.legal_overtime_minutes for day in counted.days if day.legal_overtime_minutes
        },
        "is_system_void": counted.is_fallback,
    }
    if counted.frame is not None:
        result["legal_ot_period_by_rounding"] = {
            rounding.value: plain(counted.over_frame(rounding)) for rounding in FrameRounding
        }
        result["frame_min"] = plain(counted.frame.minutes(given.frame_rounding))
    return result


def _swapped(given: DailyMinutesInputs) -> tuple[CaseDay, ...]:
    """Return the days after the swaps; what was not swapped onto a day off there already is swapped now."""
    by_date = {day.date: day for day in given.days}
    is_list = not isinstance(given.substitution, Substitution)
    for number, one in enumerate(given.substitutions):
        path = f"substitution[{number}]" if is_list else "substitution"
        if one.worked_date not in by_date:
            raise Impossible(f"{path}.worked_date", "is not among the days")
        if one.rest_date == one.worked_date:
            raise Impossible(f"{path}.rest_date", "is the day that is worked")
        worked = by_date[one.worked_date]
        if worked.day_type is CaseDayType.WORKDAY:
            continue
        by_date[one.worked_date] = worked.model_copy(update={"day_type": CaseDayType.WORKDAY})
        rest = by_date.get(one.rest_date) if one.rest_date else None
        if rest is not None and rest.day_type is CaseDayType.WORKDAY:
            by_date[rest.date] = rest.model_copy(update={"day_type": worked.day_type})
    return tuple(by_date[day.date] for day in given.days)


def _resolved(given: DailyMinutesInputs) -> tuple[dict[date, DayType], list[Reason]]:
    """Return the type of each date, with the rest days of each week, or of four, resolved."""
    found = {day.date: DayType(day.day_type.value) for day in given.days if day.day_type is not CaseDayType.REST_DAY}
    rest = [RestDay(date=day.date, is_worked=day.worked_min > 0) for day in given.days if day.date not in found]
    legal = _legal_holidays(given, rest, found)
    for one in rest:
        found[one.date] = DayType.LEGAL_HOLIDAY if one.date in legal.dates else DayType.NON_LEGAL_HOLIDAY
    return found, list(legal.reasons)


def _legal_holidays(given: DailyMinutesInputs, rest: Sequence[RestDay], named: Mapping[date, DayType]) -> LegalHolidays:
    match given.legal_holiday_rule:
        case LegalHolidayRule.FIXED_WEEKDAY:
            weekday = WEEK_STARTS[given.fixed_weekday].value
            return LegalHolidays(dates=tuple(day.date for day in rest if day.date.weekday() == weekday), reasons=())
        case LegalHolidayRule.FOUR_WEEKS:
            begin = given.four_weeks_from or given.days[0].date
            groups = [
                [day for day in rest if (day.date - begin).days // FOUR_WEEKS_DAYS == number]
                for number in sorted({(day.date - begin).days // FOUR_WEEKS_DAYS for day in rest})
            ]
            found = [
                holiday_work_in_four_weeks(
                    designated=[day.date for day in group], worked_on=[day.date for day in group if day.is_worked]
                )
                for group in groups
            ]
        case _:
            week_start = WEEK_STARTS[given.week_start]
            holidays = {week_start_of(day, week_start) for day, kind in named.items() if kind is DayType.LEGAL_HOLIDAY}
            weeks = sorted({week_start_of(day.date, week_start) for day in rest} - holidays)
            found = [
                legal_holiday_of_week(rest_days=[day for day in rest if week_start_of(day.date, week_start) == week])
                for week in weeks
            ]
    return LegalHolidays(
        dates=tuple(day for one in found for day in one.dates),
        reasons=tuple(reason for one in found for reason in one.reasons),
    )


def _is_resolved(day: CaseDay, resolved: Mapping[date, DayType]) -> bool:
    return day.day_type is CaseDayType.REST_DAY and resolved[day.date] is DayType.LEGAL_HOLIDAY


def refuse_special_week(system: HoursSystem, weekly_minutes: int, path: str) -> None:
    """Refuse, at the key's path, a week of more than forty hours in a system that has none."""
    with blaming(path):
        refuse_special_week_of(system=system.value, weekly_minutes=weekly_minutes)


def plain(value: Fraction, *, digits: int = 3) -> int | float:
    """Return a fraction as a whole number if it is one, else as a decimal."""
    return int(value) if value.denominator == 1 else round(float(value), digits)


class FrameTableInputs(Inputs):
    """Lengths of periods in calendar days."""

    weekly_legal_min: PositiveMinutes
    days: tuple[int, ...] = Field(min_length=1)


def _frame_table(given: FrameTableInputs) -> Answer:
    for number, days in enumerate(given.days):
        if not 0 < days <= 366:  # noqa: PLR2004 -- a leap year is the longest period there is
            raise Impossible(f"days[{number}]", "is no length of a period")
    frames = [frame_of(calendar_days=days, weekly_minutes=given.weekly_legal_min) for days in given.days]
    steps = [
        Reason(rule="frame", law="JP.LSA.32-2", facts=(("calendar_days", days), ("frame_minutes", frame.exact)))
        for days, frame in zip(given.days, frames, strict=True)
    ]
    result = {
        "exact_min": [plain(frame.exact) for frame in frames],
        "floor_min": [int(frame.exact) for frame in frames],
        "published_h_trunc1": [int(frame.exact / 6) / 10 for frame in frames],
        "published_h_trunc2": [int(frame.exact * 100 / _MINUTES_IN_HOUR) / 100 for frame in frames],
    }
    return Answer(result=result, steps=steps)


class PatternPart(Inputs):
    """So many days of so many minutes."""

    min: Minutes
    count: int = Field(ge=0, le=366)


class ScheduleLegalityInputs(Inputs):
    """The designated days of a one-month variable period."""

    calendar_days: int = Field(gt=0, le=366)
    weekly_legal_min: PositiveMinutes = 2400
    pattern: tuple[PatternPart, ...]


def _schedule_legality(given: ScheduleLegalityInputs) -> Answer:
    if sum(part.count for part in given.pattern) > given.calendar_days:
        raise Impossible("pattern", "has more days than the period")
    total = sum(part.min * part.count for part in given.pattern)
    frame = frame_of(calendar_days=given.calendar_days, weekly_minutes=given.weekly_legal_min)
    average = Fraction(total * 7, given.calendar_days * _MINUTES_IN_HOUR)
    is_legal = total <= frame.exact
    rule = "designated_within_frame" if is_legal else "designated_over_frame"
    facts = (("designated_minutes", total), ("frame_minutes", frame.exact))
    return Answer(
        result={
            "total_min": total,
            "frame_floor_min": int(frame.exact),
            "legal": is_legal,
            "avg_week_h": plain(average, digits=2),
        },
        steps=[Reason(rule=rule, law="JP.LSA.32-2", facts=facts)],
    )


class ScheduleLegalityWeeksInputs(Inputs):
    """The designated weeks of a one-year variable period, in hours."""

    week_hours: tuple[Hours, ...] = Field(min_length=1)
    period_over_3_months: bool
    day_hours: tuple[Hours, ...] = ()
    as_of: Day = AS_OF


def _schedule_legality_weeks(given: ScheduleLegalityWeeksInputs) -> Answer:
    verdict = judge_weeks(
        week_minutes=[round(hours * _MINUTES_IN_HOUR) for hours in given.week_hours],
        day_minutes=[round(hours * _MINUTES_IN_HOUR) for hours in given.day_hours],
        is_over_three_months=given.period_over_3_months,
        day=given.as_of,
    )
    faults = [fault.value for fault in verdict.faults]
    return Answer(
        result={"legal": verdict.is_lawful, "rule": faults[0] if faults else None, "rules": faults},
        steps=verdict.reasons,
    )


class YearlyDayLimitInputs(Inputs):
    """The calendar days of a one-year variable period."""

    calendar_days: int = Field(gt=0, le=366)
    as_of: Day = AS_OF


def _yearly_day_limit(given: YearlyDayLimitInputs) -> Answer:
    most = most_work_days(calendar_days=given.calendar_days, day=given.as_of)
    facts = (("calendar_days", given.calendar_days), ("most_work_days", most))
    return Answer(result={"max_work_days": most}, steps=[Reason(rule="most_work_days", law="JP.ER.12-4", facts=facts)])


class ShortServiceInputs(Inputs):
    """The days served in a one-year variable period, and what was worked and paid as overtime in them."""

    from_: Day = Field(alias="from")
    to: Day
    worked_min: Minutes
    already_paid_ot_min: Minutes = 0
    weekly_legal_min: PositiveMinutes = 2400


def _short_service(given: ShortServiceInputs) -> Answer:
    if given.to < given.from_:
        raise Impossible("to", "lies before the first day")
    settled = settle_short_service(
        first=given.from_,
        last=given.to,
        worked_minutes=given.worked_min,
        counted_overtime_minutes=given.already_paid_ot_min,
        article=SHORT_SERVICE,
        weekly_minutes=given.weekly_legal_min,
    )
    printed = settled.frame.minutes(FrameRounding.TENTH_OF_AN_HOUR)
    return Answer(
        result={
            "calendar_days": settled.calendar_days,
            "frame_exact_min": plain(settled.frame.exact),
            "settle_exact_min": plain(settled.owed, digits=2),
            "settle_published_min": plain(max(Fraction(0), given.worked_min - given.already_paid_ot_min - printed)),
        },
        steps=settled.reasons,
    )


KINDS: Final[Mapping[str, Kind[Any]]] = {
    "daily_minutes": Kind(DailyMinutesInputs, _daily_minutes),
    "frame_table": Kind(FrameTableInputs, _frame_table),
    "schedule_legality": Kind(ScheduleLegalityInputs, _schedule_legality),
    "schedule_legality_weeks": Kind(ScheduleLegalityWeeksInputs, _schedule_legality_weeks),
    "short_service_settlement": Kind(ShortServiceInputs, _short_service),
    "yearly_day_limit": Kind(YearlyDayLimitInputs, _yearly_day_limit),
}
