"""What follows from the registers: agreements, training, leavers; and that those who answer are told in time."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse

from support.provider import SYSTEM, Worker, at_console, company_with_administrator, let_in, new_worker
from support.registers import Desk, approved, content, days, drafted, ended, new_desk
from tokimori.assurance.registers.entries import State
from tokimori.assurance.registers.models import EndingNotice, Revocation
from tokimori.assurance.registers.queries.overview import open_tasks, register_lines, tasks_of, what_expires
from tokimori.assurance.registers.queries.reading import entries_of, entry_of
from tokimori.assurance.registers.services.consequences import LEAST_LEFT, agreement_coverage, keep_to_registers
from tokimori.assurance.registers.services.reminding import remind_of_endings
from tokimori.assurance.registers.services.writing import approve_entry, submit_entry
from tokimori.foundation import clock
from tokimori.foundation.identity.models import Account
from tokimori.foundation.operators.models import OperatorGrant
from tokimori.foundation.operators.services.holds import HoldReason, holds
from tokimori.foundation.operators.services.visits import reachable_companies
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

RISK = {"likelihood": 2, "impact": 4, "treatment": "reduce", "measure": "A second supplier"}
RULES = {"topic": "confidentiality", "version": "1", "summary": "All sign", "must_be_acknowledged": False}


@pytest.fixture
def desk() -> Desk:
    return new_desk()


@pytest.fixture
def agreements(desk: Desk) -> Iterator[Desk]:
    """A policy that asks for agreements, which two people have; it is withdrawn again, since there is one provider only."""
    for person in (desk.writer, desk.other):
        signed(desk, person)
    policy = approved(desk, "policies", RULES)
    yield desk
    with tenant_transaction(PROVIDER):
        ended(policy, asked=desk.writer, agreed=desk.other)
    assert held() == {}


def signed(desk: Desk, person: Worker, *, ends: int | None = None) -> UUID:
    today = clock.now().date()
    fields = {"person": str(person.account_id), "version": "1", "signed_on": "2026-04-01", "survives_years": 3}
    return approved(desk, "confidentiality", fields, ends=today + days(ends) if ends is not None else None)


def held() -> dict[UUID, frozenset[HoldReason]]:
    with tenant_transaction(PROVIDER):
        return dict(holds())


def keep(*, later: timedelta = timedelta(0)) -> None:
    with tenant_transaction(PROVIDER):
        keep_to_registers(actor=SYSTEM, now=clock.now() + later)


def test_before_the_first_policy_on_confidentiality_nobody_is_kept_out(desk: Desk) -> None:
    keep()

    assert desk.writer.account_id not in held()


def test_from_the_policy_on_who_has_no_agreement_is_kept_out_until_he_has(agreements: Desk) -> None:
    unsigned = new_worker("Una Unsigned")
    keep()
    assert HoldReason.CONFIDENTIALITY in held()[unsigned.account_id]
    assert agreements.writer.account_id not in held()
    assert at_console(unsigned).get(reverse("operator_console")).status_code == 403

    signed(agreements, unsigned)

    assert unsigned.account_id not in held()
    assert at_console(unsigned).get(reverse("operator_console")).status_code == 200


def test_an_agreement_that_runs_out_closes_the_account_by_itself(agreements: Desk) -> None:
    person = new_worker("Elmo Ends")
    signed(agreements, person, ends=10)
    keep()
    assert person.account_id not in held()

    keep(later=days(12))

    assert HoldReason.CONFIDENTIALITY in held()[person.account_id]
    keep()


def test_two_operators_always_stay_or_nobody_could_enter_what_is_missing(desk: Desk) -> None:
    approved_policy = [
        one for one in _entries("policies") if one.state is State.APPROVED and one.text("topic") == "confidentiality"
    ]
    assert approved_policy == []
    with tenant_transaction(PROVIDER):
        found = agreement_coverage([], now=clock.now())

    assert not found.is_required
    assert found.lacking == found.operators
    assert len(found.spared) == LEAST_LEFT

    # Who is kept out cannot let himself in by signing in once more.
    with tenant_transaction(PROVIDER):
        Account.objects.filter(id__in=found.lacking - found.spared).update(last_signed_in_at=clock.now())
        assert agreement_coverage([], now=clock.now()).spared == found.spared


def test_overdue_training_keeps_somebody_from_companies_until_he_has_passed(desk: Desk) -> None:
    course = approved(
        desk, "courses", {"audience": "operators", "content": "Care", "counts_months": 12, "pass_mark": 80}
    )
    person = new_worker("Lena Learns")
    yesterday = (clock.now().date() - days(1)).isoformat()
    task = {"person": str(person.account_id), "course": str(course), "due_on": yesterday}

    assigned = approved(desk, "training", task)
    assert held()[person.account_id] == {HoldReason.TRAINING}
    failed = approved(desk, "training", {**task, "passed_on": yesterday, "score": 79}, supersedes=assigned)
    assert held()[person.account_id] == {HoldReason.TRAINING}
    approved(desk, "training", {**task, "passed_on": yesterday, "score": 80}, supersedes=failed)

    assert person.account_id not in held()
    keep(later=days(400))
    assert held()[person.account_id] == {HoldReason.TRAINING}
    keep()


def test_who_leaves_loses_everything_at_the_moment_of_the_case(desk: Desk) -> None:
    person = new_worker("Lee Leaves")
    browser = at_console(person)
    left = clock.now() + timedelta(minutes=10)
    case = {"going": "leaves", "person": str(person.account_id), "left_at": left.strftime("%Y-%m-%dT%H:%M")}

    entry_id = approved(desk, "leavers", case)
    assert browser.get(reverse("operator_console")).status_code == 200
    keep(later=timedelta(minutes=11))

    assert browser.get(reverse("operator_console")).headers["Location"].startswith("/sign-in")
    with tenant_transaction(PROVIDER):
        assert not Account.objects.get(id=person.account_id).is_active
        taken = {row.what: row.count for row in Revocation.objects.filter(entry_id=entry_id)}
    assert (taken["account"], taken["sessions"], taken["passkeys"], taken["devices"]) == (1, 1, 1, 1)
    keep(later=timedelta(minutes=20))
    page = at_console(desk.writer).get(reverse("register_entry", args=[entry_id]))
    assert len(page.context["revocations"]) == len(taken)
    assert " after the moment" in page.context["revoked_sentence"]


def test_who_only_moves_keeps_his_account_and_loses_what_was_granted(desk: Desk) -> None:
    person = new_worker("Mo Moves")
    browser = at_console(person)
    case = {
        "going": "moves",
        "person": str(person.account_id),
        "left_at": clock.now().strftime("%Y-%m-%dT%H:%M"),
    }

    approved(desk, "leavers", case)

    assert browser.get(reverse("operator_console")).headers["Location"].startswith("/sign-in")
    assert at_console(person, has_device=True).get(reverse("operator_console")).status_code == 200


def test_what_a_dying_process_left_undone_in_a_company_is_done_by_the_next_run(desk: Desk) -> None:
    person, company = new_worker("Mia Moves"), company_with_administrator()
    grant_id = let_in(company, person)
    case = {"going": "moves", "person": str(person.account_id), "left_at": clock.now().strftime("%Y-%m-%dT%H:%M")}
    entry_id = drafted(desk, "leavers", content(desk.writer, "leavers", case))

    with tenant_transaction(PROVIDER):
        submit_entry(actor=desk.writer.principal, entry_id=entry_id, seen=1, now=clock.now())
        seen = entry_of(entry_id).digest
        approve_entry(actor=desk.other.principal, entry_id=entry_id, seen_digest=seen, now=clock.now())
        assert connection.run_on_commit
        connection.run_on_commit.clear()  # as if the process died with the commit

    with tenant_transaction(PROVIDER):
        assert reachable_companies(actor=person.principal, now=clock.now()) == ()
    with tenant_transaction(company.tenant):
        assert OperatorGrant.objects.get(id=grant_id).revoked_at is None

    keep()

    with tenant_transaction(company.tenant):
        ended_at = OperatorGrant.objects.get(id=grant_id).revoked_at
    assert ended_at is not None
    again = let_in(company, person)  # his new work
    keep()
    with tenant_transaction(company.tenant):
        assert OperatorGrant.objects.get(id=again).revoked_at is None
        assert OperatorGrant.objects.get(id=grant_id).revoked_at == ended_at


def test_those_who_answer_are_told_ninety_thirty_and_seven_days_before_once_each(desk: Desk) -> None:
    today = clock.now().date()
    entry_id = approved(desk, "risks", RISK, review=today + days(100))

    def told(later: int) -> list[int]:
        with tenant_transaction(PROVIDER):
            remind_of_endings(actor=SYSTEM, now=clock.now() + days(later))
            rows = EndingNotice.objects.filter(entry_id=entry_id).order_by("at", "id")
            return list(rows.values_list("days", flat=True))

    assert told(0) == []
    assert told(20) == [90]
    assert told(21) == [90]
    assert told(75) == [90, 30]
    assert told(95) == [90, 30, 7]
    assert told(120) == [90, 30, 7]


def test_what_ends_and_what_waits_is_listed_for_whom_it_concerns(desk: Desk) -> None:
    today = clock.now().date()
    ending = approved(desk, "risks", RISK, review=today + days(20))
    waiting = drafted(desk, "risks", content(desk.writer, "risks", RISK))
    draft = drafted(desk, "risks", content(desk.writer, "risks", RISK))
    with tenant_transaction(PROVIDER):
        submit_entry(actor=desk.writer.principal, entry_id=waiting, seen=1, now=clock.now())
        expiring = what_expires(actor=desk.writer.principal, now=clock.now())
        tasks = open_tasks(actor=desk.writer.principal, now=clock.now())
        lines = {one.code: one for one in register_lines(actor=desk.writer.principal, now=clock.now())}
    mine = {one.entry.id: one.kind.value for one in tasks_of(tasks, account_id=desk.writer.account_id)}
    others = {one.entry.id: one.kind.value for one in tasks_of(tasks, account_id=desk.other.account_id)}

    assert {one.entry.id: one.days for one in expiring}[ending] == 20
    assert (mine[ending], mine[draft], waiting in mine) == ("review", "finish", False)
    assert (others[waiting], draft in others) == ("decide", False)
    assert lines["risks"].waiting >= 1


def _entries(register: str) -> list[object]:
    with tenant_transaction(PROVIDER):
        return list(entries_of({register}))
