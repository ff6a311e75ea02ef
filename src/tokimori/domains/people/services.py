"""Hire people, and change where, for whom and under which rules they work."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tokimori.domains.people.models import Employee, Employment
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEmployee:
    """Who is hired. ``code`` is the company's own, up to 30 characters."""

    code: str
    family_name: str
    given_name: str
    phonetic_name: str
    account_id: UUID | None
    hired_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentTerms:
    """Where, for whom and under which rules somebody works from a date on."""

    valid_from: date
    site_id: UUID
    rule_set_code: str
    leader_id: UUID | None


@transaction.atomic
def hire_employee(*, actor: Principal, employee: NewEmployee, terms: EmploymentTerms, now: datetime) -> UUID:
    """Make an employee with his first employment."""
    authorise(actor, Permission.SETUP_WRITE)
    row = Employee.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        code=employee.code,
        family_name=employee.family_name,
        given_name=employee.given_name,
        phonetic_name=employee.phonetic_name,
        account_id=employee.account_id,
        hired_on=employee.hired_on,
        created_at=now,
    )
    record_event(EventName.EMPLOYEE_CREATED, actor=actor, subject_id=row.id, at=now)
    change_employment(actor=actor, employee_id=row.id, terms=terms, now=now)
    return row.id


@transaction.atomic
def change_employment(*, actor: Principal, employee_id: UUID, terms: EmploymentTerms, now: datetime) -> UUID:
    """Append the terms that hold from a date on; earlier ones stay as they were."""
    authorise(actor, Permission.SETUP_WRITE)
    row = Employment.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        employee_id=employee_id,
        valid_from=terms.valid_from,
        site_id=terms.site_id,
        rule_set_code=terms.rule_set_code,
        leader_id=terms.leader_id,
        created_at=now,
    )
    record_event(EventName.EMPLOYMENT_CHANGED, actor=actor, subject_id=employee_id, at=now)
    return row.id


def hold_employees(*, tenant: TenantId, employee_ids: Collection[UUID]) -> None:
    """Let nobody else who holds one of these employees go on until this transaction ends; punches do not wait.

    Whoever counts something up per employee, a revision or a balance, holds him first. A fixed order keeps two from
    waiting for each other in a circle.
    """
    rows = Employee.objects.filter(tenant_id=tenant, id__in=employee_ids).order_by("id")
    list(rows.select_for_update(no_key=True).values_list("id", flat=True))
