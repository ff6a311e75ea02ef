"""What is no case is refused with the path of the key that makes it none, and the others are answered all the same."""

import json
from typing import Any

import pytest

from tokimori.interfaces.cases import answer_cases

DAY = {
    "date": "2025-06-02",
    "day_type": "workday",
    "scheduled": [["09:00", "18:00"]],
    "scheduled_breaks": [["12:00", "13:00"]],
}
WORK = {"in": "2025-06-02T09:00", "out": "2025-06-02T18:00", "breaks": [["2025-06-02T12:00", "2025-06-02T13:00"]]}
PUNCHES = {"tz": "Asia/Tokyo", "days": [DAY], "work": [WORK]}
CONTRACT = {"employer": "A", "order": 1, "scheduled_min": 300}
ENTRY = {"date": "2025-09-01", "day_type": "workday", "segments": [["18:00", "22:00"]]}
MONTH = {"month": "2025-04", "ot_h": 44, "holiday_h": 56}


def answered(kind: str, inputs: dict[str, Any], *, system: str = "any") -> dict[str, Any]:
    case = {"id": "A", "country": "JP", "system": system, "kind": kind, "inputs": inputs}
    (answer,) = answer_cases(json.dumps(case).encode(), with_steps=True)
    return answer


def result(kind: str, inputs: dict[str, Any], *, system: str = "any") -> dict[str, Any]:
    answer = answered(kind, inputs, system=system)
    assert "result" in answer, answer
    found: dict[str, Any] = answer["result"]
    return found


