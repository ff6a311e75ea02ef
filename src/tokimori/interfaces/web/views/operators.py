"""The provider's console: where I may go, what others ask for, what has to be looked at afterwards."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.operators.errors import GrantNotValid
from tokimori.foundation.operators.queries.grants import PrivilegeView, all_companies, has_privilege, privileges
from tokimori.foundation.operators.scopes import PrivilegeKind
from tokimori.foundation.operators.services.maintenance import LONGEST_PURPOSE
from tokimori.foundation.operators.services.privileges import (
    LONGEST_REASON,
    LONGEST_REVIEW,
    LONGEST_TICKET,
    MOST_HOURS,
    PrivilegeWish,
    ask_privilege,
    decide_privilege,
    review_privilege,
)
from tokimori.foundation.operators.services.visits import leave_company, open_company, reachable_companies
from tokimori.foundation.operators.staff_numbers import staff_number
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.drafts import keeps_draft
from tokimori.interfaces.web.middleware.visits import visit_key, with_visit, without_visit
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.support_words import PRIVILEGES

_FIELDS: Final = ("kind", "company_code", "mode", "reason", "ticket", "hours")


@require_GET
@requires(Permission.OPERATOR_ACT)
def console(request: TenantRequest) -> HttpResponse:
    """Show my grants, the requests of others, and the form for mine."""
    return _page(request, values={"kind": PrivilegeKind.COMPANIES.value, "hours": "1"}, errors={})


@require_GET
@requires(Permission.OPERATOR_ACT)
def companies(request: TenantRequest) -> HttpResponse:
    """Show the codes of all companies to whom a second person let see them."""
    found = all_companies(actor=request.principal, now=request.now)
    context = {
        "page_title": _("Companies"),
        "state_sentence": ngettext("%(count)d company", "%(count)d companies", len(found)) % {"count": len(found)},
        "companies": found,
        "console_url": reverse("operator_console"),
    }
    return render(request, "tokimori/operator_companies.html", context)


@require_POST
@requires(Permission.OPERATOR_ACT)
@proved_lately
def open_one(request: TenantRequest, grant_id: UUID) -> HttpResponse:
    """Go into a company under a live grant."""
    key = open_company(actor=request.principal, grant_id=grant_id, now=request.now)
    return with_visit(HttpResponseRedirect(reverse("home")), key)


@require_POST
@requires(Permission.OPERATOR_ACT)
def leave(request: TenantRequest) -> HttpResponse:
    """Go out of the company."""
    key = visit_key(request)
    if key is not None:
        leave_company(key=key, actor=request.principal, now=request.now)
    return without_visit(HttpResponseRedirect(reverse("operator_console")))


@require_POST
@requires(Permission.OPERATOR_ACT)
@proved_lately
def ask(request: TenantRequest) -> HttpResponse:
    """Ask a second person."""
    values = {name: request.POST.get(name, "")[: LONGEST_REASON + 1] for name in _FIELDS}
    try:
        ask_privilege(actor=request.principal, wish=_wish(values), now=request.now)
    except GrantNotValid as refusal:
        errors = {str(refusal.facts.get("field", "kind")): _(refusal.sentence())}
        return _page(request, values=values, errors=errors, status=refusal.status)
    messages.success(request, _("Asked. Another of the provider's people has to approve it."))
    return HttpResponseRedirect(reverse("operator_console"))


@require_POST
@requires(Permission.OPERATOR_ACT)
@proved_lately
def approve(request: TenantRequest, request_id: UUID) -> HttpResponse:
    """Approve what another one asked for."""
    decide_privilege(actor=request.principal, request_id=request_id, is_approved=True, now=request.now)
    messages.success(request, _("Approved."))
    return HttpResponseRedirect(reverse("operator_console"))


@require_POST
@requires(Permission.OPERATOR_ACT)
def refuse(request: TenantRequest, request_id: UUID) -> HttpResponse:
    """Refuse what another one asked for."""
    decide_privilege(actor=request.principal, request_id=request_id, is_approved=False, now=request.now)
    messages.success(request, _("Refused."))
    return HttpResponseRedirect(reverse("operator_console"))


@require_POST
@requires(Permission.OPERATOR_ACT)
@keeps_draft("review")
def review(request: TenantRequest, request_id: UUID) -> HttpResponse:
    """Write down what was found afterwards."""
    words = request.POST.get("review", "")[: LONGEST_REVIEW + 1]
    review_privilege(actor=request.principal, request_id=request_id, words=words, now=request.now)
    messages.success(request, _("The review is written down."))
    return HttpResponseRedirect(reverse("operator_console"))


def _wish(values: dict[str, str]) -> PrivilegeWish:
    if values["kind"] not in set(PrivilegeKind):
        raise GrantNotValid(field="kind")
    hours = values["hours"]
    return PrivilegeWish(
        kind=PrivilegeKind(values["kind"]),
        reason=values["reason"],
        ticket=values["ticket"],
        hours=int(hours) if hours.isascii() and hours.isdigit() and len(hours) == 1 else 0,
        company_code=values["company_code"],
        may_write=values["mode"] == "write",
    )


def _page(request: TenantRequest, *, values: dict[str, str], errors: dict[str, str], status: int = 200) -> HttpResponse:
    actor = request.principal
    found = privileges(actor=actor, now=request.now)
    names = account_names(
        tenant=request.tenant, account_ids={key for one in found for key in (one.operator_id, one.decided_by)}
    )
    rows = [_row(request, one, names.get(one.operator_id, ""), names.get(one.decided_by, "")) for one in found]
    may_list = has_privilege(actor=actor, kind=PrivilegeKind.COMPANIES, now=request.now)
    context = {
        "page_title": _("Console"),
        "state_sentence": _("You see no company, unless it lets you in."),
        "number": staff_number(account_id_of(actor)),
        "reachable": [
            {
                "code": one.company_code,
                "may_write": one.may_write,
                "until": moment(one.ends_at, request.zone),
                "open_url": reverse("open_company", args=[one.grant_id]),
            }
            for one in reachable_companies(actor=actor, now=request.now)
        ],
        "companies_url": reverse("operator_companies") if may_list else "",
        "waiting": [row for row in rows if row["is_waiting"]],
        "to_review": [row for row in rows if row["is_to_be_reviewed"]],
        "begin": [row for row in rows if row["code_url"]],
        "longest_purpose": LONGEST_PURPOSE,
        "others": [row for row in rows if not row["is_waiting"] and not row["is_to_be_reviewed"]],
        "kinds": [{"value": one.value, "label": label} for one, label in PRIVILEGES.items()],
        "ask_url": reverse("ask_privilege"),
        "values": values,
        "errors": errors,
        "most_hours": MOST_HOURS,
        "longest_reason": LONGEST_REASON,
        "longest_ticket": LONGEST_TICKET,
        "longest_review": LONGEST_REVIEW,
    }
    return render(request, "tokimori/operator_console.html", context, status=status)


def _row(request: TenantRequest, one: PrivilegeView, person: str, decider: str) -> dict[str, Any]:
    is_own = one.operator_id == request.principal.account_id
    return {
        "what": PRIVILEGES[one.kind],
        "company_code": one.company_code,
        "may_write": one.may_write,
        "person": person,
        "decider": decider,
        "reason": one.reason,
        "ticket": one.ticket,
        "hours": one.hours,
        "asked": moment(one.requested_at, request.zone),
        "until": moment(one.ends_at, request.zone) if one.ends_at else "",
        "is_own": is_own,
        "is_waiting": one.is_waiting,
        "is_live": one.is_live,
        "is_approved": one.is_approved,
        "is_decided": one.decided_at is not None,
        "is_to_be_reviewed": one.is_to_be_reviewed,
        "approve_url": reverse("approve_privilege", args=[one.id]) if one.is_waiting and not is_own else "",
        "refuse_url": reverse("refuse_privilege", args=[one.id]) if one.is_waiting and not is_own else "",
        "code_url": reverse("maintenance_code", args=[one.id])
        if is_own and one.is_live and one.kind is PrivilegeKind.MAINTENANCE
        else "",
        "review_url": reverse("review_privilege", args=[one.id]) if one.is_to_be_reviewed and not is_own else "",
    }
