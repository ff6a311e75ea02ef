from datetime import timedelta

import pytest

from engine.notation import (
    MONDAY,
    OFFICE,
    codes,
    duty,
    figures_that_are_not_zero,
    japanese,
    one_day,
    planned_days,
    punch,
)
from tokimori.engine import PunchKind, WorkSystem, calculate_days


@pytest.mark.parametrize(
    ("written", "late", "early_leave", "private_out"),
    [
        pytest.param("09:00-18:00 break 12:00-13:00", 0, 0, 0, id="on time"),
        pytest.param("09:01-18:00 break 12:00-13:00", 1, 0, 0, id="a minute late"),
        pytest.param("09:00-17:59 break 12:00-13:00", 0, 1, 0, id="a minute early"),
        pytest.param("09:17-17:40 break 12:00-13:00", 17, 20, 0, id="both, JP-P-019"),
        pytest.param("13:00-18:00", 180, 0, 0, id="the planned break is not lateness"),
        pytest.param("12:30-18:00", 180, 0, 0, id="arrived during the planned break"),
        pytest.param("09:00-12:30", 0, 300, 0, id="left during the planned break"),
        pytest.param("09:00-20:00 out 11:00-14:00", 0, 0, 120, id="out over the planned break, JP-P-020"),
        pytest.param("09:00-11:00 14:00-20:00", 0, 0, 120, id="left and came again"),
        pytest.param("09:00-20:00 break 12:00-13:00 out 18:30-19:00", 0, 0, 0, id="out after the plan"),
    ],
)
def test_what_was_planned_and_not_worked_is_named_by_cause(
    written: str, late: int, early_leave: int, private_out: int
) -> None:
    figures = one_day(OFFICE, duty(written)).figures

    assert (figures.late_minutes, figures.early_leave_minutes, figures.private_out_minutes) == (
        late,
        early_leave,
        private_out,
    )


@pytest.mark.parametrize(("arrival", "late"), [("09:15", 0), ("09:16", 16), ("09:30", 30)])
def test_beyond_the_grace_every_minute_counts(arrival: str, late: int) -> None:
    """XX-014 has half an hour with a grace of fifteen minutes."""
    assert one_day(OFFICE, duty(f"{arrival}-18:00"), late_grace_minutes=15).figures.late_minutes == late


def test_nobody_came() -> None:
    result = one_day(OFFICE, [])

    assert figures_that_are_not_zero(result) == {"scheduled": 480, "absence": 480}
    assert codes(result) == ["scheduled_without_punch"]


def test_day_that_is_not_over_has_no_absence() -> None:
    (result,) = calculate_days(days=planned_days([OFFICE], rules=japanese(), is_over=False), punches=[])

    assert figures_that_are_not_zero(result) == {"scheduled": 480}
    assert codes(result) == []


def test_missing_punch_is_neither_absence_nor_lateness() -> None:
    result = one_day(OFFICE, [punch(PunchKind.IN, MONDAY, "10:00")])

    assert figures_that_are_not_zero(result) == {"scheduled": 480}


@pytest.mark.parametrize("system", [WorkSystem.FLEX_MONTH, WorkSystem.MANAGER])
def test_who_chooses_the_hours_is_never_late(system: WorkSystem) -> None:
    assert one_day(OFFICE, duty("11:00-15:00"), system=system).figures.late_minutes == 0


def test_duty_that_ran_into_the_next_shift_is_no_absence_from_it() -> None:
    _, tuesday = calculate_days(
        days=planned_days([OFFICE, OFFICE], rules=japanese()), punches=duty("09:00-34:00", MONDAY)
    )

    assert tuesday.work_date == MONDAY + timedelta(days=1)
    assert tuesday.figures.absence_minutes == 420
