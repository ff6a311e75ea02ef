"""Who from the provider can see the company: nobody, unless its administrator says so here."""

import re
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.ledger.queries import EventView
from tokimori.foundation.operators.errors import GrantNotValid
from tokimori.foundation.operators.queries.grants import GrantView, accesses_under, grants, one_grant
from tokimori.foundation.operators.queries.grants import accesses as all_accesses
from tokimori.foundation.operators.scopes import GrantKind, SupportFunction
from tokimori.foundation.operators.services.directory import operators
from tokimori.foundation.operators.services.grants import (
    LONGEST_PURPOSE,
    MOST_HOURS,
    SupportWish,
    acknowledge_emergency,
    grant_support,
    revoke_grant,
)
from tokimori.foundation.operators.staff_numbers import staff_number
from tokimori.interfaces.web.access_sentences import access_sentence
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.paging import offset_of, pager
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.support_words import FUNCTIONS

_ACCESSES: Final = 100
_USUAL_HOURS: Final = "4"
_OWN_PATH: Final = re.compile(r"(/[A-Za-z0-9_.~-]+)+/?|/")
"""An address of ours. Browsers read other signs, a backslash or a tab, as a way to another machine."""


@require_GET
@requires(Permission.SECURITY_READ)
def support_access(request: TenantRequest) -> HttpResponse:
    """Show who is let in, who was, and what they asked for."""
    return _page(request, values={"hours": _USUAL_HOURS}, errors={})


@require_GET
@requires(Permission.SECURITY_READ)
def accesses(request: TenantRequest) -> HttpResponse:
    """Answer with who is in now and the newest accesses, which the page asks for again and again."""
    return render(request, "tokimori/_support_now.html", _now(request))


@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def grant(request: TenantRequest) -> HttpResponse:
    """Let one of the provider's people in for some hours."""
    values = {
        name: request.POST.get(name, "")[: LONGEST_PURPOSE + 1] for name in ("operator", "purpose", "hours", "mode")
    }
    chosen = [one for one in request.POST.getlist("functions") if one in set(SupportFunction)]
    try:
        grant_support(actor=request.principal, wish=_wish(values, chosen), now=request.now)
    except GrantNotValid as refusal:
        errors = {str(refusal.facts.get("field", "operator")): _(refusal.sentence())}
        return _page(request, values={**values, "functions": chosen}, errors=errors, status=refusal.status)
    messages.success(request, _("The access is open. It ends by itself, and you can end it here at any time."))
    return HttpResponseRedirect(reverse("support_access"))


@require_POST
@requires(Permission.SECURITY_WRITE)
def revoke(request: TenantRequest, grant_id: UUID) -> HttpResponse:
    """Show somebody out at once; without a further question, because it must be quick."""
    revoke_grant(actor=request.principal, grant_id=grant_id, now=request.now)
    messages.success(request, _("The access has ended."))
    return HttpResponseRedirect(reverse("support_access"))


@require_POST
@requires(Permission.SECURITY_WRITE)
def acknowledge(request: TenantRequest, grant_id: UUID) -> HttpResponse:
    """Take note of an emergency."""
    acknowledge_emergency(actor=request.principal, grant_id=grant_id, now=request.now)
    return HttpResponseRedirect(reverse("support_access"))


@require_GET
@requires(Permission.SECURITY_READ)
def record(request: TenantRequest, grant_id: UUID) -> HttpResponse:
    """Show everything that was done under one access, in the order in which it was done."""
    view = one_grant(actor=request.principal, grant_id=grant_id, now=request.now)
    offset = offset_of(request)
    found, total = accesses_under(actor=request.principal, grant_id=grant_id, offset=offset, limit=_ACCESSES)
    names = {view.operator_id: view.operator_name}
    givers = account_names(tenant=request.tenant, account_ids={view.granted_by})
    context = {
        "page_title": _("What %(person)s did") % {"person": view.operator_name},
        "state_sentence": view.purpose,
        "grant": _grant_row(request, view, givers.get(view.granted_by, "")),
        "accesses": [_access_row(request, event, names) for event in found],
        "back_url": reverse("support_access"),
        "pager": pager(
            address=reverse("support_record", args=[grant_id]),
            filters={},
            offset=offset,
            shown=len(found),
            total=total,
            size=_ACCESSES,
        ),
    }
    return render(request, "tokimori/support_record.html", context)


