"""Reads about recorded sessions: the register with what is due, one session line by line, and whether it is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.operators.models import MaintenanceEntry, MaintenanceSession
from tokimori.foundation.operators.scopes import REVIEW_WITHIN, Tool
from tokimori.foundation.operators.services.maintenance import entry_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceView:
    """A recorded session. It is due a week after it was opened; ``is_overdue`` says that nobody looked at it by then."""

    id: UUID
    operator_id: UUID
    purpose: str
    ticket: str
    may_write: bool
    machine: str
    company_code: str
    opened_at: datetime
    ended_at: datetime | None
    due_at: datetime
    entries: int
    reviewed_at: datetime | None
    reviewed_by: UUID | None
    review: str
    is_over: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One line of a recorded session."""

    sequence: int
    is_typed: bool
    tool: Tool
    text: str
    row_count: int | None
    is_done: bool | None
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceRecord:
    """A recorded session line by line. ``is_whole``: the chain of digests closes, and each stands in the log as well."""

    session: MaintenanceView
    entries: tuple[EntryView, ...]
    is_whole: bool


def maintenance_sessions(
    *, actor: Principal, now: datetime, offset: int, limit: int
) -> tuple[tuple[MaintenanceView, ...], int]:
    """Return a page of the sessions, those not reviewed first, then the newest first; and how many there are."""
    authorise(actor, Permission.OPERATOR_ACT)
    rows = MaintenanceSession.objects.filter(tenant_id=actor.tenant_id, opened_at__isnull=False)
    ordered = rows.order_by(F("reviewed_at").desc(nulls_first=True), "-opened_at", "-id")
    return tuple(_view(row, now=now) for row in ordered[offset : offset + limit]), rows.count()


def maintenance_record(*, actor: Principal, session_id: UUID, now: datetime) -> MaintenanceRecord:
    """Return one session with all that was typed; raise ``NotFound`` for any other."""
    authorise(actor, Permission.OPERATOR_ACT)
    row = MaintenanceSession.objects.filter(tenant_id=actor.tenant_id, id=session_id, opened_at__isnull=False).first()
    if row is None:
        raise NotFound
    entries = _entries(row)
    return MaintenanceRecord(
        session=_view(row, now=now),
        entries=tuple(
            EntryView(
                sequence=one.sequence,
                is_typed=one.is_typed,
                tool=Tool(one.tool),
                text=one.text,
                row_count=one.row_count,
                is_done=one.is_done,
                at=one.at,
                digest=one.digest,
            )
            for one in entries
        ),
        is_whole=is_whole(row, entries),
    )


def sessions_not_whole(*, tenant: TenantId) -> tuple[UUID, ...]:
    """Return the recorded sessions whose entries were changed, left out or added; none, unless somebody did so."""
    rows = MaintenanceSession.objects.filter(tenant_id=tenant, opened_at__isnull=False)
    return tuple(row.id for row in rows if not is_whole(row, _entries(row)))


def is_whole(row: MaintenanceSession, entries: Sequence[MaintenanceEntry]) -> bool:
    """Whether the entries are those that were written: by their chain, their number, and the events of the log."""
    before = ""
    for number, entry in enumerate(entries, start=1):
        before = entry_digest(before=before, entry=entry)
        if entry.sequence != number or entry.digest != before:
            return False
    names = (EventName.MAINTENANCE_TYPED.value, EventName.MAINTENANCE_ANSWERED.value)
    logged = LedgerEvent.objects.filter(tenant_id=row.tenant_id, subject_id=row.id, name__in=names)
    known = {(one.details.get("sequence"), one.details.get("digest")) for one in logged}
    return len(entries) == row.entries and known == {(one.sequence, one.digest) for one in entries}


def _entries(row: MaintenanceSession) -> list[MaintenanceEntry]:
    return list(MaintenanceEntry.objects.filter(tenant_id=row.tenant_id, session_id=row.id).order_by("sequence"))


def _view(row: MaintenanceSession, *, now: datetime) -> MaintenanceView:
    opened_at = row.opened_at or row.issued_at
    due_at = opened_at + REVIEW_WITHIN
    return MaintenanceView(
        id=row.id,
        operator_id=row.operator_id,
        purpose=row.purpose,
        ticket=row.ticket,
        may_write=row.may_write,
        machine=row.machine,
        company_code=row.company_code,
        opened_at=opened_at,
        ended_at=row.ended_at,
        due_at=due_at,
        entries=row.entries,
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewed_by,
        review=row.review,
        is_over=row.ended_at is not None or row.ends_at <= now,
        is_overdue=row.reviewed_at is None and due_at <= now,
    )
