"""A published snapshot holds every row, commits to every file, and is checked by the verifier without us."""

import csv
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import openpyxl
import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from support.cast import usual_cast
from support.logkeeping import log_keeping
from support.probing import settle
from support.provider import at_console, new_worker
from support.verifier import proven, refuted, saved, unchecked
from tokimori.assurance.catalogue.controls import LANGUAGES, ROWS, controls
from tokimori.assurance.evaluation.contradictions import Contradiction, Requires
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.models import AcceptedGap
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.probe import Observation
from tokimori.assurance.queries import Sheet, newest_run, present_sheet, sheet_of
from tokimori.assurance.services.running import keep_observation
from tokimori.assurance.snapshots import bundle
from tokimori.assurance.snapshots.content import Snapshot, SnapshotBroken, read_snapshot
from tokimori.assurance.snapshots.errors import SheetChanged, SheetContradictory
from tokimori.assurance.snapshots.formats.catalogue import FILES, written
from tokimori.assurance.snapshots.formats.oscal import write_component
from tokimori.assurance.snapshots.formats.page import write_page
from tokimori.assurance.snapshots.formats.paper import write_paper
from tokimori.assurance.snapshots.formats.tables import write_csv, write_workbook
from tokimori.assurance.snapshots.making import snapshot_of
from tokimori.assurance.snapshots.queries import all_snapshots, content_of, file_content, files_of, one_snapshot
from tokimori.assurance.snapshots.services import publishing
from tokimori.assurance.snapshots.services.publishing import Seen, draft, publish_snapshot
from tokimori.domains.exports.writers import harmless
from tokimori.foundation import clock
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.limits import MOST_LARGE_FILES
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.ledger.queries.statements import StatementProof, statement_proof
from tokimori.foundation.ledger.services.statements import StatementType, state_publicly
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction


def look(outcome: Outcome = Outcome.PASSED, *, clocks: int = 2) -> None:
    """Let one probe see something, so that one row has live numbers."""
    now = clock.now()
    seen = Observation(outcome=outcome, reason="", measured={"clocks": clocks})
    keep_observation(probe=PROBES["clock.offset"], seen=seen, observed_from=now, observed_to=now)


@pytest.fixture(scope="module")
def published() -> tuple[UUID, StatementProof]:
    """A snapshot that was published, and signed since."""
    look()
    settle()
    worker = new_worker()
    with log_keeping() as keeping:
        keeping.publish(now=clock.now())
        with tenant_transaction(PROVIDER):
            snapshot_id = publish_snapshot(actor=worker.principal, now=clock.now())
        keeping.publish(now=clock.now())
    with tenant_transaction(PROVIDER):
        proof = statement_proof(one_snapshot(snapshot_id).statement_id)
    assert proof is not None
    return snapshot_id, proof


def files(snapshot_id: UUID) -> dict[str, bytes]:
    with tenant_transaction(PROVIDER):
        return {one.name: file_content(snapshot_id, one.name)[1] for one in files_of(snapshot_id)}


def asked(folder: Path, content: bytes, proof: StatementProof) -> tuple[object, ...]:
    return (
        "sheet", saved(folder, "file", content), "--proof", saved(folder, "p.tlog-proof", proof.proof),
        "--opening", saved(folder, "o.json", proof.opening), "--vkey", proof.key,
    )  # fmt: skip


def sample_sheet() -> Sheet:
    now = clock.now()
    with tenant_transaction(PROVIDER):
        return present_sheet(now=now)


def sample_snapshot() -> Snapshot:
    return snapshot_of(sample_sheet(), runs={}, snapshot_id=new_id(at=clock.now()), edition="public", build="0" * 64)


