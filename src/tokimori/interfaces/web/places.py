"""Where people can stand: the company's divisions and employee types, as lists to choose from and as names."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from tokimori.domains.organisations.queries import DivisionView, divisions, divisions_below
from tokimori.domains.people.queries import EmployeeTypeView, Standing, employee_types
from tokimori.foundation.access.authorise import reaches_everyone
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.identifiers import TenantId
from tokimori.interfaces.web.requests import TenantRequest

Choices = list[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The divisions and types of a company; ``offered`` are the divisions that the reader may choose, ``None`` all."""

    tenant: TenantId
    divisions: Mapping[UUID, DivisionView]
    types: Mapping[UUID, EmployeeTypeView]
    offered: frozenset[UUID] | None = None

    def division_name(self, division_id: UUID | None) -> str:
        """Return a division's name."""
        view = self.divisions.get(division_id) if division_id else None
        return view.name if view else ""

    def division_path(self, division_id: UUID | None) -> str:
        """Return a division's name with those above it."""
        view = self.divisions.get(division_id) if division_id else None
        return view.full_name if view else ""

    def type_name(self, type_id: UUID | None) -> str:
        """Return a type's name."""
        view = self.types.get(type_id) if type_id else None
        return view.name if view else ""

    def division_choices(self, *, by_id: bool = False, only_open: bool = False) -> Choices:
        """Return the divisions to choose from, in the order of the tree, by code or by id."""
        return [
            {"value": str(view.id) if by_id else view.code, "label": view.full_name}
            for view in self.divisions.values()
            if (self.offered is None or view.id in self.offered) and not (only_open and view.is_closed)
        ]

    def type_choices(self, *, by_id: bool = False, only_open: bool = False) -> Choices:
        """Return the types to choose from, by code or by id."""
        return [
            {"value": str(view.id) if by_id else view.code, "label": view.name}
            for view in self.types.values()
            if not (only_open and view.is_closed)
        ]

    def standing(self, *, division: str, employee_type: str) -> Standing:
        """Return where to look for people, by the codes of a filter; a code that is none finds nobody."""
        top = next((view.id for view in self.divisions.values() if view.code == division), UUID(int=0))
        type_id = next((view.id for view in self.types.values() if view.code == employee_type), UUID(int=0))
        below = divisions_below(tenant=self.tenant, division_ids=[top]) if division else {}
        return Standing(
            division_ids=below.get(top, frozenset({top})) if division else None,
            employee_type_id=type_id if employee_type else None,
        )


def places_of(request: TenantRequest, function: Function = Function.PEOPLE, level: Level = Level.READ) -> Places:
    """Return where people stand, for somebody who reaches some of them in a function."""
    actor = request.principal
    offered: frozenset[UUID] | None = None
    if reaches_everyone(actor, function, level) is None:
        reached = [scope.division_ids for scope in actor.scopes if scope.allows(function, level)]
        granted = [ids for ids in reached if ids is not None]
        offered = frozenset().union(*granted) if len(granted) == len(reached) else None
    return Places(
        tenant=request.tenant,
        divisions={view.id: view for view in divisions(tenant=request.tenant)},
        types={view.id: view for view in employee_types(tenant=request.tenant)},
        offered=offered,
    )
