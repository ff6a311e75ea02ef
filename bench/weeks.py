"""Facts for the engine alone: whole weeks of one kind of worker, made without a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tokimori.engine import (
    BreakPolicy,
    BreakSource,
    BreakTier,
    CalendarDay,
    ClockWindow,
    DayType,
    Interval,
    Punch,
    PunchKind,
    RuleSet,
    Shift,
    interval_of,
)

ZONE = "Asia/Tokyo"
RULES = RuleSet(
    code="jp-fixed",
    country="JP",
    night=ClockWindow(start_minute=22 * 60, end_minute=5 * 60),
    breaks=BreakPolicy(
        sources=(BreakSource.PUNCHED, BreakSource.SCHEDULED),
        required=(BreakTier(over_minutes=360, break_minutes=45), BreakTier(over_minutes=480, break_minutes=60)),
    ),
)
FIRST_SUNDAY = date(2026, 3, 29)
WEEKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Minutes from the work date's midnight: when the shift is, and when this worker comes, pauses and goes."""

    shift: tuple[int, int]
    pause: tuple[int, int]
    comes: int
    goes: int
    works_saturdays: bool = False

    @property
    def presses(self) -> tuple[tuple[PunchKind, int], ...]:
        """Return what is punched on a day worked, and when."""
        return (
            (PunchKind.IN, self.comes),
            (PunchKind.BREAK_START, self.pause[0]),
            (PunchKind.BREAK_END, self.pause[1]),
            (PunchKind.OUT, self.goes),
        )

    def comes_on(self, day_type: DayType) -> bool:
        """Whether this worker comes on such a day."""
        return day_type is DayType.WORKDAY or (self.works_saturdays and day_type is DayType.NON_LEGAL_HOLIDAY)


WORKERS: Mapping[str, Worker] = {
    "day, no overtime": Worker(shift=(540, 1080), pause=(720, 780), comes=536, goes=1080),
    "day, overtime": Worker(shift=(540, 1080), pause=(720, 780), comes=531, goes=1243, works_saturdays=True),
    "night": Worker(shift=(1320, 1860), pause=(1560, 1620), comes=1316, goes=1860),
    "night, overtime": Worker(shift=(1320, 1860), pause=(1560, 1620), comes=1312, goes=1957, works_saturdays=True),
}


def facts(worker: Worker) -> tuple[tuple[CalendarDay, ...], tuple[Punch, ...]]:
    """Return five whole weeks of a worker, from Sunday to Saturday: four punches on every day worked."""
    days: list[CalendarDay] = []
    punches: list[Punch] = []
    for offset in range(7 * WEEKS):
        work_date = FIRST_SUNDAY + timedelta(days=offset)
        day_type = day_type_of(work_date)
        shift = Shift(interval=_interval(work_date, worker.shift), breaks=(_interval(work_date, worker.pause),))
        days.append(
            CalendarDay(
                date=work_date,
                zone=ZONE,
                day_type=day_type,
                shifts=(shift,) if day_type is DayType.WORKDAY else (),
                rules=RULES,
            )
        )
        if worker.comes_on(day_type):
            punches.extend(_punches(work_date, worker))
    return tuple(days), tuple(punches)


def day_type_of(work_date: date) -> DayType:
    """Return the type of a date where Sunday is the legal holiday and Saturday the other day off."""
    return {6: DayType.LEGAL_HOLIDAY, 5: DayType.NON_LEGAL_HOLIDAY}.get(work_date.weekday(), DayType.WORKDAY)


def _punches(work_date: date, worker: Worker) -> tuple[Punch, ...]:
    return tuple(
        Punch(id=f"{work_date}-{kind}", at=_instant(work_date, minute), kind=kind) for kind, minute in worker.presses
    )


def _interval(work_date: date, minutes: tuple[int, int]) -> Interval:
    return interval_of(_instant(work_date, minutes[0]), _instant(work_date, minutes[1]))


def _instant(work_date: date, minute: int) -> datetime:
    midnight = datetime.combine(work_date, time(), tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    return midnight + timedelta(minutes=minute)
