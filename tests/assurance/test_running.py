"""A probe's word is kept with its digest and its event; errors stay errors; changes of the sheet are written down."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection

from tokimori.assurance import queries
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.evaluation.states import State
from tokimori.assurance.models import AnswerChange, ProbeRun
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.probe import CannotObserve, Observation, ProbeDefinition, judged
from tokimori.assurance.queries import changes_of, newest_run, public_sheet
from tokimori.assurance.schedule import due
from tokimori.assurance.services.answering import answer_sheet
from tokimori.assurance.services.running import digest_of, keep_observation, run_probe
from tokimori.foundation import clock
from tokimori.foundation.build import build_digest
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import PROVIDER, Door, at_door, tenant_transaction


def looking(observe: object, **changes: object) -> ProbeDefinition:
    return replace(PROBES["clock.offset"], observe=observe, **changes)  # type: ignore[arg-type]  # a table of changes


def say(outcome: Outcome, *, now: datetime | None = None) -> ProbeRun:
    moment = now or clock.now()
    seen = Observation(outcome=outcome, reason="for a test", measured={"checks": 1})
    return keep_observation(probe=PROBES["clock.offset"], seen=seen, observed_from=moment, observed_to=moment)


def state_of(row: int, *, now: datetime | None = None) -> State:
    return public_sheet(now=now or clock.now()).answers[row].state


@pytest.fixture(autouse=True)
def _well() -> Iterator[None]:
    """Leave row 85 proven, so that no test finds another one's failure."""
    yield
    say(Outcome.PASSED)


def test_what_was_seen_is_kept_with_its_digest_its_code_its_build_and_its_event() -> None:
    run = run_probe(PROBES["clock.offset"])

    with tenant_transaction(PROVIDER):
        stored = newest_run("clock.offset")
        event = LedgerEvent.objects.get(tenant_id=PROVIDER, id=run.event_id)
        written = event.details["digest"]
    assert stored is not None
    assert stored.id == run.id
    assert stored.outcome == "passed"
    assert stored.observed_from <= stored.observed_to < stored.expires_at
    assert digest_of(stored) == stored.digest == written
    assert stored.code_digest == PROBES["clock.offset"].code_digest
    assert stored.build_digest == build_digest()
    assert event.name == EventName.PROBE_RAN


@pytest.mark.parametrize("field", ["outcome", "reason", "probe", "build_digest", "code_digest"])
def test_a_changed_word_breaks_its_digest(field: str) -> None:
    run = run_probe(PROBES["clock.offset"])

    setattr(run, field, "something else")

    assert digest_of(run) != run.digest


def test_evidence_is_appended_and_never_changed() -> None:
    run = run_probe(PROBES["clock.offset"])

    with pytest.raises(DatabaseError), tenant_transaction(PROVIDER):
        ProbeRun.objects.filter(tenant_id=PROVIDER, id=run.id).update(outcome="passed")


def test_a_probe_that_cannot_look_says_why_and_its_row_is_not_green() -> None:
    def observe(now: datetime) -> Observation:
        raise CannotObserve("There is no clock here.")

    run = run_probe(looking(observe))

    assert (run.outcome, run.reason) == ("errored", "There is no clock here.")
    assert state_of(85) is State.STALE


def test_a_probe_that_breaks_is_an_error_and_leaves_no_text_of_it() -> None:
    def observe(now: datetime) -> Observation:
        raise LookupError("a name that nobody may read")

    run = run_probe(looking(observe))

    assert (run.outcome, run.reason) == ("errored", "broke:LookupError")
    assert state_of(85) is State.STALE


def test_who_does_not_answer_in_time_saw_nothing() -> None:
    def observe(now: datetime) -> Observation:
        time.sleep(2)
        return judged({"late": True})

    run = run_probe(looking(observe, timeout_seconds=1))

    assert run.outcome == "errored"
    assert run.reason == "no_answer_in_time:1"
    time.sleep(1.5)  # until it has really ended


