"""What payroll asks of a day and a month, out of the time line: every minute by kind of day, class and night.

The fields are those of the daily and monthly results of the leading Japanese attendance service, so that its clients can be
answered. All are minutes unless a name says ``count``. *Assigned* is work inside the plan that is no legal overtime,
*unassigned* work outside it within the legal limits, *overtime* legal overtime of whatever step; night is apart each time.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, NamedTuple

from tokimori.engine.facts import DayType
from tokimori.engine.results import Bucket, DayResult, Severity

BASIC_MONTH_MINUTES: Final = 45 * 60
SIXTY_HOURS_MINUTES: Final = 60 * 60

_OVERTIME: Final = frozenset(
    {
        Bucket.LEGAL_OVERTIME_DAILY,
        Bucket.LEGAL_OVERTIME_WEEKLY,
        Bucket.LEGAL_OVERTIME_MONTHLY,
        Bucket.LEGAL_OVERTIME_PERIOD,
    }
)
_BY_PERIOD: Final = frozenset({Bucket.LEGAL_OVERTIME_MONTHLY, Bucket.LEGAL_OVERTIME_PERIOD})


class _Cell(NamedTuple):
    """A class of minutes: the kind of day the duty began on, the bucket, and whether it is night."""

    day_type: DayType
    bucket: Bucket
    is_night: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySummary:
    """A day as other programs know it."""

    work_date: date
    day_type: DayType
    has_error: bool
    assigned: int
    unassigned: int
    overtime: int
    late_night: int
    late_night_unassigned: int
    late_night_overtime: int
    break_time: int
    late: int
    early_leave: int
    total_work: int
    bound: int
    """From the first arrival to the last departure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayWork:
    """Work on days off of one kind. ``normal`` is inside the plan, ``extra`` outside it, ``overtime`` legal overtime."""

    count: int = 0
    normal: int = 0
    night: int = 0
    extra: int = 0
    night_extra: int = 0
    overtime: int = 0
    night_overtime: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumWork:
    """Legal overtime above the first and above the second threshold of a month, each apart from its night."""

    overtime_1: int
    night_overtime_1: int
    overtime_2: int
    night_overtime_2: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOvertime:
    """Legal overtime of one step, by night, and what of it was worked on days off that are not legal holidays."""

    overtime: int
    night_overtime: int
    general_holiday_overtime: int
    general_holiday_night_overtime: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSummary:
    """A month as other programs know it."""

    first: date
    last: date
    working_count: int
    weekday_working_count: int
    late_count: int
    early_leave_count: int
    absent_day_count: int
    interval_shortage_count: int
    assigned: int
    unassigned: int
    overtime: int
    night: int
    night_unassigned: int
    night_overtime: int
    break_sum: int
    late: int
    early_leave: int
    bound: int
    total_work: int
    legal_holiday_work: HolidayWork
    general_holiday_work: HolidayWork
    premium_work: PremiumWork
    weekly_work: StepOvertime
    period_work: StepOvertime


def summary_of_day(result: DayResult) -> DaySummary:
    """Return a day's summary. The result must have its segments: it was calculated with its steps."""
    cells = _cells([result])
    figures = result.figures
    return DaySummary(
        work_date=result.work_date,
        day_type=result.day_type,
        has_error=any(finding.severity is Severity.BLOCKING for finding in result.findings),
        assigned=_sum(cells, buckets=frozenset({Bucket.REGULAR}), is_night=False),
        unassigned=_sum(cells, buckets=frozenset({Bucket.WITHIN_LEGAL_OVERTIME}), is_night=False),
        overtime=_sum(cells, buckets=_OVERTIME, is_night=False),
        late_night=_sum(cells, buckets=frozenset({Bucket.REGULAR}), is_night=True),
        late_night_unassigned=_sum(cells, buckets=frozenset({Bucket.WITHIN_LEGAL_OVERTIME}), is_night=True),
        late_night_overtime=_sum(cells, buckets=_OVERTIME, is_night=True),
        break_time=figures.break_minutes,
        late=figures.late_minutes,
        early_leave=figures.early_leave_minutes,
        total_work=figures.worked_minutes,
        bound=_bound(result),
    )


