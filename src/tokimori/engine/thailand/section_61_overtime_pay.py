"""Labour Protection Act 61 to 66: what is paid beyond the wage, for overtime and for work on holidays.

Overtime is work outside the announced normal hours, even of a person who came late; it is not what exceeds a number of
hours, as it is in Japan.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from tokimori.engine.intervals import Interval, cut_at, intersected, merged, subtracted, total_minutes
from tokimori.engine.law import Entry, Figure, Reason
from tokimori.engine.policies import HolidaySpan
from tokimori.engine.thailand.section_23_normal_hours import IN_FORCE, LONGEST_NORMAL_DAY, PayType, normal_day_limit
from tokimori.engine.thailand.section_68_hourly_rate import MINUTES_IN_HOUR

OVERTIME_RATE: Final = Figure("overtime_rate", (Entry(since=IN_FORCE, value=Fraction(3, 2), article="TH.LPA.61"),))
HOLIDAY_RATE_OF_PAID_DAY: Final = Figure(
    "holiday_rate_of_paid_day", (Entry(since=IN_FORCE, value=Fraction(1), article="TH.LPA.62.1"),)
)
HOLIDAY_RATE_OF_UNPAID_DAY: Final = Figure(
    "holiday_rate_of_unpaid_day", (Entry(since=IN_FORCE, value=Fraction(2), article="TH.LPA.62.2"),)
)
HOLIDAY_OVERTIME_RATE: Final = Figure(
    "holiday_overtime_rate", (Entry(since=IN_FORCE, value=Fraction(3), article="TH.LPA.63"),)
)


class ThaiDay(StrEnum):
    """What a day is to a person."""

    WORKDAY = "workday"
    WEEKLY_HOLIDAY = "weekly_holiday"
    TRADITIONAL_HOLIDAY = "traditional_holiday"
    ANNUAL_LEAVE = "annual_leave"


class Entitlement(StrEnum):
    """Who is paid for overtime (65, 66): all; who hires and dismisses for the employer, nothing; some trades, plainly."""

    FULL = "full"
    REPRESENTS_EMPLOYER = "represents_employer"
    PLAIN_HOURS = "plain_hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Work on one work date with the announced hours and breaks; instants in UTC."""

    work: Sequence[Interval]
    normal_hours: Interval
    breaks: Sequence[Interval]
    day_type: ThaiDay
    next_day_type: ThaiDay
    midnight: int
    """The minute of the local midnight that the work date ends with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumMinutes:
    """Minutes of one kind of day: inside the normal hours, and outside or beyond them."""

    day_type: ThaiDay
    normal_minutes: int
    beyond_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifiedDuty:
    """The minutes of a duty by the classes of sections 61 to 63: each minute of work in one."""

    normal_minutes: int
    overtime_minutes: int
    holiday_minutes: int
    holiday_overtime_minutes: int
    parts: tuple[PremiumMinutes, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraPay:
    """Baht beyond the wage, exact."""

    baht: Fraction
    reasons: tuple[Reason, ...]


def classified_duty(*, duty: Duty, pay_type: PayType, span: HolidaySpan, day: date) -> ClassifiedDuty:
    """Return the minutes of a duty by class.

    Inside the normal hours, minutes beyond nine count as outside; on workdays of those not paid by the month, minutes
    beyond eight do (23, 2). With ``CALENDAR_DAY`` what lies after midnight is of the next day's kind.
    """
    worked = subtracted(duty.work, duty.breaks)
    inside = intersected(worked, [duty.normal_hours])
    parts: list[PremiumMinutes] = []
    for day_type, part in _parts(duty, worked, span):
        limit = normal_day_limit(pay_type=pay_type, day=day)
        if day_type is not ThaiDay.WORKDAY:
            limit = LONGEST_NORMAL_DAY.on(day)
        normal = total_minutes(intersected(part, _first(inside, limit)))
        parts.append(
            PremiumMinutes(day_type=day_type, normal_minutes=normal, beyond_minutes=total_minutes(part) - normal)
        )
    workdays = [part for part in parts if part.day_type is ThaiDay.WORKDAY]
    holidays = [part for part in parts if part.day_type is not ThaiDay.WORKDAY]
    return ClassifiedDuty(
        normal_minutes=sum(part.normal_minutes for part in workdays),
        overtime_minutes=sum(part.beyond_minutes for part in workdays),
        holiday_minutes=sum(part.normal_minutes for part in holidays),
        holiday_overtime_minutes=sum(part.beyond_minutes for part in holidays),
        parts=tuple(parts),
        reasons=tuple(_reason(part) for part in parts),
    )


def extra_pay(
    *,
    classified: ClassifiedDuty,
    hourly: Fraction,
    pay_type: PayType,
    entitlement: Entitlement = Entitlement.FULL,
    day: date,
) -> ExtraPay:
    """Return the baht beyond the wage that the classes of a duty are worth. Raise ``ValueError`` for a negative rate."""
    if hourly < 0:
        raise ValueError("A rate is not negative.")
    total = Fraction(0)
    reasons: list[Reason] = []
    for part in classified.parts:
        normal = _normal_rate(part.day_type, pay_type, entitlement, day)
        beyond = _beyond_rate(part.day_type, entitlement, day)
        for minutes, (rate, article) in ((part.normal_minutes, normal), (part.beyond_minutes, beyond)):
            if minutes == 0 or rate == 0:
                continue
            baht = hourly * rate * minutes / MINUTES_IN_HOUR
            total += baht
            facts = (("minutes", minutes), ("rate", str(rate)), ("hourly", str(hourly)), ("baht", str(baht)))
            reasons.append(Reason(rule="extra_pay", law=article, facts=facts))
    return ExtraPay(baht=total, reasons=tuple(reasons))


def _normal_rate(day_type: ThaiDay, pay_type: PayType, entitlement: Entitlement, day: date) -> tuple[Fraction, str]:
    """Return what is added for a minute inside the normal hours: on a workday nothing, the wage pays it."""
    if day_type is ThaiDay.WORKDAY or entitlement is Entitlement.REPRESENTS_EMPLOYER:
        return Fraction(0), "TH.LPA.66"
    # Weekly holidays are unpaid for all but monthly staff; the other holidays are paid for everybody (56).
    is_paid = pay_type is PayType.MONTHLY or day_type is not ThaiDay.WEEKLY_HOLIDAY
    entry = (HOLIDAY_RATE_OF_PAID_DAY if is_paid else HOLIDAY_RATE_OF_UNPAID_DAY).entry_on(day)
    return entry.value, entry.article


def _beyond_rate(day_type: ThaiDay, entitlement: Entitlement, day: date) -> tuple[Fraction, str]:
    match entitlement:
        case Entitlement.REPRESENTS_EMPLOYER:
            return Fraction(0), "TH.LPA.65"
        case Entitlement.PLAIN_HOURS:
            return Fraction(1), "TH.LPA.65"
        case Entitlement.FULL:
            entry = (OVERTIME_RATE if day_type is ThaiDay.WORKDAY else HOLIDAY_OVERTIME_RATE).entry_on(day)
            return entry.value, entry.article


def _parts(
    duty: Duty, worked: Sequence[Interval], span: HolidaySpan
) -> tuple[tuple[ThaiDay, tuple[Interval, ...]], ...]:
    """Return the work under the kind of day that it is paid by."""
    if span is HolidaySpan.SHIFT_START_DATE or duty.next_day_type is duty.day_type:
        return ((duty.day_type, tuple(worked)),)
    pieces = [piece for one in worked for piece in cut_at(one, [duty.midnight])]
    before = tuple(piece for piece in pieces if piece.start < duty.midnight)
    after = tuple(piece for piece in pieces if piece.start >= duty.midnight)
    return ((duty.day_type, before), (duty.next_day_type, after))


def _first(intervals: Sequence[Interval], minutes: int) -> tuple[Interval, ...]:
    """Return the beginning of the intervals, so many minutes of it."""
    found: list[Interval] = []
    for one in merged(intervals):
        left = minutes - total_minutes(found)
        found.append(one if one.minutes <= left else _shortened(one, left))
    return tuple(found)


def _shortened(one: Interval, minutes: int) -> Interval:
    return Interval(one.start, one.start + minutes)


def _reason(part: PremiumMinutes) -> Reason:
    is_workday = part.day_type is ThaiDay.WORKDAY
    return Reason(
        rule="inside_and_outside_normal_hours",
        law="TH.LPA.61" if is_workday else "TH.LPA.63",
        facts=(
            ("day_type", part.day_type.value),
            ("normal_minutes", part.normal_minutes),
            ("beyond_minutes", part.beyond_minutes),
        ),
    )
