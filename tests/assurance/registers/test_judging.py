"""What entries say about rows: attested, declared, inherited, does not apply, too old, a gap; and the rules between."""

from pathlib import Path

import pytest

from support.registers import Desk, approved, days, ended, new_desk
from tokimori.assurance.catalogue.controls import Kind, controls
from tokimori.assurance.evaluation.answers import Answer, Why
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.evaluation.states import Literal, Mark, State
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.probe import Observation
from tokimori.assurance.queries import Sheet, present_sheet
from tokimori.assurance.registers.judging.catalogue import CRITERIA
from tokimori.assurance.registers.listing import entry_lines, register_lines_as_text
from tokimori.assurance.registers.page import registers_page
from tokimori.assurance.registers.queries.reading import entries_of
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.assurance.services.running import keep_observation
from tokimori.foundation import clock
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "registers.md"
LAW = {"answer": "statement", "says_ja": "日本法", "says_en": "Japan", "says_th": "ญี่ปุ่น", "countries": ["JP"]}
STORE = {"store": "primary", "region": "tokyo", "holds_entrusted": True}


@pytest.fixture
def desk() -> Desk:
    people = new_desk()
    with tenant_transaction(PROVIDER):
        for one in entries_of():
            if one.state.value not in {"withdrawn", "superseded"} and one.author_id != people.other.account_id:
                ended(one.id, asked=people.writer, agreed=people.other)
    # Rows 12, 14 and 15 lean on a probe besides, which sees the connections of whatever runs the tests.
    now, passed = clock.now(), Observation(outcome=Outcome.PASSED)
    keep_observation(probe=PROBES["egress.places"], seen=passed, observed_from=now, observed_to=now)
    return people


def sheet(*, later: int = 0) -> Sheet:
    with tenant_transaction(PROVIDER):
        return present_sheet(now=clock.now() + days(later))


def row(number: int, *, later: int = 0) -> Answer:
    return sheet(later=later).answers[number]


def test_an_entry_attests_its_row_until_its_review_and_makes_it_too_old_afterwards(desk: Desk) -> None:
    assert row(27).why is Why.NO_ENTRY
    asset = {"asset": "data", "classed": "secret", "criticality": 5, "place": "tokyo"}
    approved(desk, "assets", asset)

    assert (row(27).state, row(27).mark) == (State.ATTESTED, Mark.YES)
    assert (row(27, later=370).state, row(27, later=370).why) == (State.STALE, Why.EXPIRED)


def test_a_fact_is_declared_and_is_neither_yes_nor_no(desk: Desk) -> None:
    approved(desk, "facts", {**LAW, "fact": "governing_law"})  # type: ignore[arg-type]  # a list of countries

    assert (row(1).state, row(1).mark) == (State.DECLARED, Mark.NONE)


def test_a_report_of_a_supplier_is_inherited_at_most_and_runs_out(desk: Desk) -> None:
    vendor = {"role": "Hosting", "countries": ["JP"], "data_classes": "All", "tier": "low"}
    held = approved(desk, "vendors", vendor)
    report = {"vendor": str(held), "sheet_rows": [106], "clause": "3", "valid_from": "2026-04-01"}
    approved(desk, "vendor_evidence", report, ends=clock.now().date() + days(20))  # type: ignore[arg-type]  # rows

    assert row(106).state is State.INHERITED
    assert row(113).state is State.NO_EVIDENCE
    assert row(106, later=30).state is State.STALE


def test_a_prohibition_makes_a_row_inapplicable_and_an_exception_that_ran_out_makes_it_a_gap(desk: Desk) -> None:
    approved(desk, "policies", {"topic": "media", "version": "3", "summary": "None", "must_be_acknowledged": False})
    assert (row(31).state, row(31).measured["media_policy"]) == (State.NOT_APPLICABLE, "3")
    assert sheet().may_be_published

    medium = {"serial": "1", "person": "Ken", "reason": "A backup", "is_encrypted": True}
    approved(desk, "media_exceptions", medium, ends=clock.now().date() + days(5))
    assert row(31).measured["open_exceptions"] == 1
    assert row(31, later=7).state is State.GAP


