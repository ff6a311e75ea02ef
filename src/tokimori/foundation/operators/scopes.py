"""What a grant may be for, what it gives, and how long it may last at most."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tokimori.foundation.access.permissions import Permission


class GrantKind(StrEnum):
    """Who let an operator into a company: its own administrator, or two of the provider's people in an emergency."""

    SUPPORT = "support"
    BREAK_GLASS = "break_glass"


class PrivilegeKind(StrEnum):
    """What one of the provider's people asks another one for."""

    COMPANIES = "companies"
    BREAK_GLASS = "break_glass"
    MAINTENANCE = "maintenance"


class Tool(StrEnum):
    """What an operator works with in a recorded session on the servers."""

    SQL = "sql"
    COMMAND = "command"


class SupportFunction(StrEnum):
    """A part of the product that a grant opens."""

    WORKING_TIME = "working_time"
    PEOPLE_AND_RULES = "people_and_rules"
    SECURITY = "security"
    LOG = "log"


LONGEST_GRANT: Final[Mapping[GrantKind, timedelta]] = MappingProxyType(
    {GrantKind.SUPPORT: timedelta(hours=72), GrantKind.BREAK_GLASS: timedelta(hours=8)}
)
LONGEST_PRIVILEGE: Final = timedelta(hours=8)
LONGEST_WAIT: Final = timedelta(hours=24)
"""A request that nobody decided on for so long is void."""

MAINTENANCE_CODE_LIFE: Final = timedelta(minutes=10)
"""How long the code works that the console shows and the server asks for."""
REVIEW_WITHIN: Final = timedelta(days=7)
"""How long after its beginning another one must have looked at a recorded session."""
POSTURE_LIFE: Final = timedelta(days=30)
"""How long what was found out about an operator's device counts."""

_READS: Final[Mapping[SupportFunction, frozenset[Permission]]] = MappingProxyType(
    {
        SupportFunction.WORKING_TIME: frozenset(
            {Permission.PERIOD_READ, Permission.TEAM_READ, Permission.TIMESHEET_READ, Permission.TIMESHEET_READ_ALL}
        ),
        SupportFunction.PEOPLE_AND_RULES: frozenset(
            {Permission.EMPLOYEE_READ, Permission.EMPLOYEE_READ_ALL, Permission.RULE_SET_READ, Permission.SITE_READ}
        ),
        SupportFunction.SECURITY: frozenset({Permission.ACCOUNT_READ, Permission.SECURITY_READ}),
        # To look, as the provider's auditor; what he looks at leaves the company in no file.
        SupportFunction.LOG: frozenset({Permission.AUDIT_READ}),
    }
)
_WRITES: Final[Mapping[SupportFunction, frozenset[Permission]]] = MappingProxyType(
    {
        SupportFunction.WORKING_TIME: frozenset({Permission.PUNCH_IMPORT, Permission.PUNCH_RECORD_ANY}),
        SupportFunction.PEOPLE_AND_RULES: frozenset({Permission.RULE_SET_PUBLISH}),
        # Whoever could write here could make an account that outlives the grant.
        SupportFunction.SECURITY: frozenset(),
        SupportFunction.LOG: frozenset(),
    }
)


def rights_under(functions: Collection[SupportFunction], *, may_write: bool) -> frozenset[Permission]:
    """Return what an operator may do under a grant. Nothing approves, seals, exports, or gives anybody rights."""
    rooms = (_READS, _WRITES) if may_write else (_READS,)
    return frozenset({Permission.ENTER}).union(*(room[function] for room in rooms for function in functions))
