"""Cases on Article 36, the doctor's interview, rest between duties, side jobs, minors and the keeping of records."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AliasChoices, Field

from tokimori.engine.intervals import Interval, instant_of, minute_of
from tokimori.engine.japan.article_36_limits import (
    Agreement,
    LimitCheck,
    Occupation,
    WorkedMonth,
    check_limits,
    month_after,
)
from tokimori.engine.japan.article_38_side_jobs import EmployerContract, EmployerWork, side_job_overtime
from tokimori.engine.japan.article_60_minors import ADULT_AGE, DAYS_IN_WEEK, check_minor_week
from tokimori.engine.japan.article_109_retention import retention
from tokimori.engine.japan.health_of_workers import doctor_interview, rest_between_duties
from tokimori.engine.law import Reason
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
    MinutesOfDuty,
    Zone,
    blaming,
    in_zone,
    is_within_a_century,
    local_moment,
)
from tokimori.interfaces.cases.plain import exact, hours, money, plain

AS_OF: Final = date(2026, 4, 1)
_MINUTES_IN_DAY: Final = 1440


def _month(text: str) -> str:
    year, _, month = text.partition("-")
    is_month = len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit()  # noqa: PLR2004 -- YYYY-MM
    if not is_month or not 1 <= int(month) <= 12:  # noqa: PLR2004 -- a year
        raise ValueError("is not a month of the form YYYY-MM")
    is_within_a_century(first_of(text))
    return text


def first_of(month: str) -> date:
    """Return the first day of a month written ``YYYY-MM``."""
    year, number = month.split("-")
    return date(int(year), int(number), 1)


Month = Annotated[str, AfterValidator(_month)]


class MonthInputs(Inputs):
    """Hours of a month: legal overtime, and work on legal holidays."""

    month: Month
    ot_h: Hours
    holiday_h: Hours = 0.0


class LimitInputs(Inputs):
    """Months in order, and the agreement. Its year begins with the first month given, unless it says when."""

    months: tuple[MonthInputs, ...] = Field(min_length=1, max_length=1200)
    as_of: Month
    special_clause: bool = False
    agreement_start: Month | None = Field(
        default=None, validation_alias=AliasChoices("agreement_start", "agreement_year_start")
    )
    one_year_variable: bool = False
    occupation: Occupation = Occupation.ORDINARY
    agreed_month_h: Hours | None = None
    agreed_year_h: Hours | None = None


def _limits(given: LimitInputs) -> Answer:
    months = _worked_months(given)
    firsts = [one.first for one in months]
    as_of = first_of(given.as_of)
    if as_of not in firsts:
        raise Impossible("as_of", "is not among the months")
    agreement = Agreement(
        year_begins=first_of(given.agreement_start) if given.agreement_start else months[0].first,
        has_special_clause=given.special_clause,
        is_yearly_variable=given.one_year_variable,
        occupation=given.occupation,
        month_minutes=_minutes(given.agreed_month_h),
        year_minutes=_minutes(given.agreed_year_h),
    )
    checks = [check_limits(months=months[: place + 1], agreement=agreement) for place in range(firsts.index(as_of) + 1)]
    by_month = {
        one.isoformat()[:7]: [violation.value for violation in check.violations]
        for one, check in zip(firsts, checks, strict=False)
        if check.violations
    }
    return Answer(result=_limit_result(checks[-1]) | {"violations_by_month": by_month}, steps=checks[-1].reasons)


def _limit_result(check: LimitCheck) -> dict[str, Any]:
    worst = max((average for _, average in check.averages), default=None)
    return {
        "month_total_h": hours(check.month_total),
        "annual_ot_h": hours(check.year_overtime),
        "months_over_45": check.months_above,
        "averages_h": {str(size): money(average / 60) for size, average in check.averages},
        "max_average_h": None if worst is None else money(worst / 60),
        "violations": [violation.value for violation in check.violations],
        "max_further_min": check.further_overtime,
        "max_further_holiday_min": check.further_holiday_work,
    }


def _worked_months(given: LimitInputs) -> list[WorkedMonth]:
    found: list[WorkedMonth] = []
    for place, one in enumerate(given.months):
        first = first_of(one.month)
        if found and month_after(found[-1].first) != first:
            raise Impossible(f"months[{place}].month", "does not follow the month before")
        found.append(WorkedMonth(first=first, overtime=exact(one.ot_h) * 60, holiday=exact(one.holiday_h) * 60))
    return found


def _minutes(given: float | None) -> int | None:
    return None if given is None else int(exact(given) * 60)


class InterviewInputs(Inputs):
    """The days of a month, and everything worked in it."""

    calendar_days: int = Field(ge=1, le=366)
    total_worked_min: Minutes
    research: bool = False
    as_of: Day = AS_OF


def _interview(given: InterviewInputs) -> Answer:
    if given.total_worked_min > given.calendar_days * _MINUTES_IN_DAY:
        raise Impossible("total_worked_min", "is more than the days have")
    found = doctor_interview(
        calendar_days=given.calendar_days,
        worked_minutes=given.total_worked_min,
        is_research=given.research,
        day=given.as_of,
    )
    result = {"over_40h_min": plain(found.beyond), "threshold_min": found.threshold, "interview": found.is_due}
    return Answer(result=result, steps=found.reasons)


class WorkIntervalInputs(Inputs):
    """The end of a duty, the scheduled start of the next – and its end, if known – and the hours between."""

    end: LocalMoment
    next_scheduled_start: LocalMoment
    next_scheduled_end: LocalMoment | None = None
    interval_h: Hours
    tz: Zone = "Asia/Tokyo"


def _work_interval(given: WorkIntervalInputs) -> Answer:
    ended, start = (_minute(one, given.tz) for one in (given.end, given.next_scheduled_start))
    until = None if given.next_scheduled_end is None else _minute(given.next_scheduled_end, given.tz)
    if until is not None and until < start:
        raise Impossible("next_scheduled_end", "lies before the start")
    with blaming("next_scheduled_start"):
        found = rest_between_duties(
            ended=ended,
            next_start=start,
            next_duty=None if until is None else Interval(start, until),
            interval_minutes=int(exact(given.interval_h) * 60),
        )
    result = {
        "earliest_start": _clock(found.earliest, given.tz),
        "deemed_worked_min": found.deemed_worked_minutes,
        "shifted_start": _clock(found.shifted_start, given.tz),
        "rest_min": start - ended,
    }
    return Answer(result=result, steps=found.reasons)


def _minute(text: str, zone: str) -> int:
    return minute_of(in_zone(local_moment(text), zone))


def _clock(minute: int, zone: str) -> str:
    return instant_of(minute).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


class ContractInputs(Inputs):
    """A contract, its place among the contracts, and the day's scheduled minutes."""

    employer: str = Field(min_length=1, max_length=200)
    order: int = Field(ge=1, le=100)
    scheduled_min: MinutesOfDay
    aggregated: bool = True


