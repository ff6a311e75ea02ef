"""Read the record of who did what: one's own, or the whole company's; always in pages that begin at a key."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.identifiers import TenantId, least_id
from tokimori.foundation.ledger.events import EventName, EventOutcome
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction

_CHUNK: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One event. ``name`` is a code of ``EventName``; an older release may have written one that is no longer known."""

    id: UUID
    name: str
    at: datetime
    outcome: EventOutcome
    actor_kind: PrincipalKind
    actor_id: UUID | None
    subject_id: UUID | None
    session_id: UUID | None
    address: str
    device: str
    correlation: str
    details: Mapping[str, str | int | None]
    claimed_at: datetime | None = None
    """When it happened, where its source says another time than the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events are wanted; what is not said is not asked for.

    ``account_ids`` are those who did it or to whom it was done, ``actor_ids`` who did it, ``subject_ids`` to what it was
    done. ``since`` is included, ``until`` is not.
    """

    account_ids: frozenset[UUID] | None = None
    actor_ids: frozenset[UUID] | None = None
    subject_ids: frozenset[UUID] | None = None
    session_id: UUID | None = None
    name: EventName | None = None
    outcome: EventOutcome | None = None
    address: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """A page of events, the newest first, and whether there are newer and older ones."""

    events: tuple[EventView, ...]
    has_newer: bool
    has_older: bool


def events(
    *, actor: Principal, wanted: EventFilter, before: UUID | None = None, after: UUID | None = None, limit: int
) -> EventPage:
    """Return the company's events older than ``before``, or newer than ``after``; else the newest."""
    authorise(actor, Permission.AUDIT_READ)
    return _page(actor.tenant_id, wanted, before=before, after=after, limit=limit)


def own_events(*, actor: Principal, before: UUID | None = None, after: UUID | None = None, limit: int) -> EventPage:
    """Return what a person did, and what was done to his account."""
    authorise(actor, Permission.SECURITY_OWN)
    own = frozenset() if actor.account_id is None else frozenset({actor.account_id})
    return _page(actor.tenant_id, EventFilter(account_ids=own), before=before, after=after, limit=limit)


def may_prove(*, actor: Principal, event_id: UUID) -> bool:
    """Whether the actor may have the proof of an event: of any if he reads the log, else of his own."""
    if actor.has(Permission.AUDIT_READ):
        return True
    authorise(actor, Permission.SECURITY_OWN)
    if actor.account_id is None:
        return False
    own = Q(actor_id=actor.account_id) | Q(subject_id=actor.account_id)
    return LedgerEvent.objects.filter(own, tenant_id=actor.tenant_id, id=event_id).exists()


def events_named(*, tenant: TenantId, wanted: EventFilter, limit: int) -> tuple[EventView, ...]:
    """Return the newest events of one kind, for a room that asked for the right to them itself."""
    return _page(tenant, wanted, before=None, after=None, limit=limit).events


def events_about(
    *, tenant: TenantId, name: EventName, subject_id: UUID, offset: int, limit: int
) -> tuple[tuple[EventView, ...], int]:
    """Return a page of the events of one kind about one subject, the oldest first, and how many there are.

    For a room that asked for the right to them itself.
    """
    rows = LedgerEvent.objects.filter(tenant_id=tenant, name=name.value, subject_id=subject_id).order_by("id")
    return tuple(map(view_of, rows[offset : offset + limit])), rows.count()


def every_event_named(*, tenant: TenantId, name: EventName) -> Iterator[EventView]:
    """Yield every event of a kind of the open tenant, the oldest first; for who compares facts with the record."""
    rows = LedgerEvent.objects.filter(tenant_id=tenant, name=name.value).order_by("id")
    for row in rows.iterator(chunk_size=_CHUNK):
        yield view_of(row)


def every_event(*, tenant: TenantId, wanted: EventFilter, newest: UUID) -> Iterator[EventView]:
    """Yield the events up to a key, the newest first, each chunk in a transaction of its own; ``begin_export`` allowed it.

    Nothing is held between chunks: a file of millions costs no more memory than one of a thousand.
    """
    before: UUID | None = UUID(int=newest.int + 1)
    while before is not None:
        with tenant_transaction(tenant):
            page = _page(tenant, wanted, before=before, after=None, limit=_CHUNK)
        yield from page.events
        before = page.events[-1].id if page.has_older else None


