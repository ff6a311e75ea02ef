"""Calculate employees' marked days, and settle in the open month what changed in a sealed one."""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from tokimori.domains.closings.models import Adjustment, Period, SealedTimesheet
from tokimori.domains.timekeeping.queries import stale_dates_of
from tokimori.domains.timesheets.gathering import FactShelf
from tokimori.domains.timesheets.months import DayView, Month
from tokimori.domains.timesheets.queries import days_between
from tokimori.domains.timesheets.services.calculation import recalculate_employees
from tokimori.engine import Figures
from tokimori.foundation.identifiers import TenantId, new_id


@transaction.atomic
def recalculate_and_settle(*, tenant: TenantId, employee_ids: Collection[UUID], now: datetime) -> None:
    """Calculate the marked days of employees; where one lies in a sealed month, append the difference to its seal.

    The periods are locked first, shared, so that no seal can fall between the calculation and the look at it.
    """
    marked = stale_dates_of(tenant=tenant, employee_ids=employee_ids)
    if not marked:
        return  # a burst of punches wakes once for each; the first of them did the work
    _hold_periods(tenant=tenant, months=_months_reached(tenant, marked, now), now=now)
    # Marks that came since belong to months that may not be held; their own job will take them.
    changed = recalculate_employees(tenant=tenant, days=marked, now=now)
    seals = _seals(tenant=tenant, days={day for dates in changed.values() for day in dates})
    for employee_id, dates in changed.items():
        for month in sorted({Month.of(day) for day in dates} & set(seals)):
            days = [day for day in dates if Month.of(day) == month]
            _settle(tenant=tenant, seal_id=seals[month], employee_id=employee_id, days=days, now=now)


def _seals(*, tenant: TenantId, days: Collection[date]) -> Mapping[Month, UUID]:
    """Return the seals of those months of the days that are sealed."""
    months = {Month.of(day).first for day in days}
    rows = Period.objects.filter(tenant_id=tenant, month__in=months).exclude(seal_id=None)
    return {Month.of(row.month): row.seal_id for row in rows if row.seal_id is not None}


def _months_reached(tenant: TenantId, days: Mapping[UUID, frozenset[date]], now: datetime) -> tuple[Month, ...]:
    """Return the months that a recalculation of the days may change: a week or a period reaches beyond its month."""
    shelf = FactShelf(tenant=tenant, employee_ids=days, now=now)
    reached: set[Month] = set()
    for employee_id, dates in days.items():
        first, last = shelf.reach(employee_id, days=dates)
        month = Month.of(first)
        while month <= Month.of(last):
            reached.add(month)
            month = month.following
    return tuple(sorted(reached))


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
    if sheet is not None and not sheet.content:
        return  # the month was over its time: there is nothing left to compare with, and no claim left to settle
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
