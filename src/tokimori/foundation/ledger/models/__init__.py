"""The rows of the ledger: events, and the logs that give each its place."""

from tokimori.foundation.ledger.models.events import LedgerEvent
from tokimori.foundation.ledger.models.logs import (
    LedgerLog,
    LogCheckpoint,
    LogCosignature,
    LogEntry,
    LogEpoch,
    LogRefusal,
    LogStamp,
    LogTile,
    PendingLeaf,
    ProviderLeaf,
    ProviderStatement,
)

__all__ = [
    "LedgerEvent",
    "LedgerLog",
    "LogCheckpoint",
    "LogCosignature",
    "LogEntry",
    "LogEpoch",
    "LogRefusal",
    "LogStamp",
    "LogTile",
    "PendingLeaf",
    "ProviderLeaf",
    "ProviderStatement",
]
