"""Reads about planned days."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from tokimori.domains.schedules.models import PlannedDay
from tokimori.domains.schedules.plans import DayPlan, ShiftPlan
from tokimori.engine import DayType
from tokimori.foundation.identifiers import TenantId


def plans_between(
    *, tenant: TenantId, employee_ids: Collection[UUID], first: date, last: date
) -> Mapping[tuple[UUID, date], DayPlan]:
    """Return the plan that holds for each person and day of the closed range; days without a plan are missing."""
    rows = (
        PlannedDay.objects.filter(
            tenant_id=tenant, employee_id__in=employee_ids, work_date__gte=first, work_date__lte=last
        )
        .order_by("employee_id", "work_date", "-revision")
        .distinct("employee_id", "work_date")
        .values_list("employee_id", "work_date", "day_type", "shifts", "pattern_name")
    )
    return {
        (employee_id, work_date): DayPlan(
            employee_id=employee_id,
            work_date=work_date,
            day_type=DayType(day_type),
            shifts=tuple(ShiftPlan.from_plain(shift) for shift in shifts),
            pattern_name=pattern_name,
        )
        for employee_id, work_date, day_type, shifts, pattern_name in rows
    }
