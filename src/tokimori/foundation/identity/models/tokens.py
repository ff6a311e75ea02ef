"""The rights of machines."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel


class AccessToken(TenantModel):
    """A machine's right to come in through the API. The secret is kept as its SHA-256 and shown once."""

    name = models.CharField(max_length=80)
    secret_digest = models.BinaryField(max_length=32)
    rights = ArrayField(models.CharField(max_length=40))
    networks = ArrayField(models.CharField(max_length=50), default=list)
    """Where it may be used from; anywhere when there is none."""
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    replaces_id = models.UUIDField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.CharField(max_length=45, blank=True)
    last_refused_at = models.DateTimeField(null=True)
    """When it was last shown from where it may not be used."""
    last_refused_from = models.CharField(max_length=45, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "secret_digest"], name="access_token_once"),
            TenantReference(name="access_token_replaces", column="replaces_id", table="identity_accesstoken"),
            TenantWall(name="access_token_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return self.name
