"""Hold records back, and let them go again: one person holds, and it takes two to let go."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.retention.errors import (
    HoldDaysNotValid,
    HoldReasonMissing,
    LiftingAsked,
    LiftingNotAsked,
    NoSuchHold,
    OwnLifting,
)
from tokimori.foundation.retention.models import LegalHold
from tokimori.foundation.retention.periods import BY_PERSON, RecordKind

ABOUT_A_PERSON: Final = BY_PERSON | {RecordKind.EVENTS}
"""Kinds of which a hold may say whom it is about."""
_LONGEST_REASON = 500


@transaction.atomic
def place_hold(
    *,
    actor: Principal,
    kind: RecordKind,
    reason: str,
    now: datetime,
    person_id: UUID | None = None,
    covers_from: date | None = None,
    covers_until: date | None = None,
) -> UUID:
    """Let nothing of a kind be taken away from now on, or nothing of some days, both included.

    ``person_id`` notes the account or the employee that it is about. Of kinds whose rows say whose they are, his alone is
    held; of events everything, since they name the punch or the request; records of sign-in and letters are held together.

    Raise ``HoldReasonMissing``, or ``HoldDaysNotValid`` where the last day comes before the first.
    """
    authorise(actor, Permission.SECURITY_WRITE)
    plain = reason.strip()
    if not 0 < len(plain) <= _LONGEST_REASON:
        raise HoldReasonMissing
    if covers_from is not None and covers_until is not None and covers_until < covers_from:
        raise HoldDaysNotValid
    row = LegalHold(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        record_kind=kind.value,
        reason=plain,
        person_id=person_id if kind in ABOUT_A_PERSON else None,
        covers_from=covers_from,
        covers_until=covers_until,
        placed_at=now,
        placed_by=actor.account_id,
    )
    row.save(force_insert=True)
    record_event(
        EventName.LEGAL_HOLD_PLACED,
        actor=actor,
        subject_id=row.id,
        at=now,
        kind=kind.value,
        person=_text(row),
        days=f"{covers_from or ''}/{covers_until or ''}",
    )
    return row.id


@transaction.atomic
def ask_lifting(*, actor: Principal, hold_id: UUID, now: datetime) -> None:
    """Ask that the records may go again; nothing changes before another person agrees.

    Raise ``NoSuchHold``, or ``LiftingAsked`` where somebody did before. No program asks this: raise ``OwnLifting``.
    """
    authorise(actor, Permission.SECURITY_WRITE)
    row = _held(actor, hold_id)
    if actor.account_id is None:
        raise OwnLifting
    if row.lifting_asked_at is not None:
        raise LiftingAsked
    row.lifting_asked_at, row.lifting_asked_by = now, actor.account_id
    row.save(update_fields=["lifting_asked_at", "lifting_asked_by"])
    record_event(
        EventName.LEGAL_HOLD_LIFTING_ASKED,
        actor=actor,
        subject_id=row.id,
        at=now,
        kind=row.record_kind,
        person=_text(row),
    )


@transaction.atomic
def lift_hold(*, actor: Principal, hold_id: UUID, now: datetime) -> None:
    """Let the records go when their time comes, as another person asked before.

    Raise ``NoSuchHold``, ``LiftingNotAsked``, or ``OwnLifting`` to who asked, and to programs.
    """
    authorise(actor, Permission.SECURITY_WRITE)
    row = _held(actor, hold_id)
    if row.lifting_asked_at is None:
        raise LiftingNotAsked
    if actor.account_id is None or actor.account_id == row.lifting_asked_by:
        raise OwnLifting
    row.lifted_at, row.lifted_by = now, actor.account_id
    row.save(update_fields=["lifted_at", "lifted_by"])
    record_event(
        EventName.LEGAL_HOLD_LIFTED, actor=actor, subject_id=row.id, at=now, kind=row.record_kind, person=_text(row)
    )


def _held(actor: Principal, hold_id: UUID) -> LegalHold:
    rows = LegalHold.objects.filter(tenant_id=actor.tenant_id, id=hold_id, lifted_at=None)
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NoSuchHold
    return row


def _text(hold: LegalHold) -> str | None:
    return str(hold.person_id) if hold.person_id else None
