"""Day, week, period: the three steps of legal overtime over days whose minutes are known.

Showa 63.1.1 Kihatsu 1 for Labor Standards Act 32 (fixed hours: day and week), 32-2 (one-month variable), 32-4 (one-year
variable) and 32-5 (weekly irregular). Each step leaves out what an earlier one took, and none counts legal-holiday work:

1. day: beyond the designated hours where more than eight were designated, else beyond eight;
2. week: beyond the designated hours where more than forty were, else beyond forty;
3. period: beyond the frame.

Minutes go to the steps in the order in which they were worked, so that what passes a limit last is what is overtime.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Final

from tokimori.engine.facts import DayType
from tokimori.engine.japan.frames import DAYS_IN_WEEK, Frame, calendar_days, frame_of
from tokimori.engine.law import Reason
from tokimori.engine.results import Bucket
from tokimori.engine.rules import FragmentWeek, FrameRounding, Weekday


class HoursSystem(StrEnum):
    """Arrangements whose overtime the three steps decide."""

    FIXED = "fixed"
    VARIABLE_MONTH = "variable_1m"
    VARIABLE_YEAR = "variable_1y"
    WEEKLY_IRREGULAR = "weekly_irregular"


_ARTICLES: Final[Mapping[HoursSystem, str]] = {
    HoursSystem.FIXED: "JP.LSA.32",
    HoursSystem.VARIABLE_MONTH: "JP.LSA.32-2",
    HoursSystem.VARIABLE_YEAR: "JP.LSA.32-4",
    HoursSystem.WEEKLY_IRREGULAR: "JP.LSA.32-5",
}
_WITH_DESIGNATED_WEEK: Final = frozenset({HoursSystem.VARIABLE_MONTH, HoursSystem.VARIABLE_YEAR})
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMinutes:
    """A date with its designated and its worked minutes.

    ``original_minutes`` is what the date was designated with before a holiday was swapped onto or off it: only that
    licenses more than eight hours.
    """

    date: date
    day_type: DayType
    scheduled_minutes: int
    worked_minutes: int
    original_minutes: int | None = None

    def __post_init__(self) -> None:
        """Refuse minutes that no day has."""
        if self.scheduled_minutes < 0 or self.worked_minutes < 0 or (self.original_minutes or 0) < 0:
            raise ValueError("Minutes count forward.")

    @property
    def designated_minutes(self) -> int:
        """Return the minutes that license the day's length."""
        return self.scheduled_minutes if self.original_minutes is None else self.original_minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRules:
    """The limits, in minutes, and the choices that the law leaves open."""

    system: HoursSystem
    daily_minutes: int = 480
    weekly_minutes: int = 2400
    week_start: Weekday = Weekday.SUNDAY
    frame_rounding: FrameRounding = FrameRounding.FLOOR_MINUTE
    fragment_week: FragmentWeek = FragmentWeek.PRORATE


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDay:
    """Where a date's worked minutes went."""

    date: date
    minutes: Mapping[Bucket, int]

    @property
    def legal_overtime_minutes(self) -> int:
        """Return the overtime of all three steps."""
        return sum(self.minutes.get(bucket, 0) for bucket in _STEPS)


