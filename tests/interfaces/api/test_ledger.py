"""A log's files by access token: the same bytes as with a session, and followed by the customers' own programs."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import NOON, Cast
from support.logkeeping import BASE, SEED, LogKeeping, log_id, log_keeping
from support.machine import new_token
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey

PROGRAMS = Path(__file__).resolve().parents[3] / "verify"
AUDIT = frozenset({Scope.AUDIT_READ})


@pytest.fixture
def keeping() -> Iterator[LogKeeping]:
    with log_keeping() as made:
        yield made


@pytest.fixture
def signed(cast: Cast, keeping: LogKeeping) -> Cast:
    """A company whose log is signed, and holds something."""
    signed_in(cast, "eri")
    keeping.publish(now=NOON)
    return cast


class Machine:
    """Holds a token, or none."""

    def __init__(self, token: str | None) -> None:
        self.browser = Client(SERVER_NAME="localhost")
        self.headers = {"authorization": f"Bearer {token}"} if token else {}

    def read(self, path: str) -> tuple[int, bytes]:
        answer = self.browser.get(f"/api/v1/ledger/{path}", headers=self.headers)
        return answer.status_code, answer.content


def size_of(checkpoint: bytes) -> int:
    return int(checkpoint.split(b"\n")[1])


def vkey_of(log: str) -> str:
    return VerifierKey(name=f"{BASE}/{log}/1", public=KeySigner(SEED).public()).text()


@pytest.mark.parametrize("whose", ["own", "provider"])
def test_a_token_gets_the_very_bytes_that_a_session_gets(signed: Cast, whose: str) -> None:
    log = log_id(signed.tenant) if whose == "own" else whose
    machine, auditor = Machine(new_token(signed, scopes=AUDIT)), signed_in(signed, "eri")

    status, checkpoint = machine.read(f"{log}/1/checkpoint")
    assert status == 200
    assert checkpoint == auditor.get(reverse("ledger_checkpoint", args=[log, 1])).content
    width = size_of(checkpoint) % 256
    for tile in (f"0/000.p/{width}", f"entries/000.p/{width}"):
        status, content = machine.read(f"{log}/1/tile/{tile}")
        assert (status, bool(content)) == (200, True)
        assert content == auditor.get(reverse("ledger_tile", args=[log, 1, tile])).content


def test_hashes_may_be_kept_by_the_machine_and_entries_not(signed: Cast) -> None:
    log, browser = log_id(signed.tenant), Client(SERVER_NAME="localhost")
    headers = {"authorization": f"Bearer {new_token(signed, scopes=AUDIT)}"}
    width = size_of(browser.get(f"/api/v1/ledger/{log}/1/checkpoint", headers=headers).content) % 256

    hashes = browser.get(f"/api/v1/ledger/{log}/1/tile/0/000.p/{width}", headers=headers)
    entries = browser.get(f"/api/v1/ledger/{log}/1/tile/entries/000.p/{width}", headers=headers)

    assert hashes["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "immutable" not in entries.get("Cache-Control", "")


def test_no_token_and_a_wrong_one_open_nothing(signed: Cast) -> None:
    log = log_id(signed.tenant)

    for path in (f"{log}/1/checkpoint", f"{log}/1/tile/0/000", "provider/1/checkpoint"):
        assert Machine(None).read(path)[0] == 401
        assert Machine(new_token(signed, scopes=AUDIT)[:-4] + "wxyz").read(path)[0] == 401
        assert Machine("tkm_unknown").read(path)[0] == 401
        assert Machine(new_token(signed, scopes=frozenset({Scope.PEOPLE_READ}))).read(path)[0] == 403


def test_the_log_of_another_company_is_not_found(signed: Cast, dan: Cast, keeping: LogKeeping) -> None:
    signed_in(dan, "dan")
    keeping.publish(now=NOON)
    own, foreign = log_id(signed.tenant), log_id(dan.tenant)
    machine = Machine(new_token(signed, scopes=AUDIT))

    assert machine.read(f"{own}/1/checkpoint")[0] == 200
    for path in (f"{foreign}/1/checkpoint", f"{foreign}/1/tile/0/000", f"{foreign}/1/tile/entries/000"):
        assert machine.read(path)[0] == 404


@pytest.mark.parametrize(
    "rest",
    [
        "1/tile/0/00", "1/tile/0/000.p/0", "1/tile/0/000.p/256", "1/tile/0/000/", "1/tile/64/000", "1/tile/0/x000",
        "1/tile/entries/000.p/9999", "1/tile/-1/000", "1/tile/0/999", "1/tile/0/..%2f..%2fcheckpoint", "0/checkpoint",
        "2/checkpoint", "99999999999/checkpoint", "1/tile/",
    ],
)  # fmt: skip
def test_what_is_no_file_of_the_log_is_not_found(signed: Cast, rest: str) -> None:
    machine = Machine(new_token(signed, scopes=AUDIT))
    assert machine.read(f"{log_id(signed.tenant)}/{rest}")[0] == 404


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing of each request."""


