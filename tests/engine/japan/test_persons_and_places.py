"""Persons and workplaces that the law treats otherwise, each at the edges of its figures."""

from datetime import date
from fractions import Fraction

import pytest

from engine.notation import japanese
from tokimori.engine import WorkSystem
from tokimori.engine.japan.article_32_3_flextime import carried_shortage, settle_month
from tokimori.engine.japan.article_32_4_one_year_variable import CalendarFault, judge_days
from tokimori.engine.japan.article_35_holidays import RestKind, is_holiday_of_trade
from tokimori.engine.japan.article_36_limits import Agreement, Occupation, Violation, WorkedMonth, check_limits
from tokimori.engine.japan.article_37_premiums import (
    alternative_leave_until,
    carried_to_next_month,
    rounded_pay_total,
)
from tokimori.engine.japan.article_38_side_jobs import EmployerContract, EmployerWork, side_job_overtime
from tokimori.engine.japan.article_40_special_weeks import has_special_week
from tokimori.engine.japan.article_66_care import (
    CareRequest,
    requested_limits,
    requests_of_parents,
    requests_of_pregnant,
    school_begins,
)
from tokimori.engine.japan.frames import frame_of
from tokimori.engine.law import NotInForce

TODAY = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("persons", "system", "has"),
    [
        (1, "fixed", True),
        (9, "fixed", True),
        (10, "fixed", False),
        (9, "variable_1m", True),
        (9, "flex_1m", True),
        (9, "variable_1y", False),
        (9, "weekly_irregular", False),
        (9, "flex_3m", False),
    ],
)
def test_forty_four_hours_where_fewer_than_ten_work(persons: int, system: str, has: bool) -> None:  # noqa: FBT001 -- a column
    assert has_special_week(persons=persons, system=system, day=TODAY) is has


def test_nobody_is_no_workplace() -> None:
    with pytest.raises(ValueError, match="Somebody"):
        has_special_week(persons=0, system="fixed", day=TODAY)


@pytest.mark.parametrize(
    ("system", "weekly", "is_refused"),
    [
        (WorkSystem.FIXED, 2640, False),
        (WorkSystem.VARIABLE_MONTH, 2640, False),
        (WorkSystem.FLEX_MONTH, 2640, False),
        (WorkSystem.FIXED, 2641, True),
        (WorkSystem.VARIABLE_YEAR, 2400, False),
        (WorkSystem.VARIABLE_YEAR, 2401, True),
        (WorkSystem.WEEKLY_IRREGULAR, 2640, True),
        (WorkSystem.FLEX_QUARTER, 2640, True),
    ],
)
def test_a_rule_set_keeps_to_the_weeks_of_the_law(system: WorkSystem, weekly: int, is_refused: bool) -> None:  # noqa: FBT001 -- a column
    if is_refused:
        with pytest.raises(ValueError, match="week"):
            japanese(system=system, legal_weekly_minutes=weekly)
    else:
        assert japanese(system=system, legal_weekly_minutes=weekly).legal_weekly_minutes == weekly


def test_a_rule_set_has_days_of_eight_hours_at_most() -> None:
    assert japanese(legal_daily_minutes=480).legal_daily_minutes == 480
    with pytest.raises(ValueError, match="eight hours"):
        japanese(legal_daily_minutes=481)


@pytest.mark.parametrize(
    ("born", "day", "overtime", "limited"),
    [
        (date(2022, 5, 1), date(2025, 3, 31), True, True),  # not yet three
        (date(2022, 3, 1), date(2025, 3, 31), False, True),  # three, before the amendment
        (date(2022, 3, 1), date(2025, 4, 1), True, True),  # three, since the amendment
        (date(2019, 4, 2), date(2026, 3, 31), True, True),  # six, the day before school
        (date(2019, 4, 2), date(2026, 4, 1), False, False),
        (date(2019, 4, 1), date(2025, 4, 1), False, False),  # born on the first of April: a year earlier
    ],
)
def test_what_parents_may_ask_for(born: date, day: date, overtime: bool, limited: bool) -> None:  # noqa: FBT001 -- columns
    found = requests_of_parents(born=born, day=day)

    assert (CareRequest.OVERTIME in found) is overtime
    assert (CareRequest.OVERTIME_BEYOND_24_AND_150 in found) is limited
    assert (CareRequest.NIGHT_WORK in found) is limited


def test_school_begins_in_the_april_after_the_sixth_birthday() -> None:
    assert school_begins(date(2020, 4, 1)) == date(2026, 4, 1)
    assert school_begins(date(2020, 4, 2)) == date(2027, 4, 1)


def test_no_child_is_cared_for_before_its_birth_and_no_law_before_its_day() -> None:
    with pytest.raises(ValueError, match="born"):
        requests_of_parents(born=TODAY, day=date(2026, 3, 31))
    with pytest.raises(NotInForce):
        requests_of_parents(born=date(2005, 1, 1), day=date(2010, 6, 29))


