"""Machines are let in: an administrator makes a token and ties a role to a group; a directory works on a live server."""

import re

import httpx2
import pytest
from playwright.sync_api import Browser
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from support.browser import signed_in
from support.cast import Cast, new_company
from support.directory import directory_of
from support.visitor import Visitor
from tokimori.foundation.access.permissions import Role

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def company() -> Cast:
    return new_company(people={"ann": (frozenset({Role.ADMINISTRATOR}), None)})


@pytest.fixture
def ann(chromium: Browser, product: str, company: Cast) -> Visitor:
    visitor = Visitor(chromium, product)
    for name, cookie in signed_in(company, "ann").cookies.items():
        visitor.context.add_cookies([{"name": name, "value": cookie.value, "url": product}])
    return visitor


def test_the_checker_of_the_protocol_is_content_with_the_live_server(product: str, company: Cast) -> None:
    headers = {"Authorization": f"Bearer {directory_of(company).token}"}
    with httpx2.Client(base_url=f"{product}/scim/v2", headers=headers, timeout=30) as connection:
        results = check_server(SyncSCIMClient(connection))

    assert {(result.title, result.reason) for result in results if result.status is Status.ERROR} == set()
    assert sum(result.status is Status.SUCCESS for result in results) > 50


def test_an_administrator_lets_a_directory_in_and_out(ann: Visitor, product: str, company: Cast) -> None:
    ann.page.goto("/access-tokens")
    ann.sees("No token yet")
    ann.look("no tokens yet")
    ann.page.get_by_role("link", name="Token for the directory").click()
    ann.page.fill("[name=name]", "our directory")
    assert ann.page.is_checked("[value='provisioning:write']")
    ann.page.fill("[name=networks]", "203.0.113.7/24")
    ann.page.get_by_role("button", name="Make the token").click()
    ann.sees("This is not a network")
    ann.look("new token with a network that is none")
    ann.page.fill("[name=networks]", "127.0.0.1")
    ann.page.get_by_role("button", name="Make the token").click()
    ann.sees("it is not shown again")
    token = ann.page.locator("code.secret").inner_text()
    ann.page.get_by_role("button", name="Copy").click()
    ann.page.get_by_text(re.compile(r"Copied\.|It is marked")).wait_for()
    ann.look("a token shown once")

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    group = '{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Leaders of the north"}'
    made = httpx2.post(f"{product}/scim/v2/Groups", content=group, headers=headers)
    assert made.status_code == 201

    ann.page.get_by_role("link", name="I have it").click()
    ann.sees(re.compile(r"Last used .+ from 127\.0\.0\.1"))
    ann.page.get_by_label("Role of Leaders of the north").first.select_option("manager")
    ann.page.get_by_role("button", name="Save the role of Leaders of the north").click()
    ann.sees("The members of the group have their roles now.")
    ann.look("tokens and groups")

    ann.page.get_by_role("link", name="Renew our directory").click()
    ann.look("renewal of a token")
    ann.page.get_by_label("It ends at once").check()
    ann.page.get_by_role("button", name="Make the new token").click()
    ann.sees("it is not shown again")
    assert httpx2.get(f"{product}/scim/v2/Groups", headers=headers).status_code == 401
    ann.page.get_by_role("link", name="I have it").click()
    ann.page.get_by_role("button", name="Revoke our directory").click()
    ann.sees("The token is revoked.")
    ann.sees("No token yet")
    ann.page.context.close()
