"""The service as machines outside meet it: a punch through each encrypted door, how long answers take, how often so."""

import json
import time
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from tokimori.assurance.probes.listeners import declared, encrypted
from tokimori.assurance.probes.meeting import ask
from tokimori.assurance.probes.probe import CannotObserve, Observation, judged
from tokimori.assurance.queries import counted_runs
from tokimori.assurance.services.canaries import EMPLOYEE_CODE, Canary, canaries
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.identity.services.tokens import NewToken, issue_token
from tokimori.foundation.listeners import Audience, Listener
from tokimori.foundation.tenancy.context import tenant_transaction

PUNCH: Final = "punch.outside"
_PUNCHES: Final = "/api/v1/punches"
_HEALTH: Final = "/api/v1/health"
_TOKEN_LASTS: Final = timedelta(hours=12)
_WINDOW: Final = timedelta(days=30)
LEAST_PER_MILLE: Final = 995
"""Of a thousand punches from outside so many must be taken, over thirty days."""
_FEW: Final = 20
"""So few looks say nothing of a share yet."""
_MOST_MILLISECONDS: Final = 1000
_TIMES: Final = 3
_tokens: dict[str, tuple[datetime, str]] = {}
"""The token of this process, so that not every look needs a new one."""


def observe_punch(now: datetime) -> Observation:
    """Report the sample's punch of the day through each encrypted door: it is recorded, or known, and has its receipt."""
    canary, _ = canaries(now=now)
    token = _token(canary, now=now)
    checks: dict[str, bool] = {}
    slowest = 0
    for one in encrypted():
        began = time.perf_counter()
        checks[f"punch_is_taken:{one.place}"] = _is_taken(one, token=token, now=now)
        slowest = max(slowest, round((time.perf_counter() - began) * 1000))
    looks, held = counted_runs(PUNCH, since=now - _WINDOW)
    per_mille = (held + all(checks.values())) * 1000 // (looks + 1)
    checks["often_enough"] = looks < _FEW or per_mille >= LEAST_PER_MILLE
    return judged(checks, taken_per_mille=per_mille, looks=looks + 1, slowest_milliseconds=slowest)


def observe_answers(now: datetime) -> Observation:
    """Ask each door three times, and measure: who answers late is a fault, and who does not answer too."""
    del now  # the question is how long it takes
    doors = [one for one in declared() if one.audience is not Audience.REDIRECT]
    took = {one.place: sorted(_milliseconds(one) for _ in range(_TIMES)) for one in doors}
    checks = {f"answers_in_time:{place}": times[_TIMES // 2] <= _MOST_MILLISECONDS for place, times in took.items()}
    return judged(checks, doors=len(doors), slowest_milliseconds=max(times[-1] for times in took.values()))


def _is_taken(place: Listener, *, token: str, now: datetime) -> bool:
    body = {
        "key": f"outside {now.date()} {place.place}",
        "employee_code": EMPLOYEE_CODE,
        "occurred_at": f"{now.date()}T00:00:00+00:00",
        "kind": "in",
    }
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        answer = ask(place, "POST", _PUNCHES, headers=headers, body=json.dumps(body).encode())
        said = json.loads(answer.body) if answer.status in {HTTPStatus.OK, HTTPStatus.CREATED} else {}
    except (CannotObserve, ValueError):
        return False  # seen from outside, no answer is a failure
    return bool(said.get("punch_id") and said.get("receipt"))


def _milliseconds(place: Listener) -> int:
    path = "/sign-in" if place.audience is Audience.PEOPLE else _HEALTH
    began = time.perf_counter()
    try:
        ask(place, "GET", path)
    except CannotObserve:
        return _MOST_MILLISECONDS + 1
    return round((time.perf_counter() - began) * 1000)


def _token(canary: Canary, *, now: datetime) -> str:
    known = _tokens.get(PUNCH)
    if known is not None and now < known[0]:
        return known[1]
    wanted = NewToken(
        name="Prober from outside", scopes=frozenset({Scope.PUNCHES_WRITE}), expires_at=now + 2 * _TOKEN_LASTS
    )
    with tenant_transaction(canary.tenant):
        secret = issue_token(actor=canary.system, token=wanted, now=now)
    _tokens[PUNCH] = (now + _TOKEN_LASTS, secret)
    return secret
