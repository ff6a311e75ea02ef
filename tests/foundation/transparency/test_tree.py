"""Trees have the roots that RFC 6962 gives them, however they grow."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.foundation.transparency.faults import Malformed
from tokimori.foundation.transparency.tree import (
    EMPTY_ROOT,
    MOST_LEAVES,
    Frontier,
    Node,
    checked_size,
    complete_nodes,
    leaf_hash,
    node_hash,
    root_of,
    root_of_leaves,
)

# The inputs and roots by which implementations of RFC 6962 are compared.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def plain_root(hashes: list[bytes]) -> bytes:
    """Return the root as the RFC defines it, word by word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return sha256(b"\x01" + plain_root(hashes[:split]) + plain_root(hashes[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_published_roots_come_out(size: int) -> None:
    hashes = [leaf_hash(entry) for entry in ENTRIES[:size]]

    one_by_one = Frontier()
    for value in hashes:
        one_by_one = one_by_one.appended(value)

    assert one_by_one.root().hex() == ROOTS[size]
    assert root_of_leaves(hashes).hex() == ROOTS[size]


@given(before=st.integers(0, 600), after=st.integers(0, 600))
def test_growing_at_once_and_one_by_one_lead_to_the_same_tree(before: int, after: int) -> None:
    hashes = leaves(before + after)
    grown = Frontier().extended(hashes[:before]).extended(hashes[before:])

    single = Frontier().extended(hashes[:before])
    for value in hashes[before:]:
        single = single.appended(value)

    assert grown == single
    assert grown.root() == plain_root(hashes)


@given(st.integers(0, 300))
def test_the_root_follows_from_complete_nodes(size: int) -> None:
    hashes = leaves(size)

    def read(node: Node) -> bytes:
        return plain_root(hashes[node.number << node.level : (node.number + 1) << node.level])

    assert root_of(size, read) == plain_root(hashes)
    assert Frontier(size=size, hashes=tuple(read(node) for node in complete_nodes(0, size))).root() == plain_root(
        hashes
    )


@given(begin=st.integers(0, 2**40), count=st.integers(0, 2**40))
def test_complete_nodes_span_exactly_what_they_should(begin: int, count: int) -> None:
    at = begin
    for node in complete_nodes(begin, begin + count):
        assert node.number << node.level == at
        at = (node.number + 1) << node.level
    assert at == begin + count


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = leaves(2)
    assert leaf_hash(left + right) != node_hash(left, right)
    assert EMPTY_ROOT.hex() == ROOTS[0]


def test_what_is_no_frontier_is_refused() -> None:
    with pytest.raises(Malformed):
        Frontier(size=3, hashes=(bytes(32),))
    with pytest.raises(Malformed):
        Frontier(size=1, hashes=(bytes(31),))
    with pytest.raises(Malformed):
        Frontier().appended(b"short")
    with pytest.raises(Malformed):
        Frontier().extended([bytes(33)])
    for size in (-1, MOST_LEAVES + 1):
        with pytest.raises(Malformed):
            checked_size(size)
