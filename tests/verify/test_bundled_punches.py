"""Punches in a bundle: each is held against the event that binds it; said is which are proven, refuted, or neither."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.proofs import Log, bundle_members
from support.verifier import PROVEN, REFUTED, UNCHECKED, checked
from tokimori.foundation.canonical import canonical_bytes, digest

Lines = list[dict[str, Any]]


def punch(number: int) -> dict[str, Any]:
    return {"id": f"00000000-0000-7000-8000-{number:012}", "kind": "in", "occurred_at": f"2026-04-01T0{number}:00:00Z"}


def log_of_punches() -> tuple[Log, Lines]:
    """A log of two punches between other events, the second withdrawn, and the lines that stand beside them."""
    log = Log()
    log.add("sign_in")
    lines: Lines = []
    for number in (1, 2):
        log.add("punch:recorded", content=digest(punch(number)))
        entry = json.loads(log.entries[-1])
        entry["object"] = punch(number)["id"]
        log.entries[-1] = canonical_bytes(entry)
        lines.append({"index": len(log.entries) - 1, "punch": punch(number)})
        log.add("sign_out")
    withdrawn = {**punch(3), "effect": "withdraw"}
    log.add("punch:withdrawn", fact=withdrawn["id"], content=digest(withdrawn))
    lines.append({"index": len(log.entries) - 1, "punch": withdrawn})
    log.add("punch:withdrawn")
    return log, lines


def members_with(log: Log, lines: Lines, *, erased: tuple[int, ...] = (), is_whole: bool = True) -> dict[str, bytes]:
    members = bundle_members(log, erased=erased)
    manifest = json.loads(members["manifest.json"])
    if is_whole:
        manifest["facts"] = ["punches.jsonl"]
    written = b"".join(canonical_bytes(line) + b"\n" for line in lines)
    return {**members, "manifest.json": json.dumps(manifest).encode(), "punches.jsonl": written}


def test_punches_that_say_what_was_recorded_are_proven(tmp_path: Path) -> None:
    log, lines = log_of_punches()
    verdict, said = checked(tmp_path, members_with(log, lines), log)
    assert (verdict, "3 of the punches here say what was recorded" in said) == (PROVEN, True), said


def changed(lines: Lines) -> Lines:
    return [{**lines[0], "punch": {**lines[0]["punch"], "occurred_at": "2026-04-01T08:30:00Z"}}, *lines[1:]]


CASES: dict[str, tuple[Callable[[Lines], Lines], str, str]] = {
    "a punch is changed": (changed, REFUTED, "punch of event 1 is not the one that was recorded: it was changed"),
    "two are exchanged": (
        lambda lines: [{**lines[0], "punch": lines[1]["punch"]}, {**lines[1], "punch": lines[0]["punch"]}, lines[2]],
        REFUTED,
        "punch of event 1 is not the one",
    ),
    "one is gone": (lambda lines: lines[1:], REFUTED, "punch of event 1 is not here"),
    "one was put in": (lambda lines: [{"index": 0, "punch": punch(9)}, *lines], REFUTED, "Event 0 is no punch"),
    "one was put in at the end": (
        lambda lines: [*lines, {"index": 99, "punch": punch(9)}],
        REFUTED,
        "no event of this",
    ),
    "one stands there twice": (lambda lines: [lines[0], *lines], REFUTED, "stands behind"),
    "they are not in order": (lambda lines: lines[::-1], REFUTED, "stands behind"),
    "a line is none": (lambda lines: [{"index": 1}, *lines[1:]], UNCHECKED, "does not say punch"),
}


@pytest.mark.parametrize("name", CASES)
def test_whatever_is_done_to_punches_is_named(tmp_path: Path, name: str) -> None:
    log, lines = log_of_punches()
    change, expected, sentence = CASES[name]
    verdict, said = checked(tmp_path, members_with(log, change(lines)), log)
    assert (verdict, sentence in said) == (expected, True), said


def test_a_punch_whose_event_is_erased_cannot_be_checked_and_the_others_are(tmp_path: Path) -> None:
    log, lines = log_of_punches()
    verdict, said = checked(tmp_path, members_with(log, lines, erased=(1,)), log)
    assert verdict == UNCHECKED
    assert "2 of the punches here say what was recorded" in said
    assert "Event 1 is erased or withheld, or older than the log" in said
    assert checked(tmp_path, members_with(log, lines[1:], erased=(1,)), log)[0] == PROVEN


def test_a_part_of_the_punches_is_no_contradiction_unless_all_are_promised(tmp_path: Path) -> None:
    log, lines = log_of_punches()
    verdict, said = checked(tmp_path, members_with(log, lines[1:], is_whole=False), log)
    assert (verdict, "punch of event 1 is not here" in said) == (UNCHECKED, True)


def test_many_reasons_are_counted_and_not_all_told(tmp_path: Path) -> None:
    log = Log()
    for _ in range(50):
        log.add("sign_in")
    verdict, said = checked(tmp_path, members_with(log, [{"index": n, "punch": punch(1)} for n in range(50)]), log)
    assert (verdict, "And 30 more of this kind" in said) == (REFUTED, True)


@given(content=st.binary(max_size=300))
def test_no_bytes_in_the_place_of_punches_end_the_program(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log, lines = log_of_punches()
    members = {**members_with(log, lines), "punches.jsonl": content}
    verdict, _ = checked(tmp_path_factory.mktemp("b"), members, log)
    assert verdict in (REFUTED, UNCHECKED)
