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


@pytest.mark.parametrize(("name", "page"), [(name, page) for name, pages in PAGES.items() for page in pages])
def test_every_page_has_the_way_out(cast: Cast, name: str, page: str) -> None:
    browser = signed_in(cast, name)

    text = browser.get(reverse(page)).content.decode()
    answer = browser.post(reverse("sign_out"))

    assert f'<form method="post" action="{reverse("sign_out")}">' in text
    assert answer.status_code == 302
    assert browser.get(reverse(page)).status_code == 302


def test_stranger_is_sent_to_the_door() -> None:
    response = Client(SERVER_NAME="localhost").get("/recorder")

    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in")


def test_a_page_within_a_place_marks_the_place_and_says_on_paper_whose_it_is(cast: Cast) -> None:
    browser = signed_in(cast, "chie")

    for page, arguments, place in (("closing_of", ["2026-04"], "closing"), ("my_month_of", ["2026-04"], "my_month")):
        text = browser.get(reverse(page, args=arguments)).content.decode()
        link = text[text.index(f'href="{reverse(place)}"') :].split(">")[0]
        assert 'aria-current="page"' in link
        head = text[text.index('class="print-head"') :].split("</p>")[0]
        assert "見本株式会社" in head
        assert "東京本社" in head


def test_the_list_of_people_names_their_rules_in_words(cast: Cast) -> None:
    text = signed_in(cast, "chie").get(reverse("employees")).content.decode()

    assert "固定労働" in text
    assert ">jp-fixed<" not in text
