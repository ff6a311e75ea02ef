"""What happens in the scratch database: companies are founded, their logs signed, and then everything is tried on them."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
from django.conf import settings

from tokimori.assurance.drill.attacks import ATTACKS, EMPTYING, Attack
from tokimori.assurance.drill.log_keepers import LogKeepers, log_keepers
from tokimori.assurance.drill.stands import Stand, attack_on, keep_a_checkpoint, release
from tokimori.assurance.probes.walls import observe_tampering
from tokimori.assurance.services.canaries import EMPLOYEE_CODE, found_sample
from tokimori.domains.closings.services.seal import seal_period
from tokimori.domains.timekeeping.reports import PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punch
from tokimori.domains.timesheets.months import Month
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import tenant_transaction

_PUNCHES: Final = 3
_UNTOUCHED: Final = "untouched"


def drill(*, url: str, folder: Path, now: datetime) -> Mapping[str, Any]:
    """Try everything: as the running program, which must be refused; as the owner of the database, who must be noticed.

    Each attack has a company of its own. One that nobody touches must not be accused; at the end it is emptied.
    """
    refused = observe_tampering(now).measured
    seed = secrets.token_bytes(32)
    with log_keepers(url=url, base=settings.LOG_ORIGIN, seed=seed, folder=folder / "signer") as keepers:
        stands = _founded(keepers, folder, seed=seed, now=now)
    accused = [stand.code for stand in stands.values() if stand.is_found_by_rows() or stand.is_found_outside()]
    untouched = stands[_UNTOUCHED]
    with psycopg.connect(url, autocommit=True, options="") as owner:
        release(owner)
        for attack in ATTACKS:
            attack_on(owner, attack.statements, stands[attack.code], other=untouched)
        _sign_anew(owner, [stands[one.code] for one in ATTACKS if one.is_signed_anew], url, folder, seed=seed, now=now)
        found = [_tried(attack, stands[attack.code]) for attack in ATTACKS]
        accused += [_UNTOUCHED] if untouched.is_found_outside() else []
        attack_on(owner, EMPTYING.statements, untouched, other=untouched)
    return {
        "attempts": refused["checks"],
        "refused": int(refused["checks"]) - int(refused.get("failed", 0)),
        "attacks": [*found, _tried(EMPTYING, untouched)],
        "accused": sorted(set(accused)),
    }


def _founded(keepers: LogKeepers, folder: Path, *, seed: bytes, now: datetime) -> dict[str, Stand]:
    """Found a company for each attack; have their logs signed twice, so that each has an older and a newer checkpoint."""
    stands: dict[str, Stand] = {}
    tenants = {code: TenantId(new_id(at=now)) for code in (*(one.code for one in ATTACKS), _UNTOUCHED)}
    for code, tenant in tenants.items():
        with tenant_transaction(tenant):
            found_sample(tenant, code.replace("_", "-"), now=now)
            # The month before: nobody worked there yet, so that nothing stands in the way of its seal.
            last_month = Month.of(now.date().replace(day=1) - timedelta(days=1))
            seal_period(actor=system_principal(tenant), month=last_month, now=now)
            _punch(tenant, first=0, now=now)
    keepers.publish(now=now)
    for code, tenant in tenants.items():
        stands[code] = keep_a_checkpoint(code=code, tenant=tenant, folder=folder / code, seed=seed)
        with tenant_transaction(tenant):
            _punch(tenant, first=_PUNCHES, now=now)
    keepers.publish(now=now)
    return stands


def _punch(tenant: TenantId, *, first: int, now: datetime) -> None:
    for number in range(first, first + _PUNCHES):
        report = PunchReport(
            key=str(number),
            employee_code=EMPLOYEE_CODE,
            occurred_at=now - timedelta(seconds=10 - number),
            kind=None,
            source=PunchSource.API,
        )
        record_punch(actor=system_principal(tenant), report=report, now=now)


def _sign_anew(
    owner: "psycopg.Connection[tuple[Any, ...]]",
    stands: Sequence[Stand],
    url: str,
    folder: Path,
    *,
    seed: bytes,
    now: datetime,
) -> None:
    """Let somebody who has the key make leaves that fit what he wrote; his signer remembers nothing."""
    for stand in stands:
        with tenant_transaction(stand.tenant):
            punches = LedgerEvent.objects  # rule: rows-place -- he makes the leaf of a row that he changed
            forged = punches.filter(tenant_id=stand.tenant, name=EventName.PUNCH_RECORDED).order_by("id")[0]
            leaf = forged.leaf(log=stand.log).hash()
            # So that the log has something new to be signed for.
            record_event(EventName.SIGN_OUT, actor=system_principal(stand.tenant), subject_id=None, at=now)
        fitting = [
            f"update {table} set leaf_hash = '\\x{leaf.hex()}' where id = '{forged.id}'"  # noqa: S608 -- our own values
            for table in ("ledger_ledgerevent", "ledger_logentry")
        ]
        attack_on(owner, fitting, stand, other=stand)
    with log_keepers(url=url, base=settings.LOG_ORIGIN, seed=seed, folder=folder / "thief") as thief:
        thief.publish(now=now)


def _tried(attack: Attack, stand: Stand) -> Mapping[str, Any]:
    """Return who noticed an attack, and whether those did who must."""
    by_rows, outside = stand.is_found_by_rows(), stand.is_found_outside()
    is_noticed = (by_rows or not attack.is_by_rows) and (outside or not attack.is_outside)
    return {"attack": attack.code, "by_rows": by_rows, "outside": outside, "is_noticed": is_noticed}
