"""A company's own editions of the sheet, and their files; behind its wall, sealed, appended and never changed."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.sealed_fields import SealedBinaryField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class OwnEdition(TenantModel):
    """The published sheet with a company's own values, as one person had it made; an event of its log commits to it."""

    base_id = models.UUIDField()  # rule: tenant-reference -- the provider's published snapshot
    base_digest = models.CharField(max_length=64)
    base_taken_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    event_id = models.UUIDField()  # rule: tenant-reference -- the event may be kept elsewhere one day; its id stays

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="own_edition_made_by", column="made_by", table="identity_account"),
            TenantWall(name="own_edition_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "made_at"], name="own_edition_by_time")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)


class OwnEditionFile(TenantModel):
    """One file of an edition as it was written, and its SHA-256, which the event names."""

    edition_id = models.UUIDField()
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = SealedBinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "edition_id", "name"], name="own_edition_file_once"),
            TenantReference(name="own_edition_file_of", column="edition_id", table="editions_ownedition"),
            TenantWall(name="own_edition_file_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.name
