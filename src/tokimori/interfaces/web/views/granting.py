"""Make somebody an administrator of some of the people, and take it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tokimori.domains.organisations.queries import sites
from tokimori.domains.people.services.granting import (
    LONGEST_REASON,
    GrantDaysNotValid,
    GrantMeansNothing,
    NewGrant,
    grant_administration,
    revoke_administration,
)
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import Conflict, InvalidInput, NotFound, Refusal
from tokimori.foundation.identity.queries import AccountLine, account_line
from tokimori.interfaces.web.access_words import FUNCTIONS, LEVEL_SENTENCES, LEVELS
from tokimori.interfaces.web.dates import read_date
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.places import places_of
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.views.transfers import read_id


@require_http_methods(["GET", "POST"])
@requires(Permission.ACCESS_GRANT)
@proved_lately
def grant(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """Ask what is to be granted, over whom and until when; grant it."""
    line = account_line(tenant=request.tenant, account_id=account_id)
    if request.method == "GET":
        return _page(request, line)
    try:
        grant_administration(
            actor=request.principal, grant=_read(request, account_id), today=request.today, now=request.now
        )
    except (Conflict, InvalidInput) as refusal:
        return _page(request, line, refusal=refusal)
    messages.success(request, _("Granted to %(name)s.") % {"name": line.name})
    return HttpResponseRedirect(reverse("access_of", args=[account_id]))


@require_POST
@requires(Permission.ACCESS_GRANT)
@proved_lately
def revoke(request: TenantRequest, grant_id: UUID) -> HttpResponse:
    """Take a grant back."""
    reason = request.POST.get("reason", "")[: LONGEST_REASON + 1]
    account_id = revoke_administration(actor=request.principal, grant_id=grant_id, reason=reason, now=request.now)
    messages.success(request, _("Taken back. It counts from the next request on."))
    return HttpResponseRedirect(reverse("access_of", args=[account_id]))


def _read(request: TenantRequest, account_id: UUID) -> NewGrant:
    """Return what was typed; employee types that were chosen always narrow."""
    try:
        functions = frozenset(Function(one) for one in request.POST.getlist("function")[:20])
        level = Level(request.POST.get("level", ""))
    except ValueError as error:
        raise GrantMeansNothing from error
    try:
        valid_from = read_date(request.POST.get("valid_from", "")[:10])
        until = request.POST.get("valid_until", "")[:10]
        valid_until = read_date(until) if until else None
    except NotFound as error:
        raise GrantDaysNotValid from error
    types = frozenset(filter(None, (read_id(one) for one in request.POST.getlist("employee_type")[:200])))
    return NewGrant(
        account_id=account_id,
        division_id=read_id(request.POST.get("division", "")),
        site_id=read_id(request.POST.get("site", "")),
        employee_type_ids=types or None,
        functions=functions,
        level=level,
        valid_from=valid_from,
        valid_until=valid_until,
        reason=request.POST.get("reason", "")[: LONGEST_REASON + 1],
    )


def _page(request: TenantRequest, line: AccountLine, refusal: Refusal | None = None) -> HttpResponse:
    places = places_of(request)
    given = request.POST
    context: dict[str, Any] = {
        "page_title": _("Grant access"),
        "state_sentence": f"{line.name} · {line.login_id}",
        "grant_url": reverse("grant_access", args=[line.id]),
        "back_url": reverse("access_of", args=[line.id]),
        "error": _(refusal.sentence()) if refusal else "",
        "functions": [
            {"value": one.value, "label": label, "is_chosen": one.value in given.getlist("function")}
            for one, label in FUNCTIONS.items()
        ],
        "levels": [
            {
                "value": one.value,
                "label": label,
                "sentence": LEVEL_SENTENCES[one],
                "is_chosen": one.value == given.get("level", Level.READ.value),
            }
            for one, label in LEVELS.items()
        ],
        "division_choices": places.division_choices(by_id=True, only_open=True),
        "site_choices": [{"value": str(site.id), "label": site.name} for site in sites(tenant=request.tenant)],
        "types": [
            {**choice, "is_chosen": choice["value"] in given.getlist("employee_type")}
            for choice in places.type_choices(by_id=True, only_open=True)
        ],
        "given": {name: given.get(name, "") for name in ("division", "site", "valid_until", "reason")},
        "valid_from": given.get("valid_from", request.today.isoformat()),
        "longest_reason": LONGEST_REASON,
    }
    return render(request, "tokimori/grant_access.html", context, status=refusal.status if refusal else 200)