def test_a_snapshot_holds_every_row_with_its_evidence_and_its_digests(
    published: tuple[UUID, StatementProof],
) -> None:
    with tenant_transaction(PROVIDER):
        snapshot = content_of(published[0])
        run = newest_run("clock.offset")
    assert run is not None

    assert [one.row for one in snapshot.rows] == list(ROWS)
    row = next(one for one in snapshot.rows if one.row == 85)
    evidence = next(one for one in row.evidence if one.name == "clock.offset")
    assert (evidence.run, evidence.digest, evidence.event) == (str(run.id), run.digest, str(run.event_id))
    assert evidence.measured["clocks"] == 2
    assert "clocks = 2" in row.remark.en
    assert row.valid_until
    for one in snapshot.rows:
        assert one.question.ja == controls()[one.row].asks.ja
        assert one.mark in "○△×－"  # noqa: RUF001 -- the marks of check sheets
        assert one.remark.ja
        assert one.remark.th


def test_every_file_is_proven_offline(published: tuple[UUID, StatementProof], tmp_path: Path) -> None:
    snapshot_id, proof = published
    content = files(snapshot_id)

    assert set(content) == {one.name for one in FILES}
    for name, one in content.items():
        assert "digest of this very file" in proven(*asked(tmp_path, one, proof)), name


