from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.engine.intervals import Interval, interval_of, minute_of, subtracted, total_minutes
from tokimori.engine.law import NotInForce
from tokimori.engine.policies import HolidaySpan
from tokimori.engine.thailand.section_23_normal_hours import LONGEST_NORMAL_DAY, PayType, made_up_week
from tokimori.engine.thailand.section_26_weekly_cap import weekly_cap
from tokimori.engine.thailand.section_31_hazardous_work import hours_against_limits
from tokimori.engine.thailand.section_61_overtime_pay import (
    ClassifiedDuty,
    Duty,
    Entitlement,
    ThaiDay,
    classified_duty,
    extra_pay,
)
from tokimori.engine.thailand.section_68_hourly_rate import NoWorkingHours, hourly_rate
from tokimori.engine.thailand.section_69_weekly_basis import WeekDay, WeekDayType, credited_week

DAY = date(2026, 4, 1)
MIDNIGHT = datetime(2026, 4, 1, tzinfo=UTC)
MONTHLY, DAILY = PayType.MONTHLY, PayType.DAILY
WORKDAY, WEEKLY, TRADITIONAL, LEAVE = (
    ThaiDay.WORKDAY,
    ThaiDay.WEEKLY_HOLIDAY,
    ThaiDay.TRADITIONAL_HOLIDAY,
    ThaiDay.ANNUAL_LEAVE,
)


def hours(start: float, end: float) -> Interval:
    return interval_of(MIDNIGHT + timedelta(hours=start), MIDNIGHT + timedelta(hours=end))


def office(*work: Interval, day_type: ThaiDay = WORKDAY, normal: Interval | None = None) -> Duty:
    return Duty(
        work=work,
        normal_hours=normal or hours(8, 17),
        breaks=[hours(12, 13)],
        day_type=day_type,
        next_day_type=WORKDAY,
        midnight=minute_of(MIDNIGHT + timedelta(days=1)),
    )


def classified(duty: Duty, pay_type: PayType = MONTHLY) -> ClassifiedDuty:
    return classified_duty(duty=duty, pay_type=pay_type, span=HolidaySpan.SHIFT_START_DATE, day=DAY)


def minutes(found: ClassifiedDuty) -> tuple[int, int, int, int]:
    return (
        found.normal_minutes,
        found.overtime_minutes,
        found.holiday_minutes,
        found.holiday_overtime_minutes,
    )


@pytest.mark.parametrize(
    ("duty", "expected"),
    [
        pytest.param(office(hours(8, 17)), (480, 0, 0, 0), id="the normal day"),
        pytest.param(office(hours(8, 18)), (480, 60, 0, 0), id="an hour longer"),
        pytest.param(office(hours(9, 18)), (420, 60, 0, 0), id="late, and still overtime after the end"),
        pytest.param(office(hours(7, 17)), (480, 60, 0, 0), id="an hour before the start"),
        pytest.param(office(), (0, 0, 0, 0), id="nothing"),
        pytest.param(office(hours(8, 17), day_type=WEEKLY), (0, 0, 480, 0), id="a holiday inside the hours"),
        pytest.param(office(hours(8, 18), day_type=WEEKLY), (0, 0, 480, 60), id="a holiday, an hour longer"),
        pytest.param(office(hours(18, 22), day_type=TRADITIONAL), (0, 0, 0, 240), id="a holiday's evening alone"),
    ],
)
def test_overtime_is_what_lies_outside_the_announced_hours(duty: Duty, expected: tuple[int, ...]) -> None:
    assert minutes(classified(duty)) == expected


@pytest.mark.parametrize(
    ("pay_type", "end", "expected"),
    [
        (MONTHLY, 18, (540, 0, 0, 0)),
        (DAILY, 18, (480, 60, 0, 0)),
        (MONTHLY, 19, (540, 60, 0, 0)),
        (DAILY, 17, (480, 0, 0, 0)),
    ],
)
def test_a_made_up_day_has_nine_normal_hours_for_monthly_staff(
    pay_type: PayType, end: int, expected: tuple[int, ...]
) -> None:
    duty = office(hours(8, end), normal=hours(8, end))

    assert minutes(classified(duty, pay_type)) == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [(HolidaySpan.SHIFT_START_DATE, (480, 60, 0, 0)), (HolidaySpan.CALENDAR_DAY, (120, 0, 360, 60))],
)
def test_whose_holiday_a_night_is_can_be_chosen(span: HolidaySpan, expected: tuple[int, ...]) -> None:
    duty = Duty(
        work=[hours(22, 32)],
        normal_hours=hours(22, 31),
        breaks=[hours(26, 27)],
        day_type=WORKDAY,
        next_day_type=WEEKLY,
        midnight=minute_of(MIDNIGHT + timedelta(days=1)),
    )

    assert minutes(classified_duty(duty=duty, pay_type=MONTHLY, span=span, day=DAY)) == expected


