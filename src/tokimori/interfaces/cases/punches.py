"""Cases on punches: days with their plans, what was punched, and the figures that come of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, timedelta
from itertools import pairwise
from typing import Any, Final, Literal

from pydantic import Field, PrivateAttr

from tokimori.engine import (
    CalendarDay,
    DayResult,
    DayType,
    Punch,
    PunchKind,
    RuleSet,
    Shift,
    calculate_assigned_days,
    total_figures,
)
from tokimori.engine.assignment import MARGIN_MINUTES
from tokimori.engine.clocks import at_clock
from tokimori.engine.intervals import Interval, cut_at
from tokimori.engine.policies import HolidayMinutes
from tokimori.engine.results import Bucket, Segment
from tokimori.engine.rules import ClockWindow, WorkSystem
from tokimori.interfaces.cases.japan_hours import WEEK_STARTS, WeekStart
from tokimori.interfaces.cases.kind import (
    Answer,
    ClockTime,
    Day,
    Impossible,
    Inputs,
    Kind,
    LocalMoment,
    MinutesOfDay,
    PositiveMinutes,
    Zone,
    clock_minute,
    is_within_a_century,
    local_moment,
)
from tokimori.interfaces.cases.plain import ClockPair, clock_minutes, moment_in_zone

_MINUTES_IN_DAY: Final = 1440
_MOST_DAYS: Final = 400

SYSTEMS: Final[Mapping[str, WorkSystem]] = {
    "variable_1m": WorkSystem.VARIABLE_MONTH,
    "variable_1y": WorkSystem.VARIABLE_YEAR,
    "weekly_irregular": WorkSystem.WEEKLY_IRREGULAR,
    "flex_1m": WorkSystem.FLEX_MONTH,
    "flex_3m": WorkSystem.FLEX_QUARTER,
    "exempt_manager": WorkSystem.MANAGER,
}
"""Systems that count punches in their own way. Any other name is a topic, and hours are fixed."""

RATES: Final = ("base", "ot", "holiday")
_HOLIDAY: Final = frozenset({Bucket.LEGAL_HOLIDAY, Bucket.HOLIDAY_OVERTIME})
_ORDINARY: Final = frozenset({Bucket.REGULAR, Bucket.WITHIN_LEGAL_OVERTIME})


class LegalInputs(Inputs):
    """The limits of a day and a week, in minutes; ``null`` where there is none."""

    daily_min: PositiveMinutes | None = 480
    weekly_min: PositiveMinutes | None = 2400


class PlannedDayInputs(Inputs):
    """A date, what it is, and its plan. ``day_limit_min`` is what the date was designated with."""

    date: Day
    day_type: DayType
    scheduled: tuple[ClockPair, ...] = ()
    scheduled_breaks: tuple[ClockPair, ...] = ()
    day_limit_min: MinutesOfDay | None = None


class WorkInputs(Inputs):
    """A stretch between an arrival and a departure, with its breaks."""

    arrival: LocalMoment = Field(alias="in")
    departure: LocalMoment = Field(alias="out")
    breaks: tuple[tuple[LocalMoment, LocalMoment], ...] = ()


class PunchesInputs(Inputs):
    """Days, and the work of them. With ``same_duty`` the person went out between the stretches and came back."""

    tz: Zone
    legal: LegalInputs = LegalInputs()
    week_start: WeekStart = WeekStart.SUN
    night: tuple[ClockTime, ClockTime] | None = ("22:00", "05:00")
    days: tuple[PlannedDayInputs, ...] = Field(min_length=1, max_length=_MOST_DAYS)
    work: tuple[WorkInputs, ...]
    same_duty: bool = False
    exempt: Literal["art41"] | None = None
    holiday_minutes_fill_daily_limit: bool = True
    _system: WorkSystem = PrivateAttr(default=WorkSystem.FIXED)

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401 -- the signature is pydantic's
        """Keep the case's system, which says how its punches count."""
        if isinstance(context, Mapping):
            self._system = SYSTEMS.get(str(context.get("system", "")), WorkSystem.FIXED)

    @property
    def system(self) -> WorkSystem:
        """Return how punches count: exempt persons' as such, and where more was designated, by the designation."""
        if self.exempt is not None:
            return WorkSystem.MANAGER
        if self._system is WorkSystem.FIXED and any(day.day_limit_min is not None for day in self.days):
            return WorkSystem.VARIABLE_MONTH
        return self._system


