"""Every page opens for whoever may see it."""

import pytest
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast

PAGES = {
    "aiko": ["recorder", "my_month", "corrections"],
    "ben": ["recorder", "team", "approvals"],
    "chie": ["closing", "exports", "imports", "employees", "rule_sets", "sites", "team", "approvals"],
    "eri": ["closing", "employees", "rule_sets", "sites", "team"],
}


@pytest.mark.parametrize(("name", "page"), [(name, page) for name, pages in PAGES.items() for page in pages])
def test_page_opens(cast: Cast, name: str, page: str) -> None:
    browser = signed_in(cast, name)

    response = browser.get(reverse(page))

    assert response.status_code == 200


def test_stranger_is_sent_to_the_door() -> None:
    response = Client(SERVER_NAME="localhost").get("/recorder")

    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in")
