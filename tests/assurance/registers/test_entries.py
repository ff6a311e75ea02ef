"""An entry of a register: written, handed in, decided on by another one; and what the database itself refuses."""

from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from support import cluster
from support.provider import Worker, at_console, company_with_administrator, new_worker
from support.registers import PDF, Desk, approved, content, days, drafted, ended, new_desk
from tokimori.assurance.registers.entries import Standing, State
from tokimori.assurance.registers.errors import (
    AttachmentNotTaken,
    EntryChanged,
    EntryNotOpen,
    EntryNotValid,
    OwnEntry,
    WithdrawalNotAsked,
)
from tokimori.assurance.registers.models import SAMPLE_AUTHOR, Entry, EntryVersion
from tokimori.assurance.registers.queries.overview import open_tasks, tasks_of
from tokimori.assurance.registers.queries.reading import attachments_of, entry_of, open_wishes, versions_of
from tokimori.assurance.registers.services.attaching import NewFile, attach_file, kind_of, plain_name
from tokimori.assurance.registers.services.ending import ask_to_withdraw, confirm_withdrawal, withdraw_entry
from tokimori.assurance.registers.services.writing import (
    approve_entry,
    open_entry,
    return_entry,
    rewrite_entry,
    submit_entry,
)
from tokimori.foundation import clock
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

RISK = {"likelihood": 2, "impact": 4, "treatment": "reduce", "measure": "A second supplier"}
POLICY = {"topic": "access", "version": "1", "summary": "Nobody without a grant", "must_be_acknowledged": True}


@pytest.fixture
def desk() -> Desk:
    return new_desk()


def test_an_entry_is_written_handed_in_and_approved_by_another_one(desk: Desk) -> None:
    entry_id = approved(desk, "risks", RISK)

    with tenant_transaction(PROVIDER):
        entry = entry_of(entry_id)
        states = [one.state for one in versions_of(entry_id)]
        events = set(LedgerEvent.objects.filter(subject_id=entry_id).values_list("name", flat=True))
    assert entry.standing(clock.now().date()) is Standing.IN_FORCE
    assert entry.fields == RISK
    assert states == [State.APPROVED, State.SUBMITTED, State.DRAFT]
    assert events == {"register_entry:drafted", "register_entry:submitted", "register_entry:approved"}


def test_nobody_approves_what_he_wrote_or_owns(desk: Desk) -> None:
    entry_id = drafted(desk, "risks", content(desk.other, "risks", RISK))
    now = clock.now()

    with tenant_transaction(PROVIDER):
        submit_entry(actor=desk.writer.principal, entry_id=entry_id, seen=1, now=now)
        seen = entry_of(entry_id).digest
        for person in (desk.writer, desk.other):
            with pytest.raises(OwnEntry):
                approve_entry(actor=person.principal, entry_id=entry_id, seen_digest=seen, now=now)
        approve_entry(actor=new_worker("Third").principal, entry_id=entry_id, seen_digest=seen, now=now)


def test_the_database_refuses_an_approval_by_its_author_or_its_owner_whatever_the_code_above_does(desk: Desk) -> None:
    entry_id = drafted(desk, "risks", content(desk.writer, "risks", RISK))
    with tenant_transaction(PROVIDER):
        submit_entry(actor=desk.writer.principal, entry_id=entry_id, seen=1, now=clock.now())

    with pytest.raises(IntegrityError, match="register_version_four_eyes"), tenant_transaction(PROVIDER):
        _copy(entry_id, state="approved", acted_by=desk.writer.account_id)
    with pytest.raises(DatabaseError, match="What is decided on"), tenant_transaction(PROVIDER):
        _copy(entry_id, state="approved", acted_by=desk.other.account_id, author_id=new_worker().account_id)
    with pytest.raises(DatabaseError, match="What is decided on"), tenant_transaction(PROVIDER):
        _copy(entry_id, state="approved", acted_by=desk.other.account_id, digest="0" * 64)


def test_the_database_refuses_versions_out_of_their_order(desk: Desk) -> None:
    draft = drafted(desk, "risks", content(desk.writer, "risks", RISK))
    held = approved(desk, "risks", RISK)

    with pytest.raises(DatabaseError, match="submitted is approved"), tenant_transaction(PROVIDER):
        _copy(draft, state="approved", acted_by=desk.other.account_id)
    with pytest.raises(DatabaseError, match="follows"), tenant_transaction(PROVIDER):
        _copy(draft, state="submitted", skip=2)
    with pytest.raises(DatabaseError, match="superseded, not changed"), tenant_transaction(PROVIDER):
        _copy(held, state="draft")


