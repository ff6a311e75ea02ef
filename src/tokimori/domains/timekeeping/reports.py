"""A punch as it is reported: parsed at a door into a value that cannot be wrong."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from tokimori.engine import PunchKind
from tokimori.foundation.canonical import digest
from tokimori.foundation.errors import Refusal
from tokimori.foundation.ledger.receipts import RecordedEvent, receipt_for

LONGEST_KEY: Final = 100
LONGEST_PLACE: Final = 100
LONGEST_EMPLOYEE_CODE: Final = 30
MOST_REPORTS: Final = 1000


class PunchSource(StrEnum):
    """The door through which a punch came."""

    BROWSER = "browser"
    API = "api"
    FILE = "file"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class PunchReport:
    """What a door reports: who, when, which kind, where; under a key that makes repeating it harmless.

    ``key`` has 1 to 100 characters and is unique per tenant. ``occurred_at`` is aware; its offset is kept beside the
    instant. ``kind`` is missing when the person did not say. ``place`` is free text of up to 100 characters.
    """

    key: str
    employee_code: str
    occurred_at: datetime
    kind: PunchKind | None
    source: PunchSource
    place: str = ""
    payload_id: UUID | None = None

    def __post_init__(self) -> None:
        """Refuse what no door may let through."""
        if not 1 <= len(self.key) <= LONGEST_KEY or not self.key.isprintable():
            raise ValueError("A key has 1 to 100 printable characters.")
        if not 1 <= len(self.employee_code) <= LONGEST_EMPLOYEE_CODE:
            raise ValueError("An employee code has 1 to 30 characters.")
        if self.occurred_at.utcoffset() is None:
            raise ValueError("The time of a punch is aware of its offset.")
        if len(self.place) > LONGEST_PLACE or "\0" in self.place:
            raise ValueError("A place has up to 100 characters.")

    @property
    def stored_key(self) -> str:
        """Return the key under which the fact is stored; doors cannot take each other's keys, nor a correction's."""
        return f"{self.source}:{self.key}"

    @property
    def content_digest(self) -> str:
        """Return the digest by which a repeated report is told from another one under the same key."""
        return digest(
            {
                "employee_code": self.employee_code,
                "occurred_at": self.occurred_at.isoformat(),
                "kind": self.kind,
                "place": self.place,
            }
        )


class Outcome(StrEnum):
    """What became of a report."""

    RECORDED = "recorded"
    REPEATED = "repeated"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PunchAnswer:
    """The answer to one report: the stored fact's id and its event, or the refusal and nothing stored."""

    key: str
    outcome: Outcome
    punch_id: UUID | None
    refusal: Refusal | None = None
    event: RecordedEvent | None = None

    def receipt(self) -> str | None:
        """Return the signed receipt of what was stored, now or before; nothing for what is older than the log."""
        return receipt_for(self.event) if self.event is not None and self.event.is_promised else None
