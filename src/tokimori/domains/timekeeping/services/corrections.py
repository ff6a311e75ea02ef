"""Ask for a correction, and decide on it. What is approved becomes new facts that point at the old ones."""

from datetime import datetime
from typing import assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from tokimori.domains.approvals import services as approvals
from tokimori.domains.approvals.states import SubjectKind
from tokimori.domains.people.queries import employee
from tokimori.domains.people.queries.reach import require_reach
from tokimori.domains.timekeeping.corrections import CorrectionView, CorrectionWish, Effect
from tokimori.domains.timekeeping.errors import PunchInFuture, PunchNotCorrectable
from tokimori.domains.timekeeping.models import CorrectionRequest
from tokimori.domains.timekeeping.queries import correction, punch
from tokimori.domains.timekeeping.reports import PunchSource
from tokimori.domains.timekeeping.services.append import NewPunch, append_punches, content_to_store
from tokimori.domains.timekeeping.services.record import CLOCK_TOLERANCE
from tokimori.domains.timekeeping.services.stale import mark_stale
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.canonical import digest
from tokimori.foundation.errors import InvalidInput, NotAllowed, NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import Event, record_event, record_events


class OwnRequest(NotAllowed):
    """Who asked for a correction does not decide on it; somebody else must."""

    code = "correction.own_request"


class ReasonMissing(InvalidInput):
    """Say in a few words why the correction is needed."""

    code = "correction.reason_missing"


@transaction.atomic
def request_correction(*, actor: Principal, wish: CorrectionWish, now: datetime) -> UUID:
    """Hand in a correction of one's own punches, or as an administrator of somebody's within reach; another decides."""
    _authorise_request(actor=actor, employee_id=wish.employee_id, now=now)
    if not wish.reason.strip():
        raise ReasonMissing
    if wish.occurred_at is not None and wish.occurred_at > now + CLOCK_TOLERANCE:
        raise PunchInFuture
    if wish.refers_to_id is not None:
        _require_current(actor=actor, wish=wish)
    person = employee(tenant=actor.tenant_id, employee_id=wish.employee_id, on=wish.work_date)
    if person.employment is None:
        raise NotFound
    row = CorrectionRequest.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        employee_id=wish.employee_id,
        requested_by_id=actor.account_id,
        effect=wish.effect,
        refers_to_id=wish.refers_to_id,
        kind=wish.kind,
        occurred_at=wish.occurred_at,
        zone=person.employment.site.zone,
        work_date=wish.work_date,
        reason=wish.reason.strip(),
        requested_at=now,
    )
    approvals.submit(actor=actor, subject=_subject(row.id, wish.employee_id), now=now)
    record_event(EventName.CORRECTION_REQUESTED, actor=actor, subject_id=row.id, at=now)
    return row.id


@transaction.atomic
def approve_correction(*, actor: Principal, correction_id: UUID, note: str, now: datetime) -> None:
    """Approve a correction: its facts are appended, and the days it touches calculated anew."""
    wanted = _decidable(actor=actor, correction_id=correction_id, now=now)
    approvals.approve(actor=actor, subject=_subject(wanted.id, wanted.employee_id), note=note, now=now)
    dates = {wanted.work_date}
    if wanted.refers_to_id is not None:
        old = punch(tenant=actor.tenant_id, punch_id=wanted.refers_to_id)
        if not old.is_current:
            raise PunchNotCorrectable
        dates.add(old.occurred_at.astimezone(ZoneInfo(old.zone)).date())
    _append_fact(actor=actor, wanted=wanted, now=now)
    if wanted.occurred_at is not None:
        dates.add(wanted.occurred_at.astimezone(ZoneInfo(wanted.zone)).date())
    mark_stale(tenant=actor.tenant_id, days={(wanted.employee_id, day) for day in dates}, now=now)
    record_event(EventName.CORRECTION_APPROVED, actor=actor, subject_id=wanted.id, at=now)


@transaction.atomic
def return_correction(*, actor: Principal, correction_id: UUID, note: str, now: datetime) -> None:
    """Give a correction back, saying why; nothing is changed."""
    wanted = _decidable(actor=actor, correction_id=correction_id, now=now)
    approvals.return_for_change(actor=actor, subject=_subject(wanted.id, wanted.employee_id), note=note, now=now)
    record_event(EventName.CORRECTION_RETURNED, actor=actor, subject_id=wanted.id, at=now)