def test_no_role_deletes_or_changes_an_entry_and_even_the_owner_is_stopped(desk: Desk) -> None:
    approved(desk, "risks", RISK)

    for statement in ("delete from registers_entryversion", "update registers_entryversion set state = 'draft'"):
        with pytest.raises(DatabaseError), tenant_transaction(PROVIDER), connection.cursor() as cursor:
            cursor.execute(statement)
        with (
            psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            administrator.execute(statement)


def test_what_somebody_read_is_what_he_approves(desk: Desk) -> None:
    entry_id = drafted(desk, "risks", content(desk.writer, "risks", RISK))
    now = clock.now()

    with tenant_transaction(PROVIDER):
        submit_entry(actor=desk.writer.principal, entry_id=entry_id, seen=1, now=now)
        seen = entry_of(entry_id)
        changed = content(desk.writer, "risks", {**RISK, "impact": 5})
        rewrite_entry(actor=desk.writer.principal, entry_id=entry_id, seen=seen.number, content=changed, now=now)
        with pytest.raises(EntryNotOpen):
            approve_entry(actor=desk.other.principal, entry_id=entry_id, seen_digest=seen.digest, now=now)
        submit_entry(actor=desk.writer.principal, entry_id=entry_id, seen=seen.number + 1, now=now)
        with pytest.raises(EntryChanged):
            approve_entry(actor=desk.other.principal, entry_id=entry_id, seen_digest=seen.digest, now=now)


def test_two_who_write_at_once_do_not_undo_one_another(desk: Desk) -> None:
    entry_id = drafted(desk, "risks", content(desk.writer, "risks", RISK))
    again = content(desk.writer, "risks", {**RISK, "impact": 1})

    with tenant_transaction(PROVIDER):
        rewrite_entry(actor=desk.other.principal, entry_id=entry_id, seen=1, content=again, now=clock.now())
        with pytest.raises(EntryChanged):
            rewrite_entry(actor=desk.writer.principal, entry_id=entry_id, seen=1, content=again, now=clock.now())


def test_a_newer_entry_ends_the_one_it_supersedes_once_it_is_approved(desk: Desk) -> None:
    before = approved(desk, "risks", RISK)
    after = approved(desk, "risks", {**RISK, "impact": 1}, supersedes=before)

    with tenant_transaction(PROVIDER):
        assert entry_of(before).state is State.SUPERSEDED
        assert entry_of(after).content.supersedes_id == before
        with pytest.raises(EntryNotValid):
            open_entry(
                actor=desk.writer.principal,
                register="risks",
                content=content(desk.writer, "risks", RISK, supersedes=before),
                now=clock.now(),
            )


def asked(desk: Desk, entry_id: UUID, *, by: Worker | None = None) -> UUID:
    now = clock.now()
    ask_to_withdraw(actor=(by or desk.writer).principal, entry_id=entry_id, note="Over", now=now)
    return UUID(str(open_wishes(now=now)[entry_id].id))


def test_what_two_approved_is_ended_by_two_and_stays_readable(desk: Desk) -> None:
    entry_id = approved(desk, "risks", RISK)
    third = new_worker()

    with tenant_transaction(PROVIDER):
        for person in (desk.writer, desk.other, third):
            with pytest.raises(EntryNotOpen):
                withdraw_entry(actor=person.principal, entry_id=entry_id, note="Over", now=clock.now())
        wish_id = asked(desk, entry_id, by=third)
        assert entry_of(entry_id).state is State.APPROVED
        with pytest.raises(WithdrawalNotAsked):
            confirm_withdrawal(actor=third.principal, entry_id=entry_id, wish_id=wish_id, now=clock.now())
        with pytest.raises(OwnEntry):
            confirm_withdrawal(actor=desk.writer.principal, entry_id=entry_id, wish_id=wish_id, now=clock.now())
        with pytest.raises(WithdrawalNotAsked):
            late = clock.now() + days(15)
            confirm_withdrawal(actor=desk.other.principal, entry_id=entry_id, wish_id=wish_id, now=late)
        other = asked(desk, approved(desk, "risks", RISK))
        with pytest.raises(WithdrawalNotAsked):
            confirm_withdrawal(actor=desk.other.principal, entry_id=entry_id, wish_id=other, now=clock.now())
        tasks = open_tasks(actor=third.principal, now=clock.now())
        assert entry_id not in {one.entry.id for one in tasks_of(tasks, account_id=third.account_id)}
        assert entry_id in {one.entry.id for one in tasks_of(tasks, account_id=desk.other.account_id)}

        confirm_withdrawal(actor=desk.other.principal, entry_id=entry_id, wish_id=wish_id, now=clock.now())

        assert (entry_of(entry_id).state, entry_of(entry_id).note) == (State.WITHDRAWN, "Over")
        assert entry_of(entry_id).fields == RISK
        with pytest.raises(EntryNotOpen):
            confirm_withdrawal(actor=desk.other.principal, entry_id=entry_id, wish_id=wish_id, now=clock.now())


def test_the_database_itself_lets_nobody_end_alone_what_two_approved(desk: Desk) -> None:
    entry_id = approved(desk, "risks", RISK)
    with tenant_transaction(PROVIDER):
        with pytest.raises(IntegrityError):
            _copy(entry_id, state="withdrawn", acted_by=desk.other.account_id)
        asked(desk, entry_id)
        with pytest.raises(IntegrityError):
            _copy(entry_id, state="withdrawn", acted_by=desk.writer.account_id)
        _copy(entry_id, state="withdrawn", acted_by=desk.other.account_id)


def test_two_end_an_entry_on_the_screens(desk: Desk) -> None:
    entry_id = approved(desk, "risks", RISK)
    where = reverse("register_entry", args=[entry_id])
    asking, agreeing = at_console(desk.writer), at_console(desk.other)

    shown = asking.get(where).context
    assert (shown["withdraw_url"], shown["confirm_url"]) == ("", "")
    asking.post(shown["ask_url"], {"note": "A better measure exists"})
    own, other = asking.get(where).context, agreeing.get(where)
    assert (own["ask_url"], own["confirm_url"]) == ("", "")
    assert "A better measure exists" in other.content.decode()
    agreeing.post(other.context["confirm_url"], {"wish": str(other.context["wish"]["id"])})

    assert agreeing.get(where).context["state"]["label"] == "Withdrawn"
    assert agreeing.post(other.context["confirm_url"], {"wish": "x"}).status_code == 404


def test_who_leaves_ends_his_case_by_no_entry_that_replaces_it(desk: Desk) -> None:
    person, fourth = new_worker("Lou Leaves"), new_worker("Someone Else")
    left = (clock.now() + days(30)).strftime("%Y-%m-%dT%H:%M")
    case = {"going": "leaves", "person": str(person.account_id), "left_at": left}
    held = approved(desk, "leavers", case)
    about_another = {**case, "person": str(fourth.account_id)}
    again = drafted(desk, "leavers", content(desk.writer, "leavers", about_another, supersedes=held))
    with tenant_transaction(PROVIDER):
        submit_entry(actor=desk.writer.principal, entry_id=again, seen=1, now=clock.now())
        with pytest.raises(OwnEntry):
            approve_entry(actor=person.principal, entry_id=again, seen_digest=entry_of(again).digest, now=clock.now())
        ended(again, asked=desk.writer, agreed=desk.other)
        ended(held, asked=desk.writer, agreed=desk.other)


def test_nobody_ends_or_approves_what_is_about_himself_nor_what_he_added_a_file_to(desk: Desk) -> None:
    person = new_worker("Pia Person")
    fields = {"person": str(person.account_id), "version": "1", "signed_on": "2026-04-01", "survives_years": 3}
    held = approved(desk, "confidentiality", fields)
    with tenant_transaction(PROVIDER), pytest.raises(OwnEntry):
        asked(desk, held, by=person)
    with tenant_transaction(PROVIDER):
        wish_id = asked(desk, held)
        with pytest.raises(OwnEntry):
            confirm_withdrawal(actor=person.principal, entry_id=held, wish_id=wish_id, now=clock.now())

    again = drafted(desk, "confidentiality", content(desk.writer, "confidentiality", fields))
    with tenant_transaction(PROVIDER):
        attach_file(
            actor=desk.other.principal, entry_id=again, file=NewFile(name="b.pdf", content=PDF + b"\n"), now=clock.now()
        )
        submit_entry(actor=desk.writer.principal, entry_id=again, seen=entry_of(again).number, now=clock.now())
        seen = entry_of(again).digest
        for actor in (desk.other.principal, person.principal):
            with pytest.raises(OwnEntry):
                approve_entry(actor=actor, entry_id=again, seen_digest=seen, now=clock.now())
        with pytest.raises(OwnEntry):
            withdraw_entry(actor=person.principal, entry_id=again, note="Mine", now=clock.now())
        ended(again, asked=desk.writer, agreed=desk.other)
        ended(held, asked=desk.writer, agreed=desk.other)


def test_an_entry_that_was_given_back_says_why_and_is_written_anew(desk: Desk) -> None:
    entry_id = drafted(desk, "risks", content(desk.writer, "risks", RISK))

    with tenant_transaction(PROVIDER):
        submit_entry(actor=desk.writer.principal, entry_id=entry_id, seen=1, now=clock.now())
        return_entry(actor=desk.other.principal, entry_id=entry_id, note="Which supplier?", now=clock.now())
        entry = entry_of(entry_id)
    assert (entry.state, entry.note) == (State.DRAFT, "Which supplier?")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({**RISK, "impact": 6}, "impact"),
        ({**RISK, "treatment": "hope"}, "treatment"),
        ({**RISK, "sheet_rows": [136]}, "sheet_rows"),
        ({**RISK, "colour": "red"}, "fields"),
        ({"impact": 1}, "likelihood"),
    ],
)
def test_what_does_not_belong_into_a_field_is_refused(desk: Desk, fields: dict[str, object], field: str) -> None:
    with pytest.raises(EntryNotValid) as refused:
        drafted(desk, "risks", content(desk.writer, "risks", fields))  # type: ignore[arg-type]  # that is the point

    assert refused.value.facts["field"] == field


