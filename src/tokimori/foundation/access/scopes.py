"""What a machine may be let do: kinds of data, to read or to write, and the rights that each stands for."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from tokimori.foundation.access.permissions import Permission


class Scope(StrEnum):
    """What an access token is for, ``data:read`` or ``data:write``, in alphabetical order."""

    AUDIT_READ = "audit:read"
    NETWORKS_READ = "networks:read"
    NETWORKS_WRITE = "networks:write"
    PEOPLE_READ = "people:read"
    PERIODS_READ = "periods:read"
    PROVISIONING_WRITE = "provisioning:write"
    PUNCHES_WRITE = "punches:write"
    RULES_READ = "rules:read"
    SITES_READ = "sites:read"
    TIMESHEETS_READ = "timesheets:read"


RIGHTS_OF_SCOPES: Mapping[Scope, frozenset[Permission]] = MappingProxyType(
    {
        Scope.AUDIT_READ: frozenset({Permission.AUDIT_READ}),
        Scope.NETWORKS_READ: frozenset({Permission.SECURITY_READ}),
        Scope.NETWORKS_WRITE: frozenset({Permission.SECURITY_READ, Permission.NETWORK_WRITE}),
        Scope.PEOPLE_READ: frozenset({Permission.EMPLOYEE_READ_ALL}),
        Scope.PERIODS_READ: frozenset({Permission.PERIOD_READ}),
        Scope.PROVISIONING_WRITE: frozenset(
            {Permission.ACCOUNT_READ, Permission.ACCOUNT_WRITE, Permission.PROVISIONING_WRITE}
        ),
        Scope.PUNCHES_WRITE: frozenset({Permission.PUNCH_RECORD_ANY}),
        Scope.RULES_READ: frozenset({Permission.RULE_SET_READ}),
        Scope.SITES_READ: frozenset({Permission.SITE_READ}),
        Scope.TIMESHEETS_READ: frozenset({Permission.TIMESHEET_READ, Permission.TIMESHEET_READ_ALL}),
    }
)
"""Rights that are not named here no machine can hold."""


def rights_of_scopes(scopes: frozenset[Scope]) -> frozenset[Permission]:
    """Return the rights of all the scopes together."""
    return frozenset[Permission]().union(*(RIGHTS_OF_SCOPES[scope] for scope in scopes))


def scopes_within(rights: frozenset[Permission]) -> frozenset[Scope]:
    """Return the scopes whose rights are all held."""
    return frozenset(scope for scope, needed in RIGHTS_OF_SCOPES.items() if needed <= rights)
