"""Speak to the machine's door in a test."""

from datetime import date, timedelta
from typing import Any

from support.cast import Cast
from support.punching import at
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identity.services.tokens import issue_access_token
from tokimori.foundation.tenancy.context import tenant_transaction


def new_token(cast: Cast, *, rights: frozenset[Permission] = frozenset({Permission.PUNCH_RECORD_ANY})) -> str:
    now = clock.now()
    with tenant_transaction(cast.tenant):
        return issue_access_token(
            actor=cast.system, name="test", rights=rights, expires_at=now + timedelta(hours=1), now=now
        )


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
