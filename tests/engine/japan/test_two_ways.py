"""The engine that walks minutes and the steps that add up days must agree: two ways to one law."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.notation import japanese, moment
from tokimori.engine import (
    Bucket,
    CalendarDay,
    DayType,
    FragmentWeek,
    FrameRounding,
    Punch,
    PunchKind,
    RuleSet,
    Shift,
    WorkSystem,
    calculate_days,
    interval_of,
    period_around,
    periods_of,
    total_figures,
)
from tokimori.engine.japan.article_32_3_flextime import MonthPart, frame_of_settlement, settle_month, settle_months
from tokimori.engine.japan.three_steps import DayMinutes, HoursSystem, StepRules, count_three_steps

FIRST = date(2026, 4, 1)
SYSTEMS = {
    HoursSystem.FIXED: WorkSystem.FIXED,
    HoursSystem.VARIABLE_MONTH: WorkSystem.VARIABLE_MONTH,
    HoursSystem.WEEKLY_IRREGULAR: WorkSystem.WEEKLY_IRREGULAR,
}
minutes = st.sampled_from([0, 0, 240, 420, 479, 480, 481, 540, 600, 720])
planned_minutes = st.sampled_from([0, 0, 0, 0, 240, 420, 480, 540, 600])
"""Few enough that most months fit into their frame."""
days_of_month = st.lists(st.tuples(st.sampled_from("wwwwwnh"), planned_minutes, minutes), min_size=30, max_size=30)


def calendar(drawn: list[tuple[str, int, int]], rules: RuleSet) -> tuple[tuple[CalendarDay, ...], list[Punch]]:
    """Return days from the first of April on, each planned and worked from seven in the morning for so many minutes."""
    types = {"w": DayType.WORKDAY, "n": DayType.NON_LEGAL_HOLIDAY, "h": DayType.LEGAL_HOLIDAY}
    days, punches = [], []
    for number, (letter, planned, worked) in enumerate(drawn):
        on = FIRST + timedelta(days=number)
        seven = moment(on, "07:00")
        shift = Shift(interval=interval_of(seven, seven + timedelta(minutes=planned)))
        days.append(
            CalendarDay(
                date=on,
                zone="Asia/Tokyo",
                day_type=types[letter],
                shifts=(shift,) if planned else (),
                rules=rules,
            )
        )
        if worked:
            punches.append(Punch(id=f"{on}in", at=seven, kind=PunchKind.IN))
            punches.append(Punch(id=f"{on}out", at=seven + timedelta(minutes=worked), kind=PunchKind.OUT))
    return tuple(days), punches


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(SYSTEMS)), days_of_month, st.sampled_from(list(FragmentWeek)))
def test_the_three_steps(system: HoursSystem, drawn: list[tuple[str, int, int]], fragment: FragmentWeek) -> None:
    rules = japanese(system=SYSTEMS[system], fragment_week=fragment)
    days, punches = calendar(drawn, rules)
    by_minutes = total_figures(calculate_days(days=days, punches=punches, periods=periods_of(days)))

    by_days = count_three_steps(
        days=[
            DayMinutes(date=day.date, day_type=day.day_type, scheduled_minutes=planned, worked_minutes=worked)
            for day, (_, planned, worked) in zip(days, drawn, strict=True)
        ],
        period=(days[0].date, days[-1].date) if system is HoursSystem.VARIABLE_MONTH else None,
        rules=StepRules(system=system, fragment_week=fragment, week_start=rules.week_start),
    )

    assert by_minutes.legal_overtime_daily_minutes == by_days.total(Bucket.LEGAL_OVERTIME_DAILY)
    assert by_minutes.legal_overtime_weekly_minutes == by_days.total(Bucket.LEGAL_OVERTIME_WEEKLY)
    assert by_minutes.legal_overtime_period_minutes == by_days.total(Bucket.LEGAL_OVERTIME_PERIOD)
    assert by_minutes.legal_holiday_minutes == by_days.total(Bucket.LEGAL_HOLIDAY)


@settings(max_examples=30, deadline=None)
@given(days_of_month)
def test_a_flexible_month(drawn: list[tuple[str, int, int]]) -> None:
    days, punches = calendar(drawn, japanese(system=WorkSystem.FLEX_MONTH))
    figures = total_figures(calculate_days(days=days, punches=punches, periods=periods_of(days)))
    contract = sum(planned for letter, planned, _ in drawn if letter != "h")

    settled = settle_month(
        frame=frame_of_settlement(calendar_days=30, weekly_minutes=2400),
        worked_minutes=figures.worked_minutes,
        legal_holiday_minutes=figures.legal_holiday_minutes,
        contract_minutes=contract,
    )

    assert figures.legal_overtime_period_minutes == settled.legal_overtime
    if contract <= settled.frame.minutes(FrameRounding.FLOOR_MINUTE):
        assert figures.within_legal_overtime_minutes == settled.within_legal


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([0, 480, 600, 660, 720, 780]), min_size=91, max_size=91))
def test_three_flexible_months(worked: list[int]) -> None:
    rules = japanese(system=WorkSystem.FLEX_QUARTER, period_months=3, period_start_month=4)
    days, punches = calendar([("w", 480, one) for one in worked], rules)
    assert period_around(FIRST, rules=rules) == (FIRST, date(2026, 6, 30))
    results = calculate_days(days=days, punches=punches, periods=periods_of(days))
    parts = [
        MonthPart(first=first, last=last, worked_minutes=sum(worked[(first - FIRST).days : (last - FIRST).days + 1]))
        for first, last in (
            (FIRST, date(2026, 4, 30)),
            (date(2026, 5, 1), date(2026, 5, 31)),
            (date(2026, 6, 1), date(2026, 6, 30)),
        )
    ]

    settled = settle_months(months=parts, weekly_minutes=2400, rounding=FrameRounding.FLOOR_MINUTE)

    figures = total_figures(results)
    assert figures.legal_overtime_minutes == sum(settled.legal_overtime, Fraction(0))
    for part, owed in list(zip(parts, settled.legal_overtime, strict=True))[:-1]:
        month = total_figures([one for one in results if part.first <= one.work_date <= part.last])
        assert month.legal_overtime_monthly_minutes == owed
