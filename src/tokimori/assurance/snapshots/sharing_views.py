"""Where the provider's people make links to snapshots, see who looked, and take them back."""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tokimori.assurance.snapshots.errors import ShareNotValid
from tokimori.assurance.snapshots.pages import UTC
from tokimori.assurance.snapshots.queries import ShareView, VisitView, all_snapshots, shares
from tokimori.assurance.snapshots.services.sharing import (
    LONGEST_LABEL,
    LONGEST_PASSWORD,
    MOST_DAYS,
    ShareWish,
    end_share,
    share_snapshot,
)
from tokimori.foundation.access.permissions import Permission
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest

_SHOWN: Final = 60
_VISITS_SHOWN: Final = 20
_FIELDS: Final = ("snapshot", "label", "days", "asks_viewer")


@require_GET
@requires(Permission.COMPLIANCE_READ)
def links(request: TenantRequest) -> HttpResponse:
    """Show the links, who came by each, and the form for a new one."""
    return _page(request, values={"days": "30", "asks_viewer": "yes"})


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
@proved_lately
def share(request: TenantRequest) -> HttpResponse:
    """Make a link and show it, this once."""
    values = {name: request.POST.get(name, "")[: LONGEST_LABEL + 1] for name in _FIELDS}
    try:
        secret = share_snapshot(actor=request.principal, wish=_wish(request, values), now=request.now)
    except ShareNotValid as refusal:
        errors = {str(refusal.facts.get("field", "label")): _(refusal.sentence())}
        return _page(request, values=values, errors=errors, status=refusal.status)
    # Not at this host, to which no customer comes.
    link = (settings.MAIL.links if settings.MAIL else "") + reverse("shared_sheet", args=[secret])
    return _page(request, values={"days": "30", "asks_viewer": "yes"}, link=link)


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
def end(request: TenantRequest, share_id: UUID) -> HttpResponse:
    """Take a link back."""
    end_share(actor=request.principal, share_id=share_id, now=request.now)
    messages.success(request, _("Taken back. Whoever has the link finds nothing any more."))
    return HttpResponseRedirect(reverse("sheet_links"))


def _wish(request: TenantRequest, values: dict[str, str]) -> ShareWish:
    try:
        snapshot_id, days = UUID(values["snapshot"]), int(values["days"])
    except ValueError as error:
        raise ShareNotValid(field="days") from error
    return ShareWish(
        snapshot_id=snapshot_id,
        label=values["label"],
        days=days,
        password=request.POST.get("password", "")[: LONGEST_PASSWORD + 1],
        asks_viewer=values["asks_viewer"] == "yes",
    )


def _page(
    request: TenantRequest,
    *,
    values: dict[str, str],
    errors: dict[str, str] | None = None,
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    found = shares(limit=_SHOWN, visits=_VISITS_SHOWN)
    live = sum(1 for one in found if one.ended_at is None and one.ends_at > request.now)
    context = {
        "page_title": _("Shared links"),
        "state_sentence": ngettext("%(count)d link is open", "%(count)d links are open", live) % {"count": live},
        "link": link,
        "is_whole": not link.startswith("/"),
        "share_url": reverse("share_sheet"),
        "publishing_url": reverse("sheet_publishing"),
        "values": values,
        "errors": errors or {},
        "longest_label": LONGEST_LABEL,
        "longest_password": LONGEST_PASSWORD,
        "most_days": MOST_DAYS,
        "choices": [
            {"value": str(one.id), "label": f"{moment(one.taken_at, UTC)} UTC"} for one in all_snapshots(limit=_SHOWN)
        ],
        "links": [_line(request, one) for one in found],
    }
    return render(request, "tokimori/sheet_links.html", context, status=status)


def _line(request: TenantRequest, one: ShareView) -> dict[str, Any]:
    is_open = one.ended_at is None and one.ends_at > request.now
    if one.ended_at is not None:
        state = {"kind": "quiet", "label": _("taken back")}
    elif is_open:
        state = {"kind": "ok", "label": _("until %(moment)s") % {"moment": moment(one.ends_at, UTC)}}
    else:
        state = {"kind": "quiet", "label": _("over")}
    return {
        "label": one.label,
        "state": state,
        "has_password": one.has_password,
        "asks_viewer": one.asks_viewer,
        "end_url": reverse("end_sheet_share", args=[one.id]) if is_open else "",
        "visits": [_visit(visit) for visit in one.visits],
    }


def _visit(one: VisitView) -> dict[str, str]:
    return {"at": f"{moment(one.at, UTC)} UTC", "viewer": one.viewer, "address": one.address, "file": one.file}
