"""What a directory says beyond the account itself, its groups, and how far a company lets it go."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel


class DirectoryRules(TenantModel):
    """How far the company lets its directory go; without a row, not as far as its administrators."""

    manages_administrators = models.BooleanField()
    changed_at = models.DateTimeField()
    changed_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id"], name="directory_rules_once"),
            TenantReference(name="directory_rules_account", column="changed_by", table="identity_account"),
            TenantWall(name="directory_rules_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class DirectoryAccount(TenantModel):
    """What the directory said about an account and the account does not hold itself. Nothing said is empty."""

    account_id = models.UUIDField()
    external_id = models.CharField(max_length=255, blank=True)
    has_display_name = models.BooleanField(default=True)
    """Whether the account's name came from the directory; without one it is called by another name."""
    formatted_name = SealedTextField(max_length=200, blank=True, subject="account_id")
    family_name = SealedTextField(max_length=100, blank=True, subject="account_id")
    given_name = SealedTextField(max_length=100, blank=True, subject="account_id")
    preferred_language = models.CharField(max_length=60, blank=True)
    email_type = models.CharField(max_length=40, blank=True)
    """What the directory calls the account's own address: work, home, other."""
    is_email_primary = models.BooleanField(null=True)
    given_roles = ArrayField(models.CharField(max_length=20), default=list)
    """Roles that the account has through its groups alone, and loses with them."""
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    """When the directory let go of the account, which is closed since."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "account_id"], name="directory_account_once"),
            TenantReference(name="directory_account_account", column="account_id", table="identity_account"),
            TenantWall(name="directory_account_wall", writing=Writing.EDIT),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "external_id"], name="directory_account_by_external")]

    def __str__(self) -> str:
        return str(self.id)


class DirectoryEmail(TenantModel):
    """An address that the directory gave besides the account's own; nothing is sent to it and nobody signs in by it."""

    account_id = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    value = SealedTextField(max_length=254, subject="account_id")
    type = models.CharField(max_length=40, blank=True)
    is_primary = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "account_id", "position"], name="directory_email_once"),
            TenantReference(name="directory_email_account", column="account_id", table="identity_account"),
            TenantWall(name="directory_email_wall", writing=Writing.TAKE),
        ]

    def __str__(self) -> str:
        return str(self.id)


class DirectoryGroup(TenantModel):
    """A set of accounts that the directory keeps, and the role that an administrator ties to it, if any."""

    display_name = models.CharField(max_length=200)
    external_id = models.CharField(max_length=255, blank=True)
    role = models.CharField(max_length=20, blank=True)
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [TenantWall(name="directory_group_wall", writing=Writing.TAKE)]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "external_id"], name="directory_group_by_external")]

    def __str__(self) -> str:
        return str(self.id)


class DirectoryMember(TenantModel):
    """That an account is in a group."""

    group_id = models.UUIDField()
    account_id = models.UUIDField()
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "group_id", "account_id"], name="directory_member_once"),
            TenantReference(name="directory_member_group", column="group_id", table="provisioning_directorygroup"),
            TenantReference(name="directory_member_account", column="account_id", table="identity_account"),
            TenantWall(name="directory_member_wall", writing=Writing.TAKE),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "account_id"], name="directory_member_by_account")]

    def __str__(self) -> str:
        return str(self.id)
