"""Holds, and certificates of what was taken away."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.tenancy.constraints import TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class LegalHold(TenantModel):
    """That records of a kind must stay, whatever their time: a dispute, an inquiry. The database asks it, too."""

    record_kind = models.CharField(max_length=30)
    reason = SealedTextField(max_length=500)
    placed_at = models.DateTimeField()
    placed_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [TenantWall(name="legal_hold_wall", writing=Writing.EDIT)]

    def __str__(self) -> str:
        return str(self.id)


class RetentionCertificate(TenantModel):
    """That records older than an instant were taken away: how many, and on what ground."""

    record_kind = models.CharField(max_length=30)
    before = models.DateTimeField()
    counts = models.JSONField()
    """How many rows of which table."""
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [TenantWall(name="retention_certificate_wall", writing=Writing.APPEND)]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)
