"""The days of a month as weeks, for who thinks of them so; the same figures as in the table."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from babel import Locale
from babel.dates import format_date
from django.utils import translation

_DAYS_OF_A_WEEK: Final = 7
_CALENDARS: Final = {"ja": "ja_JP", "th": "th_TH", "en": "en_GB"}


def calendar_of(days: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the names of the weekdays and the weeks; a place of a week that lies outside the month is empty.

    The week begins where calendars in the reader's language begin it: on Sunday in Japan and Thailand, else on Monday.
    """
    if not days:
        return {"weekdays": [], "weeks": []}
    first = days[0]["date"]
    language = translation.get_language() or "en"
    begins_on = Locale.parse(_CALENDARS[language]).first_week_day
    lead = (first.weekday() - begins_on) % _DAYS_OF_A_WEEK
    places: list[Mapping[str, Any] | None] = [*([None] * lead), *days]
    places.extend([None] * (-len(places) % _DAYS_OF_A_WEEK))
    begin = first - timedelta(days=lead)
    return {
        "weekdays": [
            format_date(begin + timedelta(days=offset), "EEE", locale=language) for offset in range(_DAYS_OF_A_WEEK)
        ],
        "weeks": [places[start : start + _DAYS_OF_A_WEEK] for start in range(0, len(places), _DAYS_OF_A_WEEK)],
    }
