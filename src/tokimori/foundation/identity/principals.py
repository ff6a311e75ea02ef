"""From an account or a token to the actor that services know."""

from uuid import UUID

from tokimori.foundation.access.permissions import Permission, Role, rights_of
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import AccessToken, Account


def principal_of(account: Account, *, employee_id: UUID | None) -> Principal:
    """Return the person behind an account as an actor; who has no employee record has no working time of his own."""
    roles = frozenset(Role(role) for role in account.roles)
    return Principal(
        tenant_id=TenantId(account.tenant_id),
        kind=PrincipalKind.PERSON,
        account_id=account.id,
        employee_id=employee_id,
        rights=rights_of(roles),
    )


def principal_of_token(token: AccessToken) -> Principal:
    """Return the machine behind a token as an actor."""
    return Principal(
        tenant_id=TenantId(token.tenant_id),
        kind=PrincipalKind.TOKEN,
        account_id=token.id,
        employee_id=None,
        rights=frozenset(Permission(right) for right in token.rights),
    )
