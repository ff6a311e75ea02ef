"""A month of punches as people really make them: late, twice, forgotten, uploaded days afterwards.

Pure: the same people, plans and seed give the same punches.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tokimori.domains.schedules.plans import DayPlan, ShiftPlan
from tokimori.engine import PunchKind
from tokimori.ops.demo.people import Crew, DemoPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPunch:
    """A punch that somebody made, on the clock of his site."""

    employee_code: str
    at: datetime
    kind: PunchKind
    place: str
    is_late_upload: bool = False


def punches_of(
    person: DemoPerson, plans: Iterable[DayPlan], *, zone: str, seed: int, until: datetime
) -> tuple[DemoPunch, ...]:
    """Return what a person punched on the planned days, up to ``until``, in the order of the clock."""
    chance = random.Random(f"{seed}:{person.code}")  # noqa: S311 -- a story, not a secret
    made: list[DemoPunch] = []
    for plan in plans:
        for shift in plan.shifts:
            made.extend(_duty(person, plan.work_date, shift, zone=zone, chance=chance))
    return tuple(sorted((punch for punch in made if punch.at <= until), key=lambda punch: punch.at))


def _duty(
    person: DemoPerson, work_date: date, shift: ShiftPlan, *, zone: str, chance: random.Random
) -> Iterator[DemoPunch]:
    """Yield one duty's punches; about one in twenty has something wrong with it."""
    luck = chance.random()
    place = {"tokyo": "東京 正面口", "osaka": "大阪 工場門", "bangkok": "ประตูหน้า"}[person.site_code]
    is_late = chance.random() < 0.04  # noqa: PLR2004 -- a reader that was offline

    def punch(minute: int, kind: PunchKind, second: int = 0) -> DemoPunch:
        return DemoPunch(
            employee_code=person.code,
            at=_instant(work_date, minute, second, zone=zone),
            kind=kind,
            place=place,
            is_late_upload=is_late,
        )

    begin = shift.start_minute + _arrival(person.crew, chance)
    end = shift.end_minute + _departure(person.crew, chance)
    if luck < 0.004:  # noqa: PLR2004 -- did not come, and nobody knows yet
        return
    if luck >= 0.006:  # noqa: PLR2004 -- one in five hundred forgets to punch in
        yield punch(begin, PunchKind.IN)
        if luck < 0.04:  # noqa: PLR2004 -- the card read twice
            yield punch(begin, PunchKind.IN, second=7)
    yield from (punch(minute, kind) for minute, kind in _breaks(person.crew, shift, luck, chance))
    if not 0.04 <= luck < 0.044:  # noqa: PLR2004 -- some forget to punch out
        yield punch(end, PunchKind.OUT)


def _breaks(crew: Crew, shift: ShiftPlan, luck: float, chance: random.Random) -> Iterator[tuple[int, PunchKind]]:
    """Yield the punched breaks: only the night crew and Bangkok punch theirs, and one in fifty never ends his."""
    if crew not in {Crew.NIGHT, Crew.BANGKOK}:
        return
    for start, end in shift.breaks:
        yield start + chance.randint(0, 4), PunchKind.BREAK_START
        if not 0.06 <= luck < 0.066:  # noqa: PLR2004 -- the break that never ended
            yield end - chance.randint(0, 3), PunchKind.BREAK_END


def _arrival(crew: Crew, chance: random.Random) -> int:
    """Return minutes after the planned start, mostly a few before it."""
    if crew is Crew.FLEX:
        return chance.randint(-60, 75)
    if crew is Crew.NIGHT and chance.random() < 0.02:  # noqa: PLR2004 -- the last train: 00:03 for a 22:00 start
        return 123
    return chance.choice([-14, -11, -9, -8, -6, -5, -5, -4, -3, -2, -1, 0, 0, 4, 17])


def _departure(crew: Crew, chance: random.Random) -> int:
    """Return minutes after the planned end."""
    if crew is Crew.PART_TIME:
        return chance.choice([0, 1, 2, 3, 5, 15])
    if crew is Crew.FLEX:
        return chance.randint(-45, 110)
    return chance.choice([0, 1, 2, 3, 4, 6, 9, 12, 31, 47, 64, 95, 130])


def _instant(work_date: date, minute: int, second: int, *, zone: str) -> datetime:
    days, minute_of_day = divmod(minute, 24 * 60)
    wall = time(minute_of_day // 60, minute_of_day % 60, second)
    return datetime.combine(work_date + timedelta(days=days), wall, tzinfo=ZoneInfo(zone))
