"""Accounts, the names they are known by, the links that open them, the passwords they had."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.identifiers import new_id
from tokimori.foundation.sealed_fields import BlindIndexField, SealedTextField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class Account(AbstractBaseUser):
    """A person who signs in: by login id within the company, or by e-mail address.

    The key is a single column, unlike elsewhere, because the framework's sign-in wants one; it is unique over all tenants
    by construction (UUIDv7), and the table is walled like the others.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    tenant_id = models.UUIDField()
    login_id = models.CharField(max_length=64)
    email = SealedTextField(max_length=254, null=True, subject="id")
    email_index = BlindIndexField(max_length=34, null=True, source="email")
    display_name = SealedTextField(max_length=120, subject="id")
    roles = ArrayField(models.CharField(max_length=20))
    language = models.CharField(max_length=5)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    password_set_at = models.DateTimeField(null=True)
    must_change_password = models.BooleanField(default=False)
    last_signed_in_at = models.DateTimeField(null=True)
    must_enrol = models.BooleanField(default=False)
    """Whether a second factor must be set up first, because an administrator took those before away."""
    opened_again_at = models.DateTimeField(null=True)
    warned_of_dormancy_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=20, blank=True, default="")
    """Why it was closed: a word of ``ClosingReason``."""

    USERNAME_FIELD = "login_id"

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "id"], name="account_key"),
            models.UniqueConstraint(fields=["tenant_id", "login_id"], name="account_login_id_once"),
            models.UniqueConstraint(fields=["tenant_id", "email_index"], name="account_email_once"),
            TenantWall(name="account_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class LoginName(TenantModel):
    """A login id or e-mail address that was given to somebody. It is his for good: nobody else ever gets it."""

    account_id = models.UUIDField()
    name = SealedTextField(max_length=254, subject="account_id")
    name_index = BlindIndexField(max_length=34, source="name")
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "name_index"], name="login_name_once"),
            TenantReference(name="login_name_account", column="account_id", table="identity_account"),
            TenantWall(name="login_name_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)


class SignInLink(TenantModel):
    """A link that works once: it lets a person in to choose a password, or ends the waiting after too many attempts."""

    account_id = models.UUIDField()
    secret_digest = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    purpose = models.CharField(max_length=10, db_default="enter")
    """What it is good for: a word of ``LinkPurpose``."""
    mailed_to = models.BinaryField(max_length=32, null=True)
    """By what the link's holder is compared with the address that it was sent to, where nobody else has seen it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "secret_digest"], name="sign_in_link_once"),
            TenantReference(name="sign_in_link_account", column="account_id", table="identity_account"),
            TenantWall(name="sign_in_link_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class PasswordBefore(TenantModel):
    """A password that an account had, as its Argon2id hash, so that it is not chosen again too soon."""

    account_id = models.UUIDField()
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="password_before_account", column="account_id", table="identity_account"),
            TenantWall(name="password_before_wall", writing=Writing.APPEND),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "account_id", "set_at"], name="password_before_by_age")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)
