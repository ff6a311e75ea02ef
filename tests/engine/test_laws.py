"""What holds for every result, whatever was punched."""

import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.notation import JAPANESE_TIERS, MONDAY, OFFICE, japanese, moment, planned_days, thai
from tokimori.engine import (
    WORK_BUCKETS,
    BreakPolicy,
    BreakSource,
    CalendarDay,
    DayResult,
    Figures,
    FragmentWeek,
    FrameRounding,
    HolidayMinutes,
    HolidaySpan,
    Punch,
    PunchKind,
    RuleSet,
    WorkSystem,
    assign_punches,
    calculate_days,
    periods_of,
)
from tokimori.engine.intervals import Interval, intersected, total_minutes
from tokimori.engine.pairing import pair_punches

LONGEST = 5
PLANS = ("", OFFICE, "22:00-31:00 break 26:00-27:00", "00:00-08:00", "09:00-12:00 16:00-21:00", "17:00-33:00")
RULES: tuple[RuleSet, ...] = (
    japanese(),
    japanese(counts_before_schedule=False, late_grace_minutes=10),
    japanese(breaks=BreakPolicy(sources=tuple(BreakSource), automatic=JAPANESE_TIERS, required=JAPANESE_TIERS)),
    japanese(breaks=BreakPolicy(sources=(BreakSource.SCHEDULED,))),
    japanese(holiday_minutes=HolidayMinutes.STAND_ASIDE, legal_weekly_minutes=600),
    japanese(system=WorkSystem.FLEX_MONTH),
    japanese(system=WorkSystem.MANAGER),
    japanese(system=WorkSystem.FLEX_QUARTER, period_months=3),
    japanese(system=WorkSystem.VARIABLE_MONTH),
    japanese(system=WorkSystem.VARIABLE_MONTH, fragment_week=FragmentWeek.CALENDAR_WEEK),
    japanese(system=WorkSystem.VARIABLE_YEAR, period_months=12, frame_rounding=FrameRounding.EXACT),
    japanese(system=WorkSystem.WEEKLY_IRREGULAR),
    japanese(system=WorkSystem.DEEMED, deemed_minutes=480),
    thai(),
    thai(holiday_span=HolidaySpan.CALENDAR_DAY),
)
COUNTS_EVERYTHING = tuple(
    rules for rules in RULES if rules.counts_before_schedule and rules.system is not WorkSystem.DEEMED
)
CLOCKED = tuple(rules for rules in RULES if rules.system is not WorkSystem.DEEMED)


@st.composite
def calendars(draw: st.DrawFn, *, rules: Sequence[RuleSet] = RULES) -> tuple[CalendarDay, ...]:
    plans = draw(st.lists(st.sampled_from(PLANS), min_size=1, max_size=LONGEST))
    types = "".join(draw(st.lists(st.sampled_from("wwhn"), min_size=len(plans), max_size=len(plans))))
    return planned_days(plans, types=types, rules=draw(st.sampled_from(rules)))


@st.composite
def punch_lists(draw: st.DrawFn) -> list[Punch]:
    """Draw anything people and machines may send, sense or none, to the second."""
    seconds = st.integers(-12 * 3600, (LONGEST + 1) * 24 * 3600)
    kinds = st.sampled_from([None, *PunchKind])
    drawn = draw(st.lists(st.tuples(seconds, kinds), max_size=14))
    start = moment(MONDAY, "00:00")
    return [
        Punch(id=f"{number:02}", at=start + timedelta(seconds=second), kind=kind)
        for number, (second, kind) in enumerate(drawn)
    ]


def calculated(days: Sequence[CalendarDay], punches: Sequence[Punch]) -> tuple[DayResult, ...]:
    return calculate_days(days=days, punches=punches, periods=periods_of(days))


def written(results: Sequence[DayResult]) -> bytes:
    return json.dumps([result.to_plain() for result in results]).encode()


@given(calendars(), punch_lists())
def test_buckets_divide_the_work(days: tuple[CalendarDay, ...], punches: list[Punch]) -> None:
    for result in calculated(days, punches):
        figures = result.figures.to_plain()

        assert sum(figures[f"{bucket.value}_minutes"] for bucket in WORK_BUCKETS) == result.figures.worked_minutes
        assert sum(segment.interval.minutes for segment in result.segments) == result.figures.worked_minutes


@given(calendars(), punch_lists())
def test_steps_of_a_bucket_add_up_to_its_figure(days: tuple[CalendarDay, ...], punches: list[Punch]) -> None:
    for result in calculated(days, punches):
        sums: dict[str, int] = {}
        for step in result.steps:
            assert step.minutes >= 0
            name = f"{step.bucket.value}_minutes"
            sums[name] = sums.get(name, 0) + step.minutes
        figures = result.figures.to_plain()

        del figures["worked_minutes"]
        assert {name: minutes for name, minutes in figures.items() if minutes} == {
            name: minutes for name, minutes in sums.items() if minutes
        }


@given(calendars(), punch_lists())
def test_night_lies_over_the_work(days: tuple[CalendarDay, ...], punches: list[Punch]) -> None:
    for result in calculated(days, punches):
        figures = result.figures
        night = sum(segment.interval.minutes for segment in result.segments if segment.is_night)

        assert figures.late_night_minutes == night <= figures.worked_minutes
        assert figures.late_night_overtime_minutes + figures.late_night_holiday_minutes <= figures.late_night_minutes


