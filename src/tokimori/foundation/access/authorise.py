"""The one question: whether this actor may do this."""

from tokimori.foundation.access.decisions import Decision, Reason, allowed, refused
from tokimori.foundation.access.functions import Function, Level, by_role
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.tenancy.context import TenantContextError, current_tenant


class DutiesConflict(NotAllowed):
    """Somebody else must do this: you hold another right that your company keeps apart from it."""

    code = "access.duties_conflict"


def decide(actor: Principal, permission: Permission) -> Decision:
    """Return whether the actor holds the right, here, in the tenant that is open, and through what.

    On whom a right may be used is decided by the domain that knows the subject (``people.queries.reach``).
    """
    if actor.tenant_id != current_tenant():
        raise TenantContextError("The actor belongs to another tenant than the one that is open.")
    if permission in actor.withheld:
        return refused(Reason.CONFLICTING_DUTIES, right=permission.value)
    if permission in actor.rights:
        return allowed(Reason.ROLE, right=permission.value)
    if permission in actor.scoped:
        return allowed(Reason.GRANT, right=permission.value)
    return refused(Reason.NO_RIGHT, right=permission.value)


def authorise(actor: Principal, permission: Permission) -> None:
    """Raise ``NotAllowed`` unless the actor holds the right; see ``decide``."""
    _follow(decide(actor, permission))


def decide_everywhere(actor: Principal, permission: Permission, function: Function, level: Level) -> Decision:
    """Return whether the actor may do what concerns the whole company: by role, or by a grant without limits."""
    decision = decide(actor, permission)
    if decision.reason is not Reason.GRANT:
        return decision
    for scope in actor.scopes:
        if scope.is_whole_company and scope.allows(function, level):
            return allowed(Reason.GRANT, right=permission.value, grant_id=scope.grant_id)
    return refused(Reason.NEEDS_WHOLE_COMPANY, right=permission.value)


def authorise_everywhere(actor: Principal, permission: Permission, function: Function, level: Level) -> None:
    """Raise ``NotAllowed`` unless the actor may do what concerns the whole company; see ``decide_everywhere``."""
    _follow(decide_everywhere(actor, permission, function, level))


def reaches_everyone(actor: Principal, function: Function, level: Level) -> Decision | None:
    """Return the decision by which the actor reaches everybody in a function at a level, or nothing."""
    if by_role(actor.rights, function, level):
        return allowed(Reason.ROLE)
    for scope in actor.scopes:
        if scope.is_whole_company and scope.allows(function, level):
            return allowed(Reason.GRANT, grant_id=scope.grant_id)
    return None


def _follow(decision: Decision) -> None:
    if decision.is_allowed:
        return
    if decision.reason is Reason.CONFLICTING_DUTIES:
        raise DutiesConflict(permission=decision.right)
    raise NotAllowed(permission=decision.right, reason=decision.reason.value)
