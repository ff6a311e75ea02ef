"""The sheet as everybody, a company and the provider's people see it: read, narrowed, a gap accepted by two."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from support.browser import signed_in
from support.cast import Cast, new_company
from support.provider import HOST, Worker, at_console, new_worker
from support.visitor import Visitor
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.probe import Observation
from tokimori.assurance.services.answering import answer_sheet
from tokimori.assurance.services.running import keep_observation
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.interfaces.web.middleware.tenancy import cookie_name

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module", autouse=True)
def _seen() -> None:
    """Let some probes have looked, one of them with a failure."""
    now = clock.now()
    outcomes = {
        "clock.offset": Observation(outcome=Outcome.PASSED, measured={"clocks": 2, "offset_milliseconds": 1}),
        "sign_in.throttle": Observation(outcome=Outcome.PASSED, measured={"attempts": 10, "lock_minutes": 15}),
        "password.rules": Observation(outcome=Outcome.FAILED, reason="refused:short, refused:common"),
        "listener.tls_floor": Observation(
            outcome=Outcome.ERRORED, reason="No listener is named in TOKIMORI_LISTENERS."
        ),
    }
    for name, seen in outcomes.items():
        keep_observation(probe=PROBES[name], seen=seen, observed_from=now, observed_to=now)
    answer_sheet(now=now)


def enter(chromium: Browser, address: str, secret: str) -> Visitor:
    visitor = Visitor(chromium, address)
    visitor.context.add_cookies([{"name": cookie_name(), "value": secret, "url": address}])
    return visitor


def desk_of(chromium: Browser, product: str, worker: Worker) -> Visitor:
    secret = at_console(worker).cookies[cookie_name()].value
    return enter(chromium, product.replace("127.0.0.1", HOST), secret)


@pytest.fixture
def anybody(chromium: Browser, product: str) -> Iterator[Visitor]:
    visitor = Visitor(chromium, product)
    yield visitor
    visitor.context.close()


@pytest.fixture
def company() -> Cast:
    return new_company(people={"fay": (frozenset({Role.ADMINISTRATOR}), None)})


def test_everybody_reads_the_sheet_and_narrows_it(anybody: Visitor) -> None:
    page = anybody.page
    page.goto(reverse("trust"))
    for summary in page.locator(".sheet-explained > details > summary").all():
        summary.click()
    anybody.look("public sheet")

    page.fill("[name=framework]", "ISO A.8.5")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#row-41")).to_be_visible()
    expect(page.locator("#row-1")).to_have_count(0)
    page.locator("#row-41 a").first.click()
    anybody.sees("Failing to sign in, again and again")
    page.goto(reverse("trust_row", args=[44]))
    anybody.sees("Weak passwords, tried")
    anybody.look("row of the public sheet")


def test_a_company_reads_it_with_its_own_values(chromium: Browser, product: str, company: Cast) -> None:
    visitor = enter(chromium, product, signed_in(company, "fay").cookies[cookie_name()].value)
    visitor.page.goto(reverse("company_security"))
    visitor.page.get_by_role("link", name="Security sheet").first.click()
    visitor.sees("Your company has this off:")
    visitor.look("a company's own sheet")

    visitor.page.locator("#row-39 .sheet-own a").click()
    visitor.page.wait_for_url(re.compile("/networks"))
    visitor.page.goto(reverse("own_sheet_row", args=[40]))
    visitor.look("a row with its own value")
    visitor.context.close()


def test_a_gap_is_accepted_by_two_and_a_probe_looks_at_once(chromium: Browser, product: str) -> None:
    haru, jun = desk_of(chromium, product, new_worker("Haru")), desk_of(chromium, product, new_worker("Jun"))
    haru.page.goto(reverse("compliance"))
    haru.sees("Weak passwords, tried")
    haru.look("compliance")
    haru.page.get_by_role("link", name="Accept the gap of row 44 for a time").click()
    expect(haru.page.locator("#field-row")).to_have_value("44")
    haru.page.fill("[name=reason]", "The list of common passwords comes back tomorrow.")
    haru.page.fill("[name=ends_on]", (clock.now() + timedelta(days=5)).date().isoformat())
    haru.page.get_by_role("button", name="Propose").click()
    haru.sees("Yours: another one decides.")
    haru.look("a gap that waits")

    jun.page.goto(reverse("compliance"))
    jun.page.get_by_role("link", name=re.compile("Row 44: somebody asks you")).click()
    jun.page.get_by_role("button", name="Accept the gap of row 44").click()
    jun.sees("accepted by Jun")
    jun.look("an accepted gap")

    jun.page.goto(reverse("compliance_probes"))
    jun.look("probes")
    jun.page.get_by_role("button", name=re.compile("^Look now: Clocks that agree")).click()
    jun.sees("as soon as the worker can")
    jun.page.goto(reverse("sheet_notices"))
    jun.page.get_by_role("button", name="Send me letters").click()
    jun.sees("You get letters about changes.")
    jun.look("changes")
    for visitor in (haru, jun):
        visitor.context.close()
