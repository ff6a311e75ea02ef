"""The outbox of the ledger: one row for each event, written in the transaction of what happened."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.tenancy.constraints import TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class LedgerEvent(TenantModel):
    """Who did what to what, when. Ids and codes only; nothing that names a person."""

    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    correlation = models.CharField(max_length=64)
    details = models.JSONField()

    class Meta:
        constraints: ClassVar = [TenantWall(name="ledger_event_wall", writing=Writing.APPEND)]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "at"], name="ledger_event_by_time")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"
