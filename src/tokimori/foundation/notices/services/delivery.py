"""Send a letter from the outbox. What is known is committed before the mail service is spoken to, and after it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import F

from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.notices.kinds import NoticeKind, NoticeState, NotSent
from tokimori.foundation.notices.letters import Letter, Sender, written
from tokimori.foundation.notices.models import Notice
from tokimori.foundation.notices.services.outbox import letter_in
from tokimori.foundation.notices.transport import LetterNotSent, hand_over, message_of
from tokimori.foundation.tenancy.context import tenant_transaction

MOST_ATTEMPTS: Final = 8


def send_notice(*, tenant: TenantId, notice_id: UUID, sender_of: Callable[[TenantId], Sender], now: datetime) -> None:
    """Send a letter that waits; raise ``LetterNotSent`` when it is to be tried again later.

    To be called outside of any transaction: none stays open while another machine is waited for. Whoever dies between
    sending and writing it down sends twice, under one name, which receivers recognise.
    """
    service = settings.MAIL
    if service is None:
        _end(tenant, notice_id, NoticeState.FAILED, reason=NotSent.UNREACHABLE, now=now)
        return
    letter = _taken(tenant, notice_id, sender_of=sender_of, links=service.links, now=now)
    if letter is None:
        return
    try:
        hand_over(message_of(letter, service=service, notice_id=notice_id, at=now), service=service)
    except LetterNotSent as failure:
        if not _is_kept(tenant, notice_id, failure, now=now):
            raise
        return
    _end(tenant, notice_id, NoticeState.SENT, reason=None, now=now)


def _taken(
    tenant: TenantId, notice_id: UUID, *, sender_of: Callable[[TenantId], Sender], links: str, now: datetime
) -> Letter | None:
    """Return the letter and count the attempt; nothing when it was sent, given up, or has become useless."""
    with tenant_transaction(tenant):
        rows = Notice.objects.filter(tenant_id=tenant, id=notice_id, state=NoticeState.WAITING.value)
        row = rows.select_for_update(no_key=True).first()
        if row is None:
            return None
        if row.useless_from is not None and row.useless_from <= now:
            _end(tenant, notice_id, NoticeState.FAILED, reason=NotSent.TOO_LATE, now=now)
            return None
        rows.update(attempts=F("attempts") + 1)
        sender = sender_of(tenant)
        return written(NoticeKind(row.kind), letter_in(row), language=row.language, sender=sender, links=links)


def _is_kept(tenant: TenantId, notice_id: UUID, failure: LetterNotSent, *, now: datetime) -> bool:
    """Write down why it was not sent; return whether it is given up."""
    with tenant_transaction(tenant):
        rows = Notice.objects.filter(tenant_id=tenant, id=notice_id)
        rows.update(reason=failure.reason.value)
        is_last = rows.filter(attempts__gte=MOST_ATTEMPTS).exists()
    if failure.is_for_good or is_last:
        _end(tenant, notice_id, NoticeState.FAILED, reason=failure.reason, now=now)
        return True
    return False


def _end(tenant: TenantId, notice_id: UUID, state: NoticeState, *, reason: NotSent | None, now: datetime) -> None:
    """Write down how it ended, and wipe what it said."""
    with tenant_transaction(tenant):
        rows = Notice.objects.filter(tenant_id=tenant, id=notice_id, state=NoticeState.WAITING.value)
        row = rows.select_for_update(no_key=True).first()
        if row is None:
            return
        why = reason.value if reason else ""
        rows.update(state=state.value, reason=why, ended_at=now, sealed_letter=b"")
        name = EventName.NOTICE_SENT if state is NoticeState.SENT else EventName.NOTICE_FAILED
        details = {"kind": row.kind} if reason is None else {"kind": row.kind, "reason": why}
        record_event(
            name, actor=system_principal(tenant), subject_id=row.account_id or row.receiver_id, at=now, **details
        )
