"""Factors that an administrator took away: confirmed by another one, told to whose they were."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.vouching.errors import OwnProposal, ResetNotConfirmed
from tokimori.foundation.vouching.models import FactorReset


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetView:
    """That somebody's factors were taken away. ``is_readers`` says that the reader asked, and does not confirm."""

    account_id: UUID
    asked_by: UUID | None
    asked_at: datetime
    confirmed_by: UUID | None
    is_waiting: bool
    is_readers: bool


def note_reset(*, actor: Principal, account_id: UUID, needs_second: bool, now: datetime) -> None:
    """Keep who took whose factors away; to be called by the service that does it and records its event."""
    FactorReset.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        account_id=account_id,
        asked_by=actor.account_id,
        asked_at=now,
        needs_second=needs_second and actor.account_id is not None,
    )


@transaction.atomic
def confirm_reset(*, actor: Principal, account_id: UUID, now: datetime) -> None:
    """Say as a second administrator that the person did ask for it; the links of the account open again from now on.

    Raise ``OwnProposal`` for who took the factors away and for whose they were, ``NotFound`` when nothing waits.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    rows = _waiting(actor.tenant_id).filter(account_id=account_id)
    found = list(rows.select_for_update(no_key=True))
    if not found:
        raise NotFound
    if actor.account_id in {account_id, *(row.asked_by for row in found)}:
        raise OwnProposal
    FactorReset.objects.filter(tenant_id=actor.tenant_id, id__in=[row.id for row in found]).update(
        confirmed_by=actor.account_id, confirmed_at=now
    )
    record_event(EventName.ACCOUNT_RESET_CONFIRMED, actor=actor, subject_id=account_id, at=now)


@transaction.atomic
def acknowledge_resets(*, actor: Principal, now: datetime) -> None:
    """Note that the person knows what was done to the account."""
    authorise(actor, Permission.SECURITY_OWN)
    rows = FactorReset.objects.filter(tenant_id=actor.tenant_id, account_id=_own(actor), seen_at=None)
    if not rows.update(seen_at=now):
        raise NotFound
    record_event(EventName.ACCOUNT_RESET_SEEN, actor=actor, subject_id=actor.account_id, at=now)


def refuse_unconfirmed(*, tenant: TenantId, account_id: UUID) -> None:
    """Raise ``ResetNotConfirmed`` while a second administrator has still to say that the person asked for it."""
    if _waiting(tenant).filter(account_id=account_id).exists():
        raise ResetNotConfirmed


def resets_waiting(*, actor: Principal) -> tuple[ResetView, ...]:
    """Return the resets that wait for a second administrator, the newest first."""
    authorise(actor, Permission.ACCOUNT_READ)
    return tuple(_view(row, actor) for row in _waiting(actor.tenant_id).order_by("-asked_at"))


def own_resets(*, actor: Principal) -> tuple[ResetView, ...]:
    """Return what was done to the reader's own account and not noted yet, the newest first."""
    authorise(actor, Permission.SECURITY_OWN)
    rows = FactorReset.objects.filter(tenant_id=actor.tenant_id, account_id=_own(actor), seen_at=None)
    return tuple(_view(row, actor) for row in rows.order_by("-asked_at"))


def _own(actor: Principal) -> UUID:
    if actor.account_id is None:
        raise NotFound
    return actor.account_id


def _waiting(tenant: TenantId) -> QuerySet[FactorReset]:
    return FactorReset.objects.filter(tenant_id=tenant, needs_second=True, confirmed_at=None)


def _view(row: FactorReset, actor: Principal) -> ResetView:
    return ResetView(
        account_id=row.account_id,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        confirmed_by=row.confirmed_by,
        is_waiting=row.needs_second and row.confirmed_at is None,
        is_readers=row.asked_by is not None and row.asked_by == actor.account_id,
    )
