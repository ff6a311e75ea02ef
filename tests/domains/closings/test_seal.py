"""Sealing: refused while anything is open, chained, never changed by what comes late."""

import json
from datetime import date, timedelta

import pytest

from support.cast import Cast
from support.months import APRIL, FIRST_OF_MAY, hand_in_and_approve, work_april
from support.punching import punch
from support.work import calculate
from tokimori.domains.closings.errors import PeriodNotReady, PeriodNotSealed, PeriodSealed, ReopeningReasonMissing
from tokimori.domains.closings.models import Seal, SealedTimesheet
from tokimori.domains.closings.queries import adjustments_settled_in, holding_seal, seals
from tokimori.domains.closings.services.seal import FIRST_DIGEST, reopen_period, seal_period
from tokimori.domains.timekeeping.corrections import CorrectionWish, Effect
from tokimori.domains.timekeeping.services.corrections import approve_correction, request_correction
from tokimori.domains.timesheets.errors import MonthChanged, MonthHasGaps, MonthNotOver
from tokimori.domains.timesheets.queries import month_of
from tokimori.domains.timesheets.services.approval import approve_month, return_month, submit_month
from tokimori.foundation.canonical import digest
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.tenancy.context import tenant_transaction

LATER = FIRST_OF_MAY + timedelta(hours=2)


