"""Access tokens for machines: what each may do, from where, when it was used and when it ends; made, renewed, revoked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.scopes import Scope, scopes_within
from tokimori.foundation.errors import InvalidInput
from tokimori.foundation.identity.errors import NetworkNotValid, TokenNotValid
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.identity.services.tokens import (
    LONGEST_NAME,
    LONGEST_OVERLAP,
    NewToken,
    Standing,
    TokenView,
    issue_token,
    revoke_token,
    rotate_token,
    token_of,
    tokens_of,
)
from tokimori.foundation.identity.token_networks import LONGEST_NETWORK, MOST_NETWORKS, read_networks
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.labels import SCOPE_SENTENCES, SCOPES
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.provisioning_section import provisioning_section
from tokimori.interfaces.web.requests import TenantRequest

_LIVES: Final = (30, 90, 180, 365)
_USUAL_LIFE: Final = 90
_OVERLAPS: Final = (0, 1, 7)
_USUAL_OVERLAP: Final = 1
_ENDS_SOON: Final = timedelta(days=14)
_LONGEST_TEXT: Final = (LONGEST_NETWORK + 2) * (MOST_NETWORKS + 1)


@require_GET
@requires(Permission.ACCESS_TOKEN_WRITE)
@proved_lately
def tokens(request: TenantRequest) -> HttpResponse:
    """Show every token of the company: those that hold, then those that have ended."""
    found = tokens_of(actor=request.principal)
    holding = [token for token in found if _holds(token, request.now)]
    names = account_names(tenant=request.tenant, account_ids={token.issuer_id for token in found})
    resting = sum(token.standing.is_suspended for token in holding)
    context = {
        "page_title": _("Access tokens"),
        "state_sentence": ngettext("%(count)d active token", "%(count)d active tokens", len(holding))
        % {"count": len(holding)},
        "new_url": reverse("new_token"),
        "resting": resting,
        "tokens": [_row(token, request, names) for token in holding],
        "ended": [_row(token, request, names) for token in found if not _holds(token, request.now)],
        "provisioning": provisioning_section(request, [token for token in holding if _provisions(token)]),
    }
    return render(request, "tokimori/tokens.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.ACCESS_TOKEN_WRITE)
@proved_lately
def new_token(request: TenantRequest) -> HttpResponse:
    """Ask what a new token is for; make it and show it this once."""
    if request.method == "GET":
        wanted = request.GET.get("scope", "")
        return render(request, "tokimori/token_new.html", _form(request, scopes=[wanted], life=str(_USUAL_LIFE)))
    try:
        token = _read_token(request)
        secret = issue_token(actor=request.principal, token=token, now=request.now)
    except (TokenNotValid, NetworkNotValid) as refusal:
        field = "networks" if isinstance(refusal, NetworkNotValid) else "name"
        again = _form(request, scopes=request.POST.getlist("scope"), life=request.POST.get("life", ""))
        shown = {**again, "errors": {field: _(refusal.sentence())}, "written": str(refusal.facts.get("network", ""))}
        return render(request, "tokimori/token_new.html", shown, status=refusal.status)
    return _shown_once(request, token.name, secret)


@require_http_methods(["GET", "POST"])
@requires(Permission.ACCESS_TOKEN_WRITE)
@proved_lately
def renew_token(request: TenantRequest, token_id: UUID) -> HttpResponse:
    """Ask how long the old token shall still work; make its successor and show it this once."""
    token = token_of(actor=request.principal, token_id=token_id)
    if request.method == "POST":
        overlap = timedelta(days=_read_days(request.POST.get("overlap", ""), most=LONGEST_OVERLAP.days))
        secret = rotate_token(actor=request.principal, token_id=token_id, overlap=overlap, now=request.now)
        return _shown_once(request, token.name, secret)
    context = {
        "page_title": _("Renew %(name)s") % {"name": token.name},
        "state_sentence": _("The new token may do the same, from the same places, for as long again."),
        "renew_url": reverse("renew_token", args=[token_id]),
        "back_url": reverse("tokens"),
        "overlaps": [
            {"value": days, "label": _overlap_in_words(days), "is_chosen": days == _USUAL_OVERLAP} for days in _OVERLAPS
        ],
    }
    return render(request, "tokimori/token_renew.html", context)


@require_POST
@requires(Permission.ACCESS_TOKEN_WRITE)
@proved_lately
def end_token(request: TenantRequest, token_id: UUID) -> HttpResponse:
    """End a token at once."""
    revoke_token(actor=request.principal, token_id=token_id, now=request.now)
    messages.success(request, _("The token is revoked. Whatever carries it stays outside from now on."))
    return HttpResponseRedirect(reverse("tokens"))


def _shown_once(request: TenantRequest, name: str, secret: str) -> HttpResponse:
    context = {"page_title": name, "secret": secret, "done_url": reverse("tokens")}
    return render(request, "tokimori/token_secret.html", context)


def _form(request: TenantRequest, *, scopes: list[str], life: str) -> dict[str, Any]:
    own = scopes_within(request.principal.rights)
    return {
        "page_title": _("New access token"),
        "new_url": reverse("new_token"),
        "back_url": reverse("tokens"),
        "longest_name": LONGEST_NAME,
        "values": {
            "name": request.POST.get("name", "")[:LONGEST_NAME],
            "networks": request.POST.get("networks", "")[:_LONGEST_TEXT],
        },
        "scopes": [
            {
                "value": scope.value,
                "label": SCOPES[scope],
                "sentence": SCOPE_SENTENCES[scope],
                "is_chosen": scope.value in scopes,
            }
            for scope in Scope
            if scope in own
        ],
        "lives": [
            {
                "value": days,
                "label": ngettext("%(count)d day", "%(count)d days", days) % {"count": days},
                "is_chosen": str(days) == life,
            }
            for days in _LIVES
        ],
    }


def _read_token(request: TenantRequest) -> NewToken:
    try:
        scopes = frozenset(Scope(text) for text in request.POST.getlist("scope"))
    except ValueError as error:
        raise InvalidInput from error
    life = timedelta(days=_read_days(request.POST.get("life", ""), most=max(_LIVES)))
    return NewToken(
        name=request.POST.get("name", "")[: LONGEST_NAME + 1],
        scopes=scopes,
        networks=read_networks(request.POST.get("networks", "")[:_LONGEST_TEXT].split()),
        expires_at=request.now + life,
    )


def _read_days(text: str, *, most: int) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not is_number or int(text) > most:
        raise InvalidInput
    return int(text)


def _overlap_in_words(days: int) -> str:
    if days == 0:
        return _("It ends at once")
    return ngettext("It works for %(count)d more day", "It works for %(count)d more days", days) % {"count": days}


def _holds(token: TokenView, now: datetime) -> bool:
    return token.revoked_at is None and token.expires_at > now


def _provisions(token: TokenView) -> bool:
    return Scope.PROVISIONING_WRITE in token.scopes


def _row(token: TokenView, request: TenantRequest, names: Mapping[UUID | None, str]) -> dict[str, Any]:
    is_holding = _holds(token, request.now)
    may_renew = is_holding and token.may_renew and not token.is_renewed
    return {
        "name": token.name,
        "state": _state(token, request),
        "scopes": [SCOPES[scope] for scope in Scope if scope in token.scopes],
        "networks": token.networks,
        "used": _seen(request, token.last_used_at, token.last_used_from),
        "refused": _seen(request, token.last_refused_at, token.last_refused_from),
        "issued": moment(token.issued_at, request.zone),
        "issuer": names.get(token.issuer_id, ""),
        "why_resting": _why_resting(token) if is_holding else "",
        "renew_url": reverse("renew_token", args=[token.id]) if may_renew else "",
        "end_url": reverse("end_token", args=[token.id]) if is_holding else "",
    }


def _seen(request: TenantRequest, at: datetime | None, address: str) -> dict[str, str] | None:
    return {"at": moment(at, request.zone), "from": address} if at else None


def _why_resting(token: TokenView) -> str:
    match token.standing:
        case Standing.ISSUER_CLOSED:
            return _("It rests: the account of the person who made it is closed. Renew it to answer for it yourself.")
        case Standing.ISSUER_LACKS_RIGHT:
            return _(
                "It rests: the person who made it may no longer do what it does. Renew it to answer for it yourself."
            )
        case Standing.ISSUER_UNKNOWN | Standing.HELD:
            return ""


def _state(token: TokenView, request: TenantRequest) -> dict[str, str]:
    """Return what is to be said about a token in one line, and how pressing it is."""
    now = request.now
    if token.revoked_at is not None:
        return {"kind": "quiet", "label": _("Revoked %(moment)s") % {"moment": moment(token.revoked_at, request.zone)}}
    if token.expires_at <= now:
        return {"kind": "quiet", "label": _("Ended %(moment)s") % {"moment": moment(token.expires_at, request.zone)}}
    if token.standing.is_suspended:
        return {"kind": "act", "label": _("Rests")}
    days = -((now - token.expires_at) // timedelta(days=1))
    ends = (
        ngettext("ends in %(count)d day", "ends in %(count)d days", days) % {"count": days}
        if days > 1
        else _("ends within a day")
    )
    if token.is_renewed:
        return {"kind": "wait", "label": _("Renewed, %(ends)s") % {"ends": ends}}
    is_close = token.expires_at - now <= _ENDS_SOON
    return {"kind": "wait" if is_close else "ok", "label": _("Active, %(ends)s") % {"ends": ends}}
