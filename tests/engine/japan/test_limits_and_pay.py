"""Article 36, premiums, deemed time, side jobs, minors, interviews, retention, frames: at their edges."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.engine.intervals import Interval
from tokimori.engine.japan.article_32_3_flextime import MonthPart, settle_month, settle_months, settle_short_service
from tokimori.engine.japan.article_32_4_one_year_variable import CalendarFault, judge_weeks, most_work_days
from tokimori.engine.japan.article_36_limits import (
    Agreement,
    LimitCheck,
    Occupation,
    Violation,
    WorkedMonth,
    check_limits,
)
from tokimori.engine.japan.article_37_premiums import (
    LEGAL_HOLIDAY,
    OVERTIME_OVER_SIXTY,
    OVERTIME_OVER_SIXTY_OF_SMALL,
    Duty,
    PremiumStretch,
    alternative_leave,
    at_sixty_hours,
    monthly_average_minutes,
    rounded_month_hours,
    rounded_yen,
)
from tokimori.engine.japan.article_38_deemed import deemed_discretionary, deemed_outside
from tokimori.engine.japan.article_38_side_jobs import EmployerContract, EmployerWork, side_job_overtime
from tokimori.engine.japan.article_60_minors import MinorFinding, check_minor_week
from tokimori.engine.japan.article_109_retention import retention
from tokimori.engine.japan.frames import SPECIAL_WEEKLY_LIMIT, WEEKLY_LIMIT, calendar_days, frame_of
from tokimori.engine.japan.health_of_workers import doctor_interview, rest_between_duties
from tokimori.engine.law import NotInForce
from tokimori.engine.rules import FrameRounding

TODAY = date(2026, 4, 1)
ON = date(2026, 4, 1)
SPECIAL = Agreement(year_begins=date(2025, 4, 1), has_special_clause=True)
PLAIN = Agreement(year_begins=date(2025, 4, 1))


def checked(*hours: tuple[float, float], agreement: Agreement = SPECIAL, first: date = date(2025, 4, 1)) -> LimitCheck:
    """Check months of overtime and holiday hours from a first month on."""
    return check_limits(months=_months(hours, first=first), agreement=agreement)


def _months(
    hours: Sequence[tuple[float, float]],
    *,
    first: date = date(2025, 4, 1),
    number: int = 0,
    more: Fraction = Fraction(0),
) -> list[WorkedMonth]:
    """Return the months of these hours, the first ``number`` months after ``first``, each with so many minutes more."""
    found = []
    for place, (overtime, holiday) in enumerate(hours):
        years, month = divmod(first.month - 1 + number + place, 12)
        found.append(
            WorkedMonth(
                first=date(first.year + years, month + 1, 1),
                overtime=Fraction(str(overtime)) * 60 + more,
                holiday=Fraction(str(holiday)) * 60,
            )
        )
    return found


@pytest.mark.parametrize(
    ("months", "violations"),
    [
        ([(99.98, 0)], []),
        ([(100, 0)], [Violation.MONTH_100]),
        ([(0, 100)], [Violation.MONTH_100]),
        ([(90, 0), (70, 0)], []),
        ([(90, 0), (70.1, 0)], [Violation.AVG_80]),
        ([(0, 90), (0, 70.1)], [Violation.AVG_80]),
        ([(60, 0)] * 12, [Violation.SIX_TIMES]),
        ([(60.1, 0)] * 12, [Violation.YEAR_720, Violation.SIX_TIMES]),
        ([(45, 0)] * 12, []),
        ([(46, 0)] * 6, []),
        ([(46, 0)] * 7, [Violation.SIX_TIMES]),
        ([(46, 0)] * 7 + [(10, 0)], [Violation.SIX_TIMES]),
    ],
)
def test_a_special_clause(months: list[tuple[float, float]], violations: list[Violation]) -> None:
    assert list(checked(*months).violations) == violations


@pytest.mark.parametrize(
    ("months", "agreement", "violations"),
    [
        ([(45, 0)], PLAIN, []),
        ([(45.1, 0)], PLAIN, [Violation.BASE_MONTH]),
        ([(30, 0)] * 12, PLAIN, []),
        ([(30, 0)] * 11 + [(31, 0)], PLAIN, [Violation.BASE_YEAR]),
        ([(42, 0)], Agreement(year_begins=ON, is_yearly_variable=True), []),
        ([(42.1, 0)], Agreement(year_begins=ON, is_yearly_variable=True), [Violation.BASE_MONTH]),
        ([(30, 0)], Agreement(year_begins=ON, month_minutes=1799), [Violation.AGREED_MONTH]),
        ([(30, 0)], Agreement(year_begins=ON, year_minutes=1799), [Violation.AGREED_YEAR]),
        ([(200, 0)], Agreement(year_begins=ON, occupation=Occupation.RESEARCH), []),
        (
            [(110, 0)],
            Agreement(year_begins=ON, has_special_clause=True, occupation=Occupation.CONSTRUCTION_DISASTER),
            [],
        ),
    ],
)
def test_other_agreements(months: list[tuple[float, float]], agreement: Agreement, violations: list[Violation]) -> None:
    assert list(checked(*months, agreement=agreement).violations) == violations


def test_a_year_begins_anew_and_averages_do_not() -> None:
    agreement = Agreement(year_begins=date(2025, 6, 1), has_special_clause=True)

    found = checked((90, 0), (90, 0), (60, 0), agreement=agreement)

    assert (found.year_overtime, found.months_above) == (60 * 60, 1)
    assert dict(found.averages) == {2: 75 * 60, 3: 80 * 60}
    assert found.violations == ()


@pytest.mark.parametrize(
    ("months", "further", "further_holiday"),
    [
        ([(0, 0)], 5999, 5999),
        ([(99, 0)], 59, 59),
        ([(90, 0), (60, 0)], 600, 600),
        ([(90, 0), (60, 10)], 0, 0),
        ([(46, 0)] * 6 + [(40, 0)], 300, 5999 - 40 * 60),
        ([(46, 0)] * 6 + [(45, 0)], 0, 5999 - 45 * 60),
    ],
)
def test_how_much_further(months: list[tuple[float, float]], further: int, further_holiday: int) -> None:
    found = checked(*months)

    assert (found.further_overtime, found.further_holiday_work) == (further, further_holiday)


@given(st.lists(st.tuples(st.integers(0, 110), st.integers(0, 40)), min_size=1, max_size=14))
def test_working_on_until_the_limit_is_lawful_and_a_minute_more_is_not(months: list[tuple[int, int]]) -> None:
    found = checked(*months)
    if found.further_overtime == 0:
        return
    *before, (overtime, holiday) = months
    months_before = checked(*before, (overtime, holiday))
    assert months_before == found
    more = Fraction(found.further_overtime)

    def with_more(minutes: Fraction) -> set[Violation]:
        parts = [*_months(before), *_months([(overtime, holiday)], number=len(before), more=minutes)]
        return set(check_limits(months=parts, agreement=SPECIAL).violations)

    assert with_more(more) == set(found.violations)
    assert with_more(more + 1) > set(found.violations)


@pytest.mark.parametrize("months", [[], [(-1, 0)], [(0, -1)]])
def test_months_that_cannot_be(months: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match=r"month|forward"):
        checked(*months)


def test_before_april_2019_there_was_no_such_limit() -> None:
    with pytest.raises(NotInForce):
        checked((1, 0), first=date(2019, 3, 1))


def stretches(*minutes: int, night: bool = False) -> list[PremiumStretch]:
    return [PremiumStretch(duty=Duty.OVERTIME, is_night=night, minutes=one) for one in minutes]


@pytest.mark.parametrize(
    ("given", "until", "beyond"),
    [([3600], 3600, 0), ([3601], 3600, 1), ([3599, 1, 1], 3600, 1), ([], 0, 0), ([7200], 3600, 3600)],
)
def test_the_sixtieth_hour_is_before(given: list[int], until: int, beyond: int) -> None:
    found = at_sixty_hours(stretches=stretches(*given), day=ON)

    assert (found.until, found.beyond) == (until, beyond)


def test_holiday_work_stands_outside_the_sixty_hours() -> None:
    holiday = PremiumStretch(duty=Duty.LEGAL_HOLIDAY, is_night=True, minutes=100)

    found = at_sixty_hours(stretches=[*stretches(3600), holiday, *stretches(10, night=True)], day=ON)

    assert (found.beyond, found.beyond_night, found.legal_holiday, found.legal_holiday_night) == (10, 10, 100, 100)


def test_premiums_are_those_of_their_day() -> None:
    before, after = date(2023, 3, 31), date(2023, 4, 1)
    assert OVERTIME_OVER_SIXTY_OF_SMALL.on(before) == Fraction(1, 4)
    assert OVERTIME_OVER_SIXTY_OF_SMALL.on(after) == OVERTIME_OVER_SIXTY.on(before) == Fraction(1, 2)
    assert (LEGAL_HOLIDAY.on(date(1994, 3, 31)), LEGAL_HOLIDAY.on(ON)) == (Fraction(1, 4), Fraction(7, 20))


@pytest.mark.parametrize(("overtime", "hours"), [(80, 5), (60, 0), (59, 0), (76, 4), (61, Fraction(1, 4))])
def test_leave_instead_of_the_premium(overtime: int, hours: Fraction) -> None:
    found = alternative_leave(
        overtime_minutes=Fraction(overtime * 60), premium_until=Fraction(1, 4), premium_beyond=Fraction(1, 2), day=ON
    )

    assert found.hours == hours


@pytest.mark.parametrize(
    ("until", "beyond"),
    [(Fraction(24, 100), Fraction(1, 2)), (Fraction(1, 4), Fraction(49, 100)), (Fraction(6, 10), Fraction(1, 2))],
)
def test_premiums_below_the_law_are_refused(until: Fraction, beyond: Fraction) -> None:
    with pytest.raises(ValueError, match="premium"):
        alternative_leave(overtime_minutes=Fraction(1), premium_until=until, premium_beyond=beyond, day=ON)


@pytest.mark.parametrize(("minutes", "hours"), [(0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (629, 10), (630, 11)])
def test_months_are_rounded_at_half_an_hour(minutes: int, hours: int) -> None:
    assert rounded_month_hours(minutes) == hours


@pytest.mark.parametrize(("amount", "yen"), [("0.49", 0), ("0.5", 1), ("1428.57", 1429), ("13504.05", 13504)])
def test_yen_are_rounded_at_half(amount: str, yen: int) -> None:
    assert rounded_yen(Fraction(amount)) == yen


@pytest.mark.parametrize("refused", [lambda: rounded_yen(Fraction(-1)), lambda: rounded_month_hours(-1)])
def test_nothing_is_less_than_nothing(refused: object) -> None:
    with pytest.raises(ValueError, match=r"negative|forward"):
        refused()  # type: ignore[operator]  # a refusal to be called


def test_a_year_of_days_over_twelve() -> None:
    assert monthly_average_minutes(working_days_a_year=Fraction(243), daily_minutes=Fraction(480)) == 162 * 60
    with pytest.raises(ValueError, match="working days"):
        monthly_average_minutes(working_days_a_year=Fraction(0), daily_minutes=Fraction(480))


@pytest.mark.parametrize(
    ("scheduled", "outside", "inside", "minutes", "overtime"),
    [
        (450, 480, 0, 480, 0),
        (450, 450, 0, 450, 0),
        (450, 300, 151, 451, 0),
        (480, 480, 61, 541, 61),
        (480, 0, 0, 480, 0),
    ],
)
def test_work_outside(scheduled: int, outside: int, inside: int, minutes: int, overtime: int) -> None:
    found = deemed_outside(scheduled_minutes=scheduled, usual_outside_minutes=outside, inside_minutes=inside, day=ON)

    assert (found.minutes, found.legal_overtime) == (minutes, overtime)


@pytest.mark.parametrize(("agreed", "overtime"), [(480, 0), (481, 1), (600, 120), (0, 0)])
def test_agreed_hours(agreed: int, overtime: int) -> None:
    assert deemed_discretionary(agreed_minutes=agreed, day=ON).legal_overtime == overtime


@pytest.mark.parametrize(
    ("worked", "overtime"),
    [
        ([("A", 360), ("B", 180)], {"A": 0, "B": 60}),
        ([("B", 180), ("A", 360)], {"A": 60, "B": 0}),
        ([("A", 300), ("B", 120)], {"A": 0, "B": 0}),
        ([("A", 540)], {"A": 60, "B": 0}),
        ([("A", 200), ("B", 300)], {"A": 0, "B": 20}),
    ],
)
def test_two_employers(worked: list[tuple[str, int]], overtime: dict[str, int]) -> None:
    found = side_job_overtime(
        contracts=[
            EmployerContract(employer="A", scheduled_minutes=300),
            EmployerContract(employer="B", scheduled_minutes=120),
        ],
        worked=[EmployerWork(employer=name, minutes=minutes) for name, minutes in worked],
        day=ON,
    )

    assert dict(found.overtime) == overtime


@pytest.mark.parametrize(("scheduled", "minutes"), [(-1, 60), (60, -1)])
def test_no_employer_has_negative_minutes(scheduled: int, minutes: int) -> None:
    with pytest.raises(ValueError, match="forward"):
        side_job_overtime(
            contracts=[
                EmployerContract(employer="A", scheduled_minutes=300),
                EmployerContract(employer="B", scheduled_minutes=scheduled),
            ],
            worked=[EmployerWork(employer="A", minutes=60), EmployerWork(employer="B", minutes=minutes)],
            day=ON,
        )


def test_a_week_that_is_full_leaves_no_room() -> None:
    found = side_job_overtime(
        contracts=[EmployerContract(employer="A", scheduled_minutes=60)],
        worked=[EmployerWork(employer="A", minutes=60)],
        counted_in_week=2400,
        day=ON,
    )

    assert found.overtime == (("A", 60),)


@pytest.mark.parametrize(
    ("age", "week", "night", "is_pattern", "findings"),
    [
        (17, [480] * 5 + [0, 0], 0, False, []),
        (17, [480] * 5 + [1, 0], 0, False, [MinorFinding.WEEK_TOO_LONG]),
        (17, [600, 240, 480, 480, 480, 0, 0], 0, False, []),
        (17, [601, 239, 480, 480, 480, 0, 0], 0, False, [MinorFinding.DAY_TOO_LONG]),
        (17, [540, 360, 360, 360, 360, 360, 0], 0, False, [MinorFinding.NO_SHORTENED_DAY]),
        (17, [480] * 6 + [0], 0, True, []),
        (17, [481] + [0] * 6, 0, True, [MinorFinding.DAY_TOO_LONG]),
        (17, [0] * 7, 1, False, [MinorFinding.NIGHT_WORK]),
        (14, [0] * 7, 0, False, [MinorFinding.TOO_YOUNG]),
        (15, [0] * 7, 0, False, []),
    ],
)
def test_minors(age: int, week: list[int], night: int, is_pattern: bool, findings: list[MinorFinding]) -> None:  # noqa: FBT001 -- a column
    found = check_minor_week(age=age, daily_minutes=week, night_minutes=night, is_pattern=is_pattern, day=ON)

    assert list(found.findings) == findings
    assert found.is_lawful is not bool(findings)


@pytest.mark.parametrize(
    ("entry", "pay", "until", "by_the_act"),
    [
        ("2025-04-30", "2025-05-25", "2028-05-25", "2030-05-25"),
        ("2025-05-25", "2025-04-30", "2028-05-25", "2030-05-25"),
        ("2025-05-25", None, "2028-05-25", "2030-05-25"),
        ("2019-05-25", None, "2022-05-25", "2022-05-25"),
        ("2024-02-28", None, "2027-02-28", "2029-02-28"),
    ],
)
def test_records_are_kept(entry: str, pay: str | None, until: str, by_the_act: str) -> None:
    found = retention(last_entry=date.fromisoformat(entry), pay_date=date.fromisoformat(pay) if pay else None)

    assert (found.until.isoformat(), found.until_by_the_act.isoformat()) == (until, by_the_act)


@pytest.mark.parametrize(
    ("worked", "is_due"), [(15428, False), (15429, True), (0, False)], ids=["80:00 and less", "more than 80:00", "none"]
)
def test_an_interview_is_due_above_eighty_hours(worked: int, *, is_due: bool) -> None:
    """31 days hold 177:08.57 at forty hours a week; with eighty hours 257:08.57."""
    assert doctor_interview(calendar_days=31, worked_minutes=worked, day=ON).is_due is is_due
    assert doctor_interview(calendar_days=31, worked_minutes=16629, is_research=True, day=ON).is_due


@pytest.mark.parametrize(("days", "worked"), [(0, 0), (31, -1)])
def test_a_month_for_an_interview_has_days_and_work_that_counts_forward(days: int, worked: int) -> None:
    with pytest.raises(ValueError, match="forward"):
        doctor_interview(calendar_days=days, worked_minutes=worked, day=ON)


@pytest.mark.parametrize(("start", "deemed", "shifted"), [(540, 120, 660), (660, 0, 660), (700, 0, 700), (0, 660, 660)])
def test_eleven_hours_between_duties(start: int, deemed: int, shifted: int) -> None:
    found = rest_between_duties(ended=0, next_start=start, interval_minutes=660)

    assert (found.earliest, found.deemed_worked_minutes, found.shifted_start) == (660, deemed, shifted)


def test_no_more_counts_as_worked_than_the_duty_lasts() -> None:
    found = rest_between_duties(ended=0, next_duty=Interval(60, 120), interval_minutes=660)

    assert found.deemed_worked_minutes == 60
    with pytest.raises(ValueError, match="before"):
        rest_between_duties(ended=10, next_start=9, interval_minutes=660)


@pytest.mark.parametrize(
    ("days", "rounding", "minutes"),
    [
        (28, FrameRounding.FLOOR_MINUTE, 9600),
        (29, FrameRounding.FLOOR_MINUTE, 9942),
        (30, FrameRounding.FLOOR_MINUTE, 10285),
        (31, FrameRounding.FLOOR_MINUTE, 10628),
        (30, FrameRounding.TENTH_OF_AN_HOUR, 10284),
        (31, FrameRounding.TENTH_OF_AN_HOUR, 10626),
        (30, FrameRounding.EXACT, Fraction(72000, 7)),
        (365, FrameRounding.FLOOR_MINUTE, 125142),
    ],
)
def test_frames(days: int, rounding: FrameRounding, minutes: Fraction) -> None:
    assert frame_of(calendar_days=days, weekly_minutes=2400).minutes(rounding) == minutes


def test_frames_have_days_and_weeks_have_limits_of_their_time() -> None:
    with pytest.raises(ValueError, match="days"):
        frame_of(calendar_days=0, weekly_minutes=2400)
    with pytest.raises(ValueError, match="end before"):
        calendar_days(first=ON, last=date(2026, 3, 31))
    assert [WEEKLY_LIMIT.on(date(year, 4, 1)) for year in (1987, 1988, 1991, 1994)] == [2880, 2760, 2640, 2400]
    assert SPECIAL_WEEKLY_LIMIT.on(ON) == 2640


@pytest.mark.parametrize(("days", "most"), [(365, 280), (366, 280), (92, None), (93, 71), (184, 141)])
def test_work_days_of_a_period(days: int, most: int | None) -> None:
    assert most_work_days(day=TODAY, calendar_days=days) == most


@pytest.mark.parametrize(
    ("weeks", "faults"),
    [
        ([52, 52, 52, 50], [CalendarFault.LONG_WEEKS_IN_A_ROW]),
        ([52, 52, 52, 48], []),
        ([52, 48, 52, 48, 52, 48, 49], [CalendarFault.LONG_WEEKS_IN_BLOCK]),
        ([53], [CalendarFault.WEEK_TOO_LONG]),
        ([48] * 52, []),
    ],
)
def test_designated_weeks(weeks: list[int], faults: list[CalendarFault]) -> None:
    found = judge_weeks(day=TODAY, week_minutes=[hours * 60 for hours in weeks], is_over_three_months=True)

    assert list(found.faults) == faults


def test_days_of_ten_hours_are_the_longest() -> None:
    assert judge_weeks(day=TODAY, week_minutes=[], is_over_three_months=False, day_minutes=[600]).is_lawful
    assert not judge_weeks(day=TODAY, week_minutes=[], is_over_three_months=False, day_minutes=[601]).is_lawful


def test_settlements_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="part of the work"):
        settle_month(frame=frame_of(calendar_days=30, weekly_minutes=2400), worked_minutes=1, legal_holiday_minutes=2)
    month = MonthPart(first=ON, last=date(2026, 4, 30), worked_minutes=0)
    for months in ([month, month], [month] * 4):
        with pytest.raises(ValueError, match="settlement period"):
            settle_months(months=months, weekly_minutes=2400, rounding=FrameRounding.EXACT)


def test_before_the_act_there_was_no_limit() -> None:
    with pytest.raises(NotInForce):
        WEEKLY_LIMIT.on(date(1947, 8, 31))


def test_short_service_is_owed_beyond_forty_hours_a_week() -> None:
    found = settle_short_service(first=ON, last=date(2026, 4, 28), worked_minutes=9700, counted_overtime_minutes=60)

    assert (found.calendar_days, found.owed) == (28, 40)