@pytest.mark.parametrize(
    ("day_type", "pay_type", "entitlement", "baht"),
    [
        pytest.param(WORKDAY, MONTHLY, Entitlement.FULL, 150, id="overtime at one and a half"),
        pytest.param(WEEKLY, MONTHLY, Entitlement.FULL, 800 + 300, id="already paid: once more"),
        pytest.param(WEEKLY, DAILY, Entitlement.FULL, 1600 + 300, id="not paid: twice"),
        pytest.param(WEEKLY, PayType.HOURLY, Entitlement.FULL, 1600 + 300, id="by the hour: twice"),
        pytest.param(TRADITIONAL, DAILY, Entitlement.FULL, 800 + 300, id="a holiday paid to everybody"),
        pytest.param(LEAVE, DAILY, Entitlement.FULL, 800 + 300, id="a day of leave, paid to everybody"),
        pytest.param(WORKDAY, MONTHLY, Entitlement.REPRESENTS_EMPLOYER, 0, id="hires and dismisses"),
        pytest.param(WEEKLY, MONTHLY, Entitlement.REPRESENTS_EMPLOYER, 0, id="hires and dismisses, holiday"),
        pytest.param(WORKDAY, MONTHLY, Entitlement.PLAIN_HOURS, 100, id="plain hours"),
        pytest.param(WEEKLY, MONTHLY, Entitlement.PLAIN_HOURS, 800 + 100, id="plain hours, holiday"),
    ],
)
def test_pay_beyond_the_wage(day_type: ThaiDay, pay_type: PayType, entitlement: Entitlement, baht: int) -> None:
    found = classified(office(hours(8, 18), day_type=day_type), pay_type)

    paid = extra_pay(classified=found, hourly=Fraction(100), pay_type=pay_type, entitlement=entitlement, day=DAY)

    assert paid.baht == baht


@given(
    start=st.integers(0, 30 * 60),
    length=st.integers(0, 18 * 60),
    day_type=st.sampled_from(ThaiDay),
    pay_type=st.sampled_from(PayType),
    span=st.sampled_from(HolidaySpan),
)
def test_every_minute_of_work_is_in_one_class(
    start: int, length: int, day_type: ThaiDay, pay_type: PayType, span: HolidaySpan
) -> None:
    begin = MIDNIGHT + timedelta(minutes=start)
    duty = office(interval_of(begin, begin + timedelta(minutes=length)), day_type=day_type)

    found = classified_duty(duty=duty, pay_type=pay_type, span=span, day=DAY)

    assert sum(minutes(found)) == total_minutes(subtracted(duty.work, duty.breaks))


@pytest.mark.parametrize(
    ("pay_type", "wage", "week", "hourly"),
    [
        (MONTHLY, 24_000, [8, 8, 8, 8, 8], Fraction(100)),
        (MONTHLY, 18_000, [8, 8, 8, 8, 8, 4], Fraction(18_000 * 6, 30 * 44)),
        (MONTHLY, 24_000, [8, 8, 8, 8, 8, 0, 0], Fraction(100)),
        (DAILY, 400, [8, 8, 8, 8, 8, 8], Fraction(50)),
        (PayType.HOURLY, 55, [8], Fraction(55)),
        (PayType.PIECE, 480, [8], Fraction(60)),
        (DAILY, 0, [8], Fraction(0)),
    ],
)
def test_a_monthly_wage_is_always_divided_by_thirty_days(
    pay_type: PayType, wage: int, week: list[int], hourly: Fraction
) -> None:
    day_minutes = [Fraction(one * 60) for one in week]

    assert hourly_rate(wage=Fraction(wage), pay_type=pay_type, day_minutes=day_minutes, day=DAY).hourly == hourly


def test_without_normal_hours_there_is_no_rate() -> None:
    with pytest.raises(NoWorkingHours):
        hourly_rate(wage=Fraction(1), pay_type=MONTHLY, day_minutes=[Fraction(0)], day=DAY)


@pytest.mark.parametrize(
    ("week", "pay_type", "is_lawful", "premium"),
    [
        ([9, 9, 9, 9, 9, 3], MONTHLY, True, 0),
        ([9, 9, 9, 9, 9, 3], DAILY, True, 300),
        ([9, 9, 9, 9, 9, 4], DAILY, False, 300),
        ([10, 8, 8, 8, 8, 6], PayType.PIECE, False, 120),
        ([8, 8, 8, 8, 8, 8], PayType.HOURLY, True, 0),
    ],
)
def test_a_short_day_is_made_up_within_nine_hours_and_forty_eight(
    week: list[int],
    pay_type: PayType,
    is_lawful: bool,  # noqa: FBT001 -- a column
    premium: int,
) -> None:
    found = made_up_week(day_minutes=[Fraction(one * 60) for one in week], pay_type=pay_type, day=DAY)

    assert (found.is_lawful, found.premium_minutes) == (is_lawful, premium)


