"""The signer signs what continues what it signed, and nothing else; it remembers before it answers."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.foundation.signing.door import SignerClient, SignerDoor, answer
from tokimori.foundation.signing.signer import CheckpointSigner, SignatureRefused, Wanted
from tokimori.foundation.signing.state import StateFile, StateUnreadable
from tokimori.foundation.transparency.checkpoints import read_checkpoint
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey
from tokimori.foundation.transparency.proofs import consistency_proof
from tokimori.foundation.transparency.tree import Frontier, Node, leaf_hash, root_of_leaves

BASE = "localhost/tokimori"
LOG = "0" * 32
LEAVES = [leaf_hash(str(number).encode()) for number in range(40)]


def read(node: Node) -> bytes:
    return root_of_leaves(LEAVES[node.number << node.level : (node.number + 1) << node.level])


def wanted(size: int, *, after: int = 0, epoch: int = 1, **changed: Any) -> Wanted:
    proof = consistency_proof(old_size=after, size=size, read=read) if 0 < after < size else ()
    root = Frontier().extended(LEAVES[:size]).root()
    return Wanted(**{"log": LOG, "epoch": epoch, "size": size, "root": root, "proof": proof, **changed})


@pytest.fixture
def signer(tmp_path: Path) -> CheckpointSigner:
    return CheckpointSigner(base=BASE, key=KeySigner(bytes(32)), state=StateFile(tmp_path / "state.json"))


def test_a_log_that_grows_is_signed_each_time_under_its_own_name(signer: CheckpointSigner) -> None:
    (first,) = signer.sign([wanted(5)])
    (second,) = signer.sign([wanted(12, after=5)])

    key = VerifierKey(name=f"{BASE}/{LOG}/1", public=signer.public())
    sizes = [read_checkpoint(str(note).encode(), keys=[key]).checkpoint.size for note in (first, second)]
    assert sizes == [5, 12]


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (wanted(4), "went back"),
        (wanted(5, root=leaf_hash(b"another")), "different roots"),
        (wanted(12), "empty"),
        (wanted(12, after=6), ""),
        (wanted(12, after=5, root=leaf_hash(b"another")), "newer root"),
        (wanted(0), "empty log"),
        (wanted(12, after=5, epoch=2), "epoch 1"),
    ],
)
def test_what_contradicts_the_last_signature_is_refused(signer: CheckpointSigner, second: Wanted, why: str) -> None:
    signer.sign([wanted(5)])

    (refused,) = signer.sign([second])
    assert isinstance(refused, SignatureRefused)
    assert why in str(refused)
    kept = signer.last(LOG)
    assert kept is not None
    assert kept.size == 5


def test_the_same_again_is_the_same_note(signer: CheckpointSigner) -> None:
    assert signer.sign([wanted(5)]) == signer.sign([wanted(5)])


def test_a_signer_that_was_started_anew_remembers(tmp_path: Path) -> None:
    for size in (5, 3):
        signer = CheckpointSigner(base=BASE, key=KeySigner(bytes(32)), state=StateFile(tmp_path / "state.json"))
        (said,) = signer.sign([wanted(size)])

    assert isinstance(said, SignatureRefused)
    assert stat.S_IMODE((tmp_path / "state.json").stat().st_mode) == 0o600


def test_what_cannot_be_kept_is_not_handed_out(
    signer: CheckpointSigner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        signer.sign([wanted(5)])
    assert signer.last(LOG) is None


@pytest.mark.parametrize("content", ["", "{}", '{"version": 2, "logs": {}}', '{"version": 1, "logs": {"a": 1}}', "[]"])
def test_a_state_that_cannot_be_read_stops_the_signer(tmp_path: Path, content: str) -> None:
    (tmp_path / "state.json").write_text(content)

    with pytest.raises(StateUnreadable):
        StateFile(tmp_path / "state.json")


def test_after_a_restore_a_log_is_signed_again_only_in_a_new_epoch(signer: CheckpointSigner) -> None:
    signer.sign([wanted(12)])
    with pytest.raises(SignatureRefused):
        signer.open_epoch(log=LOG, epoch=3)
    before = signer.open_epoch(log=LOG, epoch=2)
    old, new = signer.sign([wanted(13, after=12)]) + signer.sign([wanted(2, epoch=2)])

    assert before.size == 12
    assert f"{BASE}/{LOG}/1\n12\n" in before.note
    assert isinstance(old, SignatureRefused)
    assert str(new).startswith(f"{BASE}/{LOG}/2\n2\n")


def test_a_log_that_nobody_knows_does_not_begin_in_a_later_epoch(signer: CheckpointSigner) -> None:
    (refused,) = signer.sign([wanted(5, epoch=2)])

    assert isinstance(refused, SignatureRefused)


@given(line=st.one_of(st.binary(max_size=200), st.recursive(
    st.none() | st.integers() | st.text(max_size=9) | st.sampled_from(["sign", "state", "open_epoch", LOG]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["act", "checkpoints", "logs", "log", "epoch", "size", "root", "proof"]), inner, max_size=6),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode())))  # fmt: skip
def test_whatever_is_asked_gets_an_answer_and_no_signature(line: bytes) -> None:
    class Nothing(StateFile):
        def __init__(self) -> None:
            self._states = {}

    signer = CheckpointSigner(base=BASE, key=KeySigner(bytes(32)), state=Nothing())

    assert "note" not in json.dumps(answer(signer, line))


def test_the_door_is_for_its_user_alone(tmp_path: Path, signer: CheckpointSigner) -> None:
    with SignerDoor(tmp_path / "door", signer):
        assert stat.S_IMODE((tmp_path / "door").stat().st_mode) == 0o600
        assert SignerClient(path=tmp_path / "door").path.is_socket()
