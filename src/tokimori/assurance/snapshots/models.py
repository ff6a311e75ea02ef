"""Published snapshots of the sheet and their files; appended, never changed. They belong to the provider's tenant."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.sealed_fields import SealedTextField
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
    """Of all that it says, before it had an id: what somebody looked at is what he published."""

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


class SheetShare(TenantModel):
    """A link to one snapshot for somebody: until when, behind which password, and whether it asks who looks."""

    snapshot_id = models.UUIDField()
    label = SealedTextField(max_length=120)
    """For whom it was made."""
    secret_digest = models.BinaryField(max_length=32)
    password_hash = models.CharField(max_length=255, blank=True)
    asks_viewer = models.BooleanField()
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "secret_digest"], name="sheet_share_once"),
            TenantReference(name="sheet_share_snapshot", column="snapshot_id", table="assurance_sheetsnapshot"),
            TenantReference(name="sheet_share_made_by", column="made_by", table="identity_account"),
            TenantWall(name="sheet_share_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SheetShareVisit(TenantModel):
    """That somebody opened a shared link, or took a file by it: when, from where, and who he said he was."""

    share_id = models.UUIDField()
    at = models.DateTimeField()
    address = SealedTextField(max_length=45)
    viewer = SealedTextField(max_length=254, blank=True)
    file = models.CharField(max_length=60, blank=True)
    """Nothing for the page itself."""

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="sheet_share_visit_share", column="share_id", table="assurance_sheetshare"),
            TenantWall(name="sheet_share_visit_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "share_id", "id"], name="sheet_share_visit_by_share")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)
