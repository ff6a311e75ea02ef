"""What proves the log: its files, the proof of an event, bundles, and the page that says how all of it is verified."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tokimori.domains.closings.queries import seal_file, seal_ids
from tokimori.domains.timekeeping.evidence import BINDING, punch_lines
from tokimori.foundation.access.authorise import reaches_everyone
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.bundles import (
    BundledFacts,
    BundledFile,
    BundleWish,
    bundle_pieces,
    selected_places,
    span_of,
)
from tokimori.foundation.ledger.errors import NotUnderCheckpoint
from tokimori.foundation.ledger.queries import EventView, may_prove
from tokimori.foundation.ledger.queries.backlog import backlog_of, unsigned_since
from tokimori.foundation.ledger.queries.logs import (
    CheckpointView,
    ProviderLog,
    TenantLog,
    announced_receipt_key,
    cosignatures,
    epochs,
    log_files,
    log_key,
    served_tile,
    stamps,
)
from tokimori.foundation.ledger.queries.proofs import proof_of_event
from tokimori.foundation.ledger.services import begin_export
from tokimori.foundation.ledger.services.log_ids import existing_log_of
from tokimori.foundation.transparency.faults import Malformed
from tokimori.foundation.transparency.tiles import ENTRIES, read_path
from tokimori.interfaces.web.dates import age, moment, read_date
from tokimori.interfaces.web.inquiries import Inquiry, read_inquiry
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.views.receipts import as_file, streamed_zip

_LATE = timedelta(seconds=60)
_SHOWN_STAMPS = 5


@require_GET
@requires(Permission.AUDIT_READ)
def log_proof(request: TenantRequest) -> HttpResponse:
    """Show what proves the company's log, how fresh that is, and how it is verified without us."""
    log = _own_log(request)
    signed = log.checkpoint() if log else None
    provider = ProviderLog().checkpoint()
    waiting, _since = backlog_of(tenant=request.tenant)
    unsigned = unsigned_since(tenant=request.tenant)
    refusal = log.refusal() if log else None
    context: dict[str, Any] = {
        "page_title": _("Proof"),
        "state_sentence": _("The log is signed as a whole. With these files anybody can check it, without us."),
        "log": log,
        "signed": signed,
        "signed_at": moment(signed.signed_at, request.zone) if signed else "",
        "key": _text(log_key(signed.origin)) if signed else "",
        "receipt_key": _text(announced_receipt_key(signed.origin)) if signed else "",
        "provider": provider,
        "provider_at": moment(provider.signed_at, request.zone) if provider else "",
        "provider_key": _text(log_key(provider.origin)) if provider else "",
        "waiting": waiting,
        "is_behind": unsigned is not None and request.now - unsigned > _LATE,
        "refusal": refusal and {"reason": refusal.reason, "at": moment(refusal.refused_at, request.zone)},
        "witnesses": [
            {"name": one.witness, "at": moment(one.cosigned_at, request.zone), "size": one.size}
            for one in cosignatures()
        ],
        "stamps": [
            {
                "name": one.authority,
                "at": moment(one.stamped_at, request.zone),
                "age": age(one.stamped_at, request.now),
                "size": one.size,
            }
            for one in stamps(most=_SHOWN_STAMPS)
        ],
        "epochs": [
            {"number": one.epoch, "at": moment(one.opened_at, request.zone), "reason": one.statement.get("reason", "")}
            for one in epochs(tenant=request.tenant)
        ],
        "command": "python tokimori_verify.py export log.zip --vkey …",
        "bundle_url": reverse("log_bundle") if request.principal.has(Permission.AUDIT_EXPORT) else "",
        "has_seals": _may_read_seals(request),
        "checkpoint_url": reverse("ledger_checkpoint", args=[log.log, log.epoch]) if log else "",
    }
    return render(request, "tokimori/log_proof.html", context)


@require_GET
@requires(Permission.AUDIT_READ)
def ledger_checkpoint(request: TenantRequest, log: str, epoch: int) -> HttpResponse:
    """Answer with the newest checkpoint of a log (C2SP tlog-checkpoint)."""
    signed = log_files(actor=request.principal, log=log, epoch=epoch).checkpoint()
    if signed is None:
        raise NotFound
    return HttpResponse(signed.note, content_type="text/plain; charset=utf-8")


@require_GET
@requires(Permission.AUDIT_READ)
def ledger_tile(request: TenantRequest, log: str, epoch: int, path: str) -> HttpResponse:
    """Answer with a tile or a bundle of entries of a log (C2SP tlog-tiles)."""
    files = log_files(actor=request.principal, log=log, epoch=epoch)
    try:
        tile = read_path(f"tile/{path}")
    except Malformed as error:
        raise NotFound from error
    response = HttpResponse(served_tile(files, tile), content_type="application/octet-stream")
    if tile.level != ENTRIES:
        response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@require_GET
