"""The demo's entries: shown and marked, worth nothing, without effect, and not to be made real."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from support.provider import SYSTEM, at_console, new_worker
from support.registers import content, drafted, ended, new_desk
from tokimori.assurance.catalogue.controls import controls
from tokimori.assurance.evaluation.answers import Why
from tokimori.assurance.evaluation.states import State
from tokimori.assurance.probes.registers import has_entries, real_entries
from tokimori.assurance.queries import present_sheet
from tokimori.assurance.registers.errors import EntryNotValid
from tokimori.assurance.registers.judging.catalogue import CRITERIA, register_evidence
from tokimori.assurance.registers.models import SAMPLE_AUTHOR, Entry
from tokimori.assurance.registers.queries.overview import holds_samples, what_expires
from tokimori.assurance.registers.queries.reading import entries_of
from tokimori.assurance.registers.services.consequences import keep_to_registers
from tokimori.assurance.registers.services.sampling import fill_with_samples
from tokimori.foundation import clock
from tokimori.foundation.identity.models import Account
from tokimori.foundation.operators.services.holds import holds
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction


@pytest.fixture(scope="module", autouse=True)
def _samples(_database: None) -> Iterator[None]:
    """Samples alone: real entries of other tests of this process are withdrawn, samples are afterwards."""
    third, fourth = new_worker("Third"), new_worker("Fourth")
    with tenant_transaction(PROVIDER):
        for one in entries_of():
            if one.state.value not in {"withdrawn", "superseded"}:
                ended(one.id, asked=third, agreed=fourth)
        fill_with_samples(now=clock.now())
    yield
    with tenant_transaction(PROVIDER):
        for one in entries_of():
            if one.state.value not in {"withdrawn", "superseded"}:
                ended(one.id, asked=third, agreed=fourth)


def test_every_row_that_names_a_register_shows_a_sample_and_claims_nothing() -> None:
    with tenant_transaction(PROVIDER):
        sheet = present_sheet(now=clock.now())
        assert holds_samples()

    for row, control in controls().items():
        answer = sheet.answers[row]
        if not control.registers:
            assert not answer.has_sample
            continue
        assert answer.state in {State.NO_EVIDENCE, State.STALE, State.GAP}, row
        assert answer.has_sample, row
        if answer.state is State.NO_EVIDENCE:
            assert answer.why is Why.ONLY_SAMPLE, row
        shown = {one.source.name for one in answer.findings if one.evidence and one.evidence.is_sample}
        assert shown >= set(control.registers), row


def test_samples_pass_their_own_criteria_so_that_they_show_what_good_entries_are() -> None:
    with tenant_transaction(PROVIDER):
        found = {one.source.name: one for one in register_evidence(now=clock.now())}

    assert set(found) == set(CRITERIA)
    assert {name: one.reason for name, one in found.items() if one.reason} == {}
    assert all(one.is_sample for one in found.values())


def test_nothing_that_samples_measured_is_counted_as_measured() -> None:
    with tenant_transaction(PROVIDER):
        sheet = present_sheet(now=clock.now())

    assert dict(sheet.answers[5].measured) == {}
    assert dict(sheet.answers[68].measured) == {}


def test_the_public_page_says_that_it_is_a_sample() -> None:
    listed = Client().get(reverse("trust")).content.decode()
    shown = Client().get(reverse("trust_row", args=[5])).content.decode()

    assert "SAMPLE" in listed
    assert "Invented for this demo" in shown
    assert "What is shown is a sample. It proves nothing." in shown
    assert "No evidence" in shown


def test_samples_have_no_effects_and_are_no_work() -> None:
    worker = new_worker()
    with tenant_transaction(PROVIDER):
        keep_to_registers(actor=SYSTEM, now=clock.now())
        assert worker.account_id not in holds()
        assert what_expires(actor=worker.principal, now=clock.now()) == ()
        assert real_entries() == () or all(not one.is_sample for one in real_entries())
    assert not has_entries("vendor_evidence", "certifications", "audits")


def test_those_behind_samples_cannot_sign_in_and_the_database_knows_them() -> None:
    with tenant_transaction(PROVIDER):
        account = Account.objects.get(id=SAMPLE_AUTHOR)
        assert (account.is_active, account.roles, account.has_usable_password()) == (False, [], False)
        assert set(Entry.objects.filter(is_sample=True).values_list("opened_by", flat=True)) == {SAMPLE_AUTHOR}
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from registers_entry where is_sample and opened_by <> %s", [SAMPLE_AUTHOR])
            assert cursor.fetchone() == (0,)


def test_what_is_no_sample_names_no_sample() -> None:
    desk = new_desk()
    with tenant_transaction(PROVIDER):
        vendor = next(one for one in entries_of({"vendors"}) if one.is_sample)
    report = {"vendor": str(vendor.id), "sheet_rows": [64], "clause": "3", "valid_from": "2026-04-01"}

    with pytest.raises(EntryNotValid):
        drafted(desk, "vendor_evidence", content(desk.writer, "vendor_evidence", report))  # type: ignore[arg-type]  # rows


def test_filling_again_does_nothing_and_the_screens_mark_what_is_there() -> None:
    with tenant_transaction(PROVIDER):
        assert fill_with_samples(now=clock.now()) == 0
    shown = at_console(new_worker()).get(reverse("register", args=["certifications"]))

    assert [one["is_sample"] for one in shown.context["entries"]] == [True]
    assert "SAMPLE" in shown.content.decode()
