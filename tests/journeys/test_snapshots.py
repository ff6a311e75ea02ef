"""Somebody of the provider publishes the sheet and shares it; a buyer opens the link and takes the files."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from support.logkeeping import log_keeping
from support.provider import HOST, at_console, new_worker
from support.visitor import Visitor
from tokimori.assurance.catalogue.controls import controls
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.probe import Observation
from tokimori.assurance.services.running import keep_observation
from tokimori.foundation import clock
from tokimori.interfaces.web.middleware.tenancy import cookie_name

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def desk(chromium: Browser, product: str) -> Iterator[Visitor]:
    """An operator at the provider's door, signed in from a registered device."""
    visitor = Visitor(chromium, product.replace("127.0.0.1", HOST))
    secret = at_console(new_worker()).cookies[cookie_name()].value
    visitor.context.add_cookies([{"name": cookie_name(), "value": secret, "domain": HOST, "path": "/"}])
    yield visitor
    visitor.context.close()


@pytest.fixture
def buyer(chromium: Browser, product: str) -> Iterator[Visitor]:
    visitor = Visitor(chromium, product)
    yield visitor
    visitor.context.close()


def settle() -> None:
    """Let row 36 be a gap, so that it contradicts nothing: nobody has an entry for row 26 in this installation."""
    now = clock.now()
    for name in controls()[36].probes:
        seen = Observation(outcome=Outcome.FAILED, reason="a test", measured={})
        keep_observation(probe=PROBES[name], seen=seen, observed_from=now, observed_to=now)


def test_a_snapshot_is_published_found_shared_and_taken_back(desk: Visitor, buyer: Visitor) -> None:
    with log_keeping() as keeping:
        keeping.publish(now=clock.now())
        settle()
        desk.page.goto(reverse("sheet_publishing"))
        desk.look("publish the sheet")
        desk.page.get_by_role("button", name="Publish", exact=True).click()
        desk.sees("Published snapshots")
        keeping.publish(now=clock.now())

    buyer.page.goto(reverse("trust"))
    buyer.page.get_by_role("link", name="Published snapshots").click()
    buyer.sees("proof.tlog-proof")
    buyer.look("published snapshots")
    with buyer.page.expect_download() as waiting:
        buyer.page.get_by_role("link", name="日本語").first.click()
    assert waiting.value.suggested_filename.endswith("sheet.ja.html")

    desk.page.goto(reverse("sheet_links"))
    desk.page.get_by_label("For whom").fill("Kaisha K.K.")
    desk.page.get_by_label("Password of the link").fill("four quiet words here")
    desk.page.get_by_role("button", name="Make the link").click()
    link = desk.page.locator(".notice .snapshot-command").inner_text()
    desk.look("shared links")

    buyer.page.goto(link[link.index("/trust/") :])
    buyer.look("what a link asks")
    buyer.page.get_by_label("Your e-mail address").fill("buyer@example.com")
    buyer.page.get_by_label("Password of this link").fill("four quiet words here")
    buyer.page.get_by_role("button", name="Open").click()
    buyer.sees("proof.tlog-proof")
    buyer.look("a shared snapshot")

    desk.page.goto(reverse("sheet_links"))
    desk.page.get_by_text("Who looked").first.click()
    desk.sees("buyer@example.com")
    desk.page.get_by_role("button", name="Take back the link for Kaisha K.K.").first.click()
    desk.sees("Whoever has the link finds nothing any more")
    assert buyer.page.reload().status == 404
