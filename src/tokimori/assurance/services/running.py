"""Run a probe and keep what it saw: in time, with errors kept as errors, and with its event in the ledger."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, close_old_connections, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.models import ProbeRun
from tokimori.assurance.probes.probe import CannotObserve, Observation, ProbeDefinition
from tokimori.foundation import clock
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.build import build_digest
from tokimori.foundation.canonical import digest
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.logs import logger
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

_log = logger("tokimori.assurance")
_LONGEST_REASON: Final = 300
_SECONDS_TO_BREAK_OFF: Final = 5
_threads: dict[str, threading.Thread] = {}
"""The last run of each probe in this process."""


def run_probe(probe: ProbeDefinition) -> ProbeRun:
    """Look once, and keep what was seen; an error, and no answer in time, are kept as what they are."""
    began = clock.now()
    seen = _in_time(probe, lambda: _observed(probe, now=began))
    return keep_observation(probe=probe, seen=seen, observed_from=began, observed_to=clock.now())


def keep_observation(
    *, probe: ProbeDefinition, seen: Observation, observed_from: datetime, observed_to: datetime
) -> ProbeRun:
    """Append one observation and its event to the provider's records, in one transaction."""
    run = ProbeRun(
        tenant_id=PROVIDER,
        id=new_id(at=observed_to),
        probe=probe.name,
        scope=probe.scope.value,
        subject="",
        observed_from=observed_from,
        observed_to=observed_to,
        expires_at=observed_to + timedelta(minutes=probe.maximum_age_minutes),
        outcome=seen.outcome.value,
        reason=seen.reason[:_LONGEST_REASON],
        measured=dict(seen.measured),
        code_digest=probe.code_digest,
        build_digest=build_digest(),
    )
    run.digest = digest_of(run)
    with tenant_transaction(PROVIDER):
        recorded = record_event(
            EventName.PROBE_RAN,
            actor=system_principal(PROVIDER),
            subject_id=run.id,
            at=observed_to,
            probe=run.probe,
            outcome=run.outcome,
            digest=run.digest,
        )
        run.event_id = recorded.event_id
        run.save(force_insert=True)
    return run


def digest_of(run: ProbeRun) -> str:
    """Return the digest of everything that a run says, so that a changed row shows."""
    return digest(
        {
            "id": str(run.id),
            "probe": run.probe,
            "scope": run.scope,
            "subject": run.subject,
            "observed_from": run.observed_from.isoformat(),
            "observed_to": run.observed_to.isoformat(),
            "expires_at": run.expires_at.isoformat(),
            "outcome": run.outcome,
            "reason": run.reason,
            "measured": dict(run.measured),
            "code_digest": run.code_digest,
            "build_digest": run.build_digest,
        }
    )


def _observed(probe: ProbeDefinition, *, now: datetime) -> Observation:
    try:
        return probe.observe(now)
    except CannotObserve as reason:
        return Observation(outcome=Outcome.ERRORED, reason=str(reason))
    except Exception as error:  # noqa: BLE001 # rule: broad-except -- whatever keeps a probe from looking is what its row must show
        _log.exception("assurance.probe_failed", code=probe.name)
        return Observation(outcome=Outcome.ERRORED, reason=f"broke:{type(error).__name__}")


def _in_time(probe: ProbeDefinition, look: Callable[[], Observation]) -> Observation:
    """Look in a thread of its own, with a connection of its own; whoever does not answer in time saw nothing.

    What it still asks of the database then is broken off. Until it has really ended, the same probe is not begun again.
    """
    if (before := _threads.get(probe.name)) is not None and before.is_alive():
        return Observation(outcome=Outcome.ERRORED, reason="still_running")
    seen: list[Observation] = []
    held: list[BaseDatabaseWrapper] = []

    def act() -> None:
        held.append(connections[DEFAULT_DB_ALIAS])
        try:
            seen.append(look())
        finally:
            connection.close()

    close_old_connections()
    thread = threading.Thread(target=act, daemon=True, name="probe")
    _threads[probe.name] = thread
    thread.start()
    thread.join(timeout=probe.timeout_seconds)
    if not seen:
        _break_off(held)
        return Observation(outcome=Outcome.ERRORED, reason=f"no_answer_in_time:{probe.timeout_seconds}")
    return seen[0]


def _break_off(held: list[BaseDatabaseWrapper]) -> None:
    """Let the database give up what a thread still asks of it."""
    asked = held[0].connection if held else None
    if asked is not None:
        with suppress(DatabaseError, psycopg.Error):
            asked.cancel_safe(timeout=_SECONDS_TO_BREAK_OFF)
