"""The limits that a minute must pass before it is ordinary work: of its day, its week, its month, its period.

Each limit is an allowance that is used up in the order of the clock. A minute that finds one used up is overtime of that
step and goes no further, so that no later step counts it again (Showa 63.1.1 Kihatsu 1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from tokimori.engine.facts import CalendarDay, DayType
from tokimori.engine.japan.article_32_3_flextime import MONTHLY_STEP_WEEKLY_MINUTES
from tokimori.engine.japan.frames import frame_of
from tokimori.engine.periods import Period, months_of
from tokimori.engine.results import Bucket, Fact, StepRule
from tokimori.engine.rules import DESIGNATED_SYSTEMS, FLEX_SYSTEMS, FRAMED_SYSTEMS, FragmentWeek, RuleSet, WorkSystem

_DAYS_IN_WEEK: Final = 7

_LAW: Final[Mapping[WorkSystem, str]] = {
    WorkSystem.FIXED: "JP.LSA.32,37",
    WorkSystem.VARIABLE_MONTH: "JP.LSA.32-2,37",
    WorkSystem.VARIABLE_YEAR: "JP.LSA.32-4,37",
    WorkSystem.WEEKLY_IRREGULAR: "JP.LSA.32-5,37",
    WorkSystem.FLEX_MONTH: "JP.LSA.32-3,37",
    WorkSystem.FLEX_QUARTER: "JP.LSA.32-3,37",
    WorkSystem.DEEMED: "JP.LSA.32,37",
}


class Allowance:
    """So many minutes until the next one is overtime of this step."""

    __slots__ = ("bucket", "facts", "law", "limit", "rule", "used")

    def __init__(self, bucket: Bucket, rule: StepRule, limit: int, law: str, facts: tuple[Fact, ...]) -> None:
        self.bucket = bucket
        self.rule = rule
        self.limit = limit
        self.law = law
        self.facts = facts
        self.used = 0

    @property
    def left(self) -> int:
        """Return how many minutes still pass."""
        return self.limit - self.used


@dataclass(slots=True)
class Contract:
    """What was agreed for a flexible period: beyond it work is more than agreed, though within the law."""

    limit: int
    used: int = 0


@dataclass(slots=True)
class Allowances:
    """All limits of the days that are calculated, made when they are first asked for."""

    days: Mapping[date, CalendarDay]
    periods: Sequence[Period]
    _of_day: dict[date, tuple[Allowance, ...]] = field(default_factory=dict)
    _weeks: dict[tuple[date, date | None], Allowance] = field(default_factory=dict)
    _months: dict[date, Allowance] = field(default_factory=dict)
    _frames: dict[date, Allowance] = field(default_factory=dict)
    _contracts: dict[date, Contract] = field(default_factory=dict)
    _void: dict[date, bool] = field(default_factory=dict)

    def of(self, day: CalendarDay) -> tuple[Allowance, ...]:
        """Return the limits of a date, in the order in which they are asked."""
        known = self._of_day.get(day.date)
        if known is None:
            known = self._of_day[day.date] = self._made(day)
        return known

    def contract_of(self, day: CalendarDay) -> Contract | None:
        """Return the agreed total of the flexible period that a date lies in."""
        period = self._period_of(day.date)
        if period is None:
            return None
        if period.first not in self._contracts:
            self._contracts[period.first] = Contract(limit=period.designated_minutes)
        return self._contracts[period.first]

    def begins_period(self, day: CalendarDay) -> bool:
        """Whether a date is the first of its period."""
        period = self._period_of(day.date)
        return period is not None and period.first == day.date

    def is_void(self, day: CalendarDay) -> bool:
        """Whether more was designated for the variable period of a date than its frame holds: plain limits apply then."""
        period = self._period_of(day.date)
        if period is None or day.rules.system not in FRAMED_SYSTEMS or day.rules.legal_weekly_minutes is None:
            return False
        if period.first not in self._void:
            frame = frame_of(calendar_days=period.days, weekly_minutes=day.rules.legal_weekly_minutes)
            self._void[period.first] = period.designated_minutes > frame.exact
        return self._void[period.first]

    def _made(self, day: CalendarDay) -> tuple[Allowance, ...]:
        rules, found = day.rules, []
        if rules.system not in FLEX_SYSTEMS:
            if rules.legal_daily_minutes is not None:
                found.append(self._day(day, rules.legal_daily_minutes))
            if rules.legal_weekly_minutes is not None:
                found.append(self._week(day, rules.legal_weekly_minutes))
        period = self._period_of(day.date)
        if period is not None and rules.legal_weekly_minutes is not None:
            if rules.system is WorkSystem.FLEX_QUARTER:
                found.append(self._month(day, period))
            if rules.system in FLEX_SYSTEMS or (rules.system in FRAMED_SYSTEMS and not self.is_void(day)):
                found.append(self._frame(period, rules, rules.legal_weekly_minutes))
        return tuple(found)

    def _day(self, day: CalendarDay, legal: int) -> Allowance:
        is_designated = day.rules.system in DESIGNATED_SYSTEMS and not self.is_void(day)
        limit = max(legal, day.designated_minutes) if is_designated else legal
        return Allowance(
            bucket=Bucket.LEGAL_OVERTIME_DAILY,
            rule=StepRule.DAILY_LIMIT,
            limit=limit,
            law=_LAW.get(day.rules.system, ""),
            facts=(("limit_minutes", limit),),
        )

    def _week(self, day: CalendarDay, legal: int) -> Allowance:
        week = week_of(day)
        period = self._period_of(day.date) if day.rules.system in FRAMED_SYSTEMS and not self.is_void(day) else None
        is_cut = period is not None and day.rules.fragment_week is not FragmentWeek.CALENDAR_WEEK
        key = (week, period.first if is_cut and period is not None else None)
        if key not in self._weeks:
            limit = self._weekly_limit(day, week, legal, period)
            self._weeks[key] = Allowance(
                bucket=Bucket.LEGAL_OVERTIME_WEEKLY,
                rule=StepRule.WEEKLY_LIMIT,
                limit=limit,
                law=_LAW.get(day.rules.system, ""),
                facts=(("limit_minutes", limit), ("week", week.isoformat())),
            )
        return self._weeks[key]

    def _weekly_limit(self, day: CalendarDay, week: date, legal: int, period: Period | None) -> int:
        if day.rules.system not in FRAMED_SYSTEMS or self.is_void(day):
            return legal
        first, last = week, week + timedelta(days=_DAYS_IN_WEEK - 1)
        plain = legal
        if period is not None and day.rules.fragment_week is not FragmentWeek.CALENDAR_WEEK:
            first, last = max(first, period.first), min(last, period.last)
            if day.rules.fragment_week is FragmentWeek.PRORATE:
                plain = legal * ((last - first).days + 1) // _DAYS_IN_WEEK
        dates = (first + timedelta(days=number) for number in range((last - first).days + 1))
        designated = sum(
            self.days[one].designated_minutes
            for one in dates
            if one in self.days and self.days[one].day_type is not DayType.LEGAL_HOLIDAY
        )
        return max(plain, designated)

    def _month(self, day: CalendarDay, period: Period) -> Allowance:
        first, last = next(month for month in months_of(period.first, period.last) if day.date <= month[1])
        if first not in self._months:
            limit = MONTHLY_STEP_WEEKLY_MINUTES.on(first) * ((last - first).days + 1) // _DAYS_IN_WEEK
            self._months[first] = Allowance(
                bucket=Bucket.LEGAL_OVERTIME_MONTHLY,
                rule=StepRule.MONTHLY_STEP,
                limit=limit,
                law="JP.LSA.32-3.2,37",
                facts=(("limit_minutes", limit), ("month", first.isoformat())),
            )
        return self._months[first]

    def _frame(self, period: Period, rules: RuleSet, weekly: int) -> Allowance:
        if period.first not in self._frames:
            frame = frame_of(calendar_days=period.days, weekly_minutes=weekly)
            limit = int(frame.minutes(rules.frame_rounding))
            facts: tuple[Fact, ...] = (
                ("limit_minutes", limit),
                ("first", period.first.isoformat()),
                ("last", period.last.isoformat()),
            )
            self._frames[period.first] = Allowance(
                bucket=Bucket.LEGAL_OVERTIME_PERIOD,
                rule=StepRule.PERIOD_LIMIT,
                limit=limit,
                law=_LAW.get(rules.system, ""),
                facts=facts,
            )
        return self._frames[period.first]

    def _period_of(self, day: date) -> Period | None:
        for period in self.periods:
            if period.first <= day <= period.last:
                return period
        return None


def week_of(day: CalendarDay) -> date:
    """Return the first date of the week a day lies in, by its own rules."""
    return day.date - timedelta(days=(day.date.weekday() - day.rules.week_start.value) % _DAYS_IN_WEEK)
