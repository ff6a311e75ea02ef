"""Months as values: their dates, and the figures of a person's month."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tokimori.domains.approvals.states import ApprovalState
from tokimori.engine import Figures


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    def __post_init__(self) -> None:
        """Refuse months that no calendar has."""
        date(self.year, self.number, 1)

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month a day lies in."""
        return cls(year=day.year, number=day.month)

    @property
    def first(self) -> date:
        """Return the first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Return the last day."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def following(self) -> "Month":
        """Return the month after."""
        return Month(year=self.year + self.number // 12, number=self.number % 12 + 1)

    @property
    def previous(self) -> "Month":
        """Return the month before."""
        return Month(year=self.year - (self.number == 1), number=(self.number - 2) % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """A day as it stands: its figures, and how many findings stop a closing or ask for attention."""

    work_date: date
    day_type: str
    figures: Figures
    blocking_count: int
    warning_count: int
    result_digest: str
    revision: int
    calculated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthStanding:
    """Where a person's month stands, without its days: for a company of any size."""

    employee_id: UUID
    state: ApprovalState
    approved_digest: str
    digest: str
    blocking_count: int

    @property
    def is_approved_as_it_stands(self) -> bool:
        """Whether the month is approved and has not changed since."""
        return self.state is ApprovalState.APPROVED and self.approved_digest == self.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthView:
    """A person's month: its days, its totals, its state, and the digest of what was just read."""

    employee_id: UUID
    month: Month
    timesheet_id: UUID | None
    days: Mapping[date, DayView]
    total: Figures
    state: ApprovalState
    approved_digest: str
    digest: str

    @property
    def blocking_count(self) -> int:
        """Return how many findings stop the month from being handed in."""
        return sum(day.blocking_count for day in self.days.values())

    @property
    def is_approved_as_it_stands(self) -> bool:
        """Whether the month is approved and has not changed since."""
        return self.state is ApprovalState.APPROVED and self.approved_digest == self.digest
