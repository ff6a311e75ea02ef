"""Have the logs that grew signed, put their checkpoints into the provider's log, and have that signed in turn."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from tokimori.foundation.identifiers import new_id
from tokimori.foundation.logs import logger
from tokimori.foundation.sequencing.hashes import Cursor, HashesMissing, Place, reader_of, size_of
from tokimori.foundation.sequencing.provider_log import (
    PROVIDER_LOG,
    PROVIDER_TENANT,
    RECEIPT_KEY,
    SIGNING_KEY,
    TENANT_CHECKPOINT,
    Statement,
    provider_place,
    state,
)
from tokimori.foundation.sequencing.sequencer import Sequencer
from tokimori.foundation.signing.door import SignerClient
from tokimori.foundation.signing.signer import MOST_AT_ONCE, SignatureRefused, Wanted
from tokimori.foundation.signing.state import SignedState
from tokimori.foundation.signing.succession import Announcement
from tokimori.foundation.transparency.continuity import KEY_CHANGED
from tokimori.foundation.transparency.notes import encoded
from tokimori.foundation.transparency.proofs import Proof, consistency_proof, inclusion_proof
from tokimori.foundation.transparency.tree import root_of

_STORE: Final = """
    insert into ledger_logcheckpoint (tenant_id, log, epoch, signed_at, id, size, root, note)
    values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (tenant_id, log, epoch, size) do nothing
"""
_REFUSED: Final = """
    insert into ledger_logrefusal (tenant_id, log, epoch, id, reason, refused_at) values (%s, %s, %s, %s, %s, %s)
"""
_CHANGES: Final = """
    select leaf.id, place.epoch, place.index, leaf.entry, leaf.nonce, leaf.payload
      from ledger_providerleaf as leaf
      join ledger_logentry as place on place.tenant_id = leaf.tenant_id and place.id = leaf.id
     where leaf.tenant_id = %s and leaf.type = %s order by leaf.id desc
"""
_NEWEST: Final = """
    select distinct on (leaf.type) leaf.type, leaf.payload
      from ledger_providerleaf as leaf
      join ledger_logentry as place on place.tenant_id = leaf.tenant_id and place.id = leaf.id
     where leaf.tenant_id = %s and leaf.type = any(%s) order by leaf.type, place.epoch desc, place.index desc
"""
_UNSIGNED: Final = """
    select known.tenant_id, known.log, coalesce(later.epoch, 1)
      from ledger_ledgerlog as known
      left join lateral (select max(epoch) as epoch from ledger_logepoch as one
                          where one.tenant_id = known.tenant_id and one.log = known.log) as later on true
      join lateral (select index from ledger_logentry as entry
                     where entry.tenant_id = known.tenant_id and entry.log = known.log
                       and entry.epoch = coalesce(later.epoch, 1) order by index desc limit 1) as newest on true
      left join lateral (select size from ledger_logcheckpoint as signed
                          where signed.tenant_id = known.tenant_id and signed.log = known.log
                            and signed.epoch = coalesce(later.epoch, 1) order by size desc limit 1) as last on true
     where newest.index + 1 > coalesce(last.size, 0)
"""
_ASKED: Final = """
    select asked.id, asked.type, asked.details from ledger_providerstatement as asked
     where not exists (select from ledger_providerleaf as leaf
                        where leaf.tenant_id = asked.tenant_id and leaf.id = asked.id)
     order by asked.id limit 100
"""

_log = logger("tokimori.sequencer")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLog:
    """A log whose checkpoint was signed just now."""

    place: Place
    checkpoint_id: UUID
    size: int
    root: bytes
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What one round brought: which logs were signed, the provider's among them, and for which that was refused."""

    tenants: tuple[SignedLog, ...]
    provider: SignedLog | None
    refused: tuple[str, ...]


