"""Whole results of days, with steps, findings and summaries, as they were given before.

``days_as_they_were.json`` is written again, and its difference read, by
``PYTHONPATH=src:tests .venv/bin/python tests/engine/test_days_as_they_were.py``. Who changes a result changes
``engine_version`` with it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from engine.notation import JAPANESE_TIERS, MONDAY, OFFICE, TOKYO, duty, japanese, planned_days, punch, thai, unsaid
from tokimori.engine import (
    BreakPolicy,
    BreakSource,
    CalendarDay,
    DailyRounding,
    DayResult,
    FragmentWeek,
    HolidaySpan,
    Punch,
    PunchKind,
    WorkSystem,
    calculate_days,
    engine_version,
    periods_of,
)
from tokimori.engine.summaries import summary_of_day, summary_of_month

TABLE: Final = Path(__file__).with_name("days_as_they_were.json")
BANGKOK: Final = "Asia/Bangkok"
NIGHT: Final = "22:00-31:00 break 26:00-27:00"
Facts = tuple[Sequence[CalendarDay], Sequence[Punch]]


def on(number: int, text: str, zone: str = TOKYO) -> list[Punch]:
    """Return the punches of a duty so many days after Monday."""
    return duty(text, MONDAY + timedelta(days=number), zone)


def _office_week() -> Facts:
    punches = [one for number in range(5) for one in on(number, "08:40-19:10 break 12:00-13:00 out 15:00-15:20")]
    return planned_days([OFFICE] * 5 + ["", ""], types="wwwwwnh", rules=japanese()), [*punches, *on(5, "10:00-15:00")]


def _nights_and_a_holiday() -> Facts:
    punches = [*on(0, "21:30-32:15 break 26:00-26:40"), *on(1, "22:12-30:30"), *on(2, "20:00-27:00")]
    return planned_days([NIGHT, NIGHT, "", OFFICE], types="wwhw", rules=japanese()), punches


def _breaks_by_rule() -> Facts:
    policy = BreakPolicy(sources=tuple(BreakSource), automatic=JAPANESE_TIERS, required=JAPANESE_TIERS)
    days = planned_days(["09:00-18:00", "09:00-15:00", "09:00-18:00"], rules=japanese(breaks=policy))
    return days, [*on(0, "09:00-19:00"), *on(1, "09:00-15:00"), *on(2, "09:00-18:00 break 12:00-12:20")]


def _what_is_missing() -> Facts:
    kinds = PunchKind
    punches = [
        punch(kinds.OUT, MONDAY, "18:00"),
        punch(kinds.IN, MONDAY + timedelta(days=1), "09:00"),
        punch(kinds.IN, MONDAY + timedelta(days=2), "09:00"),
        punch(kinds.BREAK_END, MONDAY + timedelta(days=2), "13:00"),
        punch(kinds.OUT, MONDAY + timedelta(days=2), "18:00"),
        punch(kinds.IN, MONDAY + timedelta(days=3), "09:00"),
        punch(kinds.BREAK_START, MONDAY + timedelta(days=3), "12:00"),
        punch(kinds.OUT, MONDAY + timedelta(days=3), "18:00"),
        punch(kinds.IN, MONDAY + timedelta(days=4), "09:00"),
        punch(kinds.GO_OUT, MONDAY + timedelta(days=4), "14:00"),
        *unsaid("09:00 12:00 13:00", MONDAY + timedelta(days=6)),
        punch(kinds.RETURN, MONDAY + timedelta(days=7), "11:00"),
        punch(kinds.OUT, MONDAY + timedelta(days=7), "18:00"),
    ]
    return planned_days([OFFICE] * 8, rules=japanese()), punches


def _thai_week(span: HolidaySpan) -> Callable[[], Facts]:
    def facts() -> Facts:
        rules = thai(holiday_span=span)
        plans = ["08:00-17:00 break 12:00-13:00", "20:00-29:00 break 24:00-25:00", "", "08:00-17:00", ""]
        punches = [
            *on(0, "07:30-19:00 break 12:00-13:00", BANGKOK),
            *on(1, "20:00-31:00 break 24:00-25:00", BANGKOK),
            *on(2, "09:00-20:00 break 12:00-13:00", BANGKOK),
            *on(3, "08:00-18:30 break 12:00-13:00", BANGKOK),
            *on(4, "07:00-12:00", BANGKOK),
            *on(4, "13:00-20:00", BANGKOK),
        ]
        return planned_days(plans, types="wwhhh", rules=rules, zone=BANGKOK), punches

    return facts


def _of_system(system: WorkSystem, **changes: Any) -> Callable[[], Facts]:
    def facts() -> Facts:
        days = planned_days([OFFICE] * 5 + ["", ""], types="wwwwwnh", rules=japanese(system=system, **changes))
        punches = [one for number in range(5) for one in on(number, "09:00-20:30 break 12:00-13:00")]
        return days, [*punches, *on(5, "20:00-25:00"), *on(6, "21:00-26:00")]

    return facts


def _rounded_outward() -> Facts:
    rules = japanese(rounding=DailyRounding.UP_ONLY, rounding_minutes=15, late_grace_minutes=5)
    return planned_days([OFFICE, OFFICE], rules=rules), [*on(0, "09:04-18:01"), *on(1, "09:20-17:50")]


def _before_the_plan() -> Facts:
    rules = japanese(counts_before_schedule=False)
    return planned_days([OFFICE, OFFICE], rules=rules), [*on(0, "08:10-18:00"), *on(1, "06:00-08:00")]


def _framed(system: WorkSystem, planned_hours: int = 8, **changes: Any) -> Callable[[], Facts]:
    """Seven weeks that begin and end inside a period, worked a little longer each day of the week, and some Saturdays."""

    def facts() -> Facts:
        rules = japanese(system=system, **changes)
        week = [f"09:00-{10 + planned_hours}:00 break 12:00-13:00"] * 5 + ["", ""]
        days = planned_days(week * 7, types="wwwwwnh" * 7, rules=rules)
        punches: list[Punch] = []
        for number in range(49):
            weekday = number % 7
            if weekday < 5:
                end = 17 * 60 + 30 + weekday * 40 + number // 7 * 10
                punches += on(number, f"09:00-{end // 60:02}:{end % 60:02} break 12:00-13:00")
            elif weekday == 5 and number % 2:
                punches += on(number, "09:00-19:30 break 12:00-13:00")
        return days, punches

    return facts


def _too_few_breaks() -> Facts:
    rules = japanese(breaks=BreakPolicy(sources=(BreakSource.PUNCHED,), required=JAPANESE_TIERS))
    days = planned_days([OFFICE, OFFICE, OFFICE, "09:00-15:30"], rules=rules)
    return days, [
        *on(0, "09:00-18:00 break 12:00-12:30"),
        *on(1, "09:00-17:01 break 12:00-12:59"),
        *on(2, "09:00-18:00"),
        *on(3, "09:00-15:01"),
    ]


SCENARIOS: Final[Mapping[str, Callable[[], Facts]]] = {
    "an office week": _office_week,
    "nights and a holiday": _nights_and_a_holiday,
    "breaks by rule": _breaks_by_rule,
    "what is missing": _what_is_missing,
    "a Thai week, holidays by the start": _thai_week(HolidaySpan.SHIFT_START_DATE),
    "a Thai week, holidays by the calendar": _thai_week(HolidaySpan.CALENDAR_DAY),
    "flexible hours": _of_system(WorkSystem.FLEX_MONTH),
    "flexible hours of three months": _of_system(WorkSystem.FLEX_QUARTER, period_months=3),
    "variable hours": _of_system(WorkSystem.VARIABLE_MONTH),
    "hours told by the week": _of_system(WorkSystem.WEEKLY_IRREGULAR),
    "agreed hours": _of_system(WorkSystem.DEEMED, deemed_minutes=540),
    **{
        f"seven weeks of variable hours, cut weeks: {fragment}": _framed(
            WorkSystem.VARIABLE_MONTH, planned_hours=7, fragment_week=fragment
        )
        for fragment in FragmentWeek
    },
    "a variable month that is planned beyond its frame": _framed(WorkSystem.VARIABLE_MONTH, planned_hours=9),
    "a variable year from April": _framed(WorkSystem.VARIABLE_YEAR, period_months=12, period_start_month=4),
    "flexible hours whose contract is short": _framed(WorkSystem.FLEX_MONTH, planned_hours=6),
    "a flexible quarter from March": _framed(WorkSystem.FLEX_QUARTER, period_months=3, period_start_month=3),
    "flexible months from the sixteenth": _framed(WorkSystem.FLEX_MONTH, period_start_day=16),
    "too few breaks": _too_few_breaks,
    "a manager": _of_system(WorkSystem.MANAGER),
    "rounded outward": _rounded_outward,
    "before the plan": _before_the_plan,
}


def written(facts: Facts) -> dict[str, Any]:
    days, punches = facts
    results = calculate_days(days=days, punches=punches, periods=periods_of(days))
    return {
        "days": [_day(result) for result in results],
        "month": _plain(summary_of_month(results, interval_minutes=660, thresholds=(300, 600))),
    }


def _day(result: DayResult) -> dict[str, Any]:
    return {**result.to_plain(), "summary": _plain(summary_of_day(result))}


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(asdict(value), default=str))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_day_comes_out_as_it_did(name: str) -> None:
    table = json.loads(TABLE.read_text(encoding="utf-8"))

    assert table["engine_version"] == engine_version
    assert json.loads(json.dumps(written(SCENARIOS[name]()))) == table["scenarios"][name]


def _lines(scenario: Mapping[str, Any]) -> str:
    """Return a scenario with a line for each day, so that a difference shows the day it is in."""
    days = ",\n".join(json.dumps(day, ensure_ascii=False) for day in scenario["days"])
    return f'{{"days": [\n{days}],\n"month": {json.dumps(scenario["month"])}}}'


if __name__ == "__main__":
    scenarios = ",\n".join(f"{json.dumps(name)}: {_lines(written(facts()))}" for name, facts in SCENARIOS.items())
    content = f'{{"engine_version": {json.dumps(engine_version)},\n"scenarios": {{\n{scenarios}}}}}\n'
    TABLE.write_text(content, encoding="utf-8")
