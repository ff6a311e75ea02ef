"""The logs: what awaits its place, the places that were given, the roots of what is complete, and what was signed.

The application reads these rows and may write none but a log's own and the opening of an epoch; the sequencer appends to
them and changes nothing.
"""

from typing import ClassVar

from django.db import models

from tokimori.foundation.tenancy.constraints import SequencerPolicy, TenantReference, TenantWall, Writing
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.triggers import APPEND_ONLY


class LedgerLog(TenantModel):
    """The log of a tenant under its random id, 32 characters of lower-case hexadecimal; made with the first event."""

    log = models.CharField(max_length=32)
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id"], name="ledger_log_once"),
            TenantWall(name="ledger_log_wall", writing=Writing.APPEND),
            SequencerPolicy(name="ledger_log_sequencer", commands=["select"]),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.log


class PendingLeaf(TenantModel):
    """An event that has no place in its log yet: put here by a trigger with the event, taken away with the place."""

    leaf_hash = models.BinaryField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantWall(name="pending_leaf_wall", writing=Writing.READ),
            SequencerPolicy(name="pending_leaf_sequencer", commands=["select", "delete"]),
        ]

    def __str__(self) -> str:
        return str(self.id)


class LogEntry(TenantModel):
    """The place of a leaf in a log. The key is the event's own, so that an event has one place."""

    log = models.CharField(max_length=32)
    epoch = models.PositiveIntegerField()
    index = models.BigIntegerField()
    leaf_hash = models.BinaryField()
    sequenced_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "log", "epoch", "index"], name="log_entry_place"),
            TenantWall(name="log_entry_wall", writing=Writing.READ),
            SequencerPolicy(name="log_entry_sequencer", commands=["select", "insert"]),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.log} {self.epoch} {self.index}"


class LogTile(TenantModel):
    """The root of a complete tile: of 256 leaves at level 1, of 256 tiles below at each level above.

    What a tile serves is put together from these and from the entries; nothing is stored twice.
    """

    log = models.CharField(max_length=32)
    epoch = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    root = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "log", "epoch", "level", "index"], name="log_tile_place"),
            TenantWall(name="log_tile_wall", writing=Writing.READ),
            SequencerPolicy(name="log_tile_sequencer", commands=["select", "insert"]),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.log} {self.epoch} {self.level}/{self.index}"


class LogCheckpoint(TenantModel):
    """A size of a log with its root, signed: a C2SP checkpoint."""

    log = models.CharField(max_length=32)
    epoch = models.PositiveIntegerField()
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "log", "epoch", "size"], name="log_checkpoint_once"),
            TenantWall(name="log_checkpoint_wall", writing=Writing.READ),
            SequencerPolicy(name="log_checkpoint_sequencer", commands=["select", "insert"]),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.log} {self.epoch} {self.size}"


class LogRefusal(TenantModel):
    """That the signer refused to sign a log as it stood, and why, in the signer's own words."""

    log = models.CharField(max_length=32)
    epoch = models.PositiveIntegerField()
    reason = models.TextField()
    refused_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantWall(name="log_refusal_wall", writing=Writing.READ),
            SequencerPolicy(name="log_refusal_sequencer", commands=["select", "insert"]),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "log", "epoch", "refused_at"], name="log_refusal_newest")
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.log} {self.epoch} {self.refused_at}"


class LogCosignature(TenantModel):
    """What a witness signed of a checkpoint, and when it says so: one line of a C2SP note."""

    checkpoint_id = models.UUIDField()
    witness = models.CharField(max_length=200)
    line = models.TextField()
    cosigned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "checkpoint_id", "witness"], name="log_cosignature_once"),
            TenantReference(name="log_cosignature_checkpoint", column="checkpoint_id", table="ledger_logcheckpoint"),
            TenantWall(name="log_cosignature_wall", writing=Writing.READ),
            SequencerPolicy(name="log_cosignature_sequencer", commands=["select", "insert"]),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.witness} {self.checkpoint_id}"


class LogStamp(TenantModel):
    """A time stamp of a checkpoint by an outside authority (RFC 3161), as it was answered."""

    checkpoint_id = models.UUIDField()
    authority = models.CharField(max_length=200)
    token = models.BinaryField()
    stamped_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantReference(name="log_stamp_checkpoint", column="checkpoint_id", table="ledger_logcheckpoint"),
            TenantWall(name="log_stamp_wall", writing=Writing.READ),
            SequencerPolicy(name="log_stamp_sequencer", commands=["select", "insert"]),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.authority} {self.checkpoint_id}"


class LogEpoch(TenantModel):
    """That a log begins anew after a restore: under which number, by which event, and what is known of what was lost."""

    log = models.CharField(max_length=32)
    epoch = models.PositiveIntegerField()
    event_id = models.UUIDField(null=True)
    """The event that is the first leaf; none in the provider's log, whose leaf the sequencer makes of the statement."""
    statement = models.TextField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant_id", "log", "epoch"], name="log_epoch_once"),
            TenantReference(name="log_epoch_event", column="event_id", table="ledger_ledgerevent"),
            TenantWall(name="log_epoch_wall", writing=Writing.APPEND),
            SequencerPolicy(name="log_epoch_sequencer", commands=["select"]),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.log} {self.epoch}"


class ProviderLeaf(TenantModel):
    """A leaf of the provider's log with its payload and nonce. Nothing in it is secret: logs, sizes, roots, keys."""

    type = models.CharField(max_length=60)
    origin = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(null=True)
    """Of a tenant's checkpoint: of which log, over how many leaves."""
    entry = models.TextField()
    nonce = models.BinaryField()
    payload = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantWall(name="provider_leaf_wall", writing=Writing.READ),
            SequencerPolicy(name="provider_leaf_sequencer", commands=["select", "insert"]),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "origin", "size"], name="provider_leaf_by_origin")]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.id)


class ProviderStatement(TenantModel):
    """What the application asks the provider's log to say; the leaf that says it bears the same id. Nothing is secret."""

    type = models.CharField(max_length=60)
    details = models.TextField()
    """Canonical JSON of names and values."""
    asked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            TenantWall(name="provider_statement_wall", writing=Writing.APPEND),
            SequencerPolicy(name="provider_statement_sequencer", commands=["select"]),
        ]
        triggers: ClassVar = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"
