"""What the engine is given: punches, and days with their plans and rules."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from tokimori.engine.intervals import Interval, subtracted, total_minutes
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

    def __post_init__(self) -> None:
        """Refuse local times."""
        if self.at.tzinfo is not UTC:
            raise ValueError("A punch is an instant in UTC.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A planned stretch of work and the breaks planned inside it."""

    interval: Interval
    breaks: tuple[Interval, ...] = ()

    @property
    def work(self) -> tuple[Interval, ...]:
        """Return the planned work: the shift without its breaks."""
        return subtracted([self.interval], self.breaks)

    @property
    def work_minutes(self) -> int:
        """Return the planned minutes of work."""
        return total_minutes(self.work)

    def to_plain(self) -> dict[str, Any]:
        """Return the form that is digested."""
        return {**self.interval.to_plain(), "breaks": [one.to_plain() for one in self.breaks]}


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One calendar date of one person: its type, its plan, the rules that hold, the zone whose clock it follows.

    ``is_over`` is false while punches may still come in the ordinary way; what is missing then is not yet missing.
    """

    date: date
    zone: str
    day_type: DayType
    shifts: tuple[Shift, ...]
    rules: RuleSet
    is_over: bool = True

    def to_plain(self) -> dict[str, Any]:
        """Return the form that is digested."""
        return {
            "date": self.date.isoformat(),
            "zone": self.zone,
            "day_type": self.day_type,
            "shifts": [shift.to_plain() for shift in self.shifts],
            "rules": self.rules.to_plain(),
            "is_over": self.is_over,
        }
