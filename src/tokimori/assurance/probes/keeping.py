"""What keeps the record and the secrets: the log is in time, keys are young and of approved methods."""

from datetime import datetime
from typing import Final

from tokimori.assurance.probes.probe import Observation, judged
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.custody.queries import keys_overview
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.queries.backlog import ledger_backlog
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants
from tokimori.ops.access_policy import policy_differences

OLDEST_KEY_DAYS: Final = 400
"""A key of a company is replaced every year; a month more is no fault."""
APPROVED: Final = frozenset({"AES-256-GCM", "HMAC-SHA-256"})


def observe_backlog(now: datetime) -> Observation:
    """Ask how long events wait for their place in the log, and places for a signature over them."""
    found = ledger_backlog(now=now)
    return judged(
        {"every_event_is_in_time": found.is_in_time},
        waiting=found.waiting,
        oldest_waiting_seconds=int(found.oldest_waiting.total_seconds()),
        oldest_unsigned_seconds=int(found.oldest_unsigned.total_seconds()),
    )


def observe_keys(now: datetime) -> Observation:
    """Look at every live key of every company: how it seals, and how old it is."""
    ages: list[int] = []
    methods: set[str] = set()
    for tenant in _everybody():
        with tenant_transaction(tenant):
            found = keys_overview(actor=system_principal(tenant), now=now)
        live = [one for one in found.keys if one.state == "live"]
        ages += [one.age.days for one in live]
        methods |= {one.algorithm for one in live}
    oldest = max(ages, default=0)
    checks = {"keys_are_young": oldest <= OLDEST_KEY_DAYS, "methods_are_approved": methods <= APPROVED}
    return judged(checks, keys=len(ages), oldest_key_days=oldest, methods=", ".join(sorted(methods)))


def observe_policy(now: datetime) -> Observation:
    """Compare everything that the live database allows with the access policy that the code declares."""
    del now  # the database allows it or not
    differences = policy_differences()
    return judged(
        {f"is_as_the_policy_says:{one.where} {one.what}".replace(",", ";")[:120]: False for one in differences}
        or {"the_database_follows_the_policy": True},
        differences=len(differences),
    )


def _everybody() -> tuple[TenantId, ...]:
    return tuple(dict.fromkeys((*all_tenants(), PROVIDER)))
