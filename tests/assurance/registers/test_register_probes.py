"""Each probe of the registers turns red within one run when what it looks at is not so any more."""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from support import cluster
from support.probing import TURNED_RED, as_superuser, is_red, switches_off
from support.provider import SYSTEM, new_worker
from support.registers import Desk, approved, content, days, drafted, ended, new_desk
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.probes import registers as probes
from tokimori.assurance.probes.probe import Observation
from tokimori.assurance.registers.models import Entry
from tokimori.assurance.registers.queries.reading import entries_of
from tokimori.assurance.registers.services.consequences import keep_to_registers
from tokimori.assurance.registers.services.writing import submit_entry
from tokimori.foundation import clock
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction


@pytest.fixture
def desk() -> Iterator[Desk]:
    """An empty shelf: entries of other tests are withdrawn first, those of this one afterwards."""
    people = new_desk()
    _clear(people)
    yield people
    _clear(people)
    _forget(TURNED_RED)


def _clear(desk: Desk) -> None:
    third, fourth = new_worker("Third"), new_worker("Fourth")
    with tenant_transaction(PROVIDER):
        for one in entries_of():
            if one.state.value not in {"withdrawn", "superseded"}:
                ended(one.id, asked=third, agreed=fourth)


def _forget(probes_seen: Collection[str]) -> None:
    """Take away what these probes saw: for other tests, the registers were never looked at."""
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"], autocommit=True) as administrator:
        administrator.execute("set session_replication_role = replica")
        administrator.execute("delete from assurance_proberun where probe = any(%s)", [list(probes_seen)])


def seen(observe: object, *, later: timedelta = timedelta(0)) -> Observation:
    return observe(clock.now() + later)  # type: ignore[operator, no-any-return]  # a probe's function


def _ended(register: str) -> AbstractContextManager[None]:
    """Let the time of a register's entries be over, as the calendar does; nobody can approve one that has ended."""
    shift = """
        update registers_entryversion
           set effective_on = effective_on + %(days)s,
               review_due_on = review_due_on + %(days)s,
               expires_on = expires_on + %(days)s
         where entry_id in (select id from registers_entry where register = '%(register)s')
    """
    back, forth = ({"days": days, "register": register} for days in (-1000, 1000))
    return as_superuser(shift % back, shift % forth, past_triggers=True)


def policy(desk: Desk, topic: str, **fields: object) -> UUID:
    values = {"topic": topic, "version": "1", "summary": "x", "must_be_acknowledged": False, **fields}
    return approved(desk, "policies", values)  # type: ignore[arg-type]  # as above


@switches_off("policy.published")
def test_policies_turn_red_when_one_is_withdrawn_or_its_review_is_overdue(desk: Desk) -> None:
    policy(desk, "security")
    privacy = policy(desk, "privacy")
    assert seen(probes.observe_policies).outcome is Outcome.PASSED
    assert seen(probes.observe_policies, later=days(400)).outcome is Outcome.FAILED

    with tenant_transaction(PROVIDER):
        ended(privacy, asked=desk.writer, agreed=desk.other)
    assert seen(probes.observe_policies).reason == "policies_hold"
    assert is_red("policy.published")


@pytest.mark.control(4)
def test_policies_turn_red_while_somebody_has_not_confirmed_one(desk: Desk) -> None:
    policy(desk, "security", must_be_acknowledged=True)
    policy(desk, "privacy")

    assert seen(probes.observe_policies).reason == "everybody_has_read_them"


@switches_off("raci.complete")
def test_accountability_turns_red_when_who_answers_has_left(desk: Desk) -> None:
    person = new_worker("Ray Raci")
    rows = {"sheet_rows": list(range(1, 136)), "accountable": str(person.account_id), "responsible": "All"}
    approved(desk, "accountabilities", rows)  # type: ignore[arg-type]  # as above
    assert seen(probes.observe_accountability).outcome is Outcome.PASSED

    approved(
        desk,
        "leavers",
        {"going": "leaves", "person": str(person.account_id), "left_at": clock.now().strftime("%Y-%m-%dT%H:%M")},
    )
    assert seen(probes.observe_accountability).reason == "nobody_who_left_is_named"
    assert is_red("raci.complete")