@pytest.mark.parametrize(
    ("asked", "month", "year", "broken"),
    [
        (CareRequest.OVERTIME, 0, 0, False),
        (CareRequest.OVERTIME, 1, 1, True),
        (CareRequest.OVERTIME_BEYOND_24_AND_150, 1440, 9000, False),
        (CareRequest.OVERTIME_BEYOND_24_AND_150, 1441, 1441, True),
        (CareRequest.OVERTIME_BEYOND_24_AND_150, 1440, 9001, True),
        (CareRequest.NIGHT_WORK, 9999, 9999, False),
    ],
)
def test_what_was_asked_for_is_a_limit(asked: CareRequest, month: int, year: int, broken: bool) -> None:  # noqa: FBT001 -- a column
    found = requested_limits(asked=[asked], month_overtime=month, year_overtime=year, day=TODAY)

    assert found.broken == ((asked,) if broken else ())
    assert len(found.reasons) == broken


def test_a_pregnant_woman_may_ask_for_plain_days() -> None:
    found = requested_limits(
        asked=requests_of_pregnant(),
        month_overtime=0,
        year_overtime=0,
        night_minutes=1,
        holiday_minutes=1,
        longest_day=481,
        day=TODAY,
    )
    assert found.broken == (
        CareRequest.NIGHT_WORK,
        CareRequest.HOLIDAY_WORK,
        CareRequest.DAYS_BEYOND_EIGHT_HOURS,
    )
    quiet = requested_limits(
        asked=requests_of_pregnant(), month_overtime=0, year_overtime=0, longest_day=480, day=TODAY
    )
    assert quiet.broken == ()


