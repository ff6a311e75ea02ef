"""Compare punches with the events that are bound to them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from tokimori.domains.timekeeping.content import content_of
from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.domains.timekeeping.queries import every_punch_row
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import every_event_named
from tokimori.foundation.ledger.queries.checking import Finding
from tokimori.foundation.retention.periods import RecordKind
from tokimori.foundation.retention.queries import gone_before
from tokimori.foundation.sealed_fields import ErasedText

_MOST: Final = 100


def check_punches(*, tenant: TenantId) -> tuple[Finding, ...]:
    """Return the punches of the open tenant that are not as their events say, that have none, or that are gone."""
    found = list(_differences(bound=bound_punches(tenant=tenant), tenant=tenant))
    return tuple(found[:_MOST])


def bound_punches(*, tenant: TenantId) -> dict[UUID, str | None]:
    """Return what the log binds punches to: their keys, and the digest of what each said.

    Events of before the log, and those whose key was destroyed, bind a punch to nothing but its being there.
    """
    bound: dict[UUID, str | None] = {}
    for event in every_event_named(tenant=tenant, name=EventName.PUNCH_RECORDED):
        content = event.details.get("content")
        if event.subject_id is not None:
            bound[event.subject_id] = str(content) if content else None
    for event in every_event_named(tenant=tenant, name=EventName.PUNCH_WITHDRAWN):
        fact = event.details.get("fact")
        if fact:
            bound[UUID(str(fact))] = str(event.details.get("content"))
    return bound


def _differences(*, bound: dict[UUID, str | None], tenant: TenantId) -> Iterator[Finding]:
    missing = set(bound)
    gone = gone_before(tenant=tenant, kind=RecordKind.WORKING_TIME)
    for row in every_punch_row(tenant=tenant):
        missing.discard(row.id)
        if row.id not in bound:
            yield Finding(what="punch", where=str(row.id), why="no event recorded it: it was put in past the service")
        elif not _lacks_its_place(row, gone) and bound[row.id] not in {None, content_of(row=row)}:
            yield Finding(
                what="punch", where=str(row.id), why="it does not say what its event is bound to: it was changed"
            )
    for punch_id in sorted(missing):
        yield Finding(what="punch", where=str(punch_id), why="its event is there and the punch is gone")


def _lacks_its_place(row: PunchEvent, gone: datetime | None) -> bool:
    """Whether the place is gone with its key, or may have gone by age: then nobody can tell what the row said."""
    return isinstance(row.place, ErasedText) or (not row.place and gone is not None and row.occurred_at < gone)
