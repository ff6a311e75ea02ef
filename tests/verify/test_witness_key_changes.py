"""A witness follows a change of the log's key by itself: only one that the old key signed, and the log announced."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tokimori_witness
from tokimori_witness import Kept, Refuted, Unchecked, Witness, checked_change, read_key, read_logs, write_key

from support.proofs import NEXT_SIGNER, RECEIPTS, SIGNER, Log, small_log
from tokimori.foundation.transparency.continuity import KEY_CHANGED, key_change_details
from tokimori.foundation.transparency.notes import Signer


def changed_log(*, kind: str = KEY_CHANGED, new: Signer = NEXT_SIGNER, old: Signer = SIGNER) -> tuple[Log, bytes]:
    """A log that announces a change of its key, and the line that shows it, under the first checkpoint over it."""
    log = small_log(5)
    log.add(kind, **key_change_details(name=log.origin, old=old, new=new))
    line = {"proof": log.proof(5).decode(), **log.opening(5)}
    return log, json.dumps(line).encode()


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    write_key("witness.test/w1", tmp_path / "key")
    kept = Kept(tmp_path / "state.json")
    yield Witness(tokimori_witness.read_own_key(tmp_path / "key"), kept, read_logs([small_log(1).key.text()]))
    kept.close()


def asked(log: Log, old: int, size: int) -> bytes:
    proof = log.consistency(old, size) if 0 < old < size else ()
    lines = "".join(f"{tokimori_witness.encoded(part)}\n" for part in proof)
    return f"old {old}\n{lines}\n{log.head(size)}".encode()


def by_the_next_key(log: Log) -> Log:
    return Log(log=log.log, entries=[*log.entries, b"later"], openings=[*log.openings, None], signer=NEXT_SIGNER)


def test_it_signs_under_the_next_key_once_the_log_announced_it(witness: Witness, capsys: Any) -> None:
    log, line = changed_log()
    later = by_the_next_key(log)
    assert witness.answer(asked(log, 0, 6), 1).status == 200
    assert witness.answer(asked(later, 6, 7), 2).status == 403

    witness.read_changes = lambda: line + b"\n"

    assert witness.answer(asked(later, 6, 7), 3).status == 200
    assert "the key was changed; both keys signed" in capsys.readouterr().err
    assert witness.kept.head(log.origin).size == 7  # type: ignore[union-attr]


def test_it_follows_one_change_after_the_other(witness: Witness) -> None:
    log, first = changed_log()
    log.signer = NEXT_SIGNER
    log.add(KEY_CHANGED, **key_change_details(name=log.origin, old=NEXT_SIGNER, new=RECEIPTS))
    second = json.dumps({"proof": log.proof(6).decode(), **log.opening(6)}).encode()
    witness.read_changes = lambda: first + b"\n" + second + b"\n"
    newest = Log(log=log.log, entries=log.entries, openings=log.openings, signer=RECEIPTS)

    assert witness.answer(asked(newest, 0, 7), 100).status == 200


def test_it_looks_for_changes_at_most_once_a_minute(witness: Witness) -> None:
    looked: list[int] = []
    witness.read_changes = lambda: bytes(looked.append(1) or 0)
    later = by_the_next_key(changed_log()[0])
    for second in (100, 101, 159, 160, 170):
        assert witness.answer(asked(later, 0, 7), second).status == 403
    assert len(looked) == 2


def tampered() -> dict[str, bytes]:
    _, line = changed_log()
    says = json.loads(line)
    unsigned = {**key_change_details(name=small_log(1).origin, old=SIGNER, new=NEXT_SIGNER)}
    unsigned["old_signature"] = unsigned["new_signature"]
    log = small_log(5)
    log.add(KEY_CHANGED, **unsigned)
    other = small_log(5)
    other.signer = NEXT_SIGNER
    other.add(KEY_CHANGED, **key_change_details(name=other.origin, old=SIGNER, new=NEXT_SIGNER))
    payload = {**says["payload"], "details": {**says["payload"]["details"], "extra": "x"}}
    return {
        "signed by the new key alone": json.dumps({"proof": log.proof(5).decode(), **log.opening(5)}).encode(),
        "announced under the new key's own checkpoint": json.dumps(
            {"proof": other.proof(5).decode(), **other.opening(5)}
        ).encode(),
        "another kind of leaf": changed_log(kind="log:signing-key")[1],
        "another payload": json.dumps({**says, "payload": payload}).encode(),
        "another place": line.replace(b"index 5", b"index 4"),
        "a proof without its entry": json.dumps(
            {**says, "proof": small_log(5).proof(4, extra=False).decode()}
        ).encode(),
        "no proof": json.dumps({**says, "proof": "x"}).encode(),
        "no JSON": b"{",
        "nothing": b"{}",
    }


@pytest.mark.parametrize("name", tampered())
def test_no_other_key_is_followed(witness: Witness, name: str) -> None:
    line = tampered()[name]
    with pytest.raises((Refuted, Unchecked)):
        checked_change(line)
    witness.read_changes = lambda: line
    later = by_the_next_key(changed_log()[0])
    assert witness.answer(asked(later, 0, 7), 100).status == 403


def test_a_change_from_a_key_that_is_not_known_here_opens_nothing(witness: Witness) -> None:
    log = Log(signer=RECEIPTS)
    log.add(KEY_CHANGED, **key_change_details(name=log.origin, old=RECEIPTS, new=NEXT_SIGNER))
    line = json.dumps({"proof": log.proof(0).decode(), **log.opening(0)}).encode()
    old, new = checked_change(line)
    assert (old.public, new.public) == (RECEIPTS.public(), NEXT_SIGNER.public())
    assert not witness.follow(line)
    assert [key.public for key in witness.logs[log.origin]] == [read_key(small_log(1).key.text()).public]
