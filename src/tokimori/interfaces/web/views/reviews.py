"""Access reviews: begun, decided account by account, read as CSV."""

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tokimori.domains.exports.writers import harmless
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identity.errors import (
    AccountClosed,
    BreakGlassMissing,
    LastAdministrator,
    ReviewNotValid,
    ReviewOver,
    ReviewReasonMissing,
)
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.identity.services.reviews import (
    LONGEST_NAME,
    LONGEST_REASON,
    CampaignView,
    Consequence,
    Decision,
    ItemView,
    NewCampaign,
    Scope,
    Verdict,
    decide_review,
    possible_reviewers,
    review,
    reviews,
    start_review,
)
from tokimori.interfaces.web.account_words import CONSEQUENCES, DECISIONS, ROLES, SCOPES, roles_in_words
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.paging import offset_of, pager
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.views.account_deeds import roles_in
from tokimori.interfaces.web.views.accounts import word_of
from tokimori.interfaces.web.views.shared_accounts import end_of

_LONGEST_FIELD = 254
_PAGE = 50
_NOBODY = UUID(int=0)


@require_GET
@requires(Permission.ACCOUNT_READ)
def campaigns(request: TenantRequest) -> HttpResponse:
    """Show the reviews, and where one begins."""
    return render(request, "tokimori/reviews.html", _context(request, {}, {}))


@require_POST
@requires(Permission.ACCOUNT_WRITE)
@proved_lately
def start(request: TenantRequest) -> HttpResponse:
    """Begin a review."""
    names = ("name", "scope", "reviewer", "deputy", "due_on", "consequence")
    values = {name: request.POST.get(name, "")[:_LONGEST_FIELD] for name in names}
    wanted = NewCampaign(
        name=values["name"],
        scope=word_of(Scope, values["scope"]) or Scope.PRIVILEGED,
        reviewer_id=_id(values["reviewer"]),
        deputy_id=_id(values["deputy"]),
        due_at=end_of(request, values["due_on"]),
        consequence=word_of(Consequence, values["consequence"]) or Consequence.LIST,
    )
    try:
        campaign_id = start_review(actor=request.principal, wanted=wanted, now=request.now)
    except ReviewNotValid as refusal:
        context = _context(request, values, {str(refusal.facts["field"]): _(refusal.sentence())})
        return render(request, "tokimori/reviews.html", context, status=refusal.status)
    messages.success(request, _("The review has begun. The reviewers find it here."))
    return HttpResponseRedirect(reverse("review", args=[campaign_id]))


@require_GET
@requires(Permission.ACCOUNT_READ)
def campaign(request: TenantRequest, campaign_id: UUID) -> HttpResponse:
    """Show one review, those first that the reader is to decide on."""
    view, every = review(actor=request.principal, campaign_id=campaign_id)
    offset = offset_of(request)
    items = every[offset : offset + _PAGE]
    names = account_names(tenant=request.tenant, account_ids={item.reviewer_id for item in items})
    context = {
        "pager": _pager(reverse("review", args=[view.id]), offset=offset, shown=len(items), total=len(every)),
        "page_title": view.name,
        "state_sentence": _progress(request, view),
        "csv_url": reverse("review_csv", args=[view.id]),
        "consequence": CONSEQUENCES[view.consequence],
        "is_over": view.concluded_at is not None,
        "longest": LONGEST_REASON,
        "items": [
            {**_item(request, item, names.get(item.reviewer_id, "")), "decide_url": _deed(view, item)} for item in items
        ],
        "decisions": [{"value": one.value, "label": label} for one, label in DECISIONS.items()],
    }
    return render(request, "tokimori/review.html", context)


@require_POST
@requires(Permission.ACCOUNT_READ)
@proved_lately
def decide(request: TenantRequest, campaign_id: UUID, item_id: UUID) -> HttpResponse:
    """Decide on one account."""
    back = HttpResponseRedirect(reverse("review", args=[campaign_id]))
    verdict = Verdict(
        decision=word_of(Decision, request.POST.get("decision", "")) or Decision.KEEP,
        roles=roles_in(request),
        reason=request.POST.get("reason", "")[: LONGEST_REASON + 1],
    )
    try:
        decide_review(actor=request.principal, item_id=item_id, verdict=verdict, now=request.now)
    except ReviewNotValid:
        messages.error(request, _("Leave at least one role ticked off: a change takes something away."))
    except (ReviewReasonMissing, ReviewOver, AccountClosed, BreakGlassMissing, LastAdministrator) as refusal:
        messages.error(request, _(refusal.sentence()))
    return back


