"""What the engine answers: figures, the steps that made them, what was found, and where the minutes lie."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from tokimori.engine.facts import DayType
from tokimori.engine.intervals import Interval, plain_minute


class Bucket(StrEnum):
    """Where a minute is counted. The first group divides the work; the others lie beside or over it."""

    REGULAR = "regular"
    WITHIN_LEGAL_OVERTIME = "within_legal_overtime"
    LEGAL_OVERTIME_DAILY = "legal_overtime_daily"
    LEGAL_OVERTIME_WEEKLY = "legal_overtime_weekly"
    LEGAL_OVERTIME_MONTHLY = "legal_overtime_monthly"
    LEGAL_OVERTIME_PERIOD = "legal_overtime_period"
    LEGAL_HOLIDAY = "legal_holiday"
    HOLIDAY_OVERTIME = "holiday_overtime"

    NON_LEGAL_HOLIDAY = "non_legal_holiday"
    LATE_NIGHT = "late_night"
    LATE_NIGHT_OVERTIME = "late_night_overtime"
    LATE_NIGHT_HOLIDAY = "late_night_holiday"
    SCHEDULED = "scheduled"
    PRESENCE = "presence"
    BREAK = "break"
    LATE = "late"
    EARLY_LEAVE = "early_leave"
    PRIVATE_OUT = "private_out"
    ABSENCE = "absence"


WORK_BUCKETS = (
    Bucket.REGULAR,
    Bucket.WITHIN_LEGAL_OVERTIME,
    Bucket.LEGAL_OVERTIME_DAILY,
    Bucket.LEGAL_OVERTIME_WEEKLY,
    Bucket.LEGAL_OVERTIME_MONTHLY,
    Bucket.LEGAL_OVERTIME_PERIOD,
    Bucket.LEGAL_HOLIDAY,
    Bucket.HOLIDAY_OVERTIME,
)
"""The buckets that divide the work: each worked minute lies in exactly one."""


class StepRule(StrEnum):
    """The rule by which a step put minutes where they are."""

    PLANNED = "planned"
    PRESENT = "present"
    ROUNDED_UP = "rounded_up"
    INSIDE_SCHEDULE = "inside_schedule"
    OUTSIDE_SCHEDULE = "outside_schedule"
    FLEXIBLE = "flexible"
    FLEXIBLE_BEYOND_CONTRACT = "flexible_beyond_contract"
    DEEMED = "deemed"
    EXEMPT = "exempt"
    DAILY_LIMIT = "daily_limit"
    WEEKLY_LIMIT = "weekly_limit"
    MONTHLY_STEP = "monthly_step"
    PERIOD_LIMIT = "period_limit"
    OUTSIDE_NORMAL_HOURS = "outside_normal_hours"
    LEGAL_HOLIDAY = "legal_holiday"
    HOLIDAY_NORMAL_HOURS = "holiday_normal_hours"
    HOLIDAY_OUTSIDE_HOURS = "holiday_outside_hours"
    DAY_OFF = "day_off"
    NIGHT_WINDOW = "night_window"
    BREAK_PUNCHED = "break_punched"
    BREAK_SCHEDULED = "break_scheduled"
    BREAK_AUTOMATIC = "break_automatic"
    ARRIVED_LATE = "arrived_late"
    LEFT_EARLY = "left_early"
    WAS_OUT = "was_out"
    DID_NOT_COME = "did_not_come"


class Severity(StrEnum):
    """How much a finding matters: blocking ones stop a month from being handed in."""

    INFO = "info"
    WARNING = "warning"
    BLOCKING = "blocking"


class FindingCode(StrEnum):
    """What was found."""

    MISSING_IN = "missing_in"
    MISSING_OUT = "missing_out"
    MISSING_BREAK_START = "missing_break_start"
    MISSING_BREAK_END = "missing_break_end"
    MISSING_GO_OUT = "missing_go_out"
    MISSING_RETURN = "missing_return"
    STILL_WORKING = "still_working"
    DUPLICATE_IGNORED = "duplicate_ignored"
    UNPAIRED_PUNCH = "unpaired_punch"
    BREAK_TOO_SHORT = "break_too_short"
    WORK_WITHOUT_SCHEDULE = "work_without_schedule"
    SCHEDULED_WITHOUT_PUNCH = "scheduled_without_punch"
    EARLY_PRESENCE_NOT_COUNTED = "early_presence_not_counted"
    SCHEDULED_BREAK_WORKED = "scheduled_break_worked"
    LONG_DUTY = "long_duty"
    INTERVAL_TOO_SHORT = "interval_too_short"
    UNLAWFUL_SCHEDULE = "unlawful_schedule"


Fact = tuple[str, str | int]


class Step(NamedTuple):
    """A number of minutes, the bucket they went to, the rule that sent them, and the article it stands on.

    The steps of a bucket add up to its figure, exactly. ``law`` is empty for a rule of the company's own.
    """

    bucket: Bucket
    rule: StepRule
    minutes: int
    interval: Interval | None = None
    law: str = ""
    facts: tuple[Fact, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """Return the form that is stored."""
        return {
            "bucket": self.bucket.value,
            "rule": self.rule.value,
            "minutes": self.minutes,
            "interval": self.interval.to_plain() if self.interval else None,
            "law": self.law,
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should know or mend; never an exception and never invented time.

    ``at`` is a minute since 1970.
    """

    code: FindingCode
    severity: Severity
    at: int | None = None
    punch_ids: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """Return the form that is stored."""
        return {
            "code": self.code.value,
            "severity": self.severity.value,
            "at": plain_minute(self.at) if self.at is not None else None,
            "punch_ids": list(self.punch_ids),
            "facts": dict(self.facts),
        }


