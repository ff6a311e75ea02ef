"""V4 and V8 of the situations in tests/engine/test_vectors_of_peers.py: what comes after a decision."""

from datetime import date, timedelta

from support.cast import Cast
from support.months import APRIL, FIRST_OF_MAY, hand_in_and_approve, work_april
from support.punching import punch
from support.work import calculate
from tokimori.domains.closings.models import Seal
from tokimori.domains.closings.queries import adjustments_settled_in
from tokimori.domains.closings.services.seal import seal_period
from tokimori.domains.timesheets.gathering import FactShelf
from tokimori.domains.timesheets.queries import days_between, month_of
from tokimori.domains.timesheets.services.calculation import calculate_stretch
from tokimori.foundation.tenancy.context import tenant_transaction

SATURDAY = date(2026, 4, 25)
TWO_DAYS_LATER = FIRST_OF_MAY + timedelta(days=2)


def test_v4_a_punch_two_days_after_the_close_is_kept_and_leaves_the_seal_alone(cast: Cast) -> None:
    work_april(cast)
    hand_in_and_approve(cast)
    with tenant_transaction(cast.tenant):
        seal_period(actor=cast["chie"].principal, month=APRIL, now=FIRST_OF_MAY + timedelta(hours=2))
        before = Seal.objects.get().content

    answers = punch(cast, "aiko", SATURDAY, "in 10:00, out 12:00", now=TWO_DAYS_LATER)
    calculate(cast, now=TWO_DAYS_LATER)

    assert [answer.outcome.value for answer in answers] == ["recorded", "recorded"]
    with tenant_transaction(cast.tenant):
        (adjustment,) = adjustments_settled_in(tenant=cast.tenant, month=APRIL.following)
        assert Seal.objects.get().content == before
    assert (adjustment.work_date, adjustment.difference["worked_minutes"]) == (SATURDAY, 120)


def test_v8_after_an_approved_day_changed_the_account_is_that_of_a_full_calculation(cast: Cast) -> None:
    work_april(cast)
    hand_in_and_approve(cast)
    aiko = cast["aiko"].employee_id

    punch(cast, "aiko", SATURDAY, "in 10:00, out 12:00", now=TWO_DAYS_LATER)
    calculate(cast, now=TWO_DAYS_LATER)

    with tenant_transaction(cast.tenant):
        kept = days_between(tenant=cast.tenant, employee_ids=[aiko], first=APRIL.first, last=APRIL.last)[aiko]
        shelf = FactShelf(tenant=cast.tenant, employee_ids=[aiko], now=TWO_DAYS_LATER)
        fresh = calculate_stretch(shelf=shelf, employee_id=aiko, first=APRIL.first, last=APRIL.last)
        view = month_of(tenant=cast.tenant, employee_id=aiko, month=APRIL)
    assert {one.work_date: one.result_digest for one in fresh if one.work_date in kept} == {
        day: row.result_digest for day, row in kept.items()
    }
    assert view.total.worked_minutes == 22 * 480 + 120
    assert not view.is_approved_as_it_stands