def seal(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        seal_period(actor=cast["chie"].principal, month=APRIL, now=LATER)


@pytest.fixture
def ready(cast: Cast) -> Cast:
    work_april(cast)
    hand_in_and_approve(cast)
    return cast


def test_a_ready_month_is_sealed_under_a_digest_of_its_content(ready: Cast) -> None:
    seal(ready)

    with tenant_transaction(ready.tenant):
        row = Seal.objects.get()
        sheets = list(SealedTimesheet.objects.all())
    content = json.loads(row.content)
    assert row.digest == digest(content)
    assert row.previous_digest == FIRST_DIGEST
    assert content["timesheets"] == {str(sheet.employee_id): digest(json.loads(sheet.content)) for sheet in sheets}
    assert len(sheets) == 3
    assert json.loads(sheets[0].content)["total"]["worked_minutes"] == 22 * 480


def test_what_is_open_is_counted_and_stops_the_seal(cast: Cast) -> None:
    work_april(cast)

    with pytest.raises(PeriodNotReady) as refusal:
        seal(cast)

    assert refusal.value.facts == {"handed_in": 3, "approved": 3}


def test_only_payroll_seals(ready: Cast) -> None:
    with pytest.raises(NotAllowed), tenant_transaction(ready.tenant):
        seal_period(actor=ready["ben"].principal, month=APRIL, now=LATER)


def test_a_late_punch_is_kept_and_becomes_an_adjustment(ready: Cast) -> None:
    seal(ready)
    with tenant_transaction(ready.tenant):
        before = Seal.objects.get().content, sorted(SealedTimesheet.objects.values_list("content", flat=True))

    punch(ready, "aiko", date(2026, 4, 25), "in 10:00, out 12:00", now=LATER)
    calculate(ready, now=LATER)

    with tenant_transaction(ready.tenant):
        (adjustment,) = adjustments_settled_in(tenant=ready.tenant, month=APRIL.following)
        after = Seal.objects.get().content, sorted(SealedTimesheet.objects.values_list("content", flat=True))
    assert (adjustment.work_date, adjustment.difference["worked_minutes"]) == (date(2026, 4, 25), 120)
    assert adjustment.difference["non_legal_holiday_minutes"] == 120
    assert after == before


def test_an_adjustment_that_is_undone_goes_away(ready: Cast) -> None:
    seal(ready)
    answers = punch(ready, "aiko", date(2026, 4, 25), "in 10:00, out 12:00", now=LATER)
    calculate(ready, now=LATER)

    for answer in answers:
        wish = CorrectionWish(
            effect=Effect.WITHDRAW,
            employee_id=ready["aiko"].employee_id,
            work_date=date(2026, 4, 25),
            reason="not mine",
            refers_to_id=answer.punch_id,
        )
        with tenant_transaction(ready.tenant):
            asked = request_correction(actor=ready["aiko"].principal, wish=wish, now=LATER)
            approve_correction(actor=ready["ben"].principal, correction_id=asked, note="", now=LATER)
    calculate(ready, now=LATER)

    with tenant_transaction(ready.tenant):
        assert adjustments_settled_in(tenant=ready.tenant, month=APRIL.following) == ()


def test_a_sealed_month_is_not_sealed_again_and_an_open_one_not_reopened(ready: Cast) -> None:
    with pytest.raises(PeriodNotSealed), tenant_transaction(ready.tenant):
        reopen_period(actor=ready["chie"].principal, month=APRIL, reason="x", now=LATER)
    seal(ready)

    with pytest.raises(PeriodSealed):
        seal(ready)


def test_a_reopened_month_keeps_its_seal_and_the_next_follows_in_the_chain(ready: Cast) -> None:
    seal(ready)
    with tenant_transaction(ready.tenant):
        first = holding_seal(tenant=ready.tenant, month=APRIL)
        with pytest.raises(ReopeningReasonMissing):
            reopen_period(actor=ready["chie"].principal, month=APRIL, reason=" ", now=LATER)
        reopen_period(actor=ready["chie"].principal, month=APRIL, reason="wrong plan", now=LATER)
        assert holding_seal(tenant=ready.tenant, month=APRIL) is None

    seal(ready)

    with tenant_transaction(ready.tenant):
        second, old = seals(tenant=ready.tenant)
    assert first is not None
    assert (second.sequence, second.previous_digest) == (2, first.digest)
    assert (old.digest, old.reopened_reason) == (first.digest, "wrong plan")


def test_what_changes_after_its_approval_must_be_approved_again(ready: Cast) -> None:
    punch(ready, "aiko", date(2026, 4, 25), "in 10:00, out 12:00", now=LATER)
    calculate(ready, now=LATER)

    with pytest.raises(PeriodNotReady) as refusal:
        seal(ready)
    assert refusal.value.facts == {"approved": 1}

    aiko = ready["aiko"]
    with tenant_transaction(ready.tenant):
        return_month(
            actor=ready["ben"].principal, employee_id=aiko.employee_id, month=APRIL, note="Saturday?", now=LATER
        )
        submit_month(actor=aiko.principal, employee_id=aiko.employee_id, month=APRIL, now=LATER)
        view = month_of(tenant=ready.tenant, employee_id=aiko.employee_id, month=APRIL)
        approve_month(
            actor=ready["ben"].principal,
            employee_id=aiko.employee_id,
            month=APRIL,
            seen_digest=view.digest,
            note="",
            now=LATER,
        )
    seal(ready)


def test_a_month_is_approved_only_as_it_was_seen(cast: Cast) -> None:
    work_april(cast)
    aiko = cast["aiko"]
    with tenant_transaction(cast.tenant):
        submit_month(actor=aiko.principal, employee_id=aiko.employee_id, month=APRIL, now=FIRST_OF_MAY)

    with pytest.raises(MonthChanged), tenant_transaction(cast.tenant):
        approve_month(
            actor=cast["ben"].principal,
            employee_id=aiko.employee_id,
            month=APRIL,
            seen_digest="0" * 64,
            note="",
            now=LATER,
        )


def test_a_month_that_is_not_over_or_has_gaps_is_not_handed_in(cast: Cast) -> None:
    work_april(cast)
    aiko = cast["aiko"]
    punch(cast, "aiko", date(2026, 4, 25), "in 10:00", now=FIRST_OF_MAY)
    calculate(cast, now=FIRST_OF_MAY)

    with pytest.raises(MonthHasGaps), tenant_transaction(cast.tenant):
        submit_month(actor=aiko.principal, employee_id=aiko.employee_id, month=APRIL, now=FIRST_OF_MAY)
    with pytest.raises(MonthNotOver), tenant_transaction(cast.tenant):
        submit_month(actor=aiko.principal, employee_id=aiko.employee_id, month=APRIL.following, now=FIRST_OF_MAY)
