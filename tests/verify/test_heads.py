"""Checkpoints, what was kept of them, and proofs of single entries: proven, refuted or cannot be checked."""

import json
from pathlib import Path

import pytest
import tokimori_verify

from support.proofs import (
    NEXT_SIGNER,
    RECEIPTS,
    SIGNER,
    WITNESS_KEY,
    Log,
    small_log,
    write_tiled,
)
from support.verifier import PROVEN, REFUTED, UNCHECKED, ask, proven, refuted, saved, unchecked
from tokimori.foundation.canonical import digest
from tokimori.foundation.transparency.notes import Note, VerifierKey, encoded, signed_line
from tokimori.foundation.transparency.tree import leaf_hash


@pytest.fixture(scope="module")
def log() -> Log:
    return small_log()


@pytest.fixture(scope="module")
def long_log() -> Log:
    return small_log(600)


# Checkpoints


def test_a_checkpoint_is_proven_with_the_key_of_its_log_alone(log: Log, tmp_path: Path) -> None:
    file = saved(tmp_path, "checkpoint", log.head())
    proven("checkpoint", file, "--vkey", log.key.text())
    proven("checkpoint", file, "--vkey", log.key.text(), "--origin", log.origin)
    assert "No verifier key" in unchecked("checkpoint", file)
    assert "None of the keys" in unchecked("checkpoint", file, "--vkey", log.key.renamed("log.test/other/1").text())
    stranger = VerifierKey(name=log.origin, public=NEXT_SIGNER.public())
    unchecked("checkpoint", file, "--vkey", stranger.text())
    refuted("checkpoint", file, "--vkey", log.key.text(), "--origin", "log.test/other/1")


