"""Reads about employees: who they are, where they work, and who may see whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from tokimori.domains.organisations.queries import SiteView, sites_by_id, zones_by_site
from tokimori.domains.people.models import Employee, EmployeeType, Employment
from tokimori.domains.people.queries.reach import LED_BY, Reach, is_led, reach_of, require_reach
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.searching import has_words

_PUNCHERS: Final = """
    select employee.code, employee.id, terms.site_id
      from people_employee as employee
      cross join lateral (
        select site_id from people_employment
         where tenant_id = employee.tenant_id and employee_id = employee.id and valid_from <= %(on)s
         order by valid_from desc limit 1) as terms
     where employee.tenant_id = %(tenant)s and employee.code = any(%(codes)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentView:
    """The terms that hold on a date."""

    valid_from: date
    site: SiteView
    rule_set_code: str
    leader_id: UUID | None
    division_id: UUID | None = None
    employee_type_id: UUID | None = None


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
class EmployeeTypeView:
    """An employee type, as shown."""

    id: UUID
    code: str
    name: str
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where to look for people: at a site, in divisions, among those of a type; what is missing does not narrow."""

    site_id: UUID | None = None
    division_ids: Collection[UUID] | None = None
    employee_type_id: UUID | None = None


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


def employed_between(
    *, tenant: TenantId, first: date, last: date, only: Collection[UUID] | None = None
) -> tuple[UUID, ...]:
    """Return who was employed on any day of the closed range, by code; ``None`` looks among everyone."""
    rows = Employee.objects.filter(Q(left_on=None) | Q(left_on__gte=first), tenant_id=tenant, hired_on__lte=last)
    if only is not None:
        rows = rows.filter(id__in=only)
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
    standing: Standing | None = None,
) -> EmployeePage:
    """Return a page of those employed on a date whose code or name contains the words, by code.

    ``only`` names those among whom to look; ``None`` means everyone. ``standing`` narrows by the terms of the date.
    """
    rows = Employee.objects.filter(Q(left_on=None) | Q(left_on__gte=on), tenant_id=tenant)
    if only is not None:
        rows = rows.filter(id__in=only)
    rows = _standing(rows, standing or Standing(), site_id=site_id, on=on)
    if words.split():
        rows = Employee.objects.filter(tenant_id=tenant, id__in=_named(rows, words))
    page = list(rows.order_by("code")[offset : offset + limit])
    return EmployeePage(
        employees=tuple(_with_employment(tenant=tenant, rows=page, on=on)),
        total=rows.count(),
    )


def employees_named(
    *, tenant: TenantId, words: str, limit: int, only: Collection[UUID] | None = None
) -> Mapping[UUID, str]:
    """Return code and name of those who have this code, else of those in whose name the words are, former ones too.

    ``only`` names those among whom to look; ``None`` means everyone.
    """
    rows = Employee.objects.filter(tenant_id=tenant).order_by("code")
    if only is not None:
        rows = rows.filter(id__in=only)
    found = rows.filter(code=words.strip())
    if not found:
        found = rows.filter(id__in=_named(rows, words))
    return {row.id: f"{row.code} {row.family_name} {row.given_name}" for row in found[:limit]}


def people_led_by(*, tenant: TenantId, leader_id: UUID, on: date) -> frozenset[UUID]:
    """Return everyone who works for a leader on a date, directly or through leaders between, the leader excepted.

    A circle of leaders ends by itself: nobody is visited twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(LED_BY, [tenant, leader_id, on, on, tenant, on, on])
        return frozenset(employee_id for (employee_id,) in cursor.fetchall()) - {leader_id}


def visible_employees(
    *, actor: Principal, on: date, function: Function = Function.TIMESHEETS, level: Level = Level.READ
) -> Reach | None:
    """Return whom the actor reaches in a function at a level; ``None`` only where he reaches everybody.

    Without more, whose working time he may read, himself included. What is returned filters rows in the database.
    """
    return reach_of(actor=actor, function=function, level=level, on=on)


def require_visible(*, actor: Principal, employee_id: UUID, on: date, function: Function = Function.TIMESHEETS) -> None:
    """Raise ``NotFound`` unless the actor may read about this employee in a function; without more, his working time."""
    require_reach(actor=actor, function=function, level=Level.READ, employee_id=employee_id, on=on)


def leads(*, actor: Principal, employee_id: UUID, on: date) -> bool:
    """Whether the actor leads this employee, directly or through others. Nobody leads himself."""
    return is_led(actor=actor, employee_id=employee_id, on=on)


def employee_types(*, tenant: TenantId) -> tuple[EmployeeTypeView, ...]:
    """Return the company's list of employee types, by code."""
    return tuple(
        EmployeeTypeView(id=row.id, code=row.code, name=row.name, is_closed=row.closed_at is not None)
        for row in EmployeeType.objects.filter(tenant_id=tenant).order_by("code")
    )


def _named(rows: QuerySet[Employee], words: str) -> list[UUID]:
    """Return who of these has all the words in his code or name. Names are sealed, so they are read and compared here."""
    found = rows.values_list("id", "code", "family_name", "given_name", "phonetic_name")
    return [key for key, *texts in found if has_words(words, texts)]


def _standing(rows: QuerySet[Employee], wanted: Standing, *, site_id: UUID | None, on: date) -> QuerySet[Employee]:
    """Return those of the people who stand where it is wanted on a date."""
    for column, value in (
        ("site_id", site_id or wanted.site_id),
        ("employee_type_id", wanted.employee_type_id),
    ):
        if value is not None:
            rows = rows.annotate(**{column: Subquery(_holding(on).values(column)[:1])}).filter(**{column: value})
    if wanted.division_ids is not None:
        rows = rows.annotate(division_id=Subquery(_holding(on).values("division_id")[:1]))
        rows = rows.filter(division_id__in=wanted.division_ids)
    return rows


def _holding(on: date) -> QuerySet[Employment]:
    """Return the employments that hold on a date, for the employee of an outer query."""
    return Employment.objects.filter(
        tenant_id=OuterRef("tenant_id"), employee_id=OuterRef("id"), valid_from__lte=on
    ).order_by("-valid_from")


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
        division_id=row.division_id,
        employee_type_id=row.employee_type_id,
    )
