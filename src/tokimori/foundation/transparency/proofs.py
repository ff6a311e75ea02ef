"""Proofs of inclusion and consistency (RFC 6962, 2.1.1 and 2.1.2), made and verified (as RFC 9162, 2.1.3.2 and 2.1.4.2).

A proof of ours and of others is valid only if it has exactly the hashes that it needs. Nothing follows from an empty tree:
a proof of consistency begins with a tree of one leaf or more.
"""

from collections.abc import Sequence

from tokimori.foundation.transparency.faults import Malformed, Refuted
from tokimori.foundation.transparency.tree import (
    NodeReader,
    checked_hash,
    checked_size,
    complete_nodes,
    folded,
    node_hash,
)

Proof = tuple[bytes, ...]


def inclusion_proof(*, index: int, size: int, read: NodeReader) -> Proof:
    """Return the path from a leaf to the root of the first ``size`` leaves, the leaf's sibling first."""
    if not 0 <= index < checked_size(size):
        raise Malformed(f"a tree of {size} leaves has no leaf {index}")
    return tuple(_subtree(begin, end, read) for begin, end in _siblings(index, size))


def consistency_proof(*, old_size: int, size: int, read: NodeReader) -> Proof:
    """Return the proof that the first ``old_size`` leaves are a beginning of the first ``size``; 0 < old size ≤ size."""
    if not 0 < old_size <= checked_size(size):
        raise Malformed(f"a tree of {size} leaves does not grow from {old_size}")
    begin, end, is_known = 0, size, True
    spans: list[tuple[int, int]] = []
    while old_size != end:
        middle = begin + _split(end - begin)
        if old_size <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin, is_known = middle, False
    if not is_known:
        spans.append((begin, end))
    return tuple(_subtree(first, last, read) for first, last in reversed(spans))


def verify_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Return if the leaf hash stands at ``index`` in the tree of this size and root; raise ``Unproven`` otherwise."""
    if not 0 <= index < checked_size(size):
        raise Refuted(f"a tree of {size} leaves has no leaf {index}")
    checked_hash(root)
    value, place, last = checked_hash(leaf), index, size - 1
    for hashed in proof:
        if last == 0:
            raise Refuted("the proof is longer than the path to the root")
        if place & 1 or place == last:
            value = node_hash(checked_hash(hashed), value)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            value = node_hash(value, checked_hash(hashed))
        place, last = place >> 1, last >> 1
    if last:
        raise Refuted("the proof is shorter than the path to the root")
    if value != root:
        raise Refuted("the path does not lead to this root")


def verify_consistency(*, old_size: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Return if the older tree is a beginning of the newer one; raise ``Unproven`` otherwise."""
    checked_hash(old_root), checked_hash(root)
    if not 0 < old_size <= checked_size(size):
        raise Refuted(f"nothing proves that {size} leaves grew from {old_size}")
    if old_size == size:
        if proof:
            raise Refuted("trees of one size need no proof, and there is one")
        if old_root != root:
            raise Refuted("two trees of one size have different roots")
        return
    if not proof:
        raise Refuted("the proof is empty")
    _walk_consistency(old_size, size, old_root, root, proof)


def _walk_consistency(old_size: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    path = [checked_hash(hashed) for hashed in proof]
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = path[0]
    for hashed in path[1:]:
        if last == 0:
            raise Refuted("the proof is longer than it needs to be")
        if place & 1 or place == last:
            older, newer = node_hash(hashed, older), node_hash(hashed, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, hashed)
        place, last = place >> 1, last >> 1
    if last:
        raise Refuted("the proof is shorter than it needs to be")
    if older != old_root:
        raise Refuted("the proof does not lead to the older root")
    if newer != root:
        raise Refuted("the proof does not lead to the newer root")


def _siblings(index: int, size: int) -> list[tuple[int, int]]:
    """Return the spans beside the way from the root to a leaf, the lowest first."""
    begin, end = 0, size
    spans: list[tuple[int, int]] = []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    return spans[::-1]


def _split(count: int) -> int:
    """Return the largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


def _subtree(begin: int, end: int, read: NodeReader) -> bytes:
    return folded([read(node) for node in complete_nodes(begin, end)])
