"""What payroll asks of a day and a month, out of the time line: every minute by kind of day, class and night.

The fields are those of the daily and monthly results of the leading Japanese attendance service, so that its clients can be
answered. All are minutes unless a name says ``count``. *Assigned* is work inside the plan that is no legal overtime,
*unassigned* work outside it within the legal limits, *overtime* legal overtime of whatever step; night is apart each time.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from tokimori.engine.facts import DayType
from tokimori.engine.parts import OVERTIME_BUCKETS, parts_of
from tokimori.engine.results import Bucket, DayResult, Severity, StepRule
from tokimori.engine.summary_fields import (
    DaySummary,
    HolidayWork,
    LeaveObtained,
    MonthSummary,
    PremiumWork,
    StepOvertime,
    VariationalWork,
)

BASIC_MONTH_MINUTES: Final = 45 * 60
SIXTY_HOURS_MINUTES: Final = 60 * 60

_BY_PERIOD: Final = frozenset({Bucket.LEGAL_OVERTIME_MONTHLY, Bucket.LEGAL_OVERTIME_PERIOD})


class _Cell(NamedTuple):
    """A class of minutes: the kind of day the duty began on, the bucket, and whether it is night."""

    day_type: DayType
    bucket: Bucket
    is_night: bool


def summary_of_day(result: DayResult, *, leave: Sequence[LeaveObtained] = ()) -> DaySummary:
    """Return a day's summary. The result must have its segments: it was calculated with its steps."""
    obtained = tuple(one for one in leave if one.work_date == result.work_date)
    cells = _cells([result])
    figures = result.figures
    return DaySummary(
        work_date=result.work_date,
        day_type=result.day_type,
        has_error=any(finding.severity is Severity.BLOCKING for finding in result.findings),
        assigned=_sum(cells, buckets=frozenset({Bucket.REGULAR}), is_night=False),
        unassigned=_sum(cells, buckets=frozenset({Bucket.WITHIN_LEGAL_OVERTIME}), is_night=False),
        overtime=_sum(cells, buckets=OVERTIME_BUCKETS, is_night=False),
        late_night=_sum(cells, buckets=frozenset({Bucket.REGULAR}), is_night=True),
        late_night_unassigned=_sum(cells, buckets=frozenset({Bucket.WITHIN_LEGAL_OVERTIME}), is_night=True),
        late_night_overtime=_sum(cells, buckets=OVERTIME_BUCKETS, is_night=True),
        break_time=figures.break_minutes,
        late=figures.late_minutes,
        early_leave=figures.early_leave_minutes,
        total_work=figures.worked_minutes,
        bound=_bound(result),
        automatic_break=sum(one.minutes for one in result.steps if one.rule is StepRule.BREAK_AUTOMATIC),
        discretionary_vacation=sum(one.counted_as_work for one in obtained),
        holidays_obtained=obtained,
    )


