"""Keys as they lie in the database: wrapped, each by the level above. Whoever reads these rows can open nothing."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel

_DESTROYED_OR_THERE = models.Q(wrapped__isnull=True, destroyed_at__isnull=False) | models.Q(
    wrapped__isnull=False, destroyed_at__isnull=True
)


class TenantKey(TenantModel):
    """A key of the company, wrapped by the root: for what is sealed, or for blind indexes. The newest version writes.

    Older ones stay to read what they wrote, until they are destroyed: then nothing but the row is left.
    """

    use = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    wrapped = models.BinaryField(null=True)
    root_name = models.CharField(max_length=80)
    """The root key that wrapped it."""
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "use", "version"], name="tenant_key_once"),
            models.CheckConstraint(condition=_DESTROYED_OR_THERE, name="tenant_key_destroyed_or_there"),
            TenantWall(name="tenant_key_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.version}"


class SubjectKey(TenantModel):
    """A person's key, wrapped by one of the company. Destroyed, it takes along what it sealed, in every copy of it."""

    subject_id = models.UUIDField()
    version = models.PositiveIntegerField()
    tenant_key_id = models.UUIDField()
    wrapped = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "subject_id", "version"], name="subject_key_once"),
            models.CheckConstraint(condition=_DESTROYED_OR_THERE, name="subject_key_destroyed_or_there"),
            TenantReference(name="subject_key_tenant_key", column="tenant_key_id", table="keys_tenantkey"),
            TenantWall(name="subject_key_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.version}"


class SealingRun(TenantModel):
    """What is sealed anew after a key was rotated: how far it has come. Interrupted, it goes on where it was."""

    kind = models.CharField(max_length=20)
    column = models.CharField(max_length=120, blank=True)
    """The column that is worked on, ``table.column``; those before it, by name, are done."""
    last_id = models.UUIDField(null=True)  # rule: tenant-reference -- where the run stands in whatever table it walks
    seen_count = models.PositiveBigIntegerField(default=0)
    sealed_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [TenantWall(name="sealing_run_wall", writing=Writing.EDIT)]

    def __str__(self) -> str:
        return f"{self.kind} {self.seen_count}/{self.total_count}"
