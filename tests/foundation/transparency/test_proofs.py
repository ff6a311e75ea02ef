"""Proofs hold where they should and nowhere else."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.foundation.transparency.faults import Malformed, Unproven
from tokimori.foundation.transparency.proofs import (
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from tokimori.foundation.transparency.tree import Frontier, Node, leaf_hash, root_of_leaves

BESIDE = [folder / "shared" / "vectors" / "merkle" for folder in Path(__file__).resolve().parents[4:]]
PUBLISHED = next((folder for folder in BESIDE if folder.exists()), BESIDE[0])
PUBLISHED_COUNT = 98

LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(300)]


def read(node: Node) -> bytes:
    (root,) = Frontier().extended(LEAVES[node.number << node.level : (node.number + 1) << node.level]).hashes
    return root


def root(size: int) -> bytes:
    return root_of_leaves(LEAVES[:size])


def published() -> list[Path]:
    return sorted(PUBLISHED.glob("inclusion/**/*.json"))


def decode(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def holds(verify: Callable[..., None], **facts: Any) -> bool:
    try:
        verify(**facts)
    except Unproven:
        return False
    return True


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published proofs lie beside the repository, not in it")
def test_every_published_inclusion_proof_is_judged_as_published() -> None:
    assert len(published()) == PUBLISHED_COUNT
    for path in published():
        case = json.loads(path.read_text(encoding="utf-8"))
        answer = holds(
            verify_inclusion,
            index=case["leafIdx"],
            size=case["treeSize"],
            leaf=decode(case["leafHash"]),
            proof=[decode(part) for part in case["proof"] or ()],
            root=decode(case["root"]),
        )
        assert answer is not case["wantErr"], path


@given(st.data())
def test_an_inclusion_proof_holds_for_its_leaf_alone(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index=index, size=size, read=read)
    verify_inclusion(index=index, size=size, leaf=LEAVES[index], proof=proof, root=root(size))

    other = data.draw(st.integers(0, size - 1).filter(lambda value: value != index)) if size > 1 else size
    other_size = data.draw(st.integers(1, 2 * size).filter(lambda value: value != size))
    wrong: list[dict[str, Any]] = [
        {"index": other},
        {"leaf": leaf_hash(b"another")},
        {"root": root(size - 1)},
        {"proof": (*proof, LEAVES[0])},
        {"proof": (LEAVES[0], *proof)},
        *([{"proof": proof[:-1]}, {"proof": proof[1:]}] if proof else []),
    ]
    right = {"index": index, "size": size, "leaf": LEAVES[index], "proof": proof, "root": root(size)}
    for change in wrong:
        assert not holds(verify_inclusion, **{**right, **change}), change
    assert not holds(verify_inclusion, **{**right, "size": other_size}) or index < other_size


@given(st.data())
def test_a_consistency_proof_holds_for_its_trees_alone(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(LEAVES)))
    old_size = data.draw(st.integers(1, size))
    proof = consistency_proof(old_size=old_size, size=size, read=read)
    right = {"old_size": old_size, "size": size, "old_root": root(old_size), "root": root(size), "proof": proof}
    verify_consistency(**right)

    wrong: list[dict[str, Any]] = [
        {"old_size": 0},
        {"old_root": leaf_hash(b"another")},
        {"root": leaf_hash(b"another")},
        {"proof": (*proof, LEAVES[0])},
        {"proof": (LEAVES[0], *proof)},
        {"size": old_size - 1},
        *([{"proof": proof[:-1]}, {"proof": proof[1:]}, {"proof": ()}] if proof else []),
    ]
    for change in wrong:
        assert not holds(verify_consistency, **{**right, **change}), change


@given(st.data())
def test_one_bit_is_enough_to_spoil_a_proof(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, len(LEAVES)))
    old_size = data.draw(st.integers(1, size - 1))
    proof = list(consistency_proof(old_size=old_size, size=size, read=read))
    place = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    proof[place] = (int.from_bytes(proof[place], "big") ^ 1 << bit).to_bytes(32, "big")
    assert not holds(
        verify_consistency, old_size=old_size, size=size, old_root=root(old_size), root=root(size), proof=proof
    )


def test_nothing_is_proven_from_an_empty_tree() -> None:
    with pytest.raises(Malformed):
        consistency_proof(old_size=0, size=3, read=read)
    assert not holds(verify_consistency, old_size=0, size=3, old_root=root(0), root=root(3), proof=())
    assert not holds(verify_consistency, old_size=0, size=0, old_root=root(0), root=root(0), proof=())


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (2**64 - 1, 8), (0, 2**63)])
def test_a_leaf_beyond_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(Malformed):
        inclusion_proof(index=index, size=size, read=read)
    assert not holds(verify_inclusion, index=index, size=size, leaf=LEAVES[0], proof=(), root=LEAVES[0])
