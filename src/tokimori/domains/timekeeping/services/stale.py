"""Marks on days whose facts changed, and the jobs that follow them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tokimori.domains.timekeeping.models import StaleDay
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.queue import JobRequest, enqueue

RECALCULATION: Final = "tokimori:recalculate_employees"
MOST_TOGETHER: Final = 20
"""Employees whom one job calculates: their facts are read together, and what fails together is little."""


def mark_stale(*, tenant: TenantId, days: Collection[tuple[UUID, date]], now: datetime) -> None:
    """Mark days of employees and enqueue their recalculation, with the fact or not at all."""
    if not days:
        return
    ordered = sorted(days)
    StaleDay.objects.bulk_create(
        StaleDay(tenant_id=tenant, id=new_id(at=now), employee_id=employee_id, work_date=work_date, marked_at=now)
        for employee_id, work_date in ordered
    )
    _enqueue_recalculation({employee_id for employee_id, _ in ordered})


def wake_for_marks(*, tenant: TenantId, older_than: datetime) -> int:
    """Enqueue a recalculation for everybody who has a mark from before ``older_than``; return for how many.

    Each mark came with its job. Where that one failed for good, the mark would wait for the next punch.
    """
    rows = StaleDay.objects.filter(tenant_id=tenant, marked_at__lt=older_than)
    waiting = set(rows.values_list("employee_id", flat=True).distinct())
    _enqueue_recalculation(waiting)
    return len(waiting)


def _enqueue_recalculation(employee_ids: Collection[UUID]) -> None:
    ordered = sorted(employee_ids)
    chunks = [ordered[begin : begin + MOST_TOGETHER] for begin in range(0, len(ordered), MOST_TOGETHER)]
    enqueue(recalculation_of(employee_ids=chunk) for chunk in chunks)


def recalculation_of(*, employee_ids: Sequence[UUID]) -> JobRequest:
    """Return the job that calculates these employees; of two for the same one, the later waits."""
    names = ",".join(str(employee_id) for employee_id in employee_ids)
    return JobRequest(name=RECALCULATION, lock=f"employee:{employee_ids[0]}", arguments={"employee_ids": names})


def take_stale_days(*, tenant: TenantId, days: Mapping[UUID, Collection[date]]) -> Mapping[UUID, frozenset[date]]:
    """Take the marks of employees on these days away and return the days that had one.

    To be called in the transaction that recalculates: whoever takes a mark sees the fact behind it, and a crash leaves
    the mark where it was. Marks are locked in order, so that two who take some of the same wait for each other in turn.
    """
    rows = StaleDay.objects.filter(tenant_id=tenant, employee_id__in=list(days)).order_by("employee_id", "id")
    locked = rows.select_for_update(no_key=False).values_list("id", "employee_id", "work_date")
    taken = [row for row in locked if row[2] in days[row[1]]]
    StaleDay.objects.filter(tenant_id=tenant, id__in=[mark_id for mark_id, _, _ in taken]).delete()
    found: dict[UUID, set[date]] = {}
    for _, employee_id, work_date in taken:
        found.setdefault(employee_id, set()).add(work_date)
    return {employee_id: frozenset(dates) for employee_id, dates in found.items()}
