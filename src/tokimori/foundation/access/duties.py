"""Segregation of duties: which roles one person must not hold together.

ISO/IEC 27002:2022 control 5.3, NIST SP 800-53 AC-5: who gives rights, who pays, and who looks at what both did are
different people.
"""

from collections.abc import Collection
from typing import Final

from tokimori.foundation.access.permissions import Role

CONFLICTS: Final[tuple[tuple[Role, Role], ...]] = (
    (Role.ADMINISTRATOR, Role.PAYROLL),
    (Role.ADMINISTRATOR, Role.AUDITOR),
    (Role.PAYROLL, Role.AUDITOR),
    (Role.MANAGER, Role.AUDITOR),
)
"""Pairs: rights and money; rights and their audit; money and its audit; approvals and their audit."""


def conflicts_between(roles: Collection[Role]) -> tuple[tuple[Role, Role], ...]:
    """Return the pairs among these roles that one person must not hold together."""
    return tuple((one, other) for one, other in CONFLICTS if one in roles and other in roles)
