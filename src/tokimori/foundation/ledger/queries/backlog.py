"""Ask how far the log is behind."""

from datetime import datetime, timedelta

from django.db.models import Count, Min

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.backlog import Backlog
from tokimori.foundation.ledger.models import LogCheckpoint, LogEntry, PendingLeaf
from tokimori.foundation.ledger.services.log_ids import existing_log_of
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants


def ledger_backlog(*, now: datetime) -> Backlog:
    """Return how far the logs of all companies are behind, each asked in a transaction of its own."""
    waiting, oldest, unsigned, late = 0, timedelta(seconds=0), timedelta(seconds=0), []
    for tenant in all_tenants():
        with tenant_transaction(tenant):
            count, since = backlog_of(tenant=tenant)
            signed_late = unsigned_since(tenant=tenant)
        waiting += count
        oldest = max(oldest, now - since) if since else oldest
        if signed_late is not None:
            unsigned = max(unsigned, now - signed_late)
            late.append(tenant)
    return Backlog(waiting=waiting, oldest_waiting=oldest, oldest_unsigned=unsigned, unsigned_logs=tuple(late))


def backlog_of(*, tenant: TenantId) -> tuple[int, datetime | None]:
    """Return how many events of the open tenant wait for their place, and when the oldest was recorded."""
    found = PendingLeaf.objects.filter(tenant_id=tenant).aggregate(count=Count("id"), since=Min("recorded_at"))
    return found["count"], found["since"]


def unsigned_since(*, tenant: TenantId) -> datetime | None:
    """Return since when the oldest event that has its place has had no checkpoint over it; nothing if all have one."""
    log = existing_log_of(tenant)
    newest = LogEntry.objects.filter(tenant_id=tenant, log=log or "").order_by("-epoch", "-index").first()
    if newest is None:
        return None
    signed = LogCheckpoint.objects.filter(tenant_id=tenant, log=newest.log, epoch=newest.epoch).order_by("-size")
    size = signed.values_list("size", flat=True).first() or 0
    rows = LogEntry.objects.filter(tenant_id=tenant, log=newest.log, epoch=newest.epoch, index__gte=size)
    return rows.order_by("index").values_list("sequenced_at", flat=True).first()