_STEPS: Final = (Bucket.LEGAL_OVERTIME_DAILY, Bucket.LEGAL_OVERTIME_WEEKLY, Bucket.LEGAL_OVERTIME_PERIOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDays:
    """The dates, their sums, and why. ``frame`` is missing where no period was asked about.

    ``is_fallback`` says that more was designated than the frame holds: the arrangement is void, plain limits applied.
    """

    days: tuple[CountedDay, ...]
    frame: Frame | None
    counted_toward_frame: int
    is_fallback: bool
    reasons: tuple[Reason, ...]

    def total(self, bucket: Bucket) -> int:
        """Return a bucket's minutes over all dates."""
        return sum(day.minutes.get(bucket, 0) for day in self.days)

    def over_frame(self, rounding: FrameRounding) -> Fraction:
        """Return what would lie beyond the frame under a rounding, with its fraction."""
        return self.frame.over(self.counted_toward_frame, rounding) if self.frame else Fraction(0)


def count_three_steps(
    *,
    days: Sequence[DayMinutes],
    rules: StepRules,
    period: tuple[date, date] | None = None,
    is_frame_asked: bool = True,
) -> CountedDays:
    """Return where each date's minutes go.

    ``days`` stand in order and lie in weeks as the calendar has them; a missing date is a day without plan and work.
    ``period`` is the closed range that cuts the weeks at its edges and that the third step is asked about, unless
    ``is_frame_asked`` is false; dates beyond it only fill up their weeks. Raise ``ValueError`` for dates out of order.
    """
    if any(later.date <= earlier.date for earlier, later in pairwise(days)):
        raise ValueError("Dates stand in order, each once.")
    frame = _frame(rules, period) if is_frame_asked else None
    inside = [day for day in days if period is None or period[0] <= day.date <= period[1]]
    designated = sum(day.scheduled_minutes for day in inside if day.day_type is not DayType.LEGAL_HOLIDAY)
    is_void = frame is not None and designated > frame.exact
    counting = _Counting(
        rules=rules,
        article=_ARTICLES[HoursSystem.FIXED if is_void else rules.system],
        is_designated=rules.system is not HoursSystem.FIXED and not is_void,
        weekly_limits=_weekly_limits(days, rules, period, is_void=is_void),
        frame_minutes=None if frame is None or is_void else int(frame.minutes(rules.frame_rounding)),
        period=period,
    )
    counted = tuple(counting.count(day) for day in days)
    if is_void:
        counting.reasons.insert(0, Reason(rule="designated_over_frame", law=_ARTICLES[rules.system]))
    return CountedDays(
        days=tuple(one for one, day in zip(counted, days, strict=True) if day in inside),
        frame=frame,
        counted_toward_frame=counting.toward_frame,
        is_fallback=is_void,
        reasons=tuple(counting.reasons),
    )


def week_start_of(day: date, week_start: Weekday) -> date:
    """Return the first date of the week that a date lies in."""
    return day - timedelta(days=(day.weekday() - week_start.value) % DAYS_IN_WEEK)


@dataclass(slots=True)
class _Counting:
    """What was counted so far, and where the next minutes go."""

    rules: StepRules
    article: str
    is_designated: bool
    weekly_limits: Mapping[date, Fraction]
    frame_minutes: int | None
    period: tuple[date, date] | None
    weekly: dict[date, int] = field(default_factory=dict)
    toward_frame: int = 0
    reasons: list[Reason] = field(default_factory=list)

    def count(self, day: DayMinutes) -> CountedDay:
        """Return where a date's minutes go; dates come in their order."""
        if not self._is_asked_about(day):
            return CountedDay(date=day.date, minutes={})
        if day.day_type is DayType.LEGAL_HOLIDAY:
            self._explain("legal_holiday", day, day.worked_minutes, 0, law="JP.LSA.35; JP.LSA.37")
            return CountedDay(date=day.date, minutes={Bucket.LEGAL_HOLIDAY: day.worked_minutes})
        limit = self._daily_limit(day)
        over_day = max(0, day.worked_minutes - limit)
        self._explain("daily_limit", day, over_day, limit)
        left = day.worked_minutes - over_day
        week = week_start_of(day.date, self.rules.week_start)
        weekly_limit = self.weekly_limits[week]
        over_week = max(0, min(left, ceil(self.weekly.get(week, 0) + left - weekly_limit)))
        self._explain("weekly_limit", day, over_week, weekly_limit)
        left -= over_week
        self.weekly[week] = self.weekly.get(week, 0) + left
        over_period = self._over_period(day, left)
        inside = min(left - over_period, day.scheduled_minutes)
        return CountedDay(
            date=day.date,
            minutes={
                Bucket.REGULAR: inside,
                Bucket.WITHIN_LEGAL_OVERTIME: left - over_period - inside,
                Bucket.LEGAL_OVERTIME_DAILY: over_day,
                Bucket.LEGAL_OVERTIME_WEEKLY: over_week,
                Bucket.LEGAL_OVERTIME_PERIOD: over_period,
            },
        )

    def _is_asked_about(self, day: DayMinutes) -> bool:
        """Whether a date counts: those beyond the period only where they fill up its weeks."""
        return self._is_inside(day) or self.rules.fragment_week is FragmentWeek.CALENDAR_WEEK

    def _is_inside(self, day: DayMinutes) -> bool:
        return self.period is None or self.period[0] <= day.date <= self.period[1]

    def _daily_limit(self, day: DayMinutes) -> int:
        if self.is_designated:
            return max(self.rules.daily_minutes, day.designated_minutes)
        return self.rules.daily_minutes

    def _over_period(self, day: DayMinutes, left: int) -> int:
        if self.period is None or not self._is_inside(day):
            return 0
        self.toward_frame += left
        if self.frame_minutes is None:
            return 0
        over = max(0, min(left, self.toward_frame - self.frame_minutes))
        self._explain("period_limit", day, over, self.frame_minutes)
        return over

    def _explain(self, rule: str, day: DayMinutes, minutes: int, limit: int | Fraction, *, law: str = "") -> None:
        if minutes:
            facts = (("date", day.date.isoformat()), ("minutes", minutes), ("limit_minutes", limit))
            self.reasons.append(Reason(rule=rule, law=law or self.article, facts=facts))


def _frame(rules: StepRules, period: tuple[date, date] | None) -> Frame | None:
    if period is None or rules.system not in _WITH_DESIGNATED_WEEK:
        return None
    days = calendar_days(first=period[0], last=period[1])
    return frame_of(calendar_days=days, weekly_minutes=rules.weekly_minutes)


def _weekly_limits(
    days: Sequence[DayMinutes], rules: StepRules, period: tuple[date, date] | None, *, is_void: bool
) -> Mapping[date, Fraction]:
    """Return the limit of each week that a date lies in."""
    found: dict[date, Fraction] = {}
    for week, dates in _weeks(days, rules):
        plain = Fraction(rules.weekly_minutes)
        if is_void or rules.system not in _WITH_DESIGNATED_WEEK:
            found[week] = plain
            continue
        if period is not None and rules.fragment_week is not FragmentWeek.CALENDAR_WEEK:
            plain = _fragment(week, period, rules)
        designated = sum(
            day.designated_minutes
            for day in dates
            if day.day_type is not DayType.LEGAL_HOLIDAY
            and (
                period is None
                or rules.fragment_week is FragmentWeek.CALENDAR_WEEK
                or period[0] <= day.date <= period[1]
            )
        )
        found[week] = max(plain, Fraction(designated))
    return found


def _fragment(week: date, period: tuple[date, date], rules: StepRules) -> Fraction:
    first, last = max(week, period[0]), min(week + timedelta(days=DAYS_IN_WEEK - 1), period[1])
    days = (last - first).days + 1
    if rules.fragment_week is FragmentWeek.FULL or not 0 < days < DAYS_IN_WEEK:
        return Fraction(rules.weekly_minutes)
    return Fraction(rules.weekly_minutes * days, DAYS_IN_WEEK)


def _weeks(days: Sequence[DayMinutes], rules: StepRules) -> Iterator[tuple[date, list[DayMinutes]]]:
    weeks: dict[date, list[DayMinutes]] = {}
    for day in days:
        weeks.setdefault(week_start_of(day.date, rules.week_start), []).append(day)
    yield from weeks.items()
