"""Compare the rows of a company's log: events with their places, places with the tree, the tree with what was signed.

Whoever owns the database could make all of them agree; what he cannot do is to make them agree with a checkpoint that
somebody else holds. That is checked from outside, by ``verify/tokimori_verify.py``; this here finds what was broken where.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.keys.models import SubjectKey
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent, LogCheckpoint, LogEntry, LogTile, PendingLeaf
from tokimori.foundation.ledger.queries.logs import log_key
from tokimori.foundation.ledger.receipts import origin_of
from tokimori.foundation.ledger.services.log_ids import existing_log_of
from tokimori.foundation.sealing import key_id_of
from tokimori.foundation.transparency.checkpoints import read_checkpoint
from tokimori.foundation.transparency.faults import Unproven
from tokimori.foundation.transparency.leaves import commitment
from tokimori.foundation.transparency.tiles import TILE_WIDTH
from tokimori.foundation.transparency.tree import Frontier, root_of_leaves

_CHUNK: Final = 1000
_MOST: Final = 100
"""So many findings are told; where there are more, these are enough to know where to look."""

_UNPLACED: Final = """
    select event.id from ledger_ledgerevent as event
     where event.tenant_id = %s
       and not exists (select from ledger_logentry as place where place.tenant_id = event.tenant_id and place.id = event.id)
       and not exists (select from ledger_pendingleaf as one where one.tenant_id = event.tenant_id and one.id = event.id)
     limit %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that does not fit: what, of which row, and why."""

    what: str
    where: str
    why: str


@dataclass(slots=True, kw_only=True)
class Reading:
    """How far a reading has come: the first ``skipped`` entries were compared before, and are only hashed again.

    ``is_over`` says when it must end. ``compared`` counts the entries of all epochs, and ``is_whole`` tells whether the end
    of the log was reached.
    """

    skipped: int = 0
    is_over: Callable[[], bool] = lambda: False
    compared: int = 0
    is_whole: bool = True

    def is_new(self, count: int) -> bool:
        """Take in so many further entries, and tell whether any of them was not compared before."""
        self.compared += count
        return self.compared > self.skipped

    def must_end(self) -> bool:
        """Whether the time is over, so that the next reading goes on from here."""
        self.is_whole = self.is_whole and not (self.compared > self.skipped and self.is_over())
        return not self.is_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gone:
    """What the record itself explains: until when details went by age, and keys that were destroyed with an event."""

    before: datetime | None
    keys: frozenset[UUID | None]


def check_log(
    *, tenant: TenantId, details_gone_before: datetime | None, reading: Reading | None = None
) -> tuple[Finding, ...]:
    """Return what does not fit in the open tenant's log; nothing if all of it does.

    ``details_gone_before`` is until when a certificate says that details went by age; empty ones after it are a finding.
    So are those whose key was destroyed, unless an event says so. A ``reading`` bounds how long this takes, and keeps how
    far it came.
    """
    log = existing_log_of(tenant)
    if log is None:
        return ()
    gone = _Gone(before=details_gone_before, keys=_destroyed_keys(tenant))
    epochs = LogEntry.objects.filter(tenant_id=tenant, log=log).values_list("epoch", flat=True).distinct()
    found: list[Finding] = [*_unplaced(tenant)]
    now = reading or Reading()
    for epoch in sorted(epochs):
        if now.is_whole:
            found += _check_epoch(tenant, log, epoch, gone, now)
    return tuple(found[:_MOST])


def _check_epoch(tenant: TenantId, log: str, epoch: int, gone: _Gone, reading: Reading) -> Iterator[Finding]:
    rows = LogEntry.objects.filter(tenant_id=tenant, log=log, epoch=epoch).order_by("index")
    signed = {one.size: one for one in LogCheckpoint.objects.filter(tenant_id=tenant, log=log, epoch=epoch)}
    frontier, first = Frontier(), 0
    while chunk := list(rows.filter(index__gte=first)[:_CHUNK]):
        yield from _check_places(chunk, first)
        is_new = reading.is_new(len(chunk))
        if is_new:
            yield from _check_events(tenant, log, chunk, gone)
        for row in chunk:
            frontier = frontier.appended(bytes(row.leaf_hash))
            known = signed.pop(frontier.size, None)
            if known is not None and is_new:
                yield from _check_signature(known, frontier)
        first = chunk[-1].index + 1
        if reading.must_end():
            return
    for size in sorted(signed):
        yield Finding(what="checkpoint", where=f"{log}/{epoch}", why=f"{size} leaves were signed, and fewer are there")
    yield from _check_tiles(tenant, log, epoch, frontier.size)


def _check_places(chunk: Sequence[LogEntry], first: int) -> Iterator[Finding]:
    for expected, row in enumerate(chunk, start=first):
        if row.index != expected:
            yield Finding(what="place", where=str(row.id), why=f"where {expected} should stand, there is {row.index}")
            return


def _check_events(tenant: TenantId, log: str, chunk: Sequence[LogEntry], gone: "_Gone") -> Iterator[Finding]:
    events = {one.id: one for one in LedgerEvent.objects.filter(tenant_id=tenant, id__in=[row.id for row in chunk])}
    for row in chunk:
        event = events.get(row.id)
        if event is None:
            yield Finding(what="event", where=str(row.id), why=f"the event at place {row.index} is gone")
        elif event.leaf(log=log).hash() != bytes(row.leaf_hash):
            yield Finding(what="event", where=str(row.id), why=f"its columns are not those of the leaf {row.index}")
        elif not event.sealed:
            if gone.before is None or event.at >= gone.before:
                yield Finding(what="payload", where=str(row.id), why="it is empty, and no certificate says why")
        elif event.opened is None:
            if key_id_of(bytes(event.sealed)) not in gone.keys:
                yield Finding(
                    what="payload", where=str(row.id), why="it does not open: changed, moved, or its key destroyed"
                )
        elif commitment(event.opened.nonce, event.opened.written) != bytes(event.commitment):
            yield Finding(what="payload", where=str(row.id), why="it is not what the leaf commits to")


def _destroyed_keys(tenant: TenantId) -> frozenset[UUID | None]:
    told = LedgerEvent.objects.filter(tenant_id=tenant, name=EventName.KEY_DESTROYED.value).values("subject_id")
    rows = SubjectKey.objects.filter(tenant_id=tenant, subject_id__in=told).exclude(destroyed_at=None)
    return frozenset(rows.values_list("id", flat=True))


def _check_signature(row: LogCheckpoint, frontier: Frontier) -> Iterator[Finding]:
    origin = origin_of(row.log, row.epoch)
    key = log_key(origin)
    if frontier.root() != bytes(row.root):
        yield Finding(what="root", where=origin, why=f"the first {row.size} leaves are not those that were signed")
    if key is None:
        return
    try:
        checkpoint = read_checkpoint(row.note.encode(), keys=[key]).checkpoint
    except Unproven as reason:
        yield Finding(what="checkpoint", where=origin, why=str(reason))
        return
    if (checkpoint.origin, checkpoint.size, checkpoint.root) != (origin, row.size, bytes(row.root)):
        yield Finding(what="checkpoint", where=origin, why="the note says another size or root than its row")


def _check_tiles(tenant: TenantId, log: str, epoch: int, size: int) -> Iterator[Finding]:
    level, count = 1, size // TILE_WIDTH
    while count:
        rows = LogTile.objects.filter(tenant_id=tenant, log=log, epoch=epoch, level=level).order_by("index")
        known = {row.index: bytes(row.root) for row in rows}
        for index in range(count):
            if known.get(index) != _tile_root(tenant, log, epoch, level, index):
                yield Finding(
                    what="tile", where=f"{log}/{epoch}", why=f"tile {level - 1}/{index} has not the root it had"
                )
        level, count = level + 1, count // TILE_WIDTH


def _tile_root(tenant: TenantId, log: str, epoch: int, level: int, index: int) -> bytes:
    first, last = index * TILE_WIDTH, (index + 1) * TILE_WIDTH
    place = {"tenant_id": tenant, "log": log, "epoch": epoch, "index__gte": first, "index__lt": last}
    if level == 1:
        leaves = LogEntry.objects.filter(**place).order_by("index").values_list("leaf_hash", flat=True)
        return root_of_leaves(bytes(one) for one in leaves)
    roots = LogTile.objects.filter(**place, level=level - 1).order_by("index").values_list("root", flat=True)
    return root_of_leaves(bytes(one) for one in roots)


def _unplaced(tenant: TenantId) -> Iterator[Finding]:
    """Yield events that neither have a place nor wait for one: put in past the trigger, or their place is gone."""
    with connection.cursor() as cursor:
        cursor.execute(_UNPLACED, [tenant, _MOST])
        rows: list[tuple[UUID]] = cursor.fetchall()
    for (event_id,) in rows:
        yield Finding(what="event", where=str(event_id), why="it has no place in the log, and waits for none")
    waiting = set(PendingLeaf.objects.filter(tenant_id=tenant).values_list("id", flat=True)[:_MOST])
    known = set(LedgerEvent.objects.filter(tenant_id=tenant, id__in=waiting).values_list("id", flat=True))
    for event_id in sorted(waiting - known):
        yield Finding(what="event", where=str(event_id), why="it waits for a place, and is not there")
