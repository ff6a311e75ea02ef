"""What the engine is given: punches, and days with their plans and rules."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from tokimori.engine.intervals import Interval, merged, subtracted, total_minutes
from tokimori.engine.rules import RuleSet


class PunchKind(StrEnum):
    """What a punch says."""

    IN = "in"
    OUT = "out"
    BREAK_START = "break_start"
    BREAK_END = "break_end"
    GO_OUT = "go_out"
    RETURN = "return"


class DayType(StrEnum):
    """What a calendar day is to a person: the legal holiday is the law's rest day, every other day off is not."""

    WORKDAY = "workday"
    LEGAL_HOLIDAY = "legal_holiday"
    NON_LEGAL_HOLIDAY = "non_legal_holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Punch:
    """One punch that counts. ``kind`` is missing when the person did not say; it is then inferred from the day."""

    id: str
    at: datetime
    kind: PunchKind | None
    second: int = field(init=False, compare=False)
    minute: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse local times; work out second and minute since 1970 once."""
        if self.at.tzinfo is not UTC:
            raise ValueError("A punch is an instant in UTC.")
        second = int(self.at.timestamp() // 1)
        object.__setattr__(self, "second", second)
        object.__setattr__(self, "minute", second // 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A planned stretch of work and the breaks planned inside it."""

    interval: Interval
    breaks: tuple[Interval, ...] = ()
    work: tuple[Interval, ...] = field(init=False, compare=False)
    """The planned work: the shift without its breaks."""
    work_minutes: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse shifts that end before they start; work out the planned work once."""
        if self.interval.end < self.interval.start:
            raise ValueError("A shift cannot end before it starts.")
        work = subtracted([self.interval], self.breaks)
        object.__setattr__(self, "work", work)
        object.__setattr__(self, "work_minutes", total_minutes(work))

    def to_plain(self) -> dict[str, Any]:
        """Return the form that is digested."""
        return {**self.interval.to_plain(), "breaks": [one.to_plain() for one in self.breaks]}


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One calendar date of one person: its type, its plan, the rules that hold, the zone whose clock it follows.

    ``is_over`` is false while punches may still come in the ordinary way; what is missing then is not yet missing.
    ``original_minutes`` is what the date was designated with before a day off was swapped onto or off it; only that
    licenses more than eight hours in a variable arrangement.
    """

    date: date
    zone: str
    day_type: DayType
    shifts: tuple[Shift, ...]
    rules: RuleSet
    is_over: bool = True
    original_minutes: int | None = None
    planned_work: tuple[Interval, ...] = field(init=False, compare=False)
    planned_minutes: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Put the planned work of all shifts together once."""
        work = tuple(piece for shift in self.shifts for piece in shift.work)
        planned = merged(work) if len(self.shifts) > 1 else work
        object.__setattr__(self, "planned_work", planned)
        object.__setattr__(self, "planned_minutes", total_minutes(planned))

    @property
    def designated_minutes(self) -> int:
        """Return the minutes that license the day's length."""
        return self.planned_minutes if self.original_minutes is None else self.original_minutes

    def to_plain(self) -> dict[str, Any]:
        """Return the form that is digested, without the rules, which many days share."""
        return {
            "date": self.date.isoformat(),
            "zone": self.zone,
            "day_type": self.day_type,
            "shifts": [shift.to_plain() for shift in self.shifts],
            "is_over": self.is_over,
            "original_minutes": self.original_minutes,
        }
