"""Networks, kept by a machine: listed, tried, added, removed; nobody locks himself out, nor touches another company's."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from support.cast import Cast, usual_cast
from support.machine import new_token
from tokimori.foundation import clock
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.identity.models import AddressRule
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction

WHERE = "/api/v1/networks"


class Machine:
    """Holds a token, and comes from one address."""

    def __init__(self, cast: Cast, *scopes: Scope) -> None:
        token = new_token(cast, scopes=frozenset(scopes or {Scope.NETWORKS_WRITE}))
        self.browser = Client(SERVER_NAME="localhost", REMOTE_ADDR="198.51.100.7")
        self.headers = {"authorization": f"Bearer {token}"}

    def ask(self, method: str, where: str = WHERE, body: Any = None) -> tuple[int, Any]:
        text = "" if body is None else json.dumps(body)
        answer = self.browser.generic(method, where, text, content_type="application/json", headers=self.headers)
        return answer.status_code, json.loads(answer.content) if answer.content else None

    def add(self, network: str, *audiences: str, **more: Any) -> tuple[int, Any]:
        return self.ask("POST", body={"audiences": list(audiences) or ["employee"], "network": network, **more})

    def listed(self) -> list[dict[str, Any]]:
        status, body = self.ask("GET")
        assert status == 200
        return list(body["networks"])


@pytest.fixture
def machine(cast: Cast) -> Machine:
    return Machine(cast)


def test_a_network_is_added_listed_and_removed(cast: Cast, machine: Machine) -> None:
    status, body = machine.add("203.0.113.0/24", "employee", "manager", note="Head office")
    assert status == 201
    assert [(one["audience"], one["network"], one["note"]) for one in machine.listed()] == [
        ("manager", "203.0.113.0/24", "Head office"),
        ("employee", "203.0.113.0/24", "Head office"),
    ]
    for one in body["ids"]:
        assert machine.ask("DELETE", f"{WHERE}/{one}") == (204, None)
    assert machine.listed() == []
    with tenant_transaction(cast.tenant):
        events = LedgerEvent.objects.filter(tenant_id=cast.tenant, name__startswith="address_rule:")
        assert set(events.values_list("actor_kind", flat=True)) == {"token"}
        assert set(AddressRule.objects.filter(tenant_id=cast.tenant).values_list("added_by", flat=True)) == {None}


def test_a_dry_run_says_whom_it_hits_and_changes_nothing(machine: Machine) -> None:
    machine.listed()
    status, body = machine.add("203.0.113.0/24", "api", dry_run=True)
    assert (status, body["locks_out_this_token"]) == (200, True)
    assert [one["addresses"] for one in body["hits"]] == [["198.51.100.7"]]
    assert machine.listed() == []

    _, added = machine.add("198.51.100.7", "api")
    status, body = machine.ask("DELETE", f"{WHERE}/{added['ids'][0]}?dry_run=true")
    assert (status, body["locks_out_this_token"]) == (200, False)
    assert len(machine.listed()) == 1


def test_a_machine_does_not_lock_itself_out(machine: Machine) -> None:
    status, body = machine.add("203.0.113.0/24", "api")
    assert (status, body["code"]) == (409, "address_rule.lock_out")
    assert machine.add("198.51.100.0/24", "api")[0] == 201


def test_an_exception_ends_and_needs_one_that_stays(machine: Machine) -> None:
    ends_at = (clock.now() + timedelta(days=1)).isoformat()
    assert machine.add("203.0.113.9", ends_at=ends_at)[1]["code"] == "address_rule.not_lasting"
    assert machine.add("203.0.113.0/24")[0] == 201
    assert machine.add("192.0.2.9", ends_at=ends_at)[0] == 201
    assert {one["ends_at"] is None for one in machine.listed()} == {True, False}


def test_who_may_read_may_not_write(cast: Cast) -> None:
    reader = Machine(cast, Scope.NETWORKS_READ)
    assert reader.listed() == []
    assert reader.add("203.0.113.0/24")[0] == 403
    assert reader.ask("DELETE", f"{WHERE}/{UUID(int=7)}")[0] == 403
    assert Machine(cast, Scope.PUNCHES_WRITE).ask("GET")[0] == 403


def test_another_companys_network_is_not_found(machine: Machine, dan: Cast) -> None:
    _, added = machine.add("203.0.113.0/24")
    other = Machine(dan)
    assert other.listed() == []
    assert other.ask("DELETE", f"{WHERE}/{added['ids'][0]}")[0] == 404
    assert len(machine.listed()) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"audiences": [], "network": "203.0.113.0/24"},
        {"audiences": ["everybody"], "network": "203.0.113.0/24"},
        {"audiences": ["employee"], "network": "203.0.113.7/24"},
        {"audiences": ["employee"], "network": "somewhere"},
        {"audiences": ["employee"], "network": "203.0.113.0/24", "surprise": 1},
        {"audiences": ["employee"], "network": "203.0.113.0/24", "ends_at": "2026-04-01T00:00:00"},
        {"audiences": ["employee"], "network": "203.0.113.0/24", "note": "x" * 500},
        [],
        None,
    ],
)
def test_what_is_odd_is_refused(machine: Machine, body: Any) -> None:
    assert machine.ask("POST", body=body)[0] == 422
    assert machine.listed() == []


@given(network=st.text(max_size=80))
def test_no_text_breaks_the_door(network: str) -> None:
    if not hasattr(test_no_text_breaks_the_door, "machine"):
        test_no_text_breaks_the_door.machine = Machine(usual_cast())  # type: ignore[attr-defined]
    machine = test_no_text_breaks_the_door.machine  # type: ignore[attr-defined]
    assert machine.add(network, dry_run=True)[0] in {200, 422}
