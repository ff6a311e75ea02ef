"""A company's own edition holds the published sheet and its own values; nobody else finds it; it is checked without us."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, new_company
from support.logkeeping import log_keeping
from support.probing import settle
from support.provider import new_worker
from support.verifier import proven, refuted, saved, unchecked
from tokimori.assurance.editions import services
from tokimori.assurance.editions.errors import NothingPublished, TooManyEditions
from tokimori.assurance.editions.models import OwnEdition
from tokimori.assurance.editions.queries import (
    edition_file,
    edition_files,
    edition_proof,
    editions,
    one_edition,
)
from tokimori.assurance.editions.services import MOST_A_DAY, make_edition
from tokimori.assurance.own.values import OWN_ROWS
from tokimori.assurance.snapshots.content import read_snapshot
from tokimori.assurance.snapshots.formats.catalogue import FILES
from tokimori.assurance.snapshots.queries import newest_published
from tokimori.assurance.snapshots.services.publishing import publish_snapshot
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.ledger.queries.statements import StatementProof
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction


@pytest.fixture(scope="module")
def company() -> Cast:
    return new_company(
        people={
            "fay": (frozenset({Role.ADMINISTRATOR}), None),
            "eri": (frozenset({Role.AUDITOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )


@pytest.fixture(scope="module")
def made(company: Cast) -> tuple[UUID, StatementProof]:
    """An edition of a published sheet, and what proves it."""
    worker = new_worker()
    settle()
    with log_keeping() as keeping:
        keeping.publish(now=clock.now())
        with tenant_transaction(PROVIDER):
            publish_snapshot(actor=worker.principal, now=clock.now())
        published = newest_published()
        fay = company["fay"].principal
        with tenant_transaction(company.tenant):
            edition_id = make_edition(actor=fay, published=published, now=clock.now())
        keeping.publish(now=clock.now())
    with tenant_transaction(company.tenant):
        proof = edition_proof(actor=fay, edition=one_edition(actor=fay, edition_id=edition_id))
    assert proof is not None
    return edition_id, proof


def files(company: Cast, edition_id: UUID) -> dict[str, bytes]:
    eri = company["eri"].principal
    with tenant_transaction(company.tenant):
        return {
            one.name: edition_file(actor=eri, edition_id=edition_id, name=one.name)[1]
            for one in edition_files(actor=eri, edition_id=edition_id)
        }


def asked(folder: Path, content: bytes, proof: StatementProof) -> tuple[object, ...]:
    return (
        "sheet", saved(folder, "file", content), "--proof", saved(folder, "proof.tlog-proof", proof.proof),
        "--opening", saved(folder, "opening.json", proof.opening), "--vkey", proof.key,
    )  # fmt: skip


def test_it_holds_the_published_sheet_as_it_is_and_own_values_beside(
    company: Cast, made: tuple[UUID, StatementProof]
) -> None:
    edition = read_snapshot(files(company, made[0])["sheet.json"])
    published = newest_published()
    assert published is not None
    assert edition.edition == company.company_code
    assert {row.row for row in edition.rows if row.own} == OWN_ROWS
    assert all(row.own is None for row in published.snapshot.rows)
    for ours, theirs in zip(edition.rows, published.snapshot.rows, strict=True):
        assert (ours.state, ours.mark, ours.evidence, ours.remark) == (
            theirs.state, theirs.mark, theirs.evidence, theirs.remark,
        )  # fmt: skip
    own = edition.rows[40].own
    assert own is not None
    assert own["attempts"] == 10
    assert own["public_snapshot"] == published.snapshot.id


def test_every_file_is_proven_by_the_companys_own_log(
    company: Cast, made: tuple[UUID, StatementProof], tmp_path: Path
) -> None:
    edition_id, proof = made
    found = files(company, edition_id)
    assert set(found) == {one.name for one in FILES}
    for name, content in found.items():
        (folder := tmp_path / name).mkdir()
        assert "The log holds the digest of this very file" in proven(*asked(folder, content, proof))
    changed = found["sheet.json"].replace(b'"attempts":10', b'"attempts":99')
    assert changed != found["sheet.json"]
    assert "the file was changed" in refuted(*asked(tmp_path, changed, proof))
    without = asked(tmp_path, found["sheet.json"], proof)
    assert "pass --opening" in unchecked(*without[:4], *without[6:])


def test_tables_say_own_values_in_words_of_each_language(
    company: Cast, made: tuple[UUID, StatementProof], tmp_path: Path
) -> None:
    found = files(company, made[0])
    for language, words in {"en": "After 10 wrong attempts", "ja": "10", "th": "10"}.items():
        book = openpyxl.load_workbook(saved(tmp_path, f"{language}.xlsx", found[f"sheet.{language}.xlsx"]))
        remarks = " ".join(str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
        assert words in remarks
        assert "UTC):" in remarks or "UTC時点):" in remarks
    assert b"After 10 wrong attempts" in found["sheet.en.html"]
    results = json.loads(found["assessment-results.oscal.json"])
    assert '"class": "attempts"' in json.dumps(results)


def test_nobody_else_finds_it(company: Cast, made: tuple[UUID, StatementProof], dan: Cast) -> None:
    edition_id, _proof = made
    stranger = dan["dan"].principal
    with tenant_transaction(dan.tenant):
        assert editions(actor=stranger, limit=9) == ()
        with pytest.raises(NotFound):
            one_edition(actor=stranger, edition_id=edition_id)
    for path in (reverse("sheet_snapshot", args=[edition_id]), reverse("sheet_file", args=[edition_id, "sheet.json"])):
        assert Client(SERVER_NAME="localhost").get(path).status_code == 404
    assert signed_in(dan, "dan").get(reverse("own_edition", args=[edition_id])).status_code == 404
    assert signed_in(company, "aiko").get(reverse("own_edition", args=[edition_id])).status_code == 403


def test_an_auditor_takes_it_and_makes_none(company: Cast, made: tuple[UUID, StatementProof]) -> None:
    eri, published = company["eri"].principal, newest_published()
    with pytest.raises(NotAllowed), tenant_transaction(company.tenant):
        make_edition(actor=eri, published=published, now=clock.now())
    browser = signed_in(company, "eri")
    assert "Make an edition" not in browser.get(reverse("own_editions")).content.decode()
    page = browser.get(reverse("own_edition", args=[made[0]])).content.decode()
    assert "sheet.ja.xlsx" in page
    bundle = browser.get(reverse("own_edition_file", args=[made[0], "everything.zip"]))
    assert bundle.content[:2] == b"PK"
    for name in ("sheet.th.pdf", "proof.tlog-proof", "opening.json"):
        taken = browser.get(reverse("own_edition_file", args=[made[0], name]))
        assert taken.status_code == 200
        assert taken["Content-Disposition"].startswith("attachment")
    assert browser.get(reverse("own_edition_file", args=[made[0], "other.json"])).status_code == 404


def test_the_page_makes_one(company: Cast, made: tuple[UUID, StatementProof]) -> None:
    browser = signed_in(company, "fay")
    answer = browser.post(reverse("make_own_edition"))
    assert answer.status_code == 302
    page = browser.get(answer["Location"]).content.decode()
    assert "sheet.json" in page
    assert "has not been signed over it yet" in page
    assert made is not None


def test_there_are_ten_a_day_at_most_and_none_before_the_first_was_published(
    company: Cast, made: tuple[UUID, StatementProof], monkeypatch: pytest.MonkeyPatch
) -> None:
    fay, published = company["fay"].principal, newest_published()
    with pytest.raises(NothingPublished), tenant_transaction(company.tenant):
        make_edition(actor=fay, published=None, now=clock.now())
    monkeypatch.setattr(services, "MOST_A_DAY", 0)
    with pytest.raises(TooManyEditions), tenant_transaction(company.tenant):
        make_edition(actor=fay, published=published, now=clock.now())
    with tenant_transaction(company.tenant):
        past = OwnEdition.objects.filter(tenant_id=company.tenant, made_at__gt=clock.now() - timedelta(days=1))
        assert past.count() < MOST_A_DAY
    assert made is not None
