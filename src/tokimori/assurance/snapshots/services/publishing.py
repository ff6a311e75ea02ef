"""Publish the sheet as it stands: look at what would go out and what keeps it back, then commit to every file of it."""

from dataclasses import dataclass
from datetime import datetime
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
from tokimori.foundation.canonical import digest
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.ledger.services.statements import StatementType, state_publicly
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

_SNAPSHOT: Final = "snapshot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The sheet as it would be published, and the rows that keep it back."""

    sheet: Sheet
    contradictions: tuple[tuple[int, ...], ...]
    samples: tuple[int, ...]

    @property
    def may_be_published(self) -> bool:
        """Whether nothing keeps it back."""
        return not self.contradictions and not self.samples

    @property
    def fingerprint(self) -> str:
        """Return the digest of all states and marks, by which somebody publishes what he looked at."""
        return fingerprint_of({row: (one.state.value, one.mark.value) for row, one in self.sheet.answers.items()})


def fingerprint_of(answers: dict[int, tuple[str, str]]) -> str:
    """Return the digest of the state and the mark of each row."""
    return digest([[row, state, mark] for row, (state, mark) in sorted(answers.items())])


def draft(*, now: datetime) -> Draft:
    """Return the sheet as it would be published; to be called inside the provider's tenant."""
    sheet = present_sheet(now=now)
    samples = tuple(
        sorted(
            row
            for row, answer in sheet.answers.items()
            for one in answer.findings
            if is_sample(one) and one.state in FOUNDED
        )
    )
    return Draft(sheet=sheet, contradictions=tuple(one.rows for one in sheet.contradictions), samples=samples)


def publish_snapshot(*, actor: Principal, now: datetime, seen: str | None = None, is_listed: bool = True) -> UUID:
    """Publish the sheet as it stands, in every format, and return the snapshot's id.

    ``seen`` is the fingerprint of what the actor looked at, if he looked. Raise ``SheetContradictory``,
    ``SheetHoldsSamples`` or ``SheetChanged``. The leaf of the provider's log follows within seconds.
    """
    authorise(actor, Permission.OPERATOR_ACT)
    with tenant_transaction(PROVIDER):
        found = draft(now=now)
        _refuse_unless_sound(found, seen=seen)
        snapshot = snapshot_of(
            found.sheet, runs=kept_runs(), snapshot_id=new_id(at=now), edition=PUBLIC, build=build_digest()
        )
        return _keep(snapshot, actor=actor, fingerprint=found.fingerprint, is_listed=is_listed, now=now)


def _refuse_unless_sound(found: Draft, *, seen: str | None) -> None:
    if found.contradictions:
        raise SheetContradictory(rows=", ".join(str(row) for rows in found.contradictions for row in rows))
    if found.samples:
        raise SheetHoldsSamples(rows=", ".join(map(str, found.samples)))
    if seen is not None and seen != found.fingerprint:
        raise SheetChanged


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
