"""Where each worked minute is counted, in the order of the clock.

Japan (Labor Standards Act 32, 35, 37): a duty belongs to the day it began on, until the next day's shift begins. A legal
holiday is a calendar day. Beyond the day's limit work is daily overtime; of what is left, beyond the week's limit, weekly
overtime, on planned hours too; the rest is regular inside the plan and within-legal overtime outside it.

Thailand (Labour Protection Act 23, 61 to 63): what lies outside the agreed hours is overtime, however long the day was;
on a holiday, work inside the agreed hours is holiday work, outside them holiday overtime.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from tokimori.engine.facts import CalendarDay, DayType
from tokimori.engine.intervals import Interval, contains, cut_at
from tokimori.engine.results import Bucket, Fact, Segment, Step, StepRule
from tokimori.engine.rules import ClockWindow, OvertimeBasis, WorkSystem

_ONE_DAY: Final = timedelta(days=1)
_OVERTIME: Final = frozenset({Bucket.LEGAL_OVERTIME_DAILY, Bucket.LEGAL_OVERTIME_WEEKLY, Bucket.LEGAL_OVERTIME_PERIOD})
_HOLIDAY: Final = frozenset({Bucket.LEGAL_HOLIDAY, Bucket.HOLIDAY_OVERTIME})


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedWork:
    """The steps of a day's work and the segments in which it lies."""

    steps: tuple[Step, ...]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """Where some minutes of a piece go, by which rule."""

    bucket: Bucket
    rule: StepRule
    minutes: int
    law: str
    facts: tuple[Fact, ...] = ()


