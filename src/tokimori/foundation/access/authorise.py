"""The one question: whether this actor may do this."""

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.tenancy.context import TenantContextError, current_tenant


def authorise(actor: Principal, permission: Permission) -> None:
    """Raise ``NotAllowed`` unless the actor holds the right, here, in the tenant that is open.

    On whom a right may be used is decided by the domain that knows the subject (``people.queries``).
    """
    if actor.tenant_id != current_tenant():
        raise TenantContextError("The actor belongs to another tenant than the one that is open.")
    if not actor.has(permission):
        raise NotAllowed(permission=permission.value)
