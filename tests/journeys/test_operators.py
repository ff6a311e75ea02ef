"""A company lets somebody of the provider in, watches, shows him out; an emergency takes two and is told."""

import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, CDPSession

from support.cast import Cast
from support.provider import HOST, SYSTEM, Worker, at_console, company_with_administrator, new_worker
from support.visitor import PASSPHRASE, Visitor
from tokimori.foundation import clock
from tokimori.foundation.identity.services.accounts import issue_sign_in_link
from tokimori.foundation.operators.scopes import PrivilegeKind
from tokimori.foundation.operators.services.privileges import PrivilegeWish, ask_privilege
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def company() -> Cast:
    return company_with_administrator()


@pytest.fixture
def haru() -> Worker:
    return new_worker("Haru Support")


@pytest.fixture
def ada(chromium: Browser, product: str, company: Cast) -> Iterator[Visitor]:
    visitor = Visitor(chromium, product)
    with tenant_transaction(company.tenant):
        link = issue_sign_in_link(actor=company.system, account_id=company["ada"].account_id, now=clock.now())
    visitor.enter_first(reverse("first_sign_in", args=[link]))
    visitor.set_up_authenticator()
    yield visitor
    visitor.context.close()


@pytest.fixture
def desk(chromium: Browser, product: str, haru: Worker) -> Iterator[Visitor]:
    """Haru's own machine, at the provider's door."""
    visitor = Visitor(chromium, product.replace("127.0.0.1", HOST))
    with tenant_transaction(PROVIDER):
        link = issue_sign_in_link(actor=SYSTEM, account_id=haru.account_id, now=clock.now())
    visitor.page.goto(reverse("first_sign_in", args=[link]))
    visitor.page.fill("[name=passphrase]", PASSPHRASE)
    visitor.page.fill("[name=passphrase_again]", PASSPHRASE)
    visitor.page.get_by_role("button", name="Save and sign in").click()
    visitor.page.wait_for_url(re.compile("/security"))
    yield visitor
    visitor.context.close()


def with_key(visitor: Visitor, *, may_wander: bool = False) -> tuple[CDPSession, str]:
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        "defaultBackupEligibility": may_wander,
        "defaultBackupState": may_wander,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def add_passkey(visitor: Visitor) -> None:
    visitor.page.goto(reverse("my_security"))
    visitor.page.get_by_role("button", name="Add a passkey").click()


def test_a_company_lets_somebody_in_watches_and_shows_him_out(ada: Visitor, desk: Visitor, company: Cast) -> None:
    desk.sees("Your company asks for a passkey.")
    session, wandering = with_key(desk, may_wander=True)
    add_passkey(desk)
    desk.page.get_by_text("This passkey can move to other devices.").wait_for()
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": wandering})
    with_key(desk)
    add_passkey(desk)
    desk.sees("they are not shown again")
    desk.page.goto(reverse("operator_console"))
    desk.sees("None at present.")
    desk.look("console")

    ada.page.goto(reverse("support_access"))
    ada.sees("nobody")
    ada.look("support access, nobody")
    ada.page.select_option("[name=operator]", label="Haru Support")
    ada.page.fill("[name=purpose]", "Look why April is short")
    ada.page.get_by_role("button", name="Let this person in").click()
    ada.sees("Look why April is short")
    ada.look("support access, granted")

    desk.page.goto(reverse("operator_console"))
    desk.page.get_by_role("button", name=f"Open {company.company_code}").click()
    desk.page.wait_for_url(re.compile("/closing"))
    desk.sees("Support access by Haru Support until")
    desk.look("in the company")
    desk.page.goto(reverse("team"))

    ada.page.get_by_text("GET team").first.wait_for(timeout=15_000)  # the page looks by itself
    ada.look("support access, live")
    ada.page.get_by_role("button", name="End it now").click()
    ada.sees("The access has ended.")
    ada.sees("nobody")

    desk.page.goto(reverse("sites"))
    desk.page.wait_for_url(re.compile("/operators"))
    desk.sees("None at present.")


def test_an_emergency_takes_two_and_stands_on_the_administrators_pages(
    ada: Visitor, desk: Visitor, company: Cast, haru: Worker
) -> None:
    mika = new_worker("Mika Second")
    wish = PrivilegeWish(
        kind=PrivilegeKind.BREAK_GLASS,
        reason="Punches are lost",
        ticket="T-9",
        hours=2,
        company_code=company.company_code,
    )
    with tenant_transaction(PROVIDER):
        wanted = ask_privilege(actor=mika.principal, wish=wish, now=clock.now())
    with_key(desk)
    add_passkey(desk)
    desk.sees("they are not shown again")
    desk.page.goto(reverse("operator_console"))
    desk.look("console, waiting")
    line = desk.page.locator("li", has_text=company.company_code)
    line.get_by_role("button", name="Approve").click()
    desk.sees("Approved.")
    assert at_console(mika).post(reverse("open_company", args=[wanted])).status_code == 302

    ada.page.goto(reverse("sites"))
    ada.sees("Emergency access by the provider: Mika Second")
    ada.look("an emergency")
    ada.page.get_by_role("button", name="We have seen it").click()
    ada.page.goto(reverse("sites"))
    assert ada.page.get_by_text("Emergency access by the provider").count() == 0
