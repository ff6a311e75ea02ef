"""What became of letters, for the company's administrators; what they said is not kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.notices.kinds import NoticeKind, NoticeState, NotSent
from tokimori.foundation.notices.models import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A letter: to which account, of which kind, and what became of it. ``reason`` is why the last attempt failed."""

    account_id: UUID | None
    kind: NoticeKind
    state: NoticeState
    reason: NotSent | None
    made_at: datetime
    ended_at: datetime | None


def notices_to(*, actor: Principal, account_id: UUID, limit: int) -> tuple[NoticeView, ...]:
    """Return the last letters to an account, the newest first."""
    authorise(actor, Permission.ACCOUNT_READ)
    rows = Notice.objects.filter(tenant_id=actor.tenant_id, account_id=account_id).order_by("-made_at", "-id")
    return tuple(_view(row) for row in rows[:limit])


def accounts_not_reached(*, actor: Principal, now: datetime, days: int) -> tuple[UUID, ...]:
    """Return the accounts whose last letter of the last days could not be delivered."""
    authorise(actor, Permission.ACCOUNT_READ)
    rows = Notice.objects.filter(
        tenant_id=actor.tenant_id, made_at__gt=now - timedelta(days=days), account_id__isnull=False
    )
    ended = rows.exclude(state=NoticeState.WAITING.value).order_by("made_at", "id")
    newest = dict(ended.values_list("account_id", "state"))
    return tuple(account_id for account_id, state in newest.items() if account_id and state == NoticeState.FAILED.value)


def receivers_that_refuse(*, tenant: TenantId) -> frozenset[UUID]:
    """Return who, of those without an account, has an address that took a letter for good no more."""
    rows = Notice.objects.filter(
        tenant_id=tenant,
        receiver_id__isnull=False,
        state=NoticeState.FAILED.value,
        reason=NotSent.REFUSED.value,
    )
    return frozenset(one for one in rows.values_list("receiver_id", flat=True) if one)


def _view(row: Notice) -> NoticeView:
    return NoticeView(
        account_id=row.account_id,
        kind=NoticeKind(row.kind),
        state=NoticeState(row.state),
        reason=NotSent(row.reason) if row.reason else None,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )
