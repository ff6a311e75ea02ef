"""Reads about periods, seals and adjustments."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tokimori.domains.closings.models import Adjustment, Period, Reopening, Seal, SealedTimesheet
from tokimori.domains.timesheets.months import Month
from tokimori.foundation.canonical import canonical_bytes
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class SealView:
    """A seal, as shown; ``reopened_reason`` is empty while it holds."""

    id: UUID
    month: Month
    sequence: int
    digest: str
    previous_digest: str
    sealed_by_id: UUID | None
    sealed_at: datetime
    reopened_reason: str
    reopened_at: datetime | None

    @property
    def holds(self) -> bool:
        """Whether the seal was not lifted."""
        return self.reopened_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentView:
    """What a late fact changed on a sealed day: figure to minutes, after minus before."""

    employee_id: UUID
    work_date: date
    settled_in: Month
    difference: Mapping[str, int]
    found_at: datetime


def holding_seal(*, tenant: TenantId, month: Month) -> SealView | None:
    """Return the seal that holds for a month, or nothing while the month is open."""
    period = Period.objects.filter(tenant_id=tenant, month=month.first).first()
    if period is None or period.seal_id is None:
        return None
    return _seal_view(Seal.objects.get(tenant_id=tenant, id=period.seal_id), None)


def seal_ids(*, tenant: TenantId) -> tuple[UUID, ...]:
    """Return every seal in the order of the chain, lifted ones too."""
    return tuple(Seal.objects.filter(tenant_id=tenant).order_by("sequence").values_list("id", flat=True))


def seal_file(*, tenant: TenantId, seal_id: UUID) -> tuple[str, bytes]:
    """Return the name and the content of a seal as a file: what was sealed, its digest, and every timesheet in it.

    Those whose time was over are not in it; their digests stay in what was sealed.
    """
    row = Seal.objects.get(tenant_id=tenant, id=seal_id)
    sheets = SealedTimesheet.objects.filter(tenant_id=tenant, seal_id=seal_id).order_by("employee_id")
    content = {
        "content": json.loads(row.content),
        "digest": row.digest,
        "timesheets": {str(sheet.employee_id): json.loads(sheet.content) for sheet in sheets if sheet.content},
    }
    return f"{row.month:%Y-%m}-{row.sequence:04}.json", canonical_bytes(content)


def emptied_timesheets(*, tenant: TenantId, seal_id: UUID) -> Mapping[str, str]:
    """Return the digests of the timesheets of a seal whose figures are gone, by person."""
    rows = SealedTimesheet.objects.filter(tenant_id=tenant, seal_id=seal_id, content="")
    return {str(employee_id): digest for employee_id, digest in rows.values_list("employee_id", "digest")}


def seals(*, tenant: TenantId) -> tuple[SealView, ...]:
    """Return every seal, lifted ones too, newest first."""
    lifted = {row.seal_id: row for row in Reopening.objects.filter(tenant_id=tenant)}
    rows = Seal.objects.filter(tenant_id=tenant).order_by("-sequence")
    return tuple(_seal_view(row, lifted.get(row.id)) for row in rows)


def seal(*, tenant: TenantId, seal_id: UUID) -> SealView:
    """Return one seal; raise ``NotFound`` when there is none."""
    row = Seal.objects.filter(tenant_id=tenant, id=seal_id).first()
    if row is None:
        raise NotFound
    return _seal_view(row, Reopening.objects.filter(tenant_id=tenant, seal_id=seal_id).first())


def sealed_timesheets(
    *, tenant: TenantId, seal_id: UUID, only: Collection[UUID] | None = None
) -> tuple[Mapping[str, Any], ...]:
    """Return what a seal holds, person by person, by employee code; with ``only``, of these people.

    Of a timesheet whose time was over, nothing.
    """
    rows = SealedTimesheet.objects.filter(tenant_id=tenant, seal_id=seal_id).exclude(content="")
    if only is not None:
        rows = rows.filter(employee_id__in=only)
    contents: list[Mapping[str, Any]] = [json.loads(row.content) for row in rows]
    return tuple(sorted(contents, key=lambda content: str(content["employee_code"])))


def adjustments_settled_in(
    *, tenant: TenantId, month: Month, only: Collection[UUID] | None = None
) -> tuple[AdjustmentView, ...]:
    """Return the differences that late facts made to sealed days, to be settled in a month; with ``only``, of these."""
    found = Adjustment.objects.filter(tenant_id=tenant, settled_in=month.first)
    if only is not None:
        found = found.filter(employee_id__in=only)
    rows = found.order_by("seal_id", "employee_id", "work_date", "-revision").distinct(
        "seal_id", "employee_id", "work_date"
    )
    views = (
        AdjustmentView(
            employee_id=row.employee_id,
            work_date=row.work_date,
            settled_in=Month.of(row.settled_in),
            difference=row.difference,
            found_at=row.found_at,
        )
        for row in rows
        if row.difference
    )
    return tuple(sorted(views, key=lambda view: (view.work_date, view.employee_id)))


def _seal_view(row: Seal, lifted: Reopening | None) -> SealView:
    return SealView(
        id=row.id,
        month=Month.of(row.month),
        sequence=row.sequence,
        digest=row.digest,
        previous_digest=row.previous_digest,
        sealed_by_id=row.sealed_by_id,
        sealed_at=row.sealed_at,
        reopened_reason=lifted.reason if lifted else "",
        reopened_at=lifted.reopened_at if lifted else None,
    )


def seals_over(*, tenant: TenantId, employee_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return the seals that hold a timesheet of one of these employees, lifted ones too."""
    rows = SealedTimesheet.objects.filter(tenant_id=tenant, employee_id__in=employee_ids)
    return frozenset(rows.values_list("seal_id", flat=True))
