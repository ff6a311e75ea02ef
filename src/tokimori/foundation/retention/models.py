"""Holds, and certificates of what was taken away."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.tenancy.constraints import TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class LegalHold(TenantModel):
    """That records of a kind must stay, whatever their time: a dispute, an inquiry. The database asks it, too.

    A person says whom it is about, and days which records. Of what names whom it is about, his alone is kept; of what does
    not – an event names the punch or the request, and not whose that was – everything of these days.
    """

    record_kind = models.CharField(max_length=30)
    person_id = models.UUIDField(
        null=True
    )  # rule: tenant-reference -- an account or an employee; neither is ever deleted
    covers_from = models.DateField(null=True)
    covers_until = models.DateField(null=True)
    """Which days it is about, both included; without one it goes on without an end."""
    reason = SealedTextField(max_length=500)
    placed_at = models.DateTimeField()
    placed_by = models.UUIDField(null=True)
    lifting_asked_at = models.DateTimeField(null=True)
    lifting_asked_by = models.UUIDField(null=True)
    """Who wants it lifted; somebody else lifts it."""
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(covers_from=None)
                | models.Q(covers_until=None)
                | models.Q(covers_until__gte=models.F("covers_from")),
                name="legal_hold_days_in_order",
            ),
            TenantWall(name="legal_hold_wall", writing=Writing.EDIT),
        ]

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
