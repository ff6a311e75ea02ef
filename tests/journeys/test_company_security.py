"""An administrator looks at the company's security, changes rules and networks, and goes away from his desk."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from support.browser import signed_in
from support.cast import Cast, new_company
from support.visitor import Visitor
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.models import SeenAddress, Session
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.middleware.tenancy import cookie_name

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def company() -> Cast:
    return new_company(
        people={
            "ann": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )


def enter(chromium: Browser, product: str, company: Cast, name: str) -> Visitor:
    visitor = Visitor(chromium, product)
    secret = signed_in(company, name).cookies[cookie_name()].value
    visitor.context.add_cookies([{"name": cookie_name(), "value": secret, "url": product}])
    return visitor


@pytest.fixture
def ann(chromium: Browser, product: str, company: Cast) -> Iterator[Visitor]:
    visitor = enter(chromium, product, company, "ann")
    yield visitor
    visitor.context.close()


@pytest.fixture
def aiko(chromium: Browser, product: str, company: Cast) -> Iterator[Visitor]:
    visitor = enter(chromium, product, company, "aiko")
    yield visitor
    visitor.context.close()


def test_from_the_weakest_point_over_its_switch_to_a_new_version(ann: Visitor) -> None:
    ann.page.goto(reverse("company_security"))
    expect(ann.page.locator(".level li").first).to_contain_text("administrator")
    ann.page.locator("summary", has_text="as they should be").click()
    ann.look("company security")

    ann.page.get_by_role("link", name=re.compile("^Ask for it: .* employees has no second factor")).click()
    ann.page.wait_for_url(re.compile("/company/security/change#field-strength_employee"))
    ann.page.get_by_label("Employees sign in with").select_option(label="a passphrase and a second factor")
    ann.page.get_by_label("Minutes without use").fill("99")
    ann.page.locator("summary", has_text="Older rules").click()
    ann.look("change of the rules")
    ann.page.get_by_role("button", name="Let them hold").click()
    ann.sees("A whole number from 5 to 30.")
    ann.look("change of the rules that cannot be")
    ann.page.get_by_label("Minutes without use").fill("10")
    ann.page.get_by_role("button", name="Let them hold").click()

    ann.sees("Version 1 of the rules holds from now on.")
    ann.sees("Employees sign in with: a passphrase alone → a passphrase and a second factor")
    ann.look("company security with a version")


def test_a_network_is_tried_on_yesterday_and_shuts_nobody_out_by_mistake(ann: Visitor, company: Cast) -> None:
    now = clock.now()
    with tenant_transaction(company.tenant):
        SeenAddress.objects.create(
            tenant_id=company.tenant,
            day=(now - timedelta(days=1)).date(),
            audience="employee",
            actor_id=company["aiko"].account_id,
            address="2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff",
            last_at=now - timedelta(days=1),
        )
    ann.page.goto(reverse("networks"))
    ann.look("networks, none")

    ann.page.get_by_label("Network", exact=True).fill("203.0.113.0/24")
    ann.page.get_by_role("checkbox", name="Administrators").check()
    ann.page.get_by_role("checkbox", name="Employees").check()
    ann.page.get_by_role("button", name="Show whom it would keep out").click()
    ann.sees("You come from 127.0.0.1 yourself and would be kept out.")
    ann.look("networks, locking out")
    ann.page.get_by_role("link", name="Add my address").click()
    ann.page.get_by_role("button", name="Let it hold").click()
    ann.sees("127.0.0.1/32 holds from now on.")

    ann.page.get_by_label("Network", exact=True).fill("203.0.113.0/24")
    ann.page.get_by_role("checkbox", name="Employees").check()
    ann.page.get_by_label("Note").fill("Head office")
    ann.page.get_by_role("button", name="Show whom it would keep out").click()
    ann.sees("Aiko")
    ann.look("networks, tried")
    ann.page.get_by_role("button", name="Let it hold").click()
    ann.sees("Head office")
    ann.look("networks")

    ann.page.get_by_role("link", name="Remove 203.0.113.0/24").click()
    ann.page.get_by_role("button", name="Remove it").click()
    ann.sees("The network is removed.")


def test_who_is_away_is_asked_and_loses_nothing_that_was_typed(aiko: Visitor, company: Cast) -> None:
    aiko.page.clock.install()
    aiko.page.goto(reverse("new_correction", args=[(clock.now() - timedelta(days=1)).date().isoformat()]))
    aiko.page.locator("textarea, input[type=text]").last.fill("I forgot")
    dialog = aiko.page.locator("#idle")
    aiko.page.clock.run_for("26:30")
    expect(dialog).to_be_hidden()

    aiko.page.clock.run_for("00:45")
    expect(dialog).to_contain_text("Are you still there?")
    aiko.look("still there")
    aiko.page.get_by_role("button", name="I am still here").click()
    expect(dialog).to_be_hidden()

    aiko.page.clock.run_for("30:00")
    expect(dialog).to_contain_text("You were signed out")
    aiko.look("signed out")
    with tenant_transaction(company.tenant):
        Session.objects.update(ended_at=clock.now())
    with aiko.context.expect_page() as opened:
        aiko.page.get_by_role("link", name="Sign in again").click()
    opened.value.wait_for_url(re.compile("/sign-in"))

    # Signed in again there, this page goes on by itself.
    secret = signed_in(company, "aiko").cookies[cookie_name()].value
    aiko.context.add_cookies([{"name": cookie_name(), "value": secret, "url": aiko.page.url}])
    opened.value.goto(reverse("sessions"))
    # Its clock was not moved along with the first one's.
    opened.value.evaluate("localStorage.setItem('tokimori-used', String(Date.now() + 3_600_000))")
    aiko.page.clock.run_for("00:02")
    expect(dialog).to_be_hidden()
    expect(aiko.page.locator("textarea, input[type=text]").last).to_have_value("I forgot")


def test_who_has_been_in_for_as_long_as_may_be_is_told_before_and_loses_nothing(aiko: Visitor, company: Cast) -> None:
    with tenant_transaction(company.tenant):
        began = clock.now() - timedelta(hours=11, minutes=50)
        Session.objects.filter(account_id=company["aiko"].account_id).update(started_at=began)
    aiko.page.clock.install()
    aiko.page.goto(reverse("new_correction", args=[(clock.now() - timedelta(days=1)).date().isoformat()]))
    aiko.page.locator("textarea, input[type=text]").last.fill("I forgot")
    dialog = aiko.page.locator("#idle")
    aiko.page.clock.run_for("04:00")
    expect(dialog).to_be_hidden()

    aiko.page.clock.run_for("02:00")
    expect(dialog).to_contain_text("This session ends soon")
    aiko.look("ends soon")
    aiko.page.get_by_role("button", name="Go on until then").click()
    expect(dialog).to_be_hidden()
    aiko.page.clock.run_for("01:00")
    expect(dialog).to_be_hidden()

    aiko.page.clock.run_for("04:00")
    expect(dialog).to_contain_text("You were signed out")
    # Signed in again in another tab, whose page says until when it may last, this one goes on by itself.
    aiko.page.evaluate("localStorage.setItem('tokimori-ends', String(Date.now() + 3_600_000))")
    aiko.page.clock.run_for("00:02")
    expect(dialog).to_be_hidden()
    expect(aiko.page.locator("textarea, input[type=text]").last).to_have_value("I forgot")
