"""Confirm having read an entry, as it stands."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tokimori.assurance.registers.errors import EntryChanged, EntryNotOpen
from tokimori.assurance.registers.models import Acknowledgement
from tokimori.assurance.registers.queries.overview import binding_policies
from tokimori.assurance.registers.queries.reading import entry_of
from tokimori.assurance.registers.services.writing import require_provider
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import PROVIDER


@transaction.atomic
def acknowledge_policy(*, actor: Principal, entry_id: UUID, seen_digest: str, now: datetime) -> None:
    """Note that one of the provider's people read a policy, for himself alone; a second time changes nothing.

    Raise ``EntryNotOpen`` for what nobody has to confirm, ``EntryChanged`` when it is not what was read.
    """
    account_id = require_provider(actor)
    entry = entry_of(entry_id)
    if not binding_policies([entry], today=now.date()):
        raise EntryNotOpen
    if entry.digest != seen_digest:
        raise EntryChanged
    rows = Acknowledgement.objects.filter(
        tenant_id=PROVIDER, entry_id=entry_id, digest=seen_digest, account_id=account_id
    )
    if rows.exists():
        return
    Acknowledgement.objects.create(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        entry_id=entry_id,
        digest=seen_digest,
        account_id=account_id,
        at=now,
    )
    record_event(EventName.REGISTER_ENTRY_ACKNOWLEDGED, actor=actor, subject_id=entry_id, at=now, digest=seen_digest)
