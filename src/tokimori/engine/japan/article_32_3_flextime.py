"""Labor Standards Act 32-3 and 32-3-2: flextime, settled over up to three months.

Who chooses start and end of each day has no overtime of the day or the week. What is worked in the settlement period,
without legal-holiday work, is held against its frame. Where the period is longer than a month, what passes an average of
fifty hours a week in a month is overtime of that month already, and the rest is settled at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from tokimori.engine.japan.frames import Frame, calendar_days, frame_of
from tokimori.engine.law import Entry, Fact, Figure, Reason
from tokimori.engine.rules import FrameRounding

ARTICLE: Final = "JP.LSA.32-3"
SHORT_SERVICE: Final = "JP.LSA.32-3-2"

LONGEST_SETTLEMENT_MONTHS: Final = Figure(
    "longest_settlement_months",
    (
        Entry(since=date(1988, 4, 1), value=1, article=ARTICLE),
        Entry(since=date(2019, 4, 1), value=3, article="JP.LSA.32-3.1"),
    ),
)
"""Months that a settlement period may last: one at first, three since April 2019."""

MONTHLY_STEP_WEEKLY_MINUTES: Final = Figure(
    "monthly_step_weekly_minutes", (Entry(since=date(2019, 4, 1), value=3000, article="JP.LSA.32-3.2"),)
)
"""Fifty hours a week on average: the limit of each month in a period longer than one."""

_FIVE_DAY_WEEK: Final = "JP.LSA.32-3.3"
_FIVE_DAY_WEEK_SINCE: Final = date(2019, 4, 1)

FULL_DAY_MINUTES: Final = Figure(
    "full_five_day_week_day", (Entry(since=_FIVE_DAY_WEEK_SINCE, value=480, article=_FIVE_DAY_WEEK),)
)
"""What each working day gives to the frame where everybody works a full five-day week and agreed so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexMonth:
    """One settlement period of a month or less, settled. Minutes; fractions stand where the frame has one.

    ``shortage`` is what the contract's total misses, ``within_legal`` what lies between it and the frame.
    """

    frame: Frame
    counted: int
    legal_holiday: int
    within_legal: Fraction
    legal_overtime: Fraction
    shortage: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPart:
    """One month of a longer settlement period: its closed range, and its work without legal-holiday work."""

    first: date
    last: date
    worked_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A settlement period longer than a month: what each month owes at once, the last with what the whole adds."""

    frame: Frame
    monthly_limits: tuple[Frame, ...]
    legal_overtime: tuple[Fraction, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortService:
    """What is owed to who served only part of the period."""

    calendar_days: int
    frame: Frame
    owed: Fraction
    reasons: tuple[Reason, ...]


def frame_of_settlement(
    *,
    calendar_days: int,
    weekly_minutes: int,
    full_five_day_week_days: int | None = None,
    day: date = _FIVE_DAY_WEEK_SINCE,
) -> Frame:
    """Return the frame; where everybody works a full five-day week and agreed so, eight hours for each working day.

    ``day`` is one of the period: the agreement came with the law of April 2019.
    """
    if full_five_day_week_days is not None:
        return Frame(exact=Fraction(FULL_DAY_MINUTES.on(day) * full_five_day_week_days))
    return frame_of(calendar_days=calendar_days, weekly_minutes=weekly_minutes)


def settle_month(
    *,
    frame: Frame,
    worked_minutes: int,
    legal_holiday_minutes: int = 0,
    contract_minutes: int | None = None,
    leave_minutes: int = 0,
    rounding: FrameRounding = FrameRounding.FLOOR_MINUTE,
) -> FlexMonth:
    """Settle a period of a month or less. ``worked_minutes`` include the legal-holiday work, which leaves the frame.

    Paid leave counts toward the contract, each day at its standard length, and never toward the frame. Without
    ``contract_minutes`` everything up to the frame is as agreed. Raise ``ValueError`` when more was worked on holidays than
    at all, and for negative leave.
    """
    if not 0 <= legal_holiday_minutes <= worked_minutes:
        raise ValueError("Legal-holiday work is part of the work.")
    if leave_minutes < 0:
        raise ValueError("Leave counts forward.")
    counted = worked_minutes - legal_holiday_minutes
    overtime = frame.over(counted, rounding)
    contract = frame.minutes(rounding) if contract_minutes is None else Fraction(contract_minutes)
    within = max(Fraction(0), min(counted - overtime, counted + leave_minutes - overtime - contract))
    facts: tuple[Fact, ...] = (
        ("counted_minutes", counted),
        ("frame_minutes", frame.minutes(rounding)),
        ("contract_minutes", contract_minutes),
        ("legal_overtime_minutes", overtime),
    )
    if leave_minutes:
        facts = (*facts, ("leave_minutes", leave_minutes))
    reasons = [Reason(rule="flex_frame", law=ARTICLE, facts=facts)]
    if legal_holiday_minutes:
        holiday = (("minutes", legal_holiday_minutes),)
        reasons.append(Reason(rule="legal_holiday", law="JP.LSA.35; JP.LSA.37", facts=holiday))
    return FlexMonth(
        frame=frame,
        counted=counted,
        legal_holiday=legal_holiday_minutes,
        within_legal=within,
        legal_overtime=overtime,
        shortage=max(0, (contract_minutes or 0) - counted - leave_minutes),
        reasons=tuple(reasons),
    )


def settle_months(*, months: Sequence[MonthPart], weekly_minutes: int, rounding: FrameRounding) -> Settlement:
    """Settle a period of several months: first each month over fifty hours a week, then the whole over its frame.

    Raise ``ValueError`` when the months do not follow one another, or are more than the law allows on their first day.
    """
    for before, after in pairwise(months):
        if (after.first - before.last).days != 1:
            raise ValueError("The months of a settlement period follow one another.")
    longest = LONGEST_SETTLEMENT_MONTHS.on(months[0].first)
    if len(months) > longest:
        raise ValueError(f"A settlement period has at most {longest} months.")
    step = MONTHLY_STEP_WEEKLY_MINUTES.on(months[0].first)
    lengths = [calendar_days(first=month.first, last=month.last) for month in months]
    limits = [frame_of(calendar_days=days, weekly_minutes=step) for days in lengths]
    overtime = [limit.over(month.worked_minutes, rounding) for limit, month in zip(limits, months, strict=True)]
    if len(months) == 1:
        overtime = [Fraction(0)]  # a single month knows no monthly step
    frame = frame_of(calendar_days=sum(lengths), weekly_minutes=weekly_minutes)
    reasons = [
        Reason(
            rule="flex_monthly_step",
            law="JP.LSA.32-3.2",
            facts=(("month", month.first.isoformat()), ("limit_minutes", limit.minutes(rounding)),
                   ("legal_overtime_minutes", over)),
        )
        for month, limit, over in zip(months, limits, overtime, strict=True)
        if over
    ]  # fmt: skip
    total = sum(month.worked_minutes for month in months)
    rest = max(Fraction(0), total - frame.minutes(rounding) - sum(overtime))
    overtime[-1] += rest
    facts = (
        ("worked_minutes", total),
        ("frame_minutes", frame.minutes(rounding)),
        ("rest_minutes", rest),
    )
    reasons.append(Reason(rule="flex_frame", law=ARTICLE, facts=facts))
    return Settlement(frame=frame, monthly_limits=tuple(limits), legal_overtime=tuple(overtime), reasons=tuple(reasons))


def settle_short_service(
    *, first: date, last: date, worked_minutes: int, counted_overtime_minutes: int, article: str = SHORT_SERVICE,
    weekly_minutes: int = 2400,
) -> ShortService:  # fmt: skip
    """Return what is owed to who came late to a period or left early: work beyond forty hours a week of the days served.

    ``counted_overtime_minutes`` is the overtime that earlier steps took already. The same sum serves the one-year variable
    system (32-4-2).
    """
    days = calendar_days(first=first, last=last)
    frame = frame_of(calendar_days=days, weekly_minutes=weekly_minutes)
    owed = max(Fraction(0), worked_minutes - counted_overtime_minutes - frame.exact)
    facts = (
        ("calendar_days", days),
        ("frame_minutes", frame.exact),
        ("worked_minutes", worked_minutes),
        ("counted_overtime_minutes", counted_overtime_minutes),
    )
    return ShortService(
        calendar_days=days,
        frame=frame,
        owed=owed,
        reasons=(Reason(rule="short_service", law=article, facts=facts),),
    )


def carried_shortage(*, shortage_minutes: int, next_contract_minutes: int, next_frame: Frame) -> tuple[int, int]:
    """Return what of a shortage may be made up in the next period, and what is deducted at once.

    The next period's contract and what is carried must fit into its frame together; a surplus is never carried but paid
    (Showa 63.1.1 Kihatsu 1). Raise ``ValueError`` for negative minutes.
    """
    if min(shortage_minutes, next_contract_minutes) < 0:
        raise ValueError("Minutes count forward.")
    room = max(0, int(next_frame.exact) - next_contract_minutes)
    carried = min(shortage_minutes, room)
    return carried, shortage_minutes - carried
