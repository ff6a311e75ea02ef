"""Where people are signed in, and the devices that they trust."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel


class Session(TenantModel):
    """A signed-in browser, or one that is half way in. The cookie's secret is kept as its SHA-256."""

    account_id = models.UUIDField()
    secret_digest = models.BinaryField(max_length=32)
    started_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    proved_at = models.DateTimeField()
    """When the person last proved who he is: at sign-in, or when he was asked again."""
    proofs = ArrayField(models.CharField(max_length=20))
    passkey_id = models.UUIDField(null=True)
    """The passkey by which it was last proved; none where another proof came last."""
    is_half = models.BooleanField()
    """Whether a second factor is still to come."""
    address = models.CharField(max_length=45)
    device = models.CharField(max_length=200)
    is_shared_screen = models.BooleanField(db_default=False)
    """Whether it was begun on a screen that several people use: it ends sooner, and the browser remembers nobody."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "secret_digest"], name="session_once"),
            TenantReference(name="session_account", column="account_id", table="identity_account"),
            TenantReference(name="session_passkey", column="passkey_id", table="identity_passkey"),
            TenantWall(name="session_wall", writing=Writing.EDIT),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "account_id"], name="session_by_account")]

    def __str__(self) -> str:
        return str(self.id)


class TrustedDevice(TenantModel):
    """A browser on which the second factor is not asked again for some days. The cookie's secret is kept as its SHA-256."""

    account_id = models.UUIDField()
    secret_digest = models.BinaryField(max_length=32)
    device = models.CharField(max_length=200)
    trusted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "secret_digest"], name="trusted_device_once"),
            TenantReference(name="trusted_device_account", column="account_id", table="identity_account"),
            TenantWall(name="trusted_device_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)
