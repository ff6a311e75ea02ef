"""Consistency, vectors that others publish, and whole logs as files."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.proofs import (
    SIGNER,
    Log,
    small_log,
    write,
    write_tiled,
)
from support.verifier import PROVEN, PUBLISHED, REFUTED, UNCHECKED, ask, proven, refuted, saved, unchecked
from tokimori.foundation.transparency.checkpoints import Checkpoint, signed_checkpoint
from tokimori.foundation.transparency.notes import VerifierKey, encoded
from tokimori.foundation.transparency.tree import leaf_hash


@pytest.fixture(scope="module")
def log() -> Log:
    return small_log()


@pytest.fixture(scope="module")
def long_log() -> Log:
    return small_log(600)


# Consistency


def test_two_checkpoints_are_compared(long_log: Log, tmp_path: Path) -> None:
    tiles = write_tiled(long_log, tmp_path / "log", sizes=(0, 300))
    key = long_log.key.text()
    old, new = ("--old", tiles / "checkpoint.300"), ("--new", tiles / "checkpoint.600")
    proof = saved(tmp_path, "proof", "\n".join(encoded(part) for part in long_log.consistency(300, 600)))
    proven("consistency", *old, *new, "--vkey", key, "--proof", proof)
    proven("consistency", *old, *new, "--vkey", key, "--tiles", tiles)
    proven("consistency", *old, "--new", tiles / "checkpoint.300", "--vkey", key)
    unchecked("consistency", *old, *new, "--vkey", key)
    refuted(
        "consistency",
        "--old",
        tiles / "checkpoint.600",
        "--new",
        tiles / "checkpoint.300",
        "--vkey",
        key,
        "--proof",
        proof,
    )
    empty = ("--old", tiles / "checkpoint.0")
    refuted("consistency", *empty, *new, "--vkey", key, "--proof", saved(tmp_path, "none", ""))
    short = saved(tmp_path, "short", "\n".join(encoded(part) for part in long_log.consistency(300, 600)[:-1]))
    assert "needs" in refuted("consistency", *old, *new, "--vkey", key, "--proof", short)
    unchecked("consistency", *old, "--vkey", key)
    unchecked("consistency")


ROOT_1, ROOT_8 = leaf_hash(b""), "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="
PROOF_1_8 = ["lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
             "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ="]  # fmt: skip
EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        ({}, PROVEN),
        ({"root1": "V3JvbmdSb290"}, REFUTED),
        ({"root2": "V3JvbmdSb290"}, REFUTED),
        ({"proof": []}, REFUTED),
        ({"proof": None}, REFUTED),
        ({"proof": ["", *PROOF_1_8]}, REFUTED),
        ({"proof": [*PROOF_1_8, ""]}, REFUTED),
        ({"proof": [*PROOF_1_8, ROOT_8]}, REFUTED),
        ({"proof": PROOF_1_8[:-1]}, REFUTED),
        ({"proof": [ROOT_8] * 100_000}, REFUTED),
        ({"size1": 0}, REFUTED),
        ({"size1": 2}, REFUTED),
        ({"size2": 16}, REFUTED),
        ({"size2": 4}, REFUTED),
        ({"size1": 9}, REFUTED),
        ({"size1": 2**64 - 1}, REFUTED),
        ({"size1": 10**30}, REFUTED),
        ({"size1": -1}, REFUTED),
        ({"size1": "1"}, UNCHECKED),
        ({"size1": True}, UNCHECKED),
        ({"size1": 1.0}, REFUTED),
        ({"proof": "x"}, UNCHECKED),
        ({"proof": [1]}, UNCHECKED),
        ({"size1": 0, "size2": 0, "root1": EMPTY, "root2": EMPTY, "proof": []}, PROVEN),
        ({"size1": 0, "size2": 0, "root1": EMPTY, "root2": EMPTY, "proof": [EMPTY]}, REFUTED),
        ({"size1": 0, "size2": 1, "root1": EMPTY, "root2": EMPTY, "proof": [EMPTY]}, REFUTED),
        ({"size1": 0, "size2": 1, "root1": EMPTY, "root2": EMPTY, "proof": []}, REFUTED),
        ({"size1": 1, "size2": 1, "root1": "ZG9uJ3QgY2FyZSAy", "root2": "ZG9uJ3QgY2FyZSAy", "proof": []}, PROVEN),
        ({"size1": 1, "size2": 1, "root1": "ZG9uJ3QgY2FyZSAx", "root2": "ZG9uJ3QgY2FyZSAy", "proof": []}, REFUTED),
        ({"size1": 2, "size2": 1, "root1": "ZG9uJ3QgY2FyZSAx", "root2": "ZG9uJ3QgY2FyZSAy", "proof": []}, REFUTED),
    ],
)  # fmt: skip
def test_vectors_of_consistency_as_others_publish_them(tmp_path: Path, case: dict[str, Any], verdict: str) -> None:
    whole = {
        "size1": 1,
        "size2": 8,
        "root1": encoded(ROOT_1),
        "root2": ROOT_8,
        "proof": PROOF_1_8,
        "desc": "",
        "wantErr": False,
    }
    file = saved(tmp_path, "case.json", json.dumps({**whole, **case}))
    assert ask("consistency", file)[0] == verdict
    if "size1" not in case:
        unchecked("inclusion", file)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published proofs lie beside the repository, not in it")
def test_every_published_proof_comes_out_as_published() -> None:
    assert "98 of 98" in proven("vectors", PUBLISHED)
    for path in PUBLISHED.rglob("*.json"):
        verdict, said = ask("inclusion", path)
        assert verdict == (REFUTED if json.loads(path.read_text())["wantErr"] else PROVEN), (path, said)


def test_vectors_that_come_out_otherwise_are_named(tmp_path: Path) -> None:
    case = {"leafIdx": 0, "treeSize": 1, "root": EMPTY, "leafHash": EMPTY, "proof": None, "desc": "", "wantErr": True}
    assert "should be refused" in refuted("vectors", saved(tmp_path, "a.json", json.dumps(case)).parent)
    unchecked("vectors", tmp_path / "nothing")


# Tiled logs

# Checkpoint 3 of the test log of transparency-dev/tessera, whose entries are "one", "two", "three".
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
TESSERA_0 = """example.com/log/testdata
0
47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

