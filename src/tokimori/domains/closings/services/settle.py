"""Calculate an employee's marked days, and settle in the open month what changed in a sealed one."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from tokimori.domains.closings.models import Adjustment, Period, SealedTimesheet
from tokimori.domains.timekeeping.queries import stale_dates_of
from tokimori.domains.timesheets.gathering import reach_of
from tokimori.domains.timesheets.months import DayView, Month
from tokimori.domains.timesheets.queries import days_between
from tokimori.domains.timesheets.services.calculation import recalculate_employee
from tokimori.engine import Figures
from tokimori.foundation.identifiers import TenantId, new_id


@transaction.atomic
def recalculate_and_settle(*, tenant: TenantId, employee_id: UUID, now: datetime) -> None:
    """Calculate the marked days of an employee; where one lies in a sealed month, append the difference to its seal.

    The periods are locked first, shared, so that no seal can fall between the calculation and the look at it.
    """
    marked = stale_dates_of(tenant=tenant, employee_id=employee_id)
    if not marked:
        return  # a burst of punches wakes once for each; the first of them did the work
    _hold_periods(tenant=tenant, months=_months_reached(tenant, employee_id, marked), now=now)
    # Marks that came since belong to months that may not be held; their own job will take them.
    changed = recalculate_employee(tenant=tenant, employee_id=employee_id, days=marked, now=now)
    for month in sorted({Month.of(day) for day in changed}):
        period = Period.objects.filter(tenant_id=tenant, month=month.first).first()
        if period is not None and period.seal_id is not None:
            days = [day for day in changed if Month.of(day) == month]
            _settle(tenant=tenant, seal_id=period.seal_id, employee_id=employee_id, days=days, now=now)


def _months_reached(tenant: TenantId, employee_id: UUID, days: frozenset[date]) -> tuple[Month, ...]:
    """Return the months that a recalculation of the days may change: a week or a period reaches beyond its month."""
    first, last = reach_of(tenant=tenant, employee_id=employee_id, days=days)
    found = [Month.of(first)]
    while found[-1] < Month.of(last):
        found.append(found[-1].following)
    return tuple(found)


def _hold_periods(*, tenant: TenantId, months: tuple[Month, ...], now: datetime) -> None:
    """Lock the periods for this transaction, shared with other recalculations but not with a seal."""
    Period.objects.bulk_create(
        (Period(tenant_id=tenant, id=new_id(at=now), month=month.first, opened_at=now) for month in months),
        ignore_conflicts=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from closings_period where tenant_id = %s and month = any(%s) order by month for key share",
            [tenant, [month.first for month in months]],
        )


def _settle(*, tenant: TenantId, seal_id: UUID, employee_id: UUID, days: list[date], now: datetime) -> None:
    sheet = SealedTimesheet.objects.filter(tenant_id=tenant, seal_id=seal_id, employee_id=employee_id).first()
    sealed = json.loads(sheet.content)["days"] if sheet else {}
    standing = days_between(tenant=tenant, employee_ids=[employee_id], first=min(days), last=max(days))[employee_id]
    settled_in = _open_month(tenant=tenant, now=now)
    for day in days:
        before = sealed.get(day.isoformat())
        _append_difference(
            Adjustment(
                tenant_id=tenant,
                id=new_id(at=now),
                seal_id=seal_id,
                employee_id=employee_id,
                work_date=day,
                settled_in=settled_in.first,
                difference=_difference(before["figures"] if before else None, standing[day]),
                result_digest=standing[day].result_digest,
                found_at=now,
            )
        )


def _difference(before: Mapping[str, int] | None, after: DayView) -> dict[str, int]:
    """Return the figures that differ, after minus before, in minutes."""
    old = Figures.from_plain(before).to_plain() if before else Figures().to_plain()
    new = after.figures.to_plain()
    return {name: new[name] - old[name] for name in new if new[name] != old[name]}


def _append_difference(adjustment: Adjustment) -> None:
    last = (
        Adjustment.objects.filter(
            tenant_id=adjustment.tenant_id,
            seal_id=adjustment.seal_id,
            employee_id=adjustment.employee_id,
            work_date=adjustment.work_date,
        )
        .order_by("-revision")
        .first()
    )
    if last is not None and last.difference == adjustment.difference:
        return
    if last is None and not adjustment.difference:
        return
    adjustment.revision = last.revision + 1 if last else 1
    adjustment.save(force_insert=True)


def _open_month(*, tenant: TenantId, now: datetime) -> Month:
    """Return the first month after the last sealed one: there, late differences are settled."""
    last = Period.objects.filter(tenant_id=tenant).exclude(seal_id=None).order_by("-month").first()
    return Month.of(last.month).following if last else Month.of(now.date())
