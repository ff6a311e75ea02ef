"""Reads about calculated days and months."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL, Literal

from tokimori.domains.approvals.queries import StepView, last_steps, subjects_in_state
from tokimori.domains.approvals.states import ApprovalState, SubjectKind
from tokimori.domains.timesheets.models import DayResult, DayRevision, MonthResult, MonthTimesheet
from tokimori.domains.timesheets.months import DayView, Month, MonthStanding, MonthView
from tokimori.engine import FIGURE_NAMES, Figures
from tokimori.foundation.identifiers import TenantId


def days_between(
    *, tenant: TenantId, employee_ids: Collection[UUID], first: date, last: date
) -> Mapping[UUID, Mapping[date, DayView]]:
    """Return the calculated days of each employee in the closed range, by date."""
    found: dict[UUID, dict[date, DayView]] = {employee_id: {} for employee_id in employee_ids}
    rows = DayResult.objects.filter(
        tenant_id=tenant, employee_id__in=employee_ids, work_date__gte=first, work_date__lte=last
    )
    for row in rows.order_by("employee_id", "work_date"):
        found[row.employee_id][row.work_date] = _day_view(row)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a day's present result comes from."""

    revision: int
    rule_set_code: str
    rule_set_version: int
    engine_version: str
    result_digest: str
    calculated_at: datetime


def day_content(*, tenant: TenantId, employee_id: UUID, work_date: date) -> Mapping[str, Any] | None:
    """Return the whole stored result of a day, as it stands, with its steps.

    Nothing when it was never calculated, or when its time was over.
    """
    row = _standing_revision(tenant=tenant, employee_id=employee_id, work_date=work_date)
    content: Mapping[str, Any] | None = json.loads(row.content) if row and row.content else None
    return content


def contents_between(*, tenant: TenantId, employee_id: UUID, first: date, last: date) -> tuple[Mapping[str, Any], ...]:
    """Return the whole stored results of the closed range as they stand, in order.

    Days that were never calculated, or whose time was over, are missing.
    """
    rows = DayRevision.objects.filter(
        tenant_id=tenant, employee_id=employee_id, work_date__gte=first, work_date__lte=last
    )
    standing = rows.order_by("work_date", "-revision").distinct("work_date")
    return tuple(json.loads(content) for content in standing.values_list("content", flat=True) if content)


def standing_of(*, tenant: TenantId, employee_id: UUID, work_date: date) -> Standing | None:
    """Return where a day's present result comes from; nothing when it was never calculated."""
    row = _standing_revision(tenant=tenant, employee_id=employee_id, work_date=work_date)
    if row is None:
        return None
    return Standing(
        revision=row.revision,
        rule_set_code=row.rule_set_code,
        rule_set_version=row.rule_set_version,
        engine_version=row.engine_version,
        result_digest=row.result_digest,
        calculated_at=row.calculated_at,
    )


def _standing_revision(*, tenant: TenantId, employee_id: UUID, work_date: date) -> DayRevision | None:
    """Return the latest revision: revisions are appended only when the result differs, so it is the one that stands."""
    rows = DayRevision.objects.filter(tenant_id=tenant, employee_id=employee_id, work_date=work_date)
    return rows.order_by("-revision").first()


def months(*, tenant: TenantId, employee_ids: Sequence[UUID], month: Month) -> Mapping[UUID, MonthView]:
    """Return the month of each employee, as it stands."""
    days = days_between(tenant=tenant, employee_ids=employee_ids, first=month.first, last=month.last)
    sheets = {
        row.employee_id: row.id
        for row in MonthTimesheet.objects.filter(tenant_id=tenant, employee_id__in=employee_ids, month=month.first)
    }
    steps = last_steps(tenant=tenant, subject_ids=list(sheets.values()))
    return {
        employee_id: _month_view(
            employee_id,
            month,
            days[employee_id],
            sheets.get(employee_id),
            steps.get(sheets.get(employee_id, UUID(int=0))),
        )
        for employee_id in employee_ids
    }


def month_of(*, tenant: TenantId, employee_id: UUID, month: Month) -> MonthView:
    """Return one employee's month, as it stands."""
    return months(tenant=tenant, employee_ids=[employee_id], month=month)[employee_id]


