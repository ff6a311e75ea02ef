"""Reads about employees: who they are, where they work, and who may see whom."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from tokimori.domains.organisations.queries import SiteView, sites_by_id, zones_by_site
from tokimori.domains.people.models import Employee, Employment
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId

_PUNCHERS: Final = """
    select employee.code, employee.id, terms.site_id
      from people_employee as employee
      cross join lateral (
        select site_id from people_employment
         where tenant_id = employee.tenant_id and employee_id = employee.id and valid_from <= %(on)s
         order by valid_from desc limit 1) as terms
     where employee.tenant_id = %(tenant)s and employee.code = any(%(codes)s)
"""

# Terms hold until later ones do; only the terms of the day say who leads whom. A union visits nobody twice.
_LED_BY: Final = """
    with recursive led (id) as (
      select terms.employee_id from people_employment as terms
       where terms.tenant_id = %(tenant)s and terms.leader_id = %(leader)s and terms.valid_from <= %(on)s
         and not exists (
           select from people_employment as later
            where later.tenant_id = terms.tenant_id and later.employee_id = terms.employee_id
              and later.valid_from > terms.valid_from and later.valid_from <= %(on)s)
      union
      select terms.employee_id from led
        join people_employment as terms on terms.tenant_id = %(tenant)s and terms.leader_id = led.id
       where terms.valid_from <= %(on)s and not exists (
           select from people_employment as later
            where later.tenant_id = terms.tenant_id and later.employee_id = terms.employee_id
              and later.valid_from > terms.valid_from and later.valid_from <= %(on)s))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentView:
    """The terms that hold on a date."""

    valid_from: date
    site: SiteView
    rule_set_code: str
    leader_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeView:
    """An employee with the terms of a date; ``employment`` is missing before the first day."""

    id: UUID
    code: str
    family_name: str
    given_name: str
    phonetic_name: str
    account_id: UUID | None
    hired_on: date
    left_on: date | None
    employment: EmploymentView | None

    @property
    def name(self) -> str:
        """Return the name as it is written where the employee works: family name first in Japan."""
        country = self.employment.site.country if self.employment else "JP"
        parts = (self.family_name, self.given_name) if country == "JP" else (self.given_name, self.family_name)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Puncher:
    """Who is meant by a report of a punch, and on whose clock."""

    id: UUID
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeePage:
    """One page of a list, and how many there are in all."""

    employees: tuple[EmployeeView, ...]
    total: int


def employee(*, tenant: TenantId, employee_id: UUID, on: date) -> EmployeeView:
    """Return one employee with the terms of ``on``; raise ``NotFound`` when there is none."""
    found = employees_by_id(tenant=tenant, employee_ids=[employee_id], on=on)
    if employee_id not in found:
        raise NotFound
    return found[employee_id]


def employees_by_id(*, tenant: TenantId, employee_ids: Collection[UUID], on: date) -> Mapping[UUID, EmployeeView]:
    """Return the employees with these ids, with the terms of ``on``."""
    rows = Employee.objects.filter(tenant_id=tenant, id__in=employee_ids)
    return {view.id: view for view in _with_employment(tenant=tenant, rows=list(rows), on=on)}


def employees_by_code(*, tenant: TenantId, codes: Collection[str], on: date) -> Mapping[str, EmployeeView]:
    """Return the employees with these codes, with the terms of ``on``."""
    rows = Employee.objects.filter(tenant_id=tenant, code__in=codes)
    return {view.code: view for view in _with_employment(tenant=tenant, rows=list(rows), on=on)}


def punchers_by_code(*, tenant: TenantId, codes: Collection[str], on: date) -> Mapping[str, Puncher]:
    """Return who punches under these codes; whoever has no terms on ``on`` is missing.

    Every punch asks this, so that it is one plain statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PUNCHERS, {"tenant": tenant, "codes": list(codes), "on": on})
        rows = cursor.fetchall()
    zones = zones_by_site(tenant=tenant, site_ids={site_id for _, _, site_id in rows})
    return {code: Puncher(id=employee_id, zone=zones[site_id]) for code, employee_id, site_id in rows}


def employee_of_account(*, tenant: TenantId, account_id: UUID) -> UUID | None:
    """Return the employee who signs in with this account, if it is an employee's."""
    return Employee.objects.filter(tenant_id=tenant, account_id=account_id).values_list("id", flat=True).first()


def employed_between(*, tenant: TenantId, first: date, last: date) -> tuple[UUID, ...]:
    """Return who was employed on any day of the closed range, by code."""
    rows = Employee.objects.filter(Q(left_on=None) | Q(left_on__gte=first), tenant_id=tenant, hired_on__lte=last)
    return tuple(rows.order_by("code").values_list("id", flat=True))


def search_employees(
    *,
    tenant: TenantId,
    words: str,
    site_id: UUID | None,
    on: date,
    offset: int,
    limit: int,
    only: Collection[UUID] | None = None,
) -> EmployeePage:
    """Return a page of those employed on a date whose code or name contains the words, by code.

    ``only`` names those among whom to look; ``None`` means everyone.
    """
    rows = Employee.objects.filter(Q(left_on=None) | Q(left_on__gte=on), tenant_id=tenant)
    if only is not None:
        rows = rows.filter(id__in=only)
    for word in words.split():
        rows = rows.filter(
            Q(code__icontains=word)
            | Q(family_name__icontains=word)
            | Q(given_name__icontains=word)
            | Q(phonetic_name__icontains=word)
        )
    if site_id is not None:
        rows = rows.annotate(site_id=Subquery(_holding(on).values("site_id")[:1])).filter(site_id=site_id)
    page = list(rows.order_by("code")[offset : offset + limit])
    return EmployeePage(
        employees=tuple(_with_employment(tenant=tenant, rows=page, on=on)),
        total=rows.count(),
    )


