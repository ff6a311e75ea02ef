"""The provider's checkpoint is shown to witnesses; what they sign is verified, kept and served."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from support.browser import signed_in
from support.cast import NOON, Cast
from support.logkeeping import BASE, SEED, LogKeeping, log_keeping
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries.logs import ProviderLog, cosignatures
from tokimori.foundation.ledger.services import Event, record_events
from tokimori.foundation.sequencing.witnesses import WitnessAddress, Witnesses, read_witnesses
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.transparency.checkpoints import read_checkpoint
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey

WITNESS = Path(__file__).resolve().parents[3] / "verify" / "tokimori_witness.py"
LOG_KEY = VerifierKey(name=f"{BASE}/provider/1", public=KeySigner(SEED).public())


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[WitnessAddress]:
    """Run the program that anybody can run, as its own process."""
    key = tmp_path / "witness.key"
    made = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-I", WITNESS, "generate", "witness.example/w1", "--key", key],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 -- our own program
        [sys.executable, "-I", WITNESS, "serve", "--key", key, "--state", tmp_path / "kept.json",
         "--log", LOG_KEY.text(), "--listen", f"127.0.0.1:{port}"],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as knocking:
            if knocking.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    vkey = next(word for word in made.stdout.split() if word.startswith("witness.example/w1+"))
    (address,) = read_witnesses(f"{vkey}=http://127.0.0.1:{port}/")
    yield address
    process.terminate()
    process.wait(timeout=30)


def publish(cast: Cast, keeping: LogKeeping, witnesses: Witnesses) -> int:
    with tenant_transaction(cast.tenant):
        record_events([Event(name=EventName.SIGN_OUT, subject_id=None)], actor=cast.system, at=NOON)
    published = keeping.publish(now=NOON)
    assert published.provider is not None
    return witnesses.show(published.provider, now=NOON)


def test_a_witness_signs_each_checkpoint_and_its_signature_is_served(cast: Cast, witness: WitnessAddress) -> None:
    with log_keeping() as keeping:
        shown = Witnesses(connection=keeping.connection, witnesses=[witness])
        assert publish(cast, keeping, shown) == 1
        assert publish(cast, keeping, shown) == 1
        # Another sequencer does not know what the witness saw last, and asks it.
        assert publish(cast, keeping, Witnesses(connection=keeping.connection, witnesses=[witness])) == 1

    with tenant_transaction(cast.tenant):
        checkpoint = ProviderLog().checkpoint()
        assert checkpoint is not None
        read = read_checkpoint(checkpoint.note.encode(), keys=[LOG_KEY], witnesses=[witness.key])
        assert [one.witness for one in cosignatures()] == ["witness.example/w1"]
    assert {one.key for one in read.signed_by} == {LOG_KEY, witness.key}
    assert "witness.example/w1" in signed_in(cast, "eri").get(reverse("log_proof")).content.decode()


def test_a_witness_that_is_away_holds_nothing_up(cast: Cast, witness: WitnessAddress) -> None:
    away = WitnessAddress(key=witness.key, url="http://127.0.0.1:1")
    with log_keeping() as keeping:
        assert publish(cast, keeping, Witnesses(connection=keeping.connection, witnesses=[away])) == 0


@pytest.mark.parametrize("text", ["x", "a+b+c=http://x", f"{LOG_KEY.text()}=http://x", "=http://x"])
def test_what_names_no_witness_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_witnesses(text)
