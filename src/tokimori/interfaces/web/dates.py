"""Dates and months as people read them, in their language and on their clock."""

import re
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from django.utils import translation

from tokimori.domains.schedules.plans import ShiftPlan
from tokimori.domains.timesheets.months import Month
from tokimori.foundation.errors import NotFound

_YEARS: Final = range(1980, 2200)
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def read_date(text: str) -> date:
    """Return the date of an address; raise ``NotFound`` for what is none, or lies beyond the years of any record."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error
    if day.year not in _YEARS:
        raise NotFound
    return day


def read_month(text: str) -> Month:
    """Return the month of an address, ``2026-04``; raise ``NotFound`` as for a date."""
    match = _MONTH.fullmatch(text)
    if match is None:
        raise NotFound
    return Month.of(read_date(f"{match[1]}-{match[2]}-01"))


def clock(instant: datetime | None, zone: ZoneInfo) -> str:
    """Return the time on a zone's clock, ``08:58``; nothing for nothing."""
    return instant.astimezone(zone).strftime("%H:%M") if instant else ""


def shift_hours(shift: ShiftPlan) -> str:
    """Return when a planned shift begins and ends, ``9:00–18:00``; past midnight the hours go on: ``22:00–31:00``."""
    first, last = shift.start_minute, shift.end_minute
    return f"{first // 60}:{first % 60:02}–{last // 60}:{last % 60:02}"


def long_date(day: date) -> str:
    """Return a date with its weekday."""
    skeleton = "full" if _locale() == "ja" else "EEEE, d MMMM y"
    return format_date(day, skeleton, locale=_locale())


def short_date(day: date) -> str:
    """Return a date without its year, with a short weekday."""
    return format_date(day, {"ja": "M/d (E)"}.get(_locale(), "E d MMM"), locale=_locale())


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """Return a date and time on a zone's clock."""
    pattern = {"ja": "y/MM/dd HH:mm"}.get(_locale(), "d MMM y HH:mm")
    return format_datetime(instant.astimezone(zone), pattern, locale=_locale())


def age(instant: datetime, now: datetime) -> str:
    """Return how long ago an instant was, in the largest unit that fits: ``3 hours ago``."""
    return format_timedelta(instant - now, add_direction=True, threshold=1, locale=_locale())


def month_name(month: Month) -> str:
    """Return a month with its year."""
    return format_date(month.first, {"ja": "y年M月"}.get(_locale(), "MMMM y"), locale=_locale())


def short_month_name(month: Month) -> str:
    """Return a month with its year, as short as the language allows."""
    return format_date(month.first, {"ja": "y年M月"}.get(_locale(), "MMM y"), locale=_locale())


def _locale() -> str:
    return translation.get_language() or "en"
