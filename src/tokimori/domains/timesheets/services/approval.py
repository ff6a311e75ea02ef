"""Hand a month in, approve it, give it back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tokimori.domains.approvals import services as approvals
from tokimori.domains.approvals.states import SubjectKind
from tokimori.domains.people.queries import employee
from tokimori.domains.people.queries.reach import require_reach
from tokimori.domains.timekeeping.queries import stale_count_of, waiting_corrections
from tokimori.domains.timesheets.errors import (
    CorrectionsWaiting,
    MonthChanged,
    MonthHasGaps,
    MonthInCalculation,
    MonthNotOver,
)
from tokimori.domains.timesheets.models import MonthTimesheet
from tokimori.domains.timesheets.months import Month, MonthView
from tokimori.domains.timesheets.queries import month_of
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event


@transaction.atomic
def submit_month(*, actor: Principal, employee_id: UUID, month: Month, now: datetime) -> None:
    """Hand one's own month in, once it is over, without gaps and without open corrections.

    An administrator may do so for somebody who cannot, within his reach.
    """
    _authorise_submission(actor=actor, employee_id=employee_id, now=now)
    employee(tenant=actor.tenant_id, employee_id=employee_id, on=month.last)
    if now.date() <= month.last:
        raise MonthNotOver
    if stale_count_of(tenant=actor.tenant_id, employee_id=employee_id, first=month.first, last=month.last):
        raise MonthInCalculation
    view = month_of(tenant=actor.tenant_id, employee_id=employee_id, month=month)
    if view.blocking_count:
        raise MonthHasGaps(count=view.blocking_count)
    waiting = waiting_corrections(tenant=actor.tenant_id, employee_ids=[employee_id])
    if any(month.first <= wish.work_date <= month.last for wish in waiting):
        raise CorrectionsWaiting
    sheet, _ = MonthTimesheet.objects.get_or_create(
        tenant_id=actor.tenant_id,
        employee_id=employee_id,
        month=month.first,
        defaults={"id": new_id(at=now), "opened_at": now},
    )
    approvals.submit(actor=actor, subject=_subject(sheet.id, view), now=now)
    record_event(EventName.TIMESHEET_SUBMITTED, actor=actor, subject_id=sheet.id, at=now, digest=view.digest)


@transaction.atomic
def approve_month(
    *, actor: Principal, employee_id: UUID, month: Month, seen_digest: str, note: str, now: datetime
) -> None:
    """Approve somebody's month as it was seen; refuse when it has changed since."""
    view = _decidable(actor=actor, employee_id=employee_id, month=month, now=now)
    if view.digest != seen_digest:
        raise MonthChanged
    if view.blocking_count:
        raise MonthHasGaps(count=view.blocking_count)
    sheet_id = _sheet_of(view)
    approvals.approve(actor=actor, subject=_subject(sheet_id, view), note=note, now=now)
    record_event(EventName.TIMESHEET_APPROVED, actor=actor, subject_id=sheet_id, at=now, digest=view.digest)


@transaction.atomic
def return_month(*, actor: Principal, employee_id: UUID, month: Month, note: str, now: datetime) -> None:
    """Give somebody's month back, saying why; an approved one too, as long as the period is open."""
    view = _decidable(actor=actor, employee_id=employee_id, month=month, now=now)
    sheet_id = _sheet_of(view)
    approvals.return_for_change(actor=actor, subject=_subject(sheet_id, view), note=note, now=now)
    record_event(EventName.TIMESHEET_RETURNED, actor=actor, subject_id=sheet_id, at=now)


def _decidable(*, actor: Principal, employee_id: UUID, month: Month, now: datetime) -> MonthView:
    authorise(actor, Permission.TIMESHEET_APPROVE)
    if employee_id == actor.employee_id:
        raise approvals.OwnSubject
    require_reach(
        actor=actor, function=Function.TIMESHEETS, level=Level.APPROVE, employee_id=employee_id, on=now.date()
    )
    employee(tenant=actor.tenant_id, employee_id=employee_id, on=month.last)
    return month_of(tenant=actor.tenant_id, employee_id=employee_id, month=month)


def _authorise_submission(*, actor: Principal, employee_id: UUID, now: datetime) -> None:
    if employee_id == actor.employee_id:
        authorise(actor, Permission.TIMESHEET_SUBMIT)
        return
    if not actor.has(Permission.TIMESHEET_SUBMIT_ANY):
        raise NotFound
    authorise(actor, Permission.TIMESHEET_SUBMIT_ANY)
    require_reach(actor=actor, function=Function.TIMESHEETS, level=Level.EDIT, employee_id=employee_id, on=now.date())


def _sheet_of(view: MonthView) -> UUID:
    if view.timesheet_id is None:
        raise NotFound
    return view.timesheet_id


def _subject(sheet_id: UUID, view: MonthView) -> approvals.Subject:
    return approvals.Subject(
        kind=SubjectKind.MONTH, id=sheet_id, owner_employee_id=view.employee_id, content_digest=view.digest
    )
