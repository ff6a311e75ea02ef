"""Cases on Thai rest, holidays and leave (Labour Protection Act 27 to 41)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from tokimori.engine.intervals import minute_of
from tokimori.engine.law import NotInForce
from tokimori.engine.thailand.section_27_rest import daily_rest, rest_before_overtime
from tokimori.engine.thailand.section_29_traditional_holidays import NoWorkingDay, holiday_year, observed_holidays
from tokimori.engine.thailand.section_32_sick_leave import sick_leave
from tokimori.engine.thailand.section_41_parental_leave import parental_leave
from tokimori.interfaces.cases.kind import (
    Answer,
    ClockTime,
    Day,
    Impossible,
    Inputs,
    Kind,
    Minutes,
    clock_minute,
)
from tokimori.interfaces.cases.plain import (
    MINUTES_IN_DAY,
    ClockPair,
    clock_minutes,
    exact,
    instant,
    plain,
    stretch,
    weekday,
)

AS_OF: Final = date(2026, 4, 1)
Days = Annotated[float, Field(ge=0, le=366, allow_inf_nan=False)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class OvertimeRestInputs(Inputs):
    """Planned overtime, in minutes."""

    ot_planned_min: tuple[Minutes, ...] = Field(min_length=1)
    exempt: bool = False
    as_of: Day = AS_OF


def _overtime_rest(given: OvertimeRestInputs) -> Answer:
    found = [
        rest_before_overtime(planned_minutes=planned, is_exempt=given.exempt, day=given.as_of)
        for planned in given.ot_planned_min
    ]
    return Answer(
        result={"rest_before_ot_min": [one.minutes for one in found]},
        steps=[reason for one in found for reason in one.reasons],
    )


class RestCase(Inputs):
    """A day's beginning and its breaks."""

    start: ClockTime
    end: ClockTime | None = None
    breaks: tuple[ClockPair, ...] = ()
    minor: bool = False


class DailyRestInputs(Inputs):
    """Days whose rest is looked at."""

    cases: tuple[RestCase, ...] = Field(min_length=1)
    as_of: Day = AS_OF


def _daily_rest(given: DailyRestInputs) -> Answer:
    found = []
    for number, case in enumerate(given.cases):
        start = clock_minute(case.start)
        breaks = []
        for place, pair in enumerate(case.breaks):
            begin, end = clock_minutes(pair, f"cases[{number}].breaks[{place}]")
            later = MINUTES_IN_DAY if begin < start else 0
            breaks.append(stretch(begin + later, end + later))
        until = None
        if case.end is not None:
            until = minute_of(instant(clock_minutes((case.start, case.end), f"cases[{number}].end")[1]))
        found.append(
            daily_rest(start=minute_of(instant(start)), end=until, breaks=breaks, is_minor=case.minor, day=given.as_of)
        )
    return Answer(
        result={
            "ok": [one.is_enough for one in found],
            "counted_rest_min": [one.counted_minutes for one in found],
        },
        steps=[reason for one in found for reason in one.reasons],
    )


class SickInputs(Inputs):
    """A year's sick days, and the lengths of the absences they were taken in."""

    sick_days_taken_year: Days
    this_absence_days: tuple[Days, ...] = ()
    as_of: Day = AS_OF


def _sick(given: SickInputs) -> Answer:
    found = sick_leave(
        days_taken_in_year=exact(given.sick_days_taken_year),
        absences=[exact(one) for one in given.this_absence_days],
        day=given.as_of,
    )
    result = {
        "paid_days_max": found.paid_days_at_most,
        "paid_days": plain(found.paid_days),
        "unpaid_days": plain(found.unpaid_days),
        "certificate_may_be_required": list(found.certificate_may_be_required),
    }
    return Answer(result=result, steps=found.reasons)


class MaternityInputs(Inputs):
    """Days whose law is asked."""

    effective: tuple[Day, ...] = Field(min_length=1)


def _maternity(given: MaternityInputs) -> Answer:
    found = []
    for number, day in enumerate(given.effective):
        try:
            found.append(parental_leave(day=day))
        except NotInForce as error:
            raise Impossible(f"effective[{number}]", str(error)) from error
    result = {
        "maternity_days": [one.maternity_days for one in found],
        "employer_paid_days": [one.employer_paid_days for one in found],
        "spouse_leave_days": [one.spouse_days for one in found],
        "infant_care_days_50pct": [one.infant_care_days for one in found],
    }
    return Answer(result=result, steps=[reason for one in found for reason in one.reasons])


class SubstituteHolidayInputs(Inputs):
    """The weekly days off, and the announced traditional holidays."""

    weekly_holidays: tuple[Weekday, ...]
    traditional_holidays: tuple[Day, ...]


def _substitute_holiday(given: SubstituteHolidayInputs) -> Answer:
    weekly = frozenset(weekday(name) for name in given.weekly_holidays)
    try:
        found = observed_holidays(weekly_holidays=weekly, announced=given.traditional_holidays)
        years = [
            holiday_year(announced=given.traditional_holidays, year=year)
            for year in sorted({day.year for day in given.traditional_holidays})
        ]
    except NoWorkingDay as error:
        raise Impossible("weekly_holidays", str(error)) from error
    result = {
        "observed": {day.isoformat(): kept.isoformat() for day, kept in found.observed.items()},
        "enough_in_year": {str(one.year): one.is_enough for one in years},
    }
    return Answer(result=result, steps=[*found.reasons, *(reason for one in years for reason in one.reasons)])


KINDS: Final[Mapping[str, Kind[Any]]] = {
    "th_rest": Kind(OvertimeRestInputs, _overtime_rest),
    "th_rest_daily": Kind(DailyRestInputs, _daily_rest),
    "th_sick": Kind(SickInputs, _sick),
    "th_maternity": Kind(MaternityInputs, _maternity),
    "th_substitute_holiday": Kind(SubstituteHolidayInputs, _substitute_holiday),
}
