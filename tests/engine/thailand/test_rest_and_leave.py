from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokimori.engine.intervals import Interval, interval_of, minute_of
from tokimori.engine.law import NotInForce
from tokimori.engine.thailand.section_27_rest import daily_rest, rest_before_overtime
from tokimori.engine.thailand.section_29_traditional_holidays import NoWorkingDay, holiday_year, observed_holidays
from tokimori.engine.thailand.section_30_annual_leave import FirstYearLeave, TooFewDays, annual_leave
from tokimori.engine.thailand.section_32_sick_leave import sick_leave
from tokimori.engine.thailand.section_41_parental_leave import parental_leave
from tokimori.engine.thailand.section_44_minors import MinorBreach, minor_day

DAY = date(2026, 4, 1)
EIGHT = datetime(2026, 4, 1, 8, tzinfo=UTC)
MON, SAT, SUN = 0, 5, 6


def after(start: int, length: int) -> Interval:
    """Minutes after eight o'clock."""
    begin = EIGHT + timedelta(minutes=start)
    return interval_of(begin, begin + timedelta(minutes=length))


@pytest.mark.parametrize(
    ("planned", "is_exempt", "rest"),
    [(0, False, 0), (119, False, 0), (120, False, 20), (121, False, 20), (150, True, 0)],
)
def test_twenty_minutes_before_two_hours_of_overtime(planned: int, is_exempt: bool, rest: int) -> None:  # noqa: FBT001 -- a column
    assert rest_before_overtime(planned_minutes=planned, is_exempt=is_exempt, day=DAY).minutes == rest


@pytest.mark.parametrize(
    ("breaks", "is_minor", "is_enough"),
    [
        pytest.param([after(300, 60)], False, True, id="after exactly five hours"),
        pytest.param([after(301, 60)], False, False, id="a minute later"),
        pytest.param([after(240, 59)], False, False, id="a minute short"),
        pytest.param([after(120, 20), after(240, 40)], False, True, id="pieces from twenty minutes"),
        pytest.param([after(120, 19), after(240, 41)], False, False, id="a piece below twenty"),
        pytest.param([after(60, 20), after(381, 40)], False, False, id="five hours and a minute between pieces"),
        pytest.param([after(60, 20), after(380, 40)], False, True, id="five hours between pieces"),
        pytest.param([after(120, 10), after(240, 60)], False, True, id="a short pause beside the hour"),
        pytest.param([], False, False, id="none"),
        pytest.param([after(240, 60)], True, True, id="under eighteen, after four hours"),
        pytest.param([after(241, 60)], True, False, id="under eighteen, a minute later"),
        pytest.param([after(120, 30), after(200, 30)], True, False, id="under eighteen, in pieces"),
    ],
)
def test_an_hour_of_rest_in_time(breaks: list[Interval], is_minor: bool, is_enough: bool) -> None:  # noqa: FBT001 -- columns
    assert daily_rest(start=minute_of(EIGHT), breaks=breaks, is_minor=is_minor, day=DAY).is_enough is is_enough


@pytest.mark.parametrize(("length", "is_enough"), [(300, True), (301, False)])
def test_a_day_of_five_hours_needs_no_rest(length: int, is_enough: bool) -> None:  # noqa: FBT001 -- a column
    end = EIGHT + timedelta(minutes=length)

    assert daily_rest(start=minute_of(EIGHT), end=minute_of(end), breaks=[], day=DAY).is_enough is is_enough


def test_songkran_on_a_weekend_is_kept_after_the_holiday_that_follows() -> None:
    announced = [date(2024, 4, 13), date(2024, 4, 14), date(2024, 4, 15)]

    found = observed_holidays(weekly_holidays={SAT, SUN}, announced=announced)

    assert list(found.observed.values()) == [date(2024, 4, 16), date(2024, 4, 17), date(2024, 4, 15)]


@given(
    weekly=st.sets(st.integers(0, 6), max_size=6),
    announced=st.sets(st.dates(date(2024, 1, 1), date(2024, 3, 31)), max_size=20),
)
def test_no_holiday_is_lost(weekly: set[int], announced: set[date]) -> None:
    observed = observed_holidays(weekly_holidays=weekly, announced=announced).observed

    assert observed.keys() == announced
    assert len(set(observed.values())) == len(announced)
    assert all(kept.weekday() not in weekly and kept >= day for day, kept in observed.items())


def test_a_week_of_holidays_is_refused() -> None:
    with pytest.raises(NoWorkingDay):
        observed_holidays(weekly_holidays=range(7), announced=[DAY])


