"""Reads about punches and corrections."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Subquery

from tokimori.domains.approvals.queries import states_of, subjects_in_state
from tokimori.domains.approvals.states import ApprovalState, SubjectKind
from tokimori.domains.timekeeping.corrections import CorrectionView, Effect
from tokimori.domains.timekeeping.models import CorrectionRequest, ImportRun, PunchEvent, RejectedLine, StaleDay
from tokimori.domains.timekeeping.reports import PunchSource
from tokimori.engine import PunchKind
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class PunchView:
    """A punch as it was recorded. ``is_current`` is false once it was replaced or withdrawn."""

    id: UUID
    employee_id: UUID
    kind: PunchKind | None
    occurred_at: datetime
    received_at: datetime
    zone: str
    source: PunchSource
    place: str
    refers_to_id: UUID | None
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRunView:
    """A file that was read, with what became of its lines."""

    id: UUID
    file_name: str
    encoding: str
    recorded_count: int
    repeated_count: int
    rejected_count: int
    imported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedLineView:
    """A line that did not go in: its number in the file, its text as it came, and the code of the refusal."""

    line_number: int
    text: str
    code: str


def every_punch_row(*, tenant: TenantId) -> Iterator[PunchEvent]:
    """Yield every fact of the open tenant as it is stored; for who compares it with the record."""
    yield from PunchEvent.objects.filter(tenant_id=tenant).order_by("id").iterator(chunk_size=1000)


def punch_rows(*, tenant: TenantId, ids: Collection[UUID]) -> Mapping[UUID, PunchEvent]:
    """Return these facts of the open tenant as they are stored; for who shows them beside their events."""
    return {row.id: row for row in PunchEvent.objects.filter(tenant_id=tenant, id__in=ids)}


def ids_read_from(*, tenant: TenantId, run_id: UUID) -> tuple[UUID, ...]:
    """Return the punches that a file brought, the oldest first."""
    payload = ImportRun.objects.filter(tenant_id=tenant, id=run_id).values("payload_id")[:1]
    rows = PunchEvent.objects.filter(tenant_id=tenant, payload_id=Subquery(payload)).order_by("id")
    return tuple(rows.values_list("id", flat=True))


def record_ids(*, tenant: TenantId, employee_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return the ids of all punches and corrections of these employees, by which the record of events names them."""
    wanted = {"tenant_id": tenant, "employee_id__in": employee_ids}
    return frozenset(PunchEvent.objects.filter(**wanted).values_list("id", flat=True)) | frozenset(
        CorrectionRequest.objects.filter(**wanted).values_list("id", flat=True)
    )


def punch_history(
    *, tenant: TenantId, employee_ids: Collection[UUID], start: datetime, end: datetime
) -> Mapping[UUID, tuple[PunchView, ...]]:
    """Return every punch of each employee in ``[start, end)``, replaced and withdrawn ones too, earliest first."""
    rows = list(
        PunchEvent.objects.filter(
            tenant_id=tenant, employee_id__in=employee_ids, occurred_at__gte=start, occurred_at__lt=end
        ).order_by("occurred_at", "id")
    )
    # What undoes a punch may itself lie outside the range: a replacement carries its own, other time.
    undone = set(
        PunchEvent.objects.filter(tenant_id=tenant, refers_to_id__in=[row.id for row in rows]).values_list(
            "refers_to_id", flat=True
        )
    )
    found: dict[UUID, list[PunchView]] = {employee_id: [] for employee_id in employee_ids}
    for row in rows:
        if row.effect != "withdraw":
            found[row.employee_id].append(_punch_view(row, is_current=row.id not in undone))
    return {employee_id: tuple(views) for employee_id, views in found.items()}


def current_punches(
    *, tenant: TenantId, employee_ids: Collection[UUID], start: datetime, end: datetime
) -> Mapping[UUID, tuple[PunchView, ...]]:
    """Return the punches that count: as ``punch_history``, without those that were replaced or withdrawn."""
    history = punch_history(tenant=tenant, employee_ids=employee_ids, start=start, end=end)
    return {employee_id: tuple(view for view in views if view.is_current) for employee_id, views in history.items()}


CountingPunch = tuple[UUID, datetime, PunchKind | None]


