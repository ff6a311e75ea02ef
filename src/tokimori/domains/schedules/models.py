"""Planned days, in revisions: a plan that changed stays readable as it was."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class PlannedDay(TenantModel):
    """What is planned for one person and date. Minutes count from the local midnight that begins the date.

    ``shifts`` is a list of ``{"start_minute", "end_minute", "breaks": [[start, end], …]}``; a shift over midnight ends
    after minute 1440. The highest revision holds.
    """

    employee_id = models.UUIDField()
    work_date = models.DateField()
    revision = models.PositiveIntegerField()
    day_type = models.CharField(max_length=20)
    shifts = models.JSONField()
    pattern_name = models.CharField(max_length=60, blank=True)
    planned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "employee_id", "work_date", "revision"], name="planned_day_once"
            ),
            TenantReference(name="planned_day_employee", column="employee_id", table="people_employee"),
            TenantWall(name="planned_day_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "work_date"], name="planned_day_by_date")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.work_date}"
