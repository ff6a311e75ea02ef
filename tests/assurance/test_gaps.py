"""A gap is accepted by two people, for a time; it explains its row and changes nothing else."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError

from support.cast import Cast
from support.provider import Worker, new_worker
from tokimori.assurance.evaluation.states import State
from tokimori.assurance.models import AcceptedGap
from tokimori.assurance.queries import public_sheet
from tokimori.assurance.services.gaps import GapNotAcceptable, GapWish, accept_gap, propose_gap, refuse_gap
from tokimori.foundation import clock
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.vouching.errors import OwnProposal, ProposalDecided
from tokimori.foundation.vouching.subjects import LONGEST_WAIT

ROW = 18
"""A row for which nothing looks: who is responsible is named by people."""


@pytest.fixture
def haru() -> Worker:
    return new_worker("Haru")


@pytest.fixture
def jun() -> Worker:
    return new_worker("Jun")


def wish(
    now: datetime, *, row: int = ROW, days: int = 30, reason: str = "The appointment is signed in May."
) -> GapWish:
    return GapWish(row=row, reason=reason, ends_at=now + timedelta(days=days))


def test_what_one_proposes_another_one_accepts_and_the_state_stays(haru: Worker, jun: Worker) -> None:
    now = clock.now()
    before = public_sheet(now=now).answers[ROW].state
    with tenant_transaction(PROVIDER):
        proposal = propose_gap(actor=haru.principal, wish=wish(now), now=now)
    assert public_sheet(now=now).answers[ROW].exception is None, "a proposal alone explains nothing"

    with tenant_transaction(PROVIDER):
        accepted = accept_gap(actor=jun.principal, proposal_id=proposal, now=now)

    answer = public_sheet(now=now).answers[ROW]
    assert answer.state is before is State.NO_EVIDENCE
    assert answer.exception is not None
    assert answer.exception.requested_by == str(haru.account_id)
    assert answer.exception.approved_by == str(jun.account_id)
    assert answer.exception.expires_at == now + timedelta(days=30)
    assert public_sheet(now=now + timedelta(days=30)).answers[ROW].exception is None
    with tenant_transaction(PROVIDER):
        event = LedgerEvent.objects.get(subject_id=accepted, name=EventName.CONTROL_GAP_ACCEPTED)
        assert event.actor_id == jun.account_id


def test_nobody_accepts_his_own_proposal(haru: Worker) -> None:
    now = clock.now()
    with tenant_transaction(PROVIDER):
        proposal = propose_gap(actor=haru.principal, wish=wish(now), now=now)

    with pytest.raises(OwnProposal), tenant_transaction(PROVIDER):
        accept_gap(actor=haru.principal, proposal_id=proposal, now=now)


def test_the_database_takes_no_gap_of_one_person_or_of_strangers_or_without_an_end(haru: Worker, jun: Worker) -> None:
    now = clock.now()
    known = {"row": ROW, "reason": "x" * 12, "approved_at": now, "expires_at": now + timedelta(days=1)}
    two = {"requested_by": haru.account_id, "approved_by": jun.account_id}

    for wrong in (
        {**known, "requested_by": haru.account_id, "approved_by": haru.account_id},
        {**known, "requested_by": new_id(), "approved_by": jun.account_id},
        {**known, "requested_by": haru.account_id, "approved_by": new_id()},
        {**known, **two, "expires_at": now},
    ):
        with pytest.raises(IntegrityError), tenant_transaction(PROVIDER):
            AcceptedGap.objects.create(tenant_id=PROVIDER, id=new_id(), **wrong)
    with tenant_transaction(PROVIDER):
        row = AcceptedGap.objects.create(tenant_id=PROVIDER, id=new_id(), **known, **two)
    with pytest.raises(DatabaseError), tenant_transaction(PROVIDER):
        AcceptedGap.objects.filter(tenant_id=PROVIDER, id=row.id).update(approved_by=haru.account_id)


def test_what_was_refused_or_waited_too_long_is_not_accepted(haru: Worker, jun: Worker) -> None:
    now = clock.now()
    with tenant_transaction(PROVIDER):
        refused = propose_gap(actor=haru.principal, wish=wish(now), now=now)
        refuse_gap(actor=jun.principal, proposal_id=refused, now=now)
        waiting = propose_gap(actor=haru.principal, wish=wish(now), now=now)

    with pytest.raises(ProposalDecided), tenant_transaction(PROVIDER):
        accept_gap(actor=jun.principal, proposal_id=refused, now=now)
    with pytest.raises(ProposalDecided), tenant_transaction(PROVIDER):
        accept_gap(actor=jun.principal, proposal_id=waiting, now=now + LONGEST_WAIT)
    with tenant_transaction(PROVIDER):
        short = propose_gap(actor=haru.principal, wish=wish(now, days=1), now=now)
    with pytest.raises(ProposalDecided), tenant_transaction(PROVIDER):
        accept_gap(actor=jun.principal, proposal_id=short, now=now + timedelta(days=1))


@pytest.mark.parametrize(
    ("row", "reason"), [(0, "long enough"), (136, "long enough"), (ROW, "short"), (ROW, "x" * 301)]
)
def test_a_wish_that_is_none_cannot_be_made(row: int, reason: str) -> None:
    with pytest.raises(GapNotAcceptable):
        wish(clock.now(), row=row, reason=reason)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_gap_ends_within_a_year(haru: Worker, days: int) -> None:
    now = clock.now()

    with pytest.raises(GapNotAcceptable), tenant_transaction(PROVIDER):
        propose_gap(actor=haru.principal, wish=wish(now, days=days), now=now)


def test_what_is_founded_has_no_gap(haru: Worker) -> None:
    now = clock.now()
    founded = next(row for row, answer in public_sheet(now=now).answers.items() if answer.is_good)

    with pytest.raises(GapNotAcceptable), tenant_transaction(PROVIDER):
        propose_gap(actor=haru.principal, wish=wish(now, row=founded), now=now)


def test_no_company_proposes_or_accepts_anything(cast: Cast, haru: Worker) -> None:
    now = clock.now()
    with pytest.raises(NotAllowed), tenant_transaction(cast.tenant):
        propose_gap(actor=cast["aiko"].principal, wish=wish(now), now=now)
    with pytest.raises(NotFound), tenant_transaction(cast.tenant):
        propose_gap(actor=cast.system, wish=wish(now), now=now)
    with tenant_transaction(PROVIDER):
        proposal = propose_gap(actor=haru.principal, wish=wish(now), now=now)
    with pytest.raises(NotFound), tenant_transaction(cast.tenant):
        accept_gap(actor=cast.system, proposal_id=proposal, now=now)
