"""The Merkle tree of RFC 6962, section 2.1, with SHA-256: hashes, the frontier that grows, roots.

A tree is never held whole. Its frontier, the roots of its largest complete subtrees from left to right, one for each bit
set in its size, is enough to append and to know the root; whoever asks for a proof names a reader of complete nodes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple

from tokimori.foundation.transparency.faults import Malformed

HASH_BYTES: Final = 32
MOST_LEAVES: Final = 2**63 - 1
"""The largest size of a log; a path is then never longer than 63 hashes."""
EMPTY_ROOT: Final = sha256(b"").digest()


class Node(NamedTuple):
    """A complete subtree: its height above the leaves, and how many of the same height lie left of it."""

    level: int
    number: int


NodeReader = Callable[[Node], bytes]
"""Returns the hash of a complete subtree, of 32 bytes."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a log entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node from those of its children."""
    return sha256(b"\x01" + left + right).digest()


def checked_hash(value: bytes) -> bytes:
    """Return a hash of exactly 32 bytes, or raise ``Malformed``."""
    if len(value) != HASH_BYTES:
        raise Malformed(f"a hash has {HASH_BYTES} bytes, not {len(value)}")
    return value


def checked_size(size: int) -> int:
    """Return a size of 0 … ``MOST_LEAVES``, or raise ``Malformed``."""
    if not 0 <= size <= MOST_LEAVES:
        raise Malformed(f"no tree has {size} leaves")
    return size


def complete_nodes(begin: int, end: int) -> Iterator[Node]:
    """Yield the largest complete subtrees that together span the leaves ``begin`` … ``end``, from left to right."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        yield Node(level, begin >> level)
        begin += 1 << level


def folded(hashes: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees of falling height; ``hashes`` holds at least one."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root_of(size: int, read: NodeReader) -> bytes:
    """Return the root of the first ``size`` leaves from its complete nodes."""
    if checked_size(size) == 0:
        return EMPTY_ROOT
    return folded([read(node) for node in complete_nodes(0, size)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """The right edge of a tree: its size, and the roots of its complete subtrees from left to right."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if checked_size(self.size).bit_count() != len(self.hashes):
            raise Malformed(f"a tree of {self.size} leaves has {self.size.bit_count()} complete subtrees")
        for value in self.hashes:
            checked_hash(value)

    def root(self) -> bytes:
        """Return the root hash; that of an empty tree is the hash of nothing."""
        return folded(self.hashes) if self.hashes else EMPTY_ROOT

    def nodes(self) -> tuple[Node, ...]:
        """Return which subtrees the hashes belong to, in the same order."""
        return tuple(complete_nodes(0, self.size))

    def appended(self, leaf: bytes) -> "Frontier":
        """Return the frontier with one more leaf hash: as many hashings as the size has set bits at its end."""
        hashes, size = list(self.hashes), self.size
        value = checked_hash(leaf)
        while size & 1:
            value = node_hash(hashes.pop(), value)
            size >>= 1
        return Frontier(size=self.size + 1, hashes=(*hashes, value))

    def extended(self, leaves: Iterable[bytes]) -> "Frontier":
        """Return the frontier with many more leaf hashes; about one hashing for each, level by level."""
        row = [checked_hash(leaf) for leaf in leaves]
        size = checked_size(self.size + len(row))
        pending = list(self.hashes)
        edge: list[bytes] = []
        level = 0
        while row or pending:
            if self.size >> level & 1:
                row.insert(0, pending.pop())
            if len(row) & 1:
                edge.append(row.pop())
            row = paired(row)
            level += 1
        return Frontier(size=size, hashes=tuple(reversed(edge)))


def paired(row: Sequence[bytes]) -> list[bytes]:
    """Return the parents of an even row of hashes."""
    hashed = sha256
    pairs = iter(row)
    return [hashed(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]


def root_of_leaves(leaves: Iterable[bytes]) -> bytes:
    """Return the root over all these leaf hashes."""
    return Frontier().extended(leaves).root()
