"""Punches as they stand in a bundle: each as a canonical line beside the event that binds it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from tokimori.domains.timekeeping.content import said_by
from tokimori.domains.timekeeping.queries import punch_rows
from tokimori.foundation.canonical import canonical_bytes
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import EventView

BINDING: Final = frozenset({EventName.PUNCH_RECORDED, EventName.PUNCH_WITHDRAWN})
"""The events that say, in their details, what the row of a punch says."""


def punch_lines(*, tenant: TenantId, events: Sequence[tuple[int, EventView]]) -> bytes:
    """Return a line for each event that binds a punch of the open tenant: the event's place, and all that the row says.

    Events of before the log, and those whose payload is erased, bind their punch to nothing; they have no line.
    """
    bound = [(index, _bound(event)) for index, event in events]
    rows = punch_rows(tenant=tenant, ids={key for _, key in bound if key is not None})
    return b"".join(
        canonical_bytes({"index": index, "punch": said_by(row=rows[key])}) + b"\n"
        for index, key in bound
        if key is not None and key in rows
    )


def _bound(event: EventView) -> UUID | None:
    if not event.details.get("content"):
        return None
    if event.name == EventName.PUNCH_RECORDED:
        return event.subject_id
    fact = event.details.get("fact")
    return UUID(str(fact)) if fact else None
