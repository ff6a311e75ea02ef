"""The signed snapshot that an answer is tied to, and the rows that have moved since it was published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tokimori.assurance.queries import Sheet
from tokimori.assurance.snapshots.formats.catalogue import JSON_NAME
from tokimori.assurance.snapshots.queries import content_of, files_of, listed_snapshots
from tokimori.foundation.ledger.queries.statements import statement_proof


@dataclass(frozen=True, slots=True, kw_only=True)
class TiedSnapshot:
    """The newest snapshot that everybody finds. ``entry`` is its leaf in ``log``; nothing while it is being signed.

    ``moved`` are the rows behind the answers whose state or mark is not what the snapshot says.
    """

    id: UUID
    taken_at: datetime
    digest: str
    entry: int | None
    log: str
    moved: tuple[int, ...]


def tied_snapshot(sheet: Sheet, rows: Iterable[int]) -> TiedSnapshot | None:
    """Return what answers from these rows are tied to; nothing before the first was published.

    To be called inside the provider's tenant.
    """
    found = listed_snapshots(limit=1)
    if not found:
        return None
    (view,) = found
    said = {one.row: (one.state, one.mark) for one in content_of(view.id).rows}
    now = {row: (sheet.answers[row].state.value, sheet.answers[row].mark.value) for row in rows}
    proof = statement_proof(view.statement_id)
    return TiedSnapshot(
        id=view.id,
        taken_at=view.taken_at,
        digest=next(one.digest for one in files_of(view.id) if one.name == JSON_NAME),
        entry=proof.index if proof else None,
        log=proof.origin if proof else "",
        moved=tuple(sorted(row for row, stands in now.items() if said[row] != stands)),
    )
