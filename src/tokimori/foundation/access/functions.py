"""Scopes: what an administrator was granted over some of the people, for which function and at which level."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from tokimori.foundation.access.permissions import Permission


class Function(StrEnum):
    """A part of the work that can be granted by itself."""

    TIMESHEETS = "timesheets"
    CORRECTIONS = "corrections"
    SCHEDULES = "schedules"
    PEOPLE = "people"
    RULES = "rules"
    CLOSING = "closing"
    EXPORTS = "exports"
    IMPORTS = "imports"


class Level(StrEnum):
    """How far a function goes. To approve and to edit both include reading, but not each other; full is everything."""

    READ = "read"
    APPROVE = "approve"
    EDIT = "edit"
    FULL = "full"

    @property
    def included(self) -> "frozenset[Level]":
        """Return the levels that who has this one has as well, itself among them."""
        return _INCLUDED[self]


_INCLUDED: Final[Mapping[Level, frozenset[Level]]] = MappingProxyType(
    {
        Level.READ: frozenset({Level.READ}),
        Level.APPROVE: frozenset({Level.READ, Level.APPROVE}),
        Level.EDIT: frozenset({Level.READ, Level.EDIT}),
        Level.FULL: frozenset(Level),
    }
)

_NONE: Final[frozenset[Permission]] = frozenset()
_SEE_TIME: Final = frozenset({Permission.TEAM_READ, Permission.TIMESHEET_READ})

RIGHTS_OF_LEVELS: Final[Mapping[Function, Mapping[Level, frozenset[Permission]]]] = MappingProxyType(
    {
        Function.TIMESHEETS: MappingProxyType(
            {
                Level.READ: _SEE_TIME,
                Level.APPROVE: frozenset({Permission.APPROVAL_READ, Permission.TIMESHEET_APPROVE}),
                Level.EDIT: frozenset({Permission.TIMESHEET_SUBMIT_ANY}),
            }
        ),
        Function.CORRECTIONS: MappingProxyType(
            {
                Level.READ: _SEE_TIME,
                Level.APPROVE: frozenset({Permission.APPROVAL_READ, Permission.CORRECTION_DECIDE}),
                Level.EDIT: frozenset({Permission.CORRECTION_REQUEST_ANY}),
            }
        ),
        Function.SCHEDULES: MappingProxyType(
            {
                Level.READ: frozenset({Permission.TEAM_READ}),
                Level.APPROVE: _NONE,
                Level.EDIT: frozenset({Permission.SCHEDULE_PLAN}),
            }
        ),
        Function.PEOPLE: MappingProxyType(
            {
                Level.READ: frozenset({Permission.EMPLOYEE_READ}),
                Level.APPROVE: _NONE,
                Level.EDIT: frozenset({Permission.EMPLOYMENT_WRITE}),
            }
        ),
        Function.RULES: MappingProxyType(
            {
                Level.READ: frozenset({Permission.RULE_SET_READ}),
                Level.APPROVE: _NONE,
                Level.EDIT: frozenset({Permission.RULE_SET_PUBLISH}),
            }
        ),
        Function.CLOSING: MappingProxyType(
            {
                Level.READ: frozenset({Permission.PERIOD_READ}),
                Level.APPROVE: frozenset({Permission.PERIOD_SEAL}),
                Level.EDIT: frozenset({Permission.PERIOD_REOPEN}),
            }
        ),
        Function.EXPORTS: MappingProxyType(
            {
                Level.READ: _NONE,
                Level.APPROVE: _NONE,
                Level.EDIT: frozenset({Permission.EXPORT_CREATE, Permission.EXPORT_READ}),
            }
        ),
        Function.IMPORTS: MappingProxyType(
            {Level.READ: _NONE, Level.APPROVE: _NONE, Level.EDIT: frozenset({Permission.PUNCH_IMPORT})}
        ),
    }
)
"""What each level of a function adds. A level that adds nothing gives no more than reading."""

EVERYONES: Final[Mapping[Function, Permission]] = MappingProxyType(
    {
        Function.TIMESHEETS: Permission.TIMESHEET_READ_ALL,
        Function.CORRECTIONS: Permission.TIMESHEET_READ_ALL,
        Function.SCHEDULES: Permission.TIMESHEET_READ_ALL,
        Function.PEOPLE: Permission.EMPLOYEE_READ_ALL,
        Function.RULES: Permission.RULE_SET_READ,
        Function.CLOSING: Permission.PERIOD_READ,
        Function.EXPORTS: Permission.EXPORT_READ,
        Function.IMPORTS: Permission.PUNCH_IMPORT,
    }
)
"""The right with which a role reaches everybody in a function, and not only those whom its holder leads."""

LED_FUNCTIONS: Final = frozenset({Function.TIMESHEETS, Function.CORRECTIONS, Function.SCHEDULES})
"""Where a leader reaches those whom he leads, and everybody himself."""

_READ_ALONG: Final[Mapping[Function, frozenset[Function]]] = MappingProxyType(
    {
        Function.TIMESHEETS: frozenset({Function.CORRECTIONS}),
        Function.SCHEDULES: frozenset({Function.TIMESHEETS, Function.CORRECTIONS}),
    }
)
"""Whose decisions need the sight of something else: who decides on punches sees the days that they make."""

_WHOLE_COMPANY: Final[Mapping[Function, frozenset[Level]]] = MappingProxyType(
    {
        Function.RULES: frozenset({Level.EDIT, Level.FULL}),
        Function.CLOSING: frozenset({Level.APPROVE, Level.EDIT, Level.FULL}),
    }
)
"""What cannot be done for some of the people: rules and seals are the company's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody stands on a day: his division, his site, his employee type; each may be missing."""

    division_id: UUID | None
    site_id: UUID | None
    employee_type_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantedScope:
    """One grant as it holds on a day; ``None`` means all.

    ``division_ids`` has the granted division with every one below it.
    """

    grant_id: UUID
    functions: frozenset[Function]
    level: Level
    division_ids: frozenset[UUID] | None
    site_id: UUID | None
    employee_type_ids: frozenset[UUID] | None

    @property
    def is_whole_company(self) -> bool:
        """Whether nobody is left out."""
        return self.division_ids is None and self.site_id is None and self.employee_type_ids is None

    def allows(self, function: Function, level: Level) -> bool:
        """Whether the grant goes so far in a function, for whomever it covers."""
        functions = {function} | (_READ_ALONG.get(function, frozenset()) if level is Level.READ else frozenset())
        return level in self.level.included and not functions.isdisjoint(self.functions)

    def covers(self, place: Place | None) -> bool:
        """Whether somebody who stands there is covered; who stands nowhere yet, only by a grant without limits."""
        if place is None:
            return self.is_whole_company
        return (
            (self.division_ids is None or place.division_id in self.division_ids)
            and (self.site_id is None or place.site_id == self.site_id)
            and (self.employee_type_ids is None or place.employee_type_id in self.employee_type_ids)
        )


