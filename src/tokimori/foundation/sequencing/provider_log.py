"""The provider's own log: its leaves are the checkpoints of all tenants' logs, and what the installation says of itself."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from tokimori.foundation.canonical import Plain
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.sequencing.hashes import Cursor, Place
from tokimori.foundation.sequencing.sequencer import Sequencer
from tokimori.foundation.transparency.leaves import NONCE_BYTES, Leaf, commitment, payload_bytes

PROVIDER_LOG: Final = "provider"
PROVIDER_TENANT: Final = UUID("00000000-0000-7000-8000-000000000001")
TENANT_CHECKPOINT: Final = "log:tenant-checkpoint"
SIGNING_KEY: Final = "log:signing-key"
RECEIPT_KEY: Final = "log:receipt-key"
EPOCH_OPENED: Final = "log:epoch-opened"
_STORE: Final = """
    insert into ledger_providerleaf (tenant_id, made_at, id, type, origin, size, entry, nonce, payload)
    select %(tenant)s, %(at)s, leaf.*
      from unnest(%(id)s::uuid[], %(type)s::text[], %(origin)s::text[], %(size)s::bigint[], %(entry)s::text[],
                  %(nonce)s::bytea[], %(payload)s::text[]) as leaf
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that the provider's log says. Nothing in it is secret."""

    type: str
    details: Mapping[str, str | int]
    id: UUID | None = None
    """Of what somebody asked to have said; its leaf bears the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    said: Statement
    id: UUID
    entry: bytes
    nonce: bytes
    payload: bytes
    hashed: bytes


def provider_place(sequencer: Sequencer, cursor: Cursor) -> Place:
    """Return the provider's log in the epoch in which it stands."""
    epoch, _event = sequencer.epochs(cursor).get((PROVIDER_TENANT, PROVIDER_LOG), (1, None))
    return Place(tenant=PROVIDER_TENANT, log=PROVIDER_LOG, epoch=epoch)


def state(sequencer: Sequencer, cursor: Cursor, statements: Sequence[Statement], *, build: str, now: datetime) -> Place:
    """Append statements to the provider's log in the open transaction; where an epoch begins, its own goes first."""
    place = provider_place(sequencer, cursor)
    opening = _opening(cursor, place)
    made = [_made(one, build=build, now=now) for one in [*opening, *statements]]
    cursor.execute(
        _STORE,
        {
            "tenant": PROVIDER_TENANT, "at": now,
            "id": [one.id for one in made],
            "type": [one.said.type for one in made],
            "origin": [str(one.said.details.get("origin", "")) for one in made],
            "size": [one.said.details.get("size") for one in made],
            "entry": [one.entry.decode() for one in made],
            "nonce": [one.nonce for one in made],
            "payload": [one.payload.decode() for one in made],
        },
    )  # fmt: skip
    sequencer.append(cursor, place, [(one.id, one.hashed) for one in made], now=now)
    return place


def _opening(cursor: Cursor, place: Place) -> list[Statement]:
    """Return the statement with which a later epoch begins, as long as that is empty."""
    if place.epoch == 1:
        return []
    cursor.execute(
        "select statement from ledger_logepoch where tenant_id = %s and log = %s and epoch = %s"
        " and not exists (select from ledger_logentry as entry where entry.tenant_id = ledger_logepoch.tenant_id"
        " and entry.log = ledger_logepoch.log and entry.epoch = ledger_logepoch.epoch)",
        place.key,
    )
    return [Statement(type=EPOCH_OPENED, details={"statement": str(text)}) for (text,) in cursor.fetchall()]


def _made(said: Statement, *, build: str, now: datetime) -> _Made:
    details: dict[str, Plain] = dict(said.details)
    payload = payload_bytes(
        {
            "actor_kind": "system",
            "address": "",
            "correlation": "-",
            "details": details,
            "device": "",
            "outcome": "done",
            "session": None,
        }
    )
    nonce = secrets.token_bytes(NONCE_BYTES)
    leaf = Leaf(
        log=PROVIDER_LOG,
        event=said.id or new_id(at=now),
        type=said.type,
        actor=None,
        object=None,
        at=now,
        received=now,
        build=build,
        commitment=commitment(nonce, payload),
    )
    return _Made(said=said, id=leaf.event, entry=leaf.entry(), nonce=nonce, payload=payload, hashed=leaf.hash())