def test_data_that_stay_at_home_answer_no_and_a_store_abroad_turns_it_round(desk: Desk) -> None:
    approved(desk, "facts", {**LAW, "fact": "home_country"})  # type: ignore[arg-type]  # as above
    approved(desk, "locations", {**STORE, "countries": ["JP"]})  # type: ignore[arg-type]  # as above
    assert (row(15).literal, row(15).state) == (Literal.NO, State.ATTESTED)
    assert (row(68).literal, row(69).literal) == (Literal.YES, Literal.NO)

    approved(desk, "locations", {**STORE, "holds_entrusted": False, "countries": ["TH"]})  # type: ignore[arg-type]  # as above
    found = sheet()
    assert (found.answers[15].literal, found.answers[69].literal) == (Literal.NO, Literal.YES)
    assert found.answers[69].measured["foreign_stores_without_entrusted_data"] == 1
    assert found.may_be_published

    approved(desk, "locations", {**STORE, "countries": ["TH"]})  # type: ignore[arg-type]  # as above
    assert (row(15).literal, row(15).state) == (Literal.YES, State.GAP)


def test_suppliers_that_are_not_listed_keep_the_sheet_from_claiming_that_nothing_is_handed_over(desk: Desk) -> None:
    vendor = {"role": "Hosting", "countries": ["JP"], "data_classes": "All", "tier": "low", "has_access": True}
    held = approved(desk, "vendors", {**vendor, "is_subprocessor": True})
    found = sheet()
    assert (found.answers[14].literal, found.answers[133].literal) == (Literal.NO, Literal.YES)
    assert found.may_be_published

    approved(desk, "vendors", {**vendor, "is_subprocessor": False}, supersedes=held)
    assert row(14).state is State.GAP


def test_an_exercise_counts_for_half_a_year_and_open_actions_that_are_overdue_make_it_a_gap(desk: Desk) -> None:
    today = clock.now().date()
    drill = {
        "rehearsed": "incident", "scenario": "x", "done_on": (today - days(100)).isoformat(), "participants": 3,
        "actions_open": 1, "actions_due_on": (today + days(10)).isoformat(),
    }  # fmt: skip
    approved(desk, "exercises", drill)

    assert row(24).state is State.ATTESTED
    assert row(24, later=12).state is State.GAP
    assert row(24, later=90).state is State.GAP


def test_a_service_level_that_nothing_measures_is_not_claimed(desk: Desk) -> None:
    level = {"metric": "availability", "target": "99.9 %", "window": "A month", "credit": "Some"}
    approved(desk, "service_levels", level)

    unmeasured = row(16, later=2)  # the last punch from outside, if there was one, counts no more
    assert unmeasured.state in {State.NO_EVIDENCE, State.STALE}
    assert unmeasured.literal is not Literal.YES


def test_an_exception_explains_a_row_and_changes_no_state(desk: Desk) -> None:
    approved(desk, "exceptions", {"sheet_rows": [27], "reason": "The list is being written"})

    assert (row(27).state, row(27).exception is not None) == (State.NO_EVIDENCE, True)
    assert row(27, later=400).exception is None


def test_what_begins_later_does_not_count_yet(desk: Desk) -> None:
    asset = {"asset": "data", "classed": "secret", "criticality": 5, "place": "tokyo"}
    approved(desk, "assets", asset, on=clock.now().date() + days(3))

    assert row(27).state is State.NO_EVIDENCE
    assert row(27, later=4).state is State.ATTESTED


def test_every_criterion_is_asked_for_by_a_row_and_reads_registers_that_are_there() -> None:
    named = {name for control in controls().values() for name in control.registers}

    assert named == set(CRITERIA)
    assert {code for one in CRITERIA.values() for code in one.registers} <= set(REGISTERS)


def test_every_row_about_people_or_facts_has_a_register_or_a_probe() -> None:
    asked = [one for one in controls().values() if one.kind in {Kind.PROCESS, Kind.FACT}]

    assert {one.row for one in asked if not (one.registers or one.probes)} <= {55}  # its probe reads keys, not entries


def test_the_page_on_registers_is_what_the_declarations_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == registers_page(), "write it again from assurance/registers/page.py"


def test_the_command_lists_registers_and_their_entries(desk: Desk) -> None:
    approved(desk, "assets", {"asset": "data", "classed": "secret", "criticality": 5, "place": "tokyo"})
    lines = register_lines_as_text(now=clock.now())

    assert len(lines) == len(REGISTERS) + 1
    assert any(
        "An entry" in line and line.startswith("in_force") for line in entry_lines("assets", now=clock.now()) or ()
    )
    assert entry_lines("nothing", now=clock.now()) is None
