"""Give each event its place: take what awaits one, number it, and append, in one transaction that happens or does not.

One sequencer works at a time; others wait for its lock. Order in a log is the order of sequencing. What is in memory is
read from the database at first and after every fault, so that a process that is killed anywhere loses nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from tokimori.foundation.identifiers import new_id
from tokimori.foundation.logs import logger
from tokimori.foundation.sequencing.hashes import Cursor, HashesMissing, Place, hashes_of, size_of
from tokimori.foundation.transparency.tiles import TILE_HEIGHT, TILE_WIDTH
from tokimori.foundation.transparency.tree import root_of_leaves

_log = logger("tokimori.sequencer")

BATCH: Final = 10_000
_LOCK: Final = 0x746F6B69  # "toki"

_TAKE: Final = """
    with taken as (
        delete from ledger_pendingleaf
         where ctid = any(array(select ctid from ledger_pendingleaf where not tenant_id = any(%s) limit %s))
        returning tenant_id, id, leaf_hash)
    select taken.tenant_id, taken.id, taken.leaf_hash, known.log
      from taken left join ledger_ledgerlog as known on known.tenant_id = taken.tenant_id
     order by taken.tenant_id, taken.id
"""
_TAKE_ONE: Final = """
    delete from ledger_pendingleaf where tenant_id = %s and id = %s returning id, leaf_hash
"""
_EPOCHS: Final = """
    select distinct on (tenant_id, log) tenant_id, log, epoch, event_id
      from ledger_logepoch order by tenant_id, log, epoch desc
"""
_ENTRIES: Final = """
    insert into ledger_logentry (tenant_id, log, epoch, sequenced_at, id, index, leaf_hash)
    select %(tenant)s, %(log)s, %(epoch)s, %(at)s, entry.*
      from unnest(%(id)s::uuid[], %(index)s::bigint[], %(hash)s::bytea[]) as entry
"""
_TILES: Final = """
    insert into ledger_logtile (tenant_id, log, epoch, id, level, index, root)
    select %(tenant)s, %(log)s, %(epoch)s, tile.*
      from unnest(%(id)s::uuid[], %(level)s::smallint[], %(index)s::bigint[], %(root)s::bytea[]) as tile
