"""Two doors: the companies' hosts, and the provider's own, to which nobody comes from outside of its networks."""

from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from tokimori.foundation import clock
from tokimori.foundation.access.permissions import RIGHTS_OF_THE_CONSOLE
from tokimori.foundation.access.principal import nobody
from tokimori.foundation.errors import NotFound
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.refusals import record_refusal
from tokimori.foundation.tenancy.context import PROVIDER, Door, at_door
from tokimori.interfaces.web.entrance import origin_of
from tokimori.interfaces.web.middleware.refusals import refusal_page
from tokimori.interfaces.web.permissions import permission_of


class DoorMiddleware:
    """Say at which door a request stands: at the companies' without a console, at the provider's without strangers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through to what its door serves."""
        if not is_provider_host(request):
            with at_door(Door.COMPANIES):
                return refusal_page(request, NotFound()) if _is_console(request) else self.get_response(request)
        if not _may_come(request):
            # In the provider's own record, which stands open to no door.
            record_refusal(EventName.ADDRESS_REFUSED, actor=nobody(PROVIDER), subject_id=None, at=clock.now())
            return HttpResponse(status=HTTPStatus.NOT_FOUND)
        with at_door(Door.PROVIDER):
            return self.get_response(request)


def is_provider_host(request: HttpRequest) -> bool:
    """Whether the request came to the provider's own host; there is none unless it is set."""
    host = request.get_host().rsplit(":", 1)[0].lower()
    return bool(settings.OPERATOR_HOST) and host == settings.OPERATOR_HOST


def _may_come(request: HttpRequest) -> bool:
    try:
        address = ip_address(origin_of(request).address)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.OPERATOR_NETWORKS)


def _is_console(request: HttpRequest) -> bool:
    try:
        return permission_of(resolve(request.path_info).func) in RIGHTS_OF_THE_CONSOLE
    except Resolver404:
        return False