@dataclass(slots=True)
class Counters:
    """What was worked so far: by the date that a minute counts toward, and in its week."""

    days: Mapping[date, CalendarDay]
    daily: dict[date, int] = field(default_factory=dict)
    weekly: dict[date, int] = field(default_factory=dict)

    def count(self, day: CalendarDay, work: Sequence[Interval]) -> CountedWork:
        """Count the work of one day's duty, given in order; days are counted in their order."""
        steps: list[Step] = []
        segments: list[Segment] = []
        night = tuple(night_windows(day)) if work else ()
        for interval in work:
            for piece in cut_at(interval, self._edges(day, interval, night)):
                is_night = contains(night, piece.start)
                for verdict, part in self._parts(day, piece):
                    steps += _steps(verdict, part, day=day, is_night=is_night)
                    _extend(segments, Segment(interval=part, bucket=verdict.bucket, is_night=is_night))
        return CountedWork(steps=_joined(steps), segments=tuple(segments))

    def _edges(self, day: CalendarDay, interval: Interval, night: Sequence[Interval]) -> Iterator[datetime]:
        """Yield every instant at which something may change within an interval."""
        for window in night:
            yield from (window.start, window.end)
        on = interval.start.astimezone(ZoneInfo(day.zone)).date()
        while (midnight := local_midnight(day.zone, on)) < interval.end:
            yield midnight
            on += _ONE_DAY
        for other in (day.date, *(day.date + timedelta(days=ahead) for ahead in (1, 2))):
            if other in self.days:
                for shift in self.days[other].shifts:
                    yield from (shift.interval.start, shift.interval.end)

    def _parts(self, day: CalendarDay, piece: Interval) -> Iterator[tuple[_Verdict, Interval]]:
        """Yield a piece in the parts that the limits cut it into."""
        start = piece.start
        while start < piece.end:
            verdict = self._verdict(day, Interval(start=start, end=piece.end))
            end = start + timedelta(minutes=verdict.minutes)
            yield verdict, Interval(start=start, end=end)
            start = end

    def _verdict(self, day: CalendarDay, piece: Interval) -> _Verdict:
        match day.rules.overtime_basis:
            case OvertimeBasis.HOURS_WORKED:
                return self._by_hours(day, piece)
            case OvertimeBasis.SCHEDULE_WINDOW:
                return self._by_window(day, piece)
            case _:
                assert_never(day.rules.overtime_basis)

    def _by_hours(self, day: CalendarDay, piece: Interval) -> _Verdict:
        toward = self._counts_toward(day, piece.start)
        here = self.days.get(piece.start.astimezone(ZoneInfo(day.zone)).date(), toward)
        rules = toward.rules
        if rules.system is WorkSystem.MANAGER:
            return _Verdict(bucket=Bucket.REGULAR, rule=StepRule.EXEMPT, minutes=piece.minutes, law="JP.LSA.41")
        if here.day_type is DayType.LEGAL_HOLIDAY:
            if rules.holiday_minutes_fill_daily_limit:
                self._add(self.daily, toward.date, piece.minutes)
            return _Verdict(
                bucket=Bucket.LEGAL_HOLIDAY, rule=StepRule.LEGAL_HOLIDAY, minutes=piece.minutes, law="JP.LSA.35,37"
            )
        if rules.system is WorkSystem.FLEX_MONTH:
            return _Verdict(bucket=Bucket.REGULAR, rule=StepRule.FLEXIBLE, minutes=piece.minutes, law="JP.LSA.32-3")
        return self._by_limits(toward, piece)

    def _by_limits(self, toward: CalendarDay, piece: Interval) -> _Verdict:
        rules = toward.rules
        week = week_of(toward)
        worked, worked_in_week = self.daily.get(toward.date, 0), self.weekly.get(week, 0)
        minutes = piece.minutes
        if rules.legal_daily_minutes is not None:
            left = rules.legal_daily_minutes - worked
            if left <= 0:
                self._add(self.daily, toward.date, minutes)
                facts: tuple[Fact, ...] = (("limit_minutes", rules.legal_daily_minutes),)
                return _Verdict(
                    bucket=Bucket.LEGAL_OVERTIME_DAILY, rule=StepRule.DAILY_LIMIT, minutes=minutes,
                    law="JP.LSA.32,37", facts=facts,
                )  # fmt: skip
            minutes = min(minutes, left)
        if rules.legal_weekly_minutes is not None:
            left = rules.legal_weekly_minutes - worked_in_week
            if left <= 0:
                self._add(self.daily, toward.date, minutes)
                facts = (("limit_minutes", rules.legal_weekly_minutes), ("week", week.isoformat()))
                return _Verdict(
                    bucket=Bucket.LEGAL_OVERTIME_WEEKLY, rule=StepRule.WEEKLY_LIMIT, minutes=minutes,
                    law="JP.LSA.32,37", facts=facts,
                )  # fmt: skip
            minutes = min(minutes, left)
        self._add(self.daily, toward.date, minutes)
        self._add(self.weekly, week, minutes)
        if any(shift.interval.start <= piece.start < shift.interval.end for shift in toward.shifts):
            return _Verdict(bucket=Bucket.REGULAR, rule=StepRule.INSIDE_SCHEDULE, minutes=minutes, law="")
        return _Verdict(
            bucket=Bucket.WITHIN_LEGAL_OVERTIME, rule=StepRule.OUTSIDE_SCHEDULE, minutes=minutes, law="JP.LSA.32"
        )

    def _by_window(self, day: CalendarDay, piece: Interval) -> _Verdict:
        if day.day_type is DayType.WORKDAY:
            if any(shift.interval.start <= piece.start < shift.interval.end for shift in day.shifts):
                return _Verdict(
                    bucket=Bucket.REGULAR, rule=StepRule.INSIDE_SCHEDULE, minutes=piece.minutes, law="TH.LPA.23"
                )
            return _Verdict(
                bucket=Bucket.LEGAL_OVERTIME_DAILY, rule=StepRule.OUTSIDE_NORMAL_HOURS, minutes=piece.minutes,
                law="TH.LPA.61",
            )  # fmt: skip
        # Where the holiday has agreed hours, they decide; where nobody named them, the length of a normal day does.
        if day.shifts:
            is_inside = any(shift.interval.start <= piece.start < shift.interval.end for shift in day.shifts)
            left = piece.minutes if is_inside else 0
        else:
            left = (day.rules.legal_daily_minutes or 0) - self.daily.get(day.date, 0)
        if left <= 0:
            return _Verdict(
                bucket=Bucket.HOLIDAY_OVERTIME, rule=StepRule.HOLIDAY_OUTSIDE_HOURS, minutes=piece.minutes,
                law="TH.LPA.63",
            )  # fmt: skip
        minutes = min(piece.minutes, left)
        self._add(self.daily, day.date, minutes)
        return _Verdict(
            bucket=Bucket.LEGAL_HOLIDAY, rule=StepRule.HOLIDAY_NORMAL_HOURS, minutes=minutes, law="TH.LPA.62"
        )

    def _counts_toward(self, day: CalendarDay, instant: datetime) -> CalendarDay:
        """Return the day that an instant of a duty counts toward: the latest whose shift has begun, else the duty's own."""
        toward = day
        for ahead in (1, 2):
            following = self.days.get(day.date + timedelta(days=ahead))
            if following is not None and following.shifts and instant >= following.shifts[0].interval.start:
                toward = following
        return toward

    @staticmethod
    def _add(counter: dict[date, int], key: date, minutes: int) -> None:
        counter[key] = counter.get(key, 0) + minutes


