"""Reads about what was recorded."""

from uuid import UUID

from tokimori.foundation.access.principal import Principal
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent


def subjects_of(*, name: EventName, actor: Principal, limit: int) -> tuple[UUID, ...]:
    """Return the subjects of the actor's own events of a name, the newest first."""
    rows = LedgerEvent.objects.filter(tenant_id=actor.tenant_id, name=name.value, actor_id=actor.account_id)
    found = rows.exclude(subject_id=None).order_by("-at").values_list("subject_id", flat=True)[:limit]
    return tuple(subject_id for subject_id in found if subject_id is not None)
