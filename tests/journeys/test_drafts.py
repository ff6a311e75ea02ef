"""Somebody types, goes away, is signed out, comes back by the door, and takes over what he had typed."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from support.browser import signed_in
from support.cast import Cast, new_company
from support.visitor import PASSPHRASE, Visitor
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.drafts.models import Draft
from tokimori.foundation.identity.models import Session
from tokimori.foundation.identity.services.accounts import choose_password, issue_sign_in_link
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.middleware.tenancy import cookie_name

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def company() -> Cast:
    cast = new_company(people={"aiko": (frozenset({Role.EMPLOYEE}), None)})
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=clock.now())
        choose_password(secret=link, password=PASSPHRASE, now=clock.now())
    return cast


@pytest.fixture
def aiko(chromium: Browser, product: str, company: Cast) -> Iterator[Visitor]:
    visitor = Visitor(chromium, product)
    secret = signed_in(company, "aiko").cookies[cookie_name()].value
    visitor.context.add_cookies([{"name": cookie_name(), "value": secret, "url": product}])
    yield visitor
    visitor.context.close()


@pytest.fixture
def form() -> str:
    return reverse("new_correction", args=[(clock.now() - timedelta(days=1)).date().isoformat()])


def type_a_wish(aiko: Visitor, form: str) -> None:
    """Type a correction, and wait until the page has kept it."""
    aiko.page.goto(form)
    aiko.page.get_by_label("Kind").select_option("break_start")
    aiko.page.get_by_label("Right time").fill("12:10")
    with aiko.page.expect_response(re.compile("/drafts/keep")) as kept:
        aiko.page.get_by_label("Reason").fill("I forgot to touch the reader")
    assert kept.value.status == 204


def drafts(company: Cast) -> int:
    with tenant_transaction(company.tenant):
        return Draft.objects.count()


@pytest.mark.control(43)
def test_what_was_typed_outlives_the_session_and_is_sent_by_hand(aiko: Visitor, company: Cast, form: str) -> None:
    type_a_wish(aiko, form)
    with tenant_transaction(company.tenant):
        Session.objects.update(last_used_at=clock.now() - timedelta(minutes=31))

    # The browser was closed meanwhile; whoever opens the page again stands at the door, and then where he was.
    aiko.page.goto("about:blank")
    aiko.page.goto(form)
    aiko.page.wait_for_url(re.compile("/sign-in"))
    aiko.page.fill("[name=company_code]", company.company_code)
    aiko.page.fill("[name=login]", "aiko")
    aiko.page.fill("[name=password]", PASSPHRASE)
    aiko.page.get_by_role("button", name="Sign in", exact=True).click()
    aiko.page.wait_for_url(re.compile(re.escape(form)))

    offer = aiko.page.locator(".draft")
    expect(offer).to_contain_text("It was not sent.")
    expect(aiko.page.get_by_label("Reason")).to_have_value("")
    aiko.look("a draft is offered")
    offer.get_by_role("button", name="Take it over").click()
    expect(offer).to_have_count(0)
    expect(aiko.page.get_by_label("Kind")).to_have_value("break_start")
    expect(aiko.page.get_by_label("Right time")).to_have_value("12:10")
    expect(aiko.page.get_by_label("Reason")).to_have_value("I forgot to touch the reader")
    assert drafts(company) == 1, "until it is sent"
    aiko.look("a draft was taken over")

    aiko.page.get_by_role("button", name="Send").click()
    aiko.sees("Sent. You see here who decides, and when.")
    assert drafts(company) == 0
    aiko.page.goto(form)
    expect(aiko.page.locator("form[data-draft]")).to_have_count(1)
    expect(offer).to_have_count(0)


def test_a_draft_is_thrown_away_and_not_overwritten_while_it_is_offered(
    aiko: Visitor, company: Cast, form: str
) -> None:
    type_a_wish(aiko, form)
    aiko.page.reload()
    offer = aiko.page.locator(".draft")
    expect(offer).to_contain_text("It was not sent.")

    aiko.page.clock.install()
    aiko.page.get_by_label("Reason").fill("Something else")
    aiko.page.clock.run_for("00:10")
    offer.get_by_role("button", name="Throw it away").click()
    expect(offer).to_have_count(0)
    assert drafts(company) == 0
    expect(aiko.page.get_by_label("Reason")).to_have_value("Something else")
    with aiko.page.expect_response(re.compile("/drafts/keep")):
        aiko.page.clock.run_for("00:03")
    assert drafts(company) == 1
    assert aiko.complaints == []


@pytest.mark.control(43)
def test_the_warning_keeps_what_was_typed_says_so_and_does_not_put_the_end_off(
    aiko: Visitor, company: Cast, form: str
) -> None:
    aiko.page.clock.install()
    type_slowly = aiko.page.get_by_label("Reason")
    aiko.page.goto(form)
    with aiko.page.expect_response(re.compile("/drafts/keep")):
        type_slowly.fill("Half a sentence")
        aiko.page.clock.run_for("00:03")
    aiko.page.clock.run_for("26:55")
    expect(aiko.page.locator("#idle")).to_be_hidden()

    with tenant_transaction(company.tenant):
        used = Session.objects.get().last_used_at
    aiko.page.clock.run_for("00:30")
    expect(aiko.page.locator("#idle")).to_contain_text("Are you still there?")
    aiko.page.clock.run_for("02:10")
    expect(aiko.page.locator("#idle")).to_contain_text("You were signed out")
    expect(aiko.page.locator("#idle")).to_contain_text("It is also kept for a day")
    aiko.look("signed out, with a draft")
    link = aiko.page.get_by_role("link", name="Sign in again")
    expect(link).to_have_attribute("href", f"/sign-in?next={form.replace('/', '%2F')}")
    with tenant_transaction(company.tenant):
        assert Session.objects.get().last_used_at == used
