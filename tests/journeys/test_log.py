"""An auditor looks for somebody's failed attempts and takes them as a file; Aiko looks at what was done in her name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from support.cast import Cast, usual_cast
from support.visitor import Visitor
from tokimori.foundation import clock
from tokimori.foundation.identity.errors import SignInFailed
from tokimori.foundation.identity.services.accounts import issue_sign_in_link
from tokimori.foundation.identity.services.sessions import Origin
from tokimori.foundation.identity.services.sign_in import SignInAttempt, sign_in
from tokimori.foundation.request_origin import RequestOrigin, coming_from
from tokimori.foundation.tenancy.context import tenant_transaction

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/604.1"


@pytest.fixture
def company() -> Cast:
    cast = usual_cast()
    attempt = SignInAttempt(
        company_code=cast.company_code,
        name="aiko",
        password="wrong",
        origin=Origin(address="198.51.100.7", device=PHONE),
    )
    with coming_from(RequestOrigin(address="198.51.100.7", device=PHONE)), pytest.raises(SignInFailed):
        sign_in(attempt=attempt, now=clock.now())
    return cast


@pytest.fixture
def eri(chromium: Browser, product: str, company: Cast) -> Iterator[Visitor]:
    visitor = Visitor(chromium, product)
    enter(visitor, company, "eri")
    visitor.set_up_authenticator()
    yield visitor
    visitor.context.close()


@pytest.fixture
def aiko(chromium: Browser, product: str, company: Cast) -> Iterator[Visitor]:
    visitor = Visitor(chromium, product)
    enter(visitor, company, "aiko")
    yield visitor
    visitor.context.close()


def enter(visitor: Visitor, company: Cast, name: str) -> None:
    with tenant_transaction(company.tenant):
        link = issue_sign_in_link(actor=company.system, account_id=company[name].account_id, now=clock.now())
    visitor.enter_first(reverse("first_sign_in", args=[link]))


def test_failed_attempts_are_found_opened_and_taken_as_a_file(eri: Visitor) -> None:
    eri.page.goto(reverse("home"))
    eri.page.get_by_role("link", name="Log").first.click()
    eri.look("log")
    eri.page.fill("[name=person]", "aiko")
    eri.page.select_option("[name=outcome]", "failed")
    eri.page.get_by_role("button", name="Show", exact=True).click()
    eri.sees("198.51.100.7")
    assert "outcome=failed" in eri.page.url
    eri.page.locator("main summary").first.click()
    eri.sees("sign_in:failed")
    eri.look("log, chosen")

    with eri.page.expect_download() as download:
        eri.page.get_by_role("link", name="CSV of these").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert [line.split(",")[1] for line in text.splitlines()] == ["event", "sign_in:failed"]


def test_an_investigation_is_a_name_and_a_question(eri: Visitor) -> None:
    eri.page.goto(reverse("log"))
    eri.page.get_by_role("link", name="Investigation").first.click()
    eri.look("investigation")
    eri.page.get_by_role("button", name="Everything this account did").click()
    eri.sees("Say whom or what it is about.")
    eri.page.fill("[name=about]", "198.51.100.7")
    eri.page.get_by_role("button", name="Everything from this address or session").click()
    eri.sees("Tried to sign in without success")
    eri.page.locator("main summary").first.click()
    eri.sees("sign_in:failed")
    eri.look("investigation, answered")

    eri.page.fill("[name=about]", "eri")
    eri.page.get_by_role("button", name="Everything this account did").click()
    eri.sees("Added an authenticator")
    eri.page.get_by_role("link", name="Everything in this session").first.click()
    eri.sees("Everything from this address or session")
    eri.look("investigation, followed to a session")


def test_a_person_sees_what_was_tried_in_his_name(aiko: Visitor) -> None:
    aiko.page.goto(reverse("my_security"))
    aiko.page.get_by_role("link", name="My activity").click()
    aiko.sees("Tried to sign in without success")
    aiko.sees("Safari, iPhone")
    aiko.look("my activity")
