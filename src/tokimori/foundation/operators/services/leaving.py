"""Take everything from one of the provider's people who leaves: the account, and every way in."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.drafts.services import discard_drafts_of
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.models import (
    AccessToken,
    Account,
    Authenticator,
    Passkey,
    RecoveryCode,
    SignInLink,
    TrustedDevice,
)
from tokimori.foundation.identity.services.sessions import end_sessions_of
from tokimori.foundation.operators.models import OperatorDevice
from tokimori.foundation.operators.services.directory import dismiss_operator
from tokimori.foundation.operators.services.holds import end_what_was_granted
from tokimori.foundation.tenancy.context import PROVIDER
from tokimori.foundation.vouching.models import TokenIssuer


@transaction.atomic
def take_everything(*, actor: Principal, account_id: UUID, now: datetime) -> Mapping[str, int]:
    """Close the account and end every way in; return how many there were of each kind. A second time finds nothing."""
    authorise(actor, Permission.SETUP_WRITE)
    account = Account.objects.filter(tenant_id=PROVIDER, id=account_id).first()
    if account is None or actor.tenant_id != PROVIDER:
        raise NotFound
    taken = {"grants": end_what_was_granted(account_id=account_id, now=now)}
    taken["sessions"] = end_sessions_of(account_id=account_id, actor=actor, now=now)
    taken["account"] = int(account.is_active)
    with suppress(NotFound):  # who never was an operator, or is none any more
        dismiss_operator(actor=actor, account_id=account_id, now=now)
    Account.objects.filter(tenant_id=PROVIDER, id=account_id, is_active=True).update(is_active=False, closed_at=now)
    discard_drafts_of(tenant=PROVIDER, account_id=account_id)
    own = {"tenant_id": PROVIDER, "account_id": account_id}
    taken["passkeys"] = Passkey.objects.filter(**own, removed_at=None).update(removed_at=now)
    codes = RecoveryCode.objects.filter(**own, used_at=None).update(used_at=now)
    taken["factors"] = Authenticator.objects.filter(**own, removed_at=None).update(removed_at=now) + codes
    taken["trusted_devices"] = TrustedDevice.objects.filter(**own, ended_at=None).update(ended_at=now)
    taken["links"] = SignInLink.objects.filter(**own, used_at=None, expires_at__gt=now).update(used_at=now)
    taken["devices"] = OperatorDevice.objects.filter(
        tenant_id=PROVIDER, operator_id=account_id, removed_at=None
    ).update(removed_at=now)
    issued = TokenIssuer.objects.filter(**own).values("token_id")
    tokens = AccessToken.objects.filter(tenant_id=PROVIDER, id__in=issued, revoked_at=None)
    taken["tokens"] = tokens.update(revoked_at=now)
    return taken


def ways_in_of(account_id: UUID, *, now: datetime) -> int:
    """Return how many ways in somebody still has; within the provider's tenant."""
    own = {"tenant_id": PROVIDER, "account_id": account_id}
    issued = TokenIssuer.objects.filter(**own).values("token_id")
    return sum(
        rows.count()
        for rows in (
            Account.objects.filter(tenant_id=PROVIDER, id=account_id, is_active=True),
            Passkey.objects.filter(**own, removed_at=None),
            Authenticator.objects.filter(**own, removed_at=None),
            TrustedDevice.objects.filter(**own, ended_at=None),
            SignInLink.objects.filter(**own, used_at=None, expires_at__gt=now),
            OperatorDevice.objects.filter(tenant_id=PROVIDER, operator_id=account_id, removed_at=None),
            AccessToken.objects.filter(tenant_id=PROVIDER, id__in=issued, revoked_at=None, expires_at__gt=now),
        )
    )