def every_event_id(*, tenant: TenantId, wanted: EventFilter) -> Iterator[list[UUID]]:
    """Yield the keys of the events, the newest first, some at a time and without opening any."""
    key = Q()
    while found := [row.id for row in _rows(tenant, wanted, key, order="-id", limit=_CHUNK)]:
        yield found
        key = Q(id__lt=found[-1])


def _page(tenant: TenantId, wanted: EventFilter, *, before: UUID | None, after: UUID | None, limit: int) -> EventPage:
    if after is not None:
        found = _rows(tenant, wanted, Q(id__gt=after), order="id", limit=limit + 1)
        kept = found[:limit][::-1]
        return EventPage(events=tuple(map(view_of, kept)), has_newer=len(found) > limit, has_older=True)
    key = Q() if before is None else Q(id__lt=before)
    found = _rows(tenant, wanted, key, order="-id", limit=limit + 1)
    return EventPage(
        events=tuple(map(view_of, found[:limit])), has_newer=before is not None, has_older=len(found) > limit
    )


def _rows(tenant: TenantId, wanted: EventFilter, key: Q, *, order: str, limit: int) -> list[LedgerEvent]:
    """Return rows in order. Those of a person come by two indexes, by whom and to whom, and are put together here."""
    rows = _matching(tenant, wanted).filter(key).order_by(order)
    if wanted.actor_ids is not None:
        # One by one: each is read in the order of its index, however many events the account has.
        return _together([rows.filter(actor_id=one)[:limit] for one in wanted.actor_ids], order=order, limit=limit)
    if wanted.account_ids is None:
        return list(rows[:limit])
    accounts = wanted.account_ids
    both = [rows.filter(actor_id__in=accounts)[:limit], rows.filter(subject_id__in=accounts)[:limit]]
    return _together(both, order=order, limit=limit)


def _together(parts: Iterable[Iterable[LedgerEvent]], *, order: str, limit: int) -> list[LedgerEvent]:
    unique = {row.id: row for part in parts for row in part}
    return [unique[row_id] for row_id in sorted(unique, reverse=order == "-id")][:limit]


def _matching(tenant: TenantId, wanted: EventFilter) -> QuerySet[LedgerEvent]:
    conditions: dict[str, Any] = {
        "name": wanted.name.value if wanted.name else None,
        "outcome": wanted.outcome.value if wanted.outcome else None,
        "address": wanted.address or None,
        "session_id": wanted.session_id,
        "subject_id__in": wanted.subject_ids,
        "id__gte": least_id(at=wanted.since) if wanted.since else None,
        "id__lt": least_id(at=wanted.until) if wanted.until else None,
    }
    return LedgerEvent.objects.filter(
        tenant_id=tenant, **{name: value for name, value in conditions.items() if value is not None}
    )


def view_of(row: LedgerEvent) -> EventView:
    """Return an event as it is read; of one whose payload is erased or does not open the details are empty."""
    return EventView(
        id=row.id,
        name=row.name,
        at=row.at,
        outcome=EventOutcome(row.outcome),
        actor_kind=PrincipalKind(row.actor_kind),
        actor_id=row.actor_id,
        subject_id=row.subject_id,
        session_id=row.session_id,
        address=row.address,
        device=row.device,
        correlation=row.correlation,
        details=row.details,
        claimed_at=row.claimed_at,
    )


def subjects_of(*, tenant: TenantId, name: EventName, since: datetime) -> frozenset[UUID]:
    """Return to whom something happened since a moment; for services that must not say it twice."""
    rows = LedgerEvent.objects.filter(tenant_id=tenant, name=name.value, at__gt=since)
    return frozenset(one for one in rows.values_list("subject_id", flat=True) if one is not None)


def newest_subject(*, tenant: TenantId, name: EventName) -> UUID | None:
    """Return what the newest event of a name was about; nothing where there is none."""
    rows = LedgerEvent.objects.filter(tenant_id=tenant, name=name.value).order_by("-at", "-id")
    return rows.values_list("subject_id", flat=True).first()


def own_subjects_of(*, name: EventName, actor: Principal, limit: int) -> tuple[UUID, ...]:
    """Return the subjects of the actor's own events of a name, the newest first."""
    rows = LedgerEvent.objects.filter(tenant_id=actor.tenant_id, name=name.value, actor_id=actor.account_id)
    found = rows.exclude(subject_id=None).order_by("-at").values_list("subject_id", flat=True)[:limit]
    return tuple(subject_id for subject_id in found if subject_id is not None)