def counting_punches(
    *, tenant: TenantId, employee_ids: Collection[UUID], start: datetime, end: datetime
) -> Mapping[UUID, Sequence[CountingPunch]]:
    """Return, for each employee, id, time and kind of his punches in ``[start, end)`` that count, earliest first.

    Those that were replaced or withdrawn do not. Plain rows, since a recalculation reads many.
    """
    found: dict[UUID, list[CountingPunch]] = {employee_id: [] for employee_id in employee_ids}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTING, [tenant, list(employee_ids), start, end])
        for employee_id, punch_id, at, kind in cursor.fetchall():
            found[employee_id].append((punch_id, at, PunchKind(kind) if kind else None))
    return found


_COUNTING: Final = """
    select punch.employee_id, punch.id, punch.occurred_at, punch.kind
      from timekeeping_punchevent as punch
     where punch.tenant_id = %s and punch.employee_id = any(%s)
       and punch.occurred_at >= %s and punch.occurred_at < %s
       and punch.effect <> 'withdraw'
       and not exists (
             select from timekeeping_punchevent as later
              where later.tenant_id = punch.tenant_id and later.refers_to_id = punch.id)
     order by punch.employee_id, punch.occurred_at, punch.id
"""


def last_punches(*, tenant: TenantId, employee_ids: Collection[UUID], since: datetime) -> Mapping[UUID, PunchView]:
    """Return the latest punch that counts of each employee, if it happened after ``since``."""
    undone = PunchEvent.objects.filter(tenant_id=tenant, refers_to_id=OuterRef("id"))
    rows = (
        PunchEvent.objects.filter(tenant_id=tenant, employee_id__in=employee_ids, occurred_at__gt=since)
        .exclude(effect="withdraw")
        .filter(~Exists(undone))
        .order_by("employee_id", "-occurred_at", "-id")
        .distinct("employee_id")
    )
    return {row.employee_id: _punch_view(row, is_current=True) for row in rows}


def punch(*, tenant: TenantId, punch_id: UUID) -> PunchView:
    """Return one punch; raise ``NotFound`` when there is none."""
    row = PunchEvent.objects.filter(tenant_id=tenant, id=punch_id).exclude(effect="withdraw").first()
    if row is None:
        raise NotFound
    is_undone = PunchEvent.objects.filter(tenant_id=tenant, refers_to_id=punch_id).exists()
    return _punch_view(row, is_current=not is_undone)


def punch_under_key(*, tenant: TenantId, key: str) -> UUID | None:
    """Return the id of the punch that is stored under a key, or nothing."""
    return PunchEvent.objects.filter(tenant_id=tenant, key=key).values_list("id", flat=True).first()


def stale_count(*, tenant: TenantId, first: date, last: date, only: Collection[UUID] | None = None) -> int:
    """Return how many marks on days of the closed range wait for their recalculation; with ``only``, of these people."""
    rows = StaleDay.objects.filter(tenant_id=tenant, work_date__gte=first, work_date__lte=last)
    return (rows if only is None else rows.filter(employee_id__in=only)).count()


def stale_count_of(*, tenant: TenantId, employee_id: UUID, first: date, last: date) -> int:
    """Return how many marks on an employee's days of the closed range wait for their recalculation."""
    return StaleDay.objects.filter(
        tenant_id=tenant, employee_id=employee_id, work_date__gte=first, work_date__lte=last
    ).count()


def stale_dates_of(*, tenant: TenantId, employee_ids: Collection[UUID]) -> Mapping[UUID, frozenset[date]]:
    """Return the days that wait for their recalculation, of those employees who have any."""
    found: dict[UUID, set[date]] = {}
    rows = StaleDay.objects.filter(tenant_id=tenant, employee_id__in=employee_ids)
    for employee_id, work_date in rows.values_list("employee_id", "work_date"):
        found.setdefault(employee_id, set()).add(work_date)
    return {employee_id: frozenset(dates) for employee_id, dates in found.items()}


def import_runs(*, tenant: TenantId, limit: int, only: Collection[UUID] | None = None) -> tuple[ImportRunView, ...]:
    """Return the latest imports, newest first; with ``only``, of these."""
    rows = ImportRun.objects.filter(tenant_id=tenant)
    if only is not None:
        rows = rows.filter(id__in=only)
    return tuple(_run_view(row) for row in rows.order_by("-imported_at")[:limit])


