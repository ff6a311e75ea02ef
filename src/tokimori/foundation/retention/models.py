"""Holds, and certificates of what was taken away."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.tenancy.constraints import TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class LegalHold(TenantModel):
    """That records of a kind must stay, whatever their time: a dispute, an inquiry. The database asks it, too.

    A person says whom it is about. It keeps everything of the kind all the same: an event names the punch or the request
    that it is about, and not whose that was.
    """

    record_kind = models.CharField(max_length=30)
    person_id = models.UUIDField(
        null=True
    )  # rule: tenant-reference -- an account or an employee; neither is ever deleted
    reason = SealedTextField(max_length=500)
    placed_at = models.DateTimeField()
    placed_by = models.UUIDField(null=True)
    lifting_asked_at = models.DateTimeField(null=True)
    lifting_asked_by = models.UUIDField(null=True)
    """Who wants it lifted; somebody else lifts it."""
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
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    digest = models.BinaryField(null=True)
    """SHA-256 of the keys of the rows, in order, 16 bytes each; where they are single events."""
    made_at = models.DateTimeField()
    countries = models.JSONField(null=True)
    """The countries of the company's sites at that time, by their two letters; unknown of the first certificates."""

    class Meta:
        constraints: ClassVar = [TenantWall(name="retention_certificate_wall", writing=Writing.APPEND)]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)
