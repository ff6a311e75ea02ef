"""Reads about files that were made."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tokimori.domains.exports.layouts import FileFormat, Layout
from tokimori.domains.exports.models import ExportFile
from tokimori.foundation.identifiers import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportView:
    """A file, as listed."""

    id: UUID
    seal_id: UUID
    layout: Layout
    file_format: FileFormat
    file_name: str
    digest: str
    created_by_id: UUID | None
    created_at: datetime


def exports(*, tenant: TenantId, limit: int, created_by_id: UUID | None = None) -> tuple[ExportView, ...]:
    """Return the latest files, newest first, without their content: all of them, or those that an account made."""
    rows = ExportFile.objects.filter(tenant_id=tenant).defer("content")
    if created_by_id is not None:
        rows = rows.filter(created_by_id=created_by_id)
    return tuple(export_view(row=row) for row in rows.order_by("-created_at")[:limit])


def export_view(*, row: ExportFile) -> ExportView:
    """Return a file's row as listed."""
    return ExportView(
        id=row.id,
        seal_id=row.seal_id,
        layout=Layout(row.layout),
        file_format=FileFormat(row.file_format),
        file_name=row.file_name,
        digest=row.digest,
        created_by_id=row.created_by_id,
        created_at=row.created_at,
    )
