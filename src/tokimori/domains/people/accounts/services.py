"""Accounts of employees: one by one, many from a file, and closed the day after somebody left."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from tokimori.domains.people.accounts.account_file import AccountLine, read_account_file
from tokimori.domains.people.accounts.errors import EmployeeHasAccount, EmployeeUnknown
from tokimori.domains.people.models import Employee
from tokimori.domains.people.queries import EmploymentView, employees_by_id
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.delimited import RefusedLine
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.errors import LastAdministrator
from tokimori.foundation.identity.queries import open_accounts
from tokimori.foundation.identity.services.account_files import LineOutcome, keep_account_file
from tokimori.foundation.identity.services.accounts import (
    Invitation,
    NewAccount,
    create_account,
)
from tokimori.foundation.identity.services.lifecycle import ClosingReason, deactivate_account
from tokimori.foundation.identity.services.mailed_links import invitation_by_either_way
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcome:
    """What became of a file: the accounts that were made, and the lines that were refused."""

    file_id: UUID
    invited: tuple[UUID, ...]
    rejected: tuple[RefusedLine, ...]


@transaction.atomic
def invite_person(*, actor: Principal, account: NewAccount, employee_code: str, now: datetime) -> Invitation:
    """Make an account, join it to the employee with this code, where one is given, and send its first link or return it.

    Raises ``EmployeeUnknown``, ``EmployeeHasAccount``, and what an account raises.
    """
    account_id = create_account(actor=actor, account=account, now=now)
    if employee_code:
        link_employee(actor=actor, employee_code=employee_code, account_id=account_id, now=now)
    return invitation_by_either_way(actor=actor, account_id=account_id, now=now)


@transaction.atomic
def link_employee(*, actor: Principal, employee_code: str, account_id: UUID, now: datetime) -> None:
    """Let an employee sign in with an account; raise ``EmployeeUnknown`` or ``EmployeeHasAccount``."""
    authorise(actor, Permission.ACCOUNT_WRITE)
    rows = Employee.objects.filter(tenant_id=actor.tenant_id, code=employee_code)
    employee = rows.select_for_update(no_key=True).first()
    if employee is None:
        raise EmployeeUnknown
    if employee.account_id is not None:
        raise EmployeeHasAccount
    rows.update(account_id=account_id)
    record_event(
        EventName.EMPLOYEE_ACCOUNT_LINKED, actor=actor, subject_id=employee.id, at=now, account=str(account_id)
    )


@transaction.atomic
def invite_from_file(*, actor: Principal, file_name: str, content: bytes, language: str, now: datetime) -> FileOutcome:
    """Make an account of each line that can be one, in one transaction; the others are kept with their reasons.

    No link is made yet: a link begins to run out when it is made, so that is done when it is handed over. Refusals of the
    file itself are raised and store nothing.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    file = read_account_file(content, language=language)
    outcomes = [_outcome(actor, line, now=now) for line in file.lines]
    file_id = keep_account_file(actor=actor, file_name=file_name, encoding=file.encoding, outcomes=outcomes, now=now)
    return FileOutcome(
        file_id=file_id,
        invited=tuple(one.account_id for one in outcomes if one.account_id is not None),
        rejected=tuple(
            RefusedLine(number=one.number, text=one.text, refusal=one.refusal)
            for one in outcomes
            if one.refusal is not None
        ),
    )


def leavers_with_open_accounts(*, tenant: TenantId, now: datetime) -> tuple[UUID, ...]:
    """Return the open accounts of employees whose last day is over on the clock of their site, by employee code."""
    # Somewhere it is still yesterday; what each one's own clock says is asked below.
    candidates = Employee.objects.filter(
        Q(left_on__lt=(now.astimezone(UTC) + timedelta(days=1)).date()), tenant_id=tenant
    ).exclude(account_id=None)
    rows = {row.id: row for row in candidates.order_by("code")}
    views = employees_by_id(tenant=tenant, employee_ids=rows, on=now.date())
    gone = [
        row.account_id
        for row in rows.values()
        if row.account_id and row.left_on and row.left_on < _today(views[row.id].employment, now=now)
    ]
    still_open = open_accounts(tenant=tenant, account_ids=gone)
    return tuple(account_id for account_id in gone if account_id in still_open)


@transaction.atomic
def close_accounts_of_leavers(*, actor: Principal, now: datetime) -> int:
    """Close the accounts of those who left, from the day after their last; return how many.

    The last administrator's stays, though he left: somebody must be able to let the next one in.
    """
    authorise(actor, Permission.ACCOUNT_WRITE)
    closed = 0
    for account_id in leavers_with_open_accounts(tenant=actor.tenant_id, now=now):
        try:
            deactivate_account(actor=actor, account_id=account_id, now=now, reason=ClosingReason.LEFT)
        except LastAdministrator:
            continue
        closed += 1
    return closed


def _outcome(actor: Principal, line: AccountLine | RefusedLine, *, now: datetime) -> LineOutcome:
    if isinstance(line, RefusedLine):
        return LineOutcome(number=line.number, text=line.text, account_id=None, refusal=line.refusal)
    try:
        with transaction.atomic():
            account_id = create_account(actor=actor, account=line.account, now=now)
            if line.employee_code:
                link_employee(actor=actor, employee_code=line.employee_code, account_id=account_id, now=now)
    except Refusal as refusal:
        return LineOutcome(number=line.number, text=line.text, account_id=None, refusal=refusal)
    return LineOutcome(number=line.number, text="", account_id=account_id, refusal=None)


def _today(employment: EmploymentView | None, *, now: datetime) -> date:
    return now.astimezone(ZoneInfo(employment.site.zone) if employment else UTC).date()
