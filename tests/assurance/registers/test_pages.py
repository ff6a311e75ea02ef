"""The screens of the registers, over HTTP, at the provider's door."""

import contextlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from support.browser import signed_in
from support.provider import at_console, company_with_administrator
from support.registers import PDF, Desk, approved, content, drafted, new_desk
from tokimori.assurance.registers.entries import EntryView, State
from tokimori.assurance.registers.fields import FieldKind, FieldsNotReadable, Known, read_fields, written
from tokimori.assurance.registers.queries.reading import entries_of
from tokimori.assurance.registers.services.exchange import lines_in
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.foundation import clock
from tokimori.foundation.errors import InvalidInput
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

RISK = {"likelihood": 2, "impact": 4, "treatment": "reduce", "measure": "A second supplier"}
POLICY = {"topic": "access", "version": "1", "summary": "Nobody without a grant", "must_be_acknowledged": True}


@pytest.fixture
def desk() -> Desk:
    return new_desk()


def typed(desk: Desk, **changed: str) -> dict[str, str]:
    today = clock.now().date()
    form = {
        "title": "One supplier of power",
        "owner": str(desk.writer.account_id),
        "deputy": "",
        "effective_on": today.isoformat(),
        "review_due_on": "",
        "expires_on": "",
        "likelihood": "2",
        "impact": "4",
        "treatment": "reduce",
        "measure": "A second one",
        "sheet_rows": "81, 103-104",
    }
    return {**form, **changed}


def test_an_entry_is_written_handed_in_and_approved_on_the_screens(desk: Desk) -> None:
    writing, deciding = at_console(desk.writer), at_console(desk.other)

    made = writing.post(reverse("new_register_entry", args=["risks"]), typed(desk))
    where = made.headers["Location"]
    seen = writing.get(where).context
    writing.post(seen["submit_url"], {"seen": seen["number"]})
    own = writing.get(where).context
    other = deciding.get(where).context
    assert own["approve_url"] == ""
    assert own["is_own"]
    deciding.post(other["approve_url"], {"digest": other["digest"]})

    page = deciding.get(where)
    assert page.context["state"]["label"] == "In force"
    assert "81, 103, 104" in page.content.decode()
    assert [line["number"] for line in page.context["history"]] == [3, 2, 1]


def test_every_fault_of_a_form_is_told_at_once_and_nothing_is_lost(desk: Desk) -> None:
    writing = at_console(desk.writer)

    refused = writing.post(
        reverse("new_register_entry", args=["risks"]),
        typed(desk, impact="9", treatment="hope", sheet_rows="0", title=""),
    )

    assert refused.status_code == 422
    assert set(refused.context["errors"]) == {"impact", "treatment", "sheet_rows", "title"}
    assert refused.context["values"]["measure"] == "A second one"


def test_what_an_entry_would_change_is_shown_before_somebody_decides(desk: Desk) -> None:
    before = approved(desk, "risks", RISK)
    writing, deciding = at_console(desk.writer), at_console(desk.other)

    form = writing.get(f"{reverse('new_register_entry', args=['risks'])}?replaces={before}")
    assert form.context["values"]["impact"] == "4"
    made = writing.post(
        f"{reverse('new_register_entry', args=['risks'])}?replaces={before}",
        typed(desk, title="An entry", impact="5", measure="A second supplier", sheet_rows=""),
    )
    where = made.headers["Location"]

    differences = deciding.get(where).context["differences"]
    assert [(str(one["label"]), one["before"], one["after"]) for one in differences] == [("Impact, 1 to 5", "4", "5")]


