"""Accounts that nobody uses any more: warned of, then closed. CIS control 5.3, NIST SP 800-53 AC-2(3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.errors import BreakGlassMissing, LastAdministrator
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.services.account_list import UNUSED_SINCE, WARNED_DAYS_BEFORE, dormant_accounts
from tokimori.foundation.identity.services.lifecycle import ClosingReason, deactivate_account
from tokimori.foundation.identity.services.rules import current_rules
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import Event, record_events


@dataclass(frozen=True, slots=True, kw_only=True)
class DormancyOutcome:
    """How many were warned of and closed, and which stay open although nobody uses them: the last administrator."""

    warned: int
    closed: int
    kept: tuple[UUID, ...]


def overdue_accounts(*, tenant: TenantId, now: datetime) -> tuple[UUID, ...]:
    """Return the accounts that are open although nobody has used them for longer than the company's rule allows."""
    bound = now - timedelta(days=current_rules(tenant=tenant).dormant_days)
    return tuple(dormant_accounts(tenant=tenant, unused_before=bound).order_by("id").values_list("id", flat=True))


@transaction.atomic
def close_dormant_accounts(*, actor: Principal, now: datetime) -> DormancyOutcome:
    """Close what was not used for so many days; warn once of what will be, two weeks before.

    The last administrator stays, and the last with a passkey where passwords are off; they are warned of like the others,
    so that nobody is locked out of his own company.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    kept, closed = [], 0
    for account_id in overdue_accounts(tenant=actor.tenant_id, now=now):
        try:
            deactivate_account(actor=actor, account_id=account_id, now=now, reason=ClosingReason.DORMANT)
        except (LastAdministrator, BreakGlassMissing):
            kept.append(account_id)
        else:
            closed += 1
    warned = _warn(actor, now=now)
    return DormancyOutcome(warned=warned, closed=closed, kept=tuple(kept))


def _warn(actor: Principal, *, now: datetime) -> int:
    days = current_rules(tenant=actor.tenant_id).dormant_days
    rows = dormant_accounts(tenant=actor.tenant_id, unused_before=now - timedelta(days=days - WARNED_DAYS_BEFORE))
    unwarned = Q(warned_of_dormancy_at=None) | Q(warned_of_dormancy_at__lt=UNUSED_SINCE)
    found = list(rows.filter(unwarned).order_by("id").annotate(since=UNUSED_SINCE).values_list("id", "since"))
    Account.objects.filter(tenant_id=actor.tenant_id, id__in=[one for one, _ in found]).update(
        warned_of_dormancy_at=now
    )
    events = [
        Event(
            name=EventName.ACCOUNT_DORMANCY_WARNED,
            subject_id=account_id,
            details={"closes_on": (since + timedelta(days=days)).date().isoformat()},
        )
        for account_id, since in found
    ]
    record_events(events, actor=actor, at=now)
    return len(found)
