"""Where a company makes its own edition of the published sheet, and takes its files and what proves them."""

from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tokimori.assurance.editions.errors import NothingPublished, TooManyEditions
from tokimori.assurance.editions.queries import (
    EditionView,
    edition_file,
    edition_files,
    edition_proof,
    editions,
    one_edition,
)
from tokimori.assurance.editions.services import make_edition
from tokimori.assurance.middleware import PublishedRequest, reads_published_sheet
from tokimori.assurance.snapshots.bundle import zip_of
from tokimori.assurance.snapshots.pages import EVERYTHING_NAME, OPENING_NAME, PROOF_NAME, UTC, files_context
from tokimori.assurance.snapshots.views import kept_file
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest

_SHOWN: Final = 60


@reads_published_sheet
@never_cache
@require_safe
@requires(Permission.SECURITY_READ)
def own_editions(request: TenantRequest) -> HttpResponse:
    """Show the company's editions, and of which published snapshot the next one would be made."""
    published = cast("PublishedRequest", request).published_sheet
    found = editions(actor=request.principal, limit=_SHOWN)
    may_make = request.principal.has(Permission.SECURITY_WRITE)
    context = {
        "page_title": _("Your own edition of the sheet"),
        "state_sentence": ngettext("%(count)d edition", "%(count)d editions", len(found)) % {"count": len(found)},
        "own_url": reverse("own_sheet"),
        "published_at": f"{moment(published.snapshot.moment, UTC)} UTC" if published else "",
        "make_url": reverse("make_own_edition") if may_make and published else "",
        "editions": [_line(one) for one in found],
    }
    return render(request, "tokimori/own_editions.html", context)


@reads_published_sheet
@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def make(request: TenantRequest) -> HttpResponse:
    """Make an edition, and go to it."""
    published = cast("PublishedRequest", request).published_sheet
    try:
        edition_id = make_edition(actor=request.principal, published=published, now=request.now)
    except (NothingPublished, TooManyEditions) as refusal:
        messages.error(request, _(refusal.sentence()))
        return HttpResponseRedirect(reverse("own_editions"))
    messages.success(request, _("Made. Your company's log signs it within seconds."))
    return HttpResponseRedirect(reverse("own_edition", args=[edition_id]))


@never_cache
@require_safe
@requires(Permission.SECURITY_READ)
def one(request: TenantRequest, edition_id: UUID) -> HttpResponse:
    """Show an edition with its files and how they are checked."""
    view = one_edition(actor=request.principal, edition_id=edition_id)
    context = files_context(
        files=edition_files(actor=request.principal, edition_id=edition_id),
        proof=edition_proof(actor=request.principal, edition=view),
        taken_at=view.made_at,
        address=reverse("own_edition_file", args=[edition_id, "-"]).removesuffix("-"),
    )
    context |= {
        "page_title": _("Your own edition of the sheet"),
        "list_url": reverse("own_editions"),
        "base_at": f"{moment(view.base_taken_at, UTC)} UTC",
    }
    return render(request, "tokimori/own_edition.html", context)


@never_cache
@require_safe
@requires(Permission.SECURITY_READ)
def file(request: TenantRequest, edition_id: UUID, name: str) -> HttpResponse:
    """Answer with a file of an edition, with its proof, or with all of it."""
    view = one_edition(actor=request.principal, edition_id=edition_id)
    saved_as = f"tokimori-own-{view.made_at:%Y%m%d-%H%M}-{name}"
    if name not in {PROOF_NAME, OPENING_NAME, EVERYTHING_NAME}:
        found, content = edition_file(actor=request.principal, edition_id=edition_id, name=name)
        return kept_file(content, name=saved_as, kind=found.kind)
    proof = edition_proof(actor=request.principal, edition=view)
    if name == EVERYTHING_NAME:
        files = [
            (one.name, edition_file(actor=request.principal, edition_id=edition_id, name=one.name)[1])
            for one in edition_files(actor=request.principal, edition_id=edition_id)
        ]
        return kept_file(zip_of(files, proof, snapshot_id=edition_id), name=saved_as, kind="application/zip")
    if proof is None:
        raise NotFound
    if name == PROOF_NAME:
        return kept_file(proof.proof, name=name, kind="text/plain")
    return kept_file(proof.opening, name=name, kind="application/json")


def _line(one: EditionView) -> dict[str, Any]:
    return {
        "made_at": f"{moment(one.made_at, UTC)} UTC",
        "base_at": f"{moment(one.base_taken_at, UTC)} UTC",
        "url": reverse("own_edition", args=[one.id]),
    }
