"""Where TLS is spoken, a machine without it is refused before its token is looked at, and a browser is sent on."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

MACHINES = ("/api/v1/punches", "/api/v1/networks", "/api/v1/health", "/scim/v2/Users", "/api/no/such/address")


@pytest.fixture
def browser(settings: Settings) -> Client:
    settings.SECURE_SSL_REDIRECT = True
    return Client(SERVER_NAME="localhost")


@pytest.mark.control(42)
@pytest.mark.parametrize("address", MACHINES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_machine_without_tls_is_refused_and_not_sent_on(browser: Client, address: str, method: str) -> None:
    answer = browser.generic(method, address, headers={"Authorization": "Bearer tka.x.y"})

    assert answer.status_code == 403
    assert answer.json()["code"] == "transport.plain"
    assert "Location" not in answer.headers


@pytest.mark.control(42)
def test_a_browser_without_tls_is_sent_on_and_a_machine_with_it_is_answered(browser: Client) -> None:
    sent_on = browser.get("/sign-in")
    assert sent_on.status_code == 301
    assert sent_on.headers["Location"] == "https://localhost/sign-in"

    assert browser.get("/api/v1/health", secure=True).status_code == 200
    assert browser.get("/api/v1/networks", secure=True).status_code == 401


def test_where_no_tls_is_spoken_machines_are_answered(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = False

    assert Client(SERVER_NAME="localhost").get("/api/v1/health").status_code == 200
