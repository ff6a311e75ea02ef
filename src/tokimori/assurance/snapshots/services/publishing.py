"""Publish the sheet as it stands: look at what would go out and what keeps it back, then commit to every file of it."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tokimori.assurance.evaluation.states import FOUNDED
from tokimori.assurance.models import SheetFile, SheetSnapshot
from tokimori.assurance.queries import Sheet, kept_runs, present_sheet
from tokimori.assurance.snapshots.content import PUBLIC, Snapshot
from tokimori.assurance.snapshots.errors import SheetChanged, SheetContradictory, SheetHoldsSamples
from tokimori.assurance.snapshots.formats.catalogue import WrittenFile, written
from tokimori.assurance.snapshots.making import is_sample, snapshot_of
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.build import build_digest
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.ledger.services.statements import StatementType, state_publicly
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

_SNAPSHOT: Final = "snapshot"
_NO_ID: Final = UUID(int=0)
_LONGEST_LOOK: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody looked at before he published: the sheet of a moment, and the digest of all that it says."""

    at: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The sheet as it would be published, and the rows that keep it back. ``shown`` bears no id of its own yet."""

    sheet: Sheet
    shown: Snapshot
    contradictions: tuple[tuple[int, ...], ...]
    samples: tuple[int, ...]

    @property
    def may_be_published(self) -> bool:
        """Whether nothing keeps it back."""
        return not self.contradictions and not self.samples

    @property
    def fingerprint(self) -> str:
        """Return the digest of all that would be published: states, marks, remarks, reasons, and each observation's id."""
        return hashlib.sha256(self.shown.content()).hexdigest()


def draft(*, now: datetime, until: datetime | None = None) -> Draft:
    """Return the sheet as it would be published; to be called inside the provider's tenant.

    What was seen after ``until`` is left out: so the sheet of a moment can be made again shortly after.
    """
    sheet = present_sheet(now=now, until=until)
    samples = tuple(
        sorted(
            row
            for row, answer in sheet.answers.items()
            for one in answer.findings
            if is_sample(one) and one.state in FOUNDED
        )
    )
    shown = snapshot_of(sheet, runs=kept_runs(until=until), snapshot_id=_NO_ID, edition=PUBLIC, build=build_digest())
    contradictions = tuple(one.rows for one in sheet.contradictions)
    return Draft(sheet=sheet, shown=shown, contradictions=contradictions, samples=samples)


def publish_snapshot(*, actor: Principal, now: datetime, seen: Seen | None = None, is_listed: bool = True) -> UUID:
    """Publish the sheet in every format, and return the snapshot's id.

    ``seen`` is what the actor looked at, if he looked: that very sheet is published, to its last remark. Raise
    ``SheetContradictory``, ``SheetHoldsSamples``, or ``SheetChanged`` where it cannot be made again as it was, where a row
    stands otherwise by now, or where he looked longer ago than 15 minutes. The leaf of the provider's log follows within
    seconds.
    """
    authorise(actor, Permission.COMPLIANCE_WRITE)
    with tenant_transaction(PROVIDER):
        found = draft(now=now)
        _refuse_unless_sound(found)
        if seen is not None:
            found = _as_seen(seen, present=found, now=now)
        snapshot = replace(found.shown, id=str(new_id(at=now)))
        return _keep(snapshot, actor=actor, fingerprint=found.fingerprint, is_listed=is_listed, now=now)


def _as_seen(seen: Seen, *, present: Draft, now: datetime) -> Draft:
    """Return the sheet that somebody looked at; raise ``SheetChanged`` unless it still stands like that."""
    if not seen.at <= now <= seen.at + _LONGEST_LOOK:
        raise SheetChanged
    found = draft(now=seen.at, until=seen.at)
    if found.fingerprint != seen.fingerprint or _stands(found) != _stands(present):
        raise SheetChanged
    _refuse_unless_sound(found)
    return found


def _stands(found: Draft) -> list[tuple[int, str, str]]:
    return [(one.row, one.state, one.mark) for one in found.shown.rows]


def _refuse_unless_sound(found: Draft) -> None:
    if found.contradictions:
        raise SheetContradictory(rows=", ".join(str(row) for rows in found.contradictions for row in rows))
    if found.samples:
        raise SheetHoldsSamples(rows=", ".join(map(str, found.samples)))


def _keep(snapshot: Snapshot, *, actor: Principal, fingerprint: str, is_listed: bool, now: datetime) -> UUID:
    """Write every file, have the log commit to each, and record who published."""
    snapshot_id = UUID(snapshot.id)
    files = tuple(written(snapshot))
    digests: dict[str, str | int] = {one.name: one.digest for one in files}
    statement = state_publicly(StatementType.SHEET_PUBLISHED, details={_SNAPSHOT: snapshot.id, **digests}, now=now)
    SheetSnapshot.objects.create(
        tenant_id=PROVIDER,
        id=snapshot_id,
        edition=snapshot.edition,
        is_listed=is_listed,
        taken_at=snapshot.moment,
        published_by=actor.account_id,
        statement_id=statement,
        build_digest=snapshot.build,
        fingerprint=fingerprint,
    )
    SheetFile.objects.bulk_create(_row(one, snapshot_id=snapshot_id, now=now) for one in files)
    record_event(
        EventName.SHEET_PUBLISHED,
        actor=actor,
        subject_id=snapshot_id,
        at=now,
        edition=snapshot.edition,
        statement=str(statement),
        digest=files[0].digest,
    )
    return snapshot_id


def _row(file: WrittenFile, *, snapshot_id: UUID, now: datetime) -> SheetFile:
    return SheetFile(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        snapshot_id=snapshot_id,
        name=file.name,
        kind=file.kind,
        digest=file.digest,
        size=len(file.content),
        content=file.content,
    )
