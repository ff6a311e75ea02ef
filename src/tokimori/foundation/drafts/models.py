"""What was begun: one row for each form that somebody has not sent."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.drafts.values import LONGEST_ROUTE, LONGEST_SUBJECT
from tokimori.foundation.sealed_fields import SealedJSONField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel


class Draft(TenantModel):
    """What one person typed into one form. It is no fact: it changes as he types, and goes when he sends the form."""

    account_id = models.UUIDField()
    route = models.CharField(max_length=LONGEST_ROUTE)
    """The named route that the form is sent to."""
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True)
    """The object in the form's address: a key, a day; nothing where the form is about no object."""
    content = SealedJSONField(subject="account_id")
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "account_id", "route", "subject"], name="draft_once"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("changed_at")), name="draft_ends_after_its_change"
            ),
            TenantReference(name="draft_account", column="account_id", table="identity_account"),
            TenantWall(name="draft_wall", writing=Writing.TAKE),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "expires_at"], name="draft_by_end")]

    def __str__(self) -> str:
        return str(self.id)