class Segment(NamedTuple):
    """A stretch of work, the bucket that it was counted in, and whether it lies in the night."""

    interval: Interval
    bucket: Bucket
    is_night: bool

    def to_plain(self) -> dict[str, Any]:
        """Return the form that is stored."""
        return {**self.interval.to_plain(), "bucket": self.bucket.value, "is_night": self.is_night}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The minutes of a day, or of days together. Each field but ``worked_minutes`` is the sum of one bucket's steps."""

    scheduled_minutes: int = 0
    worked_minutes: int = 0
    regular_minutes: int = 0
    within_legal_overtime_minutes: int = 0
    legal_overtime_daily_minutes: int = 0
    legal_overtime_weekly_minutes: int = 0
    legal_overtime_monthly_minutes: int = 0
    legal_overtime_period_minutes: int = 0
    legal_holiday_minutes: int = 0
    holiday_overtime_minutes: int = 0
    non_legal_holiday_minutes: int = 0
    late_night_minutes: int = 0
    late_night_overtime_minutes: int = 0
    late_night_holiday_minutes: int = 0
    presence_minutes: int = 0
    break_minutes: int = 0
    late_minutes: int = 0
    early_leave_minutes: int = 0
    private_out_minutes: int = 0
    absence_minutes: int = 0

    @property
    def legal_overtime_minutes(self) -> int:
        """Return the legal overtime of all steps: over the day, the week, the month of a longer settlement, the period."""
        return (
            self.legal_overtime_daily_minutes
            + self.legal_overtime_weekly_minutes
            + self.legal_overtime_monthly_minutes
            + self.legal_overtime_period_minutes
        )

    @property
    def late_night_non_overtime_minutes(self) -> int:
        """Return the night minutes that are neither legal overtime nor holiday work."""
        return self.late_night_minutes - self.late_night_overtime_minutes - self.late_night_holiday_minutes

    @property
    def rate_minutes(self) -> Mapping[str, int]:
        """Return the worked minutes by the premium they earn (Labor Standards Act 37); the classes add up to the work."""
        holiday = self.legal_holiday_minutes + self.holiday_overtime_minutes
        ordinary = self.worked_minutes - self.legal_overtime_minutes - holiday
        return {
            "base": ordinary - self.late_night_non_overtime_minutes,
            "base_night": self.late_night_non_overtime_minutes,
            "overtime": self.legal_overtime_minutes - self.late_night_overtime_minutes,
            "overtime_night": self.late_night_overtime_minutes,
            "holiday": holiday - self.late_night_holiday_minutes,
            "holiday_night": self.late_night_holiday_minutes,
        }

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in FIGURE_NAMES})

    def to_plain(self) -> dict[str, int]:
        """Return the form that is stored."""
        return {name: getattr(self, name) for name in FIGURE_NAMES}

    @classmethod
    def from_plain(cls, plain: Mapping[str, int]) -> "Figures":
        """Return the figures that were stored; what an older version did not know is zero."""
        return cls(**{name: plain[name] for name in FIGURE_NAMES if name in plain})