class EmployerWorkInputs(Inputs):
    """Minutes worked for an employer."""

    employer: str = Field(min_length=1, max_length=200)
    min: MinutesOfDuty


class SideJobInputs(Inputs):
    """Contracts, and a day's work in the order it was done."""

    contracts: tuple[ContractInputs, ...] = Field(min_length=1)
    worked: tuple[EmployerWorkInputs, ...]
    week_so_far_min: Minutes = 0
    as_of: Day = AS_OF


def _side_job(given: SideJobInputs) -> Answer:
    _refuse_repeated([str(one.order) for one in given.contracts], "contracts[{}].order")
    _refuse_repeated([one.employer for one in given.contracts], "contracts[{}].employer")
    known = {one.employer for one in given.contracts}
    for place, one in enumerate(given.worked):
        if one.employer not in known:
            raise Impossible(f"worked[{place}].employer", "has no contract")
    found = side_job_overtime(
        contracts=[
            EmployerContract(employer=one.employer, scheduled_minutes=one.scheduled_min)
            for one in sorted(given.contracts, key=lambda one: one.order)
        ],
        worked=[EmployerWork(employer=one.employer, minutes=one.min) for one in given.worked],
        not_aggregated=frozenset(one.employer for one in given.contracts if not one.aggregated),
        counted_in_week=given.week_so_far_min,
        day=given.as_of,
    )
    return Answer(result={"legal_ot": dict(found.overtime), "total_min": found.total_minutes}, steps=found.reasons)


def _refuse_repeated(values: Sequence[str], path: str) -> None:
    for place, value in enumerate(values):
        if value in values[:place]:
            raise Impossible(path.format(place), "is given twice")


class MinorInputs(Inputs):
    """An age in years, and the minutes of a week's seven days."""

    age: int = Field(ge=0, le=120)
    week_min: tuple[Minutes, ...] = Field(min_length=DAYS_IN_WEEK, max_length=DAYS_IN_WEEK)
    night_min: Minutes = 0
    variable_pattern: bool = False
    as_of: Day = AS_OF


def _minor(given: MinorInputs) -> Answer:
    for place, minutes in enumerate(given.week_min):
        if minutes > _MINUTES_IN_DAY:
            raise Impossible(f"week_min[{place}]", "is more than a day has")
    if given.age >= ADULT_AGE.on(given.as_of):
        reason = Reason(rule="no_minor", law="JP.LSA.60", facts=(("age", given.age),))
        total = {"legal": True, "week_total_min": sum(given.week_min), "findings": [], "is_minor": False}
        return Answer(result=total, steps=[reason])
    with blaming("age"):
        found = check_minor_week(
            age=given.age,
            daily_minutes=given.week_min,
            night_minutes=given.night_min,
            is_pattern=given.variable_pattern,
            day=given.as_of,
        )
    result = {
        "legal": found.is_lawful,
        "week_total_min": found.week_minutes,
        "findings": [finding.value for finding in found.findings],
        "is_minor": True,
    }
    return Answer(result=result, steps=found.reasons)


class RetentionInputs(Inputs):
    """The last entry of a record, and the pay day that it was paid on."""

    last_entry: Day
    pay_date: Day | None = None


def _retention(given: RetentionInputs) -> Answer:
    found = retention(last_entry=given.last_entry, pay_date=given.pay_date)
    result = {
        "start": found.start.isoformat(),
        "keep_until_current_rule": found.until.isoformat(),
        "keep_until_5y": found.until_by_the_act.isoformat(),
    }
    return Answer(result=result, steps=found.reasons)


KINDS: Final[Mapping[str, Kind[Any]]] = {
    "art36_check": Kind(LimitInputs, _limits),
    "doctor_interview": Kind(InterviewInputs, _interview),
    "work_interval": Kind(WorkIntervalInputs, _work_interval),
    "side_job": Kind(SideJobInputs, _side_job),
    "minor_check": Kind(MinorInputs, _minor),
    "retention": Kind(RetentionInputs, _retention),
}