class Publisher:
    """Publishes what a sequencer appended; ``base`` begins every origin, ``receipt_public`` is announced once."""

    def __init__(
        self,
        *,
        connection: "psycopg.Connection[tuple[Any, ...]]",
        sequencer: Sequencer,
        signer: SignerClient,
        base: str,
        build: str,
        receipt_public: bytes | None = None,
    ) -> None:
        self._connection = connection
        self._sequencer = sequencer
        self._signer = signer
        self._base = base
        self._build = build
        self._receipt_public = receipt_public
        self._is_announced = False
        self._is_first = True
        self._refusals: dict[Place, str] = {}
        """Why each log was refused last, as long as it is; the same reason is written down once."""

    def publish(self, *, now: datetime) -> Published:
        """Sign what grew since the last round; at first, whatever is not signed yet."""
        refused: list[str] = []
        is_done = False
        try:
            signed = [*self._signed(self._taken_places(), now=now, refused=refused)]
            provider = self._publish_provider(signed, now=now, refused=refused)
            is_done = True
        finally:
            if not is_done:
                self._sequencer.forget()
                self._is_first = True
        for reason in refused:
            _log.error(f"checkpoint refused: {reason}")
        return Published(tenants=tuple(signed), provider=provider, refused=tuple(refused))

    def _taken_places(self) -> list[Place]:
        grown = set(self._sequencer.grown)
        self._sequencer.grown -= grown
        if self._is_first:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                cursor.execute(_UNSIGNED)
                grown |= {Place(tenant=row[0], log=row[1], epoch=row[2]) for row in cursor.fetchall()}
            self._is_first = False
        return sorted(grown, key=lambda place: place.log)

    def _signed(self, places: Sequence[Place], *, now: datetime, refused: list[str]) -> Iterable[SignedLog]:
        """Yield the logs that the signer signed, portion by portion; their checkpoints are stored by who asks."""
        for begin in range(0, len(places), MOST_AT_ONCE):
            portion = places[begin : begin + MOST_AT_ONCE]
            states = self._signer.states([place.log for place in portion])
            asked: list[tuple[Place, Wanted]] = []
            for place, before in zip(portion, states, strict=True):
                try:
                    wanted = self._wanted(place, before)
                except HashesMissing as fault:
                    refused.append(str(fault))
                    self._note_refusal(place, str(fault), now=now)
                    continue
                if wanted is not None:
                    asked.append((place, wanted))
            notes = self._signer.sign([wanted for _, wanted in asked]) if asked else []
            for (place, wanted), note in zip(asked, notes, strict=True):
                if isinstance(note, SignatureRefused):
                    refused.append(str(note))
                    self._note_refusal(place, str(note), now=now)
                    continue
                self._refusals.pop(place, None)
                yield SignedLog(
                    place=place, checkpoint_id=new_id(at=now), size=wanted.size, root=wanted.root, note=note
                )

    def _note_refusal(self, place: Place, reason: str, *, now: datetime) -> None:
        """Write down why a log is not signed, so that its company can read it; once, as long as the reason is the same."""
        if self._refusals.get(place) == reason:
            return
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(_REFUSED, (*place.key, new_id(at=now), reason, now))
        self._refusals[place] = reason

    def _wanted(self, place: Place, before: SignedState | None) -> Wanted | None:
        """Return the checkpoint of a log as it stands, with the proof that it continues what was signed."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            size = size_of(cursor, place)
            if size == 0:
                return None
            read = reader_of(cursor, place, size=size)
            proof: Proof = ()
            if before is not None and before.epoch == place.epoch and 0 < before.size < size:
                proof = consistency_proof(old_size=before.size, size=size, read=read)
            return Wanted(log=place.log, epoch=place.epoch, size=size, root=root_of(size, read), proof=proof)

    def _publish_provider(self, signed: Sequence[SignedLog], *, now: datetime, refused: list[str]) -> SignedLog | None:
        """Store the tenants' checkpoints and their leaves together, then have the provider's log signed."""
        announced = [] if self._is_announced else self._announcements()
        change = self._signer.key_change()
        if change is not None and self._announced_change(change) is None:
            announced.append(Statement(type=KEY_CHANGED, details=change))
        statements = [*announced, *self._asked(), *(_said_of(one, base=self._base) for one in signed)]
        if not statements and change is None:
            return None
        with self._connection.transaction(), self._connection.cursor() as cursor:
            for one in signed:
                self._store(cursor, one, now=now)
            place = provider_place(self._sequencer, cursor)
            if statements:
                place = state(self._sequencer, cursor, statements, build=self._build, now=now)
        self._is_announced = True
        found = [*self._signed([place], now=now, refused=refused)]
        with self._connection.transaction(), self._connection.cursor() as cursor:
            for one in found:
                self._store(cursor, one, now=now)
        if change is not None and found:
            self._complete(change, found[0], refused=refused)
        return found[0] if found else None

    def _announced_change(self, change: Mapping[str, str]) -> tuple[UUID, int, int, str, bytes, str] | None:
        """Return where the provider's log announces this change: id, epoch, place, entry, nonce and payload."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(_CHANGES, [PROVIDER_TENANT, KEY_CHANGED])
            rows = cursor.fetchall()
        return next((row for row in rows if json.loads(row[5])["details"] == dict(change)), None)

    def _complete(self, change: Mapping[str, str], signed: SignedLog, *, refused: list[str]) -> None:
        """Show the signer that its last checkpoint announces the change, so that the next key signs from now on."""
        found = self._announced_change(change)
        if found is None or found[1] != signed.place.epoch or found[2] >= signed.size:
            return
        _id, _epoch, index, entry, nonce, payload = found
        with self._connection.transaction(), self._connection.cursor() as cursor:
            read = reader_of(cursor, signed.place, size=signed.size)
            path = inclusion_proof(index=index, size=signed.size, read=read)
        said = Announcement(entry=entry.encode(), nonce=bytes(nonce), payload=payload, index=index, proof=path)
        try:
            self._signer.complete_key_change(said)
        except SignatureRefused as reason:
            refused.append(str(reason))
            return
        self._is_announced = False
        _log.warning("the signer's key was changed")

    def _announcements(self) -> list[Statement]:
        """Return what the provider's log does not say yet of the keys that sign now."""
        keys = {SIGNING_KEY: self._signer.public()}
        if self._receipt_public is not None:
            keys[RECEIPT_KEY] = self._receipt_public
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(_NEWEST, [PROVIDER_TENANT, list(keys)])
            known = {kind: str(json.loads(payload)["details"]["public"]) for kind, payload in cursor.fetchall()}
        return [
            Statement(type=kind, details={"public": encoded(key)})
            for kind, key in keys.items()
            if known.get(kind) != encoded(key)
        ]

    def _asked(self) -> list[Statement]:
        """Return what the application asked to have said and the log does not say yet."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(_ASKED)
            return [Statement(id=key, type=kind, details=json.loads(text)) for key, kind, text in cursor.fetchall()]

    def _store(self, cursor: Cursor, one: SignedLog, *, now: datetime) -> None:
        cursor.execute(_STORE, (*one.place.key, now, one.checkpoint_id, one.size, one.root, one.note))


def _said_of(one: SignedLog, *, base: str) -> Statement:
    origin = f"{base}/{one.place.log}/{one.place.epoch}"
    return Statement(type=TENANT_CHECKPOINT, details={"origin": origin, "size": one.size, "root": encoded(one.root)})


def is_providers(place: Place) -> bool:
    """Whether this is the provider's own log."""
    return place.tenant == PROVIDER_TENANT and place.log == PROVIDER_LOG
