"""Know who is signed in; send everybody else to the door. Silence means no."""

from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers

from tokimori.domains.people.queries import employee, employee_of_account
from tokimori.foundation import clock
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.identity.services.sign_in import account_of_session
from tokimori.foundation.tenancy.context import current_tenant
from tokimori.interfaces.web.middleware.tenancy import is_public, session_cookie
from tokimori.interfaces.web.requests import TenantRequest


class SignInMiddleware:
    """Every view but the public ones gets a ``TenantRequest``: a person, his rights, his employee record, one ``now``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through with its person, or send it to the door."""
        if is_public(request):
            return self.get_response(request)
        if not recognise(cast("TenantRequest", request)):
            return to_the_door(request)
        with timezone.override(cast("TenantRequest", request).zone):
            response = self.get_response(request)
        # What somebody may see is kept by nobody else, nor shown by the back button after he has gone.
        patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response


def recognise(request: TenantRequest) -> bool:
    """Put the signed-in person on the request; say whether there is one."""
    carried = session_cookie(request)
    if carried is None:
        return False
    now = clock.now()
    account = account_of_session(carried=carried, now=now)
    if account is None:
        return False
    tenant = current_tenant()
    employee_id = employee_of_account(tenant=tenant, account_id=account.id)
    request.now = now
    request.account = account
    request.session_secret = carried
    request.principal = principal_of(account, employee_id=employee_id)
    request.tenant = tenant
    request.employee = employee(tenant=tenant, employee_id=employee_id, on=now.date()) if employee_id else None
    employment = request.employee.employment if request.employee else None
    request.zone = ZoneInfo(employment.site.zone if employment else "UTC")
    request.today = now.astimezone(request.zone).date()
    return True


def to_the_door(request: HttpRequest) -> HttpResponse:
    """Send the browser to sign-in, and back to where it wanted to go; a fragment asks the whole page to go there."""
    address = reverse("sign_in")
    if request.method == "GET" and request.path_info != "/":
        address = f"{address}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
