"""Where one is: every page belongs to a place, the place is marked, and what stands beside the page is one click away."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from support.browser import signed_in
from support.cast import whole_cast
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identity.security_rules import BOUNDS
from tokimori.interfaces.web.navigation import PLACES, route_of
from tokimori.interfaces.web.permissions import permission_of
from tokimori.interfaces.web.urls import urlpatterns

OUTSIDE = {
    "home", "sign_out", "language", "search", "stay", "confirm", "confirm_with", "arrive_to_confirm",
    "second_factor", "own_passkey_options", "ledger_checkpoint", "ledger_tile", "ledger_key_changes", "receipt_file",
    "punch_proof", "keep_draft", "read_draft", "drop_draft",
}  # fmt: skip
"""What shows no page in the frame, or belongs to no place: doors, fragments, files, what leads on at once."""


def pages() -> list[URLPattern]:
    return [
        one for one in urlpatterns if permission_of(one.callback) is not Permission.PUBLIC and one.name not in OUTSIDE
    ]


@pytest.mark.parametrize("pattern", pages(), ids=lambda one: one.name)
def test_every_page_belongs_to_a_place(pattern: URLPattern) -> None:
    path = "/" + re.sub(r"<[^>]+>", "x", str(pattern.pattern))

    assert route_of(view=str(pattern.name), path=path), path


def test_no_two_places_share_a_picture_and_no_page_stands_in_two() -> None:
    tabs = [tab for place in PLACES for tab in place.tabs]

    assert len({tab.icon for tab in tabs}) == len(tabs)
    assert len({tab.route for tab in tabs}) == len(tabs)


def rail(browser: Client, route: str) -> list[tuple[str, bool]]:
    text = browser.get(reverse(route)).content.decode()
    part = text[text.index('<nav class="rail"') : text.index("<main")]
    links = re.findall(r"<a class=\"nav-link\"(.*?)>.*?<span class=\"nav-label\">(.*?)</span>", part, re.DOTALL)
    return [(label, "aria-current" in opening) for opening, label in links]


def tabs(browser: Client, route: str) -> list[tuple[str, bool]]:
    text = browser.get(reverse(route)).content.decode()
    if '<nav class="tabs"' not in text:
        return []
    part = text[text.index('<nav class="tabs"') :].split("</nav>")[0]
    return [(label, "aria-current" in opening) for opening, label in re.findall(r"<a (.*?)>(.*?)</a>", part, re.DOTALL)]


def test_the_rail_holds_what_a_person_may_do_and_marks_where_he_is() -> None:
    cast = whole_cast()
    own = ["Today", "My month", "Requests"]
    people, company = ["People", "Accounts"], ["Security", "Log", "My security"]

    assert [label for label, _ in rail(signed_in(cast, "aiko"), "my_security")] == [*own, "My security"]
    assert [label for label, _ in rail(signed_in(cast, "fay"), "networks")] == [*people, "Rules", *company]
    # Who may not open the first page of a place finds the place under the name of the first that he may.
    assert [label for label, _ in rail(signed_in(cast, "gus"), "log")] == ["Divisions", "Accounts", *company]
    assert [label for label, is_here in rail(signed_in(cast, "fay"), "networks") if is_here] == ["Security"]
    assert [label for label, is_here in rail(signed_in(cast, "fay"), "reviews") if is_here] == ["Accounts"]


def test_what_stands_beside_a_page_is_one_click_away() -> None:
    cast = whole_cast()

    assert tabs(signed_in(cast, "fay"), "sites") == [
        ("People", False),
        ("Divisions", False),
        ("Employee types", False),
        ("Sites", True),
    ]
    assert tabs(signed_in(cast, "chie"), "tokens") == []
    assert [label for label, _ in tabs(signed_in(cast, "gus"), "company_security")] == [
        "Overview",
        "Networks",
        "Single sign-on",
        "Support access",
        "Security sheet",
    ]


def test_the_palette_reaches_every_page_of_the_navigation() -> None:
    text = signed_in(whole_cast(), "fay").get(reverse("employees")).content.decode()
    palette = text[text.index('id="palette-links"') :].split("</ul>")[0]

    for route in ("employee_types", "sites", "access", "reviews", "shared_accounts", "networks", "support_access"):
        assert f'href="{reverse(route)}"' in palette


def test_the_page_of_a_person_leads_to_his_account_and_says_no_more_to_who_may_not_see_it() -> None:
    cast = whole_cast()
    person = reverse("employee", args=[cast["aiko"].employee_id])
    account = reverse("account", args=[cast["aiko"].account_id])

    administrator = signed_in(cast, "fay").get(person).content.decode()
    payroll = signed_in(cast, "chie").get(person).content.decode()

    assert f'href="{account}"' in administrator
    assert "No account." not in administrator
    assert account not in payroll
    assert "Signs in with an account." in payroll


def test_every_security_rule_has_its_field_in_the_form() -> None:
    text = signed_in(whole_cast(), "fay").get(reverse("change_security_rules")).content.decode()

    assert [name for name in BOUNDS if f'name="{name}"' not in text] == []


def test_the_door_says_what_to_do_when_the_passphrase_is_forgotten(client: Client) -> None:
    assert "new one-time link" in client.get(reverse("sign_in")).content.decode()


def test_what_only_the_provider_has_is_no_choice_in_a_company() -> None:
    cast = whole_cast()
    text = signed_in(cast, "fay").get(reverse("new_account")).content.decode()

    assert 'value="auditor"' in text
    assert 'value="operator"' not in text