@pytest.mark.parametrize(
    ("kind", "inputs", "path"),
    [
        ("punches", {**PUNCHES, "colour": "red"}, "inputs.colour"),
        ("punches", {**PUNCHES, "tz": "Asia/Edo"}, "inputs.tz"),
        ("punches", {**PUNCHES, "week_start": "monday"}, "inputs.week_start"),
        ("punches", {**PUNCHES, "legal": {"daily_min": 0}}, "inputs.legal.daily_min"),
        ("punches", {**PUNCHES, "night": ["22:00", "22:00"]}, "inputs.night"),
        ("punches", {**PUNCHES, "exempt": "art99"}, "inputs.exempt"),
        ("punches", {**PUNCHES, "days": []}, "inputs.days"),
        ("punches", {**PUNCHES, "days": [DAY, DAY]}, "inputs.days[1].date"),
        ("punches", {**PUNCHES, "days": [{**DAY, "date": "2025-02-30"}]}, "inputs.days[0].date"),
        (
            "punches",
            {**PUNCHES, "days": [{**DAY, "scheduled": [["09:00", "18:00"], ["17:00", "20:00"]]}]},
            "inputs.days[0].scheduled[1]",
        ),
        (
            "punches",
            {**PUNCHES, "days": [{**DAY, "scheduled_breaks": [["19:00", "20:00"]]}]},
            "inputs.days[0].scheduled_breaks[0]",
        ),
        ("punches", {**PUNCHES, "work": [{**WORK, "out": "2025-06-02T08:00", "breaks": []}]}, "inputs.work[0].out"),
        ("punches", {**PUNCHES, "work": [WORK, WORK]}, "inputs.work[1].in"),
        (
            "punches",
            {**PUNCHES, "work": [{"in": "2025-07-02T09:00", "out": "2025-07-02T18:00"}]},
            "inputs.work[0]",
        ),
        ("leave_grant", {"service_years": 1.5}, "inputs.weekly_days"),
        ("leave_grant", {"weekly_days": 3, "yearly_days": 150, "service_years": 1.5}, "inputs.weekly_days"),
        ("leave_grant", {"weekly_days": 8, "service_years": 1.5}, "inputs.weekly_days"),
        ("leave_grant", {"weekly_days": 3, "service_years": 1.51}, "inputs.service_years"),
        ("leave_grant", {"weekly_days": 3, "service_years": 1, "attendance_rate": 1.1}, "inputs.attendance_rate"),
        ("leave_grant", {"weekly_days": 3, "service_years": 1, "as_of": "1990-01-01"}, "inputs.as_of"),
        (
            "leave_grant_low_attendance",
            {"hired": "2025-04-01", "weekly_days": 5, "base_dates": ["2025-01-01"], "attendance": [1]},
            "inputs.base_dates",
        ),
        (
            "leave_grant_low_attendance",
            {"hired": "2025-04-01", "weekly_days": 5, "base_dates": ["2025-10-01"], "attendance": []},
            "inputs.attendance",
        ),
        ("attendance_rate", {"scheduled_days": 10, "absent_days": 11}, "inputs.absent_days"),
        ("attendance_rate", {"scheduled_days": 10, "strike_days": 11}, "inputs.scheduled_days"),
        (
            "attendance_rate",
            {"scheduled_days": 10, "worked_days": 9, "absent_days": 2},
            "inputs.worked_days",
        ),
        ("leave_carry", {"first_grant": 10, "used": 11, "second_grant": 11}, "inputs.used"),
        (
            "leave_expiry",
            {"as_of": "2025-10-01", "lots": [{"granted": "2024-10-01", "remaining": 1}], "take": 2},
            "inputs.take",
        ),
        (
            "five_day_obligation",
            {"grants": [{"date": "2025-10-01", "days": 10}, {"date": "2024-10-01", "days": 10}]},
            "inputs.grants",
        ),
        ("hourly_leave_cap", {"scheduled_h_per_day": 8, "days_cap": 6}, "inputs.days_cap"),
        ("hourly_leave_cap", {"scheduled_h_per_day": 0}, "inputs.scheduled_h_per_day"),
        (
            "hourly_leave_rescale",
            {"balance_days": 1, "balance_hours": 9, "old_h": 8, "new_h": 6},
            "inputs.balance_hours",
        ),
        ("half_day_counting", {"taken": [{"unit": "week", "qty": 1}]}, "inputs.taken[0].unit"),
        ("art36_check", {"months": [MONTH], "as_of": "2025-05"}, "inputs.as_of"),
        ("art36_check", {"months": [{**MONTH, "month": "2025-13"}], "as_of": "2025-04"}, "inputs.months[0].month"),
        (
            "art36_check",
            {"months": [MONTH, {**MONTH, "month": "2025-06"}], "as_of": "2025-06"},
            "inputs.months[1].month",
        ),
        ("doctor_interview", {"calendar_days": 1, "total_worked_min": 1441}, "inputs.total_worked_min"),
        (
            "work_interval",
            {"end": "2025-06-02T23:00", "next_scheduled_start": "2025-06-02T22:00", "interval_h": 11},
            "inputs.next_scheduled_start",
        ),
        ("side_job", {"contracts": [CONTRACT], "worked": [{"employer": "B", "min": 1}]}, "inputs.worked[0].employer"),
        (
            "side_job",
            {"contracts": [CONTRACT, {**CONTRACT, "employer": "B"}], "worked": []},
            "inputs.contracts[1].order",
        ),
        ("minor_check", {"age": 121, "week_min": [0] * 7}, "inputs.age"),
        ("minor_check", {"age": 17, "week_min": [0] * 6}, "inputs.week_min"),
        ("minor_check", {"age": 17, "week_min": [1441, 0, 0, 0, 0, 0, 0]}, "inputs.week_min[0]"),
        (
            "premium60",
            {"month_start": "2025-09-01", "entries": [{**ENTRY, "date": "2025-10-01"}]},
            "inputs.entries[0].date",
        ),
        ("premium60", {"month_start": "2025-09-01", "entries": [ENTRY, ENTRY]}, "inputs.entries[1].segments[0]"),
        ("alt_leave", {"ot_h": 80, "rate_le60": 0.2, "rate_gt60": 0.5}, "inputs.rate_le60"),
        ("deduction", {"late_min": 1, "rounding_unit_min": 0}, "inputs.rounding_unit_min"),
        ("monthly_average_hours", {"holidays": 365, "daily_h": 8}, "inputs.holidays"),
        (
            "deemed_discretionary",
            {"deemed_min": 480, "actual": ["2025-06-02T11:00", "2025-06-02T10:00"]},
            "inputs.actual[1]",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_its_path(kind: str, inputs: dict[str, Any], path: str) -> None:
    answer = answered(kind, inputs)

    assert [one["path"] for one in answer["refused"]] == [path]
    assert "result" not in answer


def test_a_refused_case_does_not_stop_the_others() -> None:
    good = {"id": "good", "country": "JP", "system": "pay", "kind": "deduction"}
    good["inputs"] = {"late_min": 12, "rounding_unit_min": 15}  # type: ignore[assignment]  # a case is mixed
    cases = [{"id": "bad", "kind": "deduction"}, good, 7]

    bad, answer, number = answer_cases(json.dumps(cases).encode(), with_steps=False)

    assert {one["path"] for one in bad["refused"]} == {"country", "system", "inputs"}
    assert answer["result"]["max_deduct_min"] == 12
    assert number == {"id": "#2", "refused": [{"path": "", "why": "is not an object"}]}


@pytest.mark.parametrize(
    ("overtime", "holiday", "violations", "further"),
    [
        (45, 0, [], 0),
        (45.02, 0, ["BASE_MONTH"], 0),
        (44, 55.98, [], 0),
        (44, 56, ["MONTH_100"], 0),
        (40, 59, [], 59),
        (40, 0, [], 300),
    ],
)
def test_limits_of_one_month(overtime: float, holiday: float, violations: list[str], further: int) -> None:
    inputs = {"months": [{"month": "2025-04", "ot_h": overtime, "holiday_h": holiday}], "as_of": "2025-04"}

    found = result("art36_check", inputs)

    assert (found["violations"], found["max_further_min"]) == (violations, further)


def test_averages_cross_agreement_years_and_are_lawful_at_eighty() -> None:
    months = [{"month": f"2025-{number:02d}", "ot_h": 80} for number in range(2, 6)]
    inputs = {"months": months, "as_of": "2025-05", "special_clause": True, "agreement_start": "2025-04"}

    found = result("art36_check", inputs)

    assert found["violations"] == []
    assert (found["annual_ot_h"], found["months_over_45"], found["max_further_min"]) == (160, 2, 0)
    months[-1]["ot_h"] = 80.1
    assert result("art36_check", inputs)["violations"] == ["AVG_80"]


def test_a_driver_has_a_year_and_no_months() -> None:
    months = [{"month": f"2025-{number:02d}", "ot_h": 107} for number in range(1, 10)]
    inputs = {"months": months, "as_of": "2025-09", "special_clause": True, "occupation": "driver"}

    assert result("art36_check", inputs)["violations"] == ["YEAR_960"]
    assert result("art36_check", {**inputs, "as_of": "2025-08"})["violations"] == []


@pytest.mark.parametrize(
    ("week", "is_lawful"),
    [
        ([0, 480, 480, 480, 480, 480, 0], True),
        ([0, 480, 480, 480, 480, 481, 0], False),
        ([0, 600, 480, 480, 480, 360, 0], True),
        ([0, 600, 480, 480, 480, 240, 120], True),
        ([0, 600, 360, 360, 360, 360, 300], False),
        ([0, 601, 240, 480, 480, 480, 0], False),
    ],
)
def test_weeks_of_minors(week: list[int], *, is_lawful: bool) -> None:
    assert result("minor_check", {"age": 17, "week_min": week})["legal"] is is_lawful


@pytest.mark.parametrize(
    ("inside", "outside", "deemed"), [(0, 480, 480), (0, 400, 450), (120, 330, 450), (120, 360, 480)]
)
def test_work_outside_and_inside(inside: int, outside: int, deemed: int) -> None:
    inputs = {"scheduled_min": 450, "usual_outside_min": outside, "inside_min": inside}

    assert result("deemed", inputs)["deemed_min"] == deemed


@pytest.mark.parametrize(
    ("granted", "as_of", "balance"),
    [
        ("2023-10-01", "2025-09-30", 10),
        ("2023-10-01", "2025-10-01", 0),
        ("2024-02-29", "2026-02-28", 10),
        ("2024-02-29", "2026-03-01", 0),
        ("2025-10-02", "2025-10-01", 0),
    ],
)
def test_a_grant_lives_two_years(granted: str, as_of: str, balance: int) -> None:
    inputs = {"as_of": as_of, "lots": [{"granted": granted, "remaining": 10}]}

    assert result("leave_expiry", inputs)["balance"] == balance


def test_separate_duties_are_each_five_days() -> None:
    grants = [{"date": "2019-05-01", "days": 10}, {"date": "2020-04-01", "days": 11}]

    found = result("five_day_obligation", {"grants": grants, "method": "separate"})

    assert [(one["to"], one["required_days"]) for one in found["windows"]] == [("2020-04-30", 5), ("2021-03-31", 5)]


def test_grants_below_ten_days_bring_no_duty() -> None:
    found = result("five_day_obligation", {"grants": [{"date": "2025-10-01", "days": 9}]})

    assert (found["required_days"], found["deadline"]) == (0, None)


def test_the_law_of_its_day_is_asked() -> None:
    inputs = {"calendar_days": 31, "total_worked_min": 16000}

    assert result("doctor_interview", inputs)["threshold_min"] == 4800
    assert result("doctor_interview", {**inputs, "as_of": "2019-03-31"})["threshold_min"] == 6000


def test_a_designated_day_has_its_own_limit() -> None:
    long_day = {**DAY, "scheduled": [["09:00", "20:00"]], "day_limit_min": 600}
    work = {**WORK, "out": "2025-06-02T21:00"}

    found = result("punches", {**PUNCHES, "days": [long_day], "work": [work]}, system="variable_1m")

    assert (found["worked"], found["regular"], found["legal_ot_daily"]) == (660, 600, 60)


def test_days_left_out_are_days_off() -> None:
    first, last = DAY, {**DAY, "date": "2025-06-04"}
    between = {"in": "2025-06-03T10:00", "out": "2025-06-03T12:00"}

    found = result("punches", {**PUNCHES, "days": [first, last], "work": [between]})

    assert found["within_legal_ot"] == 120
    assert found["per_work_date"]["2025-06-03"] == 120
