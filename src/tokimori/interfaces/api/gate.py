"""The punch gate: the same door as ``POST /api/v1/punches`` for bursts, in a small process of its own.

Same shapes, same service, same answers; it only gathers requests for a few milliseconds, so that many share a durable
commit. Everything else is *not found* here.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.utils.translation import gettext
from pydantic import TypeAdapter, ValidationError

from tokimori.foundation.errors import InvalidInput, NotFound, Refusal
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.errors import TokenNotUsable
from tokimori.foundation.identity.services.tokens import TOKEN_PREFIX
from tokimori.foundation.request_origin import RequestOrigin
from tokimori.interfaces.api.batches import Batcher
from tokimori.interfaces.api.punches import address_of, as_answer, read_reports, status_of, together
from tokimori.interfaces.api.shapes import PunchAnswersOut, PunchBody, PunchReportIn, PunchReportsIn, offending_fields

LARGEST_BODY: Final = 2 * 1024 * 1024

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

_BODY: Final[TypeAdapter[PunchReportIn | PunchReportsIn]] = TypeAdapter(PunchBody)


class BodyTooLarge(InvalidInput):
    """The request is larger than 2 megabytes; send fewer reports at once."""

    code = "punch.body_too_large"
    status = 413


class PunchGate:
    """The ASGI application."""

    def __init__(self) -> None:
        self._batcher: Batcher | None = None
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the server's life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            return
        try:
            status, body = await self._answer(scope, receive)
        except Refusal as refusal:
            status = HTTPStatus(refusal.status)
            body = json.dumps(
                {"code": refusal.code, "message": gettext(refusal.sentence()), "facts": refusal.facts}
            ).encode()
        headers = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": int(status), "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[HTTPStatus, bytes]:
        if scope["method"] != "POST" or scope["path"] != "/api/v1/punches":
            raise NotFound
        carried = _carried(scope["headers"])
        origin = _origin(scope)
        body = _read(await _whole_body(receive))
        reports, refused = read_reports(body)
        recorded = await self._started().record(carried=carried, reports=reports, origin=origin)
        answers = together(recorded, refused)
        if isinstance(body, PunchReportsIn):
            many = PunchAnswersOut(answers=[as_answer(answer) for answer in answers])
            return HTTPStatus.OK, many.model_dump_json().encode()
        return status_of(answers[0]), as_answer(answers[0]).model_dump_json().encode()

    def _started(self) -> Batcher:
        """Return the batcher; it belongs to the loop that serves, so it is made by the first request."""
        if self._batcher is None:
            self._batcher = Batcher()
            self._running = asyncio.create_task(self._batcher.run())
        return self._batcher

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if self._running is not None:
                    self._running.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _carried(headers: Sequence[tuple[bytes, bytes]]) -> CarriedSecret:
    values = [value for name, value in headers if name.lower() == b"authorization"]
    scheme, _, token = (values[0] if len(values) == 1 else b"").decode("latin-1").partition(" ")
    carried = read_carried_secret(token.strip(), prefix=TOKEN_PREFIX) if scheme.lower() == "bearer" else None
    if carried is None:
        raise TokenNotUsable
    return carried


def _origin(scope: Scope) -> RequestOrigin:
    """Return where a request comes from; a header that was sent several times is one list (RFC 9110 section 5.2)."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"x-forwarded-for"]
    peer, *_port = scope.get("client") or ("",)
    address = address_of(peer=str(peer), forwarded_for=",".join(forwarded))
    return RequestOrigin(address=address, device=headers.get(b"user-agent", ""))


async def _whole_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InvalidInput
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            raise BodyTooLarge
        if not message.get("more_body", False):
            return b"".join(parts)


def _read(body: bytes) -> PunchReportIn | PunchReportsIn:
    try:
        return _BODY.validate_json(body)
    except ValidationError as error:
        raise InvalidInput(fields=offending_fields(error.errors(include_input=False))) from error
