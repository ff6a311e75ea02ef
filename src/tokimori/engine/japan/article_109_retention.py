"""Labor Standards Act 109, 143, Enforcement Rule 56: how long records of working time and pay are kept."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tokimori.engine.japan.civil_periods import last_day
from tokimori.engine.law import Entry, Figure, Reason

ARTICLE: Final = "JP.LSA.109"
ARTICLE_FOR_THE_TIME_BEING: Final = "JP.LSA.109; JP.LSA.143; JP.ER.56"

FOR_THE_TIME_BEING: Final = Figure(
    "retention_years_for_the_time_being",
    (
        Entry(since=date(1947, 9, 1), value=3, article=ARTICLE),
        Entry(since=date(2020, 4, 1), value=3, article=ARTICLE_FOR_THE_TIME_BEING),
    ),
)
OF_THE_ACT: Final = Figure(
    "retention_years",
    (
        Entry(since=date(1947, 9, 1), value=3, article=ARTICLE),
        Entry(since=date(2020, 4, 1), value=5, article=ARTICLE),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """The day the time runs from, which is not counted, and the last days to keep by both rules."""

    start: date
    until: date
    until_by_the_act: date
    reasons: tuple[Reason, ...]


def retention(*, last_entry: date, pay_date: date | None = None) -> Retention:
    """Return until when a record is kept: from its last entry, or from the pay day if that is later."""
    start = last_entry if pay_date is None else max(last_entry, pay_date)
    # The first day is not counted (Civil Code 140).
    first = start + timedelta(days=1)
    until = last_day(first, years=FOR_THE_TIME_BEING.on(start))
    by_the_act = last_day(first, years=OF_THE_ACT.on(start))
    facts = (("start", start.isoformat()), ("until", until.isoformat()), ("by_the_act", by_the_act.isoformat()))
    return Retention(
        start=start,
        until=until,
        until_by_the_act=by_the_act,
        reasons=(Reason(rule="retention", law=FOR_THE_TIME_BEING.entry_on(start).article, facts=facts),),
    )
