"""Published snapshots for everybody: the list, one of them, and its files."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tokimori.assurance.snapshots.bundle import bundle_of
from tokimori.assurance.snapshots.pages import (
    EVERYTHING_NAME,
    OPENING_NAME,
    PROOF_NAME,
    snapshot_context,
    snapshot_line,
)
from tokimori.assurance.snapshots.queries import SnapshotView, file_content, listed_snapshots, one_snapshot
from tokimori.foundation.errors import NotFound
from tokimori.foundation.ledger.queries.statements import statement_proof
from tokimori.foundation.tenancy.context import PROVIDER, at_door, tenant_transaction
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
    del request
    with at_door(None), tenant_transaction(PROVIDER):
        return answer_file(one_snapshot(snapshot_id, only_listed=True), name)


def address_of(snapshot_id: UUID) -> str:
    """Return where the files of a listed snapshot lie, with a slash at the end."""
    return reverse("sheet_file", args=[snapshot_id, "-"]).removesuffix("-")


def answer_file(view: SnapshotView, name: str) -> HttpResponse:
    """Return a file of a snapshot as an answer that the browser keeps; to be called inside the provider's tenant."""
    saved_as = f"tokimori-{view.taken_at:%Y%m%d-%H%M}-{name}"
    if name in {PROOF_NAME, OPENING_NAME, EVERYTHING_NAME}:
        return _proving_file(view, name, saved_as=saved_as)
    found, content = file_content(view.id, name)
    return kept_file(content, name=saved_as, kind=found.kind)


def kept_file(content: bytes, *, name: str, kind: str) -> HttpResponse:
    """Return an answer with exactly these bytes; a page among them is kept as a file and never shown as one of ours."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _proving_file(view: SnapshotView, name: str, *, saved_as: str) -> HttpResponse:
    proof = statement_proof(view.statement_id)
    if name == EVERYTHING_NAME:
        return kept_file(bundle_of(view.id, proof), name=saved_as, kind="application/zip")
    if proof is None:
        raise NotFound
    if name == PROOF_NAME:
        return kept_file(proof.proof, name=name, kind="text/plain")
    return kept_file(proof.opening, name=name, kind="application/json")
