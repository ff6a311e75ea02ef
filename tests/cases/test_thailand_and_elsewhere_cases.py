import json
from typing import Any

import pytest

from tokimori.interfaces.cases import answer_cases

DAY = {
    "day_type": "workday",
    "normal_hours": ["08:00", "17:00"],
    "breaks": [["12:00", "13:00"]],
    "pay_type": "monthly",
    "work": [["08:00", "17:00"]],
    "wage": 24000,
}


def answered(kind: str, inputs: dict[str, Any], *, country: str = "XX") -> dict[str, Any]:
    case = {"id": "A", "country": country, "system": "any", "kind": kind, "inputs": inputs}
    (answer,) = answer_cases(json.dumps(case).encode(), with_steps=False)
    return answer


@pytest.mark.parametrize(
    ("kind", "inputs", "path"),
    [
        ("th_day", {**DAY, "colour": "red"}, "inputs.colour"),
        ("th_day", {**DAY, "pay_type": "yearly"}, "inputs.pay_type"),
        ("th_day", {**DAY, "work": [["08:00", "08:00"]]}, "inputs.work[0]"),
        ("th_day", {**DAY, "work": [["08:00", "12:00"], ["11:00", "13:00"]]}, "inputs.work"),
        ("th_day", {**DAY, "breaks": [["08:00", "17:00"]]}, "inputs.normal_hours"),
        ("th_day", {**DAY, "as_of": "1990-01-01"}, "inputs.as_of"),
        ("th_hourly_rate", {"monthly_wage": 1, "week_hours": [0]}, "inputs.week_hours"),
        ("th_week", {"normal_weekly_min": 2880, "days": [{"type": "strike"}]}, "inputs.days[0].type"),
        ("th_maternity", {"effective": ["2025-01-01", "1990-01-01"]}, "inputs.effective[1]"),
        ("th_rest", {"ot_planned_min": [-1]}, "inputs.ot_planned_min[0]"),
        (
            "th_rest_daily",
            {"cases": [{"start": "08:00", "breaks": [["12:00", "12:00"]]}]},
            "inputs.cases[0].breaks[0]",
        ),
        (
            "th_substitute_holiday",
            {
                "weekly_holidays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
                "traditional_holidays": ["2025-04-05"],
            },
            "inputs.weekly_holidays",
        ),
        ("tiered_ot", {"day_type": "someday", "ot_h": 1}, "inputs.day_type"),
        ("tiered_ot", {"ot_h": 1, "tiers": [{"over_h": 1, "multiplier": 2}]}, "inputs.tiers[0].over_h"),
        (
            "tiered_ot",
            {"ot_h": 1, "tiers": [{"over_h": 0, "multiplier": 2}, {"over_h": 0, "multiplier": 3}]},
            "inputs.tiers[1].over_h",
        ),
        ("ca_week", {"daily_h": [8] * 8}, "inputs.daily_h"),
        ("ca_week", {"daily_h": [25]}, "inputs.daily_h[0]"),
        ("rate_table", {"day_types": ["someday"]}, "inputs.day_types[0]"),
        ("window_overlap", {"window": ["18:00", "18:00"], "shifts": [["08:00", "17:00"]]}, "inputs.window"),
        ("window_overlap", {"window": ["18:00", "50:00"], "shifts": [["08:00", "17:00"]]}, "inputs.window"),
        (
            "rest_premium",
            {"prev_end": "2025-06-03T05:00", "next": ["2025-06-03T04:00", "2025-06-03T10:00"], "min_rest_min": 480},
            "inputs.next[0]",
        ),
        (
            "rest_premium",
            {"prev_end": "2025-06-02T05:00", "next": ["2025-06-03T04:00", "2025-06-03T03:00"], "min_rest_min": 480},
            "inputs.next[1]",
        ),
        ("punch_rounding", {"unit_min": 0, "mode": "up", "points": ["08:00"]}, "inputs.unit_min"),
        ("punch_rounding", {"unit_min": 5, "mode": "up", "points": ["08:00"], "edges": []}, "inputs.edges"),
        (
            "punch_rounding_threshold",
            {"unit_min": 15, "thresholds": [5, 15], "points": ["08:00"]},
            "inputs.thresholds[1]",
        ),
        ("punch_pairing", {"policy": "split_shift", "sets": [["12:00", "09:00", "18:00"]]}, "inputs.sets[0]"),
        (
            "missing_punch",
            {"tz": "Europe/London", "punches": [{"type": "in", "at": "2025-03-30T01:30"}]},
            "inputs.punches[0].at",
        ),
        (
            "day_boundary",
            {
                "tz": "Asia/Tokyo",
                "punches": [{"type": "in", "at": "2025-03-30T01:30"}],
                "shifts": [{"start": "2025-03-30T02:00", "end": "2025-03-30T02:00"}],
            },
            "inputs.shifts[0].end",
        ),
        ("double_punch", {"dedupe_window_sec": -1, "punches": []}, "inputs.dedupe_window_sec"),
        ("dst_duty", {"tz": "Europe/Nowhere", "in": "2025-03-30T00:30", "out": "2025-03-30T06:00"}, "inputs.tz"),
        ("dst_duty", {"tz": "Europe/London", "in": "2025-03-30T01:30", "out": "2025-03-30T06:00"}, "inputs.in"),
        ("dst_duty", {"tz": "Europe/London", "in": "2025-03-30T06:00", "out": "2025-03-30T05:00"}, "inputs.out"),
        (
            "dst_duty",
            {"tz": "Asia/Tokyo", "in": "2025-03-30T06:00", "out": "2025-03-30T07:00", "break_min": 61},
            "inputs.break_min",
        ),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(kind: str, inputs: dict[str, Any], path: str) -> None:
    answer = answered(kind, inputs)

    assert answer["refused"][0]["path"] == path


def test_the_country_of_the_case_decides_on_rounding() -> None:
    inputs = {"unit_min": 15, "mode": "up", "points": ["08:00", "08:01"]}

    assert answered("punch_rounding", inputs, country="US-CA")["result"] == {
        "rounded": ["08:00", "08:15"],
        "neutral": False,
    }
    assert answered("punch_rounding", inputs, country="JP")["refused"] == [
        {"path": "inputs.points[1]", "why": "would cut time worked"}
    ]


@pytest.mark.parametrize(
    ("arrival", "shifts", "note"),
    [
        ("2025-06-03T05:00", [], None),
        ("2025-06-03T04:59", [], "04:59 falls before 05:00 so it is the 2nd unless a shift of the 3rd is nearer"),
        ("2025-06-12T00:30", [], "00:30 falls before 05:00 so it is the 11th unless a shift of the 12th is nearer"),
        (
            "2025-06-01T04:50",
            [{"start": "2025-06-01T05:00", "end": "2025-06-01T13:00"}],
            "04:50 falls before 05:00 but a shift of the 1st is nearer so it is the 1st",
        ),
    ],
)
def test_an_early_arrival_is_explained(arrival: str, shifts: list[dict[str, str]], note: str | None) -> None:
    inputs = {
        "tz": "Asia/Tokyo",
        "day_boundary": "05:00",
        "punches": [{"type": "in", "at": arrival}],
        "shifts": shifts,
    }

    assert answered("day_boundary", inputs)["result"]["note_policy"] == note


def test_a_night_is_placed_by_its_hours() -> None:
    night = {
        **DAY,
        "normal_hours": ["22:00", "07:00"],
        "breaks": [["02:00", "03:00"]],
        "work": [["00:30", "08:00"]],
    }

    assert answered("th_day", night)["result"] == {
        "normal": 330,
        "ot_1_5": 60,
        "holiday_work": 0,
        "holiday_ot_3": 0,
        "hourly": 100.0,
        "extra_pay": 150.0,
    }
