"""Which log a tenant's events go into: a random id of 16 bytes, which tells nothing of the tenant, made once."""

import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.models import LedgerLog

PROVIDER_LOG: Final = "provider"
"""The name of the provider's own log, whose leaves are the checkpoints of all others."""
_LOG_ID_BYTES: Final = 16
_committed: Final[dict[UUID, str]] = {}
"""What this process read and what was committed; it never changes."""


def log_of(tenant: TenantId, *, now: datetime) -> str:
    """Return the id of the tenant's log, which is made when there is none; two who make it at once get the same."""
    if (known := _committed.get(tenant)) is not None:
        return known
    found = existing_log_of(tenant)
    if found is None:
        LedgerLog.objects.bulk_create(
            [LedgerLog(tenant_id=tenant, id=new_id(at=now), log=secrets.token_hex(_LOG_ID_BYTES), opened_at=now)],
            ignore_conflicts=True,
        )
        found = LedgerLog.objects.get(tenant_id=tenant).log
    log = found
    transaction.on_commit(lambda: _committed.__setitem__(tenant, log))
    return log


def existing_log_of(tenant: TenantId) -> str | None:
    """Return the id of the tenant's log, or nothing where nothing ever happened."""
    return LedgerLog.objects.filter(tenant_id=tenant).values_list("log", flat=True).first()
