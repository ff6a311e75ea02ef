"""Files that were made for payroll, kept as they were handed out."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.sealed_fields import SealedBinaryField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import NEVER_DELETED, contents_alone_go


class ExportFile(TenantModel):
    """One file, made from one seal."""

    seal_id = models.UUIDField()
    layout = models.CharField(max_length=20)
    file_format = models.CharField(max_length=5)
    file_name = models.CharField(max_length=120)
    content = SealedBinaryField()
    digest = models.CharField(max_length=64)
    created_by_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="export_file_seal", column="seal_id", table="closings_seal"),
            TenantWall(name="export_file_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [NEVER_DELETED, contents_alone_go("content", since="old.created_at")]

    def __str__(self) -> str:
        return self.file_name
