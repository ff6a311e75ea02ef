"""What one person proposes and another one decides; the room whose matter it is carries it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.canonical import digest
from tokimori.foundation.errors import Conflict, NotAllowed, NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.vouching.errors import OwnProposal, ProposalDecided, SecondPersonNeeded
from tokimori.foundation.vouching.models import Proposal, SecondPersonChoice
from tokimori.foundation.vouching.subjects import CHOOSABLE, LONGEST_WAIT, Subject

_BY_ONE_PERSON = frozenset({PrincipalKind.PERSON, PrincipalKind.OPERATOR})
"""Of whom a second one is asked. Machines publish nothing; the service itself founds companies."""
_ONE_AGAIN = {"is_asked": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """What somebody proposed. ``is_readers`` says that the reader proposed it, and so does not approve it."""

    id: UUID
    subject: Subject
    target: str
    content: Mapping[str, Any]
    proposed_by: UUID
    proposed_at: datetime
    is_readers: bool


def asks_second_person(*, tenant: TenantId, subject: Subject) -> bool:
    """Whether the company has this decided by two; by one, unless it said otherwise."""
    last = _choices(tenant, subject).first()
    return last is not None and last.is_asked


def refuse_alone(*, actor: Principal, subject: Subject) -> None:
    """Raise ``SecondPersonNeeded`` where one person alone would do what the company has decided by two."""
    if actor.kind in _BY_ONE_PERSON and asks_second_person(tenant=actor.tenant_id, subject=subject):
        raise SecondPersonNeeded(subject=subject.value)


@transaction.atomic
def choose_second_person(*, actor: Principal, subject: Subject, is_asked: bool, now: datetime) -> bool:
    """Have something decided by two from now on; return whether that holds now.

    Back to one person leads a proposal only, which another one approves; that one is returned as not holding yet.
    """
    authorise(actor, Permission.SECURITY_WRITE)
    if subject not in CHOOSABLE:
        raise NotFound
    if asks_second_person(tenant=actor.tenant_id, subject=subject) == is_asked:
        return True
    if not is_asked and actor.kind in _BY_ONE_PERSON:
        propose(actor=actor, subject=Subject.SECOND_PERSON, target=subject.value, content=_ONE_AGAIN, now=now)
        return False
    _choose(actor, subject, is_asked=is_asked, now=now)
    return True


@transaction.atomic
def end_second_person(*, actor: Principal, proposal_id: UUID, now: datetime) -> None:
    """Approve that something is decided by one person again; raise ``OwnProposal`` for one's own proposal."""
    authorise(actor, Permission.SECURITY_WRITE)
    found = approve(actor=actor, subject=Subject.SECOND_PERSON, proposal_id=proposal_id, now=now)
    _choose(actor, Subject(found.target), is_asked=False, now=now)


@transaction.atomic
def refuse_ending(*, actor: Principal, proposal_id: UUID, now: datetime) -> None:
    """Let something stay decided by two: the proposal to end that is void."""
    authorise(actor, Permission.SECURITY_WRITE)
    refuse(actor=actor, subject=Subject.SECOND_PERSON, proposal_id=proposal_id, now=now)


def propose(*, actor: Principal, subject: Subject, target: str, content: Mapping[str, Any], now: datetime) -> UUID:
    """Keep what somebody wants to hold, and return its id; it takes the place of what was proposed for the same before.

    To be called by the service whose matter it is, which has asked for the right.
    """
    if actor.account_id is None:
        raise NotAllowed
    _open(actor.tenant_id, subject, now=now).filter(target=target).update(decided_by=_decider(actor), decided_at=now)
    row = Proposal.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        subject=subject.value,
        target=target,
        content=dict(content),
        digest=digest(dict(content)),
        proposed_by=actor.account_id,
        proposed_at=now,
    )
    record_event(
        EventName.CHANGE_PROPOSED,
        actor=actor,
        subject_id=row.id,
        at=now,
        about=subject.value,
        target=target,
        digest=row.digest,
    )
    return row.id