def count_by_site(*, tenant: TenantId, on: date) -> Mapping[UUID, int]:
    """Return how many people work at each site on a date."""
    return Counter(site_id for site_id, _ in _terms_of_everyone(tenant=tenant, on=on))


def count_by_rule_set(*, tenant: TenantId, on: date) -> Mapping[str, int]:
    """Return how many people work under each rule set on a date."""
    return Counter(code for _, code in _terms_of_everyone(tenant=tenant, on=on))


def people_led_by(*, tenant: TenantId, leader_id: UUID, on: date) -> frozenset[UUID]:
    """Return everyone who works for a leader on a date, directly or through leaders between, the leader excepted.

    A circle of leaders ends by itself: nobody is visited twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LED_BY, {"tenant": tenant, "leader": leader_id, "on": on})
        return frozenset(employee_id for (employee_id,) in cursor.fetchall()) - {leader_id}


def visible_employees(*, actor: Principal, on: date) -> frozenset[UUID] | None:
    """Return whose working time the actor may read, himself included; ``None`` only where he may read everyone's."""
    if actor.has(Permission.TIMESHEET_READ_ALL):
        return None
    own = frozenset({actor.employee_id}) if actor.employee_id else frozenset()
    if actor.has(Permission.TEAM_READ) and actor.employee_id:
        return own | people_led_by(tenant=actor.tenant_id, leader_id=actor.employee_id, on=on)
    return own


def require_visible(*, actor: Principal, employee_id: UUID, on: date) -> None:
    """Raise ``NotFound`` unless the actor may read this employee's working time."""
    visible = visible_employees(actor=actor, on=on)
    if visible is not None and employee_id not in visible:
        raise NotFound


def leads(*, actor: Principal, employee_id: UUID, on: date) -> bool:
    """Whether the actor leads this employee, directly or through others. Nobody leads himself."""
    if actor.employee_id is None or actor.employee_id == employee_id:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_LEADERS_OF, {"tenant": actor.tenant_id, "employee": employee_id, "on": on})
        return actor.employee_id in {leader_id for (leader_id,) in cursor.fetchall()}


def _holding(on: date) -> QuerySet[Employment]:
    """Return the employments that hold on a date, for the employee of an outer query."""
    return Employment.objects.filter(
        tenant_id=OuterRef("tenant_id"), employee_id=OuterRef("id"), valid_from__lte=on
    ).order_by("-valid_from")


def _terms_of_everyone(*, tenant: TenantId, on: date) -> Sequence[tuple[UUID, str]]:
    employed = Employee.objects.filter(Q(left_on=None) | Q(left_on__gte=on), tenant_id=tenant, hired_on__lte=on)
    rows = (
        Employment.objects.filter(tenant_id=tenant, valid_from__lte=on, employee_id__in=employed.values("id"))
        .order_by("employee_id", "-valid_from")
        .distinct("employee_id")
    )
    return list(rows.values_list("site_id", "rule_set_code"))


def employments_between(
    *, tenant: TenantId, employee_ids: Collection[UUID], last: date
) -> Mapping[UUID, tuple[EmploymentView, ...]]:
    """Return, for each employee, all terms that began up to ``last``, earliest first."""
    known_sites = sites_by_id(tenant=tenant)
    found: dict[UUID, list[EmploymentView]] = {employee_id: [] for employee_id in employee_ids}
    rows = Employment.objects.filter(tenant_id=tenant, employee_id__in=employee_ids, valid_from__lte=last)
    for row in rows.order_by("employee_id", "valid_from"):
        found[row.employee_id].append(_employment_view(row, known_sites))
    return {employee_id: tuple(views) for employee_id, views in found.items()}


def _with_employment(*, tenant: TenantId, rows: Sequence[Employee], on: date) -> list[EmployeeView]:
    employments = (
        Employment.objects.filter(tenant_id=tenant, employee_id__in=[row.id for row in rows], valid_from__lte=on)
        .order_by("employee_id", "-valid_from")
        .distinct("employee_id")
    )
    known_sites = sites_by_id(tenant=tenant)
    holding = {row.employee_id: _employment_view(row, known_sites) for row in employments}
    return [
        EmployeeView(
            id=row.id,
            code=row.code,
            family_name=row.family_name,
            given_name=row.given_name,
            phonetic_name=row.phonetic_name,
            account_id=row.account_id,
            hired_on=row.hired_on,
            left_on=row.left_on,
            employment=holding.get(row.id),
        )
        for row in rows
    ]


def _employment_view(row: Employment, known_sites: Mapping[UUID, SiteView]) -> EmploymentView:
    return EmploymentView(
        valid_from=row.valid_from,
        site=known_sites[row.site_id],
        rule_set_code=row.rule_set_code,
        leader_id=row.leader_id,
    )