def test_an_entry_is_looked_at_again_within_the_time_of_its_register(desk: Desk) -> None:
    today = clock.now().date()

    with pytest.raises(EntryNotValid) as refused:
        drafted(desk, "risks", content(desk.writer, "risks", RISK, review=today + days(400)))
    assert refused.value.facts["field"] == "review_due_on"
    late = approved(desk, "risks", RISK, on=today - days(170), review=today)
    with tenant_transaction(PROVIDER):
        assert entry_of(late).standing(today) is Standing.IN_FORCE
        assert entry_of(late).standing(today + days(1)) is Standing.REVIEW_DUE


def test_a_policy_needs_its_document_which_is_part_of_what_is_approved(desk: Desk) -> None:
    now = clock.now()
    with tenant_transaction(PROVIDER):
        entry_id = open_entry(
            actor=desk.writer.principal, register="policies", content=content(desk.writer, "policies", POLICY), now=now
        )
        with pytest.raises(EntryNotValid):
            submit_entry(actor=desk.writer.principal, entry_id=entry_id, seen=1, now=now)
        before = entry_of(entry_id).digest
        attach_file(
            actor=desk.writer.principal, entry_id=entry_id, file=NewFile(name='../a"b.pdf', content=PDF), now=now
        )
        submit_entry(actor=desk.writer.principal, entry_id=entry_id, seen=1, now=now)
        assert entry_of(entry_id).digest != before
        (file,) = attachments_of(entry_id)
        assert (file.name, file.kind, file.size) == ("ab.pdf", "application/pdf", len(PDF))
        with pytest.raises(EntryNotOpen):
            attach_file(
                actor=desk.writer.principal, entry_id=entry_id, file=NewFile(name="b", content=b"text"), now=now
            )


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"<html>\x00", b"", b"PK\x03\x04", b"\xff\xfe\x00"])
def test_files_of_other_kinds_are_not_taken(content: bytes) -> None:
    with pytest.raises(AttachmentNotTaken):
        kind_of(content)


