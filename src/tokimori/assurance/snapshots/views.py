"""Published snapshots for everybody: the list, one of them, and its files."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tokimori.assurance.snapshots.bundle import bundle_of, bundle_tag
from tokimori.assurance.snapshots.pages import (
    EVERYTHING_NAME,
    OPENING_NAME,
    PROOF_NAME,
    snapshot_context,
    snapshot_line,
)
from tokimori.assurance.snapshots.queries import (
    SnapshotView,
    file_content,
    files_of,
    listed_snapshots,
    one_snapshot,
)
from tokimori.foundation import clock
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.limits import count_large_file
from tokimori.foundation.ledger.queries.statements import statement_proof
from tokimori.foundation.tenancy.context import PROVIDER, at_door, tenant_transaction
from tokimori.interfaces.web.entrance import origin_of
from tokimori.interfaces.web.permissions import public

_SHOWN = 60


@require_safe
@public
def snapshots(request: HttpRequest) -> HttpResponse:
    """Show the newest snapshot with its files, and the list of all."""
    with at_door(None), tenant_transaction(PROVIDER):
        found = listed_snapshots(limit=_SHOWN)
        newest = snapshot_context(found[0], address=address_of(found[0].id)) if found else {}
        lines = [snapshot_line(one) for one in found[1:]]
    context = {"page_title": _("Published snapshots"), "trust_url": reverse("trust"), "others": lines, **newest}
    return render(request, "tokimori/sheet_snapshots.html", context)


@require_safe
@public
def one(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """Show one snapshot with its files and how they are checked."""
    with at_door(None), tenant_transaction(PROVIDER):
        context = snapshot_context(one_snapshot(snapshot_id, only_listed=True), address=address_of(snapshot_id))
    context |= {
        "page_title": _("Snapshot of the security sheet"),
        "trust_url": reverse("trust"),
        "list_url": reverse("sheet_snapshots"),
    }
    return render(request, "tokimori/sheet_snapshot.html", context)


@require_safe
@public
def file(request: HttpRequest, snapshot_id: UUID, name: str) -> HttpResponse:
    """Answer with a file of a snapshot, with its proof, or with all of it."""
    count_large(name, address=origin_of(request).address, now=clock.now())
    with at_door(None), tenant_transaction(PROVIDER):
        return answer_file(request, one_snapshot(snapshot_id, only_listed=True), name)


def address_of(snapshot_id: UUID) -> str:
    """Return where the files of a listed snapshot lie, with a slash at the end."""
    return reverse("sheet_file", args=[snapshot_id, "-"]).removesuffix("-")


def count_large(name: str, *, address: str, now: datetime) -> None:
    """Count what is large by whom it goes to; raise ``SignInLimited`` when there were too many. Outside of a tenant."""
    if name == EVERYTHING_NAME:
        count_large_file(address=address, now=now)


def answer_file(request: HttpRequest, view: SnapshotView, name: str) -> HttpResponse:
    """Return a file of a snapshot as an answer that the browser keeps; to be called inside the provider's tenant.

    What the browser holds already, by its digest, is neither read nor sent again.
    """
    saved_as = f"tokimori-{view.taken_at:%Y%m%d-%H%M}-{name}"
    if name in {PROOF_NAME, OPENING_NAME, EVERYTHING_NAME}:
        return _proving_file(request, view, name, saved_as=saved_as)
    found = next((one for one in files_of(view.id) if one.name == name), None)
    if found is None:
        raise NotFound
    return _unless_held(
        request,
        found.digest,
        lambda: kept_file(file_content(view.id, name)[1], name=saved_as, kind=found.kind),
    )


def kept_file(content: bytes, *, name: str, kind: str) -> HttpResponse:
    """Return an answer with exactly these bytes; a page among them is kept as a file and never shown as one of ours."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _proving_file(request: HttpRequest, view: SnapshotView, name: str, *, saved_as: str) -> HttpResponse:
    proof = statement_proof(view.statement_id)
    if name == EVERYTHING_NAME:
        return _unless_held(
            request,
            bundle_tag(view.id, proof),
            lambda: kept_file(bundle_of(view.id, proof), name=saved_as, kind="application/zip"),
        )
    if proof is None:
        raise NotFound
    if name == PROOF_NAME:
        return kept_file(proof.proof, name=name, kind="text/plain")
    return kept_file(proof.opening, name=name, kind="application/json")


def _unless_held(request: HttpRequest, tag: str, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the answer with its mark, or that the browser has it; of a question for the head, all but the content."""
    held = get_conditional_response(request, etag=quote_etag(tag))
    response = held if held is not None else answer()
    response["ETag"] = quote_etag(tag)
    return response
