"""Published snapshots of the sheet and their files; appended, never changed. They belong to the provider's tenant."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class SheetSnapshot(TenantModel):
    """The sheet as it was published: when, by whom, and which leaf of the provider's log commits to its files."""

    edition = models.CharField(max_length=60)
    is_listed = models.BooleanField()
    """Whether everybody finds it on the public page; else only who has a link to it."""
    taken_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    """Nobody for what the server's own command published."""
    statement_id = models.UUIDField()
    build_digest = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    """Of the states and marks of all rows, by which two snapshots are compared."""

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="sheet_snapshot_by", column="published_by", table="identity_account"),
            TenantReference(name="sheet_snapshot_statement", column="statement_id", table="ledger_providerstatement"),
            TenantWall(name="sheet_snapshot_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "edition", "id"], name="sheet_snapshot_by_edition")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.edition} {self.taken_at}"


class SheetFile(TenantModel):
    """One file of a snapshot as it was written, and its SHA-256, which the leaf names."""

    snapshot_id = models.UUIDField()
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "snapshot_id", "name"], name="sheet_file_once"),
            TenantReference(name="sheet_file_snapshot", column="snapshot_id", table="assurance_sheetsnapshot"),
            TenantWall(name="sheet_file_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.name
