"""Every log, recomputed: in rounds, each of as many looks as it takes, and each look goes on where the last one ended."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tokimori.assurance.probes.probe import Observation, judged
from tokimori.assurance.queries import newest_run
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.queries.checking import Reading, check_log
from tokimori.foundation.retention.queries import details_gone_before
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants

NAME: Final = "ledger.verify"
LONGEST_LOOK_SECONDS: Final = 600
"""The probe is given up after 900; what is left then is the next look's."""
LONGEST_ROUND: Final = timedelta(days=7)
_NEVER: Final = "–"


@dataclass(slots=True, kw_only=True)
class _Round:
    """Where a round stands: the log that is next and how much of it was compared; when the round began, the last one ended.

    ``faulty`` are logs in which something did not fit; they are read again by each look until nothing is wrong with them.
    """

    log: int = 0
    event: int = 0
    began: datetime
    ended: datetime | None = None
    faulty: set[int] = field(default_factory=set)


def observe_log(now: datetime) -> Observation:
    """Recompute logs from their events: each has its place, each place its event, and the signed roots are those."""
    tenants = everybody()
    stands = _stands(now=now)
    ends = time.monotonic() + LONGEST_LOOK_SECONDS

    def is_over() -> bool:
        return time.monotonic() >= ends

    faults = _read_again(stands, tenants, is_over)
    read = 0
    while stands.log < len(tenants) and (read == 0 or not is_over()):
        reading = Reading(skipped=stands.event, is_over=is_over)
        if found := _faults_of(tenants[stands.log], reading):
            faults += found
            stands.faulty.add(stands.log)
        if not reading.is_whole:
            stands.event = reading.compared
            break
        stands.log, stands.event, read = stands.log + 1, 0, read + 1
    return _said(stands, logs=len(tenants), read=read, faults=max(faults, len(stands.faulty)), now=now)


def everybody() -> tuple[TenantId, ...]:
    """Return all whose logs are read, the provider among them, always in one order."""
    return tuple(sorted({*all_tenants(), PROVIDER}))


def _read_again(stands: _Round, tenants: tuple[TenantId, ...], is_over: Callable[[], bool]) -> int:
    """Return how much is still wrong with the logs that were faulty; those that are well now are so no longer."""
    faults = 0
    for log in sorted(stands.faulty):
        if log >= len(tenants):
            stands.faulty.discard(log)
        elif not is_over():
            reading = Reading(is_over=is_over)
            found = _faults_of(tenants[log], reading)
            faults += found
            if not found and reading.is_whole:
                stands.faulty.discard(log)
    return faults


def _faults_of(tenant: TenantId, reading: Reading) -> int:
    with tenant_transaction(tenant):
        gone = details_gone_before(tenant=tenant)
        return len(check_log(tenant=tenant, details_gone_before=gone, reading=reading))


def _said(stands: _Round, *, logs: int, read: int, faults: int, now: datetime) -> Observation:
    if stands.log >= logs:
        stands.log, stands.ended = 0, now
    since = stands.ended or stands.began
    checks = {"every_log_fits": not stands.faulty, "all_logs_are_read_in_time": now - since <= LONGEST_ROUND}
    is_begun = stands.log > 0 or stands.event > 0
    return judged(
        checks,
        logs=logs,
        logs_read=read,
        faults=faults,
        stood_at_log=stands.log,
        stood_at_event=stands.event,
        faulty_logs=" ".join(map(str, sorted(stands.faulty))) or _NEVER,
        round_began=(stands.began if is_begun else now).isoformat(),
        round_ended=stands.ended.isoformat() if stands.ended else _NEVER,
    )


def _stands(*, now: datetime) -> _Round:
    """Return where the last look ended; a first one, and one after a look that saw nothing, begin with the first log."""
    with tenant_transaction(PROVIDER):
        last = newest_run(NAME)
    kept: Mapping[str, Any] = last.measured if last is not None else {}
    if "stood_at_log" not in kept:
        return _Round(began=now)
    is_begun = kept["stood_at_log"] or kept["stood_at_event"]
    return _Round(
        log=int(kept["stood_at_log"]),
        event=int(kept["stood_at_event"]),
        began=datetime.fromisoformat(kept["round_began"]) if is_begun else now,
        ended=None if kept["round_ended"] == _NEVER else datetime.fromisoformat(kept["round_ended"]),
        faulty={int(one) for one in str(kept["faulty_logs"]).split() if one != _NEVER},
    )
