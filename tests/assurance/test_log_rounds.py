"""All logs are recomputed although one look is bounded: each goes on where the last one ended, and forgets no fault."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from support.cast import NOON, Cast, usual_cast
from support.logkeeping import LogKeeping, log_keeping
from support.probing import as_superuser
from tokimori.assurance.probes import log_rounds
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.log_rounds import LONGEST_ROUND, observe_log
from tokimori.assurance.probes.probe import Observation
from tokimori.assurance.services.running import keep_observation
from tokimori.foundation import clock
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import checking
from tokimori.foundation.ledger.queries.checking import Reading, check_log
from tokimori.foundation.ledger.services import Event, record_events
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction


@pytest.fixture
def keeping() -> Iterator[LogKeeping]:
    with log_keeping() as made:
        yield made


@pytest.fixture
def logs(keeping: LogKeeping, monkeypatch: pytest.MonkeyPatch) -> list[Cast]:
    """Three companies whose logs are signed, and which are all that there are; each look reads one log."""
    casts = sorted((usual_cast() for _ in range(3)), key=lambda cast: cast.tenant)
    keeping.publish(now=NOON)
    monkeypatch.setattr(log_rounds, "all_tenants", lambda: tuple(cast.tenant for cast in casts))
    monkeypatch.setattr(log_rounds, "LONGEST_LOOK_SECONDS", 0)
    keep(Observation(outcome=observe_log(clock.now()).outcome, measured={}))  # whatever other tests read is forgotten
    return casts


def keep(seen: Observation) -> Observation:
    now = clock.now()
    keep_observation(probe=PROBES["ledger.verify"], seen=seen, observed_from=now, observed_to=now)
    return seen


def look() -> Observation:
    return keep(observe_log(clock.now()))


def test_each_look_goes_on_where_the_last_one_ended_and_a_round_ends(logs: list[Cast]) -> None:
    stood, ended = [], []
    for _ in range(200):
        seen = look()
        stood.append((seen.measured["stood_at_log"], seen.measured["stood_at_event"]))
        if seen.measured["round_ended"] != "–":
            ended.append(seen)
            break
    assert ended
    assert stood == [*sorted(stood[:-1]), (0, 0)]
    assert {log for log, _ in stood} == {0, 1, 2, 3}


def test_a_fault_in_a_log_keeps_the_probe_red_until_it_is_mended(
    logs: list[Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"where tenant_id = '{logs[0].tenant}' and \"index\" = 2"
    with as_superuser(
        f"update ledger_logentry set leaf_hash = sha256(leaf_hash) {place}",  # noqa: S608 -- our own id
        "update ledger_logentry as entry set leaf_hash = event.leaf_hash from ledger_ledgerevent as event"  # noqa: S608 -- as above
        f" where event.id = entry.id and entry.tenant_id = '{logs[0].tenant}'",
        past_triggers=True,
    ):
        reasons = [look().reason for _ in range(8)]
    assert "every_log_fits" in reasons
    since = reasons.index("every_log_fits")
    assert reasons[since:] == ["every_log_fits"] * (8 - since)

    monkeypatch.setattr(log_rounds, "LONGEST_LOOK_SECONDS", 60)
    assert (look().reason, look().measured["faulty_logs"]) == ("", "–")


def test_a_log_is_read_in_parts_that_together_find_what_one_reading_finds(
    keeping: LogKeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = usual_cast()
    with tenant_transaction(cast.tenant):
        record_events([Event(name=EventName.SIGN_OUT, subject_id=None) for _ in range(40)], actor=cast.system, at=NOON)
    keeping.publish(now=NOON)
    monkeypatch.setattr(checking, "_CHUNK", 10)
    with (
        as_superuser(
            f"update ledger_ledgerevent set actor_id = gen_random_uuid() where tenant_id = '{cast.tenant}'",  # noqa: S608 -- our own id
            "select 1",
            past_triggers=True,
        ),
        tenant_transaction(cast.tenant),
    ):
        whole = check_log(tenant=cast.tenant, details_gone_before=None)
        parts, skipped = [], 0
        for _ in range(20):
            reading = Reading(skipped=skipped, is_over=lambda: True)
            parts += check_log(tenant=cast.tenant, details_gone_before=None, reading=reading)
            if reading.is_whole:
                break
            assert skipped < reading.compared <= skipped + 10
            skipped = reading.compared
    assert len(whole) > 40
    assert set(parts) == set(whole)


def test_a_round_that_does_not_end_in_a_week_is_no_success(logs: list[Cast]) -> None:
    look()
    late = observe_log(clock.now() + LONGEST_ROUND + timedelta(minutes=1))
    assert late.measured["round_ended"] == "–"
    assert "all_logs_are_read_in_time" in late.reason


def test_the_provider_is_among_those_whose_log_is_read() -> None:
    assert PROVIDER in log_rounds.everybody()
