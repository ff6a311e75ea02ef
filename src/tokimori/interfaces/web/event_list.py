"""Events as the screens and the file show them: who, what, when, from where, how it ended."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tokimori.domains.exports.writers import harmless
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.queries import actor_names
from tokimori.foundation.ledger.queries import EventPage, EventView
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.devices import device_in_words
from tokimori.interfaces.web.event_words import ACTORS, OUTCOME_MARKS, OUTCOMES, event_sentence

_CHUNK: Final = 500
_COLUMNS: Final = (
    "time_utc", "event", "what", "outcome", "who_kind", "who", "who_id", "whom", "subject_id", "address", "device",
    "session_id", "correlation", "details",
)  # fmt: skip


def event_rows(events: Sequence[EventView], *, tenant: TenantId, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return what a row of the screen shows."""
    names = _names(events, tenant)
    return [
        {
            "at": moment(event.at, zone),
            "at_exact": event.at.isoformat(),
            "claimed_at": moment(event.claimed_at, zone) if event.claimed_at else "",
            "who": names.get(event.actor_id) or ACTORS[event.actor_kind],
            "what": event_sentence(event.name),
            "whom": _whom(event, names),
            "outcome": OUTCOMES[event.outcome],
            "mark": OUTCOME_MARKS[event.outcome],
            "address": event.address,
            "device": device_in_words(event.device) if event.device else "",
            "proof_url": reverse("event_proof", args=[event.id]),
            "actor_id": str(event.actor_id or ""),
            "session_id": str(event.session_id or ""),
            "changes": _changes(event.details),
            "facts": [
                {"name": name, "value": value}
                for name, value in {
                    "event": event.name,
                    **event.details,
                    "subject_id": event.subject_id,
                    "session_id": event.session_id,
                    "correlation": event.correlation,
                }.items()
                if value not in {None, "", "-"}
            ],
        }
        for event in events
    ]


def _changes(details: Mapping[str, str | int | None]) -> list[dict[str, str]]:
    """Return what was changed from what to what, where the details of an event say both."""
    names = sorted({name.rpartition(".")[0] for name in details if name.endswith((".before", ".after"))})
    return [
        {
            "name": name,
            "before": str(details.get(f"{name}.before", "")),
            "after": str(details.get(f"{name}.after", "")),
        }
        for name in names
    ]


def key_of(request: HttpRequest, name: str) -> UUID | None:
    """Return the key of the address from which a page begins; nothing for what is none."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def event_pager(page: EventPage, *, address: str, filters: Mapping[str, str]) -> dict[str, str] | None:
    """Return the ways to newer and older events; nothing where all stand on one page."""
    if not page.events or not (page.has_newer or page.has_older):
        return None

    def url(**key: str) -> str:
        return f"{address}?{urlencode({**{name: text for name, text in filters.items() if text}, **key})}"

    return {
        "newer_url": url(after=str(page.events[0].id)) if page.has_newer else "",
        "older_url": url(before=str(page.events[-1].id)) if page.has_older else "",
    }


def event_file(events: Iterable[EventView], *, tenant: TenantId, language: str) -> Iterator[bytes]:
    """Yield a CSV file piece by piece: UTF-8 with a byte order mark, times in UTC, no cell that a spreadsheet runs.

    It is asked for after the request's transaction is over, so each piece looks names up in one of its own.
    """
    yield _lines([_COLUMNS]).encode("utf-8-sig")
    rest = iter(events)
    while chunk := list(islice(rest, _CHUNK)):
        with tenant_transaction(tenant), translation.override(language):
            names = _names(chunk, tenant)
            yield _lines(_cells(event, names) for event in chunk).encode()


def _cells(event: EventView, names: Mapping[UUID | None, str]) -> list[str]:
    return [
        event.at.isoformat(),
        event.name,
        event_sentence(event.name),
        event.outcome.value,
        event.actor_kind.value,
        names.get(event.actor_id, ""),
        str(event.actor_id or ""),
        names.get(event.subject_id, ""),
        str(event.subject_id or ""),
        event.address,
        event.device,
        str(event.session_id or ""),
        event.correlation,
        json.dumps(event.details, ensure_ascii=False, sort_keys=True) if event.details else "",
    ]


def _lines(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def _names(events: Iterable[EventView], tenant: TenantId) -> Mapping[UUID | None, str]:
    return actor_names(tenant=tenant, ids={key for event in events for key in (event.actor_id, event.subject_id)})


def _whom(event: EventView, names: Mapping[UUID | None, str]) -> str:
    """Return to whom it was done, where that is somebody else than who did it."""
    if event.subject_id is None or event.subject_id == event.actor_id:
        return ""
    name = names.get(event.subject_id, "")
    return _("for %(name)s") % {"name": name} if name else ""