def test_accountability_turns_red_when_a_row_has_nobody_or_two(desk: Desk) -> None:
    one = {"sheet_rows": list(range(1, 135)), "accountable": "Ann", "responsible": "All"}
    approved(desk, "accountabilities", one)  # type: ignore[arg-type]  # as above
    assert "every_row_has_one" in seen(probes.observe_accountability).reason


@switches_off("nda.coverage")
@pytest.mark.control(25)
def test_agreements_turn_red_when_one_is_missing(desk: Desk) -> None:
    policy(desk, "confidentiality")
    seen_now = seen(probes.observe_agreements)

    assert "everybody_has_signed" in seen_now.reason
    assert "who_has_not_is_kept_out" not in seen_now.reason
    assert int(seen_now.measured["without"]) > 0
    assert is_red("nda.coverage")


@switches_off("training.overdue")
@pytest.mark.control(23)
def test_training_turns_red_when_somebody_is_overdue(desk: Desk) -> None:
    course = approved(
        desk, "courses", {"audience": "operators", "content": "Care", "counts_months": 12, "pass_mark": 80}
    )
    person = new_worker("Lea Late")
    soon = (clock.now().date() + days(3)).isoformat()
    approved(desk, "training", {"person": str(person.account_id), "course": str(course), "due_on": soon})
    assert seen(probes.observe_training).outcome is Outcome.PASSED

    later = seen(probes.observe_training, later=days(5))
    assert later.reason == "nobody_is_overdue, who_is_gets_no_company"
    with tenant_transaction(PROVIDER):
        keep_to_registers(actor=SYSTEM, now=clock.now() + days(5))
    assert seen(probes.observe_training, later=days(5)).reason == "nobody_is_overdue"
    with tenant_transaction(PROVIDER):
        keep_to_registers(actor=SYSTEM, now=clock.now())

    past = (clock.now().date() - days(1)).isoformat()
    approved(desk, "training", {"person": str(person.account_id), "course": str(course), "due_on": past})
    assert is_red("training.overdue")


