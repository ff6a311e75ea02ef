"""A person's own security: password, authenticator, recovery codes, passkeys."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tokimori.domains.organisations.queries import company_names
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identity.errors import (
    CodeNotRight,
    PasskeyNotTaken,
    PasswordChangedLately,
    PasswordNotRight,
    PasswordTooWeak,
    PasswordUsedBefore,
    SignInLimited,
)
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.identity.security_rules import Strength, strength_asked
from tokimori.foundation.identity.services.factors import (
    Factors,
    authenticator_in_hand,
    begin_authenticator,
    confirm_authenticator,
    factors_of,
    make_recovery_codes,
    remove_authenticator,
)
from tokimori.foundation.identity.services.passkeys import (
    LARGEST_CREDENTIAL,
    LONGEST_NAME,
    add_passkey,
    passkeys_of,
    read_credential,
    registration_options,
    remove_passkey,
)
from tokimori.foundation.identity.services.passwords import LONGEST_PASSWORD, change_password
from tokimori.foundation.identity.services.sessions import Stage, raise_session, sessions_of
from tokimori.foundation.vouching.services.resets import own_resets
from tokimori.interfaces.web.code_picture import code_picture
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.devices import device_in_words
from tokimori.interfaces.web.entrance import entered, place_of
from tokimori.interfaces.web.leading_back import refused
from tokimori.interfaces.web.middleware.tenancy import keeping_changes
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest

_LONGEST_CODE = 12


@require_GET
@requires(Permission.SECURITY_OWN)
def my_security(request: TenantRequest) -> HttpResponse:
    """Show how the person proves who he is, and what is missing."""
    factors = factors_of(request.account)
    set_at = request.account.password_set_at
    context = {
        "page_title": _("My security"),
        "state_sentence": _state(factors),
        "is_asked": request.signed_in.stage is Stage.ENROLMENT,
        "asks_passkey": strength_asked(roles_of(request.account), request.signed_in.rules)
        is Strength.PHISHING_RESISTANT,
        "password": {
            "is_set": request.account.has_usable_password(),
            "set_at": moment(set_at, request.zone) if set_at else "",
            "url": reverse("change_password"),
        },
        "authenticator": {"is_set": factors.authenticator_id is not None, "url": reverse("authenticator")},
        "remove_authenticator_url": reverse("remove_authenticator"),
        "recovery": {"left": factors.recovery_codes_left, "url": reverse("recovery_codes"), "is_useful": factors.any},
        "passkeys": [
            {
                "name": one.name,
                "added": moment(one.added_at, request.zone),
                "last_used": moment(one.last_used_at, request.zone) if one.last_used_at else "",
                "is_synchronised": one.is_synchronised,
                "remove_url": reverse("remove_passkey", args=[one.id]),
            }
            for one in passkeys_of(actor=request.principal)
        ],
        "passkey_options_url": reverse("new_passkey_options"),
        "passkey_url": reverse("add_passkey"),
        "passkey_name": device_in_words(request.headers.get("User-Agent", "")),
        "longest_name": LONGEST_NAME,
        "resets": _resets(request),
        "resets_url": reverse("acknowledge_reset"),
        "others": _others(request) if "changed" in request.GET else 0,
        "end_others_url": reverse("end_other_sessions"),
    }
    return render(request, "tokimori/my_security.html", context)


def _resets(request: TenantRequest) -> list[dict[str, str]]:
    """Return what an administrator did to the person's own factors and the person has not noted yet."""
    found = own_resets(actor=request.principal)
    names = account_names(
        tenant=request.tenant, account_ids={key for one in found for key in (one.asked_by, one.confirmed_by)}
    )
    return [
        {
            "person": names.get(one.asked_by, _("Tokimori")),
            "confirmed": names.get(one.confirmed_by, ""),
            "at": moment(one.asked_at, request.zone),
        }
        for one in found
    ]


@sensitive_post_parameters("current", "passphrase", "passphrase_again")
@require_http_methods(["GET", "POST"])
@requires(Permission.SECURITY_OWN)
def password(request: TenantRequest) -> HttpResponse:
    """Change the person's own password."""
    context: dict[str, Any] = {
        "page_title": _("Change your passphrase"),
        "state_sentence": _("Your company asks for a new one now.")
        if request.signed_in.stage is Stage.NEW_PASSWORD
        else "",
        "change_password_url": reverse("change_password"),
        "back_url": reverse("my_security"),
        "login": request.account.email or request.account.login_id,
        "minimum_length": request.signed_in.rules.minimum_length,
        "classes": request.signed_in.rules.character_classes,
    }
    if request.method == "GET":
        return render(request, "tokimori/change_password.html", context)
    typed = {name: request.POST.get(name, "")[: LONGEST_PASSWORD + 1] for name in ("current", "passphrase")}
    if typed["passphrase"] != request.POST.get("passphrase_again", ""):
        shown = {**context, "errors": {"passphrase_again": _("The two passphrases are not the same.")}}
        return render(request, "tokimori/change_password.html", shown, status=422)
    try:
        change_password(
            actor=request.principal,
            carried=request.session_secret,
            current=typed["current"],
            wanted=typed["passphrase"],
            now=request.now,
            words=company_names(tenant=request.tenant),
        )
    except (PasswordNotRight, SignInLimited) as refusal:
        return _again(request, "tokimori/change_password.html", context, "current", refusal)
    except (PasswordTooWeak, PasswordUsedBefore, PasswordChangedLately) as refusal:
        return _again(request, "tokimori/change_password.html", context, "passphrase", refusal)
    messages.success(request, _("Your passphrase is changed. You are signed out everywhere else."))
    secret = raise_session(signed_in=request.signed_in, proof=Proof.PASSWORD, now=request.now)
    return entered(secret, to=reverse("my_security"))


