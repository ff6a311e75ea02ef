"""Read the hashes of a log from the database: by the sequencer for all logs, by the doors for those of their tenant."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from tokimori.foundation.transparency.tiles import TILE_HEIGHT, Tile, node_reader
from tokimori.foundation.transparency.tree import NodeReader

_LEAVES: Final = """
    select leaf_hash from ledger_logentry
     where tenant_id = %s and log = %s and epoch = %s and index >= %s and index < %s order by index
"""
_ROOTS: Final = """
    select root from ledger_logtile
     where tenant_id = %s and log = %s and epoch = %s and level = %s and index >= %s and index < %s order by index
"""
_SIZE: Final = """
    select index + 1 from ledger_logentry
     where tenant_id = %s and log = %s and epoch = %s order by index desc limit 1
"""


class Cursor(Protocol):
    """What is needed of a database cursor, of the framework's or of the driver's."""

    def execute(self, query: Any, params: Any = None, /) -> object:  # noqa: ANN401 -- the drivers' own signature
        """Run a statement."""

    def fetchall(self) -> list[Any]:
        """Return its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One log of one tenant in one epoch."""

    tenant: UUID
    log: str
    epoch: int

    @property
    def key(self) -> tuple[UUID, str, int]:
        """Return the columns by which its rows are found."""
        return (self.tenant, self.log, self.epoch)


class HashesMissing(RuntimeError):
    """The database does not hold all hashes of the log: rows were taken away."""


def size_of(cursor: Cursor, place: Place) -> int:
    """Return how many leaves the log has now."""
    cursor.execute(_SIZE, place.key)
    rows = cursor.fetchall()
    return int(rows[0][0]) if rows else 0


def hashes_of(cursor: Cursor, place: Place, *, level: int, first: int, last: int) -> list[bytes]:
    """Return the hashes ``first`` … ``last`` of a level of tiles: of leaves at 0, of complete tiles above."""
    if first >= last:
        return []
    if level == 0:
        cursor.execute(_LEAVES, (*place.key, first, last))
    else:
        cursor.execute(_ROOTS, (*place.key, level, first, last))
    found = [bytes(row[0]) for row in cursor.fetchall()]
    if len(found) != last - first:
        raise HashesMissing(f"{place.log}: of the hashes {first} to {last} at level {level}, {len(found)} are there")
    return found


def tile_content(cursor: Cursor, place: Place, tile: Tile) -> bytes:
    """Return a tile of hashes as it is served."""
    first = tile.number << TILE_HEIGHT
    return b"".join(hashes_of(cursor, place, level=tile.level, first=first, last=first + tile.width))


def reader_of(cursor: Cursor, place: Place, *, size: int) -> NodeReader:
    """Return a reader of the complete nodes of the log's first ``size`` leaves."""
    read: Callable[[Tile], bytes] = lambda tile: tile_content(cursor, place, tile)  # noqa: E731 -- one line says it
    return node_reader(size, read)
