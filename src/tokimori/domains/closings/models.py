"""Sealed periods, chained by digest, and what arrived too late for them."""

from typing import ClassVar, Final

from django.db import models

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY, NEVER_DELETED, contents_alone_go

_SEALED_MONTH: Final = (
    "(select seal.month from public.closings_seal as seal "
    "where seal.tenant_id = old.tenant_id and seal.id = old.seal_id)"
)


class Period(TenantModel):
    """A month of the company. ``seal_id`` names the seal that holds now, or nothing while the period is open."""

    month = models.DateField()
    seal_id = models.UUIDField(null=True)  # rule: tenant-reference -- seals refer to their period; one way is enough
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "month"], name="period_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="period_first_day"),
            TenantWall(name="period_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.month)


class Seal(TenantModel):
    """A period as it was sealed: the digest covers every figure, and the digest of the seal before."""

    period_id = models.UUIDField()
    month = models.DateField()
    sequence = models.PositiveIntegerField()
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    content = models.TextField()
    sealed_by_id = models.UUIDField(null=True)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "sequence"], name="seal_sequence_once"),
            TenantReference(name="seal_period", column="period_id", table="closings_period"),
            TenantWall(name="seal_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.month} seal {self.sequence}"


class SealedTimesheet(TenantModel):
    """One person's month inside a seal: canonical JSON of every day's figures, and its digest."""

    seal_id = models.UUIDField()
    employee_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    content = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "seal_id", "employee_id"], name="sealed_timesheet_once"),
            TenantReference(name="sealed_timesheet_seal", column="seal_id", table="closings_seal"),
            TenantReference(name="sealed_timesheet_employee", column="employee_id", table="people_employee"),
            TenantWall(name="sealed_timesheet_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [NEVER_DELETED, contents_alone_go("content", since=_SEALED_MONTH)]

    def __str__(self) -> str:
        return f"{self.seal_id} {self.employee_id}"


class Reopening(TenantModel):
    """A seal that was lifted, by whom and why. The seal itself stays."""

    period_id = models.UUIDField()
    seal_id = models.UUIDField()
    reason = SealedTextField(max_length=500)
    reopened_by_id = models.UUIDField(null=True)
    reopened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "seal_id"], name="reopening_once"),
            TenantReference(name="reopening_period", column="period_id", table="closings_period"),
            TenantReference(name="reopening_seal", column="seal_id", table="closings_seal"),
            TenantWall(name="reopening_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [NEVER_DELETED, contents_alone_go("reason", since="old.reopened_at")]

    def __str__(self) -> str:
        return str(self.seal_id)


class Adjustment(TenantModel):
    """The difference that a late fact makes to a sealed day, settled in the open period. The latest of a day holds."""

    seal_id = models.UUIDField()
    employee_id = models.UUIDField()
    work_date = models.DateField()
    revision = models.PositiveIntegerField()
    settled_in = models.DateField()
    difference = models.JSONField()
    result_digest = models.CharField(max_length=64)
    found_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "seal_id", "employee_id", "work_date", "revision"], name="adjustment_once"
            ),
            TenantReference(name="adjustment_seal", column="seal_id", table="closings_seal"),
            TenantReference(name="adjustment_employee", column="employee_id", table="people_employee"),
            TenantWall(name="adjustment_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "settled_in"], name="adjustment_by_month")]
        triggers: ClassVar = [NEVER_DELETED, contents_alone_go("difference", since="old.found_at", empty="'{}'::jsonb")]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.work_date}"