def _punches(given: PunchesInputs) -> Answer:
    days = _days(given)
    results = calculate_assigned_days(days=days, punches=_duties(given, days))
    total = total_figures(results)
    segments = [segment for result in results for segment in result.segments]
    result: dict[str, Any] = {
        "worked": total.worked_minutes,
        "regular": total.regular_minutes,
        "within_legal_ot": total.within_legal_overtime_minutes,
        "legal_ot": total.legal_overtime_minutes,
        "legal_ot_daily": total.legal_overtime_daily_minutes,
        "legal_ot_weekly": total.legal_overtime_weekly_minutes,
        "legal_ot_period": total.legal_overtime_period_minutes,
        "legal_holiday": total.legal_holiday_minutes,
        "late_night": total.late_night_minutes,
        "late_night_split": _night_split(segments),
        "rate_minutes": _rate_minutes(segments),
        "late": total.late_minutes,
        "early_leave": total.early_leave_minutes,
        "private_out": total.private_out_minutes,
        "absence": total.absence_minutes,
        "per_work_date": _per_work_date(days, results),
        "findings": [
            {"date": one.work_date.isoformat(), "code": finding.code.value, "severity": finding.severity.value}
            for one in results
            for finding in one.findings
        ],
    }
    return Answer(result=result, steps=[step for one in results for step in one.steps])


def _days(given: PunchesInputs) -> list[CalendarDay]:
    """Return the days without gaps; a date that is not given is a day off on which nothing is planned."""
    by_date: dict[date, CalendarDay] = {}
    for place, one in enumerate(given.days):
        if one.date in by_date:
            raise Impossible(f"days[{place}].date", "is given twice")
        by_date[one.date] = CalendarDay(
            date=one.date,
            zone=given.tz,
            day_type=one.day_type,
            shifts=_shifts(one, given.tz, f"days[{place}]"),
            rules=_rules(given),
            original_minutes=one.day_limit_min,
        )
    first = min(by_date)
    count = (max(by_date) - first).days + 1
    if count > _MOST_DAYS:
        raise Impossible("days", "lie too far apart")
    return [
        by_date.get(day)
        or CalendarDay(date=day, zone=given.tz, day_type=DayType.NON_LEGAL_HOLIDAY, shifts=(), rules=_rules(given))
        for day in (first + timedelta(days=number) for number in range(count))
    ]


def _rules(given: PunchesInputs) -> RuleSet:
    night = None
    if given.night is not None:
        start, end = (clock_minute(one) for one in given.night)
        if start >= _MINUTES_IN_DAY or end > _MINUTES_IN_DAY or start == end:
            raise Impossible("night", "is no window of a day")
        night = ClockWindow(start_minute=start, end_minute=end)
    return RuleSet(
        code="case",
        country="JP",
        system=given.system,
        legal_daily_minutes=given.legal.daily_min,
        legal_weekly_minutes=given.legal.weekly_min,
        week_start=WEEK_STARTS[given.week_start],
        night=night,
        duplicate_seconds=0,
        holiday_minutes=HolidayMinutes.FILL_DAILY_LIMIT
        if given.holiday_minutes_fill_daily_limit
        else HolidayMinutes.STAND_ASIDE,
    )


def _shifts(day: PlannedDayInputs, zone: str, path: str) -> tuple[Shift, ...]:
    breaks = [
        _on(day.date, one, zone, f"{path}.scheduled_breaks[{place}]") for place, one in enumerate(day.scheduled_breaks)
    ]
    shifts = [_on(day.date, one, zone, f"{path}.scheduled[{place}]") for place, one in enumerate(day.scheduled)]
    for place, (before, after) in enumerate(pairwise(shifts)):
        if after.start < before.end:
            raise Impossible(f"{path}.scheduled[{place + 1}]", "begins before the one before has ended")
    for place, one in enumerate(breaks):
        if not any(shift.start <= one.start and one.end <= shift.end for shift in shifts):
            raise Impossible(f"{path}.scheduled_breaks[{place}]", "lies in no shift")
    return tuple(
        Shift(interval=shift, breaks=tuple(one for one in breaks if shift.start <= one.start and one.end <= shift.end))
        for shift in shifts
    )


def _on(day: date, pair: ClockPair, zone: str, path: str) -> Interval:
    start, end = clock_minutes(pair, path)
    return Interval(at_clock(zone, day, start), at_clock(zone, day, end))