@transaction.atomic
def withdraw_correction(*, actor: Principal, correction_id: UUID, now: datetime) -> None:
    """Take one's own correction back before it is decided."""
    authorise(actor, Permission.CORRECTION_REQUEST)
    wanted = correction(tenant=actor.tenant_id, correction_id=correction_id)
    if wanted.employee_id != actor.employee_id:
        raise NotFound
    approvals.withdraw(actor=actor, subject=_subject(wanted.id, wanted.employee_id), now=now)
    record_event(EventName.CORRECTION_WITHDRAWN, actor=actor, subject_id=wanted.id, at=now)


def _require_current(*, actor: Principal, wish: CorrectionWish) -> None:
    if wish.refers_to_id is None:
        return
    old = punch(tenant=actor.tenant_id, punch_id=wish.refers_to_id)
    if old.employee_id != wish.employee_id:
        raise NotFound
    if not old.is_current:
        raise PunchNotCorrectable


def _decidable(*, actor: Principal, correction_id: UUID, now: datetime) -> CorrectionView:
    """Return the correction if the actor may decide on it: who reaches its person, and did not ask for it himself."""
    authorise(actor, Permission.CORRECTION_DECIDE)
    wanted = correction(tenant=actor.tenant_id, correction_id=correction_id)
    if wanted.employee_id == actor.employee_id:
        raise approvals.OwnSubject
    require_reach(
        actor=actor, function=Function.CORRECTIONS, level=Level.APPROVE, employee_id=wanted.employee_id, on=now.date()
    )
    if wanted.requested_by_id is not None and wanted.requested_by_id == actor.account_id:
        raise OwnRequest
    return wanted


def _authorise_request(*, actor: Principal, employee_id: UUID, now: datetime) -> None:
    if actor.employee_id == employee_id:
        authorise(actor, Permission.CORRECTION_REQUEST)
        return
    if not actor.has(Permission.CORRECTION_REQUEST_ANY):
        authorise(actor, Permission.CORRECTION_REQUEST)
        raise NotFound
    require_reach(actor=actor, function=Function.CORRECTIONS, level=Level.EDIT, employee_id=employee_id, on=now.date())


def _append_fact(*, actor: Principal, wanted: CorrectionView, now: datetime) -> None:
    refers_to = wanted.refers_to_id
    occurred_at = wanted.occurred_at
    if occurred_at is None:
        # A withdrawal stands at the time of what it withdraws.
        if refers_to is None:
            raise AssertionError("A withdrawal refers to a punch.")
        occurred_at = punch(tenant=actor.tenant_id, punch_id=refers_to).occurred_at
    fact = NewPunch(
        id=new_id(at=now),
        # Two corrections of one punch meet in this key: the second finds it taken.
        key=f"undo:{refers_to}" if refers_to else f"correction:{wanted.id}",
        content_digest=digest({"correction": str(wanted.id)}),
        employee_id=wanted.employee_id,
        kind=wanted.kind,
        occurred_at=occurred_at.astimezone(ZoneInfo(wanted.zone)),
        zone=wanted.zone,
        source=PunchSource.CORRECTION,
        effect=wanted.effect.value,
        refers_to_id=refers_to,
    )
    if not append_punches(actor=actor, punches=[fact], now=now):
        raise PunchNotCorrectable
    record_events(_events_of(fact, wanted=wanted, actor=actor, now=now), actor=actor, at=now)


def _events_of(fact: NewPunch, *, wanted: CorrectionView, actor: Principal, now: datetime) -> list[Event]:
    """Return what is recorded of a fact: each is bound to its content by one event, and what it replaces has its own."""
    content = content_to_store(punch=fact, actor=actor, now=now)
    recorded = Event(
        name=EventName.PUNCH_RECORDED,
        subject_id=fact.id,
        details={"source": fact.source.value, "content": content, "correction": str(wanted.id)},
        claimed_at=fact.occurred_at,
        person_id=fact.employee_id,
    )
    is_withdrawal = wanted.effect is Effect.WITHDRAW
    bound = {"fact": str(fact.id), "content": content} if is_withdrawal else {}
    withdrawn = Event(
        name=EventName.PUNCH_WITHDRAWN,
        subject_id=fact.refers_to_id,
        details={"correction": str(wanted.id), **bound},
        person_id=fact.employee_id,
    )
    match wanted.effect:
        case Effect.ADD:
            return [recorded]
        case Effect.REPLACE:
            return [recorded, withdrawn]
        case Effect.WITHDRAW:
            return [withdrawn]
        case _:
            assert_never(wanted.effect)


def _subject(correction_id: UUID, employee_id: UUID) -> approvals.Subject:
    return approvals.Subject(kind=SubjectKind.CORRECTION, id=correction_id, owner_employee_id=employee_id)
