"""A rule set as a value: what the company has agreed and what the law of the country fixes, read strictly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import IntEnum, StrEnum
from typing import Any, Final

from tokimori.engine.japan.article_39_five_days import Overlap
from tokimori.engine.japan.article_39_use import ConsumptionOrder
from tokimori.engine.japan.article_40_special_weeks import refuse_special_week_of
from tokimori.engine.policies import (
    CompensatoryNetting,
    DailyRounding,
    HolidayMinutes,
    HolidaySpan,
    NonLegalHolidayPay,
    Policies,
    UnspecifiedHoliday,
    WeeklyOvertimeMonth,
)

_MINUTES_IN_DAY: Final = 24 * 60
_MINUTES_IN_HOUR: Final = 60
_MONTHS_IN_YEAR: Final = 12
_LAST_DAY_OF_EVERY_MONTH: Final = 28
_JAPAN: Final = "JP"
_LONGEST_DAY: Final = 480
_LONGEST_WEEK: Final = 2640


class RuleSetInvalid(ValueError):
    """A stored or typed rule set cannot be: the message begins with the path of the offending key."""


class WorkSystem(StrEnum):
    """How working time is arranged."""

    FIXED = "fixed"
    """Hours fixed day by day (Labor Standards Act 32)."""
    VARIABLE_MONTH = "variable_month"
    """Hours designated in advance over up to a month (32-2)."""
    VARIABLE_YEAR = "variable_year"
    """Hours designated in advance over up to a year (32-4)."""
    WEEKLY_IRREGULAR = "weekly_irregular"
    """Hours of each day told by the end of the week before (32-5)."""
    FLEX_MONTH = "flex_month"
    """Hours that the person chooses, settled over up to a month (32-3)."""
    FLEX_QUARTER = "flex_quarter"
    """Hours that the person chooses, settled over two or three months (32-3, paragraph 2)."""
    DEEMED = "deemed"
    """Work outside that is hard to measure, or left to the person's discretion: agreed hours count (38-2 to 38-4)."""
    MANAGER = "manager"
    """Exempt from hours, breaks and holidays, though not from the night premium (41)."""


DESIGNATED_SYSTEMS: Final = frozenset(
    {WorkSystem.VARIABLE_MONTH, WorkSystem.VARIABLE_YEAR, WorkSystem.WEEKLY_IRREGULAR}
)
"""Systems in which more than eight hours may be designated for a day."""

FRAMED_SYSTEMS: Final = frozenset({WorkSystem.VARIABLE_MONTH, WorkSystem.VARIABLE_YEAR})
"""Systems whose period has a frame beside the limits of day and week."""

FLEX_SYSTEMS: Final = frozenset({WorkSystem.FLEX_MONTH, WorkSystem.FLEX_QUARTER})
"""Systems without limits of day and week."""

CLOCKED_SYSTEMS: Final = frozenset({WorkSystem.FIXED}) | DESIGNATED_SYSTEMS
"""Systems in which the plan says when to come and to go, so that one can be late."""


class FrameRounding(StrEnum):
    """What becomes of the fraction of a minute of a frame. The law is silent; each choice is at least as strict as it."""

    FLOOR_MINUTE = "floor_minute"
    """Whole minutes; the fraction is dropped. The default."""
    TENTH_OF_AN_HOUR = "trunc_0.1h"
    """Tenths of an hour, as leaflets and many products print it."""
    EXACT = "exact"
    """Nothing is dropped: a minute that lies partly beyond is overtime."""


class FragmentWeek(StrEnum):
    """The weekly limit of a week that the edge of a variable period cuts. The law is silent."""

    PRORATE = "prorate"
    """Forty hours by its days of seven, or what was designated, whichever is more. The default."""
    FULL = "full"
    """Forty hours, though it has fewer days."""
    CALENDAR_WEEK = "calendar_week"
    """The whole week, with its days beyond the edge."""


class OvertimeBasis(StrEnum):
    """What makes a minute overtime: hours worked beyond a limit, or lying outside the agreed hours of the day."""

    HOURS_WORKED = "hours_worked"
    SCHEDULE_WINDOW = "schedule_window"


class BreakSource(StrEnum):
    """Where breaks come from."""

    PUNCHED = "punched"
    SCHEDULED = "scheduled"
    AUTOMATIC = "automatic"


