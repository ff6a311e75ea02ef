"""A journey by letter: invited, let in by the link that nobody else saw, shut out by a stranger, and let in again."""

import re
import time
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from support.browser import signed_in
from support.cast import Cast, new_company
from support.mail_server import Mailbox, a_mail_server
from support.visitor import PASSPHRASE, Visitor
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.rules import change_rules
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.middleware.tenancy import cookie_name

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module", autouse=True)
def mailbox() -> Iterator[Mailbox]:
    """A mail service, named to the product before it starts."""
    with a_mail_server() as box, pytest.MonkeyPatch.context() as changed:
        changed.setenv("TOKIMORI_MAIL_URL", f"smtp://127.0.0.1:{box.service.port}?tls=no")
        changed.setenv("TOKIMORI_MAIL_FROM", box.service.sender)
        changed.setenv("TOKIMORI_MAIL_LINKS", "http://127.0.0.1")
        yield box


@pytest.fixture
def company() -> Cast:
    cast = new_company(people={"ada": (frozenset({Role.ADMINISTRATOR}), None)})
    with tenant_transaction(cast.tenant):
        change_rules(actor=cast.system, rules=SecurityRules(mailed_links=1, attempts=3), now=clock.now())
    return cast


def link_to(mailbox: Mailbox, address: str, path: str) -> str:
    """Wait for the letter to an address, and return the link in it."""
    for _ in range(150):
        for number, letter in enumerate(mailbox.letters):
            found = re.search(rf"http://127\.0\.0\.1(/{path}/\S+)", mailbox.text(number))
            if letter["To"] == address and found:
                return found[1]
        time.sleep(0.1)
    raise AssertionError(f"No letter with a link to {path} came to {address}.")


def test_somebody_is_invited_by_letter_and_ends_a_lock_by_letter(
    chromium: Browser, product: str, company: Cast, mailbox: Mailbox
) -> None:
    ada = Visitor(chromium, product)
    secret = signed_in(company, "ada").cookies[cookie_name()].value
    ada.context.add_cookies([{"name": cookie_name(), "value": secret, "url": product}])
    address = f"taro@{company.company_code}.example"
    ada.page.goto(reverse("new_account"))
    ada.page.get_by_label("Name", exact=True).fill("Taro Yamada")
    ada.page.get_by_label("Login ID").fill("taro")
    ada.page.get_by_label("E-mail").fill(address)
    ada.page.locator("select[name=language]").select_option("en")
    ada.page.get_by_role("button", name="Make the account").click()
    ada.sees(f"The one-time link goes to {address}")
    ada.look("link by letter")

    taro = Visitor(chromium, product)
    taro.enter_first(link_to(mailbox, address, "first-sign-in"))

    stranger = Client(SERVER_NAME="localhost")
    wrong = {"company_code": company.company_code, "login": "taro", "password": "not this one"}
    assert [stranger.post(reverse("sign_in"), wrong).status_code for _ in range(4)][-1] == 429
    elsewhere = Visitor(chromium, product)
    elsewhere.page.goto(link_to(mailbox, address, "unlock"))
    elsewhere.look("unlock")
    elsewhere.page.get_by_role("button", name="End the waiting").click()
    elsewhere.page.get_by_role("link", name="Sign in").click()
    elsewhere.page.fill("[name=company_code]", company.company_code)
    elsewhere.page.fill("[name=login]", "taro")
    elsewhere.page.fill("[name=password]", PASSPHRASE)
    elsewhere.look("sign in")
    elsewhere.page.get_by_role("button", name="Sign in", exact=True).click()
    elsewhere.page.wait_for_url(re.compile(r"/(recorder|security|my)"))

    ada.page.goto(reverse("accounts"))
    ada.page.get_by_role("link", name="Taro Yamada").first.click()
    ada.sees("Invitation with a one-time link")
    ada.sees("Too many attempts, with a link that ends the waiting")
    ada.look("letters of an account")
    ada.page.goto(reverse("change_security_rules"))
    ada.look("rules")
