"""Write down, for every webhook of every company, what is told of the changes of one run: once, whatever dies between."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tokimori.assurance.catalogue.controls import controls
from tokimori.assurance.models import AnswerChange, ProbeRun, SheetNotice
from tokimori.assurance.webhooks.messages import ChangedRow, MessageType, SeenBy, message
from tokimori.assurance.webhooks.models import SheetWebhook, WebhookDelivery, WebhookRound
from tokimori.assurance.webhooks.services.keeping import is_on, post, sheet_address
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants

TOLD_WITHIN: Final = timedelta(days=1)
"""What is older when webhooks are turned on, or after a long silence, is not told any more."""
KEPT: Final = timedelta(days=90)


def spread_changes(*, now: datetime) -> int:
    """Write the messages about runs that nobody was told of; return of how many runs. No tenant may be open.

    The round is marked as done last: whoever dies before begins anew, and writes nothing twice.
    """
    if not is_on():
        return 0
    with tenant_transaction(PROVIDER):
        waiting = [(one.id, one.at, _changed(one.at)) for one in _waiting(now=now)]
    for notice_id, at, rows in waiting:
        for tenant in {PROVIDER, *all_tenants()}:
            with tenant_transaction(tenant):
                _spread(tenant, notice_id=notice_id, at=at, rows=rows, now=now)
        with tenant_transaction(PROVIDER):
            WebhookRound.objects.create(tenant_id=PROVIDER, id=new_id(at=now), notice_id=notice_id, at=now)
    return len(waiting)


def forget_deliveries(*, tenant: TenantId, now: datetime) -> int:
    """Remove messages that are older than ninety days; return how many."""
    count, _ = WebhookDelivery.objects.filter(tenant_id=tenant, made_at__lt=now - KEPT).delete()
    return count


def _waiting(*, now: datetime) -> Sequence[SheetNotice]:
    recent = SheetNotice.objects.filter(tenant_id=PROVIDER, at__gt=now - TOLD_WITHIN, at__lte=now)
    told = WebhookRound.objects.filter(tenant_id=PROVIDER, at__gt=now - 2 * TOLD_WITHIN)
    return list(recent.exclude(id__in=list(told.values_list("notice_id", flat=True))).order_by("id"))


def _changed(at: datetime) -> tuple[ChangedRow, ...]:
    """Return the rows that changed in the run of a moment, with the last looks of their probes until then."""
    rows = AnswerChange.objects.filter(tenant_id=PROVIDER, at=at).exclude(before="").order_by("row")
    return tuple(
        ChangedRow(row=one.row, before=one.before, after=one.after, mark=one.mark, why=one.why, evidence=_seen(one))
        for one in rows
    )


def _seen(change: AnswerChange) -> tuple[SeenBy, ...]:
    looks: Mapping[str, ProbeRun | None] = {
        name: ProbeRun.objects.filter(tenant_id=PROVIDER, probe=name, observed_to__lte=change.at)
        .order_by("-id")
        .first()
        for name in controls()[change.row].probes
    }
    return tuple(
        SeenBy(probe=name, observed_at=look.observed_to, digest=look.digest) for name, look in looks.items() if look
    )


def _spread(tenant: TenantId, *, notice_id: UUID, at: datetime, rows: Sequence[ChangedRow], now: datetime) -> None:
    for webhook in SheetWebhook.objects.filter(tenant_id=tenant, made_at__lt=at).select_for_update(no_key=True):
        wanted = [one for one in rows if not webhook.rows or one.row in webhook.rows]
        known = WebhookDelivery.objects.filter(tenant_id=tenant, webhook_id=webhook.id, notice_id=notice_id)
        if wanted and not known.exists():
            body = message(MessageType.CHANGED, at=at, rows=wanted, sheet=sheet_address())
            post(webhook, notice_id=notice_id, body=body, now=now)
