"""Whom an actor reaches: himself, those whom he leads, those over whom he was granted something; or everybody.

The rows are chosen by the database; nobody's ids are fetched to be looked through.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL

from tokimori.domains.people.models import Employment
from tokimori.foundation.access.authorise import reaches_everyone
from tokimori.foundation.access.decisions import Decision, Reason, allowed, refused
from tokimori.foundation.access.functions import LED_FUNCTIONS, RIGHTS_OF_LEVELS, Function, GrantedScope, Level, Place
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identifiers import TenantId

# Terms hold until later ones do; only the terms of the day say who leads whom. A union visits nobody twice.
LED_BY: Final = """
    with recursive led (id) as (
      select terms.employee_id from people_employment as terms
       where terms.tenant_id = %s and terms.leader_id = %s and terms.valid_from <= %s
         and not exists (
           select from people_employment as later
            where later.tenant_id = terms.tenant_id and later.employee_id = terms.employee_id
              and later.valid_from > terms.valid_from and later.valid_from <= %s)
      union
      select terms.employee_id from led
        join people_employment as terms on terms.tenant_id = %s and terms.leader_id = led.id
       where terms.valid_from <= %s and not exists (
           select from people_employment as later
            where later.tenant_id = terms.tenant_id and later.employee_id = terms.employee_id
              and later.valid_from > terms.valid_from and later.valid_from <= %s))
    select id from led
"""

_LEADERS_OF: Final = """
    with recursive above (id) as (
      (select leader_id from people_employment
        where tenant_id = %(tenant)s and employee_id = %(employee)s and valid_from <= %(on)s
        order by valid_from desc limit 1)
      union
      select terms.leader_id from above cross join lateral (
        select leader_id from people_employment
         where tenant_id = %(tenant)s and employee_id = above.id and valid_from <= %(on)s
         order by valid_from desc limit 1) as terms)
    select id from above where id is not null
"""

_COVERED: Final = """
    select employee.id
      from people_employee as employee
      left join lateral (
        select division_id, site_id, employee_type_id from people_employment
         where tenant_id = employee.tenant_id and employee_id = employee.id and valid_from <= %s
         order by valid_from desc limit 1) as terms on true
     where employee.tenant_id = %s and ({conditions})
