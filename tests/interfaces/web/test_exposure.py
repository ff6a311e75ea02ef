"""The console answers nobody from outside; the probe would see it if it did."""

from ipaddress import ip_network

import pytest
from django.core.handlers.wsgi import WSGIHandler
from pytest_django import Settings

from tokimori.interfaces.web.exposure import OUTSIDE, console_exposure, console_paths


def test_from_outside_nothing_of_the_console_answers() -> None:
    found = console_exposure(WSGIHandler())

    assert found.answered == ()
    assert found.asked == len(console_paths()) * 4
    assert {"/operators", "/operators/maintenance", "/operators/devices"} <= set(console_paths())


def test_a_door_that_stands_open_is_seen(settings: Settings) -> None:
    settings.OPERATOR_NETWORKS = (ip_network(f"{OUTSIDE}/32"),)

    assert any("/operators" in one for one in console_exposure(WSGIHandler()).answered)


@pytest.mark.parametrize("path", console_paths())
def test_every_address_that_is_asked_leads_to_a_page(path: str) -> None:
    assert "<" not in path
