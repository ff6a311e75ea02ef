from datetime import date, timedelta

import pytest

from engine.notation import MONDAY, OFFICE, duty, japanese, planned_days, punch
from tokimori.engine import Punch, PunchKind, assign_punches, calculate_days

TUESDAY = MONDAY + timedelta(days=1)
NIGHT_SHIFT = "22:00-31:00 break 26:00-27:00"


def dates_of(plans: list[str], punches: list[Punch]) -> list[date | None]:
    """Return the date of each punch, in the order of the clock."""
    assigned = assign_punches(punches=punches, days=planned_days(plans, rules=japanese()))
    by_id = {one.id: day for day, found in assigned.by_date.items() for one in found}
    return [by_id.get(one.id) for one in sorted(punches, key=lambda one: one.at)]


@pytest.mark.parametrize(
    ("plans", "written", "on", "expected"),
    [
        pytest.param([OFFICE, OFFICE], "08:57-18:04", MONDAY, [MONDAY, MONDAY], id="an ordinary day"),
        pytest.param([OFFICE, OFFICE], "09:00-31:00", MONDAY, [MONDAY, MONDAY], id="a night of overtime"),
        pytest.param([NIGHT_SHIFT] * 2, "21:52-31:05", MONDAY, [MONDAY, MONDAY], id="a night shift"),
        pytest.param([NIGHT_SHIFT] * 2, "24:03-31:00", MONDAY, [MONDAY, MONDAY], id="late for 22:00, after midnight"),
        pytest.param(["00:00-08:00"] * 2, "24:03-32:00", MONDAY, [TUESDAY, TUESDAY], id="three past, for midnight"),
        pytest.param(["00:00-08:00"] * 2, "23:55-32:00", MONDAY, [TUESDAY, TUESDAY], id="five to, for midnight"),
        pytest.param(["05:30-14:00"] * 2, "28:50-38:00", MONDAY, [TUESDAY, TUESDAY], id="before five, for half past"),
        pytest.param(["", ""], "04:59-13:00", TUESDAY, [MONDAY, MONDAY], id="nothing planned, before the boundary"),
        pytest.param(["", ""], "05:00-13:00", TUESDAY, [TUESDAY, TUESDAY], id="nothing planned, at the boundary"),
    ],
)
def test_duty_belongs_to_the_plan_it_is_nearest_to(
    plans: list[str], written: str, on: date, expected: list[date]
) -> None:
    assert dates_of(plans, duty(written, on)) == expected


def test_arrival_before_the_boundary_belongs_to_the_shift_it_is_nearer_to() -> None:
    """XX-018: the fixed boundary alone would give 04:50 to the day before."""
    punches = [*duty("18:00-26:00"), *duty("04:50-13:00", TUESDAY)]

    assert dates_of(["18:00-26:00", "05:00-13:00"], punches) == [MONDAY, MONDAY, TUESDAY, TUESDAY]


def test_two_forgotten_punches_make_two_open_days_and_not_one_long_one() -> None:
    punches = [punch(PunchKind.IN, MONDAY, "09:00"), punch(PunchKind.OUT, TUESDAY, "18:00")]

    results = calculate_days(days=planned_days([OFFICE, OFFICE], rules=japanese()), punches=punches)

    assert dates_of([OFFICE, OFFICE], punches) == [MONDAY, TUESDAY]
    assert [result.figures.worked_minutes for result in results] == [0, 0]


def test_forgotten_arrival_of_a_night_shift_leaves_its_departure_there() -> None:
    assert dates_of([NIGHT_SHIFT] * 2, [punch(PunchKind.OUT, TUESDAY, "07:00")]) == [MONDAY]


def test_unsaid_arrival_at_the_next_shift_does_not_close_yesterday() -> None:
    punches = [punch(None, MONDAY, "09:00"), punch(None, TUESDAY, "08:58"), punch(None, TUESDAY, "18:00")]

    assert dates_of([OFFICE, OFFICE], punches) == [MONDAY, TUESDAY, TUESDAY]


def test_unsaid_departure_of_a_night_shift_follows_its_arrival() -> None:
    punches = [punch(None, MONDAY, "21:55"), punch(None, TUESDAY, "07:03")]

    assert dates_of([NIGHT_SHIFT] * 2, punches) == [MONDAY, MONDAY]


def test_punches_beyond_the_days_are_handed_back() -> None:
    stray = punch(PunchKind.IN, MONDAY + timedelta(days=9), "09:00")

    assigned = assign_punches(punches=[stray], days=planned_days([OFFICE], rules=japanese()))

    assert assigned.outside == (stray,)


def test_without_days_every_punch_lies_outside() -> None:
    punches = duty(OFFICE)

    assert assign_punches(punches=punches, days=()).outside == tuple(punches)


def test_the_last_day_ends_at_the_hour_that_divides_days_where_nothing_is_planned() -> None:
    inside = punch(PunchKind.IN, TUESDAY, "04:59")
    beyond = punch(PunchKind.IN, TUESDAY, "05:00")

    assigned = assign_punches(punches=[inside, beyond], days=planned_days([""], rules=japanese()))

    assert assigned.by_date[MONDAY] == (inside,)
    assert assigned.outside == (beyond,)