@pytest.fixture
def address() -> Iterator[str]:
    """The product behind an address of its own, as a customer's program finds it."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/api/v1/ledger"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run(program: str, *arguments: object) -> tuple[int, str]:
    command = [sys.executable, "-I", str(PROGRAMS / program), *map(str, arguments)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own program
    return answer.returncode, answer.stdout + answer.stderr


def test_the_verifier_and_a_witness_follow_the_log_with_a_token_in_a_file(
    signed: Cast, keeping: LogKeeping, address: str, tmp_path: Path
) -> None:
    log, token, state = log_id(signed.tenant), tmp_path / "token", tmp_path / "records.json"
    token.write_text(new_token(signed, scopes=AUDIT) + "\n")
    place, known = f"{address}/{log}/1", ("--token-file", token, "--vkey", vkey_of(log))
    key = ("--key", tmp_path / "witness.key")
    assert run("tokimori_witness.py", "generate", "witness.test/w1", *key)[0] == 0
    seen = (*key, "--state", tmp_path / "witness.json", "--log", vkey_of(log), "--token-file", token, "--once")

    def followed() -> list[tuple[int, str]]:
        return [
            run("tokimori_verify.py", "checkpoint", f"{place}/checkpoint", *known, "--state", state, "--tiles", place),
            run("tokimori_verify.py", "log", place, *known),
            run("tokimori_witness.py", "watch", place, *seen),
        ]

    first = followed()
    signed_in(signed, "aiko")
    keeping.publish(now=NOON)
    second = followed()

    assert [status for status, _ in first + second] == [0] * 6, first + second
    assert "consistent" in second[2][1]


def test_a_program_whose_token_opens_nothing_says_that_it_cannot_check(
    signed: Cast, address: str, tmp_path: Path
) -> None:
    log, token = log_id(signed.tenant), tmp_path / "token"
    secret = new_token(signed, scopes=frozenset({Scope.PEOPLE_READ}))
    token.write_text(secret)

    status, said = run(
        "tokimori_verify.py", "checkpoint", f"{address}/{log}/1/checkpoint", "--token-file", token,
        "--vkey", vkey_of(log),
    )  # fmt: skip

    assert status == 2
    assert re.search(r"answers 403", said)
    assert secret not in said


def test_changes_of_the_signers_key_lie_beside_the_checkpoint_for_who_may_read_the_log(
    signed: Cast, dan: Cast, keeping: LogKeeping
) -> None:
    signed_in(dan, "dan")
    keeping.publish(now=NOON)
    machine, auditor = Machine(new_token(signed, scopes=AUDIT)), signed_in(signed, "eri")
    for log in (log_id(signed.tenant), "provider"):
        status, content = machine.read(f"{log}/1/key-changes")
        assert (status, content) == (200, auditor.get(reverse("ledger_key_changes", args=[log, 1])).content)
    assert machine.read(f"{log_id(dan.tenant)}/1/key-changes")[0] == 404
    assert Machine(None).read("provider/1/key-changes")[0] == 401
