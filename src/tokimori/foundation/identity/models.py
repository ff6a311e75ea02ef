"""Accounts, one-time links, sessions and access tokens. Secrets are kept as digests alone."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.identifiers import new_id
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel


class Account(AbstractBaseUser):
    """A person who signs in: by login id within the company, or by e-mail address.

    The key is a single column, unlike elsewhere, because the framework's sign-in wants one; it is unique over all tenants
    by construction (UUIDv7), and the table is walled like the others.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    tenant_id = models.UUIDField()
    login_id = models.CharField(max_length=64)
    email = models.CharField(max_length=254, null=True)  # noqa: DJ001 -- no address is null, so that many may lack one
    display_name = models.CharField(max_length=120)
    roles = ArrayField(models.CharField(max_length=20))
    language = models.CharField(max_length=5)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "login_id"

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "id"], name="account_key"),
            models.UniqueConstraint(fields=["tenant_id", "login_id"], name="account_login_id_once"),
            models.UniqueConstraint(fields=["tenant_id", "email"], name="account_email_once"),
            TenantWall(name="account_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SignInLink(TenantModel):
    """A link that lets a person in once, to choose a password."""

    account_id = models.UUIDField()
    secret_digest = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "secret_digest"], name="sign_in_link_once"),
            TenantReference(name="sign_in_link_account", column="account_id", table="identity_account"),
            TenantWall(name="sign_in_link_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Session(TenantModel):
    """A signed-in browser. The cookie's secret is kept as its SHA-256."""

    account_id = models.UUIDField()
    secret_digest = models.BinaryField(max_length=32)
    started_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    address = models.CharField(max_length=45)
    device = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "secret_digest"], name="session_once"),
            TenantReference(name="session_account", column="account_id", table="identity_account"),
            TenantWall(name="session_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class AccessToken(TenantModel):
    """A machine's right to come in through the API. The secret is kept as its SHA-256 and shown once."""

    name = models.CharField(max_length=80)
    secret_digest = models.BinaryField(max_length=32)
    rights = ArrayField(models.CharField(max_length=40))
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "secret_digest"], name="access_token_once"),
            TenantWall(name="access_token_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return self.name
