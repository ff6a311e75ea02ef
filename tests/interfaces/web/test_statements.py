"""What a month is paid by, on the screen: each minute in one line, and nothing of it for countries without such lines."""

import re

import pytest
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, plan_office_days
from support.punching import punch
from support.work import calculate
from tokimori.domains.timesheets import statements
from tokimori.domains.timesheets.months import Month
from tokimori.foundation import clock


def one_long_day(cast: Cast) -> Month:
    """Let Aiko work thirteen hours and a half on the first workday of last month, until late."""
    month = Month.of(clock.now().date()).previous
    plan_office_days(cast, "aiko", first=month.first, count=31)
    day = next(day for day in (month.first.replace(day=number) for number in range(1, 9)) if day.weekday() < 5)
    punch(cast, "aiko", day, "in 09:00, out 23:30", now=clock.now())
    calculate(cast, now=clock.now())
    return month


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_each_minute_stands_in_one_line_with_its_percentage(cast: Cast) -> None:
    month = one_long_day(cast)
    browser = signed_in(cast, "aiko")

    page = text_of(browser.get(reverse("my_statement", args=[str(month)])).content.decode())

    assert "Agreed hours 8:00 100 % 8:00" in page
    assert "Legal overtime, up to sixty hours 4:00 125 % 5:00" in page
    assert "Legal overtime, up to sixty hours, at night 1:30 150 % 2:15" in page
    assert "Total 13:30 15:15" in page
    assert "Days worked 1 day" in page


def test_the_month_leads_there_and_back_and_a_leader_sees_it_too(cast: Cast) -> None:
    month = one_long_day(cast)
    aiko, ben = signed_in(cast, "aiko"), signed_in(cast, "ben")
    own = reverse("my_statement", args=[str(month)])
    hers = reverse("person_statement", args=[cast["aiko"].employee_id, str(month)])

    assert f'href="{own}"' in aiko.get(reverse("my_month_of", args=[str(month)])).content.decode()
    assert f'href="{reverse("my_month_of", args=[str(month)])}"' in aiko.get(own).content.decode()
    months = reverse("person_month", args=[cast["aiko"].employee_id, str(month)])
    assert f'href="{hers}"' in ben.get(months).content.decode()
    assert "Total 13:30 15:15" in text_of(ben.get(hers).content.decode())


def test_a_month_without_a_calculated_day_says_so(cast: Cast) -> None:
    page = signed_in(cast, "aiko").get(reverse("my_statement", args=["2026-01"])).content.decode()

    assert "Nothing is calculated in this month" in page


def test_another_country_has_no_lines_of_this_law(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    month = one_long_day(cast)
    monkeypatch.setattr(statements, "_JAPAN", "XX")

    page = text_of(signed_in(cast, "aiko").get(reverse("my_statement", args=[str(month)])).content.decode())

    assert "not reckoned for this country yet" in page
    assert "125 %" not in page
