"""Weekly holidays, leave for business, records and service trades in Thailand, at their edges."""

from datetime import date
from fractions import Fraction

import pytest

from tokimori.engine.thailand.section_23_normal_hours import PayType, made_up_week
from tokimori.engine.thailand.section_28_weekly_holidays import weekly_holidays
from tokimori.engine.thailand.section_34_business_leave import business_leave
from tokimori.engine.thailand.section_115_records import kept_until

TODAY = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("days", "may_be_saved", "is_enough", "longest"),
    [
        ("hwwwwwwh", False, True, 6),
        ("hhh", False, True, 0),
        ("hwwwwwwwh", False, False, 7),
        ("hh" + "w" * 24 + "hh", True, True, 24),
        ("h" + "w" * 25 + "hh", True, False, 25),
        ("hhhh" + "w" * 31, True, False, 31),
        ("hhhh" + "w" * 30, True, True, 30),
    ],
)
def test_a_holiday_a_week(days: str, may_be_saved: bool, is_enough: bool, longest: int) -> None:  # noqa: FBT001 -- columns
    found = weekly_holidays(is_holiday=[one == "h" for one in days], may_be_saved=may_be_saved, day=TODAY)

    assert (found.is_enough, found.longest_run) == (is_enough, longest)


@pytest.mark.parametrize(
    ("taken", "day", "paid", "unpaid"),
    [
        (Fraction(0), TODAY, 0, 0),
        (Fraction(3), TODAY, 3, 0),
        (Fraction(7, 2), TODAY, 3, Fraction(1, 2)),
        (Fraction(3), date(2019, 5, 4), 0, 3),
        (Fraction(3), date(2019, 5, 5), 3, 0),
    ],
)
def test_three_days_for_necessary_business(taken: Fraction, day: date, paid: int, unpaid: Fraction) -> None:
    found = business_leave(days_taken_in_year=taken, day=day)

    assert (found.paid_days, found.unpaid_days) == (paid, unpaid)


def test_no_day_is_negative() -> None:
    with pytest.raises(ValueError, match="forward"):
        business_leave(days_taken_in_year=Fraction(-1), day=TODAY)


def test_records_are_kept_two_years_from_the_pay() -> None:
    assert kept_until(paid=date(2026, 4, 30)).until == date(2028, 4, 29)


@pytest.mark.parametrize(
    ("hours", "is_lawful", "beyond"),
    [([12, 12, 12, 12], True, 0), ([12, 12, 12, 13], False, 1), ([12, 12, 12, 11, 2], False, 1)],
)
def test_service_trades_agree_on_days_of_twelve_hours(hours: list[int], is_lawful: bool, beyond: int) -> None:  # noqa: FBT001 -- a column
    found = made_up_week(
        day_minutes=[Fraction(one * 60) for one in hours],
        pay_type=PayType.DAILY,
        is_service_trade=True,
        day=TODAY,
    )
    assert (found.is_lawful, found.beyond_minutes, found.premium_minutes) == (is_lawful, beyond * 60, 0)