def test_a_changed_file_is_refuted_whichever_it_is(published: tuple[UUID, StatementProof], tmp_path: Path) -> None:
    snapshot_id, proof = published

    for name, one in files(snapshot_id).items():
        broken = bytearray(one)
        broken[len(broken) // 2] ^= 1
        assert "the file was changed" in refuted(*asked(tmp_path, bytes(broken), proof)), name


@pytest.mark.parametrize("row", [1, 41, 135])
def test_a_changed_row_is_refuted_and_so_is_a_row_that_was_left_out(
    published: tuple[UUID, StatementProof], tmp_path: Path, row: int
) -> None:
    snapshot_id, proof = published
    plain = json.loads(files(snapshot_id)["sheet.json"])

    better = {**plain, "rows": [{**one, "mark": "○"} if one["row"] == row else one for one in plain["rows"]]}
    shorter = {**plain, "rows": [one for one in plain["rows"] if one["row"] != row]}

    for changed in (better, shorter):
        written_anew = json.dumps(changed, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        if written_anew != files(snapshot_id)["sheet.json"]:
            refuted(*asked(tmp_path, written_anew, proof))


def test_without_the_opening_or_a_key_nothing_is_claimed(
    published: tuple[UUID, StatementProof], tmp_path: Path
) -> None:
    snapshot_id, proof = published
    given_all = asked(tmp_path, files(snapshot_id)["sheet.json"], proof)

    unchecked(*given_all[:4], *given_all[6:])
    unchecked(*given_all[:6])


def test_another_opening_is_refuted(published: tuple[UUID, StatementProof], tmp_path: Path) -> None:
    snapshot_id, proof = published
    opening = json.loads(proof.opening)
    opening["payload"]["details"]["sheet.json"] = "0" * 64
    forged = replace(proof, opening=json.dumps(opening).encode())

    refuted(*asked(tmp_path, files(snapshot_id)["sheet.json"], forged))


def test_an_entry_that_publishes_no_sheet_proves_none_though_it_names_the_digest_of_a_file(tmp_path: Path) -> None:
    forged = b'{"format":"tokimori-sheet/v1"}'
    other = cast("StatementType", SimpleNamespace(value="register_file:attached"))
    with log_keeping() as keeping:
        keeping.publish(now=clock.now())
        with tenant_transaction(PROVIDER):
            details = {"digest": hashlib.sha256(forged).hexdigest()}
            statement = state_publicly(other, details=details, now=clock.now())
        keeping.publish(now=clock.now())
    with tenant_transaction(PROVIDER):
        proof = statement_proof(statement)
    assert proof is not None

    assert "not the publication of a sheet" in refuted(*asked(tmp_path, forged, proof))


def test_publishing_is_recorded_with_the_digest_and_needs_one_of_the_providers_people(
    published: tuple[UUID, StatementProof],
) -> None:
    snapshot_id, _proof = published
    with tenant_transaction(PROVIDER):
        event = LedgerEvent.objects.get(tenant_id=PROVIDER, name="sheet:published", subject_id=snapshot_id)
        digest = next(one.digest for one in files_of(snapshot_id) if one.name == "sheet.json")
    assert event.details["digest"] == digest

    cast = usual_cast()
    with pytest.raises(NotAllowed), tenant_transaction(cast.tenant):
        publish_snapshot(actor=cast["eri"].principal, now=clock.now())


def test_a_contradiction_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = new_worker()
    found = Contradiction(rule=Requires(row=39, others=(119,)), rows=(39, 119))
    monkeypatch.setattr(
        publishing,
        "present_sheet",
        lambda **named: replace(sheet_of(evidence=(), now=named["now"]), contradictions=(found,)),
    )

    with tenant_transaction(PROVIDER):
        assert not draft(now=clock.now()).may_be_published
        with pytest.raises(SheetContradictory):
            publish_snapshot(actor=worker.principal, now=clock.now())


def seen_now() -> Seen:
    now = clock.now()
    with tenant_transaction(PROVIDER):
        return Seen(at=now, fingerprint=draft(now=now, until=now).fingerprint)


def test_what_was_looked_at_is_what_is_published() -> None:
    worker = new_worker()
    look(Outcome.FAILED)
    settle()
    seen = seen_now()
    look()
    with tenant_transaction(PROVIDER):
        with pytest.raises(SheetChanged):
            publish_snapshot(actor=worker.principal, now=clock.now(), seen=seen)
        seen = seen_now()
        publish_snapshot(actor=worker.principal, now=clock.now(), seen=seen)


def test_numbers_that_nobody_looked_at_are_not_published() -> None:
    worker = new_worker()
    look()
    settle()
    seen = seen_now()
    look(clocks=3)  # the row stands as before, the remark would say something else

    with tenant_transaction(PROVIDER):
        snapshot = content_of(publish_snapshot(actor=worker.principal, now=clock.now(), seen=seen))

    row = next(one for one in snapshot.rows if one.row == 85)
    assert next(one for one in row.evidence if one.name == "clock.offset").measured["clocks"] == 2
    assert "clocks = 2" in row.remark.en


def test_a_reason_that_nobody_looked_at_is_not_published() -> None:
    worker, other = new_worker(), new_worker()
    look(Outcome.FAILED)
    settle()
    seen = seen_now()
    with tenant_transaction(PROVIDER):
        AcceptedGap.objects.create(
            tenant_id=PROVIDER, row=85, reason="What nobody has looked at", requested_by=worker.account_id,
            approved_by=other.account_id, approved_at=clock.now(), expires_at=clock.now() + timedelta(seconds=30),
        )  # fmt: skip
        assert "What nobody has looked at" in draft(now=clock.now()).shown.rows[84].remark.en

        snapshot = content_of(publish_snapshot(actor=worker.principal, now=clock.now(), seen=seen))

    assert b"What nobody has looked at" not in snapshot.content()


def test_what_does_not_give_the_same_sheet_again_is_not_published() -> None:
    worker = new_worker()
    settle()
    seen = seen_now()
    with tenant_transaction(PROVIDER), pytest.raises(SheetChanged):
        publish_snapshot(actor=worker.principal, now=clock.now(), seen=replace(seen, fingerprint="0" * 64))


@pytest.mark.parametrize("minutes", [-1, 16])
def test_a_look_of_another_time_publishes_nothing(minutes: int) -> None:
    worker = new_worker()
    settle()
    at = clock.now() - timedelta(minutes=minutes)
    with tenant_transaction(PROVIDER):
        seen = Seen(at=at, fingerprint=draft(now=at, until=at).fingerprint)
        with pytest.raises(SheetChanged):
            publish_snapshot(actor=worker.principal, now=clock.now(), seen=seen)


@pytest.mark.parametrize("text", ["", "x", "2026-11-27T00:00:00 " + "0" * 64, "2026-11-27T00:00:00+00:00"])
def test_a_form_that_says_nothing_of_what_it_showed_publishes_nothing(text: str) -> None:
    worker = new_worker()
    with tenant_transaction(PROVIDER):
        before = len(all_snapshots(limit=1000))
    at_console(worker).post(reverse("publish_sheet"), {"seen": text})
    with tenant_transaction(PROVIDER):
        assert len(all_snapshots(limit=1000)) == before


def test_the_same_snapshot_gives_the_same_bytes_in_every_format() -> None:
    snapshot = sample_snapshot()

    first, second = list(written(snapshot)), list(written(read_snapshot(snapshot.content())))

    assert first == second


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=20))
def test_bytes_that_are_no_snapshot_are_refused(place: int, other: bytes) -> None:
    content = SAMPLE
    cut = place % len(content)
    changed = content[:cut] + other + content[cut + len(other) :]

    try:
        assert read_snapshot(changed).content() == changed
    except SnapshotBroken:
        return