@switches_off("leaver.access")
@pytest.mark.control(26)
def test_leavers_turn_red_when_a_case_waits_for_longer_than_an_hour(desk: Desk) -> None:
    person = new_worker("Lou Left")
    case = {
        "going": "leaves",
        "person": str(person.account_id),
        "left_at": (clock.now() - timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M"),
    }
    entry_id = drafted(desk, "leavers", content(desk.writer, "leavers", case))
    with tenant_transaction(PROVIDER):
        submit_entry(actor=desk.writer.principal, entry_id=entry_id, seen=1, now=clock.now())

    assert seen(probes.observe_leavers).outcome is Outcome.PASSED
    assert seen(probes.observe_leavers, later=timedelta(minutes=31)).reason == "nothing_is_left_open"

    longer = (clock.now() - timedelta(minutes=90)).strftime("%Y-%m-%dT%H:%M")
    other = content(
        desk.writer, "leavers", {**case, "person": str(new_worker("Leo Left").account_id), "left_at": longer}
    )
    waits = drafted(desk, "leavers", other)
    with tenant_transaction(PROVIDER):
        submit_entry(actor=desk.writer.principal, entry_id=waits, seen=1, now=clock.now())
    assert is_red("leaver.access")


def test_leavers_say_how_long_it_took(desk: Desk) -> None:
    person = new_worker("Lia Left")
    left = clock.now() - timedelta(minutes=20)
    case = {"going": "leaves", "person": str(person.account_id), "left_at": left.strftime("%Y-%m-%dT%H:%M")}
    approved(desk, "leavers", case)

    found = seen(probes.observe_leavers, later=timedelta(hours=2))
    assert found.outcome is Outcome.PASSED
    assert int(found.measured["median_minutes"]) in {20, 21}


@switches_off("cert_register.expiry")
def test_a_certificate_turns_red_on_the_day_after_its_last(desk: Desk) -> None:
    values = {"scheme": "S", "scope": "All", "body": "B", "certificate_number": "1", "issued_on": "2026-04-01"}
    approved(desk, "certifications", values, ends=clock.now().date() + days(10))
    assert seen(probes.observe_certificates).outcome is Outcome.PASSED
    assert seen(probes.observe_certificates, later=days(12)).reason == "too_old"

    with _ended("certifications"):
        assert is_red("cert_register.expiry")


@switches_off("audit.age")
def test_an_audit_turns_red_after_a_year_and_with_an_action_overdue(desk: Desk) -> None:
    today = clock.now().date()
    audit = {
        "scope": "All", "auditor": "A", "is_independent": True, "done_on": (today - days(300)).isoformat(), "findings": 1,
    }  # fmt: skip
    approved(desk, "audits", audit)
    assert seen(probes.observe_audits).outcome is Outcome.PASSED
    assert seen(probes.observe_audits, later=days(70)).reason == "too_old"

    late = {"severity": "high", "action": "Mend", "due_on": (today - days(1)).isoformat()}
    approved(desk, "corrective_actions", late)
    assert seen(probes.observe_audits).reason == "actions_overdue"
    assert is_red("audit.age")


@switches_off("legal.gaps")
def test_the_laws_turn_red_when_a_row_lacks_its_own(desk: Desk) -> None:
    law = {"statute": "APPI", "article": "26", "countries": ["JP"], "done": "Reports"}
    approved(desk, "legal_requirements", {**law, "sheet_rows": [6, 9]})
    assert seen(probes.observe_legal).reason == "no_row_lacks_its_law"
    assert is_red("legal.gaps")
    approved(desk, "legal_requirements", {**law, "sheet_rows": [110]})
    assert seen(probes.observe_legal).outcome is Outcome.PASSED


@switches_off("vendors.complete", "vendor.review", "vendor_evidence.expiry")
def test_suppliers_turn_red_without_a_clause_evidence_or_assessment(desk: Desk) -> None:
    today = clock.now().date()
    vendor = {
        "role": "Hosting", "countries": ["JP"], "data_classes": "All", "has_access": True, "is_subprocessor": True,
        "tier": "high", "has_security_clause": True, "has_confidentiality_clause": True, "limits_subcontracting": True,
    }  # fmt: skip
    held = approved(desk, "vendors", vendor)
    assert seen(probes.observe_suppliers).reason == "without_evidence"
    report = {"vendor": str(held), "sheet_rows": [64, 65, 67], "clause": "3", "valid_from": "2026-04-01"}
    approved(desk, "vendor_evidence", report, ends=today + days(30))  # type: ignore[arg-type]  # as above
    assert seen(probes.observe_suppliers).outcome is Outcome.PASSED
    assert seen(probes.observe_suppliers, later=days(40)).outcome is Outcome.FAILED
    assert seen(probes.observe_supplier_evidence).outcome is Outcome.PASSED
    assert seen(probes.observe_supplier_evidence, later=days(40)).reason == "no_report_has_run_out"

    assert seen(probes.observe_supplier_reviews).reason == "overdue"
    assert is_red("vendor.review")
    review = {"vendor": str(held), "done_on": today.isoformat(), "score": 90, "found": "Well", "decided": "keep"}
    approved(desk, "vendor_reviews", review)
    assert seen(probes.observe_supplier_reviews).outcome is Outcome.PASSED
    assert seen(probes.observe_supplier_reviews, later=days(190)).outcome is Outcome.FAILED
    approved(desk, "vendors", {**vendor, "limits_subcontracting": False}, supersedes=held)
    assert "without_clause" in seen(probes.observe_suppliers).reason
    assert is_red("vendors.complete")
    with _ended("vendor_evidence"):
        assert is_red("vendor_evidence.expiry")


def test_before_the_first_real_entry_a_probe_has_nothing_to_look_at() -> None:
    assert not probes.has_entries("nothing")
    with tenant_transaction(PROVIDER):
        assert Entry.objects.filter(register="nothing").count() == 0
