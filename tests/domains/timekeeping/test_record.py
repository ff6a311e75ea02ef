"""Recording punches: durable, once, never refused for being late."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from support.cast import NOON, Cast
from support.punching import at, punch, report
from tokimori.domains.timekeeping.errors import KeyReused, PunchInFuture, PunchTooOld, TooManyReports, UnknownEmployee
from tokimori.domains.timekeeping.models import PunchEvent, StaleDay
from tokimori.domains.timekeeping.reports import Outcome, PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punch, record_punches
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import TenantContextError, tenant_transaction

DAY = date(2026, 4, 1)


def test_a_punch_is_stored_with_its_mark_and_its_event(cast: Cast) -> None:
    (answer,) = punch(cast, "aiko", DAY, "in 09:00", now=NOON)

    assert answer.outcome is Outcome.RECORDED
    with tenant_transaction(cast.tenant):
        row = PunchEvent.objects.get(id=answer.punch_id)
        assert (row.kind, row.offset_minutes, row.zone, row.received_at) == ("in", 540, "Asia/Tokyo", NOON)
        assert row.occurred_at == at(DAY, "09:00")
        assert StaleDay.objects.get().work_date == DAY
        assert LedgerEvent.objects.filter(name="punch:recorded", subject_id=row.id).count() == 1


@pytest.mark.control(124)
def test_the_same_report_again_is_answered_as_before_and_stored_once(cast: Cast) -> None:
    (first,) = punch(cast, "aiko", DAY, "in 09:00", now=NOON)

    (again,) = punch(cast, "aiko", DAY, "in 09:00", now=NOON + timedelta(hours=1))

    assert (again.outcome, again.punch_id) == (Outcome.REPEATED, first.punch_id)
    with tenant_transaction(cast.tenant):
        assert PunchEvent.objects.count() == 1
        assert StaleDay.objects.count() == 1


@pytest.mark.control(124)
def test_the_same_key_with_other_content_is_refused_and_changes_nothing(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        one = report(cast, "aiko", DAY, "in", "09:00", key="k")
        other = report(cast, "aiko", DAY, "in", "09:01", key="k")
        record_punch(actor=cast.system, report=one, now=NOON)

        with pytest.raises(KeyReused):
            record_punch(actor=cast.system, report=other, now=NOON)

        assert PunchEvent.objects.get().occurred_at == at(DAY, "09:00")


def test_one_key_twice_in_one_batch_counts_once(cast: Cast) -> None:
    one = report(cast, "aiko", DAY, "in", "09:00", key="k")
    other = report(cast, "aiko", DAY, "in", "09:01", key="k")

    with tenant_transaction(cast.tenant):
        answers = record_punches(actor=cast.system, reports=[one, one, other], now=NOON)

    assert [answer.outcome for answer in answers] == [Outcome.RECORDED, Outcome.REPEATED, Outcome.REFUSED]
    assert isinstance(answers[2].refusal, KeyReused)


@pytest.mark.parametrize(
    ("clock", "refusal"),
    [
        pytest.param("12:05", None, id="five minutes ahead is the clock's tolerance"),
        pytest.param("12:06", PunchInFuture, id="six minutes ahead is the future"),
    ],
)
def test_the_future_is_refused(cast: Cast, clock: str, refusal: type[Exception] | None) -> None:
    (answer,) = punch(cast, "aiko", DAY, f"in {clock}", now=NOON)

    assert type(answer.refusal) is (refusal or type(None))


def test_the_distant_past_is_refused(cast: Cast) -> None:
    (answer,) = punch(cast, "aiko", date(2025, 2, 24), "in 09:00", now=NOON)

    assert isinstance(answer.refusal, PunchTooOld)


def test_a_refused_report_hinders_no_other(cast: Cast) -> None:
    unknown = PunchReport(
        key="x", employee_code="nobody", occurred_at=at(DAY, "09:00"), kind=None, source=PunchSource.API
    )

    with tenant_transaction(cast.tenant):
        answers = record_punches(
            actor=cast.system, reports=[unknown, report(cast, "aiko", DAY, "in", "09:00")], now=NOON
        )

    assert isinstance(answers[0].refusal, UnknownEmployee)
    assert answers[1].outcome is Outcome.RECORDED


def test_another_tenants_employee_is_not_found(cast: Cast, dan: Cast) -> None:
    foreign = PunchReport(
        key="x", employee_code="7777", occurred_at=at(DAY, "09:00"), kind=None, source=PunchSource.API
    )

    with tenant_transaction(cast.tenant):
        (answer,) = record_punches(actor=cast.system, reports=[foreign], now=NOON)

    assert isinstance(answer.refusal, UnknownEmployee)
    with pytest.raises(TenantContextError), tenant_transaction(dan.tenant):
        record_punches(actor=cast.system, reports=[foreign], now=NOON)


def test_an_employee_punches_for_nobody_else(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        (own,) = record_punches(
            actor=cast["aiko"].principal, reports=[report(cast, "aiko", DAY, "in", "09:00")], now=NOON
        )
        (others,) = record_punches(
            actor=cast["aiko"].principal, reports=[report(cast, "ben", DAY, "in", "09:00")], now=NOON
        )

    assert own.outcome is Outcome.RECORDED
    assert isinstance(others.refusal, UnknownEmployee)


def test_too_many_reports_are_refused_whole(cast: Cast) -> None:
    many = [report(cast, "aiko", DAY, "in", "09:00", key=str(number)) for number in range(1001)]

    with pytest.raises(TooManyReports), tenant_transaction(cast.tenant):
        record_punches(actor=cast.system, reports=many, now=NOON)


def test_what_is_rolled_back_leaves_neither_fact_nor_job(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        record_punches(actor=cast.system, reports=[report(cast, "aiko", DAY, "in", "09:00")], now=NOON)
        transaction.set_rollback(True)

    with tenant_transaction(cast.tenant):
        assert not PunchEvent.objects.exists()
        assert not StaleDay.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ""},
        {"key": "x" * 101},
        {"key": "line\nbreak"},
        {"employee_code": ""},
        {"occurred_at": at(DAY, "09:00").replace(tzinfo=None)},
        {"place": "x" * 101},
        {"place": "nul\0"},
    ],
)
def test_a_report_that_cannot_be_is_never_made(wrong: dict[str, object]) -> None:
    right = {
        "key": "k", "employee_code": "0001", "occurred_at": at(DAY, "09:00"), "kind": None, "source": PunchSource.API,
    }  # fmt: skip

    with pytest.raises(ValueError, match=r"\w"):
        PunchReport(**{**right, **wrong})
