"""The worked cases that everybody who calculates is measured by, as far as this cut of the engine reaches."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from engine.notation import NIGHT, moment, stretch
from tokimori.engine import (
    CalendarDay,
    ClockWindow,
    DayType,
    Punch,
    PunchKind,
    RuleSet,
    Shift,
    Weekday,
    WorkSystem,
    calculate_days,
    instant_of,
    total_figures,
)

VECTORS: Final = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "labour.json"
SYSTEMS: Final[Mapping[str, WorkSystem]] = {"fixed": WorkSystem.FIXED, "exempt_manager": WorkSystem.MANAGER}
WEEKDAYS: Final = {weekday.name[:3].lower(): weekday for weekday in Weekday}
FIGURES: Final = {
    "worked": "worked_minutes",
    "regular": "regular_minutes",
    "within_legal_ot": "within_legal_overtime_minutes",
    "legal_ot": "legal_overtime_minutes",
    "legal_ot_daily": "legal_overtime_daily_minutes",
    "legal_ot_weekly": "legal_overtime_weekly_minutes",
    "legal_holiday": "legal_holiday_minutes",
    "late_night": "late_night_minutes",
    "late": "late_minutes",
    "early_leave": "early_leave_minutes",
    "private_out": "private_out_minutes",
}


def cases() -> list[dict[str, Any]]:
    if not VECTORS.exists():
        return []
    found: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return [case for case in found if case["kind"] == "punches" and case["system"] in SYSTEMS]


def rules_of(case: Mapping[str, Any]) -> RuleSet:
    inputs = case["inputs"]
    return RuleSet(
        code="vector",
        country=case["country"],
        system=SYSTEMS[case["system"]],
        legal_daily_minutes=inputs["legal"]["daily_min"],
        legal_weekly_minutes=inputs["legal"]["weekly_min"],
        week_start=WEEKDAYS[inputs["week_start"]],
        night=NIGHT,
    )


def days_of(case: Mapping[str, Any]) -> Iterator[CalendarDay]:
    zone = case["inputs"]["tz"]
    for written in case["inputs"]["days"]:
        on = date.fromisoformat(written["date"])
        pauses = tuple(stretch(on, "-".join(pause), zone) for pause in written["scheduled_breaks"])
        planned = tuple(
            Shift(interval=stretch(on, "-".join(shift), zone), breaks=pauses) for shift in written["scheduled"]
        )
        yield CalendarDay(
            date=on, zone=zone, day_type=DayType(written["day_type"]), shifts=planned, rules=rules_of(case)
        )


def punches_of(case: Mapping[str, Any]) -> Iterator[Punch]:
    zone = ZoneInfo(case["inputs"]["tz"])
    records = case["inputs"]["work"]
    is_one_duty = case["inputs"].get("same_duty", False)

    def made(kind: PunchKind, written: str) -> Punch:
        at = datetime.fromisoformat(written).replace(tzinfo=zone).astimezone(UTC)
        return Punch(id=f"{written} {kind.value}", at=at, kind=kind)

    for number, record in enumerate(records):
        yield made(PunchKind.RETURN if is_one_duty and number else PunchKind.IN, record["in"])
        for start, end in record["breaks"]:
            yield made(PunchKind.BREAK_START, start)
            yield made(PunchKind.BREAK_END, end)
        is_going_out = is_one_duty and number < len(records) - 1
        yield made(PunchKind.GO_OUT if is_going_out else PunchKind.OUT, record["out"])


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors lie beside the repository, and here they do not")
def test_cases_of_this_cut_are_there() -> None:
    assert len(cases()) == 10


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_figures_are_those_of_the_case(case: dict[str, Any]) -> None:
    results = calculate_days(days=tuple(days_of(case)), punches=list(punches_of(case)))

    total = total_figures(results)
    wanted = {FIGURES[name]: minutes for name, minutes in case["expected"].items() if name in FIGURES}
    assert {name: getattr(total, name) for name in wanted} == wanted
    for on, minutes in case["expected"].get("per_work_date", {}).items():
        worked = {one.work_date.isoformat(): one.figures.worked_minutes for one in results}
        assert worked.get(on, 0) == minutes


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_rate_classes_can_be_read_from_the_time_line(case: dict[str, Any]) -> None:
    if case["system"] == "exempt_manager":
        pytest.skip("an exempt person has no rate classes")
    results = calculate_days(days=tuple(days_of(case)), punches=list(punches_of(case)))

    found = dict.fromkeys(case["expected"]["rate_minutes"], 0)
    for segment in (one for result in results for one in result.segments):
        bucket = segment.bucket.value
        rate = "holiday" if bucket == "legal_holiday" else "ot" if bucket.startswith("legal_overtime") else "base"
        found[f"{rate}_night" if segment.is_night else rate] += segment.interval.minutes
    assert found == case["expected"]["rate_minutes"]


def test_forgotten_departure_leaves_its_day_open_and_the_next_one_whole() -> None:
    """XX-017, with nothing planned: the boundary alone decides."""
    first, second = date(2025, 6, 2), date(2025, 6, 3)
    rules = RuleSet(code="vector", country="JP", day_boundary_minute=300)
    days = tuple(
        CalendarDay(date=on, zone="Asia/Tokyo", day_type=DayType.WORKDAY, shifts=(), rules=rules)
        for on in (first, second)
    )
    punches = [
        Punch(id="1", at=moment(first, "09:00"), kind=PunchKind.IN),
        Punch(id="2", at=moment(second, "08:58"), kind=PunchKind.IN),
        Punch(id="3", at=moment(second, "18:00"), kind=PunchKind.OUT),
    ]

    open_day, whole_day = calculate_days(days=days, punches=punches)

    assert [one.code.value for one in open_day.findings] == ["missing_out"]
    assert (open_day.figures.worked_minutes, whole_day.figures.presence_minutes) == (0, 542)


@pytest.mark.parametrize(
    ("written", "hours"), [("16:00-24:00", 6), ("14:00-22:00", 4), ("10:00-18:00", 0), ("21:00-29:00", 3)]
)
def test_window_overlaps_are_measured_on_the_wall_clock(written: str, hours: int) -> None:
    """XX-012: a window from 18:00 to midnight."""
    on = date(2025, 6, 2)
    evening = ClockWindow(start_minute=18 * 60, end_minute=0)
    rules = RuleSet(code="vector", country="JP", night=evening)
    work = stretch(on, written)
    day = CalendarDay(date=on, zone="Asia/Tokyo", day_type=DayType.WORKDAY, shifts=(Shift(interval=work),), rules=rules)
    punches = [
        Punch(id="in", at=instant_of(work.start), kind=PunchKind.IN),
        Punch(id="out", at=instant_of(work.end), kind=PunchKind.OUT),
    ]

    (result,) = calculate_days(days=[day], punches=punches)

    assert result.figures.late_night_minutes == hours * 60
