"""Cases on punches, answered a second time by walking every minute as the law's notices put it, one rule after the other.

Nothing of the engine is used here: a duty belongs to the day it began on until a later day's shift begins; a legal
holiday is a calendar day; over the day, then over the week, then inside or outside the plan; the night lies over it all.
"""

import json
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from tokimori.interfaces.cases import answer_cases

SUNDAY: Final = date(2025, 6, 1)
DAY: Final = 1440
TYPES: Final = {"w": "workday", "n": "non_legal_holiday", "h": "legal_holiday"}
PLANS: Final = ((540, 1080), (540, 1020), (1320, 1860), (480, 720), (1020, 1980))


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def moment(minute: int) -> str:
    """Return a minute from the first Sunday on as a moment."""
    begin = datetime(SUNDAY.year, SUNDAY.month, SUNDAY.day)  # noqa: DTZ001 -- the clock on the wall
    return (begin + timedelta(minutes=minute)).isoformat(timespec="minutes")


def by_the_minute(
    days: list[dict[str, Any]], duties: list[tuple[int, int, int, int]], *, fills: bool, weekly: int
) -> Counter[str]:
    """Return the sums of a case, one minute after the other. A duty is its begin, end, and its break's begin and end."""
    found: Counter[str] = Counter()
    daily: Counter[int] = Counter()
    week: Counter[int] = Counter()
    starts = [one["plan"][0] + DAY * number if one["plan"] else None for number, one in enumerate(days)]
    for begin, end, pause, back in duties:
        work_date = begin // DAY
        before = days[work_date - 1]["plan"] if work_date else None
        if before and begin < before[1] + DAY * (work_date - 1):
            work_date -= 1
        for minute in range(begin, end):
            for later in range(work_date + 1, len(days)):
                start = starts[later]
                if start is not None and minute >= start:
                    work_date = later
            if pause <= minute < back:
                continue
            bucket = _bucket(days, minute, work_date, daily, week, fills=fills, weekly=weekly)
            found["worked"] += 1
            found[bucket] += 1
            found[f"date {work_date}"] += 1
            if minute % DAY >= 1320 or minute % DAY < 300:
                found["late_night"] += 1
                rate = {"legal_holiday": "holiday", "regular": "base", "within_legal_ot": "base"}.get(bucket, "ot")
                found[f"night {rate}"] += 1
    return found


def _bucket(
    days: list[dict[str, Any]], minute: int, work_date: int, daily: Counter[int], week: Counter[int], *, fills: bool,
    weekly: int,
) -> str:  # fmt: skip
    here = days[minute // DAY]["type"] if minute // DAY < len(days) else "w"
    is_holiday = here == "h"
    if not is_holiday or fills:
        daily[work_date] += 1
    if is_holiday:
        return "legal_holiday"
    if daily[work_date] > 480:
        return "legal_ot_daily"
    number = work_date // 7
    week[number] += 1
    if week[number] > weekly:
        return "legal_ot_weekly"
    plan = days[work_date]["plan"]
    if plan and plan[0] + DAY * work_date <= minute < plan[1] + DAY * work_date:
        return "regular"
    return "within_legal_ot"


@st.composite
def weeks(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[tuple[int, int, int, int]]]:
    """Nine days with a plan or none, and duties that do not overlap; shifts of neighbours do not overlap either."""
    days: list[dict[str, Any]] = []
    for letter in draw(st.lists(st.sampled_from("wwwwnh"), min_size=9, max_size=9)):
        plan = draw(st.sampled_from(PLANS)) if letter == "w" else None
        if plan and days and days[-1]["plan"] and days[-1]["plan"][1] - DAY > plan[0]:
            plan = PLANS[0]
            if days[-1]["plan"][1] - DAY > plan[0]:
                plan = None
        days.append({"type": letter, "plan": plan})
    duties: list[tuple[int, int, int, int]] = []
    free = 0
    for number, one in enumerate(days[:8]):
        if not draw(st.booleans()) and one["plan"] is None:
            continue
        begin = DAY * number + (one["plan"][0] if one["plan"] else draw(st.sampled_from((540, 840, 1320))))
        begin += draw(st.sampled_from((-30, 0, 0, 17)))
        end = begin + draw(st.sampled_from((240, 480, 540, 541, 660, 1020, 1500)))
        if begin < free + 300 or end > DAY * 9:
            continue
        pause = begin + draw(st.sampled_from((60, 150)))
        duties.append((begin, end, pause, pause + draw(st.sampled_from((0, 45, 60)))))
        free = end
    return days, duties


def answered(
    days: list[dict[str, Any]], duties: list[tuple[int, int, int, int]], *, fills: bool, weekly: int
) -> dict[str, Any]:
    case = {
        "id": "drawn", "country": "JP", "system": "fixed", "kind": "punches",
        "inputs": {
            "tz": "Asia/Tokyo",
            "legal": {"daily_min": 480, "weekly_min": weekly},
            "holiday_minutes_fill_daily_limit": fills,
            "days": [
                {
                    "date": (SUNDAY + timedelta(days=number)).isoformat(),
                    "day_type": TYPES[one["type"]],
                    "scheduled": [[clock(one["plan"][0]), clock(one["plan"][1])]] if one["plan"] else [],
                }
                for number, one in enumerate(days)
            ],
            "work": [
                {
                    "in": moment(begin),
                    "out": moment(end),
                    "breaks": [[moment(pause), moment(back)]] if back > pause else [],
                }
                for begin, end, pause, back in reversed(duties)
            ],
        },
    }  # fmt: skip
    (found,) = answer_cases(json.dumps(case).encode(), with_steps=False)
    assert "refused" not in found, found
    result: dict[str, Any] = found["result"]
    return result


@settings(max_examples=120)
@given(weeks(), st.booleans(), st.sampled_from((2400, 2640)))
def test_every_minute_goes_where_the_rules_send_it(
    drawn: tuple[list[dict[str, Any]], list[tuple[int, int, int, int]]],
    fills: bool,  # noqa: FBT001 -- drawn
    weekly: int,
) -> None:
    days, duties = drawn
    result = answered(days, duties, fills=fills, weekly=weekly)
    expected = by_the_minute(days, duties, fills=fills, weekly=weekly)

    names = ("worked", "regular", "within_legal_ot", "legal_ot_daily", "legal_ot_weekly", "legal_holiday", "late_night")
    assert {name: result[name] for name in names} == {name: expected[name] for name in names}
    assert result["late_night_split"] == {
        "non_ot": expected["night base"],
        "ot": expected["night ot"],
        "holiday": expected["night holiday"],
    }
    per_date = result["per_work_date"]
    assert [per_date[(SUNDAY + timedelta(days=number)).isoformat()] for number in range(len(days))] == [
        expected[f"date {number}"] for number in range(len(days))
    ]
