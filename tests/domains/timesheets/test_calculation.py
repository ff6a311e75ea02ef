"""Recalculation: only what is marked, to the same bytes, and never lost."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.cast import NOON, Cast, plan_office_days, usual_cast
from support.punching import punch, report
from support.rules import tokyo_rules
from support.work import calculate
from tokimori.domains.closings.services.settle import recalculate_and_settle
from tokimori.domains.rulesets.services import publish_rule_set
from tokimori.domains.timekeeping.models import StaleDay
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.domains.timesheets.gathering import FactShelf
from tokimori.domains.timesheets.models import DayResult, DayRevision
from tokimori.domains.timesheets.queries import day_content, days_between
from tokimori.domains.timesheets.services.calculation import calculate_stretch, recalculate_employees
from tokimori.domains.timesheets.services.staleness import mark_finished_days, mark_rule_set_stale
from tokimori.foundation.canonical import digest
from tokimori.foundation.tenancy.context import tenant_transaction

WEDNESDAY = date(2026, 4, 1)
NEXT_WEEK = NOON + timedelta(days=7)


def worked(cast: Cast, name: str, day: date) -> int | None:
    employee_id = cast[name].employee_id
    with tenant_transaction(cast.tenant):
        days = days_between(tenant=cast.tenant, employee_ids=[employee_id], first=day, last=day)[employee_id]
    return days[day].figures.worked_minutes if day in days else None


def test_a_day_is_calculated_and_its_mark_taken(cast: Cast) -> None:
    plan_office_days(cast, "aiko", first=date(2026, 3, 29), count=14)
    punch(cast, "aiko", WEDNESDAY, "in 09:00, out 18:30", now=NEXT_WEEK)

    calculate(cast, now=NEXT_WEEK)

    assert worked(cast, "aiko", WEDNESDAY) == 510
    with tenant_transaction(cast.tenant):
        assert not StaleDay.objects.exists()
        content = day_content(tenant=cast.tenant, employee_id=cast["aiko"].employee_id, work_date=WEDNESDAY)
        row = DayResult.objects.get(employee_id=cast["aiko"].employee_id, work_date=WEDNESDAY)
    assert content is not None
    assert row.result_digest == digest(content)


def test_calculating_again_changes_nothing(cast: Cast) -> None:
    plan_office_days(cast, "aiko", first=date(2026, 3, 29), count=14)
    punch(cast, "aiko", WEDNESDAY, "in 09:00, out 18:30", now=NEXT_WEEK)
    with tenant_transaction(cast.tenant):
        mark_rule_set_stale(tenant=cast.tenant, rule_set_code="jp-fixed", first=WEDNESDAY, now=NEXT_WEEK)
    calculate(cast, now=NEXT_WEEK)
    with tenant_transaction(cast.tenant):
        before = list(DayRevision.objects.order_by("id").values_list("id", "content"))
        mark_rule_set_stale(tenant=cast.tenant, rule_set_code="jp-fixed", first=WEDNESDAY, now=NEXT_WEEK)

    calculate(cast, now=NEXT_WEEK)

    with tenant_transaction(cast.tenant):
        assert list(DayRevision.objects.order_by("id").values_list("id", "content")) == before


def test_a_duty_over_midnight_stays_on_its_day(cast: Cast) -> None:
    punch(cast, "aiko", WEDNESDAY, "in 22:00, out 27:00", now=NEXT_WEEK)

    calculate(cast, now=NEXT_WEEK)

    assert worked(cast, "aiko", WEDNESDAY) == 300
    assert worked(cast, "aiko", WEDNESDAY + timedelta(days=1)) is None


def test_weekly_overtime_is_found_when_the_early_days_come_last(cast: Cast) -> None:
    plan_office_days(cast, "aiko", first=date(2026, 3, 29), count=14)
    saturday = date(2026, 4, 4)
    punch(cast, "aiko", saturday, "in 09:00, out 13:00", now=NEXT_WEEK)
    calculate(cast, now=NEXT_WEEK)
    for offset in range(5):
        punch(cast, "aiko", date(2026, 3, 30) + timedelta(days=offset), "in 09:00, out 18:00", now=NEXT_WEEK)

    calculate(cast, now=NEXT_WEEK)

    employee_id = cast["aiko"].employee_id
    with tenant_transaction(cast.tenant):
        days = days_between(tenant=cast.tenant, employee_ids=[employee_id], first=saturday, last=saturday)[employee_id]
    assert days[saturday].figures.legal_overtime_weekly_minutes == 240


def test_marks_of_other_days_are_left_for_their_own_job(cast: Cast) -> None:
    punch(cast, "aiko", WEDNESDAY, "in 09:00, out 18:00", now=NEXT_WEEK)
    punch(cast, "aiko", date(2026, 4, 7), "in 09:00, out 18:00", now=NEXT_WEEK)

    with tenant_transaction(cast.tenant):
        recalculate_employees(tenant=cast.tenant, days={cast["aiko"].employee_id: [WEDNESDAY]}, now=NEXT_WEEK)
        left = set(StaleDay.objects.values_list("work_date", flat=True))

    assert left == {date(2026, 4, 7)}


def test_a_planned_day_without_punches_shows_by_itself(cast: Cast) -> None:
    plan_office_days(cast, "aiko", first=WEDNESDAY, count=1, now=NOON - timedelta(days=9))

    with tenant_transaction(cast.tenant):
        mark_finished_days(tenant=cast.tenant, now=NOON + timedelta(days=1))
    calculate(cast, now=NOON + timedelta(days=1))

    with tenant_transaction(cast.tenant):
        row = DayResult.objects.get(employee_id=cast["aiko"].employee_id, work_date=WEDNESDAY)
        assert row.figures["absence_minutes"] == 480
        assert row.warning_count == 1
        assert mark_finished_days(tenant=cast.tenant, now=NOON + timedelta(days=1)) == 0


def test_a_new_version_of_the_rules_calculates_the_days_from_its_date(cast: Cast) -> None:
    plan_office_days(cast, "aiko", first=date(2026, 3, 29), count=14)
    punch(cast, "aiko", WEDNESDAY, "in 08:30, out 18:00", now=NEXT_WEEK)
    calculate(cast, now=NEXT_WEEK)
    assert worked(cast, "aiko", WEDNESDAY) == 510

    changed = tokyo_rules().to_plain() | {"counts_before_schedule": False}
    with tenant_transaction(cast.tenant):
        publish_rule_set(
            actor=cast.system,
            name="固定労働",
            rules=type(tokyo_rules()).from_plain(changed),
            valid_from=date(2026, 4, 1),
            now=NEXT_WEEK,
        )
        mark_rule_set_stale(tenant=cast.tenant, rule_set_code="jp-fixed", first=WEDNESDAY, now=NEXT_WEEK)
    calculate(cast, now=NEXT_WEEK)

    assert worked(cast, "aiko", WEDNESDAY) == 480
    with tenant_transaction(cast.tenant):
        assert DayResult.objects.get(work_date=WEDNESDAY).revision == 2


@pytest.fixture(scope="module")
def company() -> Cast:
    return usual_cast()


KINDS = ["in", "out", "break_start", "break_end", "go_out", "return", ""]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.integers(0, 23), st.integers(0, 59)), min_size=1, max_size=8, unique=True
    ),
    st.randoms(use_true_random=False),
)
def test_the_same_facts_give_the_same_bytes_in_whatever_order_they_come(
    company: Cast, facts: list[tuple[str, int, int]], order: random.Random
) -> None:
    contents = []
    for attempt in range(2):
        shuffled = list(facts)
        order.shuffle(shuffled)
        with tenant_transaction(company.tenant):
            reports = [
                report(company, "aiko", WEDNESDAY, kind, f"{hour:02}:{minute:02}", key=f"{kind}-{hour}-{minute}")
                for kind, hour, minute in shuffled
            ]
            record_punches(actor=company.system, reports=reports, now=NEXT_WEEK)
            aiko = company["aiko"].employee_id
            shelf = FactShelf(tenant=company.tenant, employee_ids=[aiko], now=NEXT_WEEK)
            results = calculate_stretch(shelf=shelf, employee_id=aiko, first=WEDNESDAY, last=WEDNESDAY)
        contents.append([(one.work_date, one.input_digest, one.content) for one in results])
        assert attempt == 0 or contents[0] == contents[1]


def test_several_people_together_come_out_as_each_alone(cast: Cast) -> None:
    everybody = ("aiko", "ben", "chie")
    for number, name in enumerate(everybody):
        plan_office_days(cast, name, first=WEDNESDAY, count=3 + number)
        punch(cast, name, WEDNESDAY + timedelta(days=number), f"in 09:0{number}, out 20:00", now=NEXT_WEEK)
    ids = [cast[name].employee_id for name in everybody]
    with tenant_transaction(cast.tenant):
        alone = {
            employee_id: calculate_stretch(
                shelf=FactShelf(tenant=cast.tenant, employee_ids=[employee_id], now=NEXT_WEEK),
                employee_id=employee_id,
                first=WEDNESDAY,
                last=WEDNESDAY + timedelta(days=4),
            )
            for employee_id in ids
        }
        recalculate_and_settle(tenant=cast.tenant, employee_ids=ids, now=NEXT_WEEK)
        kept = {(row.employee_id, row.work_date): row.result_digest for row in DayResult.objects.all()}

    expected = {
        (employee_id, one.work_date): one.result_digest for employee_id, results in alone.items() for one in results
    }
    assert kept.items() <= expected.items()
    assert {employee_id for employee_id, _ in kept} == set(ids)
