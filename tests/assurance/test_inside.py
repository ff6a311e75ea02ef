"""What travels inside the installation and out of it: looked at on real sockets and real processes."""

import socket
from dataclasses import replace

import pytest
from django.conf import settings as present
from pytest_django.fixtures import Settings

from support.probing import is_red, outcome, switches_off
from tokimori.assurance.probes import inside
from tokimori.foundation import clock
from tokimori.foundation.keys.root_settings import RootProvider
from tokimori.foundation.notices.mail_service import MailService, MailTransport


def own_address() -> str:
    """Return an address of this machine that is no loopback; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("198.51.100.1", 9))
        except OSError:
            pytest.skip("This machine has no network.")
        return str(asking.getsockname()[0])


@switches_off("egress.places")
def test_a_connection_to_a_place_that_nobody_named_is_noticed() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind((own_address(), 0))
        server.listen()
        client.connect(server.getsockname())

        assert is_red("egress.places")
        assert own_address() in outcome("egress.places")[1]
    assert outcome("egress.places")[0] == "passed"


def test_our_own_process_is_counted() -> None:
    assert int(inside.observe_egress(clock.now()).measured["processes"]) >= 1


@switches_off("exchange.inside")
def test_keys_that_are_fetched_in_the_open_are_noticed(settings: Settings) -> None:
    assert outcome("exchange.inside") == ("passed", "")

    settings.ROOT_KEYS = replace(
        present.ROOT_KEYS, provider=RootProvider.TRANSIT, transit_url="http://keys.example", transit_key="one"
    )

    assert is_red("exchange.inside")


@switches_off("exchange.inside")
def test_mail_that_leaves_in_the_open_is_noticed(settings: Settings) -> None:
    settings.MAIL = MailService(
        host="mail.example", port=25, transport=MailTransport.PLAIN, user="", password="", sender="a@mail.example",
        links="https://time.example",
    )  # fmt: skip

    assert is_red("exchange.inside")
