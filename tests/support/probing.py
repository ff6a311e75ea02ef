"""Run a probe in a test, and look what it does to the sheet; mark the tests that switch a control off for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from support import cluster
from tokimori.assurance.catalogue.controls import controls
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.evaluation.states import State
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.probe import Observation
from tokimori.assurance.queries import present_sheet, public_sheet
from tokimori.assurance.services.running import keep_observation, run_probe
from tokimori.foundation import clock
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

TURNED_RED: set[str] = set()
"""The probes whose rows one test saw turn red; emptied before each test of the sheet."""


ALONE_WITH_PORTS = pytest.mark.xdist_group("ports of this machine")
"""For tests that open ports to everybody, and for those that look whether anybody has: the machine is one."""


def switches_off(*probes: str) -> pytest.MarkDecorator:
    """Mark a test that switches a real control off and sees these probes turn their rows red; it fails if they do not."""
    return pytest.mark.switches_off(*probes)


def off(probe: str, *values: Any, id: str) -> Any:  # noqa: A002 -- as pytest calls it
    """Return one case of a table of controls that are switched off, each for one probe, which is its first value."""
    return pytest.param(probe, *values, id=id, marks=switches_off(probe))


def outcome(name: str) -> tuple[str, str]:
    """Run the probe once; return how it ended, and why."""
    run = run_probe(PROBES[name])
    return run.outcome, run.reason


def is_red(name: str) -> bool:
    """Whether one run of the probe makes a gap of every row that leans on it."""
    found, _ = outcome(name)
    answers = public_sheet(now=clock.now()).answers.values()
    leaning = [answer for answer in answers if name in {finding.source.name for finding in answer.findings}]
    turned = found == "failed" and bool(leaning) and all(answer.state is State.GAP for answer in leaning)
    TURNED_RED.update({name} if turned else ())
    return turned


@contextmanager
def as_superuser(change: str, undo: str, *, past_triggers: bool = False) -> Iterator[None]:
    """Change the database as whoever owns the machine could, and take it back."""
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"], autocommit=True) as administrator:
        if past_triggers:
            administrator.execute("set session_replication_role = replica")
        administrator.execute(change)
        try:
            yield
        finally:
            administrator.execute(undo)


def settle() -> None:
    """Let nothing contradict: what other tests left behind is turned red, so that it claims nothing."""
    for _ in range(5):
        with tenant_transaction(PROVIDER):
            rows = {one.rows[0] for one in present_sheet(now=clock.now()).contradictions}
        for name in {name for row in rows for name in controls()[row].probes}:
            now = clock.now()
            seen = Observation(outcome=Outcome.FAILED, reason="", measured={})
            keep_observation(probe=PROBES[name], seen=seen, observed_from=now, observed_to=now)
