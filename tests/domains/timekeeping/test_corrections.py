"""Corrections: asked for by the person, decided by somebody else, appended as facts that point at the old ones."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from support.cast import NOON, Cast
from support.punching import at, punch
from support.work import calculate
from tokimori.domains.approvals.services import AlreadyDecided, NoteMissing, OwnSubject
from tokimori.domains.approvals.states import ApprovalState
from tokimori.domains.timekeeping.corrections import CorrectionWish, Effect
from tokimori.domains.timekeeping.errors import PunchInFuture, PunchNotCorrectable
from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.domains.timekeeping.queries import correction, current_punches
from tokimori.domains.timekeeping.services.corrections import (
    ReasonMissing,
    approve_correction,
    request_correction,
    return_correction,
    withdraw_correction,
)
from tokimori.domains.timesheets.queries import days_between
from tokimori.engine import PunchKind
from tokimori.foundation.errors import NotFound
from tokimori.foundation.tenancy.context import tenant_transaction

DAY = date(2026, 4, 1)
EVENING = NOON + timedelta(hours=8)


def wish(cast: Cast, **changes: object) -> CorrectionWish:
    plain = {
        "effect": Effect.ADD,
        "employee_id": cast["aiko"].employee_id,
        "work_date": DAY,
        "reason": "forgot",
        "kind": PunchKind.OUT,
        "occurred_at": at(DAY, "18:00"),
    }
    return CorrectionWish(**{**plain, **changes})


def ask(cast: Cast, **changes: object) -> UUID:
    with tenant_transaction(cast.tenant):
        return request_correction(actor=cast["aiko"].principal, wish=wish(cast, **changes), now=EVENING)


def counted(cast: Cast) -> list[tuple[str, datetime]]:
    with tenant_transaction(cast.tenant):
        views = current_punches(
            tenant=cast.tenant,
            employee_ids=[cast["aiko"].employee_id],
            start=at(DAY, "00:00"),
            end=at(DAY, "30:00"),
        )[cast["aiko"].employee_id]
    return [(str(view.kind), view.occurred_at) for view in views]


def approve(cast: Cast, correction_id: UUID, *, by: str = "ben") -> None:
    with tenant_transaction(cast.tenant):
        approve_correction(actor=cast[by].principal, correction_id=correction_id, note="", now=EVENING)


def test_an_approved_addition_counts(cast: Cast) -> None:
    punch(cast, "aiko", DAY, "in 09:00", now=NOON)

    approve(cast, ask(cast))

    assert counted(cast) == [("in", at(DAY, "09:00")), ("out", at(DAY, "18:00"))]


def test_until_it_is_approved_nothing_counts(cast: Cast) -> None:
    punch(cast, "aiko", DAY, "in 09:00", now=NOON)

    ask(cast)

    assert counted(cast) == [("in", at(DAY, "09:00"))]


def test_a_replacement_stands_for_the_old_punch_which_stays_readable(cast: Cast) -> None:
    (old,) = punch(cast, "aiko", DAY, "in 09:30", now=NOON)

    approve(
        cast,
        ask(cast, effect=Effect.REPLACE, refers_to_id=old.punch_id, kind=PunchKind.IN, occurred_at=at(DAY, "09:00")),
    )

    assert counted(cast) == [("in", at(DAY, "09:00"))]
    with tenant_transaction(cast.tenant):
        assert PunchEvent.objects.count() == 2


def test_a_withdrawn_punch_no_longer_counts(cast: Cast) -> None:
    (old,) = punch(cast, "aiko", DAY, "in 09:30", now=NOON)

    approve(cast, ask(cast, effect=Effect.WITHDRAW, refers_to_id=old.punch_id, kind=None, occurred_at=None))

    assert counted(cast) == []


def test_of_two_corrections_of_one_punch_the_second_is_refused(cast: Cast) -> None:
    (old,) = punch(cast, "aiko", DAY, "in 09:30", now=NOON)
    first = ask(cast, effect=Effect.WITHDRAW, refers_to_id=old.punch_id, kind=None, occurred_at=None)
    second = ask(
        cast, effect=Effect.REPLACE, refers_to_id=old.punch_id, kind=PunchKind.IN, occurred_at=at(DAY, "09:00")
    )
    approve(cast, first)

    with pytest.raises(PunchNotCorrectable):
        approve(cast, second)

    with tenant_transaction(cast.tenant):
        assert correction(tenant=cast.tenant, correction_id=second).state is ApprovalState.SUBMITTED


def test_nobody_decides_on_his_own(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        own = request_correction(
            actor=cast["ben"].principal, wish=wish(cast, employee_id=cast["ben"].employee_id), now=EVENING
        )

    with pytest.raises(OwnSubject):
        approve(cast, own, by="ben")


def test_who_does_not_lead_does_not_even_find_it(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        of_ben = request_correction(
            actor=cast["ben"].principal, wish=wish(cast, employee_id=cast["ben"].employee_id), now=EVENING
        )

    approve(cast, of_ben, by="chie")
    with pytest.raises(NotFound), tenant_transaction(cast.tenant):
        request_correction(actor=cast["ben"].principal, wish=wish(cast), now=EVENING)


def test_what_is_decided_stays_decided(cast: Cast) -> None:
    asked = ask(cast)
    approve(cast, asked)

    with pytest.raises(AlreadyDecided):
        approve(cast, asked)


def test_a_return_needs_words_and_changes_nothing(cast: Cast) -> None:
    asked = ask(cast)

    with pytest.raises(NoteMissing), tenant_transaction(cast.tenant):
        return_correction(actor=cast["ben"].principal, correction_id=asked, note=" ", now=EVENING)
    with tenant_transaction(cast.tenant):
        return_correction(actor=cast["ben"].principal, correction_id=asked, note="which day?", now=EVENING)
        assert correction(tenant=cast.tenant, correction_id=asked).state is ApprovalState.RETURNED
    assert counted(cast) == []


def test_a_withdrawn_wish_can_no_longer_be_approved(cast: Cast) -> None:
    asked = ask(cast)
    with tenant_transaction(cast.tenant):
        withdraw_correction(actor=cast["aiko"].principal, correction_id=asked, now=EVENING)

    with pytest.raises(AlreadyDecided):
        approve(cast, asked)


def test_the_future_and_silence_are_refused(cast: Cast) -> None:
    with pytest.raises(PunchInFuture):
        ask(cast, occurred_at=at(DAY, "40:00"))
    with pytest.raises(ReasonMissing):
        ask(cast, reason="   ")


def test_another_persons_punch_cannot_be_referred_to(cast: Cast) -> None:
    (of_ben,) = punch(cast, "ben", DAY, "in 09:00", now=NOON)

    with pytest.raises(NotFound):
        ask(cast, effect=Effect.WITHDRAW, refers_to_id=of_ben.punch_id, kind=None, occurred_at=None)


def test_the_day_is_calculated_anew(cast: Cast) -> None:
    punch(cast, "aiko", DAY, "in 09:00", now=NOON)
    approve(cast, ask(cast))

    calculate(cast, now=EVENING)

    with tenant_transaction(cast.tenant):
        days = days_between(tenant=cast.tenant, employee_ids=[cast["aiko"].employee_id], first=DAY, last=DAY)[
            cast["aiko"].employee_id
        ]
    assert days[DAY].figures.worked_minutes == 540