def test_what_hangs_in_the_database_is_broken_off_and_not_begun_again_meanwhile() -> None:
    ended: list[str] = []

    def observe(now: datetime) -> Observation:
        try:
            with connection.cursor() as cursor:
                cursor.execute("select pg_sleep(60)")
        except DatabaseError:
            time.sleep(1)
            ended.append("broken off")
            raise
        return judged({"late": True})

    run = run_probe(looking(observe, timeout_seconds=1))
    again = run_probe(looking(observe, timeout_seconds=1))

    assert (run.outcome, run.reason) == ("errored", "no_answer_in_time:1")
    assert (again.outcome, again.reason) == ("errored", "still_running")
    assert state_of(85) is State.STALE
    for _ in range(50):
        if ended:
            break
        time.sleep(0.1)
    assert ended == ["broken off"]
    assert run_probe(looking(lambda now: judged({"in_time": now is not None}))).outcome == "passed"


def test_no_check_at_all_is_no_success() -> None:
    assert judged({}).outcome is Outcome.FAILED


def test_a_failure_turns_the_row_red_and_is_written_down_once() -> None:
    say(Outcome.PASSED)
    answer_sheet(now=clock.now())

    say(Outcome.FAILED)
    changed = answer_sheet(now=clock.now())
    again = answer_sheet(now=clock.now())

    assert 85 in changed
    assert 85 not in again
    newest = changes_of(85, limit=1)[0]
    assert (newest.before, newest.after, newest.why) == ("proven", "gap", "failed")
    assert "for a test" in newest.reason
    with tenant_transaction(PROVIDER):
        change = AnswerChange.objects.filter(row=85).order_by("-id")[0]
        event = LedgerEvent.objects.get(subject_id=change.id, name=EventName.CONTROL_STATE_CHANGED)
        written = event.details
    assert written == {"row": 85, "before": "proven", "after": "gap", "why": "failed"}


def test_evidence_that_grows_old_turns_the_row_stale_by_itself() -> None:
    say(Outcome.PASSED)

    assert state_of(85) is State.PROVEN
    later = clock.now() + timedelta(minutes=PROBES["clock.offset"].maximum_age_minutes + 1)
    assert state_of(85, now=later) is State.STALE


def test_the_sheet_is_open_at_the_companies_door_and_the_rest_of_the_provider_is_not() -> None:
    with at_door(Door.COMPANIES):
        assert len(public_sheet(now=clock.now()).answers) == 135


def test_all_rows_always_show() -> None:
    assert set(public_sheet(now=clock.now()).answers) == set(range(1, 136))


def test_what_never_ran_runs_first_and_the_longest_waiting_next() -> None:
    now = clock.now()
    last = {"a": now - timedelta(minutes=60), "b": now - timedelta(minutes=59), "c": now - timedelta(minutes=90)}

    assert due([("a", 60), ("b", 60), ("c", 60), ("d", 60)], last=last, now=now) == ("d", "c", "a")


@pytest.mark.parametrize("probe", PROBES.values(), ids=lambda probe: probe.name)
def test_a_probe_runs_again_before_its_word_has_run_out(probe: ProbeDefinition) -> None:
    assert probe.maximum_age_minutes > 2 * probe.every_minutes - 1
    assert len(probe.code_digest) == 64
    assert probe.observe.__doc__


def test_a_probe_that_runs_too_seldom_cannot_be_defined() -> None:
    with pytest.raises(ValueError, match="before its last word"):
        replace(PROBES["clock.offset"], every_minutes=60, maximum_age_minutes=60)


def test_the_two_canaries_have_ids_that_no_company_can_get() -> None:
    from tokimori.assurance.services.canaries import FIRST, SECOND  # noqa: PLC0415 -- said where it is asked

    assert {FIRST, SECOND} == {UUID(f"00000000-0000-7000-8000-0000000000c{number}") for number in (1, 2)}


@pytest.mark.parametrize("statement", ["_NEWEST_RUNS", "_NEWEST_CHANGES"])
def test_the_last_word_is_looked_up_in_an_index_however_long_the_history(statement: str) -> None:
    runs: list[object] = [list(PROBES), PROVIDER, None]
    changes: list[object] = [list(range(1, 136)), PROVIDER]
    with tenant_transaction(PROVIDER), connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(f"explain {getattr(queries, statement)}", runs if statement == "_NEWEST_RUNS" else changes)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Limit" in plan
    assert "_by_" in plan
    assert "Seq Scan" not in plan
