"""The signer's key changes by announcement: both keys sign, the log says so, and whoever knew the old key follows."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from support.cast import NOON, Cast
from support.logkeeping import BASE, SEED, LogKeeping, log_id, log_keeping
from tokimori.foundation.ledger.bundles import BundleWish, bundle_pieces, key_change_lines
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import ProviderLeaf
from tokimori.foundation.ledger.queries.logs import ProviderLog, TenantLog, log_key
from tokimori.foundation.ledger.services import Event, record_events
from tokimori.foundation.sequencing.publishing import Publisher
from tokimori.foundation.signing.door import SignerAway, SignerClient
from tokimori.foundation.signing.signer import CheckpointSigner, SignatureRefused
from tokimori.foundation.signing.state import StateFile
from tokimori.foundation.signing.succession import Announcement, Succession
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.transparency.continuity import read_key_change
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey
from tokimori.foundation.transparency.tiles import tiles_of
from tokimori.interfaces.cli.signer_keys import change_signer_key

VERIFIER = Path(__file__).resolve().parents[3] / "verify" / "tokimori_verify.py"
WITNESS = VERIFIER.with_name("tokimori_witness.py")
UNCHECKED = 2


@pytest.fixture
def keeping(cast: Cast) -> Iterator[LogKeeping]:
    with log_keeping() as made:
        write(cast)
        made.publish(now=NOON)
        yield made


def write(cast: Cast, count: int = 3) -> None:
    with tenant_transaction(cast.tenant):
        record_events(
            [Event(name=EventName.SIGN_OUT, subject_id=None) for _ in range(count)], actor=cast.system, at=NOON
        )


def first_key(cast: Cast) -> VerifierKey:
    return VerifierKey(name=f"{BASE}/{log_id(cast.tenant)}/1", public=KeySigner(SEED).public())


def bundle(cast: Cast, folder: Path, *, without: str = "") -> Path:
    """Take the bundle of the whole log; if asked, without one of its files."""
    log = TenantLog(tenant=cast.tenant, log=log_id(cast.tenant), epoch=1)
    with tenant_transaction(cast.tenant):
        signed = log.checkpoint()
    assert signed is not None
    wish = BundleWish(log=log, checkpoint=signed, first=0, last=signed.size, created=NOON)
    whole, file = folder / "whole.zip", folder / "log.zip"
    whole.write_bytes(b"".join(bundle_pieces(wish, others=[])))
    with zipfile.ZipFile(whole) as taken, zipfile.ZipFile(file, "w") as kept:
        for name in taken.namelist():
            if name != without:
                kept.writestr(name, taken.read(name))
    return file


def verified(file: Path, key: VerifierKey, folder: Path) -> tuple[int, str]:
    answer = subprocess.run(  # noqa: S603 -- our own program
        [
            sys.executable, "-I", VERIFIER, "export", file, "--vkey", key.text(), "--state", folder / "kept.json",
            "--provider-vkey", key.renamed(f"{BASE}/provider/1").text(),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return answer.returncode, answer.stdout + answer.stderr


def change(keeping: LogKeeping) -> None:
    """Change the key, and let the sequencer work for two rounds."""
    assert change_signer_key(socket=keeping.signer.path, is_final=True) == 0
    for _ in range(2):
        keeping.publish(now=NOON)


def said_changes(prepared: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the announcements of this change; other tests made theirs in the same log."""
    with tenant_transaction(PROVIDER):
        payloads = ProviderLeaf.objects.filter(type="log:key-changed").order_by("id").values_list("payload", flat=True)
        said = [json.loads(payload)["details"] for payload in payloads]
    return [one for one in said if one["new_vkey"] == prepared["new_vkey"]]


def test_who_trusts_the_first_key_follows_every_announced_change(
    cast: Cast, keeping: LogKeeping, tmp_path: Path
) -> None:
    assert verified(bundle(cast, tmp_path), first_key(cast), tmp_path)[0] == 0
    made = set()
    for _ in range(2):
        change(keeping)
        made.add(keeping.signer.public())
    write(cast)
    keeping.publish(now=NOON)

    status, said = verified(bundle(cast, tmp_path), first_key(cast), tmp_path)
    assert status == 0, said
    assert said.count("handed over") >= len(made) == 2
    newest = VerifierKey(name=first_key(cast).name, public=keeping.signer.public())
    assert verified(bundle(cast, tmp_path), newest, tmp_path)[0] == 0
    assert verified(bundle(cast, tmp_path, without="key-changes.jsonl"), first_key(cast), tmp_path)[0] == UNCHECKED
    with tenant_transaction(cast.tenant):
        announced = log_key(first_key(cast).name)
    assert announced is not None
    assert announced.public == keeping.signer.public()


