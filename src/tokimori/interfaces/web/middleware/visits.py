"""One of the provider's people in a company: admitted request by request, seen by the company, out when the grant ends."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import ProgrammingError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

from tokimori.domains.organisations.queries import sites
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import RIGHTS_OF_EVERYBODY, RIGHTS_OF_THE_CONSOLE, Permission, Role
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.networks import Way
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.services.addresses import AddressRefused, admit, note_refused_address, visit_of
from tokimori.foundation.identity.services.sessions import SignedIn, Stage, signed_in_by
from tokimori.foundation.operators.errors import GrantOver, GrantReadsOnly
from tokimori.foundation.operators.services.visits import Visit, VisitKey, admit_operator
from tokimori.foundation.request_origin import note_session
from tokimori.foundation.tenancy.context import PROVIDER, at_door, granted_transaction, tenant_transaction
from tokimori.interfaces.web.entrance import origin_of
from tokimori.interfaces.web.middleware.device_gate import refused_device, refused_for_register
from tokimori.interfaces.web.middleware.doors import is_provider_host
from tokimori.interfaces.web.middleware.refusals import refusal_page
from tokimori.interfaces.web.middleware.sign_in import for_one_person, is_use
from tokimori.interfaces.web.middleware.tenancy import is_for_machines, note_refusal, session_cookie
from tokimori.interfaces.web.permissions import permission_of
from tokimori.interfaces.web.requests import TenantRequest

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OF_THE_CONSOLE: Final = RIGHTS_OF_EVERYBODY | RIGHTS_OF_THE_CONSOLE | {Permission.PUBLIC}
_FIRST_ERROR_STATUS: Final = 400


class VisitMiddleware:
    """Before the tenant is opened: at the provider's host, a company is opened under the grant, or not at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Admit, write down, and answer in a transaction that the database watches; else lead back to the console."""
        key = visit_key(request) if is_provider_host(request) and not _is_of_the_console(request) else None
        if key is None:
            return self.get_response(request)
        now = clock.now()
        signed_in = _operator(request)
        if signed_in is None:
            return _out()
        try:
            visit = admit_operator(
                key=key,
                operator_id=signed_in.account.id,
                route=_route(request),
                path=request.path_info,
                method=request.method or "",
                is_use=is_use(request),
                now=now,
            )
        except GrantOver:
            return _out()
        note_session(key.session_id)
        with at_door(None):
            response = self._answer(cast("TenantRequest", request), visit, signed_in)
            note_refusal(request, response, key.company)
        return for_one_person(response)

    def _answer(self, request: TenantRequest, visit: Visit, signed_in: SignedIn) -> HttpResponse:
        request.now = clock.now()
        request.principal = visit.principal
        request.account = _stand_in(visit, signed_in)
        request.signed_in = signed_in
        request.visit = visit
        request.tenant = visit.key.company
        request.employee = None
        if request.method not in _READING and not visit.may_write:
            return refusal_page(request, GrantReadsOnly())
        try:
            with granted_transaction(visit.key.company, grant_id=visit.grant_id, may_write=visit.may_write):
                request.zone = _zone(visit.key.company)
                request.today = request.now.astimezone(request.zone).date()
                with timezone.override(request.zone):
                    response = self.get_response(request)
                if response.status_code >= _FIRST_ERROR_STATUS:
                    transaction.set_rollback(True)
        except ProgrammingError as error:
            if not isinstance(error.__cause__, InsufficientPrivilege):
                raise
            return _out()  # the grant ended between the admission and the first statement
        return response


def _out() -> HttpResponse:
    return without_visit(HttpResponseRedirect(reverse("operator_console")))


def visit_key(request: HttpRequest) -> VisitKey | None:
    """Return which company's session the browser carries; it proves nothing, the provider's own session does."""
    company, _, session = request.COOKIES.get(visit_cookie_name(), "").partition(".")
    try:
        return VisitKey(company=TenantId(UUID(company)), session_id=UUID(session))
    except ValueError:
        return None


def with_visit(response: HttpResponse, key: VisitKey) -> HttpResponse:
    """Let the browser carry in which company it is, until it is closed."""
    response.set_cookie(
        visit_cookie_name(),
        f"{key.company.hex}.{key.session_id.hex}",
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def without_visit(response: HttpResponse) -> HttpResponse:
    """Take the way into the company from the browser."""
    response.delete_cookie(visit_cookie_name(), path="/", samesite="Strict")
    return response


def visit_cookie_name() -> str:
    """Return the cookie's name; over TLS its prefix makes browsers refuse it from anywhere but this very host."""
    return "__Host-tokimori-visit" if settings.SESSION_COOKIE_SECURE else "tokimori-visit"


def _operator(request: HttpRequest) -> SignedIn | None:
    """Return which of the provider's people is signed in here, with his passkey."""
    carried = session_cookie(request)
    if carried is None or carried.tenant_id != PROVIDER:
        return None
    now = clock.now()
    with tenant_transaction(PROVIDER):
        signed_in = signed_in_by(carried=carried, now=now, is_use=is_use(request))
        if signed_in is not None and not _may_come_from_here(request, signed_in, now=now):
            return None
        if signed_in is not None and refused_device(request, signed_in, now=now) is not None:
            return None
        if signed_in is not None and refused_for_register(signed_in, now=now) is not None:
            return None
    if signed_in is None or signed_in.stage is not Stage.IN or Role.OPERATOR not in roles_of(signed_in.account):
        return None
    request.session_secret = carried  # type: ignore[attr-defined]  # a TenantRequest from here on
    return signed_in


def _may_come_from_here(request: HttpRequest, signed_in: SignedIn, *, now: datetime) -> bool:
    """Whether the provider's own rules on addresses let its people come from here, besides those of the door."""
    attempt = visit_of(signed_in.account, way=Way.PAGES, address=origin_of(request).address)
    try:
        admit(attempt, known=signed_in.addresses, now=now)
    except AddressRefused as refusal:
        note_refused_address(refusal, now=now)
        return False
    return True


def _stand_in(visit: Visit, signed_in: SignedIn) -> Account:
    """Return an account that exists nowhere: screens ask it for a name and a language."""
    return Account(
        id=signed_in.account.id,
        tenant_id=visit.key.company,
        login_id="",
        display_name=visit.operator_name,
        roles=[],
        language=signed_in.account.language,
    )


def _zone(company: TenantId) -> ZoneInfo:
    found = sites(tenant=company)
    return ZoneInfo(found[0].zone if found else "UTC")


def _route(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return "-"


def _is_of_the_console(request: HttpRequest) -> bool:
    if is_for_machines(request):
        return True
    try:
        return permission_of(resolve(request.path_info).func) in _OF_THE_CONSOLE
    except Resolver404:
        return False
