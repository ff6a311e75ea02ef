"""Write down what was refused, though its transaction was rolled back: in a transaction of its own, and not without end."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from tokimori.foundation.access.principal import Principal
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import tenant_transaction

MOST_A_MINUTE: Final = 20
"""So many refusals of one actor are written down in a minute. Of who is unknown, those of the account that he tried count
together, and all that tried none."""
_UNKNOWN: Final = UUID(int=0)


def record_refusal(
    name: EventName, *, actor: Principal, subject_id: UUID | None, at: datetime, **details: str | int | None
) -> None:
    """Record a refusal, once the refused transaction is over. Whoever knocks on and on cannot fill the disk.

    The next one that is written down says how many were left out before it. A tenant that does not exist has no record.
    """
    with tenant_transaction(actor.tenant_id):
        with connection.cursor() as cursor:
            cursor.execute(
                "select tokimori.refusal_counted(%s, %s, %s)",
                [actor.account_id or subject_id or _UNKNOWN, at, MOST_A_MINUTE],
            )
            (left_out,) = cursor.fetchone() or (None,)
        if left_out is None:
            return
        known = {"left_out": left_out} if left_out else {}
        record_event(name, actor=actor, subject_id=subject_id, at=at, **details, **known)
