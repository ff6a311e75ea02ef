"""The log's files, bundles and receipts over HTTP; what is downloaded is verified by the customers' own program."""

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from support import cluster
from support.browser import signed_in
from support.cast import NOON, Cast, new_company
from support.logkeeping import BASE, SEED, LogKeeping, log_id, log_keeping
from support.months import APRIL, FIRST_OF_MAY, hand_in_and_approve, work_april
from support.probing import as_superuser
from tokimori.domains.closings.services.seal import seal_period
from tokimori.domains.timekeeping.reports import PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punch
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.ledger.models import LedgerEvent, LogRefusal
from tokimori.foundation.ledger.queries.proofs import proof_of_event
from tokimori.foundation.ledger.receipts import receipt_key
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey
from tokimori.foundation.transparency.proof_files import read_proof_file
from tokimori.foundation.transparency.receipts import read_receipt
from tokimori.foundation.transparency.tiles import Tile, entries_in, hashes_in, tiles_of
from tokimori.foundation.transparency.tree import leaf_hash

VERIFIER = Path(__file__).resolve().parents[3] / "verify" / "tokimori_verify.py"


@pytest.fixture
def keeping() -> Iterator[LogKeeping]:
    with log_keeping() as made:
        yield made


def punched(cast: Cast, count: int = 1) -> list[Any]:
    made = []
    for number in range(count):
        with tenant_transaction(cast.tenant):
            report = PunchReport(
                key=f"k{number}", employee_code=cast["aiko"].employee_code, occurred_at=NOON, kind=None,
                source=PunchSource.API,
            )  # fmt: skip
            made.append(record_punch(actor=cast["aiko"].principal, report=report, now=clock.now()))
    return made


def key_of(log: str) -> str:
    return VerifierKey(name=f"{BASE}/{log}/1", public=KeySigner(SEED).public()).text()


def verified(*arguments: object) -> tuple[int, str]:
    answer = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-I", VERIFIER, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return answer.returncode, answer.stdout + answer.stderr


def bundle_of(browser: Client, tmp_path: Path, **asked: str) -> Path:
    response = browser.get(reverse("log_bundle"), asked)
    assert response.status_code == 200
    file = tmp_path / "log.zip"
    file.write_bytes(b"".join(response.streaming_content))  # type: ignore[arg-type]
    return file


def test_a_bundle_of_the_whole_log_is_verified_without_us(cast: Cast, keeping: LogKeeping, tmp_path: Path) -> None:
    punched(cast, 5)
    keeping.publish(now=NOON)
    file = bundle_of(signed_in(cast, "eri"), tmp_path)
    provider = VerifierKey(name=f"{BASE}/provider/1", public=KeySigner(SEED).public()).text()

    status, said = verified("export", file, "--vkey", key_of(log_id(cast.tenant)), "--provider-vkey", provider)

    assert status == 0, said
    with zipfile.ZipFile(file) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        lines = [json.loads(line) for line in opened.read("events.jsonl").splitlines()]
    assert (manifest["complete"], manifest["vkey"]) == (True, key_of(log_id(cast.tenant)))
    assert all(line["payload"] for line in lines)
    with tenant_transaction(cast.tenant):
        assert LedgerEvent.objects.filter(name="log:exported").count() == 1


