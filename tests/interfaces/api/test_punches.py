"""The machine's door: one report or many, answered for each, durable before the answer."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from support.cast import Cast
from support.machine import new_token, one, yesterday
from support.punching import at
from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.tenancy.context import tenant_transaction

ADDRESS = "/api/v1/punches"


@pytest.fixture
def token(cast: Cast) -> str:
    return new_token(cast)


def post(body: Any, token: str | None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    text = body if isinstance(body, str) else json.dumps(body)
    response = Client(SERVER_NAME="localhost").post(ADDRESS, text, content_type="application/json", headers=headers)
    return response.status_code, response.json()


def test_one_report_is_answered_by_its_own_status(cast: Cast, token: str) -> None:
    assert post(one(cast), token)[0] == 201
    assert post(one(cast), token)[0] == 200

    status, answer = post(one(cast, kind="out"), token)

    assert (status, answer["code"], answer["outcome"]) == (409, "punch.key_reused", "refused")
    assert answer["message"]
    with tenant_transaction(cast.tenant):
        assert PunchEvent.objects.get().place == "gate 3"


def test_many_reports_are_answered_each(cast: Cast, token: str) -> None:
    tomorrow = at(yesterday() + timedelta(days=3), "09:00").isoformat()
    body = {
        "reports": [
            one(cast, key="a"),
            one(cast, key="b", employee_code="nobody"),
            one(cast, key="c", occurred_at=tomorrow),
            one(cast, key="a"),
        ]
    }

    status, answer = post(body, token)

    assert status == 200
    assert [(row["outcome"], row["code"]) for row in answer["answers"]] == [
        ("recorded", None),
        ("refused", "punch.unknown_employee"),
        ("refused", "punch.in_future"),
        ("repeated", None),
    ]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"kind": 7}, id="kind that is no text"),
        pytest.param({"occurred_at": "2026-04-01T09:00:00"}, id="time without offset"),
        pytest.param({"occurred_at": "yesterday"}, id="no time"),
        pytest.param({"key": ""}, id="empty key"),
        pytest.param({"key": "x" * 101}, id="long key"),
        pytest.param({"employee_code": 7}, id="code that is no text"),
        pytest.param({"extra": 1}, id="unknown field"),
        pytest.param({"place": "\u0000"}, id="control character"),
    ],
)
def test_what_has_not_the_shape_is_refused_by_field(cast: Cast, token: str, change: dict[str, Any]) -> None:
    status, answer = post(one(cast, **change), token)

    assert (status, answer["code"]) == (422, "invalid_input")
    (field,) = change
    assert answer["facts"]["fields"] == field
    status, answer = post({"reports": [one(cast, key="fine"), one(cast, **change)]}, token)
    assert (status, answer["facts"]["fields"]) == (422, f"reports.1.{field}")
    with tenant_transaction(cast.tenant):
        assert not PunchEvent.objects.exists()


def test_an_unknown_kind_is_refused_by_its_code_and_hinders_no_other(cast: Cast, token: str) -> None:
    status, answer = post(one(cast, kind="vanish"), token)
    assert (status, answer["outcome"], answer["code"]) == (422, "refused", "punch.unknown_kind")

    status, answer = post(
        {"reports": [one(cast, key="a", kind="vanish"), one(cast, key="b"), one(cast, key="c", kind="")]}, token
    )
    assert status == 200
    assert [(row["key"], row["code"]) for row in answer["answers"]] == [
        ("a", "punch.unknown_kind"),
        ("b", None),
        ("c", "punch.unknown_kind"),
    ]
    assert post(one(cast, kind="vanish"), "x")[0] == 401


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"reports": []}', '{"reports": [1]}'])
def test_what_is_no_report_is_refused(cast: Cast, token: str, text: str) -> None:
    assert post(text, token)[0] in {400, 422}


def test_without_a_right_token_nobody_comes_in(cast: Cast, token: str) -> None:
    for wrong in (None, "x", token[:-1], token[:-2] + "xx", token.replace("tkm", "tks")):
        status, answer = post(one(cast), wrong)
        assert (status, answer["code"]) == (401, "token.not_usable")


def test_a_token_reaches_its_own_company_alone(cast: Cast, dan: Cast) -> None:
    status, answer = post(one(cast, employee_code="0002"), new_token(dan))

    assert (status, answer["code"]) == (404, "punch.unknown_employee")


def test_a_token_without_the_right_records_nothing(cast: Cast) -> None:
    powerless = new_token(cast, scopes=frozenset({Scope.SITES_READ}))

    status, _ = post(one(cast), powerless)

    assert status == 404
    with tenant_transaction(cast.tenant):
        assert not PunchEvent.objects.exists()


def test_health_and_description_are_public() -> None:
    browser = Client(SERVER_NAME="localhost")

    assert browser.get("/api/v1/health").json() == {"status": "ok"}
    assert "/api/v1/punches" in browser.get("/api/v1/openapi.json").json()["paths"]
