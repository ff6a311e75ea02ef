"""Webhooks of a company, or of the provider, and what was sent by them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tokimori.foundation.sealed_fields import SealedTextField
from tokimori.foundation.tenancy.constraints import TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class SheetWebhook(TenantModel):
    """Where changes of the sheet are posted to. Address and secret are sealed; removed it takes its deliveries along."""

    address = SealedTextField(max_length=1000)
    secret = SealedTextField(max_length=60)
    """Under which deliveries are signed; shown once."""
    rows = ArrayField(models.PositiveSmallIntegerField())
    """Which rows it is told of; none for all."""
    made_by = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="sheet_webhook_made_by", column="made_by", table="identity_account"),
            TenantWall(name="sheet_webhook_wall", writing=Writing.TAKE),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WebhookDelivery(TenantModel):
    """One message: the very bytes, which stay the same at every try, and what became of it."""

    webhook_id = models.UUIDField()
    notice_id = models.UUIDField(null=True)  # rule: tenant-reference -- the provider's notice of one run
    """Nothing for a test."""
    body = models.BinaryField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10)
    """A word of ``DeliveryState``."""
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    """What the receiver answered last; nothing where it was not reached."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "webhook_id", "notice_id"], name="webhook_delivery_once"),
            TenantReference(name="webhook_delivery_of", column="webhook_id", table="webhooks_sheetwebhook"),
            TenantWall(name="webhook_delivery_wall", writing=Writing.TAKE),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "webhook_id", "made_at"], name="webhook_deliveries"),
            models.Index(fields=["tenant_id", "made_at"], name="webhook_deliveries_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WebhookRound(TenantModel):
    """That deliveries of one run's changes were written down for everybody; in the provider's tenant."""

    notice_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "notice_id"], name="webhook_round_once"),
            TenantReference(name="webhook_round_of", column="notice_id", table="assurance_sheetnotice"),
            TenantWall(name="webhook_round_wall", writing=Writing.APPEND),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.notice_id)
