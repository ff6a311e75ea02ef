"""A person's sessions: where he is signed in, and how he ends what he does not know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.carried_secrets import CarriedSecret
from tokimori.foundation.identity.models import Session
from tokimori.foundation.identity.services.sign_in import ABSOLUTE_LIMIT, IDLE_LIMIT
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session that holds. ``device`` is what the browser called itself; ``is_this`` says that the reader is in it."""

    id: UUID
    started_at: datetime
    last_used_at: datetime
    address: str
    device: str
    is_this: bool


def sessions_of(*, actor: Principal, carried: CarriedSecret, now: datetime) -> tuple[SessionView, ...]:
    """Return the sessions of the person himself that hold, the last used first."""
    return tuple(
        SessionView(
            id=row.id,
            started_at=row.started_at,
            last_used_at=row.last_used_at,
            address=row.address,
            device=row.device,
            is_this=bytes(row.secret_digest) == carried.digest,
        )
        for row in _holding(actor, now).order_by("-last_used_at", "id")
    )


@transaction.atomic
def end_session(*, actor: Principal, session_id: UUID, now: datetime) -> None:
    """End one of the person's own sessions; raise ``NotFound`` for any other, and for one that ended."""
    if not _holding(actor, now).filter(id=session_id).update(ended_at=now):
        raise NotFound
    record_event(EventName.SESSION_ENDED, actor=actor, subject_id=session_id, at=now)


@transaction.atomic
def end_other_sessions(*, actor: Principal, carried: CarriedSecret, now: datetime) -> int:
    """End every session of the person but the one he is in; return how many."""
    others = [row.id for row in _holding(actor, now) if bytes(row.secret_digest) != carried.digest]
    _holding(actor, now).filter(id__in=others).update(ended_at=now)
    for session_id in others:
        record_event(EventName.SESSION_ENDED, actor=actor, subject_id=session_id, at=now)
    return len(others)


def _holding(actor: Principal, now: datetime) -> QuerySet[Session]:
    if actor.account_id is None:
        return Session.objects.none()
    return Session.objects.filter(
        tenant_id=actor.tenant_id,
        account_id=actor.account_id,
        ended_at=None,
        last_used_at__gt=now - IDLE_LIMIT,
        started_at__gt=now - ABSOLUTE_LIMIT,
    )