def summary_of_month(
    results: Sequence[DayResult],
    *,
    interval_minutes: int = 0,
    thresholds: tuple[int, int] = (BASIC_MONTH_MINUTES, SIXTY_HOURS_MINUTES),
    leave: Sequence[LeaveObtained] = (),
    is_yearly: bool = False,
    span: tuple[date, date] | None = None,
) -> MonthSummary:
    """Return the summary of consecutive days, calculated with their steps.

    ``interval_minutes`` is the rest that should lie between duties; shorter ones are counted. ``thresholds`` divide the
    month's legal overtime: what lies beyond the first, and what beyond the second. With ``is_yearly`` what passes the frame
    of the period is a year's, else a month's. ``span`` are the month's first and last day where results begin later or end
    earlier. Raise ``ValueError`` for no days.
    """
    if not results:
        raise ValueError("A month has days.")
    cells = _cells(results)
    weekdays = Counter({cell: minutes for cell, minutes in cells.items() if cell.day_type is DayType.WORKDAY})
    regular, within = frozenset({Bucket.REGULAR}), frozenset({Bucket.WITHIN_LEGAL_OVERTIME})
    legal, general = _legal_holiday(results, cells), _general_holiday(results, cells)
    first, last = span or (results[0].work_date, results[-1].work_date)
    obtained = tuple(one for one in leave if first <= one.work_date <= last)
    return MonthSummary(
        first=first,
        last=last,
        working_count=sum(1 for one in results if one.figures.worked_minutes),
        weekday_working_count=sum(
            1 for one in results if one.figures.worked_minutes and one.day_type is DayType.WORKDAY
        ),
        workday_count=sum(1 for one in results if one.figures.scheduled_minutes),
        weekday_workday_count=sum(
            1 for one in results if one.figures.scheduled_minutes and one.day_type is DayType.WORKDAY
        ),
        late_count=sum(1 for one in results if one.figures.late_minutes),
        early_leave_count=sum(1 for one in results if one.figures.early_leave_minutes),
        absent_day_count=sum(1 for one in results if one.figures.absence_minutes),
        interval_shortage_count=_shortages(results, interval_minutes),
        assigned=_sum(weekdays, buckets=regular, is_night=False),
        unassigned=_sum(weekdays, buckets=within, is_night=False),
        overtime=_sum(weekdays, buckets=OVERTIME_BUCKETS, is_night=False),
        night=_sum(weekdays, buckets=regular, is_night=True),
        night_unassigned=_sum(weekdays, buckets=within, is_night=True),
        night_overtime=_sum(weekdays, buckets=OVERTIME_BUCKETS, is_night=True),
        break_sum=sum(one.figures.break_minutes for one in results),
        late=sum(one.figures.late_minutes for one in results),
        early_leave=sum(one.figures.early_leave_minutes for one in results),
        bound=sum(_bound(one) for one in results),
        regarded=sum(one.counted_as_work for one in obtained) + sum(_deemed_beyond(one) for one in results),
        total_work=sum(one.figures.worked_minutes for one in results),
        holiday_work=legal + general,
        legal_holiday_work=legal,
        general_holiday_work=general,
        premium_work=_premium(results, thresholds),
        weekly_work=_step(cells, frozenset({Bucket.LEGAL_OVERTIME_WEEKLY})),
        period_work=_step(cells, _BY_PERIOD),
        variational_work=_variational(cells, is_yearly=is_yearly),
        holidays_obtained=obtained,
    )


def _variational(cells: Counter[_Cell], *, is_yearly: bool) -> VariationalWork:
    period, month = frozenset({Bucket.LEGAL_OVERTIME_PERIOD}), frozenset({Bucket.LEGAL_OVERTIME_MONTHLY})
    none: frozenset[Bucket] = frozenset()
    return VariationalWork(
        yearly=_step(cells, period if is_yearly else none),
        monthly=_step(cells, month if is_yearly else month | period),
        weekly=_step(cells, frozenset({Bucket.LEGAL_OVERTIME_WEEKLY})),
    )


def _deemed_beyond(result: DayResult) -> int:
    """Return the agreed minutes of a day beyond those that somebody was there, breaks excepted."""
    if not any(step.rule is StepRule.DEEMED for step in result.steps):
        return 0
    there = result.figures.presence_minutes - result.figures.break_minutes - result.figures.private_out_minutes
    return max(0, result.figures.worked_minutes - there)


def _cells(results: Sequence[DayResult]) -> Counter[_Cell]:
    found: Counter[_Cell] = Counter()
    for result in results:
        for part in parts_of(result):
            found[_Cell(result.day_type, part.bucket, part.is_night)] += part.minutes
    return found


def _sum(cells: Counter[_Cell], *, buckets: frozenset[Bucket], is_night: bool, day_type: DayType | None = None) -> int:
    return sum(
        minutes
        for cell, minutes in cells.items()
        if cell.bucket in buckets and cell.is_night is is_night and (day_type is None or cell.day_type is day_type)
    )