@pytest.mark.parametrize(("who", "may_see"), [("eri", True), ("gus", False), ("fay", False)])
def test_sealed_months_and_punches_are_in_the_bundle_only_of_who_may_read_everybodys_time(
    keeping: LogKeeping, tmp_path: Path, who: str, *, may_see: bool
) -> None:
    employee = frozenset({Role.EMPLOYEE})
    cast = new_company(
        people={
            "ben": (employee | {Role.MANAGER}, None),
            "aiko": (employee, "ben"),
            "chie": (employee | {Role.PAYROLL}, "ben"),
            "eri": (frozenset({Role.AUDITOR}), None),
            "fay": (frozenset({Role.ADMINISTRATOR}), None),
            "gus": (frozenset({Role.SECURITY}), None),
        }
    )
    work_april(cast)
    hand_in_and_approve(cast)
    with tenant_transaction(cast.tenant):
        seal_period(actor=cast["chie"].principal, month=APRIL, now=FIRST_OF_MAY)
    keeping.publish(now=FIRST_OF_MAY)
    browser = signed_in(cast, who)
    file = bundle_of(browser, tmp_path)

    with zipfile.ZipFile(file) as opened:
        seals = [name for name in opened.namelist() if name.startswith("seals/")]
        assert (
            ("punches.jsonl" in opened.namelist()) is ("facts" in json.loads(opened.read("manifest.json"))) is may_see
        )
    assert bool(seals) is may_see
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert ("and every sealed month" in browser.get(reverse("log_proof")).content.decode()) is may_see
    status, said = verified("export", file, "--vkey", key_of(log_id(cast.tenant)))
    assert status == 0, said


def test_a_bundle_of_a_time_has_a_path_for_each_event(cast: Cast, keeping: LogKeeping, tmp_path: Path) -> None:
    punched(cast, 5)
    keeping.publish(now=NOON)
    file = bundle_of(signed_in(cast, "eri"), tmp_path, since=clock.now().date().isoformat())

    status, said = verified("export", file, "--vkey", key_of(log_id(cast.tenant)))

    assert status == 0, said
    with zipfile.ZipFile(file) as opened:
        assert json.loads(opened.read("manifest.json"))["complete"] is False


def test_a_bundle_of_an_answer_holds_it_alone_each_event_with_its_proof(
    cast: Cast, keeping: LogKeeping, tmp_path: Path
) -> None:
    punched(cast, 3)
    keeping.publish(now=NOON)
    asked = {"question": "account", "about": str(cast["aiko"].principal.account_id)}
    file = bundle_of(signed_in(cast, "eri"), tmp_path, **asked)

    status, said = verified("export", file, "--vkey", key_of(log_id(cast.tenant)))

    assert status == 0, said
    assert "whether others fit the selection" in said
    with zipfile.ZipFile(file) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        lines = [json.loads(line) for line in opened.read("events.jsonl").splitlines()]
    leaves = [json.loads(line["leaf"]) for line in lines]
    assert {leaf["actor"] for leaf in leaves} == {asked["about"]}
    assert (manifest["selected"], manifest["complete"], manifest["events"]) == (True, False, len(lines))
    assert sum(leaf["type"] == "punch:recorded" for leaf in leaves) == 3

    for number, wrong in enumerate(
        (lines[::-1], [*lines, lines[-1]], lines[1:], [{**lines[0], "proof": lines[0]["proof"][1:]}, *lines[1:]])
    ):
        changed = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(file) as opened, zipfile.ZipFile(changed, "w") as written:
            for name in opened.namelist():
                content = "\n".join(json.dumps(line) for line in wrong) + "\n" if name == "events.jsonl" else None
                written.writestr(name, opened.read(name) if content is None else content)
        status, said = verified("export", changed, "--vkey", key_of(log_id(cast.tenant)))
        assert status != 0, said


def test_a_bundle_in_which_a_word_was_changed_is_refuted(cast: Cast, keeping: LogKeeping, tmp_path: Path) -> None:
    punched(cast, 2)
    keeping.publish(now=NOON)
    file = bundle_of(signed_in(cast, "eri"), tmp_path)
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as opened, zipfile.ZipFile(changed, "w") as written:
        for name in opened.namelist():
            written.writestr(name, opened.read(name).replace(b'"source":"api"', b'"source":"web"'))
    file.write_bytes(changed.getvalue())

    status, said = verified("export", file, "--vkey", key_of(log_id(cast.tenant)))

    assert status != 0
    assert "commit" in said or "payload" in said


