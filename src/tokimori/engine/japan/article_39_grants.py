"""Labor Standards Act 39 (1)-(3), Enforcement Rule 24-3: how many days of paid leave a year of service earns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final

from tokimori.engine.japan.civil_periods import MONTHS_IN_YEAR, day_after, whole_months
from tokimori.engine.law import Entry, Figure, Reason

ARTICLE: Final = "JP.LSA.39.2"
ARTICLE_ON_PART_TIME: Final = "JP.LSA.39.3; JP.ER.24-3"
ARTICLE_ON_ATTENDANCE: Final = "JP.LSA.39.1,39.10"

_SINCE: Final = date(2001, 4, 1)

NORMAL_DAYS: Final = Figure(
    "paid_leave_days", (Entry(since=_SINCE, value=(10, 11, 12, 14, 16, 18, 20), article=ARTICLE),)
)
"""Days at half a year of service, and at each further year; the last holds from then on."""

NORMAL_WEEK: Final = Figure(
    "paid_leave_days_of_a_normal_week", (Entry(since=_SINCE, value=Fraction(52, 10), article=ARTICLE_ON_PART_TIME),)
)
"""Working days of a normal week, by which few days a week are measured."""

FULL_WEEKLY_HOURS: Final = Figure(
    "paid_leave_full_weekly_hours", (Entry(since=_SINCE, value=30, article=ARTICLE_ON_PART_TIME),)
)
"""From so many hours a week on nobody's leave is proportional."""

FULL_WEEKLY_DAYS: Final = Figure(
    "paid_leave_full_weekly_days", (Entry(since=_SINCE, value=5, article=ARTICLE_ON_PART_TIME),)
)
"""From so many days a week on nobody's leave is proportional."""

YEARLY_BANDS: Final = Figure(
    "paid_leave_yearly_days",
    (Entry(since=_SINCE, value=((1, 48), (2, 73), (3, 121), (4, 169), (5, 217)), article=ARTICLE_ON_PART_TIME),),
)
"""Weekly days that stand for so many working days a year and more, where no week is fixed."""

ATTENDANCE: Final = Figure(
    "paid_leave_attendance", (Entry(since=_SINCE, value=Fraction(8, 10), article=ARTICLE_ON_ATTENDANCE),)
)
"""The part of the working days that must have been attended; exactly so much suffices."""

FIRST_GRANT_MONTHS: Final = Figure(
    "paid_leave_first_grant_months",
    (
        Entry(since=date(1947, 9, 1), value=12, article=ARTICLE_ON_ATTENDANCE),
        Entry(since=date(1994, 4, 1), value=6, article=ARTICLE_ON_ATTENDANCE),
    ),
)
"""Months of service before the first leave: a year at first, half a year since April 1994."""


class LeaveTable(StrEnum):
    """Which table a contract falls under."""

    NORMAL = "normal"
    PROPORTIONAL = "proportional"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What was agreed on the base date. ``weekly_days`` or, where no week is fixed, ``yearly_days``; hours if known."""

    weekly_days: int | None = None
    yearly_days: int | None = None
    weekly_minutes: int | None = None

    def __post_init__(self) -> None:
        """Refuse contracts of both kinds or neither, and impossible figures."""
        if (self.weekly_days is None) == (self.yearly_days is None):
            raise ValueError("A contract has days a week or days a year.")
        if self.weekly_days is not None and not 0 <= self.weekly_days <= 7:  # noqa: PLR2004 -- a week
            raise ValueError("A week has seven days.")
        if self.yearly_days is not None and not 0 <= self.yearly_days <= 366:  # noqa: PLR2004 -- a year
            raise ValueError("A year has 366 days at most.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The days that a base date brings."""

    days: int
    table: LeaveTable
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """The attendance of a year; ``rate`` is ``None`` when there was no working day to attend."""

    denominator: int
    numerator: int
    rate: Fraction | None
    is_enough: bool
    reasons: tuple[Reason, ...]


def granted_days(*, contract: Contract, service_months: int, attendance: Fraction, on: date) -> Grant:
    """Return the days that a base date brings; none before half a year of service, or below the attendance.

    Raise ``ValueError`` for negative service or an attendance outside 0 to 1.
    """
    if service_months < 0:
        raise ValueError("Service counts forward.")
    return granted_in_row(contract=contract, row=row_of(service_months, on=on), attendance=attendance, on=on)


def granted_in_row(*, contract: Contract, row: int | None, attendance: Fraction, on: date) -> Grant:
    """Return the days of a row of the table: 0 for half a year, then one for each year; ``None`` before the first."""
    if not 0 <= attendance <= 1:
        raise ValueError("Attendance lies between none and all.")
    weekly = _weekly_days(contract, on)
    normal = _is_normal(contract, weekly, on)
    table = LeaveTable.NORMAL if normal else LeaveTable.PROPORTIONAL if weekly else LeaveTable.NONE
    earned = 0
    if row is not None and attendance >= ATTENDANCE.on(on):
        full = NORMAL_DAYS.on(on)[min(row, len(NORMAL_DAYS.on(on)) - 1)]
        earned = full if normal else int(full * weekly / NORMAL_WEEK.on(on))
    facts = (("row", row), ("weekly_days", weekly), ("attendance", attendance), ("days", earned))
    law = ARTICLE if normal else ARTICLE_ON_PART_TIME
    return Grant(days=earned, table=table, reasons=(Reason(rule="leave_grant", law=law, facts=facts),))


