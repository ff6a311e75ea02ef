"""Read published snapshots, their files, and what proves them; to be called inside the provider's tenant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tokimori.assurance.models import SheetFile, SheetSnapshot
from tokimori.assurance.snapshots.content import PUBLIC, Snapshot, read_snapshot
from tokimori.assurance.snapshots.formats.catalogue import JSON_NAME
from tokimori.foundation.errors import NotFound
from tokimori.foundation.tenancy.context import PROVIDER


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotView:
    """One published snapshot."""

    id: UUID
    edition: str
    is_listed: bool
    taken_at: datetime
    published_by: UUID | None
    statement_id: UUID
    build_digest: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """One file of a snapshot, without what is in it; ``size`` in bytes."""

    name: str
    kind: str
    digest: str
    size: int


def listed_snapshots(*, limit: int) -> tuple[SnapshotView, ...]:
    """Return the snapshots that everybody finds, the newest first."""
    rows = SheetSnapshot.objects.filter(tenant_id=PROVIDER, edition=PUBLIC, is_listed=True).order_by("-id")[:limit]
    return tuple(map(_view, rows))


def all_snapshots(*, limit: int) -> tuple[SnapshotView, ...]:
    """Return every snapshot, the newest first."""
    return tuple(map(_view, SheetSnapshot.objects.filter(tenant_id=PROVIDER).order_by("-id")[:limit]))


def one_snapshot(snapshot_id: UUID, *, only_listed: bool = False) -> SnapshotView:
    """Return a snapshot; raise ``NotFound`` where there is none, or none that everybody may see."""
    row = SheetSnapshot.objects.filter(tenant_id=PROVIDER, id=snapshot_id).first()
    if row is None or (only_listed and not row.is_listed):
        raise NotFound
    return _view(row)


def last_snapshot() -> SnapshotView | None:
    """Return the newest public snapshot, listed or not."""
    row = SheetSnapshot.objects.filter(tenant_id=PROVIDER, edition=PUBLIC).order_by("-id").first()
    return _view(row) if row else None


def files_of(snapshot_id: UUID) -> tuple[FileView, ...]:
    """Return the files of a snapshot, by name."""
    rows = SheetFile.objects.filter(tenant_id=PROVIDER, snapshot_id=snapshot_id).defer("content").order_by("name")
    return tuple(FileView(name=row.name, kind=row.kind, digest=row.digest, size=row.size) for row in rows)


def file_content(snapshot_id: UUID, name: str) -> tuple[FileView, bytes]:
    """Return a file as it was written; raise ``NotFound`` where there is none of this name."""
    row = SheetFile.objects.filter(tenant_id=PROVIDER, snapshot_id=snapshot_id, name=name).first()
    if row is None:
        raise NotFound
    return FileView(name=row.name, kind=row.kind, digest=row.digest, size=row.size), bytes(row.content)


def content_of(snapshot_id: UUID) -> Snapshot:
    """Return what a snapshot says."""
    return read_snapshot(file_content(snapshot_id, JSON_NAME)[1])


def _view(row: SheetSnapshot) -> SnapshotView:
    return SnapshotView(
        id=row.id,
        edition=row.edition,
        is_listed=row.is_listed,
        taken_at=row.taken_at,
        published_by=row.published_by,
        statement_id=row.statement_id,
        build_digest=row.build_digest,
        fingerprint=row.fingerprint,
    )
