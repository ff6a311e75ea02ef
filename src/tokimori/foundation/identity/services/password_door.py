"""Where a company's people come in by its identity provider alone: whose passwords are not taken, and who still can."""

from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.errors import BreakGlassMissing
from tokimori.foundation.identity.models import Account, IdentityProvider, Passkey
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.security_rules import audience_of

_ACTIVE = "active"


def takes_password(account: Account) -> bool:
    """Whether an account's password opens anything: not while an active provider is the only way for its audience.

    A passkey always does. It is what an administrator comes in by when the provider fails.
    """
    audience = audience_of(roles_of(account))
    rows = IdentityProvider.objects.filter(tenant_id=account.tenant_id, state=_ACTIVE)
    return not rows.filter(only_for__contains=[audience.value]).exists()


def refuse_without_break_glass(*, tenant: TenantId) -> None:
    """Raise ``BreakGlassMissing`` unless an administrator holds a passkey, and so can come in without any provider."""
    administrators = Account.objects.filter(
        tenant_id=tenant, is_active=True, roles__contains=[Role.ADMINISTRATOR.value]
    )
    holders = Passkey.objects.filter(
        tenant_id=tenant, removed_at=None, account_id__in=administrators.values_list("id", flat=True)
    )
    if not holders.exists():
        raise BreakGlassMissing


def keep_break_glass(*, tenant: TenantId) -> None:
    """Refuse that the last administrator with a passkey lost it, his role or his account while passwords are off.

    To be called after that was written, in its transaction, which the refusal rolls back.
    """
    providers = IdentityProvider.objects.filter(tenant_id=tenant, state=_ACTIVE).exclude(only_for=[])
    if providers.exists():
        refuse_without_break_glass(tenant=tenant)
