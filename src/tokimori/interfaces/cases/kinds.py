"""All kinds of cases, by name."""

from collections.abc import Mapping
from typing import Any, Final

from tokimori.interfaces.cases import (
    elsewhere_punches,
    elsewhere_rates,
    elsewhere_rounding,
    japan_breaks,
    japan_flex,
    japan_holidays,
    japan_hours,
    japan_leave,
    japan_limits,
    japan_pay,
    punches,
    thailand_hours,
    thailand_rest,
)
from tokimori.interfaces.cases.kind import Kind

KINDS: Final[Mapping[str, Kind[Any]]] = {
    **japan_breaks.KINDS,
    **japan_flex.KINDS,
    **japan_holidays.KINDS,
    **japan_hours.KINDS,
    **japan_leave.KINDS,
    **japan_limits.KINDS,
    **japan_pay.KINDS,
    **punches.KINDS,
    **elsewhere_punches.KINDS,
    **elsewhere_rates.KINDS,
    **elsewhere_rounding.KINDS,
    **thailand_hours.KINDS,
    **thailand_rest.KINDS,
}
