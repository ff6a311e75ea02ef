"""Who asked to be told of changes of the sheet; in the provider's tenant."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.sealed_fields import BlindIndexField, SealedTextField
from tokimori.foundation.tenancy.constraints import TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel


class SheetSubscription(TenantModel):
    """An address that wants letters. Not confirmed it gets none, and is removed after some days; ended it is removed."""

    address = SealedTextField(max_length=254)
    address_index = BlindIndexField(max_length=34, source="address")
    language = models.CharField(max_length=5)
    chapters = ArrayField(models.CharField(max_length=30))
    rows = ArrayField(models.PositiveSmallIntegerField())
    """With the chapters: which rows are told of; all of them where neither names any."""
    is_daily = models.BooleanField()
    secret = SealedTextField(max_length=43)
    """Of the link in each letter by which it ends."""
    secret_digest = models.BinaryField(max_length=32)
    confirmation_digest = models.BinaryField(max_length=32, null=True)
    """Of the link that confirms it; nothing once it was used."""
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    told_until = models.DateTimeField(null=True)
    """Changes up to this moment were told, or looked through."""
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "secret_digest"], name="sheet_subscription_secret"),
            models.UniqueConstraint(fields=["tenant_id", "confirmation_digest"], name="sheet_subscription_link"),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None, told_until=None, confirmation_digest__isnull=False)
                | models.Q(confirmed_at__isnull=False, told_until__isnull=False, confirmation_digest=None),
                name="sheet_subscription_confirmed",
            ),
            TenantWall(name="sheet_subscription_wall", writing=Writing.TAKE),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "address_index"], name="sheet_subscription_of")]

    def __str__(self) -> str:
        return str(self.id)