"""


class LogUnknown(RuntimeError):
    """Something awaits a place in a log that is not there."""


class _LogDamaged(RuntimeError):
    """Of a log that something awaits a place in, places are missing: somebody took them away."""

    def __init__(self, tenant: UUID, reason: str) -> None:
        super().__init__(reason)
        self.tenant = tenant


@dataclass(slots=True, kw_only=True)
class _Edge:
    """The right edge of a log: its size, and at each level of tiles the hashes of the tile that is not full."""

    size: int
    rows: list[list[bytes]] = field(default_factory=lambda: [[]])


Leaf = tuple[UUID, bytes]
Epochs = dict[tuple[UUID, str], tuple[int, UUID | None]]


class Sequencer:
    """One sequencer on a connection of its own, as the sequencer's role."""

    def __init__(self, connection: "psycopg.Connection[tuple[Any, ...]]") -> None:
        self._connection = connection
        self._edges: dict[Place, _Edge] = {}
        self.grown: set[Place] = set()
        """Logs that grew since somebody looked; who publishes takes them out."""
        self.aside: set[UUID] = set()
        """Companies whose log is damaged: theirs waits, and nobody else's, until a sequencer begins anew."""

    def has_lock(self) -> bool:
        """Take the lock that only one sequencer has, for as long as the connection lives; whether that succeeded."""
        row = self._connection.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        return bool(row and row[0])

    def step(self, *, now: datetime, most: int = BATCH) -> int:
        """Sequence up to ``most`` events and return how many; nothing of it stands unless all of it does.

        A log whose places are missing is left aside, and said so; it must not keep the others waiting.
        """
        while True:
            try:
                return self._step(now=now, most=most)
            except _LogDamaged as fault:
                self.aside.add(fault.tenant)
                _log.error(f"log left aside: {fault}")

    def _step(self, *, now: datetime, most: int) -> int:
        places: list[Place] = []
        count, is_done = 0, False
        try:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                cursor.execute(_TAKE, [list(self.aside), most])
                grouped = _grouped(cursor.fetchall())
                epochs = self.epochs(cursor) if grouped else {}
                for (tenant, log), leaves in grouped.items():
                    epoch, first = epochs.get((tenant, log), (1, None))
                    places.append(Place(tenant=tenant, log=log, epoch=epoch))
                    try:
                        count += self.append(cursor, places[-1], leaves, now=now, first=first)
                    except HashesMissing as fault:
                        raise _LogDamaged(tenant, str(fault)) from fault
            is_done = True
        finally:
            if not is_done:
                self.forget()
        self.grown.update(places)
        return count

    def append(
        self, cursor: Cursor, place: Place, leaves: Sequence[Leaf], *, now: datetime, first: UUID | None = None
    ) -> int:
        """Append leaves to one log in the open transaction; in a new epoch its statement goes first."""
        edge = self._edges.get(place)
        if edge is None:
            edge = self._edges[place] = _edge_of(cursor, place)
        ordered = list(leaves)
        if edge.size == 0 and first is not None:
            ordered = _with_statement_first(cursor, place, ordered, first)
        begin = edge.size
        tiles: list[tuple[int, int, bytes]] = []
        for _event, hashed in ordered:
            edge.rows[0].append(hashed)
            edge.size += 1
            if len(edge.rows[0]) == TILE_WIDTH:
                _close_tiles(edge, tiles)
        cursor.execute(
            _ENTRIES,
            {
                "tenant": place.tenant, "log": place.log, "epoch": place.epoch, "at": now,
                "id": [event for event, _ in ordered],
                "index": list(range(begin, edge.size)),
                "hash": [hashed for _, hashed in ordered],
            },
        )  # fmt: skip
        if tiles:
            cursor.execute(
                _TILES,
                {
                    "tenant": place.tenant, "log": place.log, "epoch": place.epoch,
                    "id": [new_id(at=now) for _ in tiles],
                    "level": [level for level, _, _ in tiles],
                    "index": [index for _, index, _ in tiles],
                    "root": [root for _, _, root in tiles],
                },
            )  # fmt: skip
        return len(ordered)

    def epochs(self, cursor: Cursor) -> Epochs:
        """Return which logs stand in a later epoch than the first, and the event that opened it."""
        cursor.execute(_EPOCHS)
        return {(tenant, log): (epoch, event) for tenant, log, epoch, event in cursor.fetchall()}

    def forget(self) -> None:
        """Forget what is in memory, after a fault."""
        self._edges.clear()


def _grouped(taken: Sequence[tuple[UUID, UUID, bytes, str | None]]) -> dict[tuple[UUID, str], list[Leaf]]:
    """Return what was taken by tenant and log, in the order in which it was taken."""
    grouped: defaultdict[tuple[UUID, str], list[Leaf]] = defaultdict(list)
    for tenant, event, hashed, log in taken:
        if log is None:
            raise LogUnknown(str(tenant))
        grouped[tenant, log].append((event, bytes(hashed)))
    return grouped


def _edge_of(cursor: Cursor, place: Place) -> _Edge:
    size = size_of(cursor, place)
    rows: list[list[bytes]] = []
    level, count = 0, size
    while count or not rows:
        first = count >> TILE_HEIGHT << TILE_HEIGHT
        rows.append(hashes_of(cursor, place, level=level, first=first, last=count))
        level, count = level + 1, count >> TILE_HEIGHT
    return _Edge(size=size, rows=rows)


def _close_tiles(edge: _Edge, tiles: list[tuple[int, int, bytes]]) -> None:
    """Put the root of each tile that is full into the level above."""
    level = 0
    while len(edge.rows[level]) == TILE_WIDTH:
        root = root_of_leaves(edge.rows[level])
        edge.rows[level] = []
        level += 1
        if level == len(edge.rows):
            edge.rows.append([])
        edge.rows[level].append(root)
        tiles.append((level, (edge.size >> TILE_HEIGHT * level) - 1, root))


def _with_statement_first(cursor: Cursor, place: Place, leaves: list[Leaf], first: UUID) -> list[Leaf]:
    known = [leaf for leaf in leaves if leaf[0] == first]
    if not known:
        cursor.execute(_TAKE_ONE, (place.tenant, first))
        known = [(event, bytes(hashed)) for event, hashed in cursor.fetchall()]
    if not known:
        raise LogUnknown(f"{place.log}: the event that opens epoch {place.epoch} is not there")
    return [*known, *(leaf for leaf in leaves if leaf[0] != first)]