def week_of(day: CalendarDay) -> date:
    """Return the first date of the week a day lies in, by its own rules."""
    return day.date - timedelta(days=(day.date.weekday() - day.rules.week_start.value) % 7)


def night_windows(day: CalendarDay) -> Iterator[Interval]:
    """Yield the night windows that a duty of this day may touch, from the evening before to the third morning after."""
    if day.rules.night is None:
        return
    for ahead in (-1, 0, 1, 2):
        yield _night(day.zone, day.date + timedelta(days=ahead), day.rules.night)


def local_midnight(zone: str, on: date) -> datetime:
    """Return the instant at which a date begins on a zone's clock."""
    return _local(zone, on, 0)


@lru_cache(maxsize=4096)
def _night(zone: str, on: date, window: ClockWindow) -> Interval:
    over_midnight = window.end_minute <= window.start_minute
    end = _local(zone, on + _ONE_DAY if over_midnight else on, window.end_minute)
    return Interval(start=_local(zone, on, window.start_minute), end=end)


@lru_cache(maxsize=8192)
def _local(zone: str, on: date, minute: int) -> datetime:
    days, rest = divmod(minute, 24 * 60)
    wall = datetime.combine(on + timedelta(days=days), time(rest // 60, rest % 60), tzinfo=ZoneInfo(zone))
    return wall.astimezone(UTC)


def _steps(verdict: _Verdict, part: Interval, *, day: CalendarDay, is_night: bool) -> list[Step]:
    """Return the step that counts a part, and those that lie over it: the night, the day off."""
    steps = [
        Step(
            bucket=verdict.bucket,
            rule=verdict.rule,
            minutes=part.minutes,
            interval=part,
            law=verdict.law,
            facts=verdict.facts,
        )
    ]
    if day.day_type is DayType.NON_LEGAL_HOLIDAY and verdict.bucket not in _HOLIDAY:
        steps.append(Step(bucket=Bucket.NON_LEGAL_HOLIDAY, rule=StepRule.DAY_OFF, minutes=part.minutes, interval=part))
    if is_night:
        buckets = [Bucket.LATE_NIGHT]
        if verdict.bucket in _OVERTIME:
            buckets.append(Bucket.LATE_NIGHT_OVERTIME)
        if verdict.bucket in _HOLIDAY:
            buckets.append(Bucket.LATE_NIGHT_HOLIDAY)
        steps += [
            Step(bucket=bucket, rule=StepRule.NIGHT_WINDOW, minutes=part.minutes, interval=part, law="JP.LSA.37.4")
            for bucket in buckets
        ]
    return steps


def _joined(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the steps with neighbours of the same kind joined: a cut that changed nothing tells nobody anything."""
    found: list[Step] = []
    latest: dict[tuple[object, ...], int] = {}
    for step in steps:
        key = (step.bucket, step.rule, step.law, step.facts)
        position = latest.get(key)
        before = found[position] if position is not None else None
        if before and before.interval and step.interval and before.interval.end == step.interval.start:
            joined = Interval(start=before.interval.start, end=step.interval.end)
            found[latest[key]] = Step(
                bucket=step.bucket,
                rule=step.rule,
                minutes=joined.minutes,
                interval=joined,
                law=step.law,
                facts=step.facts,
            )
        else:
            latest[key] = len(found)
            found.append(step)
    return tuple(found)


def _extend(segments: list[Segment], segment: Segment) -> None:
    last = segments[-1] if segments else None
    if (
        last is not None
        and (last.bucket, last.is_night) == (segment.bucket, segment.is_night)
        and last.interval.end == segment.interval.start
    ):
        joined = Interval(start=last.interval.start, end=segment.interval.end)
        segments[-1] = Segment(interval=joined, bucket=last.bucket, is_night=last.is_night)
    else:
        segments.append(segment)