— example.com/log/testdata M9e0lhxJACzE1KoUdqKuPa+9p6R7dSW8BlEvrg/noo8FkGg6PbJoRNOcdjqjOq89wVvTA60eubCc4oufo5BvIVEgtQc=
"""
TESSERA_3 = """example.com/log/testdata
3
Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=

— example.com/log/testdata M9e0lvAQRtH832pk2RTbeSeZMkp4FZSdJYFBUjO5SKxuRbywPUF3cx+HUrb50kjd3rUWW/fj53Wj1dwcwh9bGQnqVAg=
"""


def test_the_log_of_somebody_else_is_recomputed(tmp_path: Path) -> None:
    entries = [b"one", b"two", b"three"]
    folder = tmp_path / "log"
    write(folder / "tile/0/000.p/3", b"".join(leaf_hash(entry) for entry in entries))
    write(folder / "tile/entries/000.p/3", b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries))
    write(folder / "checkpoint.0", TESSERA_0.encode())
    write(folder / "checkpoint.3", TESSERA_3.encode())
    proven("log", folder, "--vkey", TESSERA_KEY)
    proven("checkpoint", folder / "checkpoint.3", "--vkey", TESSERA_KEY, "--tiles", folder)
    write(folder / "tile/entries/000.p/3", b"\0\3one\0\3twu\0\5three")
    assert "Entry 1" in refuted("log", folder, "--vkey", TESSERA_KEY)
    proven("log", folder, "--vkey", TESSERA_KEY, "--no-entries")
    write(folder / "tile/entries/000.p/3", b"\0\3one\0\3two\0\6three")
    refuted("log", folder, "--vkey", TESSERA_KEY)


def test_earlier_heads_need_no_tiles_of_their_own(long_log: Log, tmp_path: Path) -> None:
    """A log may delete a partial tile once a wider one took its place."""
    folder = write_tiled(long_log, tmp_path / "log", sizes=(1, 300))
    for path in (folder / "tile" / "0" / "000.p" / "1", folder / "tile" / "0" / "001.p" / "44"):
        path.unlink()
    (folder / "checkpoint").unlink()
    proven("log", folder, "--vkey", long_log.key.text())


def test_every_tile_and_every_checkpoint_of_a_log_is_looked_at(long_log: Log, tmp_path: Path) -> None:
    folder = write_tiled(long_log, tmp_path / "log", sizes=(1, 256, 300, 512))
    key = long_log.key.text()
    several = [part for size in (1, 256, 300, 512, 600) for part in ("--checkpoint", folder / f"checkpoint.{size}")]
    proven("log", folder, "--vkey", key)
    proven("log", folder, "--vkey", key, *several)
    for name in ("tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/001"):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        refuted("log", folder, "--vkey", key)
        (folder / name).write_bytes(content[:-32])
        refuted("log", folder, "--vkey", key)
        (folder / name).unlink()
        unchecked("log", folder, "--vkey", key)
        (folder / name).write_bytes(content)
    write(folder / "checkpoint.300", str(small_log(300).head()).encode())
    proven("log", folder, "--vkey", key, *several)
    unchecked("log", folder, "--vkey", key, "--most-entries", "10")
    unchecked("log", tmp_path / "absent", "--vkey", key)


def test_a_huge_size_costs_nothing(tmp_path: Path) -> None:
    head = signed_checkpoint(Checkpoint(origin="log.test/x/1", size=2**63 - 1, root=bytes(32)), signer=SIGNER)
    folder = tmp_path / "log"
    write(folder / "checkpoint", str(head).encode())
    key = VerifierKey(name="log.test/x/1", public=SIGNER.public()).text()
    unchecked("log", folder, "--vkey", key)
    unchecked("checkpoint", folder / "checkpoint", "--vkey", key, "--tiles", folder)


def test_addresses_are_https_or_this_machine(log: Log) -> None:
    assert "only https" in unchecked("checkpoint", "http://example.test/checkpoint", "--vkey", log.key.text())
    unchecked("checkpoint", "http://127.0.0.1:1/checkpoint", "--vkey", log.key.text())