def _wish(values: dict[str, str], chosen: Sequence[str]) -> SupportWish:
    try:
        operator_id = UUID(values["operator"])
    except ValueError as error:
        raise GrantNotValid(field="operator") from error
    hours = values["hours"]
    return SupportWish(
        operator_id=operator_id,
        functions=frozenset(SupportFunction(one) for one in chosen),
        may_write=values["mode"] == "write",
        purpose=values["purpose"],
        hours=int(hours) if hours.isascii() and hours.isdigit() and len(hours) <= 3 else 0,  # noqa: PLR2004 -- below 1000
    )


def _page(request: TenantRequest, *, values: dict[str, Any], errors: dict[str, str], status: int = 200) -> HttpResponse:
    may_grant = request.principal.has(Permission.SECURITY_WRITE)
    context = {
        "page_title": _("Support access"),
        "state_sentence": _("Nobody at the provider sees your data, unless you let them in here."),
        "grant_url": reverse("grant_support") if may_grant else "",
        "accesses_url": reverse("support_accesses"),
        "operators": [{"value": str(one.id), "label": f"{one.number} · {one.name}"} for one in operators()],
        "functions": [
            {"value": one.value, "label": label, "is_chosen": one.value in values.get("functions", ["working_time"])}
            for one, label in FUNCTIONS.items()
        ],
        "values": values,
        "errors": errors,
        "most_hours": MOST_HOURS,
        "longest_purpose": LONGEST_PURPOSE,
        **_now(request),
    }
    return render(request, "tokimori/support_access.html", context, status=status)


def _now(request: TenantRequest) -> dict[str, Any]:
    found = grants(actor=request.principal, now=request.now)
    givers = account_names(tenant=request.tenant, account_ids={one.granted_by for one in found})
    rows = [_grant_row(request, one, givers.get(one.granted_by, "")) for one in found]
    names = {one.operator_id: one.operator_name for one in found}
    return {
        "live": [row for row in rows if row["is_live"]],
        "over": [row for row in rows if not row["is_live"]],
        "accesses": [
            _access_row(request, event, names) for event in all_accesses(actor=request.principal, limit=_ACCESSES)
        ],
    }


def _grant_row(request: TenantRequest, one: GrantView, giver: str) -> dict[str, Any]:
    may_end = one.is_live and request.principal.has(Permission.SECURITY_WRITE)
    return {
        "person": one.operator_name,
        "number": staff_number(one.operator_id),
        "purpose": one.purpose,
        "ticket": one.ticket,
        "functions": [str(FUNCTIONS[function]) for function in one.functions],
        "may_write": one.may_write,
        "from": moment(one.granted_at, request.zone),
        "until": moment(one.revoked_at or one.ends_at, request.zone),
        "giver": giver,
        "approver": one.approver_name,
        "is_emergency": one.kind is GrantKind.BREAK_GLASS,
        "is_live": one.is_live,
        "is_inside": one.is_inside,
        "was_revoked": one.revoked_at is not None,
        "requests": one.requests,
        "record_url": reverse("support_record", args=[one.id]),
        "revoke_url": reverse("revoke_support", args=[one.id]) if may_end else "",
    }


def _path(event: EventView) -> str:
    """Return where it leads to see the same; nothing for what was sent or is no page."""
    path = str(event.details.get("path", ""))
    return path if event.details.get("method") == "GET" and _OWN_PATH.fullmatch(path) else ""


def _access_row(request: TenantRequest, event: EventView, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "at": moment(event.at, request.zone),
        "at_exact": event.at.isoformat(),
        "person": names.get(event.actor_id, "") if event.actor_id else "",
        "sentence": access_sentence(str(event.details.get("route"))),
        "route": event.details.get("route"),
        "method": event.details.get("method"),
        "address": event.address,
        "path": _path(event),
    }