def import_run(*, tenant: TenantId, run_id: UUID) -> ImportRunView:
    """Return one import; raise ``NotFound`` when there is none."""
    row = ImportRun.objects.filter(tenant_id=tenant, id=run_id).first()
    if row is None:
        raise NotFound
    return _run_view(row)


def rejected_lines(*, tenant: TenantId, run_id: UUID) -> Sequence[RejectedLineView]:
    """Return the lines of an import that did not go in, in the order of the file."""
    rows = RejectedLine.objects.filter(tenant_id=tenant, import_run_id=run_id).order_by("line_number")
    return tuple(RejectedLineView(line_number=row.line_number, text=row.text, code=row.code) for row in rows)


def _run_view(row: ImportRun) -> ImportRunView:
    return ImportRunView(
        id=row.id,
        file_name=row.file_name,
        encoding=row.encoding,
        recorded_count=row.recorded_count,
        repeated_count=row.repeated_count,
        rejected_count=row.rejected_count,
        imported_at=row.imported_at,
    )


def _punch_view(row: PunchEvent, *, is_current: bool) -> PunchView:
    return PunchView(
        id=row.id,
        employee_id=row.employee_id,
        kind=PunchKind(row.kind) if row.kind else None,
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        zone=row.zone,
        source=PunchSource(row.source),
        place=row.place,
        refers_to_id=row.refers_to_id,
        is_current=is_current,
    )


def correction(*, tenant: TenantId, correction_id: UUID) -> CorrectionView:
    """Return one correction with its state; raise ``NotFound`` when there is none."""
    found = _corrections(tenant=tenant, rows=CorrectionRequest.objects.filter(tenant_id=tenant, id=correction_id))
    if not found:
        raise NotFound
    return found[0]


def corrections_of(*, tenant: TenantId, employee_id: UUID, limit: int) -> tuple[CorrectionView, ...]:
    """Return an employee's corrections, newest first."""
    rows = CorrectionRequest.objects.filter(tenant_id=tenant, employee_id=employee_id)
    return _corrections(tenant=tenant, rows=rows.order_by("-requested_at")[:limit])


def waiting_corrections(*, tenant: TenantId, employee_ids: Collection[UUID] | None) -> tuple[CorrectionView, ...]:
    """Return the corrections that wait for a decision, the longest waiting first; ``None`` means everyone's."""
    waiting = subjects_in_state(tenant=tenant, kind=SubjectKind.CORRECTION, state=ApprovalState.SUBMITTED)
    rows = CorrectionRequest.objects.filter(tenant_id=tenant, id__in=waiting)
    if employee_ids is not None:
        rows = rows.filter(employee_id__in=employee_ids)
    return _corrections(tenant=tenant, rows=rows.order_by("requested_at"))


def waiting_correction_count(*, tenant: TenantId, first: date, last: date, only: Collection[UUID] | None = None) -> int:
    """Return how many corrections of days in the closed range wait for a decision; with ``only``, of these people."""
    waiting = subjects_in_state(tenant=tenant, kind=SubjectKind.CORRECTION, state=ApprovalState.SUBMITTED)
    rows = CorrectionRequest.objects.filter(tenant_id=tenant, id__in=waiting, work_date__gte=first, work_date__lte=last)
    return (rows if only is None else rows.filter(employee_id__in=only)).count()


def _corrections(*, tenant: TenantId, rows: Iterable[CorrectionRequest]) -> tuple[CorrectionView, ...]:
    found = list(rows)
    states = states_of(tenant=tenant, subject_ids=[row.id for row in found])
    return tuple(
        CorrectionView(
            id=row.id,
            employee_id=row.employee_id,
            requested_by_id=row.requested_by_id,
            effect=Effect(row.effect),
            refers_to_id=row.refers_to_id,
            kind=PunchKind(row.kind) if row.kind else None,
            occurred_at=row.occurred_at,
            zone=row.zone,
            work_date=row.work_date,
            reason=row.reason,
            requested_at=row.requested_at,
            state=states[row.id],
        )
        for row in found
    )
