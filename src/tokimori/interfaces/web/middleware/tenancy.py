"""Open the tenant that the session's cookie names, for the whole request: one transaction, committed before the answer."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import nobody
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.services.sessions import SESSION_PREFIX
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.refusals import record_refusal
from tokimori.foundation.tenancy.context import is_served, tenant_transaction
from tokimori.interfaces.web.permissions import permission_of

_FIRST_ERROR_STATUS = 400
_STATUSES_NOTED = frozenset({401, 403, 404})


class TenancyMiddleware:
    """The cookie's second part leads to the tenant and proves nothing; its third is verified behind the tenant's wall.

    Public pages and the doors of machines open no tenant here: the first need none, the second have tokens of their own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside the tenant's transaction; what ends in an error or a refusal is rolled back."""
        carried = session_cookie(request)
        if carried is None or is_public(request) or is_visit(request) or not is_served(carried.tenant_id):
            return self.get_response(request)
        response = self._within(request, carried.tenant_id)
        if isinstance(response, StepOutside):
            vars(request)["from_outside"] = response.step()
            response = self._within(request, carried.tenant_id)
        note_refusal(request, response, carried.tenant_id)
        return response

    def _within(self, request: HttpRequest, tenant_id: TenantId) -> HttpResponse:
        with tenant_transaction(tenant_id):
            response = self.get_response(request)
            if response.status_code >= _FIRST_ERROR_STATUS and not getattr(response, "keeps_changes", False):
                transaction.set_rollback(True)
            elif hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        return response


class StepOutside(HttpResponse):
    """What a view answers that has to wait for somebody else's server: the step is taken while no transaction is open.

    Then the view is asked again, from the cookie on, and finds what the step returned by ``from_outside``. Who was let in
    the first time may be kept out the second. The step returns a refusal as a value; it reads and writes nothing.
    """

    def __init__(self, step: Callable[[], object]) -> None:
        super().__init__(status=HTTPStatus.SERVICE_UNAVAILABLE)
        self.step = step


def from_outside(request: HttpRequest) -> object | None:
    """Return what the step of ``StepOutside`` returned; nothing while it was not taken."""
    found: object | None = vars(request).get("from_outside")
    return found


def is_visit(request: HttpRequest) -> bool:
    """Whether one of the provider's people is in a company: its transaction is open already, under his grant."""
    return getattr(request, "visit", None) is not None


def note_refusal(request: HttpRequest, response: HttpResponse, tenant_id: TenantId) -> None:
    """Write down who was refused what he has no right to, or what is not there for him; not the mistakes in forms."""
    refusal = getattr(response, "refusal", None)
    if not isinstance(refusal, Refusal) or refusal.status not in _STATUSES_NOTED:
        return
    record_refusal(
        EventName.REQUEST_REFUSED,
        actor=getattr(request, "principal", None) or nobody(tenant_id),
        subject_id=None,
        at=clock.now(),
        code=refusal.code,
        method=request.method or "",
        route=request.resolver_match.view_name if request.resolver_match else "-",
    )


def keeping_changes(response: HttpResponse) -> HttpResponse:
    """Let what was written stand although the answer is a refusal: that somebody tried, and how often."""
    vars(response)["keeps_changes"] = True
    return response


def session_cookie(request: HttpRequest) -> CarriedSecret | None:
    """Return the session's secret that the browser carries, if it has the form of one."""
    return read_carried_secret(request.COOKIES.get(cookie_name(), ""), prefix=SESSION_PREFIX)


def cookie_name() -> str:
    """Return the cookie's name; over TLS its prefix makes browsers refuse it from anywhere but this very host."""
    return "__Host-tokimori-session" if settings.SESSION_COOKIE_SECURE else "tokimori-session"


def is_for_machines(request: HttpRequest) -> bool:
    """Whether the address leads to a door that knows no cookies and answers no pages."""
    return request.path_info.startswith(("/api/", "/scim/"))


def is_public(request: HttpRequest) -> bool:
    """Whether the address leads to a view that lets everybody in, or to a door of machines."""
    if is_for_machines(request):
        return True
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    return permission_of(match.func) is Permission.PUBLIC
