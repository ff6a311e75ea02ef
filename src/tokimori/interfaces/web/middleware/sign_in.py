"""Know who is signed in; send everybody else to the door. Silence means no."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control, patch_vary_headers

from tokimori.domains.people.queries import employee, employee_of_account
from tokimori.domains.people.queries.grants import with_grants
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import RIGHTS_HALF_WAY, RIGHTS_OF_EVERYBODY, Permission, rights_of
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.networks import AddressAudience, Way
from tokimori.foundation.identity.principals import principal_of, roles_of
from tokimori.foundation.identity.security_rules import Audience
from tokimori.foundation.identity.services.addresses import AddressRefused, admit, note_refused_address, visit_of
from tokimori.foundation.identity.services.new_devices import tell_of_new_device
from tokimori.foundation.identity.services.sessions import Stage, signed_in_by, stage_as
from tokimori.foundation.request_origin import note_session
from tokimori.foundation.tenancy.context import current_tenant, is_served
from tokimori.interfaces.web.entrance import origin_of, sign_in_address
from tokimori.interfaces.web.known_devices import known_device, remember_device
from tokimori.interfaces.web.middleware.device_gate import refused_device, refused_for_register
from tokimori.interfaces.web.middleware.language import language_of
from tokimori.interfaces.web.middleware.refusals import refusal_page
from tokimori.interfaces.web.middleware.tenancy import is_public, is_visit, keeping_changes, session_cookie
from tokimori.interfaces.web.permissions import permission_of
from tokimori.interfaces.web.requests import TenantRequest

UNATTENDED_HEADER: Final = "Tokimori-Unattended"
"""Sent by our pages with what they ask by themselves, every few seconds; it can only shorten a session."""


class SignInMiddleware:
    """Every view but the public ones gets a ``TenantRequest``: a person, his rights, his employee record, one ``now``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through with its person, or send it to the door."""
        if is_public(request) or is_visit(request):
            return self.get_response(request)
        if not recognise(cast("TenantRequest", request)):
            return to_the_door(request)
        if refused := _kept_out(cast("TenantRequest", request)):
            return refused
        if barred := _kept_from_device(cast("TenantRequest", request)):
            return barred
        if step := _step_before(cast("TenantRequest", request)):
            return step
        with timezone.override(cast("TenantRequest", request).zone):
            response = self.get_response(request)
        _know_again(cast("TenantRequest", request), response)
        return for_one_person(response)


def is_use(request: HttpRequest) -> bool:
    """Whether somebody who is there makes a request: no page by itself, which says so, or asks what only pages ask."""
    if UNATTENDED_HEADER in request.headers:
        return False
    try:
        return not getattr(resolve(request.path_info).func, "is_no_use", False)
    except Resolver404:
        return True


def for_one_person(response: HttpResponse) -> HttpResponse:
    """Let what somebody may see be kept by nobody else, nor shown by the back button after he has gone."""
    patch_cache_control(response, private=True, no_store=True)
    patch_vary_headers(response, ["Cookie", "HX-Request"])
    return response


def recognise(request: TenantRequest) -> bool:
    """Put the signed-in person on the request; say whether there is one."""
    carried = session_cookie(request)
    if carried is None or not is_served(carried.tenant_id):
        return False
    now = clock.now()
    signed_in = signed_in_by(carried=carried, now=now, is_use=is_use(request))
    if signed_in is None:
        return False
    account = signed_in.account
    tenant = current_tenant()
    employee_id = employee_of_account(tenant=tenant, account_id=account.id)
    request.now = now
    request.account = account
    request.session_secret = carried
    request.signed_in = signed_in
    request.visit = None
    note_session(signed_in.session_id)
    request.principal = replace(
        principal_of(account, employee_id=employee_id), rights=_rights_at(signed_in.stage, account)
    )
    request.tenant = tenant
    request.employee = employee(tenant=tenant, employee_id=employee_id, on=now.date()) if employee_id else None
    employment = request.employee.employment if request.employee else None
    request.zone = ZoneInfo(employment.site.zone if employment else "UTC")
    request.today = now.astimezone(request.zone).date()
    if signed_in.stage is Stage.IN:
        _with_grants(request)
    return True


def _with_grants(request: TenantRequest) -> None:
    """Add what the person was granted, and ask of him what is asked of those who may do as much by their roles."""
    actor = with_grants(actor=request.principal, on=request.today)
    granted = _audience_granted(actor)
    if granted is not None:
        asked = max(request.signed_in.asked, request.signed_in.rules.strength[granted])
        request.signed_in = replace(request.signed_in, asked=asked)
    stage = Stage.IN if granted is None else stage_as(request.signed_in, audience=granted)
    if stage is Stage.IN:
        request.principal = actor
        return
    request.signed_in = replace(request.signed_in, stage=stage)
    request.principal = replace(request.principal, rights=_rights_at(stage, request.account))


def _audience_granted(actor: Principal) -> Audience | None:
    """Return as whom grants let somebody act: over everybody as an administrator does, over some as a manager."""
    if not actor.scopes:
        return None
    is_everywhere = any(scope.is_whole_company for scope in actor.scopes)
    return Audience.ADMINISTRATOR if is_everywhere else Audience.MANAGER


def _rights_at(stage: Stage, account: Account) -> frozenset[Permission]:
    """Return what somebody may do who has come so far."""
    match stage:
        case Stage.SECOND_FACTOR:
            return RIGHTS_HALF_WAY
        case Stage.ENROLMENT | Stage.NEW_PASSWORD:
            return RIGHTS_OF_EVERYBODY
        case Stage.IN:
            return rights_of(roles_of(account))


def _know_again(request: TenantRequest, response: HttpResponse) -> None:
    """Let the browser be known from now on as one of who is in, and tell him of it the first time.

    A screen that several people use remembers nobody.
    """
    if request.signed_in.stage is not Stage.IN or request.signed_in.is_shared_screen:
        return
    device = known_device(request)
    account, changed_at = request.account, request.account.password_set_at
    if device is not None and device.knows(account.id, changed_at=changed_at):
        return
    # Who changed the password here is still in by what was proved before; anybody else came in anew.
    is_changer = (
        device is not None
        and account.id in device.accounts
        and changed_at is not None
        and request.signed_in.proved_at <= changed_at
    )
    if not is_changer:
        tell_of_new_device(account, session_id=request.signed_in.session_id, origin=origin_of(request), now=request.now)
    remember_device(response, device, account_id=account.id, now=request.now)


_WAY_OF_PERMISSION: Final = {
    Permission.PUNCH_RECORD_OWN: Way.RECORDER,
    Permission.ENTER: Way.PASSAGE,
    Permission.SIGN_IN_CONTINUE: Way.PASSAGE,
}


def _kept_out(request: TenantRequest) -> HttpResponse | None:
    """Return the refusal of who comes from where his company lets nobody in. Signing out is possible from everywhere."""
    permission = _permission(request)
    if permission is Permission.SIGN_OUT:
        return None
    way = Way.PAGES if permission is None else _WAY_OF_PERMISSION.get(permission, Way.PAGES)
    visit = visit_of(request.account, way=way, address=origin_of(request).address)
    granted = _audience_granted(request.principal)
    if granted is not None and visit.audience is not AddressAudience.ADMINISTRATOR:
        visit = replace(visit, audience=AddressAudience(granted.value))
    try:
        admit(visit, known=request.signed_in.addresses, now=request.now)
    except AddressRefused as refusal:
        note_refused_address(refusal, now=request.now)
        with translation.override(language_of(request)):
            return keeping_changes(refusal_page(request, refusal))
    return None


def _kept_from_device(request: TenantRequest) -> HttpResponse | None:
    """Return the refusal of one of the provider's people: without an agreement, or from a device that is not in order.

    The second leaves the pages about himself open, the first nothing but the way out.
    """
    if request.signed_in.stage is not Stage.IN or _permission(request) is Permission.SIGN_OUT:
        return None
    kept_out = refused_for_register(request.signed_in, now=request.now)
    if kept_out is not None:
        with translation.override(language_of(request)):
            return keeping_changes(refusal_page(request, kept_out))
    if _permission(request) in RIGHTS_OF_EVERYBODY:
        return None
    refusal = refused_device(request, request.signed_in, now=request.now)
    if refusal is None:
        return None
    with translation.override(language_of(request)):
        return refusal_page(request, refusal)


def _permission(request: HttpRequest) -> Permission | None:
    try:
        return permission_of(resolve(request.path_info).func)
    except Resolver404:
        return None


_PLACE_OF_STAGE: Final = {
    Stage.SECOND_FACTOR: "second_factor",
    Stage.ENROLMENT: "my_security",
    Stage.NEW_PASSWORD: "change_password",
}


def _step_before(request: TenantRequest) -> HttpResponse | None:
    """Return the way to what still has to come, for who is not in and wants to go elsewhere."""
    stage = request.signed_in.stage
    if stage is Stage.IN or _permission(request) in request.principal.rights:
        return None
    return _send(request, reverse(_PLACE_OF_STAGE[stage]))


def to_the_door(request: HttpRequest) -> HttpResponse:
    """Send the browser to sign-in, and back to where it wanted to go; a fragment asks the whole page to go there."""
    return _send(request, reverse("sign_in"))


def _send(request: HttpRequest, step: str) -> HttpResponse:
    address = sign_in_address(request, at=step)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