@given(calendars(rules=COUNTS_EVERYTHING), punch_lists())
def test_no_minute_of_presence_is_lost(days: tuple[CalendarDay, ...], punches: list[Punch]) -> None:
    assigned = assign_punches(punches=punches, days=days).by_date

    for day, result in zip(days, calculated(days, punches), strict=True):
        paired = pair_punches(
            punches=assigned[day.date], duplicate_seconds=day.rules.duplicate_seconds, is_over=day.is_over
        )
        not_worked = total_minutes(result.breaks) + total_minutes(paired.private_outs)
        assert result.figures.worked_minutes + not_worked == result.figures.presence_minutes


@given(calendars(), punch_lists())
def test_no_minute_is_counted_twice(days: tuple[CalendarDay, ...], punches: list[Punch]) -> None:
    for result in calculated(days, punches):
        pieces = [segment.interval for segment in result.segments]

        assert all(before.end <= after.start for before, after in pairwise(pieces))
        assert total_minutes(intersected(pieces, result.breaks)) == 0
        assert total_minutes(intersected(pieces, result.presence)) == total_minutes(pieces)


@given(calendars(), punch_lists(), st.randoms(use_true_random=False))
def test_same_facts_in_another_order_give_the_same_bytes(
    days: tuple[CalendarDay, ...], punches: list[Punch], shuffler: Random
) -> None:
    first = written(calculated(days, punches))
    shuffled = list(punches)
    shuffler.shuffle(shuffled)

    assert written(calculated(days, shuffled)) == first


@given(calendars(), punch_lists())
def test_every_punch_is_assigned_once_or_handed_back(days: tuple[CalendarDay, ...], punches: list[Punch]) -> None:
    assigned = assign_punches(punches=punches, days=days)

    found = [one.id for group in assigned.by_date.values() for one in group] + [one.id for one in assigned.outside]
    assert sorted(found) == sorted(one.id for one in punches)


def moved(interval: Interval, weeks: timedelta) -> Interval:
    by = int(weeks.total_seconds()) // 60
    return Interval(interval.start + by, interval.end + by)


@settings(max_examples=50)
@given(st.lists(st.sampled_from(PLANS), min_size=1, max_size=4), punch_lists(), st.integers(1, 8))
def test_moving_everything_by_weeks_changes_nothing_else(plans: list[str], punches: list[Punch], weeks: int) -> None:
    by = timedelta(weeks=weeks)
    later = [Punch(id=one.id, at=one.at + by, kind=one.kind) for one in punches]

    before = calculate_days(days=planned_days(plans, rules=japanese()), punches=punches)
    after = calculate_days(days=planned_days(plans, rules=japanese(), first=MONDAY + by), punches=later)

    assert [one.figures for one in after] == [one.figures for one in before]
    assert [one.work_date for one in after] == [one.work_date + by for one in before]
    assert [one.presence for one in after] == [tuple(moved(part, by) for part in one.presence) for one in before]


@given(calendars(), punch_lists())
def test_without_steps_the_figures_are_the_same(days: tuple[CalendarDay, ...], punches: list[Punch]) -> None:
    explained = calculated(days, punches)

    plain = calculate_days(days=days, punches=punches, periods=periods_of(days), with_steps=False)

    assert [one.figures for one in plain] == [one.figures for one in explained]
    assert [one.findings for one in plain] == [one.findings for one in explained]


@given(
    calendars(rules=CLOCKED),
    st.integers(5 * 60, 20 * 60),
    st.integers(2, 10 * 60),
    st.floats(0.01, 0.99, allow_nan=False),
)
def test_splitting_a_duty_changes_no_sum(days: tuple[CalendarDay, ...], begin: int, length: int, place: float) -> None:
    """Out and in again in the same second: two records instead of one, the same minutes."""
    start = moment(MONDAY, "00:00") + timedelta(minutes=begin)
    end, between = start + timedelta(minutes=length), start + timedelta(minutes=max(1, int(length * place)))
    whole = [Punch(id="1", at=start, kind=PunchKind.IN), Punch(id="4", at=end, kind=PunchKind.OUT)]
    split = [
        *whole,
        Punch(id="2", at=between, kind=PunchKind.GO_OUT),
        Punch(id="3", at=between + timedelta(microseconds=1), kind=PunchKind.RETURN),
    ]

    one, other = (sum((day.figures for day in calculated(days, given)), Figures()) for given in (whole, split))

    assert one.worked_minutes == other.worked_minutes
    assert one.legal_overtime_minutes == other.legal_overtime_minutes
    assert one.late_night_minutes == other.late_night_minutes


@given(calendars(rules=CLOCKED), punch_lists())
def test_no_limit_is_passed_by_ordinary_work(days: tuple[CalendarDay, ...], punches: list[Punch]) -> None:
    """Whatever the system: ordinary work of fixed hours never passes eight hours on a duty's date."""
    for day, result in zip(days, calculated(days, punches), strict=True):
        if day.rules.system is WorkSystem.FIXED and day.rules.country == "JP" and not _crosses(days, result):
            figures = result.figures
            ordinary = figures.regular_minutes + figures.within_legal_overtime_minutes
            assert ordinary <= 480


def _crosses(days: Sequence[CalendarDay], result: DayResult) -> bool:
    """Whether a duty reaches into the next day's shift, at whose start a new count begins."""
    following = [day for day in days if day.date > result.work_date and day.shifts]
    end = max((one.end for one in result.presence), default=0)
    return any(day.shifts[0].interval.start < end for day in following)
