"""Labour Protection Act 27 and 46: an hour of rest after five hours at most, and a pause before longer overtime."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tokimori.engine.intervals import Interval, merged
from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE

ARTICLE: Final = "TH.LPA.27"
ARTICLE_ON_MINORS: Final = "TH.LPA.46"

DAILY_REST: Final = Figure("daily_rest_minutes", (Entry(since=IN_FORCE, value=60, article=ARTICLE),))
SHORTEST_PIECE: Final = Figure("shortest_rest_piece_minutes", (Entry(since=IN_FORCE, value=20, article=ARTICLE),))
LONGEST_STRETCH: Final = Figure(
    "longest_work_before_rest_minutes", (Entry(since=IN_FORCE, value=300, article=ARTICLE),)
)
LONGEST_STRETCH_OF_MINORS: Final = Figure(
    "longest_work_of_minors_before_rest_minutes", (Entry(since=IN_FORCE, value=240, article=ARTICLE_ON_MINORS),)
)
LONG_OVERTIME: Final = Figure("overtime_that_needs_rest_minutes", (Entry(since=IN_FORCE, value=120, article=ARTICLE),))
REST_BEFORE_OVERTIME: Final = Figure(
    "rest_before_overtime_minutes", (Entry(since=IN_FORCE, value=20, article=ARTICLE),)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OvertimeRest:
    """The shortest rest between the normal hours and the overtime that follows them, in minutes."""

    minutes: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyRest:
    """Whether a day's rest suffices, and how many of its minutes count."""

    is_enough: bool
    counted_minutes: int
    reasons: tuple[Reason, ...]


def rest_before_overtime(*, planned_minutes: int, is_exempt: bool = False, day: date) -> OvertimeRest:
    """Return the rest owed before overtime: none below two hours, twenty minutes from exactly two hours on.

    Exempt is work that by its nature goes on, or an emergency. Raise ``ValueError`` for negative minutes.
    """
    if planned_minutes < 0:
        raise ValueError("Work counts forward.")
    owes = planned_minutes >= LONG_OVERTIME.on(day) and not is_exempt
    minutes = REST_BEFORE_OVERTIME.on(day) if owes else 0
    facts = (("planned_minutes", planned_minutes), ("is_exempt", is_exempt), ("rest_minutes", minutes))
    return OvertimeRest(
        minutes=minutes, reasons=(Reason(rule="rest_before_overtime", law=f"{ARTICLE}.4", facts=facts),)
    )


def daily_rest(
    *, start: int, end: int | None = None, breaks: Sequence[Interval], is_minor: bool = False, day: date
) -> DailyRest:
    """Return whether the rest of a day that begins at the minute ``start`` is an hour in all and comes in time.

    Pieces count from twenty minutes on; nobody has worked more than five hours at a stretch before a piece, until the
    hour is full. Under eighteen the hour is one piece and comes after four hours at most (46). Where the end is known, a
    day that is no longer than the longest stretch needs no rest. All bounds are inclusive.
    """
    law = ARTICLE_ON_MINORS if is_minor else ARTICLE
    owed = DAILY_REST.on(day)
    shortest = owed if is_minor else SHORTEST_PIECE.on(day)
    longest = (LONGEST_STRETCH_OF_MINORS if is_minor else LONGEST_STRETCH).on(day)
    counted, since, in_time = 0, start, True
    for piece in merged(breaks):
        if piece.minutes < shortest or counted >= owed:
            continue
        in_time = in_time and piece.start - since <= longest
        counted += piece.minutes
        since = piece.end
    is_short_day = end is not None and end - start <= longest
    is_enough = is_short_day or (in_time and counted >= owed)
    facts = (("counted_minutes", counted), ("is_in_time", in_time), ("is_short_day", is_short_day))
    return DailyRest(
        is_enough=is_enough,
        counted_minutes=counted,
        reasons=(Reason(rule="daily_rest", law=law, facts=facts),),
    )
