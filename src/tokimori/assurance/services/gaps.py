"""A gap of the sheet that is accepted for a time: proposed by one of the provider's people, accepted by another one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.assurance.catalogue.controls import ROWS
from tokimori.assurance.models import AcceptedGap
from tokimori.assurance.queries import present_sheet
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import InvalidInput, NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import PROVIDER
from tokimori.foundation.vouching.errors import ProposalDecided
from tokimori.foundation.vouching.services.proposals import approve, propose, refuse
from tokimori.foundation.vouching.subjects import Subject

LONGEST_REASON: Final = 300
SHORTEST_REASON: Final = 10
LONGEST_TIME: Final = timedelta(days=366)


class GapNotAcceptable(InvalidInput):
    """A gap is accepted for a row that is not founded, with a reason, and for a year at most."""

    code = "assurance.gap_not_acceptable"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapWish:
    """What somebody wants to be accepted: a row, a reason of 10 to 300 characters, and an end. It changes no state."""

    row: int
    reason: str
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.row not in ROWS:
            raise GapNotAcceptable(field="row")
        if not SHORTEST_REASON <= len(self.reason.strip()) <= LONGEST_REASON:
            raise GapNotAcceptable(field="reason")


@transaction.atomic
def propose_gap(*, actor: Principal, wish: GapWish, now: datetime) -> UUID:
    """Ask another one of the provider's people to accept a gap; return the proposal's id.

    It takes the place of what was proposed for the same row before, and is void after two weeks. Raise
    ``GapNotAcceptable`` for a row that is founded, and for an end that is over or more than a year ahead.
    """
    _require_provider(actor)
    if not now < wish.ends_at <= now + LONGEST_TIME:
        raise GapNotAcceptable(field="ends_at")
    if present_sheet(now=now).answers[wish.row].is_good:
        raise GapNotAcceptable(field="row")
    content = {"row": wish.row, "reason": wish.reason.strip(), "ends_at": wish.ends_at.isoformat()}
    return propose(actor=actor, subject=Subject.ACCEPTED_GAP, target=str(wish.row), content=content, now=now)


@transaction.atomic
def accept_gap(*, actor: Principal, proposal_id: UUID, now: datetime) -> UUID:
    """Accept a gap that another one proposed; it explains the row, and leaves its state as it is. Return its id.

    Raise ``OwnProposal`` for one's own, and ``ProposalDecided`` for one that was decided on, waited too long, or whose end
    has passed meanwhile.
    """
    _require_provider(actor)
    found = approve(actor=actor, subject=Subject.ACCEPTED_GAP, proposal_id=proposal_id, now=now)
    ends_at = datetime.fromisoformat(found.content["ends_at"])
    if ends_at <= now:
        raise ProposalDecided
    row = AcceptedGap.objects.create(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        row=found.content["row"],
        reason=found.content["reason"],
        requested_by=found.proposed_by,
        approved_by=account_id_of(actor),
        approved_at=now,
        expires_at=ends_at,
    )
    record_event(EventName.CONTROL_GAP_ACCEPTED, actor=actor, subject_id=row.id, at=now, row=row.row)
    return row.id


@transaction.atomic
def refuse_gap(*, actor: Principal, proposal_id: UUID, now: datetime) -> None:
    """Let a proposal be void: another one's, or one's own."""
    _require_provider(actor)
    refuse(actor=actor, subject=Subject.ACCEPTED_GAP, proposal_id=proposal_id, now=now)


def _require_provider(actor: Principal) -> None:
    authorise(actor, Permission.COMPLIANCE_WRITE)
    if actor.tenant_id != PROVIDER:
        raise NotFound
