"""Days as calculated, and the months that people submit."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.documents import JsonDocument, TextDocument
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY, NEVER_DELETED, contents_alone_go


class DayRevision(TenantModel):
    """The whole result of one day as it was calculated once: canonical JSON, and the digests of input and result."""

    employee_id = models.UUIDField()
    work_date = models.DateField()
    revision = models.PositiveIntegerField()
    rule_set_code = models.CharField(max_length=30)
    rule_set_version = models.PositiveIntegerField()
    engine_version = models.CharField(max_length=20)
    input_digest = models.CharField(max_length=64)
    result_digest = models.CharField(max_length=64)
    content = TextDocument()
    calculated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "employee_id", "work_date", "revision"], name="day_revision_once"
            ),
            TenantReference(name="day_revision_employee", column="employee_id", table="people_employee"),
            TenantWall(name="day_revision_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [NEVER_DELETED, contents_alone_go("content", since="old.work_date")]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.work_date} revision {self.revision}"


class DayResult(TenantModel):
    """The day as it stands now: the figures that tables and totals need. Derived; may be dropped and made again."""

    employee_id = models.UUIDField()
    work_date = models.DateField()
    revision = models.PositiveIntegerField()
    input_digest = models.CharField(max_length=64)
    result_digest = models.CharField(max_length=64)
    day_type = models.CharField(max_length=20)
    figures = JsonDocument()
    worked_minutes = models.IntegerField()
    legal_overtime_minutes = models.IntegerField()
    legal_holiday_minutes = models.IntegerField()
    blocking_count = models.PositiveSmallIntegerField()
    warning_count = models.PositiveSmallIntegerField()
    calculated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "employee_id", "work_date"], name="day_result_once"),
            TenantReference(name="day_result_employee", column="employee_id", table="people_employee"),
            TenantWall(name="day_result_wall", writing=Writing.TAKE),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "work_date"], name="day_result_by_date")]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.work_date}"


class MonthResult(TenantModel):
    """A person's days of one month added up, in the transaction that changes a day. Derived; may be made again.

    ``digest`` is of the days' dates and digests, in order: what somebody sees who approves the month.
    """

    employee_id = models.UUIDField()
    month = models.DateField()
    digest = models.CharField(max_length=64)
    blocking_count = models.PositiveIntegerField()
    figures = JsonDocument()
    added_up_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "employee_id", "month"], name="month_result_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="month_result_first_day"),
            TenantReference(name="month_result_employee", column="employee_id", table="people_employee"),
            TenantWall(name="month_result_wall", writing=Writing.TAKE),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "month"], name="month_result_by_month")]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.month}"


class MonthTimesheet(TenantModel):
    """One person's month, as the subject of submission and approval. Its state is its approval's."""

    employee_id = models.UUIDField()
    month = models.DateField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "employee_id", "month"], name="month_timesheet_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="month_timesheet_first_day"),
            TenantReference(name="month_timesheet_employee", column="employee_id", table="people_employee"),
            TenantWall(name="month_timesheet_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.month}"
