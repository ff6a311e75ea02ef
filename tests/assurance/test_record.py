"""The sheet over time: a day without a change stands as the day before; nothing counts before it was written down."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.assurance.catalogue.controls import ROWS
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.evaluation.states import State
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.probe import Observation
from tokimori.assurance.record.days import DayState, days_of
from tokimori.assurance.record.queries import public_record, rows_since, sheet_days
from tokimori.assurance.services.answering import answer_sheet
from tokimori.assurance.services.running import keep_observation
from tokimori.foundation import clock
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

MONDAY = date(2026, 4, 6)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def changed(number: int, row: int, state: State) -> DayState:
    return DayState(day=day(number), row=row, state=state)


def test_a_day_without_a_change_stands_as_the_day_before() -> None:
    found = days_of(
        [changed(0, 1, State.PROVEN), changed(0, 2, State.NO_EVIDENCE), changed(3, 2, State.GAP)],
        first=day(0),
        last=day(4),
    )

    assert [one.day for one in found] == [day(number) for number in range(5)]
    assert [one.counts for one in found[:3]] == [{State.PROVEN: 1, State.NO_EVIDENCE: 1}] * 3
    assert [one.counts for one in found[3:]] == [{State.PROVEN: 1, State.GAP: 1}] * 2
    assert [one.is_changed for one in found] == [True, False, False, True, False]


def test_what_changed_before_the_first_day_stands_on_it() -> None:
    found = days_of([changed(-9, 1, State.GAP), changed(-3, 1, State.PROVEN)], first=day(0), last=day(0))

    assert [(one.day, one.counts, one.is_changed) for one in found] == [(day(0), {State.PROVEN: 1}, False)]


def test_days_before_anything_was_written_down_are_not_shown() -> None:
    assert [one.day for one in days_of([changed(2, 1, State.GAP)], first=day(0), last=day(3))] == [day(2), day(3)]
    assert days_of([], first=day(0), last=day(3)) == ()


@given(
    changes=st.lists(
        st.builds(changed, st.integers(-5, 9), st.integers(1, 4), st.sampled_from(list(State))),
        unique_by=lambda one: (one.day, one.row),
        max_size=30,
    )
)
def test_no_day_loses_or_doubles_a_row(changes: list[DayState]) -> None:
    found = days_of(changes, first=day(0), last=day(9))

    totals = [one.total for one in found]
    assert totals == sorted(totals), "a row that was answered once is counted for good"
    for one in found:
        known = {change.row for change in changes if change.day <= one.day}
        assert one.total == len(known)
    if found:
        newest = {change.row: change.state for change in sorted(changes, key=lambda one: one.day)}
        assert found[-1].counts == {state: list(newest.values()).count(state) for state in set(newest.values())}


def say(outcome: Outcome) -> None:
    now = clock.now()
    seen = Observation(outcome=outcome, measured={"clocks": 2})
    keep_observation(probe=PROBES["clock.offset"], seen=seen, observed_from=now, observed_to=now)
    answer_sheet(now=now)


def test_the_last_change_of_a_day_counts_and_every_row_is_on_the_last_day() -> None:
    say(Outcome.FAILED)
    say(Outcome.PASSED)
    before = clock.now()
    say(Outcome.FAILED)

    with tenant_transaction(PROVIDER):
        days, since = sheet_days(now=clock.now()), rows_since()

    assert days[-1].total == len(ROWS)
    assert days[-1].counts[State.GAP] >= 1
    assert set(since) == set(ROWS)
    assert since[85] > before
    say(Outcome.PASSED)


@pytest.mark.parametrize("row", [None, 85])
def test_everybody_may_read_when_anything_was_last_seen(row: int | None) -> None:
    say(Outcome.PASSED)

    record = public_record(now=clock.now(), row=row)

    assert record.last_look is not None
    assert clock.now() - record.last_look < timedelta(minutes=1)
    assert bool(record.days) is (row is None)
    assert bool(record.changes) is (row is not None)
    assert {one.probe for one in record.runs} == (set() if row is None else {"clock.offset"})