@pytest.mark.parametrize(
    ("occupation", "months", "violations"),
    [
        (Occupation.DOCTOR, [(79, 0)] * 12, []),
        (Occupation.DOCTOR, [(80, 0)] * 11 + [(80, 1)], [Violation.YEAR_960]),
        (Occupation.DOCTOR, [(99, 0)], []),
        (Occupation.DOCTOR, [(50, 50)], [Violation.MONTH_100]),
        (Occupation.DOCTOR_SPECIAL, [(99, 0)] * 12, []),
        (Occupation.DRIVER, [(120, 60)], []),
        (Occupation.CONSTRUCTION_DISASTER, [(44, 90)], []),
        (Occupation.ORDINARY, [(100, 0)] * 7, [Violation.MONTH_100, Violation.AVG_80, Violation.SIX_TIMES]),
    ],
)
def test_occupations(occupation: Occupation, months: list[tuple[int, int]], violations: list[Violation]) -> None:
    worked = [
        WorkedMonth(
            first=date(2025 + (3 + number) // 12, (3 + number) % 12 + 1, 1),
            overtime=Fraction(overtime * 60),
            holiday=Fraction(holiday * 60),
        )
        for number, (overtime, holiday) in enumerate(months)
    ]
    agreement = Agreement(year_begins=date(2025, 4, 1), has_special_clause=True, occupation=occupation)
    assert list(check_limits(months=worked, agreement=agreement).violations) == violations


def test_a_hospital_that_was_named_has_1860_hours() -> None:
    months = [
        WorkedMonth(first=date(2025, 4 + number, 1), overtime=Fraction(0), holiday=Fraction(98 * 60))
        for number in range(9)
    ]
    agreement = Agreement(year_begins=date(2025, 4, 1), has_special_clause=True, occupation=Occupation.DOCTOR_SPECIAL)
    found = check_limits(months=months, agreement=agreement)
    assert found.further_holiday_work == 119  # below a hundred hours in the month; the year would leave more
    with pytest.raises(NotInForce):
        check_limits(
            months=[WorkedMonth(first=date(2024, 3, 1), overtime=Fraction(0), holiday=Fraction(0))],
            agreement=agreement,
        )


@pytest.mark.parametrize(
    ("days", "special", "faults"),
    [
        ("wwwwww-", "", []),
        ("wwwwwww-", "", [CalendarFault.DAYS_IN_A_ROW]),
        ("-" + "w" * 12 + "-", "s" * 14, []),
        ("-" + "w" * 13, "s" * 14, [CalendarFault.DAYS_IN_A_ROW_OF_SPECIAL_PERIOD]),
        ("wwwwwww", "osssss" + "s", [CalendarFault.DAYS_IN_A_ROW]),
        ("wwwww--" * 13, "", []),
        (("wwwwww-" * 52 + "w")[:365], "", [CalendarFault.TOO_MANY_WORK_DAYS]),
        ("wwwwww-" * 20 + "wwwww--" * 32 + "-", "", []),
        ("wwwwww-" * 21 + "wwwww--" * 31 + "-", "", [CalendarFault.TOO_MANY_WORK_DAYS]),
    ],
)
def test_days_in_a_row_of_a_yearly_calendar(days: str, special: str, faults: list[CalendarFault]) -> None:
    found = judge_days(
        day=TODAY, is_work_day=[one == "w" for one in days], special=[one == "s" for one in special] if special else ()
    )
    assert list(found.faults) == faults
    assert found.is_lawful is not bool(faults)


def test_each_day_lies_in_a_special_period_or_not() -> None:
    with pytest.raises(ValueError, match="Each day"):
        judge_days(day=TODAY, is_work_day=[True], special=[True, False])


@pytest.mark.parametrize(
    ("kind", "rest", "day", "is_holiday"),
    [
        (RestKind.THREE_SHIFTS, 1440, TODAY, True),
        (RestKind.THREE_SHIFTS, 1439, TODAY, False),
        (RestKind.LODGING, 1620, TODAY, True),
        (RestKind.LODGING, 1619, TODAY, False),
        (RestKind.DRIVERS, 1920, date(2024, 3, 31), True),
        (RestKind.DRIVERS, 1920, date(2024, 4, 1), False),
        (RestKind.DRIVERS, 1980, date(2024, 4, 1), True),
    ],
)
def test_rests_that_are_holidays(kind: RestKind, rest: int, day: date, is_holiday: bool) -> None:  # noqa: FBT001 -- a column
    assert is_holiday_of_trade(kind=kind, rest_minutes=rest, day=day) is is_holiday


def test_no_rest_is_negative() -> None:
    with pytest.raises(ValueError, match="forward"):
        is_holiday_of_trade(kind=RestKind.DRIVERS, rest_minutes=-1, day=TODAY)


@pytest.mark.parametrize(("yen", "rounded"), [(0, 0), (49, 0), (50, 100), (149, 100), (150, 200), (271_828, 271_800)])
def test_pay_is_rounded_to_a_hundred_yen(yen: int, rounded: int) -> None:
    assert rounded_pay_total(yen) == rounded


def test_what_is_below_a_thousand_yen_is_carried() -> None:
    assert carried_to_next_month(271_828) == (271_000, 828)
    assert carried_to_next_month(1000) == (1000, 0)
    for refused in (rounded_pay_total, carried_to_next_month):
        with pytest.raises(ValueError, match="negative"):
            refused(-1)


def test_leave_for_premiums_is_taken_within_two_months() -> None:
    assert alternative_leave_until(date(2026, 4, 30)) == date(2026, 6, 30)
    assert alternative_leave_until(date(2026, 12, 31)) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("shortage", "contract", "carried", "deducted"),
    [(600, 9600, 600, 0), (600, 10285, 0, 600), (600, 9785, 500, 100), (0, 9600, 0, 0)],
)
def test_a_shortage_is_carried_within_the_next_frame(shortage: int, contract: int, carried: int, deducted: int) -> None:
    frame = frame_of(calendar_days=30, weekly_minutes=2400)  # 10285 and a fraction

    assert carried_shortage(shortage_minutes=shortage, next_contract_minutes=contract, next_frame=frame) == (
        carried,
        deducted,
    )


@pytest.mark.parametrize(
    ("worked", "leave", "within", "overtime", "shortage"),
    [
        (9600, 0, 0, 0, 0),
        (9120, 480, 0, 0, 0),
        (9120, 0, 0, 0, 480),
        (9600, 480, 480, 0, 0),
        (10285, 480, 1165, 0, 0),
        (10385, 480, 1165, 100, 0),
        (0, 9700, 0, 0, 0),
    ],
)
def test_leave_counts_toward_the_contract_and_not_toward_the_frame(
    worked: int, leave: int, within: int, overtime: int, shortage: int
) -> None:
    found = settle_month(
        frame=frame_of(calendar_days=30, weekly_minutes=2400),
        worked_minutes=worked,
        contract_minutes=9600,
        leave_minutes=leave,
    )
    assert (found.within_legal, found.legal_overtime, found.shortage) == (within, overtime, shortage)


def test_who_is_a_manager_elsewhere_is_not_aggregated() -> None:
    contracts = [
        EmployerContract(employer="A", scheduled_minutes=300),
        EmployerContract(employer="B", scheduled_minutes=300),
    ]
    worked = [EmployerWork(employer="A", minutes=300), EmployerWork(employer="B", minutes=300)]

    assert dict(side_job_overtime(contracts=contracts, worked=worked, day=TODAY).overtime) == {"A": 0, "B": 120}
    alone = side_job_overtime(contracts=contracts, worked=worked, not_aggregated={"A"}, day=TODAY)
    assert (dict(alone.overtime), alone.total_minutes) == ({"A": 0, "B": 0}, 300)