def test_a_file_is_attached_and_comes_back_as_a_download_of_no_kind_that_opens(desk: Desk) -> None:
    entry_id = drafted(desk, "policies", content(desk.writer, "policies", POLICY))
    reading = at_console(desk.other)

    (file,) = reading.get(reverse("register_entry", args=[entry_id])).context["files"]
    answer = reading.get(file["url"])

    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_policy_is_confirmed_by_each_for_himself(desk: Desk) -> None:
    approved(desk, "policies", POLICY)
    reading = at_console(desk.other)

    def mine() -> list[dict[str, str]]:
        shown = reading.get(reverse("my_duties")).context["policies"]
        return [one for one in shown if not one["acknowledged"]]

    waiting = mine()
    assert waiting
    for one in waiting:
        reading.post(one["acknowledge_url"], {"digest": one["digest"]})
    assert mine() == []
    assert at_console(desk.writer).get(reverse("my_duties")).context["policies"][-1]["acknowledged"] == ""


def test_a_register_goes_out_as_a_file_and_comes_back_as_drafts(desk: Desk) -> None:
    approved(desk, "risks", {**RISK, "measure": "=cmd()"})
    writing = at_console(desk.writer)

    out = writing.get(reverse("register_export", args=["risks"])).content
    assert b"'=cmd()" in out
    header, *lines = out.decode("utf-8-sig").splitlines()
    mine = [line for line in lines if desk.writer.login_id in line]
    file = _upload("\n".join([header, *mine]))
    before = _drafts(desk)
    writing.post(reverse("register_import", args=["risks"]), {"file": file})

    after = _drafts(desk)
    assert len(after) - len(before) == 1
    assert after[-1].fields["measure"] == "=cmd()"


def test_a_file_with_one_bad_line_is_not_taken_at_all(desk: Desk) -> None:
    writing = at_console(desk.writer)
    lines = [
        "title,owner,effective_on,likelihood,impact,treatment,measure",
        f"Fire,{desk.writer.login_id},2026-11-01,2,2,reduce,Alarm",
        f"Flood,{desk.writer.login_id},2026-11-01,2,7,reduce,Pumps",
    ]

    answer = writing.post(reverse("register_import", args=["risks"]), {"file": _upload("\n".join(lines))}, follow=True)

    assert "Line 3 cannot be taken: impact" in answer.content.decode()
    assert _drafts(desk) == []


def test_every_register_has_a_page_and_a_form_in_every_language(desk: Desk) -> None:
    reading = at_console(desk.writer)

    for language in ("en", "ja", "th"):
        reading.post(reverse("language"), {"language": language})
        assert reading.get(reverse("registers")).status_code == 200
        for code in REGISTERS:
            assert reading.get(reverse("register", args=[code])).status_code == 200
            assert reading.get(reverse("new_register_entry", args=[code])).status_code == 200
    assert reading.get(reverse("register", args=["nothing"])).status_code == 404


def test_nobody_else_finds_the_registers() -> None:
    company = company_with_administrator()

    for browser in (Client(), signed_in(company, "ada")):
        assert browser.get(reverse("registers")).status_code == 404


@given(
    code=st.sampled_from(sorted(REGISTERS)),
    texts=st.lists(st.text(max_size=30) | st.sampled_from(["yes", "2026-04-01", "3", "JP", "1-4", "https://a.b"])),
)
def test_any_text_is_read_as_a_field_or_refused_and_what_was_read_reads_again(code: str, texts: list[str]) -> None:
    fields = REGISTERS[code].fields
    typed = {field.name: texts[at % len(texts)] if texts else "" for at, field in enumerate(fields)}
    try:
        values = read_fields(fields, typed, Known())
    except FieldsNotReadable:
        return
    again = read_fields(fields, {name: written(value) for name, value in values.items()}, Known())
    assert {**again} == values
    assert all(field.kind is FieldKind.YES_NO or field.name in values for field in fields if field.is_required)


@given(content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_lines_of_a_file_or_refused(content: bytes) -> None:
    with contextlib.suppress(InvalidInput):
        assert lines_in(content, register="risks")


def _upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("register.csv", text.encode(), content_type="text/csv")


def _drafts(desk: Desk) -> list[EntryView]:
    with tenant_transaction(PROVIDER):
        return [
            one for one in entries_of({"risks"}) if one.state is State.DRAFT and one.author_id == desk.writer.account_id
        ]
