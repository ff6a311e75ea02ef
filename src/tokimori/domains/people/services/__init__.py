"""Hire people, and change where, as what, for whom and under which rules they work; keep the list of employee types."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from tokimori.domains.organisations import services as organisations
from tokimori.domains.people.models import Employee, EmployeeType, Employment
from tokimori.domains.people.queries.headcounts import count_in_division
from tokimori.domains.people.queries.reach import require_place, require_reach
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.functions import Function, Level, Place
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event

LONGEST_NAME: Final = 60
MOST_TYPES: Final = 200
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,29}")


class EmployeeTypeCodeTaken(Conflict):
    """There is an employee type with this code already."""

    code = "employee_type.code_taken"


class EmployeeTypeNotValid(InvalidInput):
    """A type has a code of up to 30 letters, digits, hyphens and underscores, and a name of up to 60 characters."""

    code = "employee_type.not_valid"


class EmployeeTypeClosed(Conflict):
    """This employee type is closed. Choose one that is open."""

    code = "employee_type.closed"


class EmployeeTypesFull(Conflict):
    """A company has at most 200 employee types."""

    code = "employee_type.too_many"


class ChangedThatDay(Conflict):
    """This person's employment changes on that day already. Choose another day."""

    code = "employment.changed_that_day"


class OwnEmployment(NotAllowed):
    """Nobody changes their own employment; ask another administrator."""

    code = "employment.own"


class LeaderOfOnesOwnMaking(NotAllowed):
    """Nobody makes themselves somebody's leader; ask another administrator."""

    code = "employment.own_leading"


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
    """Where, as what, for whom and under which rules somebody works from a date on."""

    valid_from: date
    site_id: UUID
    rule_set_code: str
    leader_id: UUID | None
    division_id: UUID | None = None
    employee_type_id: UUID | None = None


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
    return _append_terms(actor=actor, employee_id=employee_id, terms=terms, now=now)


@transaction.atomic
def transfer_employee(
    *,
    actor: Principal,
    employee_id: UUID,
    valid_from: date,
    division_id: UUID | None,
    employee_type_id: UUID | None,
    now: datetime,
) -> None:
    """Put somebody into a division and give him an employee type from a date on; all else stays as it is that day.

    Who is an administrator of some of the people alone moves them only to where he still is.
    """
    authorise(actor, Permission.EMPLOYMENT_WRITE)
    if employee_id == actor.employee_id:
        raise OwnEmployment
    require_reach(actor=actor, function=Function.PEOPLE, level=Level.EDIT, employee_id=employee_id, on=now.date())
    hold_employees(tenant=actor.tenant_id, employee_ids=[employee_id])
    holding = (
        Employment.objects.filter(tenant_id=actor.tenant_id, employee_id=employee_id, valid_from__lte=valid_from)
        .order_by("-valid_from")
        .first()
    )
    if holding is None:
        raise NotFound
    if holding.valid_from == valid_from:
        raise ChangedThatDay
    place = Place(division_id=division_id, site_id=holding.site_id, employee_type_id=employee_type_id)
    require_place(actor=actor, function=Function.PEOPLE, level=Level.EDIT, place=place)
    terms = EmploymentTerms(
        valid_from=valid_from,
        site_id=holding.site_id,
        rule_set_code=holding.rule_set_code,
        leader_id=holding.leader_id,
        division_id=division_id,
        employee_type_id=employee_type_id,
    )
    _append_terms(actor=actor, employee_id=employee_id, terms=terms, now=now)


def _refuse_own_leading(actor: Principal, *, employee_id: UUID, terms: EmploymentTerms) -> None:
    """Raise ``LeaderOfOnesOwnMaking`` where somebody would lead another one because he wrote so himself.

    Who leads decides on time and corrections: whoever changes employment would give himself that right.
    """
    if actor.employee_id is None or terms.leader_id != actor.employee_id:
        return
    rows = Employment.objects.filter(
        tenant_id=actor.tenant_id, employee_id=employee_id, valid_from__lte=terms.valid_from
    )
    before = rows.order_by("-valid_from").values_list("leader_id", flat=True).first()
    if before != terms.leader_id:
        raise LeaderOfOnesOwnMaking


