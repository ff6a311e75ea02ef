"""Which log a tenant's events go into: a random id of 16 bytes, which tells nothing of the tenant, made once."""

import secrets
import time
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.models import LedgerLog, LogEpoch

PROVIDER_LOG: Final = "provider"
"""The name of the provider's own log, whose leaves are the checkpoints of all others."""
_LOG_ID_BYTES: Final = 16
_committed: Final[dict[UUID, str]] = {}
"""What this process read and what was committed; it never changes."""
_EPOCH_SECONDS: Final = 30
_epochs: Final[dict[UUID, tuple[float, int]]] = {}
"""In which epoch a log stood when that was asked, by the clock of the process."""


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


def current_epoch(tenant: TenantId, *, log: str) -> int:
    """Return the epoch in which a log stands; asked anew after half a minute: epochs follow restores."""
    asked, epoch = _epochs.get(tenant, (float("-inf"), 1))
    if time.monotonic() - asked > _EPOCH_SECONDS:
        newest = LogEpoch.objects.filter(tenant_id=tenant, log=log).order_by("-epoch").values_list("epoch", flat=True)
        epoch = newest.first() or 1
        _epochs[tenant] = (time.monotonic(), epoch)
    return epoch
