"""Duties that are better kept apart, as data: two rights that together let one person do what two should."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tokimori.foundation.access.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictingPair:
    """Two rights that one person should not hold.

    Where a company refuses the pair, ``guarded`` is withheld from who holds ``other`` as well.
    """

    code: str
    other: Permission
    guarded: Permission


PAIRS: Final = (
    ConflictingPair(code="rules_and_seal", other=Permission.RULE_SET_PUBLISH, guarded=Permission.PERIOD_SEAL),
    ConflictingPair(code="import_and_seal", other=Permission.PUNCH_IMPORT, guarded=Permission.PERIOD_SEAL),
    ConflictingPair(code="seal_and_reopen", other=Permission.PERIOD_SEAL, guarded=Permission.PERIOD_REOPEN),
    ConflictingPair(code="access_and_seal", other=Permission.ACCESS_GRANT, guarded=Permission.PERIOD_SEAL),
    ConflictingPair(code="access_and_export", other=Permission.ACCESS_GRANT, guarded=Permission.EXPORT_CREATE),
    ConflictingPair(
        code="corrections_and_decisions",
        other=Permission.CORRECTION_REQUEST_ANY,
        guarded=Permission.CORRECTION_DECIDE,
    ),
    ConflictingPair(code="audit_and_approval", other=Permission.AUDIT_READ, guarded=Permission.TIMESHEET_APPROVE),
)
"""Every pair, in the order in which it is shown."""


def pair(code: str) -> ConflictingPair | None:
    """Return the pair with a code, if there is one."""
    return next((one for one in PAIRS if one.code == code), None)


def conflicts_in(rights: frozenset[Permission]) -> tuple[ConflictingPair, ...]:
    """Return the pairs of which somebody with these rights holds both."""
    return tuple(one for one in PAIRS if {one.other, one.guarded} <= rights)


def withheld_from(rights: frozenset[Permission], refused: Iterable[str]) -> frozenset[Permission]:
    """Return the rights that are withheld from who holds these, where a company refuses the pairs with these codes."""
    codes = frozenset(refused)
    return frozenset(one.guarded for one in conflicts_in(rights) if one.code in codes)
