"""Who acts: a person, a machine with a token, the service itself, or nobody that is known."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identifiers import TenantId


class PrincipalKind(StrEnum):
    """How the actor proved who it is."""

    PERSON = "person"
    TOKEN = "token"  # noqa: S105 -- a kind of actor, not a secret
    SYSTEM = "system"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """One actor of one tenant, with the rights that this way of signing in gives."""

    tenant_id: TenantId
    kind: PrincipalKind
    account_id: UUID | None
    employee_id: UUID | None
    rights: frozenset[Permission]

    def has(self, permission: Permission) -> bool:
        """Whether the actor holds the right, regardless of on whom."""
        return permission in self.rights


def system_principal(tenant_id: TenantId) -> Principal:
    """Return the service itself, acting for a tenant in a job or at the operator's command."""
    return Principal(
        tenant_id=tenant_id,
        kind=PrincipalKind.SYSTEM,
        account_id=None,
        employee_id=None,
        rights=frozenset(Permission),
    )


def nobody(tenant_id: TenantId) -> Principal:
    """Return who stands at a tenant's door and proved nothing; he has no rights, but what he tried is written down."""
    return Principal(
        tenant_id=tenant_id, kind=PrincipalKind.NOBODY, account_id=None, employee_id=None, rights=frozenset()
    )
