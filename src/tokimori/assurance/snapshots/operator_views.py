"""Where the provider's people publish the sheet: what would change, what keeps it back, and what was published."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tokimori.assurance.catalogue.controls import controls
from tokimori.assurance.sheet_words import STATES, colour_of
from tokimori.assurance.snapshots.differences import Difference, differences
from tokimori.assurance.snapshots.errors import SheetChanged
from tokimori.assurance.snapshots.pages import UTC, snapshot_line
from tokimori.assurance.snapshots.queries import all_snapshots, content_of, last_snapshot
from tokimori.assurance.snapshots.services.publishing import Draft, Seen, draft, publish_snapshot
from tokimori.foundation.access.permissions import Permission
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest

_SHOWN = 60


@require_GET
@requires(Permission.COMPLIANCE_READ)
def publishing(request: TenantRequest) -> HttpResponse:
    """Show what would be published, what differs from the last time, and what keeps it back."""
    found, last = draft(now=request.now, until=request.now), last_snapshot()
    changed = differences(content_of(last.id), found.sheet) if last else ()
    context: dict[str, Any] = {
        "page_title": _("Publish the sheet"),
        "state_sentence": _sentence(found),
        "contradictions": [", ".join(map(str, rows)) for rows in found.contradictions],
        "samples": ", ".join(map(str, found.samples)),
        "may_publish": found.may_be_published,
        "seen": f"{found.sheet.at.isoformat()} {found.fingerprint}",
        "publish_url": reverse("publish_sheet"),
        "sheet_url": reverse("trust"),
        "last_at": f"{moment(last.taken_at, UTC)} UTC" if last else "",
        "changes": [_change(one) for one in changed],
        "snapshots": [snapshot_line(one) for one in all_snapshots(limit=_SHOWN)],
    }
    return render(request, "tokimori/sheet_publishing.html", context)


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
@proved_lately
def publish(request: TenantRequest) -> HttpResponse:
    """Publish what was looked at."""
    try:
        publish_snapshot(
            actor=request.principal,
            now=request.now,
            seen=_seen(request.POST.get("seen", "")),
            is_listed=request.POST.get("is_listed") == "yes",
        )
    except SheetChanged as refusal:
        messages.warning(request, _(refusal.sentence()))
    else:
        messages.success(request, _("Published. The log signs it within seconds."))
    return HttpResponseRedirect(reverse("sheet_publishing"))


def _seen(text: str) -> Seen:
    """Return what the page said that it showed; raise ``SheetChanged`` for anything else."""
    at, _separator, fingerprint = text.partition(" ")
    try:
        moment_seen = datetime.fromisoformat(at)
    except ValueError as error:
        raise SheetChanged from error
    if moment_seen.tzinfo is None:
        raise SheetChanged
    return Seen(at=moment_seen, fingerprint=fingerprint)


def _sentence(found: Draft) -> str:
    if found.may_be_published:
        return _("Nothing keeps it back. Red rows go out as red rows.")
    count = len(found.contradictions) + (1 if found.samples else 0)
    return ngettext("%(count)d thing keeps it back", "%(count)d things keep it back", count) % {"count": count}


def _change(one: Difference) -> dict[str, Any]:
    return {
        "row": one.row,
        "url": reverse("trust_row", args=[one.row]),
        "asks": controls()[one.row].asks.in_language(get_language() or "en"),
        "before_mark": one.before_mark.value,
        "before": {"kind": colour_of(one.before), "label": STATES[one.before]},
        "after_mark": one.after_mark.value,
        "after": {"kind": colour_of(one.after), "label": STATES[one.after]},
    }
