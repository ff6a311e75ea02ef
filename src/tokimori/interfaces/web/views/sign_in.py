"""Come in, by password or by one-time link; go out; choose a language."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tokimori.domains.organisations.queries import company_names
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.errors import (
    LinkNotUsable,
    PasskeyNotTaken,
    PasswordTooWeak,
    PasswordUsedBefore,
    SignInFailed,
    SignInLimited,
)
from tokimori.foundation.identity.limits import count_start
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.services.accounts import LINK_PREFIX, account_of_link, choose_password
from tokimori.foundation.identity.services.factors import has_factors
from tokimori.foundation.identity.services.failures import FailedBy, note_failed_sign_in
from tokimori.foundation.identity.services.passkeys import LARGEST_CREDENTIAL, read_claim, sign_in_options
from tokimori.foundation.identity.services.passwords import LONGEST_PASSWORD
from tokimori.foundation.identity.services.rules import current_rules
from tokimori.foundation.identity.services.sign_in import (
    SignInAttempt,
    enter,
    sign_in_by_passkey,
)
from tokimori.foundation.identity.services.sign_in import (
    sign_in as open_session,
)
from tokimori.foundation.identity.services.sign_in import (
    sign_out as close_session,
)
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.entrance import (
    SHARED_SCREEN_COOKIE,
    company_cookie_name,
    device_cookie_name,
    end_session_before,
    entered,
    origin_of,
    place_of,
    safe_target,
    set_secret_cookie,
)
from tokimori.interfaces.web.known_devices import known_device
from tokimori.interfaces.web.middleware.language import LANGUAGE_COOKIE
from tokimori.interfaces.web.middleware.tenancy import cookie_name
from tokimori.interfaces.web.permissions import public, requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.views.company_sign_in import door_choices

_LONGEST_FIELD = 254
_YEAR_IN_SECONDS = 365 * 24 * 60 * 60


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the door, or open it: by e-mail address alone, or by company code and login id."""
    remembered = request.COOKIES.get(company_cookie_name(), "")
    code = request.POST.get("company_code", request.GET.get("company", remembered))[:_LONGEST_FIELD]
    values = {
        "company_code": code,
        "login": request.POST.get("login", "")[:_LONGEST_FIELD],
    }
    wanted = request.POST.get("next", request.GET.get("next", ""))
    is_shared = request.POST.get("shared_screen") == "yes"
    context: dict[str, Any] = {
        **_door(),
        "is_shared_screen": is_shared or request.COOKIES.get(SHARED_SCREEN_COOKIE, "") == "yes",
        "values": values,
        "next": wanted,
        "choices": door_choices(company_code=code, wanted=wanted),
    }
    if request.method == "GET":
        return render(request, "tokimori/sign_in.html", context)
    attempt = SignInAttempt(
        company_code=values["company_code"],
        name=values["login"],
        password=request.POST.get("password", "")[: LONGEST_PASSWORD + 1],
        origin=replace(origin_of(request), is_shared_screen=is_shared),
        trusted=request.COOKIES.get(device_cookie_name(), ""),
        device=known_device(request),
    )
    try:
        secret = open_session(attempt=attempt, now=clock.now())
    except (SignInFailed, SignInLimited) as refusal:
        return _refused(request, context, refusal)
    end_session_before(request)
    response = entered(secret, to=safe_target(request, context["next"]))
    _remember_screen(response, is_shared=is_shared)
    return response


def _remember_screen(response: HttpResponse, *, is_shared: bool) -> None:
    """Let the browser remember whether several people use its screen, for every way in."""
    if not is_shared:
        response.delete_cookie(SHARED_SCREEN_COOKIE, path="/")
        return
    set_secret_cookie(response, SHARED_SCREEN_COOKIE, "yes", seconds=_YEAR_IN_SECONDS)


@public
@never_cache
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """Answer with what the browser needs to prove a passkey, whosever it is."""
    try:
        count_start(address=origin_of(request).address, now=clock.now())
    except SignInLimited as refusal:
        return HttpResponse(status=refusal.status, headers={"Retry-After": str(refusal.facts["seconds"])})
    options = sign_in_options(place=place_of(request), now=clock.now())
    return HttpResponse(options, content_type="application/json")


