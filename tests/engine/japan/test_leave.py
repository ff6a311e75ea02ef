"""Labor Standards Act 39 at its edges."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.engine.japan.article_39_five_days import LeaveUnit, Overlap, counted_toward_duty, five_day_duty
from tokimori.engine.japan.article_39_grants import (
    Contract,
    LeaveTable,
    attendance_of_year,
    granted_days,
    grants_at,
    next_grant,
    row_of,
    yearly_band,
)
from tokimori.engine.japan.article_39_use import (
    ConsumptionOrder,
    Lot,
    NotEnoughLeave,
    hourly_leave,
    rescaled_hours,
    stock_on,
    taken_from,
)
from tokimori.engine.japan.civil_periods import day_after, last_day, months, whole_months
from tokimori.engine.law import NotInForce

ON = date(2026, 4, 1)
ALL = Fraction(1)


@pytest.mark.parametrize(
    ("service_months", "days"),
    [
        (0, 0),
        (5, 0),
        (6, 10),
        (17, 10),
        (18, 11),
        (30, 12),
        (42, 14),
        (54, 16),
        (66, 18),
        (77, 18),
        (78, 20),
        (600, 20),
    ],
)
def test_days_by_service(service_months: int, days: int) -> None:
    contract = Contract(weekly_days=5)

    assert granted_days(contract=contract, service_months=service_months, attendance=ALL, on=ON).days == days


@pytest.mark.parametrize(
    ("weekly_days", "hours", "table"),
    [
        (5, 20, LeaveTable.NORMAL),
        (4, 30, LeaveTable.NORMAL),
        (4, 29, LeaveTable.PROPORTIONAL),
        (1, 40, LeaveTable.NORMAL),
        (1, 8, LeaveTable.PROPORTIONAL),
        (0, 40, LeaveTable.NONE),
    ],
)
def test_thirty_hours_or_five_days_are_a_full_week(weekly_days: int, hours: int, table: LeaveTable) -> None:
    contract = Contract(weekly_days=weekly_days, weekly_minutes=hours * 60)

    grant = granted_days(contract=contract, service_months=6, attendance=ALL, on=ON)

    assert grant.table is table
    assert (grant.days == 10) is (table is LeaveTable.NORMAL)
    assert (grant.days == 0) is (table is LeaveTable.NONE)


def test_four_hours_of_a_minute_less_than_thirty_are_proportional() -> None:
    contract = Contract(weekly_days=4, weekly_minutes=30 * 60 - 1)

    assert granted_days(contract=contract, service_months=78, attendance=ALL, on=ON).days == 15


@pytest.mark.parametrize(
    ("rate", "days"), [(Fraction(8, 10), 10), (Fraction(799, 1000), 0), (ALL, 10), (Fraction(0), 0)]
)
def test_eighty_percent_suffice(rate: Fraction, days: int) -> None:
    assert granted_days(contract=Contract(weekly_days=5), service_months=6, attendance=rate, on=ON).days == days


def test_before_the_present_table_nothing_is_known() -> None:
    with pytest.raises(NotInForce):
        granted_days(contract=Contract(weekly_days=5), service_months=6, attendance=ALL, on=date(2001, 3, 31))


@pytest.mark.parametrize(
    ("weekly", "yearly", "minutes"), [(None, None, 1), (3, 150, 1), (8, None, 1), (-1, None, 1), (None, 367, 1)]
)
def test_contracts_that_cannot_be(weekly: int | None, yearly: int | None, minutes: int) -> None:
    with pytest.raises(ValueError, match="A "):
        Contract(weekly_days=weekly, yearly_days=yearly, weekly_minutes=minutes)


@pytest.mark.parametrize(("service", "row"), [(0, None), (5, None), (6, 0), (17, 0), (18, 1), (29, 1), (30, 2)])
def test_rows(service: int, row: int | None) -> None:
    assert row_of(service, on=date(2026, 4, 1)) == row


def test_before_april_1994_the_first_leave_came_after_a_year() -> None:
    assert row_of(11, on=date(1994, 3, 31)) is None
    assert row_of(12, on=date(1994, 3, 31)) == 0
    assert row_of(6, on=date(1994, 4, 1)) == 0


def test_bands_touch_and_end_at_four_days() -> None:
    bands = [yearly_band(weekly_days=days, on=ON) for days in (1, 2, 3, 4)]

    assert bands == [(48, 72), (73, 120), (121, 168), (169, 216)]
    with pytest.raises(ValueError, match="one to four"):
        yearly_band(weekly_days=5, on=ON)


def test_a_base_date_brought_forward_has_the_row_of_its_place() -> None:
    found = grants_at(
        hired=date(2025, 4, 1),
        contract=Contract(weekly_days=5),
        base_dates=[date(2025, 4, 1), date(2026, 4, 1), date(2027, 4, 1)],
        attendance=[ALL, ALL, ALL],
    )

    assert [one.days for one in found] == [10, 11, 12]


@pytest.mark.parametrize(
    ("dates", "rates"),
    [([date(2025, 4, 1)], []), ([date(2025, 3, 31)], [ALL]), ([date(2026, 4, 1), date(2025, 10, 1)], [ALL, ALL])],
)
def test_base_dates_that_cannot_be(dates: list[date], rates: list[Fraction]) -> None:
    with pytest.raises(ValueError, match=r"[Bb]ase date"):
        grants_at(hired=date(2025, 4, 1), contract=Contract(weekly_days=5), base_dates=dates, attendance=rates)


@pytest.mark.parametrize(
    ("granted", "due", "days"),
    [
        ([(date(2025, 10, 1), 10)], date(2026, 10, 1), 11),
        ([(date(2025, 4, 1), 10)], date(2026, 4, 1), 11),
        ([(date(2025, 4, 1), 5), (date(2025, 10, 1), 5)], date(2026, 4, 1), 11),
        ([(date(2025, 4, 1), 10), (date(2026, 4, 1), 11)], date(2027, 4, 1), 12),
    ],
)
def test_the_next_grant(granted: list[tuple[date, int]], due: date, days: int) -> None:
    found, grant = next_grant(hired=date(2025, 4, 1), granted=granted, contract=Contract(weekly_days=5))

    assert (found, grant.days) == (due, days)


def test_a_grant_before_the_hiring_is_none() -> None:
    with pytest.raises(ValueError, match="hiring"):
        next_grant(hired=date(2025, 4, 2), granted=[(date(2025, 4, 1), 10)], contract=Contract(weekly_days=5))


@pytest.mark.parametrize(
    ("scheduled", "absent", "excluded", "rate"),
    [(200, 40, 0, Fraction(4, 5)), (200, 41, 0, Fraction(159, 200)), (200, 40, 20, Fraction(7, 9)), (10, 0, 10, None)],
)
def test_attendance(scheduled: int, absent: int, excluded: int, rate: Fraction | None) -> None:
    found = attendance_of_year(scheduled_days=scheduled, absent_days=absent, excluded_days=excluded)

    assert found.rate == rate
    assert found.is_enough is (rate is not None and rate >= Fraction(8, 10))


def test_nobody_misses_more_than_there_is() -> None:
    with pytest.raises(ValueError, match="missed"):
        attendance_of_year(scheduled_days=10, absent_days=6, excluded_days=5)


LOTS = [Lot(granted=date(2024, 10, 1), remaining=Fraction(3)), Lot(granted=date(2025, 10, 1), remaining=Fraction(11))]


@pytest.mark.parametrize(
    ("order", "days", "left"),
    [
        (ConsumptionOrder.OLDEST_FIRST, 2, [1, 11]),
        (ConsumptionOrder.OLDEST_FIRST, 5, [0, 9]),
        (ConsumptionOrder.NEWEST_FIRST, 5, [3, 6]),
        (ConsumptionOrder.NEWEST_FIRST, 14, [0, 0]),
        (ConsumptionOrder.OLDEST_FIRST, 0, [3, 11]),
    ],
)
def test_which_grant_is_used_up_first(order: ConsumptionOrder, days: int, left: list[int]) -> None:
    found = taken_from(lots=LOTS, days=Fraction(days), day=date(2026, 4, 1), order=order)

    assert [one.remaining for one in found] == left


def test_no_more_is_taken_than_there_is() -> None:
    with pytest.raises(NotEnoughLeave):
        taken_from(lots=LOTS, days=Fraction(29, 2), day=date(2026, 4, 1))
    with pytest.raises(ValueError, match="forward"):
        taken_from(lots=LOTS, days=Fraction(-1), day=date(2026, 4, 1))


@given(
    st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 20)), max_size=6),
    st.integers(0, 40),
    st.sampled_from(list(ConsumptionOrder)),
)
def test_what_is_taken_is_missing_and_nothing_else(
    drawn: list[tuple[int, int]], days: int, order: ConsumptionOrder
) -> None:
    lots = [Lot(granted=ON - timedelta(days=ago), remaining=Fraction(left)) for ago, left in drawn]
    before = stock_on(lots=lots, day=ON)
    assert before.balance + before.expired == sum(lot.remaining for lot in lots)
    if days > before.balance:
        return

    left = taken_from(lots=lots, days=Fraction(days), day=ON, order=order)

    assert sum((lot.remaining for lot in left), Fraction(0)) == before.balance - days
    assert all(lot.remaining >= 0 for lot in left)


@pytest.mark.parametrize(("scheduled", "hours"), [("8", 8), ("7.5", 8), ("7.01", 8), ("4", 4), ("0.5", 1)])
def test_part_hours_of_a_day_count_whole(scheduled: str, hours: int) -> None:
    found = hourly_leave(scheduled=Fraction(scheduled), days_cap=5, on=ON)

    assert (found.hours_per_day, found.cap_hours) == (hours, hours * 5)


def test_an_agreement_cannot_allow_six_days_by_the_hour() -> None:
    with pytest.raises(ValueError, match="five days"):
        hourly_leave(scheduled=Fraction(8), days_cap=6, on=ON)
    with pytest.raises(ValueError, match="24 hours"):
        hourly_leave(scheduled=Fraction(25), days_cap=5, on=ON)
    with pytest.raises(NotInForce):
        hourly_leave(scheduled=Fraction(8), days_cap=5, on=date(2010, 3, 31))


@pytest.mark.parametrize(
    ("hours", "before", "after", "scaled"), [(4, 8, 6, 3), (3, 8, 4, 2), (0, 8, 4, 0), (1, 8, 7, 1), (4, 4, 8, 8)]
)
def test_hours_left_over_scale_and_round_up(hours: int, before: int, after: int, scaled: int) -> None:
    assert rescaled_hours(hours=Fraction(hours), before=Fraction(before), after=Fraction(after))[0] == scaled


@pytest.mark.parametrize(
    ("grants", "required", "last"),
    [
        ([("2025-10-01", 10)], [5], "2026-09-30"),
        ([("2025-10-01", 9)], [], None),
        ([("2025-04-01", 5), ("2025-10-01", 5)], [5], "2026-09-30"),
        ([("2025-04-01", 5), ("2026-04-01", 5)], [], None),
        ([("2025-04-01", 10), ("2026-04-01", 11)], [5, 5], "2027-03-31"),
        ([("2025-10-01", 10), ("2026-04-01", 11)], [Fraction(15, 2)], "2027-03-31"),
        ([("2018-10-01", 10)], [], None),
    ],
)
def test_five_days(grants: list[tuple[str, int]], required: list[Fraction], last: str | None) -> None:
    found = five_day_duty(grants=[(date.fromisoformat(day), Fraction(days)) for day, days in grants])

    assert [one.required for one in found.duties] == required
    assert (found.duties[-1].last.isoformat() if found.duties else None) == last


def test_what_cannot_be_taken_in_pieces_is_rounded_up() -> None:
    grants = [(date(2019, 5, 1), Fraction(10)), (date(2020, 4, 1), Fraction(11))]

    (duty,) = five_day_duty(grants=grants).duties

    assert (duty.months, duty.in_half_days, duty.in_whole_days) == (23, 10, 10)
    assert len(five_day_duty(grants=grants, overlap=Overlap.SEPARATE).duties) == 2


def test_hours_and_special_leave_do_not_count_toward_the_duty() -> None:
    taken = [(unit, Fraction(2)) for unit in LeaveUnit]

    assert counted_toward_duty(taken) == 3


@pytest.mark.parametrize(
    ("first", "length", "last"),
    [
        ("2025-04-01", 12, "2026-03-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-28"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-12-31", 2, "2026-02-28"),
        ("2025-08-31", 1, "2025-09-30"),
        ("2025-12-01", 1, "2025-12-31"),
    ],
)
def test_periods_of_the_civil_code(first: str, length: int, last: str) -> None:
    begin = date.fromisoformat(first)

    assert last_day(begin, months=length).isoformat() == last
    assert day_after(begin, months=length) == date.fromisoformat(last) + timedelta(days=1)


def test_a_period_lasts_a_month_at_least() -> None:
    with pytest.raises(ValueError, match="month at least"):
        day_after(ON)


@pytest.mark.parametrize(
    ("first", "until", "whole", "part"),
    [
        ("2025-04-01", "2025-04-01", 0, 0),
        ("2025-04-01", "2025-03-01", 0, 0),
        ("2025-04-01", "2025-05-01", 1, 1),
        ("2025-04-01", "2025-04-16", 0, Fraction(15, 30)),
        ("2025-04-10", "2025-06-09", 1, 1 + Fraction(30, 31)),
        ("2025-01-31", "2025-03-01", 1, 1),
    ],
)
def test_months_between_days(first: str, until: str, whole: int, part: Fraction) -> None:
    ends = date.fromisoformat(first), date.fromisoformat(until)

    assert whole_months(*ends) == whole
    assert months(*ends) == part
