"""A punch and a seal at the same moment: the punch is in the seal or in an adjustment, never in neither."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection

from support.cast import Cast
from support.months import APRIL, FIRST_OF_MAY, hand_in_and_approve, work_april
from support.punching import punch, report
from support.work import calculate
from tokimori.domains.closings.errors import PeriodNotReady
from tokimori.domains.closings.queries import adjustments_settled_in, holding_seal, sealed_timesheets
from tokimori.domains.closings.services.seal import seal_period
from tokimori.domains.closings.services.settle import recalculate_and_settle
from tokimori.domains.timekeeping.reports import Outcome
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.domains.timesheets.models import DayResult
from tokimori.foundation.tenancy.context import tenant_transaction

pytestmark = pytest.mark.race

SATURDAY = date(2026, 4, 25)
LATER = FIRST_OF_MAY + timedelta(hours=2)


def in_thread(body: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            body()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.fixture
def ready(cast: Cast) -> Cast:
    work_april(cast)
    hand_in_and_approve(cast)
    return cast


def seal(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        seal_period(actor=cast["chie"].principal, month=APRIL, now=LATER)


def total_of_aiko(cast: Cast) -> tuple[int, int]:
    """Return Aiko's worked minutes in the seal, and in adjustments beside it."""
    with tenant_transaction(cast.tenant):
        holding = holding_seal(tenant=cast.tenant, month=APRIL)
        assert holding is not None
        sheets = sealed_timesheets(tenant=cast.tenant, seal_id=holding.id)
        own = next(sheet for sheet in sheets if sheet["employee"] == str(cast["aiko"].employee_id))
        late = adjustments_settled_in(tenant=cast.tenant, month=APRIL.following)
    return own["total"]["worked_minutes"], sum(one.difference.get("worked_minutes", 0) for one in late)


def test_a_punch_that_commits_while_the_month_is_being_sealed_becomes_an_adjustment(ready: Cast) -> None:
    sealed, punched = threading.Event(), threading.Event()

    def slow_seal() -> None:
        with tenant_transaction(ready.tenant):
            seal_period(actor=ready["chie"].principal, month=APRIL, now=LATER)
            sealed.set()
            assert punched.wait(10)

    sealing = in_thread(slow_seal)
    assert sealed.wait(10)
    answers = punch(ready, "aiko", SATURDAY, "in 10:00, out 12:00", now=LATER)
    recalculation = in_thread(lambda: calculate(ready, now=LATER))
    recalculation.join(0.4)
    assert recalculation.is_alive(), "the recalculation must wait for the seal"
    punched.set()
    sealing.join(10)
    recalculation.join(10)

    assert {answer.outcome for answer in answers} == {Outcome.RECORDED}
    assert total_of_aiko(ready) == (22 * 480, 120)


def test_a_seal_waits_for_a_recalculation_in_hand_and_then_refuses_what_changed(ready: Cast) -> None:
    punch(ready, "aiko", SATURDAY, "in 10:00, out 12:00", now=LATER)
    calculated, looked = threading.Event(), threading.Event()
    refused: list[PeriodNotReady] = []

    def slow_recalculation() -> None:
        with tenant_transaction(ready.tenant):
            recalculate_and_settle(tenant=ready.tenant, employee_ids=[ready["aiko"].employee_id], now=LATER)
            calculated.set()
            assert looked.wait(10)

    def try_to_seal() -> None:
        try:
            seal(ready)
        except PeriodNotReady as refusal:
            refused.append(refusal)

    recalculating = in_thread(slow_recalculation)
    assert calculated.wait(10)
    sealing = in_thread(try_to_seal)
    sealing.join(0.4)
    assert sealing.is_alive(), "the seal must wait for the recalculation"
    looked.set()
    recalculating.join(10)
    sealing.join(10)

    assert refused[0].facts == {"approved": 1}


def test_many_punches_and_a_seal_at_once_lose_nothing(ready: Cast) -> None:
    barrier = threading.Barrier(5)

    def press(hour: int) -> None:
        barrier.wait()
        punch(ready, "aiko", SATURDAY, f"in {hour}:00, out {hour}:30", now=LATER)
        calculate(ready, now=LATER)

    def try_to_seal() -> None:
        barrier.wait()
        try:
            seal(ready)
        except PeriodNotReady:
            return

    threads = [in_thread(lambda hour=hour: press(hour)) for hour in (9, 11, 13, 15)] + [in_thread(try_to_seal)]
    for thread in threads:
        thread.join(30)
    calculate(ready, now=LATER)

    with tenant_transaction(ready.tenant):
        holding = holding_seal(tenant=ready.tenant, month=APRIL)
    if holding is not None:
        sealed, late = total_of_aiko(ready)
        assert sealed + late == 22 * 480 + 120


def test_twelve_simultaneous_sends_of_one_report_store_one_punch(cast: Cast) -> None:
    barrier = threading.Barrier(12)
    outcomes: list[tuple[Outcome, object]] = []

    def send() -> None:
        barrier.wait()
        with tenant_transaction(cast.tenant):
            (answer,) = record_punches(
                actor=cast.system, reports=[report(cast, "aiko", SATURDAY, "in", "09:00", key="one")], now=LATER
            )
        outcomes.append((answer.outcome, answer.punch_id))

    threads = [in_thread(send) for _ in range(12)]
    for thread in threads:
        thread.join(20)

    assert sorted(outcome for outcome, _ in outcomes) == [Outcome.RECORDED, *[Outcome.REPEATED] * 11]
    assert len({punch_id for _, punch_id in outcomes}) == 1


def test_of_two_recalculations_the_one_with_older_facts_does_not_write_last(ready: Cast) -> None:
    """The second has a newer punch; it waits for the first, and then sees everything."""
    punch(ready, "aiko", SATURDAY, "in 10:00, out 12:00", now=LATER)
    calculated, punched = threading.Event(), threading.Event()

    def slow_recalculation() -> None:
        with tenant_transaction(ready.tenant):
            recalculate_and_settle(tenant=ready.tenant, employee_ids=[ready["aiko"].employee_id], now=LATER)
            calculated.set()
            assert punched.wait(10)

    first = in_thread(slow_recalculation)
    assert calculated.wait(10)
    punch(ready, "aiko", SATURDAY, "in 13:00, out 14:00", now=LATER)
    second = in_thread(lambda: calculate(ready, now=LATER))
    second.join(0.4)
    assert second.is_alive(), "the second recalculation must wait for the first"
    punched.set()
    first.join(10)
    second.join(10)

    with tenant_transaction(ready.tenant):
        kept = DayResult.objects.get(employee_id=ready["aiko"].employee_id, work_date=SATURDAY)
    assert kept.worked_minutes == 180
