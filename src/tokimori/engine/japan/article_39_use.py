"""Labor Standards Act 39 (4), 115: how days of paid leave are kept, used, and lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Final

from tokimori.engine.japan.civil_periods import day_after
from tokimori.engine.law import Entry, Figure, Reason

ARTICLE_ON_HOURS: Final = "JP.LSA.39.4; JP.ER.24-4"
ARTICLE_ON_EXPIRY: Final = "JP.LSA.115"

LIFE: Final = Figure("paid_leave_life_years", (Entry(since=date(1947, 9, 1), value=2, article=ARTICLE_ON_EXPIRY),))
HOURLY_CAP: Final = Figure("hourly_leave_days", (Entry(since=date(2010, 4, 1), value=5, article=ARTICLE_ON_HOURS),))
"""Days a year that may be taken by the hour, what was carried over included."""


class ConsumptionOrder(StrEnum):
    """Which grant is used up first. Switch ``leave_consumption_order``; the newest first must stand in the work rules."""

    OLDEST_FIRST = "oldest_first"
    NEWEST_FIRST = "newest_first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What is left of one grant, in days."""

    granted: date
    remaining: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """The days that can be taken on a day, and those lost by then. ``lots`` are the living ones, oldest first."""

    balance: Fraction
    expired: Fraction
    lots: tuple[Lot, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlyLeave:
    """Whole hours that a day counts for, and the hours a year that may be taken singly."""

    hours_per_day: int
    cap_hours: int
    reasons: tuple[Reason, ...]


class NotEnoughLeave(ValueError):
    """More days were asked for than there are."""


def stock_on(*, lots: Sequence[Lot], day: date) -> Stock:
    """Return what can be taken on a day. A grant lives two years: it is lost on its second anniversary."""
    living = sorted((lot for lot in lots if lot.granted <= day < expires_on(lot.granted)), key=lambda lot: lot.granted)
    expired = sum((lot.remaining for lot in lots if expires_on(lot.granted) <= day), Fraction(0))
    balance = sum((lot.remaining for lot in living), Fraction(0))
    facts = (("day", day.isoformat()), ("balance", balance), ("expired", expired))
    reason = Reason(rule="leave_expiry", law=ARTICLE_ON_EXPIRY, facts=facts)
    return Stock(balance=balance, expired=expired, lots=tuple(living), reasons=(reason,))


def expires_on(granted: date) -> date:
    """Return the first day on which nothing of a grant can be taken any more."""
    return day_after(granted, years=LIFE.on(granted))


def taken_from(
    *, lots: Sequence[Lot], days: Fraction, day: date, order: ConsumptionOrder = ConsumptionOrder.OLDEST_FIRST
) -> tuple[Lot, ...]:
    """Return the living lots after so many days were taken from them; raise ``NotEnoughLeave``, and take nothing."""
    stock = stock_on(lots=lots, day=day)
    if days < 0:
        raise ValueError("Leave counts forward.")
    if days > stock.balance:
        raise NotEnoughLeave("There are fewer days left.")
    left = days
    found: list[Lot] = []
    for lot in sorted(stock.lots, key=lambda one: one.granted, reverse=order is ConsumptionOrder.NEWEST_FIRST):
        part = min(left, lot.remaining)
        left -= part
        found.append(Lot(granted=lot.granted, remaining=lot.remaining - part))
    return tuple(sorted(found, key=lambda one: one.granted))


def hourly_leave(*, scheduled: Fraction, days_cap: int, on: date) -> HourlyLeave:
    """Return what a day counts for in whole hours, part hours rounded up, and the yearly cap of the agreement.

    ``scheduled`` is hours a day. Raise ``ValueError`` for a cap beyond the Act's, or a day of no length.
    """
    if not 0 < scheduled <= 24:  # noqa: PLR2004 -- a day
        raise ValueError("A working day has some of its 24 hours.")
    if not 0 <= days_cap <= HOURLY_CAP.on(on):
        raise ValueError("An agreement allows five days a year at most.")
    hours = ceil(scheduled)
    facts = (("scheduled", scheduled), ("hours_per_day", hours), ("days_cap", days_cap))
    reason = Reason(rule="hourly_leave", law=ARTICLE_ON_HOURS, facts=facts)
    return HourlyLeave(hours_per_day=hours, cap_hours=hours * days_cap, reasons=(reason,))


def rescaled_hours(*, hours: Fraction, before: Fraction, after: Fraction) -> tuple[int, Reason]:
    """Return the hours left over beside whole days when the day's length changes: in proportion, rounded up.

    Whole days stay days (MHLW Q&A of 2009-10-05, question 34).
    """
    if before <= 0 or after <= 0 or not 0 <= hours <= ceil(before):
        raise ValueError("Hours left over are fewer than a day has.")
    scaled = ceil(hours * after / before)
    facts = (("hours", hours), ("before", before), ("after", after), ("scaled", scaled))
    return scaled, Reason(rule="hourly_leave_rescaled", law=ARTICLE_ON_HOURS, facts=facts)
