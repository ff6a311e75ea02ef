"""The outbox of the ledger: one row for each event, written in the transaction of what happened."""

from typing import ClassVar

from django.db import models

from tokimori.foundation.tenancy.constraints import TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class LedgerEvent(TenantModel):
    """Who did what to what, when, from where. Ids and codes only; nothing that names a person.

    The key begins with the time, so that it orders the rows and a stretch of time is a stretch of keys. Punches are most of
    the rows: where they alone would fill an index, it leaves them out.
    """

    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    correlation = models.CharField(max_length=64)
    details = models.JSONField()
    outcome = models.CharField(max_length=10, db_default="done")
    session_id = models.UUIDField(null=True)  # rule: tenant-reference -- sessions may be removed; what was done stays
    address = models.CharField(max_length=45, blank=True, db_default="")
    device = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        constraints: ClassVar = [TenantWall(name="ledger_event_wall", writing=Writing.APPEND)]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant_id", "actor_id", "id"],
                condition=models.Q(actor_id__isnull=False),
                name="ledger_event_by_actor",
            ),
            models.Index(
                fields=["tenant_id", "subject_id", "id"],
                condition=models.Q(subject_id__isnull=False),
                name="ledger_event_by_subject",
            ),
            models.Index(
                fields=["tenant_id", "name", "id"],
                condition=~models.Q(name="punch:recorded"),
                name="ledger_event_by_name",
            ),
            models.Index(
                fields=["tenant_id", "address", "id"],
                condition=~models.Q(address="") & ~models.Q(name="punch:recorded"),
                name="ledger_event_by_address",
            ),
            models.Index(
                fields=["tenant_id", "outcome", "id"],
                condition=~models.Q(outcome="done"),
                name="ledger_event_by_outcome",
            ),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"
