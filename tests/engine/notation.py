"""Days and punches as people write them: ``09:00-18:00 break 12:00-13:00``. Times past 24:00 lie on the next date."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tokimori.engine import (
    BreakTier,
    CalendarDay,
    ClockWindow,
    DayResult,
    DayType,
    Interval,
    OvertimeBasis,
    Punch,
    PunchKind,
    RuleSet,
    Shift,
    Weekday,
    calculate_days,
    interval_of,
    minute_of,
)

TOKYO: Final = "Asia/Tokyo"
MONDAY: Final = date(2026, 6, 1)
SUNDAY: Final = date(2026, 6, 7)
NIGHT: Final = ClockWindow(start_minute=22 * 60, end_minute=5 * 60)
JAPANESE_TIERS: Final = (
    BreakTier(over_minutes=360, break_minutes=45),
    BreakTier(over_minutes=480, break_minutes=60),
)
OFFICE: Final = "09:00-18:00 break 12:00-13:00"

_INSIDE: Final = {
    "break": (PunchKind.BREAK_START, PunchKind.BREAK_END),
    "out": (PunchKind.GO_OUT, PunchKind.RETURN),
}


def japanese(**changes: Any) -> RuleSet:
    """Return fixed hours in Japan, with these changes."""
    return RuleSet(**{"code": "fixed", "country": "JP", "night": NIGHT, "week_start": Weekday.MONDAY, **changes})


def thai(**changes: Any) -> RuleSet:
    """Return normal hours in Thailand, with these changes."""
    standard = {"code": "lpa", "country": "TH", "legal_weekly_minutes": 2880}
    return RuleSet(**{**standard, "overtime_basis": OvertimeBasis.SCHEDULE_WINDOW, **changes})


def moment(on: date, clock: str, zone: str = TOKYO) -> datetime:
    """Return the instant at which a clock of the zone shows ``22:30`` or, on the next date, ``26:30``."""
    hours, minutes = (int(part) for part in clock.split(":"))
    days, hour = divmod(hours, 24)
    wall = datetime.combine(on + timedelta(days=days), time(hour, minutes), tzinfo=ZoneInfo(zone))
    return wall.astimezone(UTC)


def minute(on: date, clock: str, zone: str = TOKYO) -> int:
    """Return the same as a minute since 1970."""
    return minute_of(moment(on, clock, zone))


def stretch(on: date, text: str, zone: str = TOKYO) -> Interval:
    """Return the interval written as ``09:00-18:00``."""
    start, end = text.split("-")
    return interval_of(moment(on, start, zone), moment(on, end, zone))


def shifts(on: date, text: str, zone: str = TOKYO) -> tuple[Shift, ...]:
    """Return the shifts written as ``09:00-18:00 break 12:00-13:00``."""
    found: list[tuple[Interval, list[Interval]]] = []
    words = iter(text.split())
    for word in words:
        if word == "break":
            found[-1][1].append(stretch(on, next(words), zone))
        else:
            found.append((stretch(on, word, zone), []))
    return tuple(Shift(interval=interval, breaks=tuple(pauses)) for interval, pauses in found)


def planned_days(
    plans: Sequence[str],
    *,
    rules: RuleSet,
    types: str = "",
    first: date = MONDAY,
    zone: str = TOKYO,
    is_over: bool = True,
) -> tuple[CalendarDay, ...]:
    """Return consecutive days; ``types`` has a letter for each: w workday, h legal holiday, n other day off."""
    letters = {"w": DayType.WORKDAY, "h": DayType.LEGAL_HOLIDAY, "n": DayType.NON_LEGAL_HOLIDAY}
    return tuple(
        CalendarDay(
            date=(on := first + timedelta(days=number)),
            zone=zone,
            day_type=letters[types[number]] if types else DayType.WORKDAY,
            shifts=shifts(on, plan, zone),
            rules=rules,
            is_over=is_over,
        )
        for number, plan in enumerate(plans)
    )


def duty(text: str, on: date = MONDAY, zone: str = TOKYO) -> list[Punch]:
    """Return the punches of ``09:00-18:00 break 12:00-13:00 out 15:00-15:30``; more stretches are more arrivals."""
    found: list[Punch] = []
    words = iter(text.split())
    for word in words:
        opening, closing = _INSIDE.get(word, (PunchKind.IN, PunchKind.OUT))
        start, end = (next(words) if word in _INSIDE else word).split("-")
        found += [punch(opening, on, start, zone), punch(closing, on, end, zone)]
    return sorted(found, key=lambda one: one.at)


def punch(kind: PunchKind | None, on: date, clock: str, zone: str = TOKYO) -> Punch:
    """Return one punch."""
    return Punch(id=f"{on} {clock} {kind or 'unsaid'}", at=moment(on, clock, zone), kind=kind)


def unsaid(text: str, on: date = MONDAY) -> list[Punch]:
    """Return punches that do not say what they are, written as ``09:00 12:00 18:00``."""
    return [punch(None, on, clock) for clock in text.split()]


def one_day(plan: str, punched: Iterable[Punch], **changes: Any) -> DayResult:
    """Return the result of one Monday under Japanese rules with changes."""
    (result,) = calculate_days(days=planned_days([plan], rules=japanese(**changes)), punches=list(punched))
    return result


def figures_that_are_not_zero(result: DayResult) -> dict[str, int]:
    """Return the figures of a day by name without their ending, zeros left out."""
    plain = result.figures.to_plain()
    return {name.removesuffix("_minutes"): minutes for name, minutes in plain.items() if minutes}


def codes(result: DayResult) -> list[str]:
    """Return what was found."""
    return [finding.code.value for finding in result.findings]
