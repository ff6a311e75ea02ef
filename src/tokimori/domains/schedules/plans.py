"""A planned day as a value: minutes from the local midnight that begins its date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from tokimori.engine import DayType

LATEST_MINUTE: Final = 2 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPlan:
    """A planned stretch of work, ``[start_minute, end_minute)``, and the breaks inside it.

    Minutes count from the local midnight that begins the work date, up to 2880: a night shift ends after 1440.
    """

    start_minute: int
    end_minute: int
    breaks: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        """Refuse shifts that end before they start, and breaks outside them."""
        if not 0 <= self.start_minute < self.end_minute <= LATEST_MINUTE:
            raise ValueError("A shift begins on its date, ends after it began, and by the end of the next day.")
        edge = self.start_minute
        for start, end in self.breaks:
            if not edge <= start < end <= self.end_minute:
                raise ValueError("Breaks lie inside their shift, in order, without overlap.")
            edge = end

    @property
    def work_minutes(self) -> int:
        """Return the planned minutes of work, breaks excepted."""
        return self.end_minute - self.start_minute - sum(end - start for start, end in self.breaks)

    def to_plain(self) -> dict[str, Any]:
        """Return the form that is stored."""
        return {
            "start_minute": self.start_minute,
            "end_minute": self.end_minute,
            "breaks": [list(pause) for pause in self.breaks],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "ShiftPlan":
        """Return the shift that was stored."""
        return cls(
            start_minute=plain["start_minute"],
            end_minute=plain["end_minute"],
            breaks=tuple((start, end) for start, end in plain["breaks"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """What is planned for one person and date."""

    employee_id: UUID
    work_date: date
    day_type: DayType
    shifts: tuple[ShiftPlan, ...] = ()
    pattern_name: str = ""
