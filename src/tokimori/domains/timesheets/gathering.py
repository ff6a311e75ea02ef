"""Gather what the engine needs for a stretch of days: plans, rules, punches."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from tokimori.domains.people.queries import EmploymentView, employments_between
from tokimori.domains.rulesets.queries import RuleSetView, rule_sets
from tokimori.domains.schedules.plans import DayPlan, ShiftPlan
from tokimori.domains.schedules.queries import plans_between
from tokimori.domains.timekeeping.queries import CountingPunch, counting_punches
from tokimori.engine import (
    CalendarDay,
    DayType,
    FragmentWeek,
    Interval,
    Punch,
    RuleSet,
    Shift,
    has_periods,
    instant_of,
    interval_of,
    period_around,
)
from tokimori.foundation.identifiers import TenantId

ONE_DAY: Final = timedelta(days=1)
ONE_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """What the engine is given: consecutive days and the punches around them."""

    days: tuple[CalendarDay, ...]
    punches: tuple[Punch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Rules that do not hold, to be tried: from a date on, in place of what the rule set of their code says."""

    rules: RuleSet
    valid_from: date


class FactShelf:
    """The facts of several employees, read together: when the first one's are asked for, everybody's are fetched.

    It shows what stood when it was first asked, so it is made after the marks were taken that it answers to.
    """

    def __init__(self, *, tenant: TenantId, employee_ids: Collection[UUID], now: datetime) -> None:
        self._tenant = tenant
        self._employee_ids = tuple(employee_ids)
        self._now = now
        self._range: tuple[date, date] | None = None
        self._plans: Mapping[tuple[UUID, date], DayPlan] = {}
        self._punches: Mapping[UUID, Sequence[CountingPunch]] = {}

    @cached_property
    def _terms(self) -> Mapping[UUID, tuple[EmploymentView, ...]]:
        return employments_between(tenant=self._tenant, employee_ids=self._employee_ids, last=date.max)

    @cached_property
    def _rules(self) -> Mapping[str, RuleSetView]:
        codes = {view.rule_set_code for terms in self._terms.values() for view in terms}
        return rule_sets(tenant=self._tenant, codes=codes)

    def facts(self, employee_id: UUID, *, first: date, last: date, trial: Trial | None = None) -> DayFacts:
        """Return the facts of every day in the closed range, and of one day more on either side.

        A day before the first employment, or whose rule set has no version yet, ends the range on that side.
        """
        begin, end = first - ONE_DAY, last + ONE_DAY
        self._fetch(begin, end)
        terms = self._terms[employee_id]
        days = tuple(
            day
            for work_date in dates_between(begin, end)
            if (day := self._calendar_day(employee_id, work_date, terms)) is not None
        )
        if trial is not None:
            days = tuple(_under(trial, day) for day in days)
        since, until = _window(begin, end)
        return DayFacts(
            days=days,
            punches=tuple(
                Punch(id=str(punch_id), at=at.astimezone(UTC), kind=kind)
                for punch_id, at, kind in self._punches[employee_id]
                if since <= at < until
            ),
        )

    def read_around(self, days: Mapping[UUID, Collection[date]]) -> None:
        """Read, once for everybody, what a recalculation of these days will ask for; what it misses is read when asked."""
        reached = [self.reach(employee_id, days=dates) for employee_id, dates in days.items() if dates]
        if reached:
            first, last = min(begin for begin, _ in reached), max(end for _, end in reached)
            self._fetch(first - ONE_WEEK - ONE_DAY, last + ONE_WEEK + ONE_DAY)

    def reach(self, employee_id: UUID, *, days: Collection[date]) -> tuple[date, date]:
        """Return the closed range of days that a recalculation of these days may change, by the rules that hold on each.

        Weeks, and under variable and flexible hours whole periods; raise ``ValueError`` for no days.
        """
        begin, end = min(days) - ONE_DAY - ONE_WEEK, max(days) + ONE_DAY + ONE_WEEK
        for day in {near for one in days for near in (one - ONE_DAY, one, one + ONE_DAY)}:
            holding = terms_on(self._terms[employee_id], day)
            found = None if holding is None else _rules_on(self._rules, holding.rule_set_code, day)
            if found is None or not has_periods(found):
                continue
            for edge in (day - ONE_WEEK, day, day + ONE_WEEK):
                if edge == day or found.fragment_week is FragmentWeek.CALENDAR_WEEK:
                    period = period_around(edge, rules=found)
                    begin, end = min(begin, period[0]), max(end, period[1])
        return begin, end

    def _fetch(self, begin: date, end: date) -> None:
        """Read everybody's plans and punches of the range, if it was not read yet."""
        if self._range is not None and self._range[0] <= begin and end <= self._range[1]:
            return
        self._range = begin, end
        who = self._employee_ids
        self._plans = plans_between(tenant=self._tenant, employee_ids=who, first=begin, last=end)
        since, until = _window(begin, end)
        self._punches = counting_punches(tenant=self._tenant, employee_ids=who, start=since, end=until)

    def _calendar_day(self, employee_id: UUID, work_date: date, terms: Sequence[EmploymentView]) -> CalendarDay | None:
        holding = terms_on(terms, work_date)
        if holding is None or (found := _rules_on(self._rules, holding.rule_set_code, work_date)) is None:
            return None
        zone = holding.site.zone
        plan = self._plans.get((employee_id, work_date))
        shifts = tuple(_engine_shift(shift, work_date=work_date, zone=zone) for shift in plan.shifts) if plan else ()
        return CalendarDay(
            date=work_date,
            zone=zone,
            day_type=plan.day_type if plan else DayType.WORKDAY,
            shifts=shifts,
            rules=found,
            is_over=self._now >= _end_of(work_date, zone=zone, shifts=shifts),
        )