"""

_NOBODY: Final = "select id from people_employee where false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach(Collection[UUID]):
    """The people whom somebody reaches, as one statement that returns their ids; it fits wherever ids are filtered by.

    In a filter of rows (``employee_id__in=reach``) it becomes a part of that statement. Counting it, or asking whether
    somebody is in it, is one statement; only who walks through it fetches the ids.
    """

    sql: str
    parameters: tuple[Any, ...]

    def resolve_expression(self, *arguments: object, **named: object) -> RawSQL:
        """Stand in a filter as a subquery; Django asks for it under this name."""
        del arguments, named  # there is nothing to resolve: it names its own tables and no column of the filter
        return RawSQL(self.sql, self.parameters)  # noqa: S611 -- our own text

    def __contains__(self, employee_id: object) -> bool:
        return self._count("select count(*) from (@) as reached (id) where id = %s", employee_id) > 0

    def __len__(self) -> int:
        return self._count("select count(*) from (@) as reached (id)")

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._ids("select id from (@) as reached (id)"))

    def without(self, employee_id: UUID | None) -> "Reach":
        """Return the same people but for one."""
        if employee_id is None:
            return self
        statement = self._around("select id from (@) as reached (id) where id <> %s")
        return Reach(sql=statement, parameters=(*self.parameters, employee_id))

    def among(self, employee_ids: Collection[UUID]) -> frozenset[UUID]:
        """Return those of the people who are reached."""
        return frozenset(self._ids("select id from (@) as reached (id) where id = any(%s)", list(employee_ids)))

    def _around(self, statement: str) -> str:
        """Return a statement with the one of the people where its mark stands."""
        return statement.replace("@", self.sql)

    def _count(self, statement: str, *more: object) -> int:
        parameters: tuple[Any, ...] = (*self.parameters, *more)
        with connection.cursor() as cursor:
            cursor.execute(self._around(statement), parameters)
            found = cursor.fetchone()
        return int(found[0])

    def _ids(self, statement: str, *more: object) -> list[UUID]:
        parameters: tuple[Any, ...] = (*self.parameters, *more)
        with connection.cursor() as cursor:
            cursor.execute(self._around(statement), parameters)
            return [employee_id for (employee_id,) in cursor.fetchall()]


def reach_of(*, actor: Principal, function: Function, level: Level, on: date) -> Reach | None:
    """Return whom the actor reaches in a function at a level, by the terms of a day; ``None`` only for everybody.

    To read, one's own time is within reach; what one decides on or writes is never one's own. A file may hold oneself.
    """
    if reaches_everyone(actor, function, level) is not None:
        return None
    parts: list[tuple[str, tuple[Any, ...]]] = []
    is_read_of_time = level is Level.READ and function in LED_FUNCTIONS
    if is_read_of_time and actor.employee_id is not None:
        parts.append(("select %s::uuid", (actor.employee_id,)))
    if leads_in(actor=actor, function=function, level=level):
        tenant = actor.tenant_id
        parts.append((f"({LED_BY})", (tenant, actor.employee_id, on, on, tenant, on, on)))
    if scopes := [scope for scope in actor.scopes if scope.allows(function, level)]:
        parts.append(_covered(tenant=actor.tenant_id, scopes=scopes, on=on))
    if not parts:
        return Reach(sql=_NOBODY, parameters=())
    reach = Reach(
        sql=" union ".join(f"({sql})" for sql, _ in parts),
        parameters=tuple(parameter for _, parameters in parts for parameter in parameters),
    )
    return reach.without(actor.employee_id) if _leaves_oneself_out(function, level) else reach


def decide_on(*, actor: Principal, function: Function, level: Level, employee_id: UUID, on: date) -> Decision:
    """Return whether the actor reaches one employee in a function at a level, why, and through which grant."""
    is_own = employee_id == actor.employee_id
    if is_own and _leaves_oneself_out(function, level):
        return refused(Reason.ONES_OWN)
    if decision := reaches_everyone(actor, function, level):
        return decision
    if is_own and level is Level.READ and function in LED_FUNCTIONS:
        return allowed(Reason.OWN)
    if leads_in(actor=actor, function=function, level=level) and is_led(actor=actor, employee_id=employee_id, on=on):
        return allowed(Reason.LEADS)
    scopes = [scope for scope in actor.scopes if scope.allows(function, level)]
    if scopes:
        place = place_of(tenant=actor.tenant_id, employee_id=employee_id, on=on)
        for scope in scopes:
            if scope.covers(place):
                return allowed(Reason.GRANT, grant_id=scope.grant_id)
    return refused(
        Reason.OUT_OF_REACH if scopes or leads_in(actor=actor, function=function, level=level) else Reason.NO_RIGHT
    )


def require_reach(*, actor: Principal, function: Function, level: Level, employee_id: UUID, on: date) -> None:
    """Raise ``NotFound`` unless the actor reaches this employee in a function at a level."""
    if not decide_on(actor=actor, function=function, level=level, employee_id=employee_id, on=on).is_allowed:
        raise NotFound


def require_place(*, actor: Principal, function: Function, level: Level, place: Place) -> None:
    """Raise ``NotAllowed`` unless the actor would reach somebody who stood at this place."""
    if reaches_everyone(actor, function, level) is not None:
        return
    if not any(scope.allows(function, level) and scope.covers(place) for scope in actor.scopes):
        raise NotAllowed(reason=Reason.OUT_OF_REACH.value)


def is_led(*, actor: Principal, employee_id: UUID, on: date) -> bool:
    """Whether the actor leads this employee, directly or through others. Nobody leads himself."""
    if actor.employee_id is None or actor.employee_id == employee_id:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_LEADERS_OF, {"tenant": actor.tenant_id, "employee": employee_id, "on": on})
        return actor.employee_id in {leader_id for (leader_id,) in cursor.fetchall()}


def place_of(*, tenant: TenantId, employee_id: UUID, on: date) -> Place | None:
    """Return where somebody stands on a day, or nothing before his first."""
    rows = Employment.objects.filter(tenant_id=tenant, employee_id=employee_id, valid_from__lte=on)
    row = rows.order_by("-valid_from").values("division_id", "site_id", "employee_type_id").first()
    return None if row is None else Place(**row)


def _leaves_oneself_out(function: Function, level: Level) -> bool:
    return level is not Level.READ and function is not Function.EXPORTS


def leads_in(*, actor: Principal, function: Function, level: Level) -> bool:
    """Whether the actor's roles let him lead in a function at a level; what he was granted does not reach his people."""
    if actor.employee_id is None or function not in LED_FUNCTIONS or level not in {Level.READ, Level.APPROVE}:
        return False
    if level is Level.READ:
        return Permission.TEAM_READ in actor.rights
    wanted = RIGHTS_OF_LEVELS[function][level]
    return bool(wanted) and wanted <= actor.rights


def _covered(*, tenant: TenantId, scopes: Collection[GrantedScope], on: date) -> tuple[str, tuple[Any, ...]]:
    """Return the statement for everybody whom one of the scopes covers: ``GrantedScope.covers``, for all at once."""
    conditions: list[str] = []
    parameters: list[Any] = []
    for scope in scopes:
        parts = ["true"]
        if scope.division_ids is not None:
            parts.append("terms.division_id = any(%s)")
            parameters.append(list(scope.division_ids))
        if scope.site_id is not None:
            parts.append("terms.site_id = %s")
            parameters.append(scope.site_id)
        if scope.employee_type_ids is not None:
            parts.append("terms.employee_type_id = any(%s)")
            parameters.append(list(scope.employee_type_ids))
        conditions.append(f"({' and '.join(parts)})")
    return _COVERED.format(conditions=" or ".join(conditions)), (on, tenant, *parameters)
