"""Speak to the machine's door in a test."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from support.cast import Cast
from support.punching import at
from tokimori.foundation import clock
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.identity.services.tokens import NewToken, issue_token
from tokimori.foundation.identity.token_networks import read_networks
from tokimori.foundation.tenancy.context import tenant_transaction


def new_token(
    cast: Cast,
    *,
    scopes: frozenset[Scope] = frozenset({Scope.PUNCHES_WRITE}),
    networks: Sequence[str] = (),
) -> str:
    now = clock.now()
    token = NewToken(name="test", scopes=scopes, networks=read_networks(networks), expires_at=now + timedelta(hours=1))
    with tenant_transaction(cast.tenant):
        return issue_token(actor=cast.system, token=token, now=now)


def yesterday() -> date:
    return clock.now().date() - timedelta(days=1)


def one(cast: Cast, **changes: Any) -> dict[str, Any]:
    report = {
        "key": "k1",
        "employee_code": cast["aiko"].employee_code,
        "occurred_at": at(yesterday(), "09:00").isoformat(),
        "kind": "in",
        "place": "gate 3",
    }
    return {**report, **changes}