def _bound(result: DayResult) -> int:
    return result.presence[-1].end - result.presence[0].start if result.presence else 0


def _legal_holiday(results: Sequence[DayResult], cells: Counter[_Cell]) -> HolidayWork:
    """Return legal-holiday work: it is neither inside nor outside hours, and never overtime in Japan."""
    holiday, beyond = frozenset({Bucket.LEGAL_HOLIDAY}), frozenset({Bucket.HOLIDAY_OVERTIME})
    return HolidayWork(
        count=sum(1 for one in results if one.figures.legal_holiday_minutes or one.figures.holiday_overtime_minutes),
        normal=_sum(cells, buckets=holiday, is_night=False),
        night=_sum(cells, buckets=holiday, is_night=True),
        overtime=_sum(cells, buckets=beyond, is_night=False),
        night_overtime=_sum(cells, buckets=beyond, is_night=True),
    )


def _general_holiday(results: Sequence[DayResult], cells: Counter[_Cell]) -> HolidayWork:
    kind = DayType.NON_LEGAL_HOLIDAY
    regular, within = frozenset({Bucket.REGULAR}), frozenset({Bucket.WITHIN_LEGAL_OVERTIME})
    return HolidayWork(
        count=sum(1 for one in results if one.day_type is kind and one.figures.worked_minutes),
        normal=_sum(cells, buckets=regular, is_night=False, day_type=kind),
        night=_sum(cells, buckets=regular, is_night=True, day_type=kind),
        extra=_sum(cells, buckets=within, is_night=False, day_type=kind),
        night_extra=_sum(cells, buckets=within, is_night=True, day_type=kind),
        overtime=_sum(cells, buckets=OVERTIME_BUCKETS, is_night=False, day_type=kind),
        night_overtime=_sum(cells, buckets=OVERTIME_BUCKETS, is_night=True, day_type=kind),
    )


def _premium(results: Sequence[DayResult], thresholds: tuple[int, int]) -> PremiumWork:
    """Return the overtime beyond each threshold, in the order it was worked."""
    first, second = thresholds
    counted = 0
    found = {(number, night): 0 for number in (1, 2) for night in (False, True)}
    for part in (one for result in results for one in parts_of(result) if one.bucket in OVERTIME_BUCKETS):
        begin, counted = counted, counted + part.minutes
        beyond_second = max(0, counted - max(begin, second))
        beyond_first = max(0, min(counted, second) - max(begin, first))
        found[1, part.is_night] += beyond_first
        found[2, part.is_night] += beyond_second
    return PremiumWork(
        overtime_1=found[1, False],
        night_overtime_1=found[1, True],
        overtime_2=found[2, False],
        night_overtime_2=found[2, True],
    )


def _step(cells: Counter[_Cell], buckets: frozenset[Bucket]) -> StepOvertime:
    kind = DayType.NON_LEGAL_HOLIDAY
    return StepOvertime(
        overtime=_sum(cells, buckets=buckets, is_night=False),
        night_overtime=_sum(cells, buckets=buckets, is_night=True),
        general_holiday_overtime=_sum(cells, buckets=buckets, is_night=False, day_type=kind),
        general_holiday_night_overtime=_sum(cells, buckets=buckets, is_night=True, day_type=kind),
        legal_holiday_overtime=_sum(cells, buckets=buckets, is_night=False, day_type=DayType.LEGAL_HOLIDAY),
        legal_holiday_night_overtime=_sum(cells, buckets=buckets, is_night=True, day_type=DayType.LEGAL_HOLIDAY),
    )


def _shortages(results: Sequence[DayResult], interval_minutes: int) -> int:
    ends = [(one.presence[0].start, one.presence[-1].end) for one in results if one.presence]
    return sum(1 for (_, end), (start, _) in pairwise(ends) if start - end < interval_minutes)