def test_a_key_that_is_only_prepared_signs_nothing_and_is_the_one_that_follows(keeping: LogKeeping) -> None:
    before = keeping.signer.public()
    prepared = keeping.signer.prepare_key(is_final=False)
    keeping.publish(now=NOON)
    assert keeping.signer.public() == before
    assert said_changes(prepared) == []

    change(keeping)
    _old, new = read_key_change(prepared)
    assert keeping.signer.public() == new.public
    assert said_changes(prepared) == [prepared]


@pytest.mark.parametrize("is_done", [False, True], ids=["before the signer heard", "before the answer came back"])
def test_a_change_that_was_broken_off_is_completed_by_the_next_round(
    keeping: LogKeeping, monkeypatch: pytest.MonkeyPatch, *, is_done: bool
) -> None:
    whole = SignerClient.complete_key_change

    def broken_off(self: SignerClient, said: Announcement) -> None:
        if is_done:
            whole(self, said)
        raise SignerAway

    prepared = keeping.signer.prepare_key(is_final=True)
    with monkeypatch.context() as patched:
        patched.setattr(SignerClient, "complete_key_change", broken_off)
        with pytest.raises(SignerAway):
            keeping.publish(now=NOON)
    keeping.sequencer.forget()
    publisher = Publisher(
        connection=keeping.connection, sequencer=keeping.sequencer, signer=keeping.signer, base=BASE, build="0" * 64
    )
    for _ in range(2):
        publisher.publish(now=NOON)

    (said,) = said_changes(prepared)
    assert read_key_change(said)[1].public == keeping.signer.public()
    with tenant_transaction(PROVIDER):
        announced = log_key(f"{BASE}/provider/1")
    assert announced is not None
    assert announced.public == keeping.signer.public()


def test_a_signer_that_starts_anew_knows_how_far_it_was(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(SEED)

    def started() -> CheckpointSigner:
        state = StateFile(tmp_path / "state.json")
        return CheckpointSigner(base=BASE, key=KeySigner(key.read_bytes()), state=state, succession=Succession(key))

    prepared = started().prepare_key(is_final=False)
    assert started().key_change() is None
    assert started().prepare_key(is_final=True) == prepared
    assert started().key_change() == prepared
    assert {file.name: file.stat().st_mode & 0o077 for file in tmp_path.glob("key.*")} == {"key.next": 0}

    following = Succession(key).complete()
    assert started().public() == following.public()
    assert started().key_change() is None
    assert [file.name for file in tmp_path.glob("key*")] == ["key"]


def test_the_signer_gives_up_its_key_for_nothing_but_the_announcement(keeping: LogKeeping) -> None:
    said = Announcement(entry=b"{}", nonce=bytes(32), payload="{}", index=0, proof=())
    with pytest.raises(SignatureRefused, match="no change of keys has begun"):
        keeping.signer.complete_key_change(said)
    before = keeping.signer.public()
    keeping.signer.prepare_key(is_final=True)
    with tenant_transaction(PROVIDER):
        leaf = ProviderLeaf.objects.order_by("id").first()
    assert leaf is not None
    for entry in (b"{}", b"", leaf.entry.encode()):
        said = Announcement(entry=entry, nonce=bytes(leaf.nonce), payload=leaf.payload, index=0, proof=())
        with pytest.raises(SignatureRefused, match="not announced"):
            keeping.signer.complete_key_change(said)
    assert keeping.signer.public() == before


def test_a_signer_that_is_away_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert change_signer_key(socket=tmp_path / "none", is_final=True) == 1
    assert "does not answer" in capsys.readouterr().err


def test_a_witness_that_watches_the_providers_log_follows_a_change_by_itself(
    cast: Cast, keeping: LogKeeping, tmp_path: Path
) -> None:
    """It is started with the key of before, reads tiles and changes as files, and goes on under the next key."""
    place, known = tmp_path / "log", VerifierKey(name=f"{BASE}/provider/1", public=keeping.signer.public())

    def serve() -> None:
        with tenant_transaction(PROVIDER):
            log = ProviderLog(epoch=1)
            signed = log.checkpoint()
            assert signed is not None
            for tile in tiles_of(signed.size):
                file = place / tile.path()
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(log.tile(tile))
            (place / "checkpoint").write_text(signed.note)
            (place / "key-changes").write_bytes(key_change_lines())

    def watched() -> tuple[int, str]:
        command = [
            sys.executable, "-I", WITNESS, "watch", place, "--once", "--key", tmp_path / "key",
            "--state", tmp_path / "state", "--log", known.text(),
        ]  # fmt: skip
        answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own program
        return answer.returncode, answer.stdout + answer.stderr

    generate = [sys.executable, "-I", WITNESS, "generate", "witness.test/w1", "--key", tmp_path / "key"]
    subprocess.run(generate, check=True, capture_output=True)  # noqa: S603 -- as above
    serve()
    assert watched()[0] == 0
    change(keeping)
    write(cast)
    keeping.publish(now=NOON)
    serve()

    status, said = watched()

    assert status == 0, said
    assert "the key was changed; both keys signed, and the log says so" in said
    (place / "key-changes").unlink()
    assert watched()[0] == UNCHECKED
