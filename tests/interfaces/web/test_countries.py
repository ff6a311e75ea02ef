"""Countries that a company lets in or keeps out: tried, held at the door, by API too; who comes from a new one is told."""

from collections.abc import Iterator
from datetime import date, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from support.browser import signed_in
from support.cast import NOON, Cast, new_company
from support.machine import new_token
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.countries.delegations import Delegation, RegistryFile
from tokimori.foundation.countries.table import compile_table, write_table
from tokimori.foundation.identity.models import Account, AddressRule
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.services.sessions import Origin
from tokimori.foundation.identity.services.sign_in import enter
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction

NETWORKS = {"192.0.2.0/24": "JP", "198.51.100.0/24": "TH", "203.0.113.0/24": "US", "127.0.0.0/8": "JP"}


@pytest.fixture(autouse=True)
def countries(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "countries"
    spans = []
    for text, country in NETWORKS.items():
        network = ip_network(text)
        first = int(network.network_address)
        spans.append(Delegation(version=4, first=first, end=first + network.num_addresses, country=country))
    file = RegistryFile(registry="apnic", as_of=date(2026, 11, 1), delegations=tuple(spans))
    write_table(compile_table([file]), path=path)
    with override_settings(COUNTRIES=path):
        yield path


@pytest.fixture
def company() -> Cast:
    return new_company(
        people={
            "ann": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )


def fields(country: str, *, kind: str = "country", audience: str = "employee") -> dict[str, str]:
    return {"kind": kind, "country": country, "audience": audience, "network": "", "note": "", "until": ""}


@pytest.mark.control(39, 119)
def test_a_country_is_tried_and_then_held_at_the_door(company: Cast) -> None:
    ann, aiko = signed_in(company, "ann"), signed_in(company, "aiko")
    aiko.get(reverse("my_month"), REMOTE_ADDR="198.51.100.7")

    trial = ann.get(reverse("networks"), fields("JP")).content.decode()
    assert "From Japan" in trial
    assert "198.51.100.7" in trial, "who came from Thailand would have been kept out"
    assert ann.post(reverse("add_network"), fields("JP")).status_code == 302

    assert aiko.get(reverse("my_month"), REMOTE_ADDR="192.0.2.9").status_code == 200
    for elsewhere in ("198.51.100.7", "203.0.113.7", "10.0.0.7"):
        assert aiko.get(reverse("my_month"), REMOTE_ADDR=elsewhere).status_code == 403
    assert "From Japan" in ann.get(reverse("networks")).content.decode()


@pytest.mark.control(39, 119)
def test_a_country_that_is_kept_out_keeps_nobody_else_out(company: Cast) -> None:
    ann, aiko = signed_in(company, "ann"), signed_in(company, "aiko")
    assert ann.post(reverse("add_network"), fields("TH", kind="not-country")).status_code == 302

    assert aiko.get(reverse("my_month"), REMOTE_ADDR="198.51.100.7").status_code == 403
    for elsewhere in ("192.0.2.9", "203.0.113.7", "10.0.0.7"):
        assert aiko.get(reverse("my_month"), REMOTE_ADDR=elsewhere).status_code == 200


@pytest.mark.parametrize(("country", "kind"), [("TH", "country"), ("JP", "not-country")])
def test_nobody_keeps_himself_out(company: Cast, country: str, kind: str) -> None:
    ann = signed_in(company, "ann")

    refused = ann.post(reverse("add_network"), fields(country, kind=kind, audience="administrator"))

    assert refused.status_code == 409
    with tenant_transaction(company.tenant):
        assert not AddressRule.objects.exists()


@pytest.mark.parametrize("country", ["", "XX", "jp", "J", "<b>", "JPN"])
def test_what_is_no_country_is_refused_beside_the_list(company: Cast, country: str) -> None:
    page = signed_in(company, "ann").post(reverse("add_network"), fields(country))

    assert page.status_code == 422
    assert "Choose a country from the list." in page.content.decode()


def test_without_a_table_no_country_is_offered_and_who_came_by_country_is_kept_out(
    company: Cast, countries: Path
) -> None:
    ann, aiko = signed_in(company, "ann"), signed_in(company, "aiko")
    ann.post(reverse("add_network"), fields("JP"))
    countries.unlink()

    assert aiko.get(reverse("my_month"), REMOTE_ADDR="192.0.2.9").status_code == 403
    assert "The list of countries is missing" in ann.get(reverse("networks")).content.decode()
    assert ann.post(reverse("add_network"), fields("TH")).status_code == 409
    with tenant_transaction(company.tenant):
        AddressRule.objects.all().update(removed_at=clock.now())
    assert "has loaded no list" in ann.get(reverse("networks")).content.decode()


@pytest.mark.control(119)
def test_a_machine_keeps_countries_too(company: Cast) -> None:
    token = new_token(company, scopes=frozenset({Scope.NETWORKS_WRITE}))
    machine = Client(SERVER_NAME="localhost", headers={"authorization": f"Bearer {token}"})

    def ask(**body: object) -> tuple[int, dict[str, object]]:
        answer = machine.post("/api/v1/networks", {"audiences": ["employee"], **body}, content_type="application/json")
        return answer.status_code, answer.json()

    assert ask(country="JP")[0] == 201
    assert ask(country="TH", country_rule="keep_out")[0] == 201
    assert ask(country="JP", network="192.0.2.0/24")[0] == 422
    assert ask()[0] == 422
    assert ask(country="XX")[1]["code"] == "address_rule.country_not_readable"
    listed = machine.get("/api/v1/networks").json()["networks"]
    assert [(one["network"], one["country"], one["country_rule"]) for one in listed] == [
        (None, "JP", "let_in"),
        (None, "TH", "keep_out"),
    ]


@pytest.mark.control(37)
def test_a_sign_in_from_a_new_country_is_written_down_once(company: Cast) -> None:
    def come(address: str, hours: int) -> None:
        with tenant_transaction(company.tenant):
            account = Account.objects.get(id=company["aiko"].account_id)
            enter(
                account=account,
                proofs=frozenset({Proof.PASSKEY}),
                is_half=False,
                origin=Origin(address=address, device=""),
                now=NOON + timedelta(hours=hours),
            )

    def noted() -> list[dict[str, object]]:
        with tenant_transaction(company.tenant):
            rows = LedgerEvent.objects.filter(name="sign_in:from_new_country").order_by("at")
            return [one.details for one in rows]

    come("192.0.2.9", 0)
    come("192.0.2.77", 1)
    assert noted() == [], "the first country is no news"
    come("198.51.100.7", 2)
    come("198.51.100.8", 3)
    come("10.0.0.1", 4)
    come("203.0.113.7", 30)
    assert [(one["country"], one["country_before"], one["is_closer_than_a_journey"]) for one in noted()] == [
        ("TH", "JP", True),
        ("US", "TH", False),
    ]
