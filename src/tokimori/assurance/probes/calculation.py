"""The calculation that runs, asked published cases; and the punch, sent twice and falsified."""

import json
from datetime import datetime
from typing import Final

from tokimori.assurance.catalogue.controls import directory
from tokimori.assurance.probes.probe import CannotObserve, Observation, judged
from tokimori.assurance.services.canaries import EMPLOYEE_CODE, canaries, leaving_nothing
from tokimori.domains.timekeeping.reports import Outcome, PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.engine import PunchKind
from tokimori.interfaces.cases import answer_cases

VECTORS: Final = directory().parent / "vectors.json"


def observe_vectors(now: datetime) -> Observation:
    """Let the running build answer every published case, and compare."""
    del now  # the calculation asks no clock
    try:
        cases = json.loads(VECTORS.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CannotObserve("no_cases") from error
    asked = [{name: value for name, value in case.items() if name != "result"} for case in cases]
    answers = answer_cases(json.dumps(asked).encode(), with_steps=False)
    checks = {
        f"case_is_right:{case['id']}": json.loads(json.dumps(answer.get("result"))) == case["result"]
        for case, answer in zip(cases, answers, strict=True)
    }
    return judged(checks, cases=len(cases), kinds=len({case["kind"] for case in cases}))


def observe_replay(now: datetime) -> Observation:
    """Send one punch twice, and another one under the same key: one fact is stored, and the other is refused."""
    canary, _ = canaries(now=now)

    def report(kind: PunchKind) -> PunchReport:
        return PunchReport(key="probe", employee_code=EMPLOYEE_CODE, occurred_at=now, kind=kind, source=PunchSource.API)

    with leaving_nothing(canary.tenant):
        actor = canary.system
        (first,) = record_punches(actor=actor, reports=[report(PunchKind.IN)], now=now)
        (again,) = record_punches(actor=actor, reports=[report(PunchKind.IN)], now=now)
        (other,) = record_punches(actor=actor, reports=[report(PunchKind.OUT)], now=now)
    checks = {
        "a_punch_is_recorded": first.outcome is Outcome.RECORDED,
        "sent_again_it_is_the_same": again.outcome is Outcome.REPEATED and again.punch_id == first.punch_id,
        "another_under_its_key_is_refused": other.outcome is Outcome.REFUSED,
    }
    return judged(checks)
