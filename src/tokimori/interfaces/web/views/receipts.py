"""The receipt of one's own punch: to see, to keep, to print, and to turn into a proof."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tokimori.domains.timekeeping.queries import PunchView, punch
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries.proofs import place_of_event, proof_of_event, recorded_events
from tokimori.foundation.ledger.receipts import MERGE_DELAY, RecordedEvent, receipt_for, receipt_key
from tokimori.interfaces.web.code_picture import code_picture
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.labels import PUNCH_KINDS
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest


@require_GET
@requires(Permission.PUNCH_RECORD_OWN)
def receipt(request: TenantRequest, punch_id: UUID) -> HttpResponse:
    """Show the receipt of one's own punch, as letters and as a picture, and where its event stands in the log."""
    view, recorded = _own(request, punch_id)
    note = receipt_for(recorded) if recorded.is_promised else ""
    place = place_of_event(tenant=request.tenant, event_id=recorded.event_id)
    context = {
        "page_title": _("Receipt of a punch"),
        "state_sentence": _(
            "We signed for this punch. If it is ever missing from the log, this proves that it was there."
        )
        if note
        else _("This punch is older than the log, so no receipt was given for it. Its event stands in the log since."),
        "label": PUNCH_KINDS[view.kind],
        "happened": moment(view.occurred_at, request.zone),
        "received": moment(recorded.received, request.zone),
        "merge_by": moment(recorded.received + MERGE_DELAY, request.zone),
        "event_id": recorded.event_id,
        "place": place,
        "signed_at": moment(place.signed_at, request.zone) if place and place.signed_at else "",
        "note": note,
        "picture": code_picture(note) if note else None,
        "key": receipt_key(recorded.origin).text(),
        "file_url": reverse("receipt_file", args=[punch_id]) if note else "",
        "proof_url": reverse("punch_proof", args=[punch_id]) if place and place.checkpoint_size else "",
        "verify_url": reverse("verification"),
        "back_url": reverse("my_day", args=[view.occurred_at.astimezone(request.zone).date().isoformat()]),
    }
    return render(request, "tokimori/receipt.html", context)


@require_GET
@requires(Permission.PUNCH_RECORD_OWN)
def receipt_file(request: TenantRequest, punch_id: UUID) -> HttpResponse:
    """Answer with the receipt as a file."""
    _view, recorded = _own(request, punch_id)
    if not recorded.is_promised:
        raise NotFound
    return as_file(receipt_for(recorded).encode(), name=f"receipt-{recorded.event_id}.note", kind="text/plain")


@require_GET
@requires(Permission.PUNCH_RECORD_OWN)
def punch_proof(request: TenantRequest, punch_id: UUID) -> HttpResponse:
    """Answer with the proof that the punch's event stands in the log."""
    _view, recorded = _own(request, punch_id)
    content = proof_of_event(tenant=request.tenant, event_id=recorded.event_id)
    return as_file(content, name=f"punch-{recorded.event_id}.tlog-proof", kind="text/plain")


def as_file(content: bytes, *, name: str, kind: str) -> HttpResponse:
    """Return an answer that the browser keeps as a file."""
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def streamed_zip(pieces: Iterable[bytes], *, name: str) -> StreamingHttpResponse:
    """Return an answer with a zip that is written while it is sent."""
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Accel-Buffering"] = "no"
    return response


def _own(request: TenantRequest, punch_id: UUID) -> tuple[PunchView, RecordedEvent]:
    view = punch(tenant=request.tenant, punch_id=punch_id)
    if view.employee_id != request.principal.employee_id:
        raise NotFound
    found = recorded_events(tenant=request.tenant, name=EventName.PUNCH_RECORDED, subject_ids=[punch_id])
    if punch_id not in found:
        raise NotFound
    return view, found[punch_id]
