"""A fixed cast: Aiko works here, Ben leads her, Chie runs payroll, Eri audits; Dan belongs to another company.

The whole cast has Fay the administrator, Gus who watches over security, and Hana, who looks after Aiko's division.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from support.rules import tokyo_rules
from tokimori.domains.organisations.services import create_company, create_division, create_site
from tokimori.domains.people.queries.grants import with_grants
from tokimori.domains.people.services import (
    EmploymentTerms,
    NewEmployee,
    change_employment,
    create_employee_type,
    hire_employee,
)
from tokimori.domains.people.services.granting import NewGrant, grant_administration
from tokimori.domains.rulesets.services import publish_rule_set
from tokimori.domains.schedules.plans import DayPlan, ShiftPlan
from tokimori.domains.schedules.services import plan_days
from tokimori.engine import DayType
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Role, rights_of
from tokimori.foundation.access.principal import Principal, PrincipalKind, system_principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.services.accounts import NewAccount, create_account
from tokimori.foundation.tenancy.context import tenant_transaction

NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Tokyo
FOUNDED = datetime(2026, 3, 1, 0, 0, tzinfo=UTC)
APRIL = date(2026, 4, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One of the cast."""

    account_id: UUID
    employee_id: UUID
    """Of who is no employee, an id that leads nowhere."""
    employee_code: str
    login_id: str
    principal: Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A company of its own for one test."""

    tenant: TenantId
    company_code: str
    site_id: UUID
    system: Principal
    members: Mapping[str, Member] = field(default_factory=dict)
    places: Mapping[str, UUID] = field(default_factory=dict)
    """Divisions, employee types and further sites by name, where a test made any."""

    def __getitem__(self, name: str) -> Member:
        return self.members[name]


def new_company(*, people: Mapping[str, tuple[frozenset[Role], str | None]]) -> Cast:
    """Found a company in Tokyo with these people, each with roles and the name of a leader, under the usual rules."""
    tenant = TenantId(new_id())
    system = system_principal(tenant)
    code = f"co-{str(tenant)[-12:]}"
    members: dict[str, Member] = {}
    with tenant_transaction(tenant):
        create_company(actor=system, code=code, name="見本株式会社", language="ja", now=FOUNDED)
        site = create_site(actor=system, code="tokyo", name="東京本社", zone="Asia/Tokyo", country="JP", now=FOUNDED)
        publish_rule_set(actor=system, name="固定労働", rules=tokyo_rules(), valid_from=date(2020, 1, 1), now=FOUNDED)
        for number, (name, (roles, leader)) in enumerate(people.items(), start=1):
            members[name] = _hire(system, site, number, name, roles, members[leader].employee_id if leader else None)
    return Cast(tenant=tenant, company_code=code, site_id=site, system=system, members=members)


def usual_cast() -> Cast:
    """Return the company in which Aiko works, Ben leads, Chie pays and Eri audits."""
    employee, manager = frozenset({Role.EMPLOYEE}), frozenset({Role.EMPLOYEE, Role.MANAGER})
    return new_company(
        people={
            "ben": (manager, None),
            "aiko": (employee, "ben"),
            "chie": (frozenset({Role.EMPLOYEE, Role.PAYROLL}), "ben"),
            "eri": (frozenset({Role.AUDITOR}), None),
        }
    )


def whole_cast() -> Cast:
    """Return the usual cast with an administrator, somebody for security, and a scoped administrator.

    Aiko stands in the team below the east division, Ben and Chie in the west; Hana looks after the east.
    """
    employee, manager = frozenset({Role.EMPLOYEE}), frozenset({Role.EMPLOYEE, Role.MANAGER})
    cast = new_company(
        people={
            "ben": (manager, None),
            "aiko": (employee, "ben"),
            "chie": (frozenset({Role.EMPLOYEE, Role.PAYROLL}), "ben"),
            "eri": (frozenset({Role.AUDITOR}), None),
            "fay": (frozenset({Role.ADMINISTRATOR}), None),
            "gus": (frozenset({Role.SECURITY}), None),
            "hana": (employee, None),
        }
    )
    cast = with_places(cast, {"east": None, "team": "east", "west": None})
    stand(cast, "aiko", division="team", employee_type="regular")
    stand(cast, "hana", division="east", employee_type="regular")
    stand(cast, "ben", division="west", employee_type="regular")
    stand(cast, "chie", division="west", employee_type="part-time")
    for functions, level in (
        ({Function.TIMESHEETS, Function.CORRECTIONS, Function.PEOPLE}, Level.FULL),
        ({Function.EXPORTS, Function.IMPORTS, Function.SCHEDULES}, Level.EDIT),
        ({Function.CLOSING, Function.RULES}, Level.READ),
    ):
        grant_to(cast, "hana", functions=functions, level=level, division="east")
    return cast


def with_places(cast: Cast, tree: Mapping[str, str | None]) -> Cast:
    """Return the cast of a company that has a tree of divisions, regular and part-time people, and a site in Osaka."""
    places: dict[str, UUID] = {}
    actor = cast.system
    with tenant_transaction(cast.tenant):
        for name, above in tree.items():
            parent_id = places[above] if above else None
            places[name] = create_division(actor=actor, code=name, name=name.title(), parent_id=parent_id, now=FOUNDED)
        for name in ("regular", "part-time"):
            places[name] = create_employee_type(actor=actor, code=name, name=name.title(), now=FOUNDED)
        places["osaka"] = create_site(
            actor=actor, code="osaka", name="大阪工場", zone="Asia/Tokyo", country="JP", now=FOUNDED
        )
    return replace(cast, places=places)


def stand(
    cast: Cast,
    name: str,
    *,
    division: str | None = None,
    employee_type: str | None = None,
    site: str | None = None,
    leader: str | None = None,
    from_day: date = date(2026, 3, 1),
) -> None:
    """Let one of the cast stand somewhere from a day on; Ben leads whom he led unless another leader is named."""
    leads = {"aiko": "ben", "chie": "ben"}
    leader = leader or leads.get(name)
    terms = EmploymentTerms(
        valid_from=from_day,
        site_id=cast.places[site] if site else cast.site_id,
        rule_set_code="jp-fixed",
        leader_id=cast[leader].employee_id if leader in cast.members else None,
        division_id=cast.places[division] if division else None,
        employee_type_id=cast.places[employee_type] if employee_type else None,
    )
    with tenant_transaction(cast.tenant):
        change_employment(actor=cast.system, employee_id=cast[name].employee_id, terms=terms, now=FOUNDED)


def grant_to(
    cast: Cast,
    name: str,
    *,
    functions: Collection[Function],
    level: Level,
    division: str | None = None,
    site: str | None = None,
    types: Collection[str] = (),
    valid_from: date = date(2026, 3, 1),
    valid_until: date | None = None,
) -> UUID:
    """Make one of the cast an administrator of some of the people."""
    grant = NewGrant(
        account_id=cast[name].account_id,
        division_id=cast.places[division] if division else None,
        site_id=cast.places[site] if site else None,
        employee_type_ids=frozenset(cast.places[one] for one in types) or None,
        functions=frozenset(functions),
        level=level,
        valid_from=valid_from,
        valid_until=valid_until,
        reason="looks after them",
    )
    with tenant_transaction(cast.tenant):
        return grant_administration(actor=cast.system, grant=grant, today=date(2026, 3, 1), now=FOUNDED)


def acting(cast: Cast, name: str, *, on: date = APRIL) -> Principal:
    """Return one of the cast with what he was granted, as the screens know him."""
    with tenant_transaction(cast.tenant):
        return with_grants(actor=cast[name].principal, on=on)


def plan_office_days(cast: Cast, name: str, *, first: date, count: int, now: datetime = FOUNDED) -> None:
    """Plan 09:00-18:00 with an hour at noon on weekdays, Sunday legal holiday, Saturday the other day off."""
    shift = ShiftPlan(start_minute=540, end_minute=1080, breaks=((720, 780),))
    plans = []
    for offset in range(count):
        day = first + timedelta(days=offset)
        day_type = {6: DayType.LEGAL_HOLIDAY, 5: DayType.NON_LEGAL_HOLIDAY}.get(day.weekday(), DayType.WORKDAY)
        shifts = (shift,) if day_type is DayType.WORKDAY else ()
        plans.append(DayPlan(employee_id=cast[name].employee_id, work_date=day, day_type=day_type, shifts=shifts))
    with tenant_transaction(cast.tenant):
        plan_days(actor=cast.system, plans=plans, now=now)


def _hire(system: Principal, site: UUID, number: int, name: str, roles: frozenset[Role], leader: UUID | None) -> Member:
    account = create_account(
        actor=system,
        account=NewAccount(
            login_id=name,
            email=f"{name}@{str(system.tenant_id)[-12:]}.example",
            display_name=name.title(),
            roles=roles,
            language="en",
        ),
        now=FOUNDED,
    )
    code = f"{number:04}"
    is_employee = Role.EMPLOYEE in roles
    employee = (
        new_id()
        if not is_employee
        else hire_employee(
            actor=system,
            employee=NewEmployee(
                code=code,
                family_name="山田",
                given_name=name.title(),
                phonetic_name="",
                account_id=account,
                hired_on=date(2025, 4, 1),
            ),
            terms=EmploymentTerms(
                valid_from=date(2025, 4, 1), site_id=site, rule_set_code="jp-fixed", leader_id=leader
            ),
            now=FOUNDED,
        )
    )
    return Member(
        account_id=account,
        employee_id=employee,
        employee_code=code,
        login_id=name,
        principal=Principal(
            tenant_id=system.tenant_id,
            kind=PrincipalKind.PERSON,
            account_id=account,
            employee_id=employee if is_employee else None,
            rights=rights_of(roles),
        ),
    )
