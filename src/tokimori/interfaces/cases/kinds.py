"""All kinds of cases, by name."""

from collections.abc import Mapping
from typing import Any, Final

from tokimori.interfaces.cases import japan_breaks, thailand_hours, thailand_rest
from tokimori.interfaces.cases.kind import Kind

KINDS: Final[Mapping[str, Kind[Any]]] = {
    **japan_breaks.KINDS,
    **thailand_hours.KINDS,
    **thailand_rest.KINDS,
}
