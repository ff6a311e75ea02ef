"""Countries in the reader's language, as the Unicode locale data name them."""

from collections.abc import Collection
from typing import Any

from babel import Locale
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from tokimori.foundation.countries.table import CountryTable
from tokimori.foundation.identity.networks import Country, place_of
from tokimori.interfaces.web.dates import long_date


def country_name(code: str) -> str:
    """Return a country's name; its two letters where no name is known."""
    locale = Locale.parse(to_locale(get_language() or "en"))
    return str(locale.territories.get(code, code))


def country_choices(codes: Collection[str]) -> list[dict[str, str]]:
    """Return the countries to choose from, by name."""
    named = [{"value": code, "label": country_name(code)} for code in codes]
    return sorted(named, key=lambda one: (one["label"].casefold(), one["value"]))


def place_words(text: str) -> str:
    """Return what people read of a stored network: itself, or what it means for a country."""
    place = place_of(text)
    if not isinstance(place, Country):
        return text
    if place.is_barred:
        return _("Not from %(country)s") % {"country": country_name(place.code)}
    return _("From %(country)s") % {"country": country_name(place.code)}


def table_words(table: CountryTable) -> dict[str, Any]:
    """Return what a page says about the table of countries."""
    return {"as_of": long_date(table.as_of), "is_sample": table.is_sample, "choices": country_choices(table.countries)}
