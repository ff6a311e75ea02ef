"""Make files for payroll, from seals only."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tokimori.domains.closings.errors import PeriodGone, PeriodNotSealed
from tokimori.domains.closings.queries import SealView, emptied_timesheets, holding_seal, sealed_timesheets
from tokimori.domains.closings.queries import seal as seal_by_id
from tokimori.domains.exports.layouts import COLUMNS, FileFormat, Layout, Row, rows_of
from tokimori.domains.exports.models import ExportFile
from tokimori.domains.exports.queries import ExportView, export_view
from tokimori.domains.exports.writers import write_csv, write_excel
from tokimori.domains.people.queries.reach import Reach, reach_of
from tokimori.domains.timesheets.months import Month
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event


@transaction.atomic
def create_export(
    *, actor: Principal, month: Month, layout: Layout, file_format: FileFormat, now: datetime
) -> ExportView:
    """Make a file of a sealed month, of those whom the actor reaches, and keep it as it was handed out."""
    authorise(actor, Permission.EXPORT_CREATE)
    seal = holding_seal(tenant=actor.tenant_id, month=month)
    if seal is None:
        raise PeriodNotSealed
    if emptied_timesheets(tenant=actor.tenant_id, seal_id=seal.id):
        raise PeriodGone
    reach = reach_of(actor=actor, function=Function.EXPORTS, level=Level.EDIT, on=now.date())
    content = _content(seal=seal, layout=layout, file_format=file_format, tenant=actor.tenant_id, only=reach)
    file = ExportFile.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        seal_id=seal.id,
        layout=layout,
        file_format=file_format,
        file_name=f"tokimori-{month}-{layout.value.replace('_', '-')}-seal{seal.sequence}.{file_format}",
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        created_by_id=actor.account_id,
        created_at=now,
    )
    record_event(
        EventName.EXPORT_CREATED, actor=actor, subject_id=file.id, at=now, digest=file.digest, seal=seal.digest
    )
    return export_view(row=file)


@transaction.atomic
def download_export(*, actor: Principal, export_id: UUID, now: datetime) -> tuple[ExportView, bytes]:
    """Return a file as it was made; the download is recorded. Raise ``PeriodGone`` for one whose time was over.

    Who reaches some of the people alone gets a file only while it holds exactly those whom he reaches today.
    """
    authorise(actor, Permission.EXPORT_READ)
    file = ExportFile.objects.filter(tenant_id=actor.tenant_id, id=export_id).first()
    if file is None or not _is_within_reach(actor=actor, file=file, now=now):
        raise NotFound
    if not file.content:
        raise PeriodGone
    record_event(EventName.EXPORT_DOWNLOADED, actor=actor, subject_id=file.id, at=now, digest=file.digest)
    return export_view(row=file), bytes(file.content)


def _is_within_reach(*, actor: Principal, file: ExportFile, now: datetime) -> bool:
    reach = reach_of(actor=actor, function=Function.EXPORTS, level=Level.EDIT, on=now.date())
    if reach is None:
        return True
    content = _content(
        seal=seal_by_id(tenant=actor.tenant_id, seal_id=file.seal_id),
        layout=Layout(file.layout),
        file_format=FileFormat(file.file_format),
        tenant=actor.tenant_id,
        only=reach,
    )
    return hashlib.sha256(content).hexdigest() == file.digest


def _content(*, seal: SealView, layout: Layout, file_format: FileFormat, tenant: TenantId, only: Reach | None) -> bytes:
    sheets = sealed_timesheets(tenant=tenant, seal_id=seal.id, only=only)
    rows = [row for sheet in sheets for row in rows_of(layout, sheet)]
    return _write(layout=layout, file_format=file_format, rows=rows, seal=seal)


def _write(*, layout: Layout, file_format: FileFormat, rows: Sequence[Row], seal: SealView) -> bytes:
    match file_format:
        case FileFormat.CSV:
            return write_csv(columns=COLUMNS[layout], rows=rows)
        case FileFormat.EXCEL:
            notes = {
                "month": str(seal.month),
                "seal": str(seal.sequence),
                "seal_digest": seal.digest,
                "previous_seal_digest": seal.previous_digest,
                "sealed_at": seal.sealed_at.isoformat(),
            }
            return write_excel(columns=COLUMNS[layout], rows=rows, notes=notes)
