"""Receipts and bundles: whatever is done to them is noticed, and named."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from support.proofs import (
    WITNESS_KEY,
    Log,
    bundle_members,
    small_log,
    with_provider,
    write_bundle,
)
from support.verifier import PROVEN, REFUTED, UNCHECKED, ask, checked, proven, refuted, saved, unchecked


@pytest.fixture(scope="module")
def log() -> Log:
    return small_log()


@pytest.fixture(scope="module")
def long_log() -> Log:
    return small_log(600)


# Receipts


def test_a_receipt_is_genuine_and_its_promise_was_kept(tmp_path: Path) -> None:
    log = small_log(4)
    leaf = log.add(note="mine")
    receipt = saved(tmp_path, "r.note", log.receipt(leaf))
    proof = saved(tmp_path, "p", log.proof(4))
    key, log_key = log.receipt_key.text(), log.key.text()
    proven("receipt", receipt, "--vkey", key)
    proven("receipt", receipt, "--vkey", key, "--proof", proof, "--log-vkey", log_key)
    unchecked("receipt", receipt, "--vkey", key, "--proof", proof)
    unchecked("receipt", receipt, "--vkey", log_key)
    another = saved(tmp_path, "q", log.proof(2))
    assert "another entry" in refuted("receipt", receipt, "--vkey", key, "--proof", another, "--log-vkey", log_key)
    later = str(log.receipt(leaf)).replace("merge-by 2026-04-01T00:05", "merge-by 2026-04-01T00:15")
    refuted("receipt", saved(tmp_path, "l", later), "--vkey", key)
    unchecked("receipt", saved(tmp_path, "c", log.head()), "--vkey", log_key)


# Bundles


def test_a_whole_bundle_is_proven(log: Log, tmp_path: Path) -> None:
    members, provider = with_provider(bundle_members(log, erased=(4, 5)), log)
    verdict, said = checked(
        tmp_path, members, log, "--provider-vkey", provider.key.text(), "--provider-witness", WITNESS_KEY.text()
    )
    assert verdict == PROVEN, said
    assert "8 are opened and as committed to; 2 are erased" in said
    assert "holds this very checkpoint" in said
    verdict, said = ask("export", write_bundle(tmp_path / "b.zip", members))
    assert verdict == UNCHECKED
    assert "compare it with your contract" in said


def test_a_part_of_a_log_is_proven_event_by_event(log: Log, tmp_path: Path) -> None:
    members = bundle_members(log, first=6, is_complete=False)
    assert checked(tmp_path, members, log)[0] == PROVEN
    lines = members["events.jsonl"].splitlines(keepends=True)
    assert checked(tmp_path, {**members, "events.jsonl": b"".join(lines[:-1])}, log)[0] == REFUTED
    swapped = b"".join([lines[1], lines[0], *lines[2:]])
    assert checked(tmp_path, {**members, "events.jsonl": swapped}, log)[0] == REFUTED
    no_proof = members["events.jsonl"].replace(b'"proof":[', b'"proof":null,"x":[', 1)
    assert checked(tmp_path, {**members, "events.jsonl": no_proof}, log)[0] == REFUTED


def tampered(members: dict[str, bytes]) -> dict[str, tuple[dict[str, bytes], str]]:
    lines = members["events.jsonl"].splitlines(keepends=True)

    def with_lines(changed: list[bytes], **manifest: Any) -> dict[str, bytes]:
        says = {**json.loads(members["manifest.json"]), **manifest}
        return {**members, "events.jsonl": b"".join(changed), "manifest.json": json.dumps(says).encode()}

    renumbered = [
        *lines[:3],
        *(
            line.replace(b'"index":%d' % (place + 4), b'"index":%d' % (place + 3))
            for place, line in enumerate(lines[4:])
        ),
    ]
    nonceless = lines[0].replace(b'"nonce":"', b'"nonce":null,"n":"')
    twice = lines[0].replace(b'{"index":0', b'{"index":0,"index":0')
    short: dict[str, Any] = {"events": 9, "range": [0, 9], "complete": False}

    def without(name: str) -> dict[str, bytes]:
        return {other: content for other, content in members.items() if other != name}

    return {
        "a payload is changed": (with_lines([line.replace(b"number 3", b"number 4") for line in lines]), REFUTED),
        "a leaf is changed": (with_lines([lines[0].replace(b"build-1", b"build-2"), *lines[1:]]), REFUTED),
        "an event is deleted": (with_lines([*lines[:3], *lines[4:]]), REFUTED),
        "an event is deleted and the others renumbered": (with_lines(renumbered), REFUTED),
        "the same, with a manifest that fits": (with_lines(renumbered, events=9, range=[0, 9]), REFUTED),
        "the newest is cut off": (with_lines(lines[:-1]), REFUTED),
        "the newest is cut off, and it is not called complete": (with_lines(lines[:-1], **short), REFUTED),
        "two are swapped": (with_lines([lines[1], lines[0], *lines[2:]]), REFUTED),
        "one is there twice": (with_lines([*lines, lines[-1]]), REFUTED),
        "a nonce is withheld and the payload not": (with_lines([nonceless, *lines[1:]]), REFUTED),
        "it says a name twice": (with_lines([twice, *lines[1:]]), REFUTED),
        "the manifest names another log": (with_lines(lines, origin="log.test/other/1"), REFUTED),
        "the manifest is of another version": (with_lines(lines, format="tokimori-bundle/v2"), UNCHECKED),
        "the range is no range": (with_lines(lines, range=[0]), UNCHECKED),
        "the range is huge": (with_lines(lines, range=[0, 2**62], events=2**62), REFUTED),
        "the events are missing": (without("events.jsonl"), UNCHECKED),
        "the checkpoint is missing": (without("checkpoint"), UNCHECKED),
        "a line is no JSON": (with_lines([b"{\n", *lines[1:]]), UNCHECKED),
        "a number is huge": (with_lines([lines[0].replace(b'"index":0', b'"index":' + b"9" * 5000), *lines[1:]]), REFUTED),
        "it is nested deeply": (with_lines([b'{"index":0,"leaf":' + b"[" * 100_000 + b"\n", *lines[1:]]), UNCHECKED),
    }  # fmt: skip


def test_whatever_is_done_to_a_bundle_is_noticed(log: Log, tmp_path: Path) -> None:
    members = bundle_members(log)
    for name, (changed, expected) in tampered(members).items():
        verdict, said = checked(tmp_path, changed, log)
        assert verdict == expected, (name, said)


def test_events_of_another_tenant_are_named(log: Log, tmp_path: Path) -> None:
    other = Log(log="ffeeddccbbaa99887766554433221100")
    for _ in range(10):
        other.add(note="theirs")
    mixed = Log(entries=[*log.entries[:5], other.entries[5], *log.entries[6:]], openings=[*log.openings])
    mixed.openings[5] = other.openings[5]
    verdict, said = checked(tmp_path, bundle_members(mixed), log)
    assert verdict == REFUTED
    assert "belongs to another log" in said


def test_a_bundle_remembers_what_was_kept(log: Log, tmp_path: Path) -> None:
    state = ("--state", tmp_path / "state")
    early = Log(entries=log.entries[:6], openings=log.openings[:6])
    assert checked(tmp_path, bundle_members(early), log, *state)[0] == PROVEN
    assert checked(tmp_path, bundle_members(log), log, *state)[0] == PROVEN
    verdict, said = checked(tmp_path, bundle_members(early), log, *state)
    assert verdict == REFUTED
    assert "ROLLBACK" in said
    forged = small_log(12)
    forged.entries[2] = forged.entries[2].replace(b"build-1", b"build-2")
    verdict, said = checked(tmp_path, bundle_members(forged), log, *state)
    assert verdict == REFUTED
    assert "FORK" in said


def test_receipts_in_a_bundle_are_held_against_it(tmp_path: Path) -> None:
    log = small_log(5)
    leaf = log.add(note="mine")
    members = {**bundle_members(log), "receipts/1.note": str(log.receipt(leaf)).encode()}
    key = ("--receipt-vkey", log.receipt_key.text())
    assert checked(tmp_path, members, log, *key)[0] == PROVEN
    gone = small_log(8)
    verdict, said = checked(
        tmp_path, {**bundle_members(gone), "receipts/1.note": members["receipts/1.note"]}, gone, *key
    )
    assert verdict == REFUTED
    assert "the promise was broken" in said


def test_a_stamp_is_held_against_what_it_stamps(log: Log, tmp_path: Path) -> None:
    members, provider = with_provider(bundle_members(log), log)
    head = members["provider-checkpoint"]
    stamped = {"stamps/3.tsr": b"0\x82" + hashlib.sha256(head).digest() + b"rest", "stamps/3.checkpoint": head}
    key = ("--provider-vkey", provider.key.text())
    verdict, said = checked(tmp_path, {**members, **stamped}, log, *key)
    assert verdict == PROVEN, said
    assert "openssl ts -verify" in said
    other = {**stamped, "stamps/3.checkpoint": str(provider.head(2)).encode()}
    assert checked(tmp_path, {**members, **other}, log, *key)[0] == REFUTED
    assert checked(tmp_path, {**members, "stamps/3.tsr": b"x"}, log, *key)[0] == UNCHECKED


def test_a_packed_bomb_is_not_unpacked(log: Log, tmp_path: Path) -> None:
    bomb = {**bundle_members(log), "events.jsonl": b" " * 50_000_000}
    verdict, said = checked(tmp_path, bomb, log)
    assert verdict == UNCHECKED
    assert "more tightly" in said
    assert checked(tmp_path, {**bundle_members(log), "manifest.json": b" " * 2_000_000}, log)[0] == UNCHECKED
    assert (
        checked(tmp_path, {**bundle_members(log), "events.jsonl": b"x" * 100}, log, "--most-bytes", 99)[0] == UNCHECKED
    )
    unchecked("export", saved(tmp_path, "no.zip", b"PK\3\4 no"), "--vkey", log.key.text())


def test_another_checkpoint_in_the_providers_log_is_named(log: Log, tmp_path: Path) -> None:
    members, provider = with_provider(bundle_members(log), log)
    wrong, _ = with_provider(bundle_members(log), small_log(9))
    swapped = {**members, **{name: wrong[name] for name in wrong if name.startswith("provider")}}
    verdict, said = checked(tmp_path, swapped, log, "--provider-vkey", provider.key.text())
    assert verdict == REFUTED
    assert "another checkpoint" in said
    unopened = {name: content for name, content in members.items() if name != "provider-opening.json"}
    assert checked(tmp_path, unopened, log, "--provider-vkey", provider.key.text())[0] == UNCHECKED


def test_of_several_receipts_each_is_judged_by_itself(tmp_path: Path) -> None:
    log = small_log(3)
    leaves = [log.add(note=f"punch {number}") for number in range(3)]
    lost = small_log(3).add(note="lost")
    notes = {f"receipts/{number}.note": str(log.receipt(leaf)).encode() for number, leaf in enumerate(leaves)}
    members = {
        **bundle_members(log), **notes,
        "receipts/lost.note": str(log.receipt(lost)).encode(),
        "receipts/other.note": notes["receipts/0.note"].replace(b"at 2026", b"at 2025"),
    }  # fmt: skip

    verdict, said = checked(tmp_path, members, log, "--receipt-vkey", log.receipt_key.text())

    assert verdict == REFUTED
    assert "3 of the receipts here are genuine, and their entries are in the log" in said
    assert "lost.note promised event" in said