def test_nine_hours_a_day_since_the_second_amendment() -> None:
    assert [LONGEST_NORMAL_DAY.on(day) for day in (date(2008, 5, 26), date(2008, 5, 27))] == [480, 540]
    with pytest.raises(NotInForce):
        LONGEST_NORMAL_DAY.on(date(1998, 8, 18))


@pytest.mark.parametrize(
    ("overtime", "holiday", "holiday_overtime", "is_over"),
    [(1440, 480, 239, False), (1440, 480, 240, False), (1440, 480, 241, True), (2161, 0, 0, True), (0, 2160, 0, False)],
)
def test_thirty_six_hours_of_overtime_and_holiday_work(
    overtime: int,
    holiday: int,
    holiday_overtime: int,
    is_over: bool,  # noqa: FBT001 -- a column
) -> None:
    found = weekly_cap(
        overtime_minutes=overtime,
        holiday_work_minutes=holiday,
        holiday_overtime_minutes=holiday_overtime,
        day=DAY,
    )

    assert found.is_over is is_over


@pytest.mark.parametrize(
    ("is_hazardous", "day_minutes", "week_minutes", "over"),
    [
        (True, 420, 2520, (0, 0, 30)),
        (True, 421, 2521, (1, 1, 30)),
        (False, 480, 2880, (0, 0, 0)),
        (False, 481, 2881, (1, 1, 0)),
    ],
)
def test_hazardous_work_has_shorter_days_and_no_overtime(
    is_hazardous: bool,  # noqa: FBT001 -- a column
    day_minutes: int,
    week_minutes: int,
    over: tuple[int, ...],
) -> None:
    found = hours_against_limits(
        is_hazardous=is_hazardous,
        day_minutes=day_minutes,
        week_minutes=week_minutes,
        overtime_minutes=20,
        holiday_minutes=10,
        day=DAY,
    )

    assert (found.day_over_minutes, found.week_over_minutes, found.forbidden_minutes) == over


@pytest.mark.parametrize(
    ("day", "total", "overtime"),
    [
        pytest.param(WeekDay(type=WeekDayType.WORK, worked_minutes=480), 2880, 0, id="exactly the week"),
        pytest.param(WeekDay(type=WeekDayType.WORK, worked_minutes=481), 2881, 1, id="a minute more"),
        pytest.param(
            WeekDay(type=WeekDayType.LEAVE, worked_minutes=0, credited_minutes=480), 2880, 0, id="leave counts"
        ),
        pytest.param(
            WeekDay(type=WeekDayType.TRADITIONAL_HOLIDAY, worked_minutes=0, credited_minutes=540),
            2940,
            60,
            id="holiday",
        ),
        pytest.param(WeekDay(type=WeekDayType.WEEKLY_HOLIDAY, worked_minutes=480), 2400, 0, id="paid as a holiday"),
    ],
)
def test_by_the_week_holidays_and_leave_count_as_worked(day: WeekDay, total: int, overtime: int) -> None:
    week = [WeekDay(type=WeekDayType.WORK, worked_minutes=480)] * 5

    found = credited_week(normal_week_minutes=2880, days=[*week, day])

    assert (found.credited_total_minutes, found.overtime_minutes) == (total, overtime)


def test_nothing_counts_backward() -> None:
    with pytest.raises(ValueError, match="forward"):
        weekly_cap(overtime_minutes=-1, holiday_work_minutes=0, holiday_overtime_minutes=0, day=DAY)
    with pytest.raises(ValueError, match="forward"):
        made_up_week(day_minutes=[Fraction(-1)], pay_type=MONTHLY, day=DAY)
    with pytest.raises(ValueError, match="forward"):
        hours_against_limits(is_hazardous=True, day_minutes=-1, week_minutes=0, day=DAY)
    with pytest.raises(ValueError, match="negative"):
        hourly_rate(wage=Fraction(1), pay_type=DAILY, day_minutes=[Fraction(480), Fraction(-1)], day=DAY)
    with pytest.raises(ValueError, match="negative"):
        hourly_rate(wage=Fraction(-1), pay_type=DAILY, day_minutes=[Fraction(480)], day=DAY)


def test_a_week_without_normal_hours_is_overtime_from_its_first_minute() -> None:
    day = WeekDay(type=WeekDayType.WORK, worked_minutes=1)

    assert credited_week(normal_week_minutes=0, days=[day]).overtime_minutes == 1
    with pytest.raises(ValueError, match="forward"):
        credited_week(normal_week_minutes=-1, days=[day])
