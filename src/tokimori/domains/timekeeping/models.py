"""Punches and corrections: facts, appended and never changed."""

from typing import ClassVar, Final

from django.db import models

from tokimori.foundation.sealed_fields import SealedBinaryField, SealedTextField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY, NEVER_DELETED, contents_alone_go

_IMPORTED_AT: Final = (
    "(select run.imported_at from public.timekeeping_importrun as run "
    "where run.tenant_id = old.tenant_id and run.id = old.import_run_id)"
)


class RawPayload(TenantModel):
    """What came through a door, byte for byte, before it was understood."""

    source = models.CharField(max_length=12)
    content = SealedBinaryField()
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [TenantWall(name="raw_payload_wall", writing=Writing.APPEND)]
        triggers: ClassVar = [NEVER_DELETED, contents_alone_go("content", since="old.received_at")]

    def __str__(self) -> str:
        return str(self.id)


class PunchEvent(TenantModel):
    """One punch, or one change to an earlier punch.

    ``effect`` says whether this fact adds a punch, replaces the one it refers to, or withdraws it. ``kind`` is null when
    the person did not say; the calculation then infers it.
    """

    key = models.CharField(max_length=120)
    content_digest = models.CharField(max_length=64)
    effect = models.CharField(max_length=8)
    refers_to_id = models.UUIDField(null=True)
    employee_id = models.UUIDField()
    kind = models.CharField(max_length=12, null=True)  # noqa: DJ001 -- null is "not said", which differs from any kind
    occurred_at = models.DateTimeField()
    zone = models.CharField(max_length=60)
    offset_minutes = models.SmallIntegerField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=12)
    place = SealedTextField(max_length=100, blank=True, subject="employee_id")
    payload_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="punch_event_once"),
            models.CheckConstraint(
                condition=models.Q(effect="add", refers_to_id=None)
                | models.Q(effect__in=["replace", "withdraw"], refers_to_id__isnull=False),
                name="punch_event_effect",
            ),
            TenantReference(name="punch_event_employee", column="employee_id", table="people_employee"),
            TenantReference(name="punch_event_refers_to", column="refers_to_id", table="timekeeping_punchevent"),
            TenantReference(name="punch_event_payload", column="payload_id", table="timekeeping_rawpayload"),
            TenantWall(name="punch_event_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "employee_id", "occurred_at"], name="punch_event_by_person"),
            models.Index(fields=["tenant_id", "refers_to_id"], name="punch_event_by_reference"),
        ]
        triggers: ClassVar = [NEVER_DELETED, contents_alone_go("place", since="old.occurred_at")]

    def __str__(self) -> str:
        return str(self.id)


class StaleDay(TenantModel):
    """A mark that facts around a day changed; taken away by the calculation that has seen them.

    Appended in the fact's own transaction and never merged: whoever takes a mark sees the fact behind it.
    """

    employee_id = models.UUIDField()
    work_date = models.DateField()
    marked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="stale_day_employee", column="employee_id", table="people_employee"),
            TenantWall(name="stale_day_wall", writing=Writing.TAKE),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "employee_id", "work_date"], name="stale_day_by_person")]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.work_date}"


class ImportRun(TenantModel):
    """One file of punches that was read, with what became of its lines."""

    file_name = models.CharField(max_length=200)
    payload_id = models.UUIDField()
    encoding = models.CharField(max_length=12)
    recorded_count = models.PositiveIntegerField()
    repeated_count = models.PositiveIntegerField()
    rejected_count = models.PositiveIntegerField()
    imported_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="import_run_payload", column="payload_id", table="timekeeping_rawpayload"),
            TenantWall(name="import_run_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)


class RejectedLine(TenantModel):
    """A line of an imported file that was not understood or not accepted, kept as it came."""

    import_run_id = models.UUIDField()
    line_number = models.PositiveIntegerField()
    text = SealedTextField()
    code = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="rejected_line_run", column="import_run_id", table="timekeeping_importrun"),
            TenantWall(name="rejected_line_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "import_run_id", "line_number"], name="rejected_line_by_run")
        ]
        triggers: ClassVar = [NEVER_DELETED, contents_alone_go("text", since=_IMPORTED_AT)]

    def __str__(self) -> str:
        return f"{self.import_run_id}:{self.line_number}"


class CorrectionRequest(TenantModel):
    """What an employee asks to have corrected: a punch to add, to replace or to withdraw. Its state is its approval's."""

    employee_id = models.UUIDField()
    requested_by_id = models.UUIDField(null=True)
    effect = models.CharField(max_length=8)
    refers_to_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=12, null=True)  # noqa: DJ001 -- null where nothing is added
    occurred_at = models.DateTimeField(null=True)
    zone = models.CharField(max_length=60)
    work_date = models.DateField()
    reason = SealedTextField(max_length=500, subject="employee_id")
    requested_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="correction_employee", column="employee_id", table="people_employee"),
            TenantReference(name="correction_refers_to", column="refers_to_id", table="timekeeping_punchevent"),
            TenantWall(name="correction_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "employee_id", "requested_at"], name="correction_by_person")
        ]
        triggers: ClassVar = [NEVER_DELETED, contents_alone_go("reason", since="old.requested_at")]

    def __str__(self) -> str:
        return str(self.id)
