"""Run a probe in a test, and look what it does to the sheet."""

import pytest

from tokimori.assurance.evaluation.states import State
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.queries import public_sheet
from tokimori.assurance.services.running import run_probe
from tokimori.foundation import clock


def switches_off(*probes: str) -> pytest.MarkDecorator:
    """Mark a test that switches a real control off and sees these probes turn their rows red."""
    return pytest.mark.switches_off(*probes)


def outcome(name: str) -> tuple[str, str]:
    """Run the probe once; return how it ended, and why."""
    run = run_probe(PROBES[name])
    return run.outcome, run.reason


def is_red(name: str) -> bool:
    """Whether one run of the probe makes a gap of every row that leans on it."""
    found, _ = outcome(name)
    answers = public_sheet(now=clock.now()).answers.values()
    leaning = [answer for answer in answers if name in {finding.source.name for finding in answer.findings}]
    return found == "failed" and bool(leaning) and all(answer.state is State.GAP for answer in leaning)