class Weekday(IntEnum):
    """The days of the week, as the calendar of the language counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWindow:
    """A stretch of every day on the wall clock, in minutes from midnight; it may run over midnight."""

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        """Refuse minutes that no clock shows."""
        if not (0 <= self.start_minute < _MINUTES_IN_DAY and 0 <= self.end_minute <= _MINUTES_IN_DAY):
            raise ValueError("A window begins and ends within a day.")
        if self.start_minute == self.end_minute:
            raise ValueError("A window has a length.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakTier:
    """Work longer than ``over_minutes`` comes with a break of ``break_minutes``; exactly as long does not."""

    over_minutes: int
    break_minutes: int

    def __post_init__(self) -> None:
        """Refuse tiers that count backwards."""
        if self.over_minutes < 0 or self.break_minutes < 0:
            raise ValueError("A break tier counts forward.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakPolicy:
    """Which breaks count, in the order of their force: punched ones first, where they are among the sources.

    ``automatic`` tiers are deducted by the company's rule; ``required`` tiers are the law's and are only checked.
    """

    sources: tuple[BreakSource, ...] = (BreakSource.PUNCHED,)
    automatic: tuple[BreakTier, ...] = ()
    required: tuple[BreakTier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules of one kind of employment, in one version.

    ``legal_daily_minutes`` and ``legal_weekly_minutes`` are the limits beyond which work is legal overtime (Labor Standards
    Act 32: 480 and 2400). ``night`` is the window of the night premium (37, paragraph 4: 22:00 to 05:00).
    ``day_boundary_minute`` divides days on which nothing is planned. Of presses within ``duplicate_seconds`` one counts.
    ``holiday_minutes`` says whether legal-holiday minutes count toward the day's limit of the same duty.
    With a ``rounding`` other than none, ``rounding_minutes`` is its unit.
    Periods of variable and flexible hours last ``period_months`` and begin on ``period_start_day``, counted from
    ``period_start_month``. ``deemed_minutes`` are what a day of the deemed system counts as. ``holiday_span``
    says whether a Thai duty that begins on a holiday is holiday work to its end, or to midnight. ``policies`` are the other
    choices.
    """

    code: str
    version: int = 1
    country: str
    system: WorkSystem = WorkSystem.FIXED
    overtime_basis: OvertimeBasis = OvertimeBasis.HOURS_WORKED
    legal_daily_minutes: int | None = 480
    legal_weekly_minutes: int | None = 2400
    week_start: Weekday = Weekday.SUNDAY
    night: ClockWindow | None = None
    breaks: BreakPolicy = field(default_factory=BreakPolicy)
    rounding: DailyRounding = DailyRounding.NONE
    rounding_minutes: int = 1
    day_boundary_minute: int = 300
    duplicate_seconds: int = 60
    counts_before_schedule: bool = True
    late_grace_minutes: int = 0
    holiday_minutes: HolidayMinutes = HolidayMinutes.FILL_DAILY_LIMIT
    frame_rounding: FrameRounding = FrameRounding.FLOOR_MINUTE
    fragment_week: FragmentWeek = FragmentWeek.PRORATE
    period_start_day: int = 1
    period_start_month: int = 1
    period_months: int = 1
    deemed_minutes: int | None = None
    holiday_span: HolidaySpan = HolidaySpan.SHIFT_START_DATE
    policies: Policies = field(default_factory=Policies)

    def __post_init__(self) -> None:
        """Refuse rules that contradict themselves."""
        if not self.code or self.version < 1:
            raise ValueError("A rule set has a code, and versions count from 1.")
        if len(self.country) != 2 or not self.country.isupper():  # noqa: PLR2004 -- ISO 3166
            raise ValueError("A country has two capital letters.")
        if not 0 <= self.day_boundary_minute < _MINUTES_IN_DAY:
            raise ValueError("Days are divided at a minute of the day.")
        for limit in (self.legal_daily_minutes, self.legal_weekly_minutes):
            if limit is not None and limit <= 0:
                raise ValueError("A limit counts forward.")
        if not (
            1 <= self.period_start_day <= _LAST_DAY_OF_EVERY_MONTH
            and 1 <= self.period_start_month <= _MONTHS_IN_YEAR
            and 1 <= self.period_months <= _MONTHS_IN_YEAR
        ):
            raise ValueError("A period begins on a day that every month has, and lasts at most a year.")
        if not 1 <= self.rounding_minutes <= _MINUTES_IN_HOUR:
            raise ValueError("Punches are rounded to a unit of an hour at most.")
        if self.duplicate_seconds < 0 or self.late_grace_minutes < 0:
            raise ValueError("Tolerances count forward.")
        self._refuse_deemed()
        if self.country == _JAPAN:
            self._refuse_beyond_law()

    def _refuse_beyond_law(self) -> None:
        """Refuse limits above those of Articles 32 and 40; below them a company may go."""
        if (self.legal_daily_minutes or 0) > _LONGEST_DAY or (self.legal_weekly_minutes or 0) > _LONGEST_WEEK:
            raise ValueError("In Japan a day has eight hours and a week forty, forty-four in small places, at most.")
        if self.legal_weekly_minutes is not None:
            refuse_special_week_of(system=self.system.value, weekly_minutes=self.legal_weekly_minutes)

    def _refuse_deemed(self) -> None:
        if (self.system is WorkSystem.DEEMED) != (self.deemed_minutes is not None):
            raise ValueError("Deemed hours have an agreed length, and no other system has one.")
        if self.deemed_minutes is not None and not 0 < self.deemed_minutes <= _MINUTES_IN_DAY:
            raise ValueError("Deemed hours fit into a day.")

    def to_plain(self) -> dict[str, Any]:
        """Return the form that is stored and digested."""
        plain = {one.name: _plain(getattr(self, one.name)) for one in fields(self)}
        return {
            **plain,
            "week_start": self.week_start.name.lower(),
            "policies": {one.name: _plain(getattr(self.policies, one.name)) for one in fields(self.policies)},
            "night": None
            if self.night is None
            else {"start_minute": self.night.start_minute, "end_minute": self.night.end_minute},
            "breaks": {
                "sources": [source.value for source in self.breaks.sources],
                "automatic": [_plain_tier(tier) for tier in self.breaks.automatic],
                "required": [_plain_tier(tier) for tier in self.breaks.required],
            },
        }

    @classmethod
    def from_plain(cls, plain: object) -> "RuleSet":
        """Return the rule set that was stored; raise ``RuleSetInvalid`` with the path of what is wrong."""
        built: RuleSet = _build(cls, _READERS, plain, "")
        return built