def _duties(given: PunchesInputs, days: Sequence[CalendarDay]) -> dict[date, list[Punch]]:
    """Return the punches of each day's duties, in order: a duty is whole, however long, and of the day it began on."""
    found: dict[date, list[Punch]] = {day.date: [] for day in days}
    duty: list[Punch] = []
    last: Punch | None = None
    for number, record in sorted(enumerate(given.work), key=lambda one: local_moment(one[1].arrival)):
        punches = _made(given, number, record, last)
        is_first = last is None
        last = punches[-1]
        if is_first or not given.same_duty:
            on = _work_date(punches[0].minute, days)
            if on is None:
                # It would be left out without a word.
                raise Impossible(f"work[{number}]", "lies on none of the days")
            duty = found[on]
        duty += punches
    return found


def _work_date(start: int, days: Sequence[CalendarDay]) -> date | None:
    """Return the date whose duty begins at a minute: of the shift it lies in or comes shortly before, else its own."""
    here: CalendarDay | None = None
    for number, day in enumerate(days):
        if any(shift.interval.start <= start < shift.interval.end for shift in day.shifts):
            return day.date
        midnights = at_clock(day.zone, day.date, 0), at_clock(day.zone, day.date, _MINUTES_IN_DAY)
        if midnights[0] <= start < midnights[1]:
            here = day
            following = days[number + 1] if number + 1 < len(days) else None
            if following is not None and following.shifts and not day.shifts:
                wait = following.shifts[0].interval.start - start
                if 0 < wait <= MARGIN_MINUTES:
                    return following.date
    return here.date if here else None


def _made(given: PunchesInputs, number: int, record: WorkInputs, last: Punch | None) -> list[Punch]:
    """Return the punches of a stretch, in order, after the last one of the stretch before."""
    found = [last] if last else []
    is_back = given.same_duty and last is not None
    latest = max(local_moment(one.arrival) for one in given.work)
    is_out = given.same_duty and local_moment(record.arrival) < latest
    path = f"work[{number}]"
    _add(found, record.arrival, PunchKind.RETURN if is_back else PunchKind.IN, given.tz, f"{path}.in")
    for place, (start, end) in enumerate(record.breaks):
        _add(found, start, PunchKind.BREAK_START, given.tz, f"{path}.breaks[{place}][0]")
        _add(found, end, PunchKind.BREAK_END, given.tz, f"{path}.breaks[{place}][1]")
    _add(found, record.departure, PunchKind.GO_OUT if is_out else PunchKind.OUT, given.tz, f"{path}.out")
    return found[1:] if last else found


def _add(found: list[Punch], text: str, kind: PunchKind, zone: str, path: str) -> None:
    at = moment_in_zone(text, zone, path)
    is_within_a_century(at.date())
    if found and at < found[-1].at:
        raise Impossible(path, "lies before what came before it")
    number = int(found[-1].id) + 1 if found else 0
    found.append(Punch(id=f"{number:06d}", at=at.astimezone(UTC), kind=kind))


def _night_split(segments: Sequence[Segment]) -> dict[str, int]:
    found = {"non_ot": 0, "ot": 0, "holiday": 0}
    for segment in segments:
        if segment.is_night:
            name = _rate(segment.bucket)
            found["non_ot" if name == "base" else name] += segment.interval.minutes
    return found


def _rate_minutes(segments: Sequence[Segment]) -> dict[str, int]:
    found = {f"{rate}{night}": 0 for rate in RATES for night in ("", "_night")}
    for segment in segments:
        found[_rate(segment.bucket) + ("_night" if segment.is_night else "")] += segment.interval.minutes
    return found


def _rate(bucket: Bucket) -> str:
    return "holiday" if bucket in _HOLIDAY else "base" if bucket in _ORDINARY else "ot"


def _per_work_date(days: Sequence[CalendarDay], results: Sequence[DayResult]) -> dict[str, int]:
    """Return the work that counts toward each date, and toward the one after the last.

    A duty over midnight leaves the next date empty, until that date's shift begins.
    """
    found = {one.date.isoformat(): 0 for one in days}
    found[(days[-1].date + timedelta(days=1)).isoformat()] = 0
    starts = [(day.shifts[0].interval.start, day.date) for day in days if day.shifts]
    for result in results:
        later = [(start, on) for start, on in starts if on > result.work_date]
        for segment in result.segments:
            for piece in cut_at(segment.interval, [start for start, _ in later]):
                reached = [on for start, on in later if start <= piece.start]
                found[max(reached, default=result.work_date).isoformat()] += piece.minutes
    return found


KINDS: Final[Mapping[str, Kind[Any]]] = {"punches": Kind(PunchesInputs, _punches)}
