"""The month as table and as weeks, the picker that remembers, and what the recorder says of today."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from support.browser import signed_in
from support.cast import Cast, plan_office_days
from support.punching import TOKYO, punch
from support.work import calculate
from tokimori.domains.timesheets.months import Month
from tokimori.foundation import clock
from tokimori.interfaces.web.month_calendar import calendar_of


def days_of(month: Month) -> list[dict[str, date]]:
    return [{"date": month.first + timedelta(days=offset)} for offset in range((month.last - month.first).days + 1)]


@pytest.mark.parametrize(("language", "begins"), [("ja", "日"), ("th", "อา."), ("en", "Mon")])
@pytest.mark.parametrize("number", range(1, 13))
def test_every_day_stands_once_under_its_weekday(language: str, begins: str, number: int) -> None:
    month = Month(year=2026, number=number)
    with translation.override(language):
        calendar = calendar_of(days_of(month))

    assert calendar["weekdays"][0] == begins
    assert {len(week) for week in calendar["weeks"]} == {7}
    standing = [(column, day["date"]) for week in calendar["weeks"] for column, day in enumerate(week) if day]
    assert [day for _, day in standing] == [day["date"] for day in days_of(month)]
    first_weekday = 0 if language == "en" else 6
    assert all((first_weekday + column) % 7 == day.weekday() for column, day in standing)
    assert all(any(week) for week in calendar["weeks"])


def test_table_and_weeks_show_the_same_figures_and_the_steps_keep_the_view(cast: Cast) -> None:
    month = Month.of(clock.now().date()).previous
    plan_office_days(cast, "aiko", first=month.first, count=31)
    day = next(one["date"] for one in days_of(month) if one["date"].weekday() < 5)
    punch(cast, "aiko", day, "in 09:00, out 19:30", now=clock.now())
    calculate(cast, now=clock.now())
    browser = signed_in(cast, "aiko")
    address = reverse("my_month_of", args=[str(month)])

    table = browser.get(address).content.decode()
    weeks = browser.get(f"{address}?view=calendar").content.decode()

    assert "9:30" in table
    assert re.search(r"<strong>\s*9:30\s*</strong>", weeks)
    assert 'class="calendar"' in weeks
    assert 'class="calendar"' not in table
    following = reverse("my_month_of", args=[str(month.following)])
    assert f'href="{following}?view=calendar"' in weeks
    assert f'href="{following}"' in table


def test_a_chosen_month_is_kept_for_the_next_page(cast: Cast) -> None:
    browser = signed_in(cast, "chie")
    present = Month.of(clock.now().astimezone(TOKYO).date())
    chosen = present.previous.previous.previous

    assert browser.get(reverse("my_month")).status_code == 200
    browser.get(reverse("my_month_of", args=[str(chosen)]))

    answer = browser.get(reverse("closing"))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("closing_of", args=[str(chosen)]))
    page = browser.get(answer.headers["Location"]).content.decode()
    assert f'href="{reverse("closing_of", args=[str(present)])}"' in page
    browser.cookies["tokimori-period"] = "2026-99; nonsense"
    assert browser.get(reverse("my_month")).status_code == 200


def test_the_recorder_says_what_is_planned_today(cast: Cast) -> None:
    now = clock.now()
    today = now.astimezone(TOKYO).date()
    browser = signed_in(cast, "aiko")
    assert "Planned today" not in browser.get(reverse("recorder")).content.decode()

    plan_office_days(cast, "aiko", first=today - timedelta(days=today.weekday()), count=5)
    page = browser.get(reverse("recorder"), headers={"accept-language": "en"}).content.decode()

    assert ("9:00–18:00" in page) == (today.weekday() < 5)
