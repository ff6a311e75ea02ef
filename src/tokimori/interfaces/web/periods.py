"""The month that a page shows: chosen in its address, and kept for the next page that has one."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from tokimori.domains.timesheets.months import Month
from tokimori.foundation.errors import NotFound
from tokimori.interfaces.web.dates import month_name, read_month, short_month_name
from tokimori.interfaces.web.requests import TenantRequest

_COOKIE: Final = "tokimori-period"
_OFFERED: Final = 12


def month_period(month: Month, *, present: Month, url: Callable[[Month], str]) -> dict[str, Any]:
    """Return what the picker shows: the steps, the last months to jump to, and the way back to the present one."""
    offered = [present.following]
    while len(offered) < _OFFERED:
        offered.append(offered[-1].previous)
    return {
        "label": month_name(month),
        "previous_url": url(month.previous),
        "next_url": url(month.following),
        "choices": [
            {"label": short_month_name(one), "url": url(one), "is_current": one == month} for one in reversed(offered)
        ],
        "present": None if month == present else {"label": _("This month"), "url": url(present)},
    }


def kept_month(request: TenantRequest) -> Month | None:
    """Return the month that was chosen last, on whichever page; nothing when none was since the browser was opened."""
    text = request.COOKIES.get(_COOKIE, "")
    try:
        return read_month(text) if text else None
    except NotFound:
        return None


def keep_month(response: HttpResponse, month: Month) -> HttpResponse:
    """Remember a month that was chosen, until the browser is closed."""
    response.set_cookie(_COOKIE, str(month), httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response