@pytest.mark.parametrize("whose", ["tenant", "provider"])
def test_the_tiles_hold_the_whole_tree(cast: Cast, keeping: LogKeeping, whose: str) -> None:
    punched(cast, 3)
    keeping.publish(now=NOON)
    browser = signed_in(cast, "eri")
    log = log_id(cast.tenant) if whose == "tenant" else "provider"
    note = browser.get(f"/ledger/{log}/1/checkpoint").content.decode()
    size = int(note.splitlines()[1])

    leaves: list[bytes] = []
    for tile in tiles_of(size):
        content = browser.get(f"/ledger/{log}/1/{tile.path()}").content
        if tile.level == 0:
            leaves += hashes_in(content, width=tile.width)
            entries = browser.get(f"/ledger/{log}/1/{Tile(-1, tile.number, tile.width).path()}").content
            assert [leaf_hash(entry) for entry in entries_in(entries, width=tile.width)] == leaves[-tile.width :]
    assert len(leaves) == size
    assert note.splitlines()[0] == f"{BASE}/{log}/1"


@pytest.mark.parametrize("path", ["0/001", "0/000", "0/999.p/1", "7/000.p/1", "entries/x001/000", "0/00", "0/000.p/0"])
def test_tiles_that_are_none_are_not_found(cast: Cast, keeping: LogKeeping, path: str) -> None:
    punched(cast)
    keeping.publish(now=NOON)

    assert signed_in(cast, "eri").get(f"/ledger/{log_id(cast.tenant)}/1/tile/{path}").status_code == 404


def test_another_companys_log_is_not_found(cast: Cast, dan: Cast, keeping: LogKeeping) -> None:
    punched(cast)
    keeping.publish(now=NOON)

    assert signed_in(dan, "dan").get(f"/ledger/{log_id(cast.tenant)}/1/checkpoint").status_code == 404
    assert signed_in(cast, "aiko").get(f"/ledger/{log_id(cast.tenant)}/1/checkpoint").status_code == 403


def test_an_employee_keeps_his_receipt_and_turns_it_into_a_proof(
    cast: Cast, keeping: LogKeeping, tmp_path: Path
) -> None:
    (answer,) = punched(cast)
    aiko = signed_in(cast, "aiko")
    page = aiko.get(reverse("receipt", args=[answer.punch_id])).content.decode()
    note = aiko.get(reverse("receipt_file", args=[answer.punch_id])).content
    assert aiko.get(reverse("punch_proof", args=[answer.punch_id])).status_code == 409
    assert note.decode() == answer.receipt()
    assert "tokimori-receipt/v1" in page
    keeping.publish(now=NOON)
    (tmp_path / "receipt.note").write_bytes(note)
    (tmp_path / "punch.tlog-proof").write_bytes(aiko.get(reverse("punch_proof", args=[answer.punch_id])).content)
    with zipfile.ZipFile(bundle_of(signed_in(cast, "eri"), tmp_path)) as opened:
        receipt_key = json.loads(opened.read("manifest.json"))["receipt_vkey"]
    from django.conf import settings  # noqa: PLC0415 -- what this installation signs with

    from tokimori.foundation.receipt_keys import receipt_signer  # noqa: PLC0415 -- as above

    own = VerifierKey(
        name=f"{BASE}/{log_id(cast.tenant)}/1/receipts", public=receipt_signer(settings.RECEIPT_KEY).public()
    ).text()
    assert receipt_key is not None
    status, said = verified(
        "receipt", tmp_path / "receipt.note", "--vkey", own, "--proof", tmp_path / "punch.tlog-proof",
        "--log-vkey", key_of(log_id(cast.tenant)),
    )  # fmt: skip

    assert status == 0, said


def test_nobody_gets_the_receipt_of_somebody_else(cast: Cast) -> None:
    (answer,) = punched(cast)

    for name in ("receipt", "receipt_file", "punch_proof"):
        assert signed_in(cast, "ben").get(reverse(name, args=[answer.punch_id])).status_code == 404