SAMPLE = b""


@pytest.fixture(autouse=True, scope="module")
def _sample() -> None:
    globals()["SAMPLE"] = sample_snapshot().content()


def test_the_table_opens_and_no_cell_is_a_formula() -> None:
    snapshot = sample_snapshot()
    evil = tuple(
        replace(one, remark=replace(one.remark, en="=cmd|' /C calc'!A0")) if one.row == 1 else one
        for one in snapshot.rows
    )
    changed = replace(snapshot, rows=evil)

    for language in LANGUAGES:
        lines = list(csv.reader(io.StringIO(write_csv(changed, language).decode("utf-8-sig"), newline="")))
        assert [line[0] for line in lines[1:]] == [str(row) for row in ROWS]
        assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)


def test_no_text_becomes_markup_of_the_workbook_or_the_page() -> None:
    snapshot = sample_snapshot()
    evil = "<r><t>a</t></r><si><t>b</t></si><r></r>"
    rows = tuple(replace(one, remark=replace(one.remark, en=evil)) if one.row == 1 else one for one in snapshot.rows)
    changed = replace(snapshot, rows=rows)

    page = openpyxl.load_workbook(io.BytesIO(write_workbook(changed, "en"))).worksheets[0]
    assert [cell.value.strip() for row in page.iter_rows() for cell in row if "<si>" in str(cell.value)] == [evil]
    assert evil not in write_page(changed, "en").decode()
    assert (
        evil
        in json.loads(write_component(changed))["component-definition"]["components"][0]["control-implementations"][0][
            "implemented-requirements"
        ][0]["description"]
    )


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "＠a", "－1"])  # noqa: RUF001
def test_what_a_spreadsheet_would_work_out_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("－") == "－"  # noqa: RUF001 -- a mark of check sheets


def test_the_workbook_has_the_layout_of_a_check_sheet() -> None:
    snapshot = sample_snapshot()

    for language in LANGUAGES:
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(snapshot, language)))
        page = book.worksheets[0]
        numbered = [line for line in page.iter_rows(values_only=True) if isinstance(line[0], int)]
        assert [line[0] for line in numbered] == list(ROWS)
        for line, row in zip(numbered, snapshot.rows, strict=True):
            assert (line[1], line[2]) == (row.question.in_language(language), row.mark)


def test_the_page_stands_alone_and_escapes_what_is_in_it() -> None:
    snapshot = sample_snapshot()
    evil = tuple(replace(one, remark=replace(one.remark, ja="<script>x</script>")) for one in snapshot.rows)

    page = write_page(replace(snapshot, rows=evil), "ja").decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http://" not in page
    assert "https://" not in page
    assert all(f'id="row-{row}"' in page for row in ROWS)


def test_everybody_finds_the_published_snapshot_and_gets_the_very_bytes(
    published: tuple[UUID, StatementProof],
) -> None:
    snapshot_id, _proof = published
    browser = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")

    assert str(snapshot_id) in browser.get(reverse("sheet_snapshots")).content.decode()
    shown = browser.get(reverse("sheet_snapshot", args=[snapshot_id])).content.decode()
    assert "Signed" in shown
    for name, content in files(snapshot_id).items():
        answer = browser.get(reverse("sheet_file", args=[snapshot_id, name]))
        assert answer.content == content
        assert answer["Content-Disposition"].startswith("attachment")
        assert name in shown


