"""What a person proves himself with, besides a password."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel


class Authenticator(TenantModel):
    """An application that shows six digits which change every half minute (TOTP, RFC 6238). Its secret is sealed."""

    account_id = models.UUIDField()
    sealed_secret = models.BinaryField()
    added_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    """The half minute whose digits were taken last; none up to it are taken again."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "account_id"],
                condition=models.Q(confirmed_at__isnull=False, removed_at=None),
                name="authenticator_once",
            ),
            TenantReference(name="authenticator_account", column="account_id", table="identity_account"),
            TenantWall(name="authenticator_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RecoveryCode(TenantModel):
    """One of the codes that open the account once each, when the other factors are lost. Kept as its SHA-256."""

    account_id = models.UUIDField()
    code_digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "account_id", "code_digest"], name="recovery_code_once"),
            TenantReference(name="recovery_code_account", column="account_id", table="identity_account"),
            TenantWall(name="recovery_code_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Passkey(TenantModel):
    """A key pair of a person's device or of his password manager (WebAuthn); only its public half is here."""

    account_id = models.UUIDField()
    credential_id = models.BinaryField(max_length=1023)
    public_key = models.BinaryField()
    use_count = models.BigIntegerField()
    transports = ArrayField(models.CharField(max_length=20))
    name = models.CharField(max_length=60)
    is_synchronised = models.BooleanField()
    added_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "credential_id"], name="passkey_once"),
            TenantReference(name="passkey_account", column="account_id", table="identity_account"),
            TenantWall(name="passkey_wall", writing=Writing.EDIT),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "account_id"], name="passkey_by_account")]

    def __str__(self) -> str:
        return str(self.id)
