"""The choices of a rule set as a form: each with its words, read back strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tokimori.engine import (
    DailyRounding,
    FragmentWeek,
    FrameRounding,
    HolidayMinutes,
    HolidaySpan,
    RuleSet,
    RuleSetInvalid,
    Weekday,
    WorkSystem,
)
from tokimori.interfaces.web.rules_in_words import SYSTEMS

_MOST_DIGITS: Final = 4
_JAPAN: Final = frozenset({"JP"})
_THAILAND: Final = frozenset({"TH"})
_EVERYWHERE: Final[frozenset[str]] = frozenset()

_WEEKDAYS: Final[Mapping[Weekday, Promise]] = MappingProxyType(
    {
        Weekday.SUNDAY: _("Sunday"),
        Weekday.MONDAY: _("Monday"),
        Weekday.TUESDAY: _("Tuesday"),
        Weekday.WEDNESDAY: _("Wednesday"),
        Weekday.THURSDAY: _("Thursday"),
        Weekday.FRIDAY: _("Friday"),
        Weekday.SATURDAY: _("Saturday"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A key of a rule set that people may choose; with ``options`` one of them, without a whole number."""

    key: str
    label: Promise
    help: Promise | str = ""
    options: tuple[tuple[str, Promise], ...] = ()
    countries: frozenset[str] = _EVERYWHERE

    def applies_to(self, country: str) -> bool:
        """Whether the choice exists in a country."""
        return not self.countries or country in self.countries


CHOICES: Final = (
    Choice(
        key="system",
        label=_("Hours"),
        options=tuple((system.value, SYSTEMS[system]) for system in WorkSystem),
        countries=_JAPAN,
    ),
    Choice(
        key="period_months",
        label=_("Months in a period"),
        help=_("Variable hours for up to a year, flexible hours for up to three months."),
        countries=_JAPAN,
    ),
    Choice(key="period_start_month", label=_("First month of a period, 1 to 12"), countries=_JAPAN),
    Choice(
        key="frame_rounding",
        label=_("Fraction of a period's frame"),
        options=(
            (FrameRounding.FLOOR_MINUTE.value, _("Whole minutes")),
            (FrameRounding.TENTH_OF_AN_HOUR.value, _("Tenths of an hour")),
            (FrameRounding.EXACT.value, _("Exact")),
        ),
        countries=_JAPAN,
    ),
    Choice(
        key="fragment_week",
        label=_("Week that a period's edge cuts"),
        options=(
            (FragmentWeek.PRORATE.value, _("Forty hours by its days of seven")),
            (FragmentWeek.FULL.value, _("Forty hours")),
            (FragmentWeek.CALENDAR_WEEK.value, _("The whole week, across the edge")),
        ),
        countries=_JAPAN,
    ),
    Choice(
        key="holiday_minutes",
        label=_("Legal-holiday work and the daily limit"),
        options=(
            (HolidayMinutes.FILL_DAILY_LIMIT.value, _("It fills the limit of the same duty")),
            (HolidayMinutes.STAND_ASIDE.value, _("It stands aside")),
        ),
        countries=_JAPAN,
    ),
    Choice(
        key="holiday_span",
        label=_("Duty over midnight and holidays"),
        options=(
            (HolidaySpan.SHIFT_START_DATE.value, _("By the day it begins on")),
            (HolidaySpan.CALENDAR_DAY.value, _("By the calendar day")),
        ),
        countries=_THAILAND,
    ),
    Choice(
        key="week_start",
        label=_("The week begins on"),
        options=tuple((day.name.lower(), words) for day, words in _WEEKDAYS.items()),
    ),
    Choice(
        key="rounding",
        label=_("Rounding of the day"),
        options=(
            (DailyRounding.NONE.value, _("None: every minute counts")),
            (DailyRounding.UP_ONLY.value, _("Outward: nobody loses a minute")),
        ),
    ),
    Choice(key="rounding_minutes", label=_("Unit of the rounding, in minutes")),
    Choice(
        key="counts_before_schedule",
        label=_("Time before the planned start"),
        options=(("true", _("It counts")), ("false", _("It is kept and does not count"))),
    ),
    Choice(key="late_grace_minutes", label=_("Minutes late that are forgiven")),
)


def choice_fields(rules: RuleSet, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the form's fields: what was given, or what holds."""
    plain = rules.to_plain()
    return [
        {
            "name": choice.key,
            "label": choice.label,
            "help": choice.help,
            "value": given.get(choice.key, _written(plain[choice.key])),
            "options": [{"value": value, "label": label} for value, label in choice.options],
        }
        for choice in CHOICES
        if choice.applies_to(rules.country)
    ]


def rules_from(rules: RuleSet, given: Mapping[str, str]) -> RuleSet:
    """Return the rules with what was given; raise ``RuleSetInvalid`` for what cannot be."""
    plain = rules.to_plain()
    for choice in CHOICES:
        if choice.key in given and choice.applies_to(rules.country):
            plain[choice.key] = _read(choice, given[choice.key])
    system = plain["system"]
    if system == WorkSystem.DEEMED.value:
        plain["deemed_minutes"] = plain["deemed_minutes"] or rules.legal_daily_minutes
    else:
        plain["deemed_minutes"] = None
    return RuleSet.from_plain(plain)


def _read(choice: Choice, text: str) -> object:
    if choice.options:
        return {"true": True, "false": False}.get(text, text)
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise RuleSetInvalid(f"{choice.key}: is not a whole number")
    return int(text)


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