def test_a_name_of_a_file_breaks_no_header() -> None:
    assert plain_name('c:\\x\\evil";\r\nSet-Cookie: a=b') == "evilSet-Cookie: a=b"
    assert plain_name("...") == "file"


def test_an_entry_is_a_sample_because_of_who_opened_it_and_nobody_can_say_otherwise(desk: Desk) -> None:
    entry_id = approved(desk, "risks", RISK)

    with tenant_transaction(PROVIDER):
        assert not entry_of(entry_id).is_sample
    with pytest.raises(DatabaseError), tenant_transaction(PROVIDER), connection.cursor() as cursor:
        cursor.execute(
            "insert into registers_entry (tenant_id, id, register, opened_by, opened_at, is_sample)"
            " values (%s, %s, 'risks', %s, now(), true)",
            [PROVIDER, new_id(), desk.writer.account_id],
        )
    assert Entry(opened_by=SAMPLE_AUTHOR).opened_by == SAMPLE_AUTHOR


def test_a_companys_administrator_writes_nothing_into_the_providers_registers(desk: Desk) -> None:
    company = company_with_administrator()
    with tenant_transaction(company.tenant), pytest.raises(NotAllowed):
        open_entry(
            actor=company["ada"].principal,
            register="risks",
            content=content(desk.writer, "risks", RISK),
            now=clock.now(),
        )


def _copy(entry_id: object, *, skip: int = 1, **changed: object) -> None:
    row = EntryVersion.objects.filter(entry_id=entry_id).order_by("-number")[0]
    row.id, row.number = new_id(), row.number + skip
    for name, value in changed.items():
        setattr(row, name, value)
    with transaction.atomic():
        row.save(force_insert=True)