FIGURE_NAMES = tuple(one.name for one in fields(Figures))


@dataclass(frozen=True, slots=True, kw_only=True)
class DayResult:
    """Everything that one day came to, and why."""

    work_date: date
    day_type: DayType
    rule_set_code: str
    rule_set_version: int
    figures: Figures
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    presence: tuple[Interval, ...] = ()
    breaks: tuple[Interval, ...] = ()
    scheduled: tuple[Interval, ...] = ()
    segments: tuple[Segment, ...] = field(default=())
    punch_ids: tuple[str, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """Return the form that is stored; the same facts give the same bytes."""
        return {
            "work_date": self.work_date.isoformat(),
            "day_type": self.day_type.value,
            "rule_set_code": self.rule_set_code,
            "rule_set_version": self.rule_set_version,
            "figures": self.figures.to_plain(),
            "steps": [one.to_plain() for one in self.steps],
            "findings": [one.to_plain() for one in self.findings],
            "presence": [one.to_plain() for one in self.presence],
            "breaks": [one.to_plain() for one in self.breaks],
            "scheduled": [one.to_plain() for one in self.scheduled],
            "segments": [one.to_plain() for one in self.segments],
            "punch_ids": list(self.punch_ids),
        }


class Tally:
    """The minutes of each bucket so far and, where somebody wants to know why, the steps that put them there."""

    __slots__ = ("_latest", "minutes", "steps")

    def __init__(self, *, with_steps: bool) -> None:
        self.minutes: dict[Bucket, int] = {}
        self.steps: list[Step] | None = [] if with_steps else None
        self._latest: dict[tuple[object, ...], int] = {}

    def put(
        self, bucket: Bucket, rule: StepRule, interval: Interval, law: str = "", facts: tuple[Fact, ...] = ()
    ) -> None:
        """Count a stretch. What continues the last stretch of its kind lengthens that step."""
        start, end = interval
        self.minutes[bucket] = self.minutes.get(bucket, 0) + end - start
        if self.steps is None:
            return
        key = (bucket, rule, law, facts)
        position = self._latest.get(key)
        if position is not None:
            before = self.steps[position].interval
            if before is not None and before.end == start:
                joined = Interval(before.start, end)
                self.steps[position] = Step(bucket, rule, joined.minutes, joined, law, facts)
                return
        self._latest[key] = len(self.steps)
        self.steps.append(Step(bucket, rule, end - start, interval, law, facts))

    def put_minutes(
        self, bucket: Bucket, rule: StepRule, minutes: int, law: str = "", facts: tuple[Fact, ...] = ()
    ) -> None:
        """Count minutes that lie nowhere on the clock."""
        self.minutes[bucket] = self.minutes.get(bucket, 0) + minutes
        if self.steps is not None:
            self.steps.append(Step(bucket, rule, minutes, None, law, facts))

    def put_planned(self, interval: Interval, minutes: int) -> None:
        """Count a shift: it is shown from end to end, and counts without its breaks."""
        self.minutes[Bucket.SCHEDULED] = self.minutes.get(Bucket.SCHEDULED, 0) + minutes
        if self.steps is not None:
            self.steps.append(Step(Bucket.SCHEDULED, StepRule.PLANNED, minutes, interval))

    def figures(self) -> Figures:
        """Return the figures."""
        named: dict[str, int] = {}
        worked = 0
        for bucket, minutes in self.minutes.items():
            named[_FIGURE_OF[bucket]] = minutes
            if bucket in _IS_WORK:
                worked += minutes
        return Figures(worked_minutes=worked, **named)


_IS_WORK: Final = frozenset(WORK_BUCKETS)
_FIGURE_OF: Final[Mapping[Bucket, str]] = {bucket: f"{bucket.value}_minutes" for bucket in Bucket}


def total_figures(results: Iterable[DayResult]) -> Figures:
    """Return the figures of several days together."""
    return sum((result.figures for result in results), start=Figures())
