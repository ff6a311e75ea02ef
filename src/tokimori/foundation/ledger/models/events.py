"""The outbox of the ledger: one row for each event, written in the transaction of what happened."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Final

from django.db import models

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.sealing import CannotUnseal, unseal
from tokimori.foundation.tenancy.constraints import SequencerPolicy, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import NEVER_DELETED, details_alone_go
from tokimori.foundation.transparency.leaves import NONCE_BYTES, Leaf

SEALED_PURPOSE: Final = "ledger_ledgerevent.sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPayload:
    """What an event commits to, opened: the nonce, and the payload as its bytes and as what they say."""

    nonce: bytes
    written: bytes
    says: Mapping[str, Any]


class LedgerEvent(TenantModel):
    """Who did what to what, when, from where. Ids and codes only; nothing that names a person.

    What is searched for stands in columns of its own; all that is told besides stands in the sealed payload, to which the
    leaf commits. ``at`` is when the event was recorded; ``claimed_at`` is when it happened, where its source says another
    time. The key begins with the time, so that it orders the rows and a stretch of time is a stretch of keys. Punches are
    most of the rows: where they alone would fill an index, it leaves them out.

    What is over its time loses its payload (``sealed`` is empty then) and nothing else: the leaf commits to what was there.
    """

    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    correlation = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10, db_default="done")
    session_id = models.UUIDField(null=True)  # rule: tenant-reference -- sessions may be removed; what was done stays
    address = models.CharField(max_length=45, blank=True, db_default="")
    build = models.BinaryField()
    commitment = models.BinaryField()
    leaf_hash = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            TenantWall(name="ledger_event_wall", writing=Writing.APPEND),
            SequencerPolicy(
                name="ledger_event_sequencer", commands=["select"], columns=["tenant_id", "id", "leaf_hash"]
            ),
        ]
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
                condition=~models.Q(address=""),
                name="ledger_event_by_any_address",
            ),
            models.Index(
                fields=["tenant_id", "session_id", "id"],
                condition=models.Q(session_id__isnull=False),
                name="ledger_event_by_session",
            ),
            models.Index(
                fields=["tenant_id", "outcome", "id"],
                condition=~models.Q(outcome="done"),
                name="ledger_event_by_outcome",
            ),
        ]
        triggers: ClassVar = [NEVER_DELETED, details_alone_go("sealed")]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"

    @cached_property
    def opened(self) -> OpenedPayload | None:
        """Return the payload, or nothing once its time was over or its key was destroyed; the leaf holds all the same."""
        if not self.sealed:
            return None
        try:
            plain = unseal(bytes(self.sealed), tenant=TenantId(self.tenant_id), purpose=SEALED_PURPOSE, row=self.id)
        except CannotUnseal:
            return None
        written = plain[NONCE_BYTES:]
        return OpenedPayload(nonce=plain[:NONCE_BYTES], written=written, says=json.loads(written))

    @property
    def details(self) -> dict[str, str | int | None]:
        """Return what the event tells besides its columns; nothing once its key was destroyed."""
        return dict(self.opened.says["details"]) if self.opened else {}

    @property
    def device(self) -> str:
        """Return what the program behind the request called itself; nothing once its key was destroyed."""
        return str(self.opened.says["device"]) if self.opened else ""

    @property
    def happened_at(self) -> datetime:
        """Return when it happened, as its source says."""
        return self.claimed_at or self.at

    def leaf(self, *, log: str) -> Leaf:
        """Return the leaf that the columns make now; it equals the logged one unless somebody changed them."""
        return Leaf(
            log=log,
            event=self.id,
            type=self.name,
            actor=self.actor_id,
            object=self.subject_id,
            at=self.happened_at,
            received=self.at,
            build=bytes(self.build).hex(),
            commitment=bytes(self.commitment),
        )
