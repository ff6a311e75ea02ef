"""What every way in shares: where the request comes from, where it wants to go, and the cookie that it leaves with."""

from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tokimori.foundation import clock
from tokimori.foundation.client_address import client_address
from tokimori.foundation.identity.services.passkeys import Place
from tokimori.foundation.identity.services.sessions import LONGEST_SESSION, Origin, end_carried_session
from tokimori.foundation.request_origin import LONGEST_DEVICE
from tokimori.foundation.tenancy.context import is_served, tenant_transaction
from tokimori.interfaces.web.middleware.tenancy import cookie_name, session_cookie
from tokimori.interfaces.web.way_back import way_back

_QUESTION_IN_SECONDS = 15 * 60
SHARED_SCREEN_COOKIE: Final = "tokimori-shared-screen"
"""Says that several people use this screen. It can only shorten a session, so whoever sets it gains nothing."""


def origin_of(request: HttpRequest) -> Origin:
    """Return where a request comes from."""
    address = client_address(
        peer=request.META.get("REMOTE_ADDR", ""),
        forwarded_for=request.headers.get("X-Forwarded-For", ""),
        trusted=settings.TRUSTED_PROXIES,
    )
    return Origin(
        address=address,
        device=request.headers.get("User-Agent", "")[:LONGEST_DEVICE],
        is_shared_screen=request.COOKIES.get(SHARED_SCREEN_COOKIE, "") == "yes",
    )


def place_of(request: HttpRequest) -> Place:
    """Return the host that passkeys are bound to; it was checked against those that the installation serves."""
    host = request.get_host()
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    return Place(host=host.rsplit(":", 1)[0], origin=f"{scheme}://{host}")


def entered(secret: str, *, to: str) -> HttpResponse:
    """Send the browser on, with its session."""
    response = HttpResponseRedirect(to)
    set_secret_cookie(response, cookie_name(), secret, seconds=int(LONGEST_SESSION.total_seconds()))
    return response


def end_session_before(request: HttpRequest) -> None:
    """End the session that the browser carries, once somebody signed in there anew. No tenant may be open."""
    carried = session_cookie(request)
    if carried is None or not is_served(carried.tenant_id):
        return
    with tenant_transaction(carried.tenant_id):
        end_carried_session(carried=carried, now=clock.now())


def device_cookie_name() -> str:
    """Return the name of the cookie by which a trusted device is known."""
    return "__Host-tokimori-device" if settings.SESSION_COOKIE_SECURE else "tokimori-device"


def set_secret_cookie(response: HttpResponse, name: str, secret: str, *, seconds: int) -> None:
    """Leave a secret with the browser: out of reach of scripts, for this very host, over TLS alone."""
    response.set_cookie(
        name, secret, max_age=seconds, path="/", secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def safe_target(request: HttpRequest, wanted: str) -> str:
    """Return where to go next, within this host; the home page for anything else."""
    if wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return reverse("home")


def sign_in_address(request: HttpRequest, *, at: str = "") -> str:
    """Return the address of the door, or of another step before one is in, that leads back to where somebody was."""
    address, back = at or reverse("sign_in"), way_back(request)
    return f"{address}?{urlencode({'next': back})}" if back else address


def base_of(request: HttpRequest) -> str:
    """Return our own address as this request reached it; its host was checked against those that are served."""
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    return f"{scheme}://{request.get_host()}"


def browser_cookie_name() -> str:
    """Return the name of the cookie that ties an identity provider's answer to the browser that asked."""
    return "__Host-tokimori-browser" if settings.SESSION_COOKIE_SECURE else "tokimori-browser"


def company_cookie_name() -> str:
    """Return the name of the cookie that remembers at whose door this browser stood last; it opens nothing."""
    return "__Host-tokimori-company" if settings.SESSION_COOKIE_SECURE else "tokimori-company"


def leave_browser_secret(response: HttpResponse, secret: str) -> None:
    """Leave the secret with the browser for as long as its question may be answered."""
    set_secret_cookie(response, browser_cookie_name(), secret, seconds=_QUESTION_IN_SECONDS)
