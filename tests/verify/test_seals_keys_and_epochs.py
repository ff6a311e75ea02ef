"""Closed periods, snapshots, changes of keys and honest restores."""

import hashlib
import json
from pathlib import Path

import pytest

from support.proofs import (
    NEXT_SIGNER,
    SIGNER,
    Log,
    bundle_members,
    seal_file,
    small_log,
    write_bundle,
)
from support.verifier import PROVEN, UNCHECKED, checked, proven, refuted, saved, unchecked
from tokimori.foundation.transparency.continuity import key_change_details
from tokimori.foundation.transparency.notes import VerifierKey, encoded
from tokimori.foundation.transparency.tree import root_of_leaves


@pytest.fixture(scope="module")
def log() -> Log:
    return small_log()


@pytest.fixture(scope="module")
def long_log() -> Log:
    return small_log(600)


# Seals and sheets


def test_seals_are_held_against_their_digests_their_chain_and_the_log(tmp_path: Path) -> None:
    first = seal_file(sequence=1, previous="0" * 64)
    second = seal_file(sequence=2, previous=first["digest"])
    files = [saved(tmp_path, f"{number}.json", json.dumps(seal)) for number, seal in enumerate((first, second))]
    said = proven("seal", *files)
    assert "tokimori calculate" in said
    proven("seal", files[1], "--digest", second["digest"])
    refuted("seal", files[1], "--digest", "0" * 64)
    changed = json.loads(json.dumps(second))
    changed["timesheets"]["e1"]["days"]["2026-04-01"]["worked"] = 481
    assert "figure was changed" in refuted("seal", saved(tmp_path, "c.json", json.dumps(changed)))
    refuted("seal", files[0], saved(tmp_path, "d.json", json.dumps(seal_file(sequence=2, previous="1" * 64))))
    unchecked("seal", saved(tmp_path, "e.json", "{}"))

    log = small_log(3)
    log.add("period:sealed", digest=first["digest"], month="2026-01")
    members = {**bundle_members(log), "seals/0001.json": json.dumps(first).encode()}
    verdict, said = checked(tmp_path, members, log)
    assert verdict == PROVEN, said
    assert "recorded this digest" in said
    unknown = {**members, "seals/0002.json": json.dumps(second).encode()}
    assert checked(tmp_path, unknown, log)[0] == UNCHECKED


def test_a_sheet_is_the_very_file_that_the_log_holds(tmp_path: Path) -> None:
    sheet = saved(tmp_path, "sheet.json", b'{"rows":[1,2]}')
    provider = Log(log="provider")
    provider.add("log:opened")
    provider.add("sheet:published", digest=hashlib.sha256(sheet.read_bytes()).hexdigest())
    proof = saved(tmp_path, "p", provider.proof(1))
    opening = saved(tmp_path, "o", json.dumps(provider.opening(1)))
    key = ("--vkey", provider.key.text())
    proven("sheet", sheet, "--proof", proof, "--opening", opening, *key)
    unchecked("sheet", sheet, "--proof", proof, *key)
    sheet.write_bytes(b'{"rows":[1,3]}')
    refuted("sheet", sheet, "--proof", proof, "--opening", opening, *key)
    provider.entries.append(sheet.read_bytes())
    provider.openings.append(None)
    proven("sheet", sheet, "--proof", saved(tmp_path, "q", provider.proof(2, extra=False)), *key)


# Keys and epochs


def test_a_change_of_keys_is_followed_if_both_signed_and_the_log_holds_it(log: Log, tmp_path: Path) -> None:
    provider = Log(log="provider")
    provider.add("log:opened")
    provider.add("log:key-changed", **key_change_details(name=provider.origin, old=SIGNER, new=NEXT_SIGNER))
    change = {"proof": provider.proof(1).decode(), **provider.opening(1)}
    file = saved(tmp_path, "change.json", json.dumps(change))
    later = Log(entries=log.entries, signer=NEXT_SIGNER)
    head = saved(tmp_path, "c", later.head())
    key = ("--vkey", log.key.text())
    unchecked("checkpoint", head, *key)
    assert "handed over" in proven("checkpoint", head, *key, "--key-change", file)
    forged = key_change_details(name=provider.origin, old=NEXT_SIGNER, new=NEXT_SIGNER)
    provider.add("log:key-changed", **{**forged, "old_vkey": provider.key.text()})
    wrong = {"proof": provider.proof(2).decode(), **provider.opening(2)}
    refuted("checkpoint", head, *key, "--key-change", saved(tmp_path, "w", json.dumps(wrong)))
    stranger = VerifierKey(name=log.origin, public=b"\x01" + bytes(31))
    unchecked("checkpoint", head, "--vkey", stranger.text(), "--key-change", file)

    members = {
        **bundle_members(log),
        "checkpoint": str(later.head()).encode(),
        "key-changes.jsonl": json.dumps(change).encode(),
    }
    assert checked(tmp_path, members, log)[0] == PROVEN


def epoch_after(log: Log, *, restored: int, shown: int) -> Log:
    later = Log(epoch=2)
    later.add(
        "log:epoch-opened",
        former_origin=log.origin,
        former_checkpoint=str(log.head(shown)),
        restored_size=restored,
        restored_root=encoded(root_of_leaves(log.hashes[:restored])),
        reason="restored from the backup of 2026-04-01",
    )
    later.add(note="on it goes")
    return later


def test_a_restore_says_what_it_lost_and_cannot_hide_more(log: Log, tmp_path: Path) -> None:
    state = tmp_path / "state"
    keys = ("--vkey", log.key.text(), "--vkey", Log(epoch=2).key.text(), "--state", state)
    proven("checkpoint", saved(tmp_path, "c", log.head(9)), *keys)
    honest = write_bundle(tmp_path / "h.zip", bundle_members(epoch_after(log, restored=6, shown=9)))
    assert "3 that were shown are lost" in proven("export", honest, *keys)
    hiding = write_bundle(tmp_path / "d.zip", bundle_members(epoch_after(log, restored=6, shown=7)))
    assert "9 were shown to you" in refuted("export", hiding, *keys)
    foreign = epoch_after(Log(log="ff" * 16, entries=log.entries), restored=6, shown=9)
    assert "no earlier epoch" in refuted("export", write_bundle(tmp_path / "f.zip", bundle_members(foreign)), *keys)
    silent = Log(epoch=2)
    silent.add(note="nothing happened")
    assert "does not begin with" in refuted("export", write_bundle(tmp_path / "s.zip", bundle_members(silent)), *keys)


def test_a_new_epoch_is_no_way_around_what_was_kept(log: Log, tmp_path: Path) -> None:
    state = tmp_path / "state"
    later = epoch_after(log, restored=6, shown=9)
    keys = ("--vkey", log.key.text(), "--vkey", later.key.text(), "--state", state)
    proven("checkpoint", saved(tmp_path, "c", log.head(9)), *keys)
    assert "began anew" in unchecked("checkpoint", saved(tmp_path, "d", later.head()), *keys)
    proven("export", write_bundle(tmp_path / "h.zip", bundle_members(later)), *keys)
    proven("checkpoint", saved(tmp_path, "d", later.head()), *keys)
