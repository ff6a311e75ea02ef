"""Working time as arithmetic: given facts and rules, these are the minutes, and this is why.

Nothing here knows a framework, a clock, chance, a file or a network. Everything is a frozen value.
"""

from tokimori.engine.allowances import week_of
from tokimori.engine.assignment import Assignment, assign_punches
from tokimori.engine.day import calculate_assigned_days, calculate_days, engine_version
from tokimori.engine.facts import CalendarDay, DayType, Punch, PunchKind, Shift
from tokimori.engine.intervals import Interval, instant_of, interval_of, minute_of
from tokimori.engine.pairing import PairedDay, pair_punches
from tokimori.engine.periods import Period, has_periods, period_around, periods_of
from tokimori.engine.policies import DailyRounding, HolidayMinutes, HolidaySpan, Policies
from tokimori.engine.results import (
    FIGURE_NAMES,
    WORK_BUCKETS,
    Bucket,
    DayResult,
    Figures,
    Finding,
    FindingCode,
    Segment,
    Severity,
    Step,
    StepRule,
    total_figures,
)
from tokimori.engine.rules import (
    DESIGNATED_SYSTEMS,
    FLEX_SYSTEMS,
    BreakPolicy,
    BreakSource,
    BreakTier,
    ClockWindow,
    FragmentWeek,
    FrameRounding,
    OvertimeBasis,
    RuleSet,
    RuleSetInvalid,
    Weekday,
    WorkSystem,
)

__all__ = [
    "DESIGNATED_SYSTEMS",
    "FIGURE_NAMES",
    "FLEX_SYSTEMS",
    "WORK_BUCKETS",
    "Assignment",
    "BreakPolicy",
    "BreakSource",
    "BreakTier",
    "Bucket",
    "CalendarDay",
    "ClockWindow",
    "DailyRounding",
    "DayResult",
    "DayType",
    "Figures",
    "Finding",
    "FindingCode",
    "FragmentWeek",
    "FrameRounding",
    "HolidayMinutes",
    "HolidaySpan",
    "Interval",
    "OvertimeBasis",
    "PairedDay",
    "Period",
    "Policies",
    "Punch",
    "PunchKind",
    "RuleSet",
    "RuleSetInvalid",
    "Segment",
    "Severity",
    "Shift",
    "Step",
    "StepRule",
    "Weekday",
    "WorkSystem",
    "assign_punches",
    "calculate_assigned_days",
    "calculate_days",
    "engine_version",
    "has_periods",
    "instant_of",
    "interval_of",
    "minute_of",
    "pair_punches",
    "period_around",
    "periods_of",
    "total_figures",
    "week_of",
]
