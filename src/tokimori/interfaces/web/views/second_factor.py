"""What comes after the password: the second factor at sign-in, and the question who it is before a dangerous act."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identity.errors import CodeNotRight, PasskeyNotTaken, SignInFailed, SignInLimited
from tokimori.foundation.identity.services.factors import Factors, factors_of
from tokimori.foundation.identity.services.passkeys import LARGEST_CREDENTIAL, read_claim, sign_in_options
from tokimori.foundation.identity.services.passwords import LONGEST_PASSWORD
from tokimori.foundation.identity.services.sessions import Stage, must_be_passkey
from tokimori.foundation.identity.services.sign_in import (
    confirm_by_password,
    may_trust,
    second_by_code,
    second_by_passkey,
    trust_device,
)
from tokimori.foundation.single_sign_on.queries import providers_of
from tokimori.interfaces.web.entrance import (
    device_cookie_name,
    entered,
    origin_of,
    place_of,
    safe_target,
    set_secret_cookie,
)
from tokimori.interfaces.web.middleware.tenancy import keeping_changes
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest

_LONGEST_CODE = 40
_DAY_IN_SECONDS = 86_400


@sensitive_post_parameters("code", "password")
@require_http_methods(["GET", "POST"])
@requires(Permission.SIGN_IN_CONTINUE)
def second_factor(request: TenantRequest) -> HttpResponse:
    """Ask for the second factor of somebody whose password was right."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if request.signed_in.stage is not Stage.SECOND_FACTOR:
        return HttpResponseRedirect(safe_target(request, wanted))
    return _asked(request, title=_("One more step"), url=reverse("second_factor"), wanted=wanted)


@sensitive_post_parameters("code", "password")
@require_http_methods(["GET", "POST"])
@requires(Permission.SECURITY_OWN)
def confirm(request: TenantRequest) -> HttpResponse:
    """Ask somebody who is signed in once more who he is, and send him back."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    return _asked(request, title=_("Is it still you?"), url=reverse("confirm"), wanted=wanted)


@require_POST
@requires(Permission.SIGN_IN_CONTINUE)
def own_passkey_options(request: TenantRequest) -> HttpResponse:
    """Answer with what the browser needs to prove one of the person's own passkeys."""
    options = sign_in_options(place=place_of(request), now=request.now, account=request.account)
    return HttpResponse(options, content_type="application/json")


def _asked(request: TenantRequest, *, title: str, url: str, wanted: str) -> HttpResponse:
    factors = factors_of(request.account)
    takes_code = not must_be_passkey(request.signed_in)
    context = {
        "page_title": title,
        "ask_url": url,
        "passkey_options_url": reverse("own_passkey_options"),
        "sign_out_url": reverse("sign_out"),
        "next": wanted,
        "has_passkeys": factors.passkeys > 0,
        "has_code": takes_code
        and (factors.authenticator_id is not None or (factors.any and factors.recovery_codes_left > 0)),
        "has_password": not factors.any and request.account.has_usable_password(),
        "choices": _providers(request, wanted),
        "login": request.account.email or request.account.login_id,
        "trust_days": request.signed_in.rules.trusted_device_days if _is_offered(request) else 0,
    }
    if request.method == "GET":
        return render(request, "tokimori/second_factor.html", context)
    try:
        secret = _prove(request, factors)
    except (CodeNotRight, PasskeyNotTaken, SignInFailed, SignInLimited) as refusal:
        return _refused(request, context, refusal)
    response = entered(secret, to=safe_target(request, wanted))
    if request.POST.get("trust") == "yes" and _is_offered(request):
        _leave_trust(request, response)
    return response


def _providers(request: TenantRequest, wanted: str) -> list[dict[str, str]]:
    """Return the providers that know the person, to ask them; at sign-in they were asked already.

    Where a passkey is asked for, what a provider says does not stand for it.
    """
    if request.signed_in.stage is Stage.SECOND_FACTOR or must_be_passkey(request.signed_in):
        return []
    query = {"next": wanted} if wanted else {}
    return [
        {"name": one.name, "url": reverse("confirm_with", args=[one.slug], query=query)}
        for one in providers_of(request.account)
    ]


def _prove(request: TenantRequest, factors: Factors) -> str:
    """Return the session's new secret; raise the refusal of whatever was tried."""
    if credential := request.POST.get("credential", "")[: LARGEST_CREDENTIAL + 1]:
        claim = read_claim(credential)
        return second_by_passkey(signed_in=request.signed_in, claim=claim, place=place_of(request), now=request.now)
    if factors.any:
        typed = request.POST.get("code", "")[:_LONGEST_CODE]
        return second_by_code(signed_in=request.signed_in, typed=typed, now=request.now)
    password = request.POST.get("password", "")[: LONGEST_PASSWORD + 1]
    return confirm_by_password(signed_in=request.signed_in, password=password, now=request.now)


def _is_offered(request: TenantRequest) -> bool:
    signed_in = request.signed_in
    is_asked = signed_in.stage is Stage.SECOND_FACTOR and not signed_in.is_shared_screen
    return is_asked and may_trust(request.account, signed_in.rules)


def _leave_trust(request: TenantRequest, response: HttpResponse) -> None:
    secret = trust_device(signed_in=request.signed_in, device=origin_of(request).device, now=request.now)
    days = request.signed_in.rules.trusted_device_days
    set_secret_cookie(response, device_cookie_name(), secret, seconds=days * _DAY_IN_SECONDS)


def _refused(request: HttpRequest, context: dict[str, Any], refusal: Refusal) -> HttpResponse:
    shown = {**context, "refusal": _(refusal.sentence())}
    answer = keeping_changes(render(request, "tokimori/second_factor.html", shown, status=refusal.status))
    if isinstance(refusal, SignInLimited):
        answer["Retry-After"] = str(refusal.facts["seconds"])
    return answer
