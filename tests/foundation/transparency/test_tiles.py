"""Tiles are where C2SP tlog-tiles says, hold what it says, and are enough for every proof."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.foundation.transparency.faults import Malformed
from tokimori.foundation.transparency.proofs import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from tokimori.foundation.transparency.tiles import (
    ENTRIES,
    Tile,
    bundle,
    entries_in,
    grown_tiles,
    hashes_in,
    node_reader,
    read_path,
    tile_at,
    tiles_of,
)
from tokimori.foundation.transparency.tree import Node, leaf_hash, root_of, root_of_leaves

LARGE = 70_000
LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(LARGE)]


@pytest.fixture(scope="module")
def large() -> dict[Tile, bytes]:
    return dict(grown_tiles(0, LEAVES, {}.__getitem__))


def test_a_tree_of_70000_leaves_has_the_tiles_of_the_specification(large: dict[Tile, bytes]) -> None:
    assert set(tiles_of(LARGE)) == set(large)
    assert [Tile(0, 272), Tile(0, 273, 112)] == [tile for tile in tiles_of(LARGE) if tile.level == 0][-2:]
    assert [tile for tile in tiles_of(LARGE) if tile.level > 0] == [Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert not list(tiles_of(0))


def test_proofs_from_tiles_verify(large: dict[Tile, bytes]) -> None:
    read = node_reader(LARGE, large.__getitem__)
    root = root_of_leaves(LEAVES)

    assert root_of(LARGE, read) == root
    for index in (0, 255, 256, 65_535, 65_536, LARGE - 1):
        proof = inclusion_proof(index=index, size=LARGE, read=read)
        verify_inclusion(index=index, size=LARGE, leaf=LEAVES[index], proof=proof, root=root)
    for old_size in (1, 256, 65_536, 69_999):
        verify_consistency(
            old_size=old_size,
            size=LARGE,
            old_root=root_of_leaves(LEAVES[:old_size]),
            root=root,
            proof=consistency_proof(old_size=old_size, size=LARGE, read=read),
        )


@given(st.lists(st.integers(0, 700), max_size=8))
def test_tiles_that_grow_in_steps_are_those_of_the_whole(steps: list[int]) -> None:
    tiles: dict[Tile, bytes] = {}
    size = 0
    for step in steps:
        tiles |= grown_tiles(size, LEAVES[size : size + step], tiles.__getitem__)
        size += step
        assert all(tile in tiles for tile in tiles_of(size))
    whole = grown_tiles(0, LEAVES[:size], {}.__getitem__)
    assert {tile: tiles[tile] for tile in tiles_of(size)} == dict(whole)


def every_slice(text: str) -> Iterator[str]:
    return (text[:begin] + text[end:] for begin in range(len(text)) for end in range(begin + 1, len(text) + 1))


def test_paths_are_spelled_in_one_way() -> None:
    assert Tile(1, 1_234_067).path() == "tile/1/x001/x234/067"
    assert Tile(0, 273, 112).path() == "tile/0/273.p/112"
    assert Tile(ENTRIES, 5, 1).path() == "tile/entries/005.p/1"
    for tile in (Tile(0, 0), Tile(7, 999, 255), Tile(ENTRIES, 1_000)):
        assert read_path(tile.path()) == tile
    for path in (
        "", "tile/0/0", "tile/0/0000", "tile/00/000", "tile/8/000", "tile/64/000", "tile/0/000.p/0", "tile/0/000.p/256",
        "tile/0/000.p/01", "tile/0/x000/000", "tile/0/001/000", "tile/0/000/", "/tile/0/000", "tile/-1/000",
        "tile/0/\u0660\u0660\u0660", "tile/0/000\n", "tile/entries/x00/000", f"tile/0/{'x999/' * 40}999",
    ):  # fmt: skip
        with pytest.raises(Malformed):
            read_path(path)


def test_whatever_is_left_of_a_path_is_another_tile_or_none() -> None:
    path = Tile(1, 1_234_067, 17).path()
    for part in every_slice(path):
        try:
            assert read_path(part).path() == part
        except Malformed:
            continue


@given(st.text(max_size=40))
def test_no_text_makes_the_reader_of_paths_stumble(text: str) -> None:
    try:
        read_path(text)
    except Malformed:
        return
    assert text.startswith("tile/")


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundles_give_back_what_was_put_in(entries: list[bytes]) -> None:
    assert entries_in(bundle(entries), width=len(entries)) == entries


@given(st.binary(max_size=400), st.integers(0, 256))
def test_no_bytes_make_the_reader_of_bundles_stumble(content: bytes, width: int) -> None:
    try:
        entries = entries_in(content, width=width)
    except Malformed:
        return
    assert content.startswith(bundle(entries))


def test_tiles_and_bundles_of_another_width_are_refused() -> None:
    assert hashes_in(bytes(64), width=1) == [bytes(32)]
    for content, width in ((bytes(31), 0), (bytes(64), 3), (bytes(32 * 257), 256)):
        with pytest.raises(Malformed):
            hashes_in(content, width=width)
    with pytest.raises(Malformed):
        entries_in(bundle([b""] * 256) + b"\0\0", width=1)
    with pytest.raises(Malformed):
        bundle([bytes(65_536)])
    assert tile_at(70_000, 0, 273) == Tile(0, 273, 112)
    assert tile_at(70_000, ENTRIES, 273) == Tile(ENTRIES, 273, 112)
    assert tile_at(70_000, 0, 274) is None
    with pytest.raises(Malformed):
        node_reader(10, lambda _: bytes(320))(Node(8, 0))
