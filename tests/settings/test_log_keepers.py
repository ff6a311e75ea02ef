"""The processes that keep the logs start, work together, and refuse what would be unsafe."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import cluster
from support.cast import Cast
from tokimori.foundation.ledger.models import LogCheckpoint, PendingLeaf
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.ops.installation import inherited_environment

COMMAND = Path(sys.executable).parent / "tokimori"


def environment(**said: str) -> dict[str, str]:
    return {**inherited_environment(os.environ), "TOKIMORI_LOG_ORIGIN": "localhost/tokimori", **said}


def sequence(**said: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- our own command
        [COMMAND, "sequence", "--once"],
        env=environment(**said),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Path]:
    """Start the signer as its own process."""
    door = tmp_path / "door"
    files = ["--key", tmp_path / "key", "--state", tmp_path / "state.json", "--socket", door, "--make-key"]
    process = subprocess.Popen([COMMAND, "sign-checkpoints", *files], env=environment())  # noqa: S603 -- our own command
    try:
        deadline = time.monotonic() + 60
        while not door.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        yield door
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def test_sequencer_and_signer_bring_every_event_under_a_checkpoint(cast: Cast, door: Path) -> None:
    done = sequence(DATABASE_URL=cluster.ADMINISTRATION["sequencer_url"], TOKIMORI_SIGNER_SOCKET=str(door))

    assert done.returncode == 0, done.stderr
    with tenant_transaction(cast.tenant):
        assert LogCheckpoint.objects.count() == 1
        assert not PendingLeaf.objects.exists()
    assert (door.parent / "key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("login", ["owner_url", "superuser_url"])
def test_the_sequencer_refuses_a_role_that_could_do_more(login: str, tmp_path: Path) -> None:
    done = sequence(DATABASE_URL=cluster.ADMINISTRATION[login], TOKIMORI_SIGNER_SOCKET=str(tmp_path / "none"))

    assert done.returncode == 1
    assert done.stderr.startswith("Refused to start: DATABASE_URL names a role that is not the sequencer's alone")


@pytest.mark.parametrize(
    "said",
    [
        {"TOKIMORI_SIGNER_SOCKET": "x"},
        {"DATABASE_URL": "postgresql://x@/y"},
        {"DATABASE_URL": "postgresql://x@/y", "TOKIMORI_SIGNER_SOCKET": "x", "TOKIMORI_LOG_ORIGIN": "https://x"},
        {"DATABASE_URL": "postgresql://x@/y", "TOKIMORI_SIGNER_SOCKET": "x", "TOKIMORI_RECEIPT_PUBLIC_KEY": "?"},
    ],
)
def test_what_is_missing_or_odd_ends_the_start(said: dict[str, str]) -> None:
    done = sequence(**said)

    assert done.returncode == 1
    assert done.stderr.startswith("Refused to start: ")


def refused_signer(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Start a signer that is to refuse: with another door than the one that may be there."""
    files = ["--key", folder / "key", "--state", folder / "state.json", "--socket", folder / "other"]
    return subprocess.run(  # noqa: S603 -- our own command
        [COMMAND, "sign-checkpoints", *files, *more],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_a_second_signer_with_the_same_state_is_refused(door: Path) -> None:
    done = refused_signer(door.parent)

    assert done.returncode == 1
    assert "held by another signer" in done.stderr
    assert not (door.parent / "other").exists()


@pytest.mark.parametrize("more", [[], ["--make-key"]])
def test_a_key_whose_state_is_gone_signs_nothing(tmp_path: Path, more: list[str]) -> None:
    (tmp_path / "key").write_bytes(bytes(32))
    (tmp_path / "key").chmod(0o600)
    done = refused_signer(tmp_path, *more)

    assert done.returncode == 1
    assert "--make-state" in done.stderr
    assert not (tmp_path / "state.json").exists()


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(bytes(32))
    (tmp_path / "key").chmod(0o644)
    done = refused_signer(tmp_path, "--make-state")

    assert done.returncode == 1
    assert "for its user alone" in done.stderr
