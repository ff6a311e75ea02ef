"""Strangers find whom to write to, or nothing; and the probe sees when that is not so."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from assurance.test_listeners import Authority, listening, serving
from support.probing import is_red, outcome, switches_off
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.foundation import clock
from tokimori.foundation.listeners import read_listener
from tokimori.foundation.security_contact import (
    PATH,
    SecurityContact,
    SecurityContactNotValid,
    read_security_contact,
)

SET = "TOKIMORI_SECURITY_CONTACT"


def contact(*, days: int = 100) -> SecurityContact:
    return SecurityContact(address="mailto:security@example.com", until=clock.now().date() + timedelta(days=days))


@pytest.mark.control(101)
def test_the_contact_is_served_to_everybody_as_text_with_its_end(settings: Settings) -> None:
    settings.SECURITY_CONTACT = contact()

    answer = Client(SERVER_NAME="localhost").get(reverse("security_text"))

    assert reverse("security_text") == PATH
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().splitlines()[:2] == [
        "Contact: mailto:security@example.com",
        f"Expires: {contact().until.isoformat()}T23:59:59Z",
    ]


def test_without_a_contact_nothing_is_found_and_nothing_is_looked_at(settings: Settings) -> None:
    settings.SECURITY_CONTACT = None

    assert Client(SERVER_NAME="localhost").get(reverse("security_text")).status_code == 404
    assert not PROBES["disclosure.contact"].has_subject()


@pytest.mark.control(101)
@switches_off("disclosure.contact")
def test_a_contact_is_proven_and_another_or_an_ending_one_is_noticed(settings: Settings, tmp_path: Path) -> None:
    settings.SECURITY_CONTACT = contact()
    with serving(tmp_path, **{SET: f"{contact().address} {contact().until}"}) as address:
        settings.LISTENERS = (read_listener(address),)
        assert PROBES["disclosure.contact"].has_subject()
        assert outcome("disclosure.contact") == ("passed", "")

        settings.SECURITY_CONTACT = SecurityContact(address="https://example.com/report", until=contact().until)
        assert is_red("disclosure.contact")


@pytest.mark.parametrize("days", [5, 500])
@switches_off("disclosure.contact")
def test_a_contact_that_nobody_renewed_or_that_is_promised_for_ever_is_noticed(
    settings: Settings, tmp_path: Path, days: int
) -> None:
    settings.SECURITY_CONTACT = contact(days=days)
    with serving(tmp_path, **{SET: f"{contact().address} {contact(days=days).until}"}) as address:
        settings.LISTENERS = (read_listener(address),)

        assert is_red("disclosure.contact")
        assert "contact_is_looked_after" in outcome("disclosure.contact")[1]


@switches_off("disclosure.contact")
def test_a_page_that_is_shown_for_everything_is_no_contact(settings: Settings, tmp_path: Path) -> None:
    settings.SECURITY_CONTACT = contact()
    authority = Authority(tmp_path)
    text = contact().text(canonical="").encode()
    with listening(authority, headers={"Content-Type": "text/html"}, page=text) as address:
        settings.LISTENERS = (read_listener(address),)

        assert is_red("disclosure.contact")


@pytest.mark.parametrize(
    "text",
    ["security@example.com 2027-06-30", "mailto:a@b.example", "mailto:a@b.example 2027-13-01",
     "http://b.example 2027-01-01", "mailto:a@b.example 2027-01-01 x", "mailto:a@b.example\nContact: c 2027-01-01"],
)  # fmt: skip
def test_a_contact_that_is_not_written_as_contacts_are_is_refused(text: str) -> None:
    with pytest.raises(SecurityContactNotValid):
        read_security_contact(text)


@given(st.text(max_size=80), st.dates(min_value=date(2026, 1, 1), max_value=date(2099, 1, 1)))
def test_whatever_is_set_adds_no_line_to_the_file(address: str, until: date) -> None:
    try:
        found = read_security_contact(f"{address} {until}")
    except SecurityContactNotValid:
        return
    assert found is None or len(found.text(canonical="").splitlines()) == 3