def row_of(service_months: int, *, on: date) -> int | None:
    """Return the row of the table that so much service has reached on a day; ``None`` before half a year."""
    first = FIRST_GRANT_MONTHS.on(on)
    return None if service_months < first else (service_months - first) // MONTHS_IN_YEAR


def grants_at(
    *, hired: date, contract: Contract, base_dates: Sequence[date], attendance: Sequence[Fraction]
) -> tuple[Grant, ...]:
    """Return the days of each base date, in order.

    Service goes on through a year that brought nothing. A base date brought forward has the row of its place: the time
    that was cut short counts as attended (Heisei 6.1.4 Kihatsu 1), and no row ever comes later than by service.
    """
    if len(base_dates) != len(attendance):
        raise ValueError("Each base date has its attendance.")
    if list(base_dates) != sorted(set(base_dates)) or (base_dates and base_dates[0] < hired):
        raise ValueError("Base dates follow one another, after the hiring.")
    return tuple(
        granted_in_row(
            contract=contract, row=_row_at(place, day, hired), attendance=attendance[place], on=max(day, _SINCE)
        )
        for place, day in enumerate(base_dates)
    )


def next_grant(*, hired: date, granted: Sequence[tuple[date, int]], contract: Contract) -> tuple[date, Grant]:
    """Return when the next days are due at the latest, and how many, after grants that may have come in pieces.

    A year begins with the first piece of a grant: the part that came early moves all later base dates forward.
    """
    if not granted or granted[0][0] < hired:
        raise ValueError("A first grant comes with or after the hiring.")
    year_begins = granted[0][0]
    row = 0
    for day, _ in granted:
        while day >= day_after(year_begins, years=1):
            year_begins = day_after(year_begins, years=1)
            row += 1
    due = day_after(year_begins, years=1)
    by_service = row_of(whole_months(hired, due), on=due)
    grant = granted_in_row(contract=contract, row=max(row + 1, by_service or 0), attendance=Fraction(1), on=due)
    return due, grant


def attendance_of_year(
    *, scheduled_days: int, absent_days: int, excluded_days: int, on: date = date(2013, 7, 10)
) -> Attendance:
    """Return the attendance of a year.

    ``excluded_days`` – closures that are the employer's fault, lawful strikes, force majeure – leave the working days
    (Heisei 25.7.10 Kihatsu 0710-3). Leave, work injuries, maternity, child and family care are days attended; so are days
    begun late or left early. Work on days off is neither. Without a working day nothing is earned
    (Showa 27.12.2 Kishu 5873).
    Raise ``ValueError`` when more days are missing than there are.
    """
    denominator = scheduled_days - excluded_days
    numerator = denominator - absent_days
    if min(scheduled_days, absent_days, excluded_days, numerator) < 0:
        raise ValueError("No more days can be missed than there were.")
    rate = Fraction(numerator, denominator) if denominator else None
    is_enough = rate is not None and rate >= ATTENDANCE.on(on)
    facts = (("denominator", denominator), ("numerator", numerator), ("rate", rate), ("is_enough", is_enough))
    return Attendance(
        denominator=denominator,
        numerator=numerator,
        rate=rate,
        is_enough=is_enough,
        reasons=(Reason(rule="leave_attendance", law=ARTICLE_ON_ATTENDANCE, facts=facts),),
    )


def yearly_band(*, weekly_days: int, on: date) -> tuple[int, int]:
    """Return the working days a year that stand for so many a week, both ends inside. Raise ``ValueError`` for none."""
    bands = YEARLY_BANDS.on(on)
    for (days, lowest), (_, following) in pairwise(bands):
        if days == weekly_days:
            return lowest, following - 1
    raise ValueError("Only one to four days a week have a band.")


def _row_at(place: int, day: date, hired: date) -> int:
    by_service = row_of(whole_months(hired, day), on=day)
    return place if by_service is None else max(place, by_service)


def _weekly_days(contract: Contract, on: date) -> int:
    if contract.weekly_days is not None:
        return contract.weekly_days
    yearly = contract.yearly_days or 0
    return max((days for days, lowest in YEARLY_BANDS.on(on) if yearly >= lowest), default=0)


def _is_normal(contract: Contract, weekly_days: int, on: date) -> bool:
    if weekly_days == 0:
        return False
    is_long = contract.weekly_minutes is not None and contract.weekly_minutes >= FULL_WEEKLY_HOURS.on(on) * 60
    return is_long or weekly_days >= FULL_WEEKLY_DAYS.on(on)