@requires(Permission.SECURITY_OWN)
def event_proof(request: TenantRequest, event_id: UUID) -> HttpResponse:
    """Answer with the proof of an event: of any for who reads the log, else of one's own."""
    if not may_prove(actor=request.principal, event_id=event_id):
        raise NotFound
    content = proof_of_event(tenant=request.tenant, event_id=event_id)
    return as_file(content, name=f"event-{event_id}.tlog-proof", kind="text/plain")


@require_GET
@requires(Permission.AUDIT_EXPORT)
def log_bundle(request: TenantRequest) -> HttpResponseBase:
    """Answer with the log, or with a time of it, and all that proves it, as a zip that is written while it is sent."""
    log = _own_log(request)
    signed = log.checkpoint() if log else None
    if log is None or signed is None:
        raise NotUnderCheckpoint
    inquiry = read_inquiry(request)
    if inquiry.question is not None:
        return _inquired_bundle(request, log, signed, inquiry)
    since, until = _day(request, "since"), _day(request, "until", and_days=1)
    span = span_of(log=log, size=signed.size, since=since, until=until)
    details = {name: request.GET[name] for name in ("since", "until") if request.GET.get(name)}
    begin_export(actor=request.principal, details={"bundle": f"{span.start}-{span.stop}", **details}, at=request.now)
    wish = BundleWish(log=log, checkpoint=signed, first=span.start, last=span.stop, created=request.now)
    return _zip(request, wish, name="log", others=_seals(request))


def _inquired_bundle(
    request: TenantRequest, log: TenantLog, signed: CheckpointView, inquiry: Inquiry
) -> HttpResponseBase:
    """Answer with the events of an investigation alone, each with its own proof."""
    if inquiry.wanted is None:
        raise NotFound
    places = selected_places(log=log, size=signed.size, wanted=inquiry.wanted)
    asked = {name: "given" if name == "about" else text for name, text in inquiry.given.items()}
    begin_export(actor=request.principal, details={"bundle": f"{len(places)} selected", **asked}, at=request.now)
    ends = (places[0], places[-1] + 1) if places else (0, 0)
    wish = BundleWish(log=log, checkpoint=signed, first=ends[0], last=ends[1], created=request.now, selected=places)
    return _zip(request, wish, name="investigation", others=[])


def _zip(
    request: TenantRequest, wish: BundleWish, *, name: str, others: list[Callable[[], BundledFile]]
) -> HttpResponseBase:
    pieces = bundle_pieces(wish, others=others, facts=_punches(request))
    return streamed_zip(pieces, name=f"{name}-{request.today.isoformat()}.zip")


def _punches(request: TenantRequest) -> BundledFacts | None:
    """Return the punches beside their events, to who may read everybody's working time."""
    if reaches_everyone(request.principal, Function.TIMESHEETS, Level.READ) is None:
        return None
    return BundledFacts(name="punches.jsonl", of=BINDING, lines=partial(_lines_of, request.tenant))


def _lines_of(tenant: TenantId, events: Sequence[tuple[int, EventView]]) -> bytes:
    return punch_lines(tenant=tenant, events=events)


def _seals(request: TenantRequest) -> list[Callable[[], BundledFile]]:
    """Return the files of the sealed months to who may read everybody's working time: reading the log is not enough."""
    if not _may_read_seals(request):
        return []

    def of(seal_id: UUID) -> BundledFile:
        name, content = seal_file(tenant=request.tenant, seal_id=seal_id)
        return f"seals/{name}", content

    return [partial(of, seal_id) for seal_id in seal_ids(tenant=request.tenant)]


def _may_read_seals(request: TenantRequest) -> bool:
    needed = (Function.TIMESHEETS, Function.CLOSING)
    return all(reaches_everyone(request.principal, one, Level.READ) is not None for one in needed)


def _own_log(request: TenantRequest) -> TenantLog | None:
    log = existing_log_of(request.tenant)
    if log is None:
        return None
    later = epochs(tenant=request.tenant)
    return TenantLog(tenant=request.tenant, log=log, epoch=later[-1].epoch if later else 1)


def _day(request: TenantRequest, name: str, *, and_days: int = 0) -> datetime | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    day = read_date(text) + timedelta(days=and_days)
    return datetime.combine(day, time.min, tzinfo=request.zone).astimezone(UTC)


def _text(key: Any) -> str:  # noqa: ANN401 -- a key, or nothing
    return key.text() if key else ""
