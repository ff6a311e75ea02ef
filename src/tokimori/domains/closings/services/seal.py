"""Seal a month, and lift a seal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from tokimori.domains.closings.errors import (
    LaterPeriodSealed,
    PeriodGone,
    PeriodNotReady,
    PeriodNotSealed,
    PeriodSealed,
    ReopeningReasonMissing,
)
from tokimori.domains.closings.models import Period, Reopening, Seal, SealedTimesheet
from tokimori.domains.closings.queries import emptied_timesheets
from tokimori.domains.closings.readiness import readiness
from tokimori.domains.people.queries import employees_by_id
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.queries import months
from tokimori.engine import engine_version
from tokimori.foundation.access.authorise import authorise_everywhere
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.canonical import canonical_bytes, digest
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event

FIRST_DIGEST: Final = "0" * 64


@transaction.atomic
def seal_period(*, actor: Principal, month: Month, now: datetime) -> UUID:
    """Freeze a month's figures under a digest that is chained to the seal before.

    Takes the period's strong lock. A recalculation that has a day of this month in hand holds the weaker one, so the two
    come one after the other: what was calculated before is in the seal, what comes after becomes an adjustment.
    """
    authorise_everywhere(actor, Permission.PERIOD_SEAL, Function.CLOSING, Level.APPROVE)
    period = _locked_period(tenant=actor.tenant_id, month=month, now=now)
    if period.seal_id is not None:
        raise PeriodSealed
    state = readiness(tenant=actor.tenant_id, month=month, today=now.date())
    if not state.is_ready:
        raise PeriodNotReady(**{check.check.value: check.open_count for check in state.checks if not check.is_met})
    last = Seal.objects.filter(tenant_id=actor.tenant_id).order_by("-sequence").first()
    sheets = _sheets(tenant=actor.tenant_id, people=[one.employee_id for one in state.people], month=month)
    content: dict[str, Any] = {
        "kind": "tokimori-seal-v1",
        "tenant": str(actor.tenant_id),
        "month": str(month),
        "sequence": last.sequence + 1 if last else 1,
        "previous_digest": last.digest if last else FIRST_DIGEST,
        "engine": engine_version,
        "timesheets": {str(employee_id): digest(sheet) for employee_id, sheet in sheets.items()},
    }
    seal = Seal.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        period_id=period.id,
        month=month.first,
        sequence=content["sequence"],
        previous_digest=content["previous_digest"],
        digest=digest(content),
        content=canonical_bytes(content).decode(),
        sealed_by_id=actor.account_id,
        sealed_at=now,
    )
    SealedTimesheet.objects.bulk_create(
        SealedTimesheet(
            tenant_id=actor.tenant_id,
            id=new_id(at=now),
            seal_id=seal.id,
            employee_id=employee_id,
            digest=digest(sheet),
            content=canonical_bytes(sheet).decode(),
        )
        for employee_id, sheet in sheets.items()
    )
    period.seal_id = seal.id
    period.save(update_fields=["seal_id"])
    record_event(EventName.PERIOD_SEALED, actor=actor, subject_id=seal.id, at=now, month=str(month), digest=seal.digest)
    return seal.id


@transaction.atomic
def reopen_period(*, actor: Principal, month: Month, reason: str, now: datetime) -> None:
    """Lift a month's seal, saying why. The seal stays readable; the next one follows it in the chain.

    A month whose figures were over their time is not opened again: there is nothing to seal anew.
    """
    authorise_everywhere(actor, Permission.PERIOD_REOPEN, Function.CLOSING, Level.EDIT)
    if not reason.strip():
        raise ReopeningReasonMissing
    period = _locked_period(tenant=actor.tenant_id, month=month, now=now)
    if period.seal_id is None:
        raise PeriodNotSealed
    if Period.objects.filter(tenant_id=actor.tenant_id, month__gt=month.first).exclude(seal_id=None).exists():
        raise LaterPeriodSealed
    if emptied_timesheets(tenant=actor.tenant_id, seal_id=period.seal_id):
        raise PeriodGone
    Reopening.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        period_id=period.id,
        seal_id=period.seal_id,
        reason=reason.strip(),
        reopened_by_id=actor.account_id,
        reopened_at=now,
    )
    record_event(EventName.PERIOD_REOPENED, actor=actor, subject_id=period.seal_id, at=now, month=str(month))
    period.seal_id = None
    period.save(update_fields=["seal_id"])


def _locked_period(*, tenant: TenantId, month: Month, now: datetime) -> Period:
    """Return the period, made if it is not there, under the lock that keeps everyone else away."""
    Period.objects.bulk_create(
        [Period(tenant_id=tenant, id=new_id(at=now), month=month.first, opened_at=now)], ignore_conflicts=True
    )
    # no_key=False: recalculations hold FOR KEY SHARE while they look whether the month is sealed, and must wait.
    return Period.objects.select_for_update(no_key=False).get(tenant_id=tenant, month=month.first)


def _sheets(*, tenant: TenantId, people: Sequence[UUID], month: Month) -> Mapping[UUID, dict[str, Any]]:
    """Return each person's month as it is sealed: the figures of every day, their digests, and the totals."""
    known = employees_by_id(tenant=tenant, employee_ids=people, on=month.last)
    return {
        view.employee_id: {
            "employee": str(view.employee_id),
            "employee_code": known[view.employee_id].code,
            "month": str(month),
            "days": {
                day.work_date.isoformat(): {
                    "day_type": day.day_type,
                    "figures": day.figures.to_plain(),
                    "result_digest": day.result_digest,
                }
                for day in view.days.values()
            },
            "total": view.total.to_plain(),
            "approved_digest": view.approved_digest,
        }
        for view in months(tenant=tenant, employee_ids=people, month=month).values()
    }
