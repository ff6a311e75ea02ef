"""Where each worked minute is counted, in the order of the clock.

Japan (Labor Standards Act 32, 35, 37): a duty belongs to the day it began on, until the next day's shift begins. A legal
holiday is a calendar day. What is left passes the limits of its day, week and period (``allowances``); what passes them
all is regular inside the plan and within-legal overtime outside it.

Thailand (Labour Protection Act 23, 61 to 63): what lies outside the agreed hours is overtime, however long the day was;
on a holiday, work inside the agreed hours is holiday work, outside them holiday overtime.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

from tokimori.engine.allowances import Allowances
from tokimori.engine.clocks import date_at, edges_of, midnights, windows
from tokimori.engine.facts import CalendarDay, DayType
from tokimori.engine.intervals import Interval, contains, cut_at
from tokimori.engine.policies import HolidayMinutes, HolidaySpan
from tokimori.engine.results import Bucket, Fact, Segment, StepRule, Tally
from tokimori.engine.rules import FLEX_SYSTEMS, OvertimeBasis, WorkSystem

_ONE_DAY: Final = timedelta(days=1)
_OVERTIME: Final = frozenset(
    {
        Bucket.LEGAL_OVERTIME_DAILY,
        Bucket.LEGAL_OVERTIME_WEEKLY,
        Bucket.LEGAL_OVERTIME_MONTHLY,
        Bucket.LEGAL_OVERTIME_PERIOD,
    }
)
_HOLIDAY: Final = frozenset({Bucket.LEGAL_HOLIDAY, Bucket.HOLIDAY_OVERTIME})


class _Verdict(NamedTuple):
    """Where the first minutes of a piece go, by which rule."""

    bucket: Bucket
    rule: StepRule
    minutes: int
    law: str = ""
    facts: tuple[Fact, ...] = ()


@dataclass(slots=True)
class Counters:
    """What was worked so far by the date, week and period that a minute counts toward. Days are counted in their order."""

    days: Mapping[date, CalendarDay]
    allowances: Allowances
    holiday_normal: dict[date, int] = field(default_factory=dict)

    def count(self, day: CalendarDay, work: Sequence[Interval], tally: Tally) -> tuple[Segment, ...]:
        """Count the work of one day's duty, given in order, and return where it lies; nothing, without steps."""
        if not work:
            return ()
        if day.rules.system is WorkSystem.DEEMED and day.day_type is DayType.WORKDAY:
            return self._deemed(day, work, tally)
        night = () if day.rules.night is None else windows(day.zone, day.date, day.rules.night)
        following = self._following(day)
        edges = self._edges(day, following, night)
        segments: list[Segment] | None = None if tally.steps is None else []
        for interval in work:
            for piece in cut_at(interval, edges):
                is_night = contains(night, piece.start)
                start = piece.start
                while start < piece.end:
                    verdict = self._verdict(day, following, Interval(start, piece.end))
                    part = Interval(start, start + verdict.minutes)
                    _put(tally, verdict, part, day=day, is_night=is_night)
                    if segments is not None:
                        _extend(segments, part, verdict.bucket, is_night=is_night)
                    start = part.end
        return tuple(segments or ())

    def _following(self, day: CalendarDay) -> tuple[CalendarDay, ...]:
        """Return the next two days that have a shift, at whose start a new day's count begins."""
        ahead = (self.days.get(day.date + _ONE_DAY), self.days.get(day.date + 2 * _ONE_DAY))
        return tuple(one for one in ahead if one is not None and one.shifts)

    @staticmethod
    def _edges(day: CalendarDay, following: Sequence[CalendarDay], night: Sequence[Interval]) -> list[int]:
        """Return every minute at which something may change within a duty."""
        edges = [*edges_of(night), *midnights(day.zone, day.date)]
        for one in (day, *following):
            for shift in one.shifts:
                edges += shift.interval
        return edges

    def _verdict(self, day: CalendarDay, following: Sequence[CalendarDay], piece: Interval) -> _Verdict:
        if day.rules.overtime_basis is OvertimeBasis.SCHEDULE_WINDOW:
            return self._by_window(day, piece)
        toward = day
        for one in following:
            if piece.start >= one.shifts[0].interval.start:
                toward = one
        return self._by_hours(day, toward, piece)

    def _by_hours(self, day: CalendarDay, toward: CalendarDay, piece: Interval) -> _Verdict:
        minutes = piece.end - piece.start
        system = toward.rules.system
        if system is WorkSystem.MANAGER:
            return _Verdict(Bucket.REGULAR, StepRule.EXEMPT, minutes, "JP.LSA.41")
        here = self._here(day, piece.start)
        if here is not None and here.day_type is DayType.LEGAL_HOLIDAY:
            if toward.rules.holiday_minutes is HolidayMinutes.FILL_DAILY_LIMIT and system not in FLEX_SYSTEMS:
                for allowance in self.allowances.of(toward)[:1]:
                    if allowance.rule is StepRule.DAILY_LIMIT:
                        allowance.used += minutes
            return _Verdict(Bucket.LEGAL_HOLIDAY, StepRule.LEGAL_HOLIDAY, minutes, "JP.LSA.35,37")
        return self._by_limits(toward, piece)

    def _here(self, day: CalendarDay, minute: int) -> CalendarDay | None:
        """Return the calendar day that a minute lies on."""
        marks = midnights(day.zone, day.date)
        if marks[0] <= minute < marks[1]:
            return day
        return self.days.get(date_at(day.zone, minute))

    def _by_limits(self, toward: CalendarDay, piece: Interval) -> _Verdict:
        minutes = piece.end - piece.start
        passed = self.allowances.of(toward)
        for number, allowance in enumerate(passed):
            left = allowance.limit - allowance.used
            if left <= 0:
                for earlier in passed[:number]:
                    earlier.used += minutes
                return _Verdict(allowance.bucket, allowance.rule, minutes, allowance.law, allowance.facts)
            minutes = min(minutes, left)
        if toward.rules.system in FLEX_SYSTEMS:
            return self._flexible(toward, minutes)
        for allowance in passed:
            allowance.used += minutes
        for shift in toward.shifts:
            if shift.interval.start <= piece.start < shift.interval.end:
                return _Verdict(Bucket.REGULAR, StepRule.INSIDE_SCHEDULE, minutes)
        return _Verdict(Bucket.WITHIN_LEGAL_OVERTIME, StepRule.OUTSIDE_SCHEDULE, minutes, "JP.LSA.32")

    def _flexible(self, toward: CalendarDay, minutes: int) -> _Verdict:
        contract = self.allowances.contract_of(toward)
        verdict = _Verdict(Bucket.REGULAR, StepRule.FLEXIBLE, minutes, "JP.LSA.32-3")
        if contract is not None:
            left = contract.limit - contract.used
            if left <= 0:
                facts = (("limit_minutes", contract.limit),)
                rule = StepRule.FLEXIBLE_BEYOND_CONTRACT
                verdict = _Verdict(Bucket.WITHIN_LEGAL_OVERTIME, rule, minutes, "JP.LSA.32-3", facts)
            else:
                verdict = verdict._replace(minutes=min(minutes, left))
            contract.used += verdict.minutes
        for allowance in self.allowances.of(toward):
            allowance.used += verdict.minutes
        return verdict

    def _deemed(self, day: CalendarDay, work: Sequence[Interval], tally: Tally) -> tuple[Segment, ...]:
        """Count the agreed length of the day, whatever was worked; the night alone follows the clock (38-2 to 38-4)."""
        left = day.rules.deemed_minutes or 0
        while left > 0:
            verdict = self._by_limits(day, Interval(0, left))
            is_ordinary = verdict.bucket not in _OVERTIME
            bucket, rule = (Bucket.REGULAR, StepRule.DEEMED) if is_ordinary else (verdict.bucket, verdict.rule)
            tally.put_minutes(bucket, rule, verdict.minutes, verdict.law or "JP.LSA.38-2,38-3,38-4", verdict.facts)
            left -= verdict.minutes
        segments: list[Segment] = []
        night = () if day.rules.night is None else windows(day.zone, day.date, day.rules.night)
        for interval in work:
            for piece in cut_at(interval, edges_of(night)):
                is_night = contains(night, piece.start)
                if is_night:
                    tally.put(Bucket.LATE_NIGHT, StepRule.NIGHT_WINDOW, piece, "JP.LSA.37.4")
                segments.append(Segment(piece, Bucket.REGULAR, is_night))
        return tuple(segments) if tally.steps is not None else ()

    def _by_window(self, day: CalendarDay, piece: Interval) -> _Verdict:
        minutes = piece.end - piece.start
        is_one_day = day.rules.holiday_span is HolidaySpan.SHIFT_START_DATE
        here = day if is_one_day else self._here(day, piece.start) or day
        is_inside = any(shift.interval.start <= piece.start < shift.interval.end for shift in day.shifts)
        if here.day_type is DayType.WORKDAY:
            if is_inside:
                return _Verdict(Bucket.REGULAR, StepRule.INSIDE_SCHEDULE, minutes, "TH.LPA.23")
            return _Verdict(Bucket.LEGAL_OVERTIME_DAILY, StepRule.OUTSIDE_NORMAL_HOURS, minutes, "TH.LPA.61")
        # Where the holiday has agreed hours, they decide; where nobody named them, the length of a normal day does.
        if day.shifts:
            left = minutes if is_inside else 0
        else:
            left = (day.rules.legal_daily_minutes or 0) - self.holiday_normal.get(day.date, 0)
        if left <= 0:
            return _Verdict(Bucket.HOLIDAY_OVERTIME, StepRule.HOLIDAY_OUTSIDE_HOURS, minutes, "TH.LPA.63")
        minutes = min(minutes, left)
        self.holiday_normal[day.date] = self.holiday_normal.get(day.date, 0) + minutes
        return _Verdict(Bucket.LEGAL_HOLIDAY, StepRule.HOLIDAY_NORMAL_HOURS, minutes, "TH.LPA.62")


