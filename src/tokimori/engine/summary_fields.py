"""The fields of the daily and monthly results that payroll programs read; minutes, unless a name says ``count``."""

from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction

from tokimori.engine.facts import DayType


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveObtained:
    """Leave of one kind on one day, as who keeps it tells: days or halves of them, minutes by the hour; what is work."""

    work_date: date
    code: str
    name: str
    days: Fraction = Fraction(0)
    minutes: int = 0
    counted_as_work: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySummary:
    """A day as other programs know it."""

    work_date: date
    day_type: DayType
    has_error: bool
    assigned: int
    unassigned: int
    overtime: int
    late_night: int
    late_night_unassigned: int
    late_night_overtime: int
    break_time: int
    late: int
    early_leave: int
    total_work: int
    bound: int
    """From the first arrival to the last departure."""
    automatic_break: int
    """What of the break the rules deducted without anybody pressing."""
    discretionary_vacation: int
    """Leave that counts as work."""
    holidays_obtained: tuple[LeaveObtained, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayWork:
    """Work on days off of one kind. ``normal`` is inside the plan, ``extra`` outside it, ``overtime`` legal overtime."""

    count: int = 0
    normal: int = 0
    night: int = 0
    extra: int = 0
    night_extra: int = 0
    overtime: int = 0
    night_overtime: int = 0

    def __add__(self, other: "HolidayWork") -> "HolidayWork":
        """Return both kinds of days off together."""
        return HolidayWork(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiumWork:
    """Legal overtime above the first and above the second threshold of a month, each apart from its night."""

    overtime_1: int
    night_overtime_1: int
    overtime_2: int
    night_overtime_2: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOvertime:
    """Legal overtime of one step, by night, and what of it was worked on days off that are not legal holidays."""

    overtime: int
    night_overtime: int
    general_holiday_overtime: int
    general_holiday_night_overtime: int
    legal_holiday_overtime: int
    legal_holiday_night_overtime: int
    """Of a duty that began on a legal holiday and went on into the next day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariationalWork:
    """Legal overtime of variable and flexible arrangements, by the length of what was passed: the year, month, or week."""

    yearly: StepOvertime
    monthly: StepOvertime
    weekly: StepOvertime


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSummary:
    """A month as other programs know it."""

    first: date
    last: date
    working_count: int
    weekday_working_count: int
    workday_count: int
    """Days that something was planned on."""
    weekday_workday_count: int
    late_count: int
    early_leave_count: int
    absent_day_count: int
    interval_shortage_count: int
    assigned: int
    unassigned: int
    overtime: int
    night: int
    night_unassigned: int
    night_overtime: int
    break_sum: int
    late: int
    early_leave: int
    bound: int
    regarded: int
    """Minutes that count as work though nobody was there: leave, and agreed hours beyond those of the clock."""
    total_work: int
    holiday_work: HolidayWork
    legal_holiday_work: HolidayWork
    general_holiday_work: HolidayWork
    premium_work: PremiumWork
    weekly_work: StepOvertime
    period_work: StepOvertime
    variational_work: VariationalWork
    holidays_obtained: tuple[LeaveObtained, ...]
