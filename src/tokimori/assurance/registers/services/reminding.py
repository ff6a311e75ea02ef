"""Tell owner and deputy in time that an entry ends: ninety, thirty and seven days before, once each."""

from datetime import datetime
from typing import Final

from django.db import transaction

from tokimori.assurance.registers.models import EndingNotice
from tokimori.assurance.registers.queries.overview import Ending, endings
from tokimori.assurance.registers.queries.reading import entries_of
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.notices.kinds import NoticeKind
from tokimori.foundation.tenancy.context import PROVIDER

DAYS_BEFORE: Final = (7, 30, 90)


@transaction.atomic
def remind_of_endings(*, actor: Principal, now: datetime) -> int:
    """Tell those who answer for entries that end; return of how many. To be called in the provider's tenant.

    Who was told that ninety days are left is told again at thirty and at seven. Without a mail service the console says it.
    """
    authorise(actor, Permission.SETUP_WRITE)
    told = set(EndingNotice.objects.filter(tenant_id=PROVIDER).values_list("entry_id", "ends_on", "days"))
    count = 0
    for ending in endings(entries_of(), today=now.date()):
        days = next((one for one in DAYS_BEFORE if ending.days <= one), None)
        if days is None or (ending.entry.id, ending.ends_on, days) in told:
            continue
        _tell(ending, days=days, actor=actor, now=now)
        count += 1
    return count


def _tell(ending: Ending, *, days: int, actor: Principal, now: datetime) -> None:
    content = ending.entry.content
    people = [one for one in (content.owner_id, content.deputy_id) if one is not None]
    for account in Account.objects.filter(tenant_id=PROVIDER, id__in=people, is_active=True):
        tell(account, NoticeKind.REGISTER_ENTRY_ENDS, now=now, day=ending.ends_on.isoformat())
    EndingNotice.objects.create(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        entry_id=ending.entry.id,
        ends_on=ending.ends_on,
        days=days,
        at=now,
    )
    record_event(
        EventName.REGISTER_ENTRY_REMINDED,
        actor=actor,
        subject_id=ending.entry.id,
        at=now,
        register=ending.entry.register,
        days=ending.days,
    )
