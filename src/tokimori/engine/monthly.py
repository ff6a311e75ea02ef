"""What a month is paid by, out of calculated days: the choices of a rule set that no single day can decide.

Which month weekly overtime belongs to where a week crosses the month's end; where the count of sixty hours begins; what an
hour within the legal limits, on a day off, or made good by a day off afterwards is paid at. Percentages are of the hourly
wage, the hour itself included; premiums are the law's of the day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from tokimori.engine.facts import DayType
from tokimori.engine.japan.article_37_premiums import (
    LATE_NIGHT,
    LEGAL_HOLIDAY,
    OVERTIME,
    OVERTIME_OVER_SIXTY,
    SIXTY_HOURS,
)
from tokimori.engine.parts import OVERTIME_BUCKETS, Part, parts_of
from tokimori.engine.policies import CompensatoryNetting, NonLegalHolidayPay, Policies, WeeklyOvertimeMonth
from tokimori.engine.results import Bucket, DayResult
from tokimori.engine.rules import Weekday

_ONE_DAY: Final = timedelta(days=1)
_DAYS_IN_WEEK: Final = 7
_HOLIDAY: Final = frozenset({Bucket.LEGAL_HOLIDAY, Bucket.HOLIDAY_OVERTIME})
_COUNTED_IN_WEEK: Final = frozenset({Bucket.REGULAR, Bucket.WITHIN_LEGAL_OVERTIME, Bucket.LEGAL_OVERTIME_WEEKLY})


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLine:
    """Minutes that are paid alike, at so many percent of the hourly wage; a negative one is not paid after all."""

    name: str
    minutes: int
    percent: Fraction

    @property
    def paid_minutes(self) -> Fraction:
        """Return the minutes at the plain wage that these are worth."""
        return self.minutes * self.percent / 100


def weekly_overtime_of_month(
    results: Sequence[DayResult], *, first: date, last: date, week_start: Weekday, policies: Policies
) -> int:
    """Return the minutes of weekly overtime that belong to the month from ``first`` to ``last``, both inside.

    ``results`` reach over the whole weeks that the month cuts; a week that is not whole is taken as it is. Where the week
    is split, each month has the share of the work that the week counted in it; what does not divide goes to the month that
    the week ends in.
    """
    weeks: dict[date, list[DayResult]] = {}
    for one in results:
        weeks.setdefault(_week_of(one.work_date, week_start), []).append(one)
    total = 0
    for week, days in weeks.items():
        end = week + timedelta(days=_DAYS_IN_WEEK - 1)
        inside = [day for day in days if first <= day.work_date <= last]
        overtime = sum(day.figures.legal_overtime_weekly_minutes for day in days)
        match policies.weekly_overtime_month:
            case WeeklyOvertimeMonth.WEEK_END:
                total += overtime if first <= end <= last else 0
            case WeeklyOvertimeMonth.WHERE_THE_MINUTES_LIE:
                total += sum(day.figures.legal_overtime_weekly_minutes for day in inside)
            case WeeklyOvertimeMonth.SPLIT_BY_MONTH:
                total += _share(days, inside, overtime, has_rest=first <= end <= last)
    return total


def pay_lines(
    results: Sequence[DayResult],
    *,
    policies: Policies,
    day: date,
    overtime_before: int = 0,
    compensated_minutes: Mapping[date, int] | None = None,
) -> tuple[PayLine, ...]:
    """Return what consecutive days are paid by, each minute of work in one line, in the order of the lines' names.

    The days were calculated with their steps. ``day`` is the day whose law and premiums are asked, ``overtime_before`` the
    legal overtime that the count of sixty hours stood at before the first of the days. ``compensated_minutes`` are those of
    a day for which unpaid time off was given afterwards: by the default only the premium of that day's work is paid then.
    Raise ``ValueError`` for more time off than was worked.
    """
    sums: dict[tuple[str, Fraction], int] = {}
    counted = overtime_before
    for result in results:
        for part in parts_of(result):
            counted = _add(sums, result, part, policies, day, counted)
    netted = 0
    for on, minutes in (compensated_minutes or {}).items():
        worked = next((one.figures.worked_minutes for one in results if one.work_date == on), 0)
        if not 0 <= minutes <= worked:
            raise ValueError("No more time off stands for a day than was worked on it.")
        netted += minutes
    lines = [PayLine(name=name, minutes=minutes, percent=percent) for (name, percent), minutes in sums.items()]
    if netted and policies.compensatory_netting is CompensatoryNetting.PREMIUM_ONLY:
        lines.append(PayLine(name="compensated", minutes=-netted, percent=Fraction(100)))
    return tuple(sorted(lines, key=lambda one: (one.name, one.percent)))


def count_begins(day: date, *, policies: Policies) -> date:
    """Return the first day of the month of sixty hours that a date lies in."""
    begin = day.replace(day=policies.sixty_hours_from_day)
    return begin if begin <= day else (begin.replace(day=1) - _ONE_DAY).replace(day=policies.sixty_hours_from_day)


def legal_overtime_before(results: Sequence[DayResult], *, day: date, policies: Policies) -> int:
    """Return what the count of sixty hours stood at when a date began, out of the days since the count's month began."""
    begin = count_begins(day, policies=policies)
    return sum(one.figures.legal_overtime_minutes for one in results if begin <= one.work_date < day)


def _add(
    sums: dict[tuple[str, Fraction], int],
    result: DayResult,
    part: Part,
    policies: Policies,
    day: date,
    counted: int,
) -> int:
    """Count a part of a day in its lines; return what the count of sixty hours stands at after it."""
    minutes = part.minutes
    night = LATE_NIGHT.on(day) * 100 if part.is_night else Fraction(0)
    suffix = "_night" if part.is_night else ""
    is_day_off = result.day_type is DayType.NON_LEGAL_HOLIDAY
    is_flat = is_day_off and policies.non_legal_holiday_pay is NonLegalHolidayPay.FLAT_PREMIUM
    flat = Fraction(policies.non_legal_holiday_rate_percent if is_flat else 0)

    def put(name: str, percent: Fraction, count: int) -> None:
        if count:
            key = (("day_off" if flat > percent else name) + suffix, max(flat, percent) + night)
            sums[key] = sums.get(key, 0) + count

    if part.bucket in _HOLIDAY:
        put("holiday", 100 * (1 + LEGAL_HOLIDAY.on(day)), minutes)
        return counted
    if part.bucket in OVERTIME_BUCKETS:
        until = max(0, min(minutes, SIXTY_HOURS.on(day) - counted))
        put("overtime", 100 * (1 + OVERTIME.on(day)), until)
        put("overtime_over_sixty", 100 * (1 + OVERTIME_OVER_SIXTY.on(day)), minutes - until)
        return counted + minutes
    if part.bucket is Bucket.WITHIN_LEGAL_OVERTIME:
        put("within_legal", Fraction(policies.within_legal_rate_percent), minutes)
    else:
        put("regular", Fraction(100), minutes)
    return counted


def _share(days: Sequence[DayResult], inside: Sequence[DayResult], overtime: int, *, has_rest: bool) -> int:
    whole, part = _counted(days), _counted(inside)
    if not whole:
        return 0
    if has_rest:
        return overtime - overtime * (whole - part) // whole
    return overtime * part // whole


def _counted(days: Sequence[DayResult]) -> int:
    return sum(part.minutes for day in days for part in parts_of(day) if part.bucket in _COUNTED_IN_WEEK)


def _week_of(day: date, week_start: Weekday) -> date:
    return day - timedelta(days=(day.weekday() - week_start.value) % _DAYS_IN_WEEK)