def _put(tally: Tally, verdict: _Verdict, part: Interval, *, day: CalendarDay, is_night: bool) -> None:
    """Count a part, and what lies over it: the day off, the night."""
    bucket = verdict.bucket
    tally.put(bucket, verdict.rule, part, verdict.law, verdict.facts)
    if day.day_type is DayType.NON_LEGAL_HOLIDAY and bucket not in _HOLIDAY:
        tally.put(Bucket.NON_LEGAL_HOLIDAY, StepRule.DAY_OFF, part)
    if is_night:
        tally.put(Bucket.LATE_NIGHT, StepRule.NIGHT_WINDOW, part, "JP.LSA.37.4")
        if bucket in _OVERTIME:
            tally.put(Bucket.LATE_NIGHT_OVERTIME, StepRule.NIGHT_WINDOW, part, "JP.LSA.37.4")
        elif bucket in _HOLIDAY:
            tally.put(Bucket.LATE_NIGHT_HOLIDAY, StepRule.NIGHT_WINDOW, part, "JP.LSA.37.4")


def _extend(segments: list[Segment], part: Interval, bucket: Bucket, *, is_night: bool) -> None:
    last = segments[-1] if segments else None
    if last is not None and (last.bucket, last.is_night, last.interval.end) == (bucket, is_night, part.start):
        segments[-1] = Segment(Interval(last.interval.start, part.end), bucket, is_night)
    else:
        segments.append(Segment(part, bucket, is_night))