def rights_at(function: Function, level: Level) -> frozenset[Permission]:
    """Return the rights that a level of a function gives, with those of the levels that it includes."""
    levels = RIGHTS_OF_LEVELS[function]
    return _NONE.union(*(levels.get(included, _NONE) for included in level.included))


def rights_within(scopes: Iterable[GrantedScope]) -> frozenset[Permission]:
    """Return the rights that the scopes give, each over its own people."""
    return _NONE.union(*(rights_at(function, scope.level) for scope in scopes for function in scope.functions))


def needs_whole_company(function: Function, level: Level) -> bool:
    """Whether this can only be granted over everybody."""
    return level in _WHOLE_COMPANY.get(function, frozenset())


def by_role(rights: frozenset[Permission], function: Function, level: Level) -> bool:
    """Whether these rights of roles reach everybody in a function at a level."""
    wanted = RIGHTS_OF_LEVELS[function].get(level, _NONE) - {Permission.APPROVAL_READ}
    if level is Level.READ:
        return EVERYONES[function] in rights
    if level is Level.FULL:
        return all(by_role(rights, function, one) for one in Level if one is not Level.FULL and _adds(function, one))
    return bool(wanted) and wanted <= rights and EVERYONES[function] in rights


def _adds(function: Function, level: Level) -> bool:
    return bool(RIGHTS_OF_LEVELS[function].get(level))
