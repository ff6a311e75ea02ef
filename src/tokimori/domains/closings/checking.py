"""Compare seals with their digests, with one another, and with the events that recorded them."""

import json
from collections.abc import Iterator

from tokimori.domains.closings.queries import emptied_timesheets, seal_file, seal_ids
from tokimori.foundation.canonical import digest
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import every_event_named
from tokimori.foundation.ledger.queries.checking import Finding
from tokimori.foundation.retention.periods import RecordKind
from tokimori.foundation.retention.queries import gone_before


def check_seals(*, tenant: TenantId) -> tuple[Finding, ...]:
    """Return the seals of the open tenant that are not as they were recorded, or that are gone."""
    return tuple(_differences(tenant=tenant))


def _differences(*, tenant: TenantId) -> Iterator[Finding]:
    recorded = {
        event.subject_id: event.details.get("digest")
        for event in every_event_named(tenant=tenant, name=EventName.PERIOD_SEALED)
    }
    known = seal_ids(tenant=tenant)
    gone = gone_before(tenant=tenant, kind=RecordKind.WORKING_TIME)
    for seal_id in known:
        _name, content = seal_file(tenant=tenant, seal_id=seal_id)
        seal = json.loads(content)
        where = str(seal_id)
        if digest(seal["content"]) != seal["digest"]:
            yield Finding(what="seal", where=where, why="its content has not its digest: one of them was changed")
        if seal_id not in recorded:
            yield Finding(what="seal", where=where, why="no event recorded it")
        elif recorded[seal_id] not in {None, seal["digest"]}:
            yield Finding(what="seal", where=where, why="its digest is not the one that was recorded")
        sealed = seal["content"]["timesheets"]
        emptied = emptied_timesheets(tenant=tenant, seal_id=seal_id)
        actual = {**{person: digest(sheet) for person, sheet in seal["timesheets"].items()}, **emptied}
        if emptied and (gone is None or f"{gone:%Y-%m}" <= seal["content"]["month"]):
            yield Finding(what="seal", where=where, why="a timesheet in it is empty, and no certificate says why")
        if actual != sealed:
            yield Finding(what="seal", where=where, why="a timesheet in it was changed, is missing, or was added")
    for seal_id in sorted(one for one in recorded.keys() - set(known) if one is not None):
        yield Finding(what="seal", where=str(seal_id), why="its event is there and the seal is gone")
