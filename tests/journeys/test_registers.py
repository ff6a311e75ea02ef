"""A policy in the registers: written at one desk, approved at another, confirmed; looked at on every screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from support.provider import HOST, Worker, at_console, new_worker
from support.registers import PDF, Desk
from support.visitor import Visitor
from tokimori.interfaces.web.middleware.tenancy import cookie_name

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def people() -> Desk:
    return Desk(writer=new_worker("Wren Writes"), other=new_worker("Otto Other"))


def at_desk(chromium: Browser, product: str, worker: Worker) -> Visitor:
    """Return somebody at his registered machine, who has just proved himself by his passkey."""
    visitor = Visitor(chromium, product.replace("127.0.0.1", HOST))
    secret = at_console(worker).cookies[cookie_name()].value
    visitor.context.add_cookies([{"name": cookie_name(), "value": secret, "domain": HOST, "path": "/"}])
    return visitor


@pytest.fixture
def writer(chromium: Browser, product: str, people: Desk) -> Iterator[Visitor]:
    visitor = at_desk(chromium, product, people.writer)
    yield visitor
    visitor.context.close()


@pytest.fixture
def other(chromium: Browser, product: str, people: Desk) -> Iterator[Visitor]:
    visitor = at_desk(chromium, product, people.other)
    yield visitor
    visitor.context.close()


def test_a_policy_from_its_draft_to_its_readers(writer: Visitor, other: Visitor, tmp_path: Path) -> None:
    scan = tmp_path / "policy.pdf"
    scan.write_bytes(PDF)
    page = writer.page
    page.goto(reverse("registers"))
    writer.look("registers")
    page.get_by_role("link", name="Policies", exact=True).click()
    writer.look("one register")
    page.get_by_role("link", name="New entry").first.click()
    writer.look("form of an entry")
    page.fill("[name=title]", "Access policy")
    page.select_option("[name=topic]", "access")
    page.fill("[name=version]", "2")
    page.fill("[name=summary]", "Nobody reaches a company's data unless it lets him in.")
    page.check("[name=must_be_acknowledged]")
    page.get_by_role("button", name="Keep as a draft").click()
    writer.sees("This register asks for a document")
    page.set_input_files("[name=file]", scan)
    page.get_by_role("button", name="Attach", exact=True).click()
    page.get_by_role("button", name="Hand in").click()
    writer.sees("somebody else has to approve it")
    writer.look("entry that waits")
    where = page.url

    other.page.goto(reverse("registers"))
    other.sees("Waits for a second person")
    other.page.goto(where)
    other.look("entry to decide on")
    other.page.get_by_role("button", name="Approve").click()
    other.sees("In force")

    page.goto(reverse("my_duties"))
    writer.look("my duties")
    page.get_by_role("button", name="I have read it and keep to it: Access policy").first.click()
    writer.sees("Read")