def summary_of_month(
    results: Sequence[DayResult],
    *,
    interval_minutes: int = 0,
    thresholds: tuple[int, int] = (BASIC_MONTH_MINUTES, SIXTY_HOURS_MINUTES),
) -> MonthSummary:
    """Return the summary of consecutive days, calculated with their steps.

    ``interval_minutes`` is the rest that should lie between duties; shorter ones are counted. ``thresholds`` divide the
    month's legal overtime: what lies beyond the first, and what beyond the second. Raise ``ValueError`` for no days.
    """
    if not results:
        raise ValueError("A month has days.")
    cells = _cells(results)
    weekdays = Counter({cell: minutes for cell, minutes in cells.items() if cell.day_type is DayType.WORKDAY})
    regular, within = frozenset({Bucket.REGULAR}), frozenset({Bucket.WITHIN_LEGAL_OVERTIME})
    return MonthSummary(
        first=results[0].work_date,
        last=results[-1].work_date,
        working_count=sum(1 for one in results if one.figures.worked_minutes),
        weekday_working_count=sum(
            1 for one in results if one.figures.worked_minutes and one.day_type is DayType.WORKDAY
        ),
        late_count=sum(1 for one in results if one.figures.late_minutes),
        early_leave_count=sum(1 for one in results if one.figures.early_leave_minutes),
        absent_day_count=sum(1 for one in results if one.figures.absence_minutes),
        interval_shortage_count=_shortages(results, interval_minutes),
        assigned=_sum(weekdays, buckets=regular, is_night=False),
        unassigned=_sum(weekdays, buckets=within, is_night=False),
        overtime=_sum(weekdays, buckets=_OVERTIME, is_night=False),
        night=_sum(weekdays, buckets=regular, is_night=True),
        night_unassigned=_sum(weekdays, buckets=within, is_night=True),
        night_overtime=_sum(weekdays, buckets=_OVERTIME, is_night=True),
        break_sum=sum(one.figures.break_minutes for one in results),
        late=sum(one.figures.late_minutes for one in results),
        early_leave=sum(one.figures.early_leave_minutes for one in results),
        bound=sum(_bound(one) for one in results),
        total_work=sum(one.figures.worked_minutes for one in results),
        legal_holiday_work=_legal_holiday(results, cells),
        general_holiday_work=_general_holiday(results, cells),
        premium_work=_premium(results, thresholds),
        weekly_work=_step(cells, frozenset({Bucket.LEGAL_OVERTIME_WEEKLY})),
        period_work=_step(cells, _BY_PERIOD),
    )


def _cells(results: Sequence[DayResult]) -> Counter[_Cell]:
    found: Counter[_Cell] = Counter()
    for result in results:
        for segment in result.segments:
            found[_Cell(result.day_type, segment.bucket, segment.is_night)] += segment.interval.minutes
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
        overtime=_sum(cells, buckets=_OVERTIME, is_night=False, day_type=kind),
        night_overtime=_sum(cells, buckets=_OVERTIME, is_night=True, day_type=kind),
    )


def _premium(results: Sequence[DayResult], thresholds: tuple[int, int]) -> PremiumWork:
    """Return the overtime beyond each threshold, in the order it was worked."""
    first, second = thresholds
    counted = 0
    found = {(number, night): 0 for number in (1, 2) for night in (False, True)}
    for segment in (one for result in results for one in result.segments if one.bucket in _OVERTIME):
        begin, counted = counted, counted + segment.interval.minutes
        beyond_second = max(0, counted - max(begin, second))
        beyond_first = max(0, min(counted, second) - max(begin, first))
        found[1, segment.is_night] += beyond_first
        found[2, segment.is_night] += beyond_second
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
    )


def _shortages(results: Sequence[DayResult], interval_minutes: int) -> int:
    ends = [(one.presence[0].start, one.presence[-1].end) for one in results if one.presence]
    return sum(1 for (_, end), (start, _) in pairwise(ends) if start - end < interval_minutes)