def test_the_proof_of_an_event_is_for_who_reads_the_log_and_for_whose_it_is(cast: Cast, keeping: LogKeeping) -> None:
    punched(cast)
    keeping.publish(now=NOON)
    with tenant_transaction(cast.tenant):
        event = LedgerEvent.objects.get(name="punch:recorded")

    statuses = {
        name: signed_in(cast, name).get(reverse("event_proof", args=[event.id])).status_code
        for name in ("eri", "aiko", "ben")
    }
    assert statuses == {"eri": 200, "aiko": 200, "ben": 404}


def test_the_page_says_what_proves_the_log(cast: Cast, keeping: LogKeeping) -> None:
    eri = signed_in(cast, "eri")
    assert eri.get(reverse("log_proof")).status_code == 200
    punched(cast)
    keeping.publish(now=clock.now())
    page = eri.get(reverse("log_proof")).content.decode()

    assert key_of(log_id(cast.tenant)) in page.replace("&#x2B;", "+")


@pytest.mark.parametrize("whose", ["tenant", "provider"])
@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_an_epoch_beyond_all_numbers_is_not_found(cast: Cast, keeping: LogKeeping, whose: str, number: int) -> None:
    punched(cast)
    keeping.publish(now=NOON)
    browser = signed_in(cast, "eri")
    browser.raise_request_exception = False
    log = log_id(cast.tenant) if whose == "tenant" else "provider"

    for path in ("checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1"):
        assert browser.get(f"/ledger/{log}/{number}/{path}").status_code == 404


@pytest.mark.parametrize("whose", ["tenant", "provider"])
@pytest.mark.parametrize(
    "path", ["0/x999/999", "7/x999/x999/x999/x999/x999/999", "63/000", "entries/x999/x999/x999/999"]
)
def test_a_tile_beyond_the_tree_is_not_found(cast: Cast, keeping: LogKeeping, whose: str, path: str) -> None:
    punched(cast)
    keeping.publish(now=NOON)
    browser = signed_in(cast, "eri")
    browser.raise_request_exception = False
    log = log_id(cast.tenant) if whose == "tenant" else "provider"

    assert browser.get(f"/ledger/{log}/1/tile/{path}").status_code == 404


def test_a_bundle_holds_the_punches_beside_their_events_and_a_changed_one_is_named(
    cast: Cast, keeping: LogKeeping, tmp_path: Path
) -> None:
    made = punched(cast, 3)
    keeping.publish(now=NOON)
    file = bundle_of(signed_in(cast, "eri"), tmp_path)
    key = key_of(log_id(cast.tenant))

    status, said = verified("export", file, "--vkey", key)
    assert (status, "3 of the punches here say what was recorded" in said) == (0, True), said
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        administrator.execute("set session_replication_role = replica")
        administrator.execute(
            "update timekeeping_punchevent set occurred_at = occurred_at - interval '1 minute' where id = %s",
            [made[1].punch_id],
        )
    status, said = verified("export", bundle_of(signed_in(cast, "eri"), tmp_path), "--vkey", key)
    assert (status, "it was changed" in said) == (1, True), said
    assert "2 of the punches here say what was recorded" in said


def test_a_selection_holds_the_receipts_of_its_punches(cast: Cast, keeping: LogKeeping, tmp_path: Path) -> None:
    made = punched(cast, 2)
    keeping.publish(now=NOON)
    asked = {"question": "account", "about": str(cast["aiko"].principal.account_id)}
    file = bundle_of(signed_in(cast, "eri"), tmp_path, **asked)
    log = log_id(cast.tenant)

    with zipfile.ZipFile(file) as opened:
        notes = {opened.read(name).decode() for name in opened.namelist() if name.startswith("receipts/")}
    assert notes == {one.receipt() for one in made}
    receipts = receipt_key(f"{BASE}/{log}/1").text()
    status, said = verified("export", file, "--vkey", key_of(log), "--receipt-vkey", receipts)
    assert (status, "2 of the receipts here are genuine" in said) == (0, True), said


