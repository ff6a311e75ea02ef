"""Every service of identity, of the ledger and about operators that writes has its event: a walk that notices new ones."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tokimori.foundation.identity import services
from tokimori.foundation.ledger import services as ledger_services
from tokimori.foundation.operators import services as operator_services

ROOMS = [Path(next(iter(room.__path__))) for room in (services, operator_services, ledger_services)]
THE_EVENTS_THEMSELVES = ROOMS[2] / "__init__.py"
WRITES = {"create", "update", "bulk_create", "save", "delete", "bulk_update"}
RECORDS = {"record_event", "record_events", "record_refusal"}
# What writes without an event, and why that is right.
WITHOUT = {
    "end_what_was_granted": "its callers do, operator:held and operator:dismissed; companies get support:revoked",
    "admit": "notes from where somebody comes; keeping him out is an event",
    "begin_authenticator": "a secret that counts for nothing until it was confirmed, which is an event",
    "end_links_of": "part of closing an account or of making a new link, which have their events",
    "forget_seen_addresses": "what was noted of visits is removed after its time",
    "give_names": "part of making or renaming an account, which has its event",
    "log_of": "a log is made with its first event",
    "open_session": "part of signing in, which has its event",
    "principal_of_access_token": "notes that a token is in use",
    "prove_by_code": "part of signing in, which has its event",
    "prove_passkey": "part of signing in, which has its event",
    "raise_session": "a session's secret is renewed after a proof, which has its event",
    "save_under_names": "part of making or renaming an account, which has its event",
    "state_publicly": "asks the sequencer for a leaf; whoever calls records who did it",
    "tell_of_lock": "part of a lock, which has its event",
    "signed_in_by": "notes that a session is in use",
}


Function = tuple[str, str]
"""The file in which it stands, and its name: private helpers of two files may have the same one."""


def functions(sources: Mapping[str, str]) -> dict[Function, ast.FunctionDef]:
    """Return every function of the room."""
    return {
        (file, node.name): node
        for file, text in sorted(sources.items())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
    }


def called_names(function: ast.FunctionDef) -> set[str]:
    return {
        node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    }


def reached(function: Function, known: Mapping[Function, ast.FunctionDef]) -> set[str]:
    """Return what a function calls, itself or by others: those of its own file, and public ones of the room."""
    public = {name: (file, name) for file, name in known if not name.startswith("_")}
    found: set[str] = set()
    waiting, seen = [function], {function}
    while waiting:
        here = waiting.pop()
        for called in called_names(known[here]):
            found.add(called)
            place = (here[0], called) if (here[0], called) in known else public.get(called)
            if place is not None and place not in seen:
                seen.add(place)
                waiting.append(place)
    return found


def silent(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield the public functions that write and record nothing."""
    known = functions(sources)
    for function in known:
        calls = reached(function, known)
        if not function[1].startswith("_") and calls & WRITES and not calls & RECORDS:
            yield function[1]


def room() -> dict[str, str]:
    files = [file for folder in ROOMS for file in folder.glob("*.py") if file != THE_EVENTS_THEMSELVES]
    return {str(file): file.read_text(encoding="utf-8") for file in files}


def test_every_service_that_writes_records_an_event_or_says_why_not() -> None:
    assert set(silent(room())) == set(WITHOUT)


@pytest.mark.parametrize("name", ["remove_passkey", "change_rules", "sign_out", "issue_token", "grant_support"])
def test_the_walk_notices_a_service_whose_event_is_forgotten(name: str) -> None:
    forgotten = {file: text.replace("record_event(", "forget(") for file, text in room().items()}

    assert name in set(silent(forgotten))