@pytest.mark.parametrize(
    ("others", "has_labour_day", "is_enough"), [(12, True, True), (11, True, False), (13, False, False)]
)
def test_thirteen_holidays_with_labour_day(others: int, has_labour_day: bool, is_enough: bool) -> None:  # noqa: FBT001 -- columns
    announced = [date(2026, 1, 1) + timedelta(days=number) for number in range(others)]
    announced += [date(2026, 5, 1)] if has_labour_day else []

    assert holiday_year(announced=announced, year=2026).is_enough is is_enough


@pytest.mark.parametrize(
    ("day", "first_year", "days"),
    [
        (date(2025, 3, 15), FirstYearLeave.NONE, 0),
        (date(2026, 3, 14), FirstYearLeave.NONE, 0),
        (date(2026, 3, 15), FirstYearLeave.NONE, 6),
        (date(2026, 3, 14), FirstYearLeave.PRORATED, Fraction(11, 2)),
        (date(2026, 3, 15), FirstYearLeave.PRORATED, 6),
        (date(2025, 9, 15), FirstYearLeave.PRORATED, 3),
        (date(2030, 1, 1), FirstYearLeave.NONE, 6),
    ],
)
def test_six_days_after_a_full_year(day: date, first_year: FirstYearLeave, days: Fraction) -> None:
    assert annual_leave(employed_since=date(2025, 3, 15), day=day, first_year=first_year).days == days


def test_a_company_may_give_more_leave_and_never_less() -> None:
    assert annual_leave(employed_since=date(2020, 2, 29), day=DAY, company_days=10).days == 10
    with pytest.raises(TooFewDays):
        annual_leave(employed_since=date(2020, 2, 29), day=DAY, company_days=5)
    with pytest.raises(ValueError, match="employed"):
        annual_leave(employed_since=date(2027, 1, 1), day=DAY)


@pytest.mark.parametrize(("taken", "absences"), [(-1, [1]), (2, [-1, 3])])
def test_no_sick_day_is_negative(taken: int, absences: list[int]) -> None:
    with pytest.raises(ValueError, match="forward"):
        sick_leave(days_taken_in_year=Fraction(taken), absences=[Fraction(one) for one in absences], day=DAY)


@pytest.mark.parametrize(("taken", "unpaid"), [("29.5", "0"), ("30", "0"), ("30.5", "0.5"), ("34", "4")])
def test_thirty_sick_days_are_paid(taken: str, unpaid: str) -> None:
    found = sick_leave(days_taken_in_year=Fraction(taken), absences=[Fraction(2), Fraction(3), Fraction(4)], day=DAY)

    assert found.unpaid_days == Fraction(unpaid)
    assert found.certificate_may_be_required == (False, True, True)


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (date(2019, 5, 4), (90, 45, 0, 0)),
        (date(2019, 5, 5), (98, 45, 0, 0)),
        (date(2025, 12, 6), (98, 45, 0, 0)),
        (date(2025, 12, 7), (120, 60, 15, 15)),
    ],
)
def test_leave_around_a_birth_by_the_day(day: date, days: tuple[int, ...]) -> None:
    found = parental_leave(day=day)

    assert (found.maternity_days, found.employer_paid_days, found.spouse_days, found.infant_care_days) == days


def test_before_the_act_there_is_no_answer() -> None:
    with pytest.raises(NotInForce):
        parental_leave(day=date(1998, 8, 18))


@pytest.mark.parametrize(
    ("age", "start", "end", "breaches"),
    [
        pytest.param(17, 6, 22, (), id="the whole day"),
        pytest.param(17, 6, 23, (MinorBreach.NIGHT_WORK,), id="into the night"),
        pytest.param(17, 5, 9, (MinorBreach.NIGHT_WORK,), id="before six"),
        pytest.param(18, 20, 30, (), id="an adult"),
        pytest.param(14, 9, 12, (MinorBreach.TOO_YOUNG,), id="a child"),
        pytest.param(15, 9, 12, (), id="fifteen"),
    ],
)
def test_nobody_under_eighteen_works_at_night(
    age: int, start: int, end: int, breaches: tuple[MinorBreach, ...]
) -> None:
    found = minor_day(
        age=age,
        # Bangkok is seven hours ahead.
        work=[after((start - 15) * 60, (end - start) * 60)],
        zone="Asia/Bangkok",
        overtime_minutes=0,
        holiday_minutes=0,
        is_hazardous=False,
        has_night_permission=False,
        day=DAY,
    )

    assert found.breaches == breaches


def test_nobody_under_eighteen_works_longer_or_on_holidays() -> None:
    found = minor_day(
        age=16,
        work=[after(0, 960)],
        zone="UTC",
        overtime_minutes=1,
        holiday_minutes=1,
        is_hazardous=True,
        has_night_permission=True,
        day=DAY,
    )

    assert found.breaches == (MinorBreach.OVERTIME, MinorBreach.HOLIDAY_WORK, MinorBreach.HAZARDOUS_WORK)