def _window(begin: date, end: date) -> tuple[datetime, datetime]:
    """Return the instants between which punches may belong to the days of the closed range, in any zone."""
    return (
        datetime.combine(begin - ONE_DAY, time(), tzinfo=UTC),
        datetime.combine(end + 2 * ONE_DAY, time(), tzinfo=UTC),
    )


def _under(trial: Trial, day: CalendarDay) -> CalendarDay:
    is_meant = day.rules.code == trial.rules.code and day.date >= trial.valid_from
    return replace(day, rules=trial.rules) if is_meant else day


def dates_between(first: date, last: date) -> tuple[date, ...]:
    """Return every date of the closed range."""
    return tuple(first + timedelta(days=offset) for offset in range((last - first).days + 1))


def terms_on(terms: Sequence[EmploymentView], day: date) -> EmploymentView | None:
    """Return the terms that hold on a day, from terms sorted by their first day."""
    return next((view for view in reversed(terms) if view.valid_from <= day), None)


def _rules_on(rules: Mapping[str, RuleSetView], code: str, work_date: date) -> RuleSet | None:
    view = rules.get(code)
    return view.on(work_date) if view else None


def _end_of(work_date: date, *, zone: str, shifts: Sequence[Shift]) -> datetime:
    midnight = _local_instant(work_date, 24 * 60, zone=zone)
    return max([midnight, *(instant_of(shift.interval.end) for shift in shifts)])


def _engine_shift(shift: ShiftPlan, *, work_date: date, zone: str) -> Shift:
    def interval(start: int, end: int) -> Interval:
        return interval_of(_local_instant(work_date, start, zone=zone), _local_instant(work_date, end, zone=zone))

    return Shift(
        interval=interval(shift.start_minute, shift.end_minute),
        breaks=tuple(interval(start, end) for start, end in shift.breaks),
    )


def _local_instant(work_date: date, minute: int, *, zone: str) -> datetime:
    """Return the instant at which the wall clock shows a minute of the work date, 1440 being the next midnight."""
    days, minute_of_day = divmod(minute, 24 * 60)
    wall = datetime.combine(
        work_date + timedelta(days=days), time(minute_of_day // 60, minute_of_day % 60), tzinfo=ZoneInfo(zone)
    )
    return wall.astimezone(UTC)
