"""Cases on flextime (Labor Standards Act 32-3, 32-3-2)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any, Final

from pydantic import Field

from tokimori.engine.japan.article_32_3_flextime import (
    LONGEST_SETTLEMENT_MONTHS,
    MONTHLY_STEP_WEEKLY_MINUTES,
    MonthPart,
    frame_of_settlement,
    settle_month,
    settle_months,
    settle_short_service,
)
from tokimori.engine.japan.article_40_special_weeks import refuse_special_week_of
from tokimori.engine.japan.frames import Frame
from tokimori.engine.rules import FrameRounding
from tokimori.interfaces.cases.japan_hours import plain
from tokimori.interfaces.cases.kind import Answer, Day, Impossible, Inputs, Kind, Minutes, PositiveMinutes, blaming

_LONGEST_MONTH: Final = 31


class FlexMonthInputs(Inputs):
    """A settlement period of a month or less, in totals. The legal-holiday work is part of the total, paid leave is not."""

    calendar_days: int = Field(gt=0, le=_LONGEST_MONTH)
    weekly_legal_min: PositiveMinutes = 2400
    worked_total_min: Minutes
    legal_holiday_min: Minutes = 0
    contract_min: Minutes | None = None
    paid_leave_min: Minutes = 0
    frame_rounding: FrameRounding = FrameRounding.FLOOR_MINUTE


def _flex_month(given: FlexMonthInputs) -> Answer:
    if given.legal_holiday_min > given.worked_total_min:
        raise Impossible("legal_holiday_min", "is more than was worked")
    frame = frame_of_settlement(calendar_days=given.calendar_days, weekly_minutes=given.weekly_legal_min)
    settled = settle_month(
        frame=frame,
        worked_minutes=given.worked_total_min,
        legal_holiday_minutes=given.legal_holiday_min,
        contract_minutes=given.contract_min,
        leave_minutes=given.paid_leave_min,
        rounding=given.frame_rounding,
    )
    return Answer(
        result={
            "legal_holiday": settled.legal_holiday,
            "flex_counted_min": settled.counted,
            "flex_ot_floor_min": int(frame.over(settled.counted, FrameRounding.FLOOR_MINUTE)),
            "flex_ot_exact_min": plain(frame.over(settled.counted, FrameRounding.EXACT)),
            "flex_ot_min": plain(settled.legal_overtime),
            "within_legal_min": plain(settled.within_legal),
            "shortage_min": settled.shortage,
            "frame_exact_min": plain(frame.exact),
        },
        steps=settled.reasons,
    )


class FlexProgressiveInputs(Inputs):
    """A settlement month day by day, so that the day is seen on which the contract, and the frame, is passed."""

    calendar_days: int = Field(gt=0, le=_LONGEST_MONTH)
    weekly_legal_min: PositiveMinutes = 2400
    contract_min: Minutes
    paid_leave_min: Minutes = 0
    daily_worked_min: tuple[Minutes, ...] = Field(max_length=_LONGEST_MONTH)
    five_day_week_exception: bool = False
    working_days: int | None = Field(default=None, ge=0, le=_LONGEST_MONTH)


def _flex_progressive(given: FlexProgressiveInputs) -> Answer:
    if len(given.daily_worked_min) > given.calendar_days:
        raise Impossible("daily_worked_min", "has more days than the month")
    if given.five_day_week_exception and given.working_days is None:
        raise Impossible("working_days", "is missing for the full five-day week")
    plain_frame = frame_of_settlement(calendar_days=given.calendar_days, weekly_minutes=given.weekly_legal_min)
    frame = frame_of_settlement(
        calendar_days=given.calendar_days,
        weekly_minutes=given.weekly_legal_min,
        full_five_day_week_days=given.working_days if given.five_day_week_exception else None,
    )
    total = sum(given.daily_worked_min)
    settled = settle_month(
        frame=frame,
        worked_minutes=total,
        contract_minutes=given.contract_min,
        leave_minutes=given.paid_leave_min,
    )
    printed = frame.minutes(FrameRounding.TENTH_OF_AN_HOUR)
    over_printed = max(Fraction(0), total - printed)
    floor = frame.minutes(FrameRounding.FLOOR_MINUTE)
    without = plain_frame.over(total, FrameRounding.FLOOR_MINUTE)
    return Answer(
        result={
            "within_legal_trunc_0_1h_min": plain(
                max(
                    Fraction(0),
                    min(total - over_printed, total + given.paid_leave_min - over_printed - given.contract_min),
                )
            ),
            "legal_ot_trunc_0_1h_min": plain(over_printed),
            "within_legal_floor_min": plain(settled.within_legal),
            "legal_ot_floor_min": plain(settled.legal_overtime),
            "first_within_legal_day": _first_day_over(
                given.daily_worked_min, Fraction(max(0, given.contract_min - given.paid_leave_min))
            ),
            "first_legal_ot_day": _first_day_over(given.daily_worked_min, floor),
            "frame_min": plain(floor),
            "legal_ot_without_exception_floor_min": plain(without),
            "shortage_min": settled.shortage,
        },
        steps=settled.reasons,
    )


def _first_day_over(days: Sequence[int], limit: Fraction) -> int | None:
    """Return the number of the first day, from 1, on which the sum passes the limit; ``None`` if none does."""
    return next((number for number, total in enumerate(accumulate(days), start=1) if total > limit), None)


class SettlementMonth(Inputs):
    """One month of a longer settlement period. Legal-holiday work, where given, is part of the work and leaves it."""

    start: Day
    end: Day
    worked_min: Minutes
    legal_holiday_min: Minutes = 0


class FlexSettlementInputs(Inputs):
    """A settlement period of two or three months; a last part shorter than a month uses its own days."""

    weekly_legal_min: PositiveMinutes = 2400
    months: tuple[SettlementMonth, ...] = Field(min_length=1)
    frame_rounding: FrameRounding = FrameRounding.EXACT


def _flex_settlement(given: FlexSettlementInputs) -> Answer:
    _refuse_impossible_months(given)
    months = [
        MonthPart(first=month.start, last=month.end, worked_minutes=month.worked_min - month.legal_holiday_min)
        for month in given.months
    ]
    settled = settle_months(months=months, weekly_minutes=given.weekly_legal_min, rounding=given.frame_rounding)
    exact = settle_months(months=months, weekly_minutes=given.weekly_legal_min, rounding=FrameRounding.EXACT)
    printed = settle_months(
        months=months, weekly_minutes=given.weekly_legal_min, rounding=FrameRounding.TENTH_OF_AN_HOUR
    )
    return Answer(
        result={
            "month_50h_limit_exact_min": [plain(limit.exact) for limit in settled.monthly_limits],
            "ot_exact_min": [plain(over) for over in exact.legal_overtime],
            "ot_min": [plain(over) for over in settled.legal_overtime],
            "ot_published_h_trunc1": [int(over / 6) / 10 for over in printed.legal_overtime],
            "frame_min": plain(settled.frame.exact),
            "total_min": sum(month.worked_minutes for month in months),
            "ot_total_exact_min": plain(sum(exact.legal_overtime, Fraction(0))),
        },
        steps=settled.reasons,
    )


def _refuse_impossible_months(given: FlexSettlementInputs) -> None:
    for number, month in enumerate(given.months):
        if month.end < month.start:
            raise Impossible(f"months[{number}].end", "lies before the start")
        if month.legal_holiday_min > month.worked_min:
            raise Impossible(f"months[{number}].legal_holiday_min", "is more than was worked")
        if (month.end - month.start).days >= _LONGEST_MONTH:
            raise Impossible(f"months[{number}].end", "is further than a month from the start")
    for number, (before, after) in enumerate(pairwise(given.months), start=1):
        if (after.start - before.end).days != 1:
            raise Impossible(f"months[{number}].start", "does not follow the month before it")
    begin = given.months[0].start
    if len(given.months) > LONGEST_SETTLEMENT_MONTHS.on(begin):
        raise Impossible(
            "months", f"are more than a settlement period may have ({LONGEST_SETTLEMENT_MONTHS.on(begin)})"
        )
    if len(given.months) > 1:
        with blaming("weekly_legal_min"):
            refuse_special_week_of(system="flex_3m", weekly_minutes=given.weekly_legal_min)
        MONTHLY_STEP_WEEKLY_MINUTES.on(begin)


class FlexShortServiceInputs(Inputs):
    """The days served in a settlement period longer than a month."""

    from_: Day = Field(alias="from")
    to: Day
    worked_min: Minutes
    already_counted_ot_min: Minutes = 0
    weekly_legal_min: PositiveMinutes = 2400


def _flex_short_service(given: FlexShortServiceInputs) -> Answer:
    if given.to < given.from_:
        raise Impossible("to", "lies before the first day")
    settled = settle_short_service(
        first=given.from_,
        last=given.to,
        worked_minutes=given.worked_min,
        counted_overtime_minutes=given.already_counted_ot_min,
        weekly_minutes=given.weekly_legal_min,
    )
    frame: Frame = settled.frame
    return Answer(
        result={
            "calendar_days": settled.calendar_days,
            "frame_exact_min": plain(frame.exact),
            "settle_exact_min": plain(settled.owed, digits=2),
        },
        steps=settled.reasons,
    )


KINDS: Final[Mapping[str, Kind[Any]]] = {
    "flex_month": Kind(FlexMonthInputs, _flex_month),
    "flex_month_progressive": Kind(FlexProgressiveInputs, _flex_progressive),
    "flex_settlement": Kind(FlexSettlementInputs, _flex_settlement),
    "flex_short_service": Kind(FlexShortServiceInputs, _flex_short_service),
}
