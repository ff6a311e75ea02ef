"""``/api/v1/ledger``: the files of a log for a machine that follows it; the same bytes as with a session."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tokimori.foundation import clock
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.services.tokens import machine_transaction
from tokimori.foundation.ledger.bundles import key_change_lines
from tokimori.foundation.ledger.queries.logs import LogFiles, log_files, served_tile
from tokimori.foundation.transparency.faults import Malformed
from tokimori.foundation.transparency.tiles import ENTRIES, read_path
from tokimori.interfaces.api.punches import address_of
from tokimori.interfaces.api.shapes import RefusalOut

router = Router(tags=["ledger"])

_REFUSALS = {
    HTTPStatus.UNAUTHORIZED: RefusalOut,
    HTTPStatus.FORBIDDEN: RefusalOut,
    HTTPStatus.NOT_FOUND: RefusalOut,
}


def _answers_with(kind: str, what: str) -> dict[str, Any]:
    """Return what the description of the API says of an answer that is a file."""
    return {"responses": {int(HTTPStatus.OK): {"description": what, "content": {kind: {}}}}}


@router.get(
    "/ledger/{slug:log}/{int:epoch}/checkpoint",
    response=_REFUSALS,
    summary="Read the newest checkpoint of a log",
    openapi_extra=_answers_with("text/plain", "A signed note (C2SP tlog-checkpoint)."),
)
def log_checkpoint(request: HttpRequest, log: str, epoch: int) -> HttpResponse:
    """Answer with the newest checkpoint of the company's own log, or of the log ``provider``."""
    with _files(request, log, epoch) as files:
        signed = files.checkpoint()
    if signed is None:
        raise NotFound
    return HttpResponse(signed.note, content_type="text/plain; charset=utf-8")


@router.get(
    "/ledger/{slug:log}/{int:epoch}/key-changes",
    response=_REFUSALS,
    summary="Read the changes of the key that signs a log",
    openapi_extra=_answers_with(
        "application/jsonl", "One change on each line, as in bundles; nothing before the first."
    ),
)
def log_key_changes(request: HttpRequest, log: str, epoch: int) -> HttpResponse:
    """Answer with every change of the signer's key, each with the proof that the provider's log announced it."""
    with _files(request, log, epoch):
        return HttpResponse(key_change_lines(), content_type="application/jsonl")


@router.get(
    "/ledger/{slug:log}/{int:epoch}/tile/{path:path}",
    response=_REFUSALS,
    summary="Read a tile of a log",
    openapi_extra=_answers_with("application/octet-stream", "A tile, or a bundle of entries (C2SP tlog-tiles)."),
)
def log_tile(request: HttpRequest, log: str, epoch: int, path: str) -> HttpResponse:
    """Answer with a tile that the newest checkpoint covers: ``<level>/<number>`` or ``entries/<number>``."""
    with _files(request, log, epoch) as files:
        try:
            tile = read_path(f"tile/{path}")
        except Malformed as error:
            raise NotFound from error
        content = served_tile(files, tile)
    response = HttpResponse(content, content_type="application/octet-stream")
    if tile.level != ENTRIES:
        response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@contextmanager
def _files(request: HttpRequest, log: str, epoch: int) -> Iterator[LogFiles]:
    """Open the log that a machine may read, in its company's transaction."""
    address = address_of(
        peer=request.META.get("REMOTE_ADDR", ""), forwarded_for=request.headers.get("X-Forwarded-For", "")
    )
    with machine_transaction(carried=vars(request)["auth"], address=address, now=clock.now()) as actor:
        yield log_files(actor=actor, log=log, epoch=epoch)
