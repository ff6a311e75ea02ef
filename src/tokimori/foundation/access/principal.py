"""Who acts: a person, a machine, the service itself, one of the provider's people, or nobody that is known."""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from tokimori.foundation.access.functions import GrantedScope, rights_within
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.segregation import withheld_from
from tokimori.foundation.identifiers import TenantId


class PrincipalKind(StrEnum):
    """How the actor proved who it is."""

    PERSON = "person"
    TOKEN = "token"  # noqa: S105 -- a kind of actor, not a secret
    SYSTEM = "system"
    NOBODY = "nobody"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """One actor of one tenant, with the rights that this way of signing in gives.

    ``rights`` come from roles. ``scoped`` are those that ``scopes`` give in addition, each over its own people alone.
    ``withheld`` are rights that he would hold, had his company not kept them apart from others that he holds.
    """

    tenant_id: TenantId
    kind: PrincipalKind
    account_id: UUID | None
    employee_id: UUID | None
    rights: frozenset[Permission]
    scopes: tuple[GrantedScope, ...] = ()
    scoped: frozenset[Permission] = frozenset()
    withheld: frozenset[Permission] = frozenset()

    def has(self, permission: Permission) -> bool:
        """Whether the actor holds the right, regardless of on whom."""
        return permission in self.rights or permission in self.scoped

    @property
    def all_rights(self) -> frozenset[Permission]:
        """Return every right that the actor holds, be it over everybody or over some."""
        return self.rights | self.scoped

    def with_scopes(self, scopes: tuple[GrantedScope, ...]) -> "Principal":
        """Return the actor with what he was granted."""
        return replace(self, scopes=scopes, scoped=rights_within(scopes) - self.rights)

    def with_duties_apart(self, refused: frozenset[str]) -> "Principal":
        """Return the actor without the rights that a company which refuses these pairs withholds from him."""
        withheld = withheld_from(self.all_rights, refused)
        return replace(self, rights=self.rights - withheld, scoped=self.scoped - withheld, withheld=withheld)


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
