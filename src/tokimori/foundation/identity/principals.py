"""From an account or a token to the actor that services know."""

from uuid import UUID

from tokimori.foundation.access.permissions import Permission, Role, rights_of
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import AccessToken, Account


def roles_of(account: Account) -> frozenset[Role]:
    """Return the roles of an account."""
    return frozenset(Role(role) for role in account.roles)


def account_id_of(actor: Principal) -> UUID:
    """Return the account of a person; raise ``NotAllowed`` for machines, who have no security of their own."""
    if actor.account_id is None:
        raise NotAllowed
    return actor.account_id


def principal_of(account: Account, *, employee_id: UUID | None) -> Principal:
    """Return the person behind an account as an actor; who has no employee record has no working time of his own."""
    return Principal(
        tenant_id=TenantId(account.tenant_id),
        kind=PrincipalKind.PERSON,
        account_id=account.id,
        employee_id=employee_id,
        rights=rights_of(roles_of(account)),
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
