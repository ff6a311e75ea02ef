"""The one statement that writes punches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import connection

from tokimori.domains.timekeeping.content import content_of
from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.domains.timekeeping.reports import PunchSource
from tokimori.engine import PunchKind
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.sealed_fields import sealed_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPunch:
    """A fact ready to be stored: a punch, or a change that refers to one."""

    id: UUID
    key: str
    content_digest: str
    employee_id: UUID
    kind: PunchKind | None
    occurred_at: datetime
    zone: str
    source: PunchSource
    place: str = ""
    payload_id: UUID | None = None
    effect: str = "add"
    refers_to_id: UUID | None = None


def content_to_store(*, punch: NewPunch, actor: Principal, now: datetime) -> str:
    """Return the digest of what the row of a new punch will say; its event is bound to it."""
    return content_of(
        row=PunchEvent(
            id=punch.id,
            key=punch.key,
            content_digest=punch.content_digest,
            effect=punch.effect,
            refers_to_id=punch.refers_to_id,
            employee_id=punch.employee_id,
            kind=punch.kind.value if punch.kind else None,
            occurred_at=punch.occurred_at,
            zone=punch.zone,
            offset_minutes=_offset_minutes(punch.occurred_at),
            received_at=now,
            source=punch.source.value,
            place=punch.place,
            payload_id=punch.payload_id,
            actor_kind=actor.kind.value,
            actor_id=actor.account_id,
        )
    )


# One statement for one or a thousand: a key that exists, or that another transaction commits meanwhile, stores nothing.
_INSERT: Final = """
    insert into timekeeping_punchevent (
        tenant_id, received_at, actor_kind, actor_id,
        id, key, content_digest, effect, refers_to_id, employee_id, kind, occurred_at, zone, offset_minutes, source,
        place, payload_id)
    select %(tenant_id)s, %(received_at)s, %(actor_kind)s, %(actor_id)s, punch.*
      from unnest(
        %(id)s::uuid[], %(key)s::text[], %(content_digest)s::text[], %(effect)s::text[], %(refers_to_id)s::uuid[],
        %(employee_id)s::uuid[], %(kind)s::text[], %(occurred_at)s::timestamptz[], %(zone)s::text[],
        %(offset_minutes)s::smallint[], %(source)s::text[], %(place)s::bytea[], %(payload_id)s::uuid[]) as punch
    on conflict (tenant_id, key) do nothing
    returning key, id
"""


def append_punches(*, actor: Principal, punches: Sequence[NewPunch], now: datetime) -> Mapping[str, UUID]:
    """Append punches and return those that were new, key to id. Keys must differ from one another."""
    if not punches:
        return {}
    # A fixed order keeps two transactions with the same keys from waiting for each other in a circle.
    ordered = sorted(punches, key=lambda punch: punch.key)
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "tenant_id": actor.tenant_id,
                "received_at": now,
                "actor_kind": actor.kind.value,
                "actor_id": actor.account_id,
                "id": [punch.id for punch in ordered],
                "key": [punch.key for punch in ordered],
                "content_digest": [punch.content_digest for punch in ordered],
                "effect": [punch.effect for punch in ordered],
                "refers_to_id": [punch.refers_to_id for punch in ordered],
                "employee_id": [punch.employee_id for punch in ordered],
                "kind": [punch.kind.value if punch.kind else None for punch in ordered],
                "occurred_at": [punch.occurred_at.astimezone(UTC) for punch in ordered],
                "zone": [punch.zone for punch in ordered],
                "offset_minutes": [_offset_minutes(punch.occurred_at) for punch in ordered],
                "source": [punch.source.value for punch in ordered],
                "place": [_sealed_place(punch, actor.tenant_id) for punch in ordered],
                "payload_id": [punch.payload_id for punch in ordered],
            },
        )
        return dict(cursor.fetchall())


def _sealed_place(punch: NewPunch, tenant: TenantId) -> bytes:
    """Return the place as the column keeps it: sealed under the key of who punched."""
    row = PunchEvent(tenant_id=tenant, id=punch.id, employee_id=punch.employee_id, place=punch.place)
    return sealed_bytes(row, "place")


def _offset_minutes(instant: datetime) -> int:
    offset = instant.utcoffset()
    if offset is None:
        raise ValueError("The time of a punch is aware of its offset.")
    return round(offset.total_seconds() / 60)
