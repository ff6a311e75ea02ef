"""The sheet day by day: a function of the changes that were written down."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tokimori.assurance.evaluation.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class DayState:
    """In which state a row was when a day ended."""

    day: date
    row: int
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetDay:
    """How many rows stood in which state when a day ended; of a day that goes on, how they stand by now."""

    day: date
    counts: Mapping[State, int]
    is_changed: bool
    """Whether a row changed on this day."""

    @property
    def total(self) -> int:
        """Return how many rows were answered by then."""
        return sum(self.counts.values())


def days_of(changes: Iterable[DayState], *, first: date, last: date) -> tuple[SheetDay, ...]:
    """Return every day from ``first`` to ``last``, both included, from the first one of which anything is known.

    ``changes`` holds the last state of each day on which a row changed, those before ``first`` as well. On a day without a
    change everything stands as on the day before; a row of which nothing was written down yet is not counted.
    """
    by_day: dict[date, dict[int, State]] = {}
    for change in sorted(changes, key=lambda one: one.day):
        by_day.setdefault(change.day, {})[change.row] = change.state
    if not by_day:
        return ()
    standing: dict[int, State] = {}
    for day in sorted(one for one in by_day if one < first):
        standing |= by_day[day]
    found = []
    for day in _each(first if standing else max(first, min(by_day)), last):
        standing |= by_day.get(day, {})
        found.append(SheetDay(day=day, counts=dict(Counter(standing.values())), is_changed=day in by_day))
    return tuple(found)


def _each(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
