"""What keeps accounts in order: shared ones and who used them, reviews of who may what, files of people to invite."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class SharedAccountException(TenantModel):
    """An account that is nobody's own: why there is one, who answers for it, and until when."""

    account_id = models.UUIDField()
    custodian_id = models.UUIDField()
    reason = SealedTextField(max_length=200, subject="account_id")
    registered_at = models.DateTimeField()
    registered_by = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "account_id"], name="shared_account_exception_once"),
            TenantReference(name="shared_account_account", column="account_id", table="identity_account"),
            TenantReference(name="shared_account_custodian", column="custodian_id", table="identity_account"),
            TenantWall(name="shared_account_exception_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SharedAccountUse(TenantModel):
    """That a shared account was handed to somebody, for what, and when it came back with everything changed."""

    exception_id = models.UUIDField()
    user_id = models.UUIDField()
    purpose = SealedTextField(max_length=200, subject="user_id")
    handed_out_at = models.DateTimeField()
    handed_out_by = models.UUIDField(null=True)
    returned_at = models.DateTimeField(null=True)
    """When it came back: sessions were ended and the password was made unusable at that moment."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "exception_id"],
                condition=models.Q(returned_at=None),
                name="shared_account_use_one_at_a_time",
            ),
            TenantReference(
                name="shared_use_exception", column="exception_id", table="identity_sharedaccountexception"
            ),
            TenantReference(name="shared_use_user", column="user_id", table="identity_account"),
            TenantWall(name="shared_account_use_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ReviewCampaign(TenantModel):
    """One round of asking whether everybody still needs what he has."""

    name = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    started_by = models.UUIDField(null=True)
    due_at = models.DateTimeField()
    consequence = models.CharField(max_length=20)
    """What becomes of those undecided at the deadline: a word of ``Consequence``."""
    concluded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [TenantWall(name="review_campaign_wall", writing=Writing.EDIT)]

    def __str__(self) -> str:
        return self.name


class ReviewItem(TenantModel):
    """One account in a review: what it may, who reviews it, and what he decided."""

    campaign_id = models.UUIDField()
    account_id = models.UUIDField()
    reviewer_id = models.UUIDField()
    roles = ArrayField(models.CharField(max_length=20))
    """The roles at the beginning."""
    decision = models.CharField(max_length=10, blank=True)
    roles_after = ArrayField(models.CharField(max_length=20), default=list)
    reason = SealedTextField(max_length=200, blank=True, subject="account_id")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "campaign_id", "account_id"], name="review_item_once"),
            models.CheckConstraint(
                condition=~models.Q(account_id=models.F("reviewer_id")), name="review_item_not_of_oneself"
            ),
            TenantReference(name="review_item_campaign", column="campaign_id", table="identity_reviewcampaign"),
            TenantReference(name="review_item_account", column="account_id", table="identity_account"),
            TenantReference(name="review_item_reviewer", column="reviewer_id", table="identity_account"),
            TenantWall(name="review_item_wall", writing=Writing.EDIT),
        ]

    def __str__(self) -> str:
        return str(self.id)


class AccountFile(TenantModel):
    """A file of people to invite, as it was read."""

    file_name = models.CharField(max_length=200)
    encoding = models.CharField(max_length=10)
    invited_count = models.PositiveIntegerField()
    rejected_count = models.PositiveIntegerField()
    read_at = models.DateTimeField()
    read_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [TenantWall(name="account_file_wall", writing=Writing.APPEND)]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.file_name


class AccountFileLine(TenantModel):
    """A line of such a file: the account that was made of it, or why there is none."""

    file_id = models.UUIDField()
    line_number = models.PositiveIntegerField()
    account_id = models.UUIDField(null=True)
    text = SealedTextField(max_length=4000, blank=True)
    """The line as it came, where it was refused."""
    code = models.CharField(max_length=60, blank=True)
    field = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "file_id", "line_number"], name="account_file_line_once"),
            TenantReference(name="account_file_line_file", column="file_id", table="identity_accountfile"),
            TenantReference(name="account_file_line_account", column="account_id", table="identity_account"),
            TenantWall(name="account_file_line_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"line {self.line_number}"
