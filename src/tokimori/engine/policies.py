"""Choices that the law leaves to an employer, or on which practice differs. Each first member is the default."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tokimori.engine.japan.article_39_five_days import Overlap
from tokimori.engine.japan.article_39_use import ConsumptionOrder

_LAST_DAY_OF_EVERY_MONTH: Final = 28
_WHOLE: Final = 100
_WITH_PREMIUM: Final = 125
_MINUTES_IN_DAY: Final = 24 * 60


class HolidayMinutes(StrEnum):
    """Whether legal-holiday minutes use up the daily limit of the same duty."""

    FILL_DAILY_LIMIT = "fill_daily_limit"
    STAND_ASIDE = "stand_aside"


class HolidaySpan(StrEnum):
    """Whose holiday a duty over midnight is; the Thai Act is silent."""

    SHIFT_START_DATE = "shift_start_date"
    CALENDAR_DAY = "calendar_day"


class UnspecifiedHoliday(StrEnum):
    """Which day off is the legal holiday where the work rules name none."""

    LAST_REST_DAY_OF_WEEK = "last_rest_day_of_week"
    FIXED_WEEKDAY = "fixed_weekday"
    FOUR_WEEKS = "four_weeks"


class WeeklyOvertimeMonth(StrEnum):
    """The month that weekly overtime belongs to when the week crosses the month's end."""

    WEEK_END = "week_end"
    WHERE_THE_MINUTES_LIE = "where_the_minutes_lie"
    SPLIT_BY_MONTH = "split_by_month"


class NonLegalHolidayPay(StrEnum):
    """How work on a day off that is not the legal holiday is paid."""

    AS_OVERTIME = "as_overtime"
    FLAT_PREMIUM = "flat_premium"


class CompensatoryNetting(StrEnum):
    """What is still paid for holiday work when a day off is given afterwards."""

    PREMIUM_ONLY = "premium_only"
    FULL = "full"


class DailyRounding(StrEnum):
    """What may happen to the minutes of a day. Whatever takes time from a person is no member (Kihatsu 150)."""

    NONE = "none"
    UP_ONLY = "up_only"
    """Arrivals down and departures up to a unit: nobody loses a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The choices of a rule set beside those that its hours are counted by.

    ``sixty_hours_from_day`` is the day of the month that the sixty-hour count begins on, 1 to 28.
    ``within_legal_rate_percent`` is what an hour of overtime within the legal limits is paid at, 100 or more;
    ``non_legal_holiday_rate_percent`` what an hour of any work on a day off beside the legal one is paid at where the
    premium is flat, 125 or more. ``interval_minutes`` is the rest there should be between duties; 0 watches none.
    """

    legal_holiday_when_unspecified: UnspecifiedHoliday = UnspecifiedHoliday.LAST_REST_DAY_OF_WEEK
    sixty_hours_from_day: int = 1
    weekly_overtime_month: WeeklyOvertimeMonth = WeeklyOvertimeMonth.WEEK_END
    within_legal_rate_percent: int = _WHOLE
    non_legal_holiday_pay: NonLegalHolidayPay = NonLegalHolidayPay.AS_OVERTIME
    leave_consumption_order: ConsumptionOrder = field(default=ConsumptionOrder.OLDEST_FIRST)
    five_day_overlap: Overlap = field(default=Overlap.PRORATED)
    compensatory_netting: CompensatoryNetting = CompensatoryNetting.PREMIUM_ONLY
    non_legal_holiday_rate_percent: int = _WITH_PREMIUM
    interval_minutes: int = 0

    def __post_init__(self) -> None:
        """Refuse days that not every month has, and pay below the wage."""
        if not 1 <= self.sixty_hours_from_day <= _LAST_DAY_OF_EVERY_MONTH:
            raise ValueError("The count begins on a day that every month has.")
        if self.within_legal_rate_percent < _WHOLE:
            raise ValueError("An hour is paid in full at least.")
        if self.non_legal_holiday_rate_percent < _WITH_PREMIUM:
            raise ValueError("A flat premium is not below that of overtime, which it stands for.")
        if not 0 <= self.interval_minutes <= _MINUTES_IN_DAY:
            raise ValueError("The rest between duties is a part of a day.")