Reader = Callable[[object, str], Any]


def _plain(value: object) -> object:
    return value.value if isinstance(value, StrEnum) else value


def _plain_tier(tier: BreakTier) -> dict[str, int]:
    return {"over_minutes": tier.over_minutes, "break_minutes": tier.break_minutes}


def _build(kind: type[Any], readers: Mapping[str, Reader], plain: object, path: str) -> Any:  # noqa: ANN401 -- as its kind
    if not isinstance(plain, Mapping):
        raise RuleSetInvalid(f"{path or '.'}: is not an object")
    for key in plain:
        if key not in readers:
            raise RuleSetInvalid(f"{path}{key}: is unknown")
    values = {key: readers[key](value, f"{path}{key}") for key, value in plain.items()}
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise RuleSetInvalid(f"{path or '.'}: {error}") from error


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise RuleSetInvalid(f"{path}: is not a text")
    return value


def _whole(value: object, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise RuleSetInvalid(f"{path}: is not a whole number")
    return value


def _whole_or_none(value: object, path: str) -> int | None:
    return None if value is None else _whole(value, path)


def _truth(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise RuleSetInvalid(f"{path}: is neither true nor false")
    return value


def _member(kind: type[StrEnum]) -> Reader:
    def read(value: object, path: str) -> StrEnum:
        try:
            return kind(_text(value, path))
        except ValueError as error:
            raise RuleSetInvalid(f"{path}: is none of {', '.join(kind)}") from error

    return read


def _weekday(value: object, path: str) -> Weekday:
    try:
        return Weekday[_text(value, path).upper()]
    except KeyError as error:
        raise RuleSetInvalid(f"{path}: is no day of the week") from error


def _each(reader: Reader) -> Reader:
    def read(value: object, path: str) -> tuple[Any, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise RuleSetInvalid(f"{path}: is not a list")
        return tuple(reader(one, f"{path}[{number}]") for number, one in enumerate(value))

    return read


def _object(kind: type[Any], readers: Mapping[str, Reader]) -> Reader:
    return lambda value, path: _build(kind, readers, value, f"{path}.")


_TIERS: Final = _each(_object(BreakTier, {"over_minutes": _whole, "break_minutes": _whole}))
_WINDOW: Final = _object(ClockWindow, {"start_minute": _whole, "end_minute": _whole})
_READERS: Final[Mapping[str, Reader]] = {
    "code": _text,
    "version": _whole,
    "country": _text,
    "system": _member(WorkSystem),
    "overtime_basis": _member(OvertimeBasis),
    "legal_daily_minutes": _whole_or_none,
    "legal_weekly_minutes": _whole_or_none,
    "week_start": _weekday,
    "night": lambda value, path: None if value is None else _WINDOW(value, path),
    "breaks": _object(BreakPolicy, {"sources": _each(_member(BreakSource)), "automatic": _TIERS, "required": _TIERS}),
    "rounding": _member(DailyRounding),
    "rounding_minutes": _whole,
    "day_boundary_minute": _whole,
    "duplicate_seconds": _whole,
    "counts_before_schedule": _truth,
    "late_grace_minutes": _whole,
    "holiday_minutes": _member(HolidayMinutes),
    "frame_rounding": _member(FrameRounding),
    "fragment_week": _member(FragmentWeek),
    "period_start_day": _whole,
    "period_start_month": _whole,
    "period_months": _whole,
    "deemed_minutes": _whole_or_none,
    "holiday_span": _member(HolidaySpan),
    "policies": _object(
        Policies,
        {
            "legal_holiday_when_unspecified": _member(UnspecifiedHoliday),
            "sixty_hours_from_day": _whole,
            "weekly_overtime_month": _member(WeeklyOvertimeMonth),
            "within_legal_rate_percent": _whole,
            "non_legal_holiday_pay": _member(NonLegalHolidayPay),
            "leave_consumption_order": _member(ConsumptionOrder),
            "five_day_overlap": _member(Overlap),
            "compensatory_netting": _member(CompensatoryNetting),
            "non_legal_holiday_rate_percent": _whole,
            "interval_minutes": _whole,
        },
    ),
}
