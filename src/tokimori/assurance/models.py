"""What probes saw, how answers changed, and which gaps were accepted for a time; all appended, never changed.

What is seen of the whole service belongs to the provider's own tenant.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.assurance.snapshots.models import SheetFile, SheetShare, SheetShareVisit, SheetSnapshot
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY

__all__ = [
    "AcceptedGap",
    "AnswerChange",
    "ProbeRun",
    "SheetFile",
    "SheetNotice",
    "SheetReading",
    "SheetShare",
    "SheetShareVisit",
    "SheetSnapshot",
    "SheetWatcher",
]


class ProbeRun(TenantModel):
    """One observation: what was looked at, from when to when, with what end, by which code of which build.

    ``digest`` is the SHA-256 of the canonical JSON of all of it; the ledger's event carries the same digest.
    """

    probe = models.CharField(max_length=60)
    scope = models.CharField(max_length=10)
    subject = models.CharField(max_length=100, blank=True)
    observed_from = models.DateTimeField()
    observed_to = models.DateTimeField()
    expires_at = models.DateTimeField()
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=300, blank=True)
    measured = models.JSONField()
    digest = models.CharField(max_length=64)
    code_digest = models.CharField(max_length=64)
    build_digest = models.CharField(max_length=64)
    event_id = (
        models.UUIDField()
    )  # rule: tenant-reference -- the event may be sequenced and kept elsewhere; its id stays

    class Meta:
        constraints: ClassVar = [TenantWall(name="probe_run_wall", writing=Writing.APPEND)]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "probe", "id"], name="probe_run_by_probe")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.probe} {self.outcome}"


class AnswerChange(TenantModel):
    """A row whose state is another one from a moment on, and why."""

    row = models.PositiveSmallIntegerField()
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    mark = models.CharField(max_length=1)
    why = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [TenantWall(name="answer_change_wall", writing=Writing.APPEND)]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "row", "id"], name="answer_change_by_row")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.row} {self.after}"


class AcceptedGap(TenantModel):
    """A gap that one person asked to accept and another one accepted, until a moment."""

    row = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    requested_by = models.UUIDField()
    approved_by = models.UUIDField()
    approved_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(requested_by=models.F("approved_by")), name="accepted_gap_by_two"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("approved_at")), name="accepted_gap_ends"
            ),
            TenantReference(name="accepted_gap_asked", column="requested_by", table="identity_account"),
            TenantReference(name="accepted_gap_approved", column="approved_by", table="identity_account"),
            TenantWall(name="accepted_gap_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "row", "id"], name="accepted_gap_by_row")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.row} until {self.expires_at}"


class SheetNotice(TenantModel):
    """That rows changed for the worse or the better in one run: one for each run, however many rows there are."""

    worse = ArrayField(models.PositiveSmallIntegerField())
    better = ArrayField(models.PositiveSmallIntegerField())
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    """When a letter that tells of it was put into the outbox, alone or with others."""

    class Meta:
        constraints: ClassVar = [TenantWall(name="sheet_notice_wall", writing=Writing.EDIT)]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "at"], name="sheet_notice_by_time")]

    def __str__(self) -> str:
        return str(self.id)


class SheetWatcher(TenantModel):
    """That one of the provider's people wants letters about changes of the sheet from a moment on, or no more."""

    account_id = models.UUIDField()
    is_told = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="sheet_watcher_account", column="account_id", table="identity_account"),
            TenantWall(name="sheet_watcher_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "account_id", "id"], name="sheet_watcher_by_account")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)


class SheetReading(TenantModel):
    """Up to which moment one of the provider's people has read the notices of changes."""

    account_id = models.UUIDField()
    read_until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="sheet_reading_account", column="account_id", table="identity_account"),
            TenantWall(name="sheet_reading_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "account_id", "id"], name="sheet_reading_by_account")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)
