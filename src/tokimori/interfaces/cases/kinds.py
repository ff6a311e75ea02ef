"""All kinds of cases, by name."""

from collections.abc import Mapping
from typing import Any, Final

from tokimori.interfaces.cases import japan_breaks, japan_flex, japan_holidays, japan_hours
from tokimori.interfaces.cases.kind import Kind

KINDS: Final[Mapping[str, Kind[Any]]] = {
    **japan_breaks.KINDS,
    **japan_flex.KINDS,
    **japan_holidays.KINDS,
    **japan_hours.KINDS,
}
