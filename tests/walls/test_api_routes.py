"""Every address of the machine's door, every kind of token, two companies. A new address without a row here fails."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import get_resolver

from support.browser import signed_in
from support.cast import Cast
from support.machine import new_token, one
from tokimori.foundation.access.scopes import Scope

PUNCH = "/api/v1/punches"
NETWORKS = "/api/v1/networks"
LEDGER = "/api/v1/ledger/provider/1"

# A answered, - not allowed, 0 not found, door: no valid token.
#   right   a token that records punches      wrong   a token with another right
#   other   another company's token           screen  a signed-in browser without a token
#                                        address          right wrong other none  screen
TABLE: dict[str, tuple[str, str, str, str, str, str, str]] = {
    "health":           ("GET",  "/api/v1/health",       "A", "A", "A", "A",    "A"),
    "openapi-json":     ("GET",  "/api/v1/openapi.json", "A", "A", "A", "A",    "A"),
    "api-root":         ("GET",  "/api/v1/",             "0", "0", "0", "0",    "0"),
    "report_punches":   ("POST", PUNCH,                  "A", "0", "0", "door", "door"),
    "list_networks":    ("GET",  NETWORKS,               "-", "-", "-", "door", "door"),
    "let_network_in":   ("POST", NETWORKS,               "-", "-", "-", "door", "door"),
    "remove_one_network": ("DELETE", f"{NETWORKS}/{UUID(int=7)}", "-", "-", "-", "door", "door"),
    "log_checkpoint": ("GET",  f"{LEDGER}/checkpoint",   "-", "-", "-", "door", "door"),
    "log_key_changes": ("GET", f"{LEDGER}/key-changes",   "-", "-", "-", "door", "door"),
    "log_tile":       ("GET",  f"{LEDGER}/tile/0/000",   "-", "-", "-", "door", "door"),
}  # fmt: skip


def routes() -> set[str]:
    (api,) = (one for one in get_resolver().url_patterns if getattr(one, "namespace", None) == "api")
    return {str(route.name) for route in api.url_patterns}


def outcome(response: Any) -> str:
    return {200: "A", 201: "A", 401: "door", 403: "-", 404: "0"}.get(response.status_code, "!")


def test_the_table_has_every_address_and_no_other() -> None:
    assert routes() == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_each_token_gets_what_the_table_says(cast: Cast, dan: Cast, name: str) -> None:
    method, address, *expected = TABLE[name]
    tokens = (
        new_token(cast),
        new_token(cast, scopes=frozenset({Scope.PEOPLE_READ})),
        new_token(dan),
        None,
    )
    bare = Client(SERVER_NAME="localhost")

    got = [outcome(ask(bare, cast, method, address, token)) for token in tokens]
    got.append(outcome(ask(signed_in(cast, "chie"), cast, method, address, None)))

    assert got == expected


def ask(browser: Client, cast: Cast, method: str, address: str, token: str | None) -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    if method != "POST":
        return browser.generic(method, address, headers=headers)
    if address == NETWORKS:
        body = json.dumps({"audiences": ["employee"], "network": "203.0.113.0/24"})
        return browser.post(address, body, content_type="application/json", headers=headers)
    body = json.dumps(one(cast, employee_code=unknown_elsewhere(cast)))
    return browser.post(address, body, content_type="application/json", headers=headers)


def unknown_elsewhere(cast: Cast) -> str:
    """Return a code that only the first company has: the other has one person."""
    return cast["chie"].employee_code
