"""A company to measure with, founded through the services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from weeks import RULES, ZONE

from tokimori.domains.organisations.services import create_company, create_site
from tokimori.domains.people.services import EmploymentTerms, NewEmployee, hire_employee
from tokimori.domains.rulesets.services import publish_rule_set
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.access.principal import Principal, system_principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.services.accounts import (
    NewAccount,
    create_account,
)
from tokimori.foundation.tenancy.context import tenant_transaction

_FOUNDED_BEFORE = timedelta(days=300)
_HIRED = date(2020, 4, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchCompany:
    """A company with one site and one rule set."""

    tenant: TenantId
    code: str
    site_id: UUID
    system: Principal
    founded: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can sign in."""

    name: str
    employee_id: UUID
    account_id: UUID


def found_company(*, now: datetime) -> BenchCompany:
    """Found a company in Tokyo."""
    tenant = TenantId(new_id())
    system = system_principal(tenant)
    code = f"bench-{tenant.hex[-12:]}"
    then = now - _FOUNDED_BEFORE
    with tenant_transaction(tenant):
        create_company(actor=system, code=code, name="測定株式会社", language="ja", now=then)
        site = create_site(actor=system, code="tokyo", name="東京本社", zone=ZONE, country="JP", now=then)
        publish_rule_set(actor=system, name="固定労働", rules=RULES, valid_from=_HIRED, now=then)
    return BenchCompany(tenant=tenant, code=code, site_id=site, system=system, founded=then)


def hire(company: BenchCompany, *, codes: Sequence[str], now: datetime) -> tuple[UUID, ...]:
    """Hire people without accounts, in one transaction."""
    with tenant_transaction(company.tenant):
        return tuple(_hired(company, code=code, leader=None, account=None, now=now) for code in codes)


def hire_with_account(
    company: BenchCompany, *, name: str, roles: frozenset[Role], leader: UUID | None, now: datetime
) -> Person:
    """Hire somebody with an account."""
    with tenant_transaction(company.tenant):
        wanted = NewAccount(login_id=name, email=None, display_name=name.title(), roles=roles, language="ja")
        account = create_account(actor=company.system, account=wanted, now=now)
        employee_id = _hired(company, code=f"A-{name}", leader=leader, account=account, now=now)
    return Person(name=name, employee_id=employee_id, account_id=account)


def _hired(company: BenchCompany, *, code: str, leader: UUID | None, account: UUID | None, now: datetime) -> UUID:
    return hire_employee(
        actor=company.system,
        employee=NewEmployee(
            code=code,
            family_name="山田",
            given_name=f"{code}",
            phonetic_name="ヤマダ",
            account_id=account,
            hired_on=_HIRED,
        ),
        terms=EmploymentTerms(valid_from=_HIRED, site_id=company.site_id, rule_set_code=RULES.code, leader_id=leader),
        now=now,
    )
