"""What the log binds a stored punch to: one digest over all that its row says."""

from uuid import UUID

from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.foundation.canonical import Plain, digest
from tokimori.foundation.transparency.leaves import instant_text


def content_of(*, row: PunchEvent) -> str:
    """Return the SHA-256 over everything that a punch's row says, in lower-case hexadecimal; its event holds the same."""
    return digest(said_by(row=row))


def said_by(*, row: PunchEvent) -> dict[str, Plain]:
    """Return everything that a punch's row says, as its canonical line in a bundle has it."""
    return {
        "id": str(row.id),
        "key": row.key,
        "content_digest": row.content_digest,
        "effect": row.effect,
        "refers_to": _text(row.refers_to_id),
        "employee": str(row.employee_id),
        "kind": row.kind,
        "occurred_at": instant_text(row.occurred_at),
        "zone": row.zone,
        "offset_minutes": row.offset_minutes,
        "received_at": instant_text(row.received_at),
        "source": row.source,
        "place": row.place,
        "payload": _text(row.payload_id),
        "actor_kind": row.actor_kind,
        "actor": _text(row.actor_id),
    }


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
