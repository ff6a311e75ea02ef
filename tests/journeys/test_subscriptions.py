"""Somebody subscribes to changes of the sheet at the public page, confirms it by letter, and ends it by the same letter."""

import re
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from support.mail_server import Mailbox, a_mail_server
from support.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module", autouse=True)
def mailbox() -> Iterator[Mailbox]:
    """A mail service, named to the product before it starts."""
    with a_mail_server() as box, pytest.MonkeyPatch.context() as changed:
        changed.setenv("TOKIMORI_MAIL_URL", f"smtp://127.0.0.1:{box.service.port}?tls=no")
        changed.setenv("TOKIMORI_MAIL_FROM", box.service.sender)
        changed.setenv("TOKIMORI_MAIL_LINKS", "http://127.0.0.1")
        yield box


def link_to(mailbox: Mailbox, address: str, path: str) -> str:
    """Wait for the letter to an address, and return the link in it."""
    for _ in range(150):
        for number, letter in enumerate(mailbox.letters):
            found = re.search(rf"http://127\.0\.0\.1(/{path}/\S+)", mailbox.text(number))
            if letter["To"] == address and found:
                return found[1]
        time.sleep(0.1)
    raise AssertionError(f"No letter with a link to {path} came to {address}.")


def test_a_buyer_subscribes_confirms_and_ends_it(chromium: Browser, product: str, mailbox: Mailbox) -> None:
    buyer = Visitor(chromium, product)
    buyer.page.goto(reverse("trust"))
    buyer.page.get_by_role("link", name="Be told of changes").click()
    buyer.look("subscribe")
    address = f"{uuid4().hex}@buyer.example"
    buyer.page.get_by_label("Your e-mail address").fill(address)
    buyer.page.get_by_label("Once a day").check()
    buyer.page.locator("summary", has_text="Only some rows").click()
    buyer.page.get_by_label("Rows", exact=True).fill("200")
    buyer.page.get_by_role("button", name="Send me the link").click()
    buyer.sees("names chapters and rows that the sheet has")
    buyer.look("subscribe, refused")
    buyer.page.get_by_label("Rows", exact=True).fill("38-57, 119")
    buyer.page.get_by_role("button", name="Send me the link").click()
    buyer.page.get_by_role("heading", name="Look into your mailbox").wait_for()
    buyer.look("asked")

    buyer.page.goto(link_to(mailbox, address, "trust/subscribe"))
    buyer.sees("38-57, 119")
    buyer.look("confirm")
    buyer.page.get_by_role("button", name="Yes, send me letters").click()
    buyer.page.get_by_role("heading", name="You will be told").wait_for()

    end = link_to(mailbox, address, "trust/unsubscribe")
    buyer.page.goto(end)
    buyer.look("end")
    buyer.page.get_by_role("button", name="Send me no more").click()
    buyer.page.get_by_role("heading", name="No more letters").wait_for()
    buyer.look("ended")
    assert buyer.page.goto(end).status == 404