def _append_terms(*, actor: Principal, employee_id: UUID, terms: EmploymentTerms, now: datetime) -> UUID:
    _refuse_own_leading(actor, employee_id=employee_id, terms=terms)
    if terms.division_id is not None:
        organisations.hold_open_division(tenant=actor.tenant_id, division_id=terms.division_id)
    if terms.employee_type_id is not None:
        _hold_open_type(tenant=actor.tenant_id, employee_type_id=terms.employee_type_id)
    row = Employment.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        employee_id=employee_id,
        valid_from=terms.valid_from,
        site_id=terms.site_id,
        division_id=terms.division_id,
        employee_type_id=terms.employee_type_id,
        rule_set_code=terms.rule_set_code,
        leader_id=terms.leader_id,
        created_at=now,
    )
    record_event(EventName.EMPLOYMENT_CHANGED, actor=actor, subject_id=employee_id, at=now)
    return row.id


@transaction.atomic
def create_employee_type(*, actor: Principal, code: str, name: str, now: datetime) -> UUID:
    """Add a type to the company's list."""
    authorise(actor, Permission.DIVISION_WRITE)
    if _CODE.fullmatch(code) is None:
        raise EmployeeTypeNotValid
    if EmployeeType.objects.filter(tenant_id=actor.tenant_id).count() >= MOST_TYPES:
        raise EmployeeTypesFull
    try:
        with transaction.atomic():
            row = EmployeeType.objects.create(
                tenant_id=actor.tenant_id, id=new_id(at=now), code=code, name=_type_name(name), created_at=now
            )
    except IntegrityError as error:
        raise EmployeeTypeCodeTaken from error
    record_event(EventName.EMPLOYEE_TYPE_CREATED, actor=actor, subject_id=row.id, at=now, code=code)
    return row.id


@transaction.atomic
def rename_employee_type(*, actor: Principal, employee_type_id: UUID, name: str, now: datetime) -> None:
    """Give a type another name."""
    authorise(actor, Permission.DIVISION_WRITE)
    row = _locked_type(actor, employee_type_id)
    row.name = _type_name(name)
    row.save(update_fields=["name"])
    record_event(EventName.EMPLOYEE_TYPE_RENAMED, actor=actor, subject_id=row.id, at=now)


@transaction.atomic
def close_employee_type(*, actor: Principal, employee_type_id: UUID, now: datetime) -> None:
    """Give a type to nobody any more; who has it keeps it until his employment changes."""
    authorise(actor, Permission.DIVISION_WRITE)
    row = _locked_type(actor, employee_type_id)
    row.closed_at = now
    row.save(update_fields=["closed_at"])
    record_event(EventName.EMPLOYEE_TYPE_CLOSED, actor=actor, subject_id=row.id, at=now)


@transaction.atomic
def close_division(*, actor: Principal, division_id: UUID, now: datetime) -> None:
    """Close a division in which nobody works, today or later."""

    def count_people(division: UUID) -> int:
        return count_in_division(tenant=actor.tenant_id, division_id=division, since=now.date())

    organisations.close_division(actor=actor, division_id=division_id, count_people=count_people, now=now)


def hold_employees(*, tenant: TenantId, employee_ids: Collection[UUID]) -> None:
    """Let nobody else who holds one of these employees go on until this transaction ends; punches do not wait.

    Whoever counts something up per employee, a revision or a balance, holds him first. A fixed order keeps two from
    waiting for each other in a circle.
    """
    rows = Employee.objects.filter(tenant_id=tenant, id__in=employee_ids).order_by("id")
    list(rows.select_for_update(no_key=True).values_list("id", flat=True))


def _locked_type(actor: Principal, employee_type_id: UUID) -> EmployeeType:
    rows = EmployeeType.objects.filter(tenant_id=actor.tenant_id, id=employee_type_id)
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound
    if row.closed_at is not None:
        raise EmployeeTypeClosed
    return row


def _hold_open_type(*, tenant: TenantId, employee_type_id: UUID) -> None:
    row = EmployeeType.objects.filter(tenant_id=tenant, id=employee_type_id).first()
    if row is None:
        raise NotFound
    if row.closed_at is not None:
        raise EmployeeTypeClosed


def _type_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= LONGEST_NAME:
        raise EmployeeTypeNotValid
    return cleaned