@require_http_methods(["GET", "POST"])
@requires(Permission.SECURITY_OWN)
@proved_lately
def authenticator(request: TenantRequest) -> HttpResponse:
    """Set up an authenticator: show its secret, and take the first digits that it shows."""
    if request.method == "GET":
        new = begin_authenticator(actor=request.principal, account=request.account, now=request.now)
    else:
        new = authenticator_in_hand(actor=request.principal, account=request.account)
    context = {
        "page_title": _("Set up an authenticator"),
        "authenticator_url": reverse("authenticator"),
        "back_url": reverse("my_security"),
        "picture": code_picture(new.address),
        "secret": " ".join(new.secret[begin : begin + 4] for begin in range(0, len(new.secret), 4)),
    }
    if request.method == "GET":
        return render(request, "tokimori/authenticator.html", context)
    try:
        confirm_authenticator(
            actor=request.principal,
            account=request.account,
            code=request.POST.get("code", "")[:_LONGEST_CODE],
            now=request.now,
        )
    except (CodeNotRight, SignInLimited) as refusal:
        return _again(request, "tokimori/authenticator.html", context, "code", refusal)
    return _with_codes(request, Proof.AUTHENTICATOR)


@require_POST
@requires(Permission.SECURITY_OWN)
@proved_lately
def drop_authenticator(request: TenantRequest) -> HttpResponse:
    """Take the authenticator away."""
    remove_authenticator(actor=request.principal, account=request.account, now=request.now)
    messages.success(request, _("The authenticator is removed."))
    return HttpResponseRedirect(_changed())


@require_POST
@requires(Permission.SECURITY_OWN)
@proved_lately
def recovery_codes(request: TenantRequest) -> HttpResponse:
    """Make new recovery codes and show them this once."""
    return _codes_page(request)


@require_POST
@requires(Permission.SECURITY_OWN)
@proved_lately
def new_passkey_options(request: TenantRequest) -> HttpResponse:
    """Answer with what the browser needs to make a passkey."""
    options = registration_options(account=request.account, place=place_of(request), now=request.now)
    return HttpResponse(options, content_type="application/json")


@require_POST
@requires(Permission.SECURITY_OWN)
@proved_lately
def new_passkey(request: TenantRequest) -> HttpResponse:
    """Keep a passkey that the browser just made."""
    try:
        passkey_id = add_passkey(
            actor=request.principal,
            account=request.account,
            credential=read_credential(request.POST.get("credential", "")[: LARGEST_CREDENTIAL + 1]),
            name=request.POST.get("name", ""),
            place=place_of(request),
            now=request.now,
        )
    except PasskeyNotTaken as refusal:
        return refused(request, refusal, to=reverse("my_security"))
    messages.success(request, _("The passkey is added."))
    return _with_codes(request, Proof.PASSKEY, passkey_id=passkey_id)


@require_POST
@requires(Permission.SECURITY_OWN)
@proved_lately
def drop_passkey(request: TenantRequest, passkey_id: UUID) -> HttpResponse:
    """Forget one of the person's passkeys."""
    remove_passkey(actor=request.principal, passkey_id=passkey_id, now=request.now)
    messages.success(request, _("The passkey is removed. Remove it on your device as well."))
    return HttpResponseRedirect(_changed())


def _changed() -> str:
    """Return where to go after a change of factors: there the other sessions can be ended, which began before it."""
    return reverse("my_security", query={"changed": "yes"})


def _others(request: TenantRequest) -> int:
    """Return in how many other places the person is signed in."""
    found = sessions_of(actor=request.principal, carried=request.session_secret, now=request.now)
    return sum(1 for one in found if not one.is_this)


def _state(factors: Factors) -> str:
    if factors.passkeys:
        return _("A passkey protects your account.")
    if factors.authenticator_id is not None:
        return _("Your passphrase and an authenticator protect your account.")
    return _("Only your passphrase protects your account.")


def _with_codes(request: TenantRequest, proof: Proof, *, passkey_id: UUID | None = None) -> HttpResponse:
    """Go on with a session that has risen; who has no recovery codes yet gets his first."""
    secret = raise_session(signed_in=request.signed_in, proof=proof, now=request.now, passkey_id=passkey_id)
    if factors_of(request.account).recovery_codes_left:
        return entered(secret, to=_changed())
    page = _codes_page(request)
    page.cookies = entered(secret, to="").cookies
    return page


def _codes_page(request: TenantRequest) -> HttpResponse:
    codes = make_recovery_codes(actor=request.principal, account=request.account, now=request.now)
    context = {
        "page_title": _("Your recovery codes"),
        "state_sentence": ngettext("%(count)d code", "%(count)d codes", len(codes)) % {"count": len(codes)},
        "codes": codes,
        "text": "\n".join(codes),
        "done_url": _changed(),
    }
    return render(request, "tokimori/recovery_codes.html", context)


def _again(
    request: TenantRequest, template: str, context: dict[str, Any], field: str, refusal: Refusal
) -> HttpResponse:
    shown = {**context, "errors": {field: _(refusal.sentence())}}
    return keeping_changes(render(request, template, shown, status=refusal.status))
