"""By what a browser is known again in which somebody has been in: it opens nothing, but strangers' guesses do not close it.

The cookie names up to eight accounts and is signed; see the OWASP note on device cookies. Without it, and with one that was
changed, a browser is simply unknown.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.services.new_devices import KnownDevice
from tokimori.interfaces.web.entrance import set_secret_cookie

_SALT: Final = "tokimori known device"
_DAYS: Final = 365
_SECONDS: Final = _DAYS * 24 * 60 * 60
_MOST_ACCOUNTS: Final = 8
_LONGEST: Final = 1200


def known_device(request: HttpRequest) -> KnownDevice | None:
    """Return what the browser is known by; nothing for one that carries nothing, or something that is not ours."""
    carried = request.COOKIES.get(_name(), "")
    if not carried or len(carried) > _LONGEST:
        return None
    try:
        found = signing.loads(carried, salt=_SALT, max_age=_SECONDS)
        accounts = {UUID(one): int(since) for one, since in found["accounts"].items()}
        return KnownDevice(id=UUID(found["id"]), accounts=accounts)
    except (signing.BadSignature, ValueError, KeyError, TypeError, AttributeError):
        return None


def remember_device(response: HttpResponse, known: KnownDevice | None, *, account_id: UUID, now: datetime) -> None:
    """Let the browser be known from now on as one in which this account's person has been in."""
    device = known or KnownDevice(id=new_id(), accounts={})
    others = [(one, since) for one, since in device.accounts.items() if one != account_id]
    accounts = [(account_id, int(now.timestamp() * 1000)), *others][:_MOST_ACCOUNTS]
    value = {"id": device.id.hex, "accounts": {one.hex: since for one, since in accounts}}
    set_secret_cookie(response, _name(), signing.dumps(value, salt=_SALT), seconds=_SECONDS)


def _name() -> str:
    return "__Host-tokimori-known" if settings.SESSION_COOKIE_SECURE else "tokimori-known"