def test_what_is_no_checkpoint_is_told_why(log: Log, tmp_path: Path) -> None:
    note = str(log.head())
    key = log.key.text()
    for content, verdict in (
        (note[:-1], UNCHECKED), (note[: len(note) // 2], UNCHECKED), ("", UNCHECKED),
        (note.replace("\n10\n", "\n11\n"), REFUTED),
        (note + "x", UNCHECKED), (note.replace("log.test", "log.tesu", 1), REFUTED), ("\x00" + note, UNCHECKED),
    ):  # fmt: skip
        assert ask("checkpoint", saved(tmp_path, "checkpoint", content), "--vkey", key)[0] == verdict, content
    unchecked("checkpoint", tmp_path / "absent", "--vkey", key)
    unchecked("checkpoint", saved(tmp_path, "checkpoint", note), "--vkey", key[:-1])
    unchecked("checkpoint", saved(tmp_path, "checkpoint", note), "--vkey", "x")
    unchecked("checkpoint")
    unchecked("nonsense")
    unchecked()


@pytest.mark.parametrize("size", ["010", "+10", " 10", "10 ", "٣", "-1", str(2**63), "9" * 5000])
def test_a_size_has_one_spelling_even_when_it_is_signed(size: str, tmp_path: Path) -> None:
    text = f"log.test/x/1\n{size}\n{encoded(bytes(32))}\n"
    note = Note(text=text, signatures=(signed_line(text, name="log.test/x/1", signer=SIGNER),))
    key = VerifierKey(name="log.test/x/1", public=SIGNER.public())
    assert "without leading zeros" in refuted("checkpoint", saved(tmp_path, "c", note), "--vkey", key.text())


def test_a_quorum_of_witnesses_is_asked_for(log: Log, tmp_path: Path) -> None:
    alone = saved(tmp_path, "alone", log.head())
    seen = saved(tmp_path, "seen", log.head(is_witnessed=True))
    key, witness = log.key.text(), WITNESS_KEY.text()
    assert "2026-09" in proven("checkpoint", seen, "--vkey", key, "--witness", witness)
    unchecked("checkpoint", alone, "--vkey", key, "--witness", witness)
    proven("checkpoint", alone, "--vkey", key, "--witness", witness, "--quorum", "0")
    unchecked("checkpoint", seen, "--vkey", witness)
    spoiled = (
        str(log.head(is_witnessed=True)).replace("— witness.test/w1 ", "— witness.test/w1 ")[:-20] + "A" * 19 + "\n"
    )
    assert ask("checkpoint", saved(tmp_path, "bad", spoiled), "--vkey", key, "--witness", witness)[0] != PROVEN


def test_the_key_of_the_receipts_never_speaks_for_the_log(log: Log, tmp_path: Path) -> None:
    text = log.head().text
    forged = Note(text=text, signatures=(signed_line(text, name=log.receipt_key.name, signer=RECEIPTS),))
    said = refuted("checkpoint", saved(tmp_path, "c", forged), "--vkey", log.receipt_key.text())
    assert "under its own name" in said


# The example of Go's sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCHS = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"


def test_any_note_is_checked(tmp_path: Path) -> None:
    file = saved(tmp_path, "n", f"{TEXT}\n{PETERS}{ENOCHS}")
    assert "EnochRoot" not in proven("note", file, "--vkey", PETER)
    assert "EnochRoot signed these" in proven("note", file, "--vkey", PETER, "--vkey", ENOCH)
    unchecked("note", file)
    unchecked("note", saved(tmp_path, "n", f"{TEXT}\n{PETERS}"), "--vkey", ENOCH)
    refuted("note", saved(tmp_path, "n", f"{TEXT}more\n\n{PETERS}"), "--vkey", PETER)
    spoiled = f"{PETERS[:60]}ABCD{PETERS[60:]}"
    refuted("note", saved(tmp_path, "n", f"{TEXT}\n{spoiled}{ENOCHS}"), "--vkey", PETER, "--vkey", ENOCH)
    for content in (
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{PETERS[:-1]}",
        f"{TEXT}\n{PETERS}Unexpected line.\n",
        f"{TEXT}\n{PETERS * 101}",
    ):
        unchecked("note", saved(tmp_path, "n", content), "--vkey", PETER)
    for key in (
        PETER[:-1],
        PETER[1:],
        PETER.replace("c74f", "c74e"),
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ):
        unchecked("note", file, "--vkey", key)


def test_keys_may_stand_in_a_file(log: Log, tmp_path: Path) -> None:
    keys = saved(tmp_path, "keys", f"# from the contract\n{log.key.text()}\n\n")
    proven("checkpoint", saved(tmp_path, "c", log.head()), "--vkey", f"@{keys}")


# What was kept


def test_growth_is_followed_and_a_rollback_is_named(long_log: Log, tmp_path: Path) -> None:
    tiles = write_tiled(long_log, tmp_path / "log", sizes=(300, 500))
    state, key = tmp_path / "state.json", long_log.key.text()
    common = ("--vkey", key, "--state", state)
    proven("checkpoint", tiles / "checkpoint.300", *common)
    assert "--tiles" in unchecked("checkpoint", tiles / "checkpoint.500", *common)
    assert json.loads(state.read_text())["logs"][long_log.origin]["size"] == 300
    proven("checkpoint", tiles / "checkpoint.500", *common, "--tiles", tiles)
    hashes = saved(tmp_path, "proof", "\n".join(encoded(part) for part in long_log.consistency(500, 600)))
    proven("checkpoint", tiles / "checkpoint", *common, "--consistency", hashes)
    proven("checkpoint", tiles / "checkpoint", *common)
    said = refuted("checkpoint", tiles / "checkpoint.300", *common, "--tiles", tiles)
    assert "ROLLBACK" in said
    assert "300 are gone" in said
    assert json.loads(state.read_text())["logs"][long_log.origin]["size"] == 600


def test_a_fork_is_named_at_the_same_size_and_at_a_larger_one(log: Log, tmp_path: Path) -> None:
    state, key = tmp_path / "state.json", log.key.text()
    proven("checkpoint", saved(tmp_path, "a", log.head()), "--vkey", key, "--state", state)
    other = small_log(9)
    other.add(note="another tenth")
    assert "FORK" in refuted("checkpoint", saved(tmp_path, "b", other.head()), "--vkey", key, "--state", state)
    other.add(note="eleventh")
    tiles = write_tiled(other, tmp_path / "other")
    assert "FORK" in refuted("checkpoint", tiles / "checkpoint", "--vkey", key, "--state", state, "--tiles", tiles)
    assert json.loads(state.read_text())["logs"][log.origin]["size"] == 10


def test_what_no_witness_saw_is_not_kept(log: Log, tmp_path: Path) -> None:
    state = tmp_path / "state"
    common = ("--vkey", log.key.text(), "--witness", WITNESS_KEY.text(), "--state", state)
    unchecked("checkpoint", saved(tmp_path, "a", log.head()), *common)
    assert not state.exists()
    proven("checkpoint", saved(tmp_path, "b", log.head(is_witnessed=True)), *common)
    assert state.exists()


def test_a_damaged_state_is_not_taken_for_none(log: Log, tmp_path: Path) -> None:
    file = saved(tmp_path, "a", log.head())
    for content in (
        "",
        "{}",
        "[]",
        '{"format":"x","logs":{}}',
        '{"format":"tokimori-verifier-state/v1","logs":{"a":{}}}',
    ):
        unchecked("checkpoint", file, "--vkey", log.key.text(), "--state", saved(tmp_path, "state", content))


def test_a_proof_older_than_the_state_needs_the_log_beside_it(long_log: Log, tmp_path: Path) -> None:
    tiles = write_tiled(long_log, tmp_path / "log")
    state, key = tmp_path / "state.json", long_log.key.text()
    proven("checkpoint", tiles / "checkpoint", "--vkey", key, "--state", state)
    part = Log(entries=long_log.entries[:300])
    proof = saved(tmp_path, "p", part.proof(7))
    unchecked("inclusion", proof, "--vkey", key, "--state", state)
    proven("inclusion", proof, "--vkey", key, "--state", state, "--tiles", tiles)
    forged = small_log(300)
    forged.entries[8] = b"{}"
    refuted("inclusion", saved(tmp_path, "f", forged.proof(7)), "--vkey", key, "--state", state, "--tiles", tiles)


# Single entries


def test_an_event_is_shown_to_be_in_the_log_and_to_say_what_was_said(log: Log, tmp_path: Path) -> None:
    key = log.key.text()
    proof = saved(tmp_path, "p.tlog-proof", log.proof(3))
    opening = saved(tmp_path, "o.json", json.dumps(log.opening(3)))
    proven("inclusion", proof, "--vkey", key)
    assert "committed" in proven("inclusion", proof, "--vkey", key, "--opening", opening)
    wrong = saved(tmp_path, "w.json", json.dumps(log.opening(4)))
    refuted("inclusion", proof, "--vkey", key, "--opening", wrong)
    bare = saved(tmp_path, "bare", log.proof(3, extra=False))
    unchecked("inclusion", bare, "--vkey", key)
    proven("inclusion", bare, "--vkey", key, "--entry", saved(tmp_path, "e", log.entries[3]))
    proven("inclusion", bare, "--vkey", key, "--leaf-hash", encoded(leaf_hash(log.entries[3])))
    refuted("inclusion", bare, "--vkey", key, "--entry", saved(tmp_path, "e", log.entries[4]))
    refuted("inclusion", bare, "--vkey", key, "--leaf-hash", "AAAA")


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("index 3", "index 03", REFUTED), ("index 3", "index 2", REFUTED), ("index 3", "index 99", REFUTED),
        ("index 3\n", "index 3\nAA==\n", REFUTED), ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2", UNCHECKED),
        ("index 3\n", f"index 3\n{encoded(bytes(32))}\n", REFUTED),
        ("index 3\n", f"index 3\n{(encoded(bytes(32)) + chr(10)) * 99}", REFUTED),
    ],
)  # fmt: skip
def test_a_broken_proof_says_what_is_broken(log: Log, tmp_path: Path, before: str, after: str, verdict: str) -> None:
    content = log.proof(3).decode()
    assert before in content
    file = saved(tmp_path, "p", content.replace(before, after, 1))
    assert ask("inclusion", file, "--vkey", log.key.text())[0] == verdict


# Canonical JSON and the answer itself


def test_canonical_json_is_that_of_the_product() -> None:
    for value in (
        {"\ue000": 1, "\U00010000": 2, "a": [None, True, 'é\u2028\x7f\x1f"\\']},
        [],
        {},
        "x",
        -5,
        {"b": {"a": "𠮷"}},
    ):
        assert tokimori_verify.digest_of(value) == digest(value)


def test_the_answer_is_for_people_and_for_machines(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(saved(tmp_path, "c", log.head()))
    report, command, _ = tokimori_verify.run(["checkpoint", file, "--vkey", log.key.text()])
    assert tokimori_verify.show(report, command, as_json=False) == 0
    assert "PROVEN: everything that was asked is shown." in capsys.readouterr().out
    report, command, as_json = tokimori_verify.run(["checkpoint", file, "--json"])
    assert tokimori_verify.show(report, command, as_json=as_json) == 2
    assert json.loads(capsys.readouterr().out)["verdict"] == UNCHECKED
    assert tokimori_verify.printable("a\x1b[2Jb\u202e") == "a\ufffd[2Jb\ufffd"
