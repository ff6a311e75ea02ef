"""The punch gate answers as the other door does, and shares commits between requests."""

import asyncio
import json
from typing import Any

from support.cast import Cast
from support.machine import new_token, one
from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.foundation.identity.models import AccessToken
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.api.gate import LARGEST_BODY, PunchGate


async def ask(
    gate: PunchGate, body: bytes, *, token: str, path: str = "/api/v1/punches", peer: str = "192.0.2.4"
) -> tuple[int, Any]:
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return waiting.pop()

    async def send(message: Any) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    headers = [(b"authorization", f"Bearer {token}".encode()), (b"user-agent", b"terminal 7")]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "client": (peer, 4711)}
    await gate(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


def asked(requests: list[tuple[bytes, str]]) -> list[tuple[int, Any]]:
    async def together() -> list[tuple[int, Any]]:
        gate = PunchGate()
        return await asyncio.gather(*(ask(gate, body, token=token) for body, token in requests))

    return asyncio.run(together())


def test_many_requests_of_many_companies_are_answered_each(cast: Cast, dan: Cast) -> None:
    own, other = new_token(cast), new_token(dan)
    requests = [(json.dumps(one(cast, key=str(number))).encode(), own) for number in range(30)]
    requests += [(json.dumps(one(cast, key="x", employee_code="0001")).encode(), other)]
    requests += [(json.dumps(one(cast, key="y")).encode(), own[:-1] + ("A" if own[-1] != "A" else "B"))]

    answers = asked(requests)

    assert [status for status, _ in answers] == [201] * 31 + [401]
    with tenant_transaction(cast.tenant):
        assert PunchEvent.objects.count() == 30
        recorded = LedgerEvent.objects.filter(name="punch:recorded", address="192.0.2.4")
        assert [event.device for event in recorded] == ["terminal 7"] * 30
        refused = LedgerEvent.objects.get(name="request:refused")
    assert (refused.details["route"], refused.actor_kind, refused.address) == ("punch_gate", "nobody", "192.0.2.4")


def test_what_the_other_door_refuses_the_gate_refuses(cast: Cast) -> None:
    token = new_token(cast)
    requests = [
        (json.dumps(one(cast)).encode(), token),
        (json.dumps(one(cast, employee_code="nobody", key="b")).encode(), token),
        (b"{", token),
        (json.dumps(one(cast, extra=1)).encode(), token),
        (b"x" * (LARGEST_BODY + 1), token),
        (json.dumps({"reports": [one(cast, key="c")]}).encode(), token),
        (b"{}", "no-token"),
    ]

    answers = asked(requests)

    assert [status for status, _ in answers] == [201, 404, 422, 422, 413, 200, 401]
    assert answers[5][1]["answers"][0]["outcome"] == "recorded"


def test_any_other_address_is_not_found(cast: Cast) -> None:
    token = new_token(cast)

    async def elsewhere() -> tuple[int, Any]:
        return await ask(PunchGate(), b"{}", token=token, path="/")

    status, _ = asyncio.run(elsewhere())

    assert status == 404


def test_a_token_that_comes_from_elsewhere_is_refused_beside_one_that_does_not(cast: Cast) -> None:
    token = new_token(cast, networks=["203.0.113.0/24"])

    async def together() -> list[tuple[int, Any]]:
        gate = PunchGate()
        places = ("203.0.113.9", "198.51.100.1")
        bodies = [json.dumps(one(cast, key=place)).encode() for place in places]
        asks = (ask(gate, body, token=token, peer=place) for place, body in zip(places, bodies, strict=True))
        return await asyncio.gather(*asks)

    answers = asyncio.run(together())

    assert [status for status, _ in answers] == [201, 403]
    assert answers[1][1]["code"] == "token.wrong_address"
    with tenant_transaction(cast.tenant):
        row = AccessToken.objects.get()
        assert (row.last_used_from, row.last_refused_from) == ("203.0.113.9", "198.51.100.1")
