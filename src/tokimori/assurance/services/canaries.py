"""Two sample companies that belong to nobody: probes attack one from the other, and try every control on their people.

What probes do in them is rolled back, unless it must be seen by others.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.domains.organisations.services import create_company, create_site
from tokimori.domains.people.services import EmploymentTerms, NewEmployee, hire_employee
from tokimori.domains.rulesets.services import publish_rule_set
from tokimori.engine import RuleSet
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.access.principal import Principal, system_principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.services.accounts import (
    NewAccount,
    choose_password,
    create_account,
    issue_sign_in_link,
)
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import tenant_of_company_code

FIRST: Final = TenantId(UUID("00000000-0000-7000-8000-0000000000c1"))
SECOND: Final = TenantId(UUID("00000000-0000-7000-8000-0000000000c2"))
LOGIN: Final = "canary"
FAMILY_NAME: Final = "Kanarienvogel"
"""A name that nothing else in a database is called."""
EMPLOYEE_CODE: Final = "0001"
_CODES: Final = {FIRST: "canary-first", SECOND: "canary-second"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One sample company and its only person."""

    tenant: TenantId
    company_code: str
    account_id: UUID

    @property
    def system(self) -> Principal:
        """Return the service acting there."""
        return system_principal(self.tenant)


def canaries(*, now: datetime) -> tuple[Canary, Canary]:
    """Return both sample companies; found them where they are missing."""
    return _canary(FIRST, now=now), _canary(SECOND, now=now)


@contextmanager
def leaving_nothing(tenant: TenantId) -> Iterator[None]:
    """Open a tenant, and undo whatever was done there."""
    with tenant_transaction(tenant):
        yield
        transaction.set_rollback(True)


def give_password(canary: Canary, *, now: datetime) -> str:
    """Return a new password of the canary, chosen through a link as a person would; to be called inside its tenant."""
    password = secrets.token_urlsafe(24)
    link = issue_sign_in_link(actor=canary.system, account_id=canary.account_id, now=now)
    choose_password(secret=link, password=password, now=now)
    return password


def account_of(canary: Canary) -> Account:
    """Return the canary's account as it is stored; to be called inside its tenant."""
    return Account.objects.get(tenant_id=canary.tenant, id=canary.account_id)


def _canary(tenant: TenantId, *, now: datetime) -> Canary:
    code = _CODES[tenant]
    with tenant_transaction(tenant):
        if tenant_of_company_code(code) is None:
            found_sample(tenant, code, now=now)
        account_id = Account.objects.filter(tenant_id=tenant, login_id=LOGIN).values_list("id", flat=True)[0]
    return Canary(tenant=tenant, company_code=code, account_id=account_id)


def found_sample(tenant: TenantId, code: str, *, now: datetime) -> None:
    """Found a sample company with one site, one rule set and one person, in its open transaction."""
    actor = system_principal(tenant)
    create_company(actor=actor, code=code, name=f"Sample company {code}", language="en", now=now)
    site = create_site(actor=actor, code="site", name="Site", zone="Asia/Tokyo", country="JP", now=now)
    publish_rule_set(
        actor=actor, name="Sample", rules=RuleSet(code="sample", country="JP"), valid_from=now.date(), now=now
    )
    account = NewAccount(
        login_id=LOGIN, email=None, display_name=FAMILY_NAME, roles=frozenset({Role.EMPLOYEE}), language="en"
    )
    account_id = create_account(actor=actor, account=account, now=now)
    employee = NewEmployee(
        code=EMPLOYEE_CODE,
        family_name=FAMILY_NAME,
        given_name="C",
        phonetic_name="",
        account_id=account_id,
        hired_on=now.date(),
    )
    terms = EmploymentTerms(valid_from=now.date(), site_id=site, rule_set_code="sample", leader_id=None)
    hire_employee(actor=actor, employee=employee, terms=terms, now=now)