def test_a_punch_that_is_older_than_the_log_has_no_receipt_and_has_its_proof(
    cast: Cast, keeping: LogKeeping, tmp_path: Path
) -> None:
    (old,) = punched(cast, 1)
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        administrator.execute("set session_replication_role = replica")
        administrator.execute(
            "update ledger_ledgerevent set build = %s where tenant_id = %s and subject_id = %s",
            [bytes(32), cast.tenant, old.punch_id],
        )
    keeping.publish(now=NOON)
    browser = signed_in(cast, "aiko")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    page = browser.get(reverse("receipt", args=[old.punch_id])).content.decode()

    assert "older than the log, so no receipt was given for it" in page
    assert "tokimori-receipt" not in page
    assert "Keep the receipt" not in page
    assert "Get the proof" in page
    assert browser.get(reverse("receipt_file", args=[old.punch_id])).status_code == 404
    assert punched(cast, 1)[0].receipt() is None
    asked = {"question": "account", "about": str(cast["aiko"].principal.account_id)}
    with zipfile.ZipFile(bundle_of(signed_in(cast, "eri"), tmp_path, **asked)) as opened:
        assert not any(name.startswith("receipts/") for name in opened.namelist())


def test_the_page_of_an_import_hands_out_the_receipts_of_its_punches(cast: Cast, keeping: LogKeeping) -> None:
    browser = signed_in(cast, "chie")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    day = (clock.now() - timedelta(days=1)).date().isoformat()
    lines = ["employee_code,date,time,kind,place"]
    lines += [f"{cast['aiko'].employee_code},{day},{hour:02}:00,," for hour in (9, 10, 11)]
    file = SimpleUploadedFile("april.csv", "\r\n".join(lines).encode(), content_type="text/csv")
    page = browser.post(reverse("imports"), {"file": file}).content.decode()
    found = re.search(r'href="([^"]+/receipts)"', page)
    assert found
    assert "Download the receipts" in page

    answer = browser.get(found[1])

    content = b"".join(answer.streaming_content)  # type: ignore[arg-type]
    log = log_id(cast.tenant)
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        receipts = [
            read_receipt(opened.read(name), keys=[receipt_key(f"{BASE}/{log}/1")]) for name in opened.namelist()
        ]
    assert len(receipts) == 3
    keeping.publish(now=clock.now())
    with tenant_transaction(cast.tenant):
        for receipt in receipts:
            assert read_proof_file(proof_of_event(tenant=cast.tenant, event_id=receipt.event))
    other = signed_in(cast, "eri")
    assert other.get(found[1]).status_code == 403


def test_the_page_says_why_the_signer_refuses_until_it_signs_again(cast: Cast, keeping: LogKeeping) -> None:
    punched(cast, 2)
    keeping.publish(now=NOON)
    browser = signed_in(cast, "eri")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "The signer has refused" not in browser.get(reverse("log_proof")).content.decode()
    place = f"where tenant_id = '{cast.tenant}' and \"index\" = 3"
    with as_superuser(
        f"update ledger_logentry set leaf_hash = sha256(leaf_hash) {place}",  # noqa: S608 -- our own id
        "update ledger_logentry as entry set leaf_hash = event.leaf_hash from ledger_ledgerevent as event"  # noqa: S608 -- as above
        f" where event.id = entry.id and entry.tenant_id = '{cast.tenant}'",
        past_triggers=True,
    ):
        keeping.sequencer.forget()
        assert keeping.publish(now=clock.now()).refused
        signed_in(cast, "aiko")
        keeping.publish(now=clock.now())
        page = browser.get(reverse("log_proof")).content.decode()
        assert "The signer has refused this log since" in page
        assert "does not lead to" in page
        with tenant_transaction(cast.tenant):
            assert LogRefusal.objects.filter(tenant_id=cast.tenant).count() == 1
    keeping.sequencer.forget()
    signed_in(cast, "ben")
    assert keeping.publish(now=clock.now() + timedelta(seconds=5)).tenants
    assert "The signer has refused" not in browser.get(reverse("log_proof")).content.decode()