def test_the_zip_holds_all_that_is_needed_to_check_it(published: tuple[UUID, StatementProof], tmp_path: Path) -> None:
    snapshot_id, proof = published
    answer = Client(SERVER_NAME="localhost").get(reverse("sheet_file", args=[snapshot_id, "everything.zip"]))

    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        bundle.extractall(tmp_path)
    proven(
        "sheet", tmp_path / "sheet.th.xlsx", "--proof", tmp_path / "proof.tlog-proof",
        "--opening", tmp_path / "opening.json", "--vkey", proof.key,
    )  # fmt: skip
    assert proof.key in (tmp_path / "README.txt").read_text()


def test_the_zip_is_made_once_and_what_a_browser_holds_is_not_sent_again(
    published: tuple[UUID, StatementProof], monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot_id, _ = published
    browser = Client(SERVER_NAME="localhost")
    where = reverse("sheet_file", args=[snapshot_id, "everything.zip"])
    first = browser.get(where)
    read: list[str] = []
    monkeypatch.setattr(bundle, "file_content", lambda _, name: read.append(name))

    again = browser.get(where)
    held = browser.get(where, headers={"If-None-Match": first["ETag"]})
    file = browser.get(reverse("sheet_file", args=[snapshot_id, "sheet.json"]))
    file_held = browser.get(
        reverse("sheet_file", args=[snapshot_id, "sheet.json"]), headers={"If-None-Match": file["ETag"]}
    )

    assert again.content == first.content
    assert read == []
    assert (held.status_code, held.content) == (304, b"")
    assert (file_held.status_code, file_held.content) == (304, b"")


def test_nobody_takes_the_zip_as_often_as_he_likes(published: tuple[UUID, StatementProof]) -> None:
    snapshot_id, _ = published
    browser = Client(SERVER_NAME="localhost", REMOTE_ADDR="203.0.113.77")
    where = reverse("sheet_file", args=[snapshot_id, "everything.zip"])

    statuses = [browser.head(where).status_code for _ in range(MOST_LARGE_FILES + 1)]

    assert statuses == [200] * MOST_LARGE_FILES + [429]
    assert Client(SERVER_NAME="localhost", REMOTE_ADDR="203.0.113.78").get(where).status_code == 200


def test_who_publishes_sees_what_differs_and_publishes_by_one_button() -> None:
    worker = new_worker()
    browser = at_console(worker)
    look()
    settle()
    with tenant_transaction(PROVIDER):
        publish_snapshot(actor=worker.principal, now=clock.now())
    look(Outcome.FAILED)
    settle()
    shown = browser.get(reverse("sheet_publishing")).content.decode()
    assert re.search(r'href="/trust/85"', shown)
    seen = re.search(r'name="seen" value="([^"]+ [0-9a-f]{64})"', shown)
    assert seen

    browser.post(reverse("publish_sheet"), {"seen": seen[1]})
    with tenant_transaction(PROVIDER):
        newest = all_snapshots(limit=1)[0]
    assert not newest.is_listed
    assert newest.published_by == worker.account_id
    stranger = Client(SERVER_NAME="localhost")
    assert stranger.get(reverse("sheet_snapshot", args=[newest.id])).status_code == 404
    assert stranger.get(reverse("sheet_file", args=[newest.id, "sheet.json"])).status_code == 404

    look()
    browser.post(reverse("publish_sheet"), {"seen": seen[1], "is_listed": "yes"})
    with tenant_transaction(PROVIDER):
        assert all_snapshots(limit=1)[0] == newest, "the sheet changed since it was looked at"


def bare(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_opens_and_carries_its_type_inside(language: str) -> None:
    snapshot = sample_snapshot()
    content = write_paper(snapshot, language)

    document = pypdf.PdfReader(io.BytesIO(content))
    text = bare("".join(page.extract_text() for page in document.pages))
    fonts = [font.get_object() for page in document.pages for font in page["/Resources"].get_object()["/Font"].values()]

    assert all("/DescendantFonts" in font for font in fonts)
    assert document.metadata is not None
    assert document.metadata.creation_date == snapshot.moment
    if language != "th":  # the signs above and below Thai letters come out of a document in another order
        for row in snapshot.rows:
            assert bare(row.question.in_language(language)) in text, row.row
