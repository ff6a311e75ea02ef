"""Read published snapshots, their files, and what proves them; to be called inside the provider's tenant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tokimori.assurance.models import SheetFile, SheetShare, SheetShareVisit, SheetSnapshot
from tokimori.assurance.snapshots.content import PUBLIC, Snapshot, read_snapshot
from tokimori.assurance.snapshots.formats.catalogue import JSON_NAME
from tokimori.foundation.errors import NotFound
from tokimori.foundation.tenancy.context import PROVIDER, at_door, tenant_transaction


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSheet:
    """The newest snapshot that everybody finds: what it says, and the SHA-256 of its JSON, which the log names."""

    snapshot: Snapshot
    digest: str


def newest_published() -> PublishedSheet | None:
    """Return the newest snapshot that everybody finds, at every door; nothing before the first. No tenant may be open."""
    with at_door(None), tenant_transaction(PROVIDER):
        found = listed_snapshots(limit=1)
        if not found:
            return None
        view, content = file_content(found[0].id, JSON_NAME)
        return PublishedSheet(snapshot=read_snapshot(content), digest=view.digest)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """That somebody looked; ``viewer`` is who he said he was, ``file`` what he took, nothing for the page itself."""

    at: datetime
    address: str
    viewer: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView:
    """A link, and who came by it, the newest first."""

    id: UUID
    snapshot_id: UUID
    label: str
    has_password: bool
    asks_viewer: bool
    ends_at: datetime
    ended_at: datetime | None
    visits: tuple[VisitView, ...]


def shares(*, limit: int, visits: int) -> tuple[ShareView, ...]:
    """Return the links to snapshots, the newest first, each with its newest visits."""
    rows = SheetShare.objects.filter(tenant_id=PROVIDER).order_by("-id")[:limit]
    return tuple(
        ShareView(
            id=row.id,
            snapshot_id=row.snapshot_id,
            label=row.label,
            has_password=bool(row.password_hash),
            asks_viewer=row.asks_viewer,
            ends_at=row.ends_at,
            ended_at=row.ended_at,
            visits=_visits(row.id, limit=visits),
        )
        for row in rows
    )


def _visits(share_id: UUID, *, limit: int) -> tuple[VisitView, ...]:
    rows = SheetShareVisit.objects.filter(tenant_id=PROVIDER, share_id=share_id).order_by("-id")[:limit]
    return tuple(VisitView(at=row.at, address=row.address, viewer=row.viewer, file=row.file) for row in rows)