def waiting_months(
    *, tenant: TenantId, employee_ids: Collection[UUID] | None
) -> tuple[tuple[UUID, Month, datetime], ...]:
    """Return whose months wait for approval, the longest waiting first, each with the time it was handed in."""
    waiting = subjects_in_state(tenant=tenant, kind=SubjectKind.MONTH, state=ApprovalState.SUBMITTED)
    rows = MonthTimesheet.objects.filter(tenant_id=tenant, id__in=waiting)
    if employee_ids is not None:
        rows = rows.filter(employee_id__in=employee_ids)
    steps = last_steps(tenant=tenant, subject_ids=waiting)
    return tuple(
        (row.employee_id, Month.of(row.month), steps[row.id].at)
        for row in sorted(rows, key=lambda row: steps[row.id].at)
    )


def legal_overtime_by_month(
    *, tenant: TenantId, employee_id: UUID, first: date, last: date
) -> Mapping[Month, tuple[int, int]]:
    """Return minutes of legal overtime and of legal-holiday work for each month of the closed range."""
    found: dict[Month, tuple[int, int]] = {}
    rows = DayResult.objects.filter(
        tenant_id=tenant, employee_id=employee_id, work_date__gte=first, work_date__lte=last
    ).values_list("work_date", "legal_overtime_minutes", "legal_holiday_minutes")
    for work_date, overtime, holiday in rows:
        before = found.get(Month.of(work_date), (0, 0))
        found[Month.of(work_date)] = (before[0] + overtime, before[1] + holiday)
    return found


def month_standings(*, tenant: TenantId, employee_ids: Sequence[UUID], month: Month) -> tuple[MonthStanding, ...]:
    """Return where each person's month stands; of days nothing is read, their months are added up already."""
    added_up = {
        employee_id: (blocking, content)
        for employee_id, blocking, content in MonthResult.objects.filter(
            tenant_id=tenant, month=month.first
        ).values_list("employee_id", "blocking_count", "digest")
    }
    sheets = dict(MonthTimesheet.objects.filter(tenant_id=tenant, month=month.first).values_list("employee_id", "id"))
    steps = last_steps(tenant=tenant, subject_ids=list(sheets.values()))
    nothing = (0, _month_digest({}))
    found = []
    for employee_id in employee_ids:
        blocking, content = added_up.get(employee_id, nothing)
        step = steps.get(sheets[employee_id]) if employee_id in sheets else None
        found.append(
            MonthStanding(
                employee_id=employee_id,
                state=step.state if step else ApprovalState.DRAFT,
                approved_digest=step.content_digest if step else "",
                digest=content,
                blocking_count=blocking,
            )
        )
    return tuple(found)


def company_total(*, tenant: TenantId, month: Month, only: Collection[UUID] | None = None) -> Figures:
    """Return the figures of everybody's month together, with ``only`` of these people; the database adds them up."""
    people = None if only is None else list(only)
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, [tenant, month.first, people is None, people or []])
        row = cursor.fetchone()
    return Figures(**dict(zip(FIGURE_NAMES, map(int, row or ()), strict=True)))


_TOTALS: Final = (
    SQL(
        "select {sums} from timesheets_monthresult "
        "where tenant_id = %s and month = %s and (%s or employee_id = any(%s::uuid[]))"
    )
    .format(
        sums=SQL(", ").join(SQL("coalesce(sum((figures->>{})::int), 0)").format(Literal(name)) for name in FIGURE_NAMES)
    )
    .as_string()
)


def _month_digest(days: Mapping[date, DayView]) -> str:
    """Return the digest of the days' dates and digests, in order; ``services/months.py`` lets the database."""
    content = ",".join(f"{day}:{view.result_digest}" for day, view in sorted(days.items()))
    return hashlib.sha256(content.encode()).hexdigest()


def _day_view(row: DayResult) -> DayView:
    return DayView(
        work_date=row.work_date,
        day_type=row.day_type,
        figures=Figures.from_plain(row.figures),
        blocking_count=row.blocking_count,
        warning_count=row.warning_count,
        result_digest=row.result_digest,
        revision=row.revision,
        calculated_at=row.calculated_at,
    )


def _month_view(
    employee_id: UUID,
    month: Month,
    days: Mapping[date, DayView],
    timesheet_id: UUID | None,
    step: StepView | None,
) -> MonthView:
    return MonthView(
        employee_id=employee_id,
        month=month,
        timesheet_id=timesheet_id,
        days=days,
        total=sum((day.figures for day in days.values()), start=Figures()),
        state=step.state if step else ApprovalState.DRAFT,
        approved_digest=step.content_digest if step else "",
        digest=_month_digest(days),
    )


def timesheet_ids(*, tenant: TenantId, employee_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return the ids of the timesheets of these employees, by which the record of events names them."""
    rows = MonthTimesheet.objects.filter(tenant_id=tenant, employee_id__in=employee_ids)
    return frozenset(rows.values_list("id", flat=True))