def approve(*, actor: Principal, subject: Subject, proposal_id: UUID, now: datetime) -> ProposalView:
    """Let hold what another one proposed, and return it for the service whose matter it is, which carries it out.

    Raise ``OwnProposal`` for one's own, ``ProposalDecided`` for one that was decided on or waited for too long.
    """
    row = _held(actor, subject, proposal_id, now=now)
    if row.proposed_by == actor.account_id or actor.kind is not PrincipalKind.PERSON:
        raise OwnProposal
    Proposal.objects.filter(tenant_id=row.tenant_id, id=row.id).update(
        decided_by=actor.account_id, decided_at=now, is_approved=True
    )
    record_event(
        EventName.CHANGE_APPROVED,
        actor=actor,
        subject_id=row.id,
        at=now,
        about=subject.value,
        target=row.target,
        digest=row.digest,
        proposed_by=str(row.proposed_by),
    )
    return _view(row, actor)


def refuse(*, actor: Principal, subject: Subject, proposal_id: UUID, now: datetime) -> None:
    """Let a proposal be void: another one's, or one's own. To be called like ``approve``."""
    row = _held(actor, subject, proposal_id, now=now)
    Proposal.objects.filter(tenant_id=row.tenant_id, id=row.id).update(decided_by=_decider(actor), decided_at=now)
    record_event(
        EventName.CHANGE_REFUSED, actor=actor, subject_id=row.id, at=now, about=subject.value, target=row.target
    )


def open_proposals(
    *, actor: Principal, subject: Subject, now: datetime, target: str | None = None
) -> tuple[ProposalView, ...]:
    """Return what waits for a second person, the newest first. Who may ask is the business of who shows it."""
    rows = _open(actor.tenant_id, subject, now=now).order_by("-proposed_at", "-id")
    if target is not None:
        rows = rows.filter(target=target)
    return tuple(_view(row, actor) for row in rows)


def _open(tenant: TenantId, subject: Subject, *, now: datetime) -> QuerySet[Proposal]:
    return Proposal.objects.filter(
        tenant_id=tenant, subject=subject.value, decided_at=None, proposed_at__gt=now - LONGEST_WAIT
    )


def _decider(actor: Principal) -> UUID | None:
    """Return the account of the company that decides; one of the provider's people has none here, but the event."""
    return actor.account_id if actor.kind is PrincipalKind.PERSON else None


def _held(actor: Principal, subject: Subject, proposal_id: UUID, *, now: datetime) -> Proposal:
    rows = Proposal.objects.filter(tenant_id=actor.tenant_id, subject=subject.value, id=proposal_id)
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound
    if row.decided_at is not None or row.proposed_at <= now - LONGEST_WAIT:
        raise ProposalDecided
    return row


def _choices(tenant: TenantId, subject: Subject) -> QuerySet[SecondPersonChoice]:
    return SecondPersonChoice.objects.filter(tenant_id=tenant, subject=subject.value).order_by("-sequence")


def _choose(actor: Principal, subject: Subject, *, is_asked: bool, now: datetime) -> None:
    last = _choices(actor.tenant_id, subject).first()
    try:
        with transaction.atomic():
            row = SecondPersonChoice.objects.create(
                tenant_id=actor.tenant_id,
                id=new_id(at=now),
                subject=subject.value,
                sequence=last.sequence + 1 if last else 1,
                is_asked=is_asked,
                chosen_by=actor.account_id,
                chosen_at=now,
            )
    except IntegrityError as error:
        raise Conflict from error
    name = EventName.SECOND_PERSON_ASKED if is_asked else EventName.SECOND_PERSON_ENDED
    record_event(name, actor=actor, subject_id=row.id, at=now, about=subject.value)


def _view(row: Proposal, actor: Principal) -> ProposalView:
    return ProposalView(
        id=row.id,
        subject=Subject(row.subject),
        target=row.target,
        content=row.content,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        is_readers=row.proposed_by == actor.account_id,
    )
