"""Marks on days whose facts changed, and the jobs that follow them."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tokimori.domains.timekeeping.models import StaleDay
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.queue import JobRequest, enqueue

RECALCULATION: Final = "tokimori:recalculate_employee"


def mark_stale(*, tenant: TenantId, days: Collection[tuple[UUID, date]], now: datetime) -> None:
    """Mark days of employees and enqueue one recalculation for each employee, with the fact or not at all."""
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
    enqueue(
        JobRequest(name=RECALCULATION, lock=f"employee:{employee_id}", arguments={"employee_id": str(employee_id)})
        for employee_id in sorted(employee_ids)
    )


def take_stale_days(*, tenant: TenantId, employee_id: UUID, days: Collection[date]) -> frozenset[date]:
    """Take the marks of an employee on these days away and return those that had one.

    To be called in the transaction that recalculates: whoever takes a mark sees the fact behind it, and a crash leaves
    the mark where it was.
    """
    rows = StaleDay.objects.filter(tenant_id=tenant, employee_id=employee_id, work_date__in=days)
    taken = list(rows.select_for_update(no_key=False).values_list("id", "work_date"))
    StaleDay.objects.filter(tenant_id=tenant, id__in=[mark_id for mark_id, _ in taken]).delete()
    return frozenset(work_date for _, work_date in taken)