@require_GET
@requires(Permission.ACCOUNT_READ)
def as_csv(request: TenantRequest, campaign_id: UUID) -> HttpResponse:
    """Hand out a review with every decision."""
    view, items = review(actor=request.principal, campaign_id=campaign_id)
    names = account_names(tenant=request.tenant, account_ids={item.reviewer_id for item in items})
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(
        ["login_id", "name", "roles", "reviewer", "decision", "roles_after", "reason", "decided_at", "is_open"]
    )
    for item in items:
        cells = [
            item.login_id,
            item.display_name,
            " ".join(sorted(item.roles)),
            names.get(item.reviewer_id, ""),
            item.decision.value if item.decision else "",
            " ".join(sorted(item.roles_after)),
            item.reason,
            item.decided_at.isoformat(timespec="seconds") if item.decided_at else "",
            "yes" if item.is_active else "no",
        ]
        writer.writerow([harmless(cell) for cell in cells])
    response = HttpResponse(buffer.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="access-review-{view.id}.csv"'
    return response


def _pager(address: str, *, offset: int, shown: int, total: int) -> dict[str, Any] | None:
    return pager(address=address, filters={}, offset=offset, shown=shown, total=total, size=_PAGE)


def _context(request: TenantRequest, values: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
    found = reviews(actor=request.principal)
    waiting = sum(view.waiting_for_reader for view in found)
    offset = offset_of(request)
    shown = found[offset : offset + _PAGE]
    return {
        "page_title": _("Access reviews"),
        "state_sentence": ngettext(
            "%(count)d account waits for your decision", "%(count)d accounts wait for your decision", waiting
        )
        % {"count": waiting}
        if waiting
        else "",
        "accounts_url": reverse("accounts"),
        "start_url": reverse("start_review") if request.principal.has(Permission.ACCOUNT_WRITE) else "",
        "values": values,
        "errors": errors,
        "longest_name": LONGEST_NAME,
        "scopes": [{"value": one.value, "label": label} for one, label in SCOPES.items()],
        "consequences": [{"value": one.value, "label": label} for one, label in CONSEQUENCES.items()],
        "reviewers": [
            {"value": str(one.id), "label": one.display_name} for one in possible_reviewers(actor=request.principal)
        ],
        "pager": _pager(reverse("reviews"), offset=offset, shown=len(shown), total=len(found)),
        "reviews": [
            {
                "name": view.name,
                "url": reverse("review", args=[view.id]),
                "due": moment(view.due_at, request.zone),
                "total": view.total,
                "decided": view.decided,
                "waiting": view.waiting_for_reader,
                "is_over": view.concluded_at is not None,
            }
            for view in shown
        ],
    }


def _progress(request: TenantRequest, view: CampaignView) -> str:
    values = {"decided": view.decided, "total": view.total, "moment": moment(view.due_at, request.zone)}
    return _("%(decided)d of %(total)d decided, due %(moment)s") % values


def _item(request: TenantRequest, item: ItemView, reviewer: str) -> dict[str, Any]:
    after = f": {roles_in_words(item.roles_after)}" if item.decision is Decision.CHANGE else ""
    return {
        "id": item.id,
        "name": item.display_name,
        "login_id": item.login_id,
        "roles": roles_in_words(item.roles),
        "role_choices": [
            {"value": role.value, "label": label} for role, label in ROLES.items() if role in item.present_roles
        ],
        "last_signed_in": moment(item.last_signed_in_at, request.zone) if item.last_signed_in_at else _("never"),
        "reviewer": reviewer,
        "decision": f"{DECISIONS[item.decision]}{after}" if item.decision else "",
        "reason": item.reason,
        "decided": moment(item.decided_at, request.zone) if item.decided_at else "",
        "is_readers": item.is_readers,
        "is_open": item.is_active,
    }


def _deed(view: CampaignView, item: ItemView) -> str:
    return reverse("decide_review", args=[view.id, item.id]) if item.is_readers else ""


def _id(text: str) -> UUID:
    """Return an account's id; one that leads nowhere for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return _NOBODY
