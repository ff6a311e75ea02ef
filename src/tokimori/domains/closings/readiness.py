"""What stands between a month and its seal, counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from tokimori.domains.approvals.states import ApprovalState
from tokimori.domains.people.queries import employed_between
from tokimori.domains.timekeeping.queries import stale_count, waiting_correction_count
from tokimori.domains.timesheets.months import Month, MonthStanding
from tokimori.domains.timesheets.queries import month_standings
from tokimori.foundation.identifiers import TenantId

_NOT_HANDED_IN: Final = frozenset({ApprovalState.DRAFT, ApprovalState.RETURNED, ApprovalState.WITHDRAWN})


class Check(StrEnum):
    """One line of the checklist."""

    MONTH_OVER = "month_over"
    CALCULATED = "calculated"
    NO_GAPS = "no_gaps"
    CORRECTIONS_DECIDED = "corrections_decided"
    HANDED_IN = "handed_in"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """A line of the checklist: how many still stand in the way, and the people concerned where there are any."""

    check: Check
    open_count: int
    employee_ids: tuple[UUID, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether nothing stands in the way."""
        return self.open_count == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Where everyone's month stands, and the checklist made of it."""

    month: Month
    people: tuple[MonthStanding, ...]
    checks: tuple[CheckResult, ...]

    @property
    def is_ready(self) -> bool:
        """Whether the month can be sealed."""
        return all(check.is_met for check in self.checks)


def readiness(*, tenant: TenantId, month: Month, today: date, only: Collection[UUID] | None = None) -> Readiness:
    """Return what stands between a month and its seal; with ``only``, as far as these people are concerned."""
    employee_ids = employed_between(tenant=tenant, first=month.first, last=month.last, only=only)
    people = month_standings(tenant=tenant, employee_ids=employee_ids, month=month)
    calculating = stale_count(tenant=tenant, first=month.first, last=month.last, only=only)
    waiting = waiting_correction_count(tenant=tenant, first=month.first, last=month.last, only=only)
    return Readiness(
        month=month,
        people=people,
        checks=(
            CheckResult(check=Check.MONTH_OVER, open_count=int(today <= month.last)),
            CheckResult(check=Check.CALCULATED, open_count=calculating),
            _people_check(Check.NO_GAPS, [view for view in people if view.blocking_count]),
            CheckResult(check=Check.CORRECTIONS_DECIDED, open_count=waiting),
            _people_check(Check.HANDED_IN, [view for view in people if view.state in _NOT_HANDED_IN]),
            _people_check(Check.APPROVED, [view for view in people if not view.is_approved_as_it_stands]),
        ),
    )


def _people_check(check: Check, views: Sequence[MonthStanding]) -> CheckResult:
    return CheckResult(check=check, open_count=len(views), employee_ids=tuple(view.employee_id for view in views))
