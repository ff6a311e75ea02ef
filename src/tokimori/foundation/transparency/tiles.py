"""The tree as files, and its entries as bundles (C2SP tlog-tiles): 256 hashes side by side, eight levels apart.

A tile that is not full has its width in its path and is never hashed into the level above. Paths and widths follow from
the size alone, so that anybody can fetch what a checkpoint promises.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from tokimori.foundation.transparency.faults import Malformed
from tokimori.foundation.transparency.tree import HASH_BYTES, Node, NodeReader, checked_size, paired

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
HIGHEST_LEVEL: Final = 7
"""Level 7 holds trees of 2⁶⁴ leaves; none is larger. The specification leaves room up to 63."""
LONGEST_ENTRY: Final = 0xFFFF
_PATH: Final = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """Where a tile stands, and how many hashes or entries it holds: 1 … 256. Bundles have the level ``ENTRIES``."""

    level: int
    number: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        """Return the path below the log's prefix."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        suffix = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_number_path(self.number)}{suffix}"


ENTRIES: Final = -1
TileReader = Callable[[Tile], bytes]
"""Returns the bytes of a tile, at least as many hashes as its width; raises ``KeyError`` where there is none."""


def read_path(path: str) -> Tile:
    """Return the tile that a path names; raise ``Malformed`` for any other spelling of it."""
    found = _PATH.fullmatch(path)
    if found is None or len(path) > len("tile/63/x000/x000/x000/x000/x000/x000/000.p/255"):
        raise Malformed("this is no tile's path")
    width = int(found["width"] or TILE_WIDTH)
    number = int(found["number"].replace("x", "").replace("/", ""))
    level = ENTRIES if found["level"] == "entries" else int(found["level"])
    tile = Tile(level, number, width)
    if level > HIGHEST_LEVEL or tile.path() != path:
        raise Malformed("this is no tile's path")
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every tile of hashes of a tree, level by level from the leaves, the partial one last in its level."""
    count, level = checked_size(size), 0
    while count:
        full, rest = divmod(count, TILE_WIDTH)
        yield from (Tile(level, index) for index in range(full))
        if rest:
            yield Tile(level, full, rest)
        count, level = full, level + 1


def tile_at(size: int, level: int, index: int) -> Tile | None:
    """Return the tile as a tree of this size has it, with its width; nothing where it has none."""
    width = min((size >> TILE_HEIGHT * max(level, 0)) - index * TILE_WIDTH, TILE_WIDTH)
    return Tile(level, index, width) if width > 0 else None


def tile_of_node(node: Node) -> tuple[int, int]:
    """Return level and index of the tile in which a node stands, or below which it is computed."""
    level, height = divmod(node.level, TILE_HEIGHT)
    return level, node.number >> TILE_HEIGHT - height


def node_reader(size: int, read_tile: TileReader, *, most_tiles: int = 64) -> NodeReader:
    """Return a reader of the complete nodes of a tree of this size; it keeps the last ``most_tiles`` tiles."""

    @lru_cache(maxsize=most_tiles)
    def hashes_of(level: int, index: int) -> Sequence[bytes]:
        tile = tile_at(size, level, index)
        if tile is None:
            raise Malformed(f"a tree of {size} leaves has no tile {level}/{index}")
        return hashes_in(read_tile(tile), width=tile.width)

    def read(node: Node) -> bytes:
        level, index = tile_of_node(node)
        height = node.level - level * TILE_HEIGHT
        begin = (node.number << height) - index * TILE_WIDTH
        row = list(hashes_of(level, index)[begin : begin + (1 << height)])
        if len(row) != 1 << height:
            raise Malformed(f"a tree of {size} leaves has no complete subtree {node.level}/{node.number}")
        while len(row) > 1:
            row = paired(row)
        return row[0]

    return read


def hashes_in(content: bytes, *, width: int) -> list[bytes]:
    """Return the first ``width`` hashes of a tile; raise ``Malformed`` if it has fewer, or parts of one."""
    if len(content) < width * HASH_BYTES or len(content) % HASH_BYTES or len(content) > TILE_WIDTH * HASH_BYTES:
        raise Malformed("the tile does not have the width of its path")
    return [content[place : place + HASH_BYTES] for place in range(0, width * HASH_BYTES, HASH_BYTES)]


def grown_tiles(size: int, leaves: Sequence[bytes], read_tile: TileReader) -> Mapping[Tile, bytes]:
    """Return the tiles that are new when ``leaves`` join a tree of ``size``, full ones and the last one of each level.

    At most one tile of each level is read: the partial one that grows.
    """
    checked_size(size + len(leaves))
    grown: dict[Tile, bytes] = {}
    row, old, level = list(leaves), size, 0
    while row:
        index, width = divmod(old, TILE_WIDTH)
        if width:
            row = [*hashes_in(read_tile(Tile(level, index, width)), width=width), *row]
        parents: list[bytes] = []
        for place in range(0, len(row), TILE_WIDTH):
            part = row[place : place + TILE_WIDTH]
            grown[Tile(level, index + place // TILE_WIDTH, len(part))] = b"".join(part)
            if len(part) == TILE_WIDTH:
                parents.append(_tile_root(part))
        row, old, level = parents, index, level + 1
    return grown


def bundle(entries: Iterable[bytes]) -> bytes:
    """Return up to 256 entries as one bundle: each with its length before it, in two bytes, the larger first."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise Malformed(f"an entry has at most {LONGEST_ENTRY} bytes")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def entries_in(content: bytes, *, width: int) -> list[bytes]:
    """Return the first ``width`` entries of a bundle; raise ``Malformed`` if it is cut, or has fewer."""
    entries: list[bytes] = []
    place = 0
    while place < len(content):
        end = place + 2 + int.from_bytes(content[place : place + 2], "big")
        if place + 2 > len(content) or end > len(content) or len(entries) == TILE_WIDTH:
            raise Malformed("the bundle is cut, or holds too many entries")
        entries.append(content[place + 2 : end])
        place = end
    if len(entries) < width:
        raise Malformed("the bundle holds fewer entries than its width")
    return entries[:width]


def _tile_root(hashes: Sequence[bytes]) -> bytes:
    row = list(hashes)
    while len(row) > 1:
        row = paired(row)
    return row[0]


def _number_path(number: int) -> str:
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    return "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
