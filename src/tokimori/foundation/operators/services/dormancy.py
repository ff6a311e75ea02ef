"""Operators who were not in for thirty days: dismissed by a job, so that no way in lies about unused."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models.functions import Greatest

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import ROLES_OF_THE_PROVIDER, Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identity.models import Account
from tokimori.foundation.operators.services.directory import dismiss_operator, operators
from tokimori.foundation.tenancy.context import PROVIDER

DORMANT_AFTER: Final = timedelta(days=30)


def dormant_operators(*, now: datetime) -> tuple[UUID, ...]:
    """Return the operators who have neither been in nor been named for thirty days; within the provider's tenant."""
    rows = Account.objects.filter(tenant_id=PROVIDER, is_active=True, roles__overlap=sorted(ROLES_OF_THE_PROVIDER))
    unused = rows.annotate(since=Greatest("created_at", "last_signed_in_at", "opened_again_at"))
    return tuple(unused.filter(since__lte=now - DORMANT_AFTER).order_by("id").values_list("id", flat=True))


def dismiss_dormant_operators(*, actor: Principal, now: datetime) -> tuple[UUID, ...]:
    """Dismiss them, but for the last two, without whom nobody could approve anything; return whom.

    Of those the ones who were in last stay. Who is dismissed is named anew by the server's own command.
    """
    authorise(actor, Permission.SETUP_WRITE)
    registered = {one.id for one in operators()}
    unused = dormant_operators(now=now)
    dormant = [one for one in unused if one in registered]
    others = len(registered) - len(dormant)
    rows = Account.objects.filter(tenant_id=PROVIDER, id__in=dormant)
    latest_first = rows.annotate(since=Greatest("created_at", "last_signed_in_at", "opened_again_at")).order_by(
        "-since"
    )
    kept = list(latest_first.values_list("id", flat=True)[: max(0, _LEAST - others)])
    others_unused = Account.objects.filter(tenant_id=PROVIDER, id__in=unused, roles__contains=[Role.COMPLIANCE.value])
    dismissed = (
        *(one for one in dormant if one not in kept),
        *others_unused.order_by("id").values_list("id", flat=True),
    )
    for account_id in dismissed:
        dismiss_operator(actor=actor, account_id=account_id, now=now)
    return dismissed


_LEAST: Final = 2
