"""Long lists in pages."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest

_MOST_DIGITS: Final = 7


def offset_of(request: HttpRequest) -> int:
    """Return from which row on the reader wants to see; from the first, when the address says nothing readable."""
    text = request.GET.get("offset", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


def pager(
    *, address: str, filters: Mapping[str, str], offset: int, shown: int, total: int, size: int
) -> dict[str, Any] | None:
    """Return what `_table_pager.html` shows; nothing where everything fits on one page."""
    if total <= shown:
        return None

    def url(to: int) -> str:
        wanted = {name: text for name, text in filters.items() if text}
        return f"{address}?{urlencode({**wanted, 'offset': to})}"

    return {
        "first": offset + 1 if shown else offset,
        "last": offset + shown,
        "count": f"{total:,}",
        "previous_url": url(max(0, offset - size)) if offset else "",
        "next_url": url(offset + size) if offset + shown < total else "",
    }
