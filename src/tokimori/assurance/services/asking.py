"""Have a probe look at once."""

from datetime import datetime

from django.db import transaction

from tokimori.assurance.probes.catalogue import PROBES
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.queue import JobRequest, enqueue
from tokimori.foundation.tenancy.context import PROVIDER


@transaction.atomic
def ask_probe(*, actor: Principal, name: str, now: datetime) -> None:
    """Let the worker run a probe as soon as it can, and answer the sheet; raise ``NotFound`` for a probe there is not."""
    authorise(actor, Permission.COMPLIANCE_WRITE)
    if actor.tenant_id != PROVIDER or name not in PROBES:
        raise NotFound
    record_event(EventName.PROBE_ASKED, actor=actor, subject_id=None, at=now, probe=name)
    enqueue([JobRequest(name="tokimori:look_now", lock="look_now", arguments={"probe": name})])
