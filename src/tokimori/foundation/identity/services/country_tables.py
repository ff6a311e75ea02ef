"""Which table of countries is in place: written into the provider's log whenever it is another one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.principal import Principal
from tokimori.foundation.countries.table import country_table
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import newest_subject
from tokimori.foundation.ledger.services import record_event


@transaction.atomic
def note_country_table(*, actor: Principal, now: datetime) -> bool:
    """Write down which table is in place, with the day of each registry and its SHA-256; return whether it is another one.

    The file is replaced outside of the database, so this is noticed afterwards. The provider's tenant is open.
    """
    table = country_table()
    if table is None:
        return False
    subject = UUID(bytes=bytes.fromhex(table.digest)[:16])
    if newest_subject(tenant=actor.tenant_id, name=EventName.COUNTRIES_REPLACED) == subject:
        return False
    record_event(
        EventName.COUNTRIES_REPLACED,
        actor=actor,
        subject_id=subject,
        at=now,
        digest=table.digest,
        is_sample=table.is_sample,
        **{registry: day.isoformat() for registry, day in table.registries.items()},
    )
    return True
