"""Write one file of a snapshot to disk: of a published one, as it was published, or of the sheet as it stands now."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final
from uuid import UUID

from tokimori.assurance.snapshots.content import DRAFT
from tokimori.assurance.snapshots.formats.catalogue import FILES
from tokimori.assurance.snapshots.queries import all_snapshots, file_content, listed_snapshots, one_snapshot
from tokimori.assurance.snapshots.services.publishing import draft
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.queries.statements import statement_proof
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

_LISTED: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was found to write: its bytes, a sentence on where they are from, and sentences on what keeps a draft back."""

    content: bytes
    source: str
    warnings: tuple[str, ...] = ()


def file_name(*, kind: str, language: str) -> str:
    """Return the name of a snapshot's file by its format; raise ``KeyError`` for a format that there is not."""
    names = {one.name for one in FILES}
    for name in (f"sheet.{language}.{kind}", f"sheet.{kind}", f"{kind.removeprefix('oscal-')}.oscal.json"):
        if name in names:
            return name
    raise KeyError(kind)


def published_file(name: str, *, snapshot_id: UUID | None = None) -> Exported:
    """Return a file of a published snapshot: of the newest that everybody finds, unless another is named.

    Raise ``NotFound`` where there is no such snapshot.
    """
    with tenant_transaction(PROVIDER):
        found = listed_snapshots(limit=1) if snapshot_id is None else (one_snapshot(snapshot_id),)
        if not found:
            raise NotFound
        view, content = file_content(found[0].id, name)
    return Exported(
        content=content,
        source=f"snapshot {found[0].id}, taken {found[0].taken_at:%Y-%m-%d %H:%M} UTC, SHA-256 {view.digest}",
    )


def draft_file(name: str, *, now: datetime) -> Exported:
    """Return a file of the sheet as it stands. Nothing is kept, logged or published of it, and nothing proves it."""
    with tenant_transaction(PROVIDER):
        found = draft(now=now)
        snapshot = replace(found.shown, id=str(new_id(at=now)), edition=DRAFT)
    write = next(one.write for one in FILES if one.name == name)
    contradictory = tuple(f"Rows {', '.join(map(str, rows))} contradict one another." for rows in found.contradictions)
    samples = (f"Sample entries would count in rows {', '.join(map(str, found.samples))}.",) if found.samples else ()
    return Exported(
        content=write(snapshot),
        source=f"a draft, taken {now:%Y-%m-%d %H:%M} UTC; it is in no log, and nothing proves it",
        warnings=contradictory + samples,
    )


def draft_path(path: Path) -> Path:
    """Return the path with ``draft`` in the file's name, so that nobody takes it for what was published."""
    return path if ".draft" in path.suffixes else path.with_name(f"{path.stem}.draft{path.suffix}")


def write_whole(content: bytes, *, path: Path) -> None:
    """Write a file for its owner alone, at once or not at all; raise ``OSError`` where it cannot be written."""
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        beside = Path(file.name)
        try:
            file.write(content)
            file.flush()
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def snapshot_lines() -> tuple[str, ...]:
    """Return a line for each published snapshot, the newest first."""
    with tenant_transaction(PROVIDER):
        return tuple(
            f"{one.id}  {one.taken_at:%Y-%m-%d %H:%M} UTC  "
            f"{'listed' if one.is_listed else 'not listed':10}  "
            f"{'signed' if statement_proof(one.statement_id) else 'being signed'}"
            for one in all_snapshots(limit=_LISTED)
        )