@public
@never_cache
@require_POST
def by_passkey(request: HttpRequest) -> HttpResponse:
    """Open the door to who holds a passkey."""
    wanted = request.POST.get("next", "")
    try:
        claim = read_claim(request.POST.get("credential", "")[: LARGEST_CREDENTIAL + 1])
        secret = sign_in_by_passkey(claim=claim, place=place_of(request), origin=origin_of(request), now=clock.now())
    except (SignInFailed, SignInLimited, PasskeyNotTaken) as refusal:
        context = {"values": {}, "next": wanted, **_door()}
        return _refused(request, context, PasskeyNotTaken() if isinstance(refusal, SignInFailed) else refusal)
    end_session_before(request)
    return entered(secret, to=safe_target(request, wanted))


def _door() -> dict[str, Any]:
    return {
        "page_title": _("Sign in"),
        "sign_in_url": reverse("sign_in"),
        "passkey_options_url": reverse("passkey_options"),
        "passkey_url": reverse("sign_in_by_passkey"),
        "company_url": reverse("company_sign_in"),
    }


def _refused(request: HttpRequest, context: dict[str, Any], refusal: Refusal) -> HttpResponse:
    shown = {**context, "refusal": _(refusal.sentence())}
    answer = render(request, "tokimori/sign_in.html", shown, status=refusal.status)
    if isinstance(refusal, SignInLimited):
        answer["Retry-After"] = str(refusal.facts["seconds"])
    return answer


@public
@never_cache
@sensitive_post_parameters("passphrase", "passphrase_again")
@require_http_methods(["GET", "POST"])
def first_sign_in(request: HttpRequest, secret: str) -> HttpResponse:
    """Let a person choose a passphrase by a link that works once, and come in with it."""
    carried = read_carried_secret(secret, prefix=LINK_PREFIX)
    if carried is None:
        raise LinkNotUsable
    now = clock.now()
    try:
        response = _enter_first(request, secret, carried, now=now)
    except LinkNotUsable:
        note_failed_sign_in(tenant_id=carried.tenant_id, account_id=None, by=FailedBy.LINK, now=now)
        raise
    if cookie_name() in response.cookies:
        end_session_before(request)
    return response


def _enter_first(request: HttpRequest, secret: str, carried: CarriedSecret, *, now: datetime) -> HttpResponse:
    with tenant_transaction(carried.tenant_id):
        account = account_of_link(secret=secret, now=now)
        context = {
            "page_title": _("Choose your passphrase"),
            "first_sign_in_url": reverse("first_sign_in", args=[secret]),
            "person": account.display_name,
            "login": account.email or account.login_id,
            "minimum_length": current_rules(tenant=carried.tenant_id).minimum_length,
        }
        if request.method == "GET":
            return render(request, "tokimori/first_sign_in.html", context)
        passphrase = request.POST.get("passphrase", "")[: LONGEST_PASSWORD + 1]
        if passphrase != request.POST.get("passphrase_again", ""):
            return _again(request, context, "passphrase_again", PasswordsDiffer())
        try:
            account = choose_password(
                secret=secret, password=passphrase, now=now, words=company_names(tenant=carried.tenant_id)
            )
        except (PasswordTooWeak, PasswordUsedBefore) as refusal:
            return _again(request, context, "passphrase", refusal)
        proofs = frozenset({Proof.ONE_TIME_LINK, Proof.PASSWORD})
        is_half = has_factors(account)
        secret = enter(account=account, proofs=proofs, is_half=is_half, origin=origin_of(request), now=now)
        return entered(secret, to=reverse("home"))


class PasswordsDiffer(PasswordTooWeak):
    """The two passphrases are not the same."""

    code = "password.differ"


def _again(request: HttpRequest, context: dict[str, Any], field: str, refusal: Refusal) -> HttpResponse:
    shown = {**context, "errors": {field: _(refusal.sentence())}}
    return render(request, "tokimori/first_sign_in.html", shown, status=refusal.status)


@require_POST
@requires(Permission.SIGN_OUT)
def sign_out(request: TenantRequest) -> HttpResponse:
    """End the session and go to the door."""
    close_session(actor=request.principal, carried=request.session_secret, now=request.now)
    response = HttpResponseRedirect(reverse("sign_in"))
    response.delete_cookie(cookie_name(), path="/")
    return response


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language that was chosen, and go back to where it was chosen."""
    response = HttpResponseRedirect(safe_target(request, request.headers.get("Referer", "")))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            LANGUAGE_COOKIE,
            chosen,
            max_age=_YEAR_IN_SECONDS,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
