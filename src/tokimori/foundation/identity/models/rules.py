"""What a company asks of those who come in, and from where they may."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class SecurityRulesVersion(TenantModel):
    """The company's rules from a moment on, until the next version."""

    version = models.PositiveIntegerField()
    rules = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "version"], name="security_rules_version_once"),
            TenantWall(name="security_rules_version_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"version {self.version}"


class AddressRule(TenantModel):
    """A network from which an audience may come in. While an audience has any, it may come from nowhere else."""

    audience = models.CharField(max_length=20)
    network = models.CharField(max_length=50)
    note = SealedTextField(max_length=120)
    added_at = models.DateTimeField()
    added_by = models.UUIDField(null=True)
    expires_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="address_rule_account", column="added_by", table="identity_account"),
            TenantWall(name="address_rule_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SeenAddress(TenantModel):
    """That somebody, or a token, came from an address on a day (UTC); for trying rules on what really happened.

    Rows are forgotten after some weeks (``forget_seen_addresses``).
    """

    day = models.DateField()
    audience = models.CharField(max_length=20)
    actor_id = models.UUIDField()
    address = models.CharField(max_length=45)
    last_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)
    """When he was last kept out."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "actor_id", "day", "audience", "address"], name="seen_address_once_a_day"
            ),
            TenantWall(name="seen_address_may_go_wall", writing=Writing.TAKE),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "day"], name="seen_address_by_day")]

    def __str__(self) -> str:
        return str(self.id)
