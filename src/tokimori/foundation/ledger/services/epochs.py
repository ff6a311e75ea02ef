"""Let a log begin anew after the database was restored to an earlier point: openly, and never over what was signed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.canonical import canonical_bytes
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LogEpoch
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.ledger.services.log_ids import PROVIDER_LOG
from tokimori.foundation.sequencing.hashes import Place, reader_of, size_of
from tokimori.foundation.signing.state import SignedState
from tokimori.foundation.transparency.notes import encoded
from tokimori.foundation.transparency.tree import root_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """How a log stands in the database: in which epoch, with how many leaves, and their root."""

    place: Place
    size: int
    root: bytes


def state_of_log(*, tenant: TenantId, log: str) -> LogState:
    """Return how a log of the open tenant stands."""
    newest = LogEpoch.objects.filter(tenant_id=tenant, log=log).order_by("-epoch").first()
    place = Place(tenant=tenant, log=log, epoch=newest.epoch if newest else 1)
    with connection.cursor() as cursor:
        size = size_of(cursor, place)
        return LogState(place=place, size=size, root=root_of(size, reader_of(cursor, place, size=size)))


def root_at(*, place: Place, size: int) -> bytes:
    """Return the root of a log's first ``size`` leaves, of which the open tenant has at least so many."""
    with connection.cursor() as cursor:
        return root_of(size, reader_of(cursor, place, size=size))


@transaction.atomic
def open_epoch(*, state: LogState, signed: SignedState, base: str, reason: str, now: datetime) -> int:
    """Record that a log begins anew, and return its new number: what was signed last, what is left, and why.

    The statement is the first leaf of the new epoch. It says which leaves are lost; it cannot say what was in them.
    """
    place = state.place
    said: dict[str, str | int] = {
        "former_origin": f"{base}/{place.log}/{signed.epoch}",
        "former_checkpoint": signed.note,
        "restored_size": state.size,
        "restored_root": encoded(state.root),
        "reason": reason,
    }
    event_id = None
    if place.log != PROVIDER_LOG:
        actor = system_principal(TenantId(place.tenant))
        event_id = record_event(EventName.LOG_EPOCH_OPENED, actor=actor, subject_id=None, at=now, **said).event_id
    LogEpoch.objects.create(
        tenant_id=place.tenant,
        id=new_id(at=now),
        log=place.log,
        epoch=place.epoch + 1,
        event_id=event_id,
        statement=canonical_bytes(said).decode(),
        opened_at=now,
    )
    return place.epoch + 1
