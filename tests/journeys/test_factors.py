"""Passkeys, authenticator, recovery codes: each added and used in a browser, as its person would."""

import re
from collections.abc import Iterator

import pyotp
import pytest
from django.urls import reverse
from playwright.sync_api import Browser, CDPSession

from support.cast import Cast, usual_cast
from support.visitor import PASSPHRASE, Visitor
from tokimori.foundation import clock
from tokimori.foundation.identity.models import Session
from tokimori.foundation.identity.services.accounts import issue_sign_in_link
from tokimori.foundation.tenancy.context import tenant_transaction

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def company() -> Cast:
    return usual_cast()


@pytest.fixture
def address(product: str) -> str:
    """Passkeys are bound to a name, so the browser comes by name."""
    return product.replace("127.0.0.1", "localhost")


@pytest.fixture
def aiko(chromium: Browser, address: str, company: Cast) -> Iterator[Visitor]:
    visitor = Visitor(chromium, address)
    with tenant_transaction(company.tenant):
        link = issue_sign_in_link(actor=company.system, account_id=company["aiko"].account_id, now=clock.now())
    visitor.enter_first(reverse("first_sign_in", args=[link]))
    yield visitor
    visitor.context.close()


def with_key(visitor: Visitor) -> CDPSession:
    """Give the browser a device that makes passkeys and whose owner is there."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def sign_out(visitor: Visitor) -> None:
    visitor.page.locator("details.menu summary").click()
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.page.wait_for_url(re.compile("/sign-in"))


def sign_in(visitor: Visitor, company: Cast, password: str = PASSPHRASE) -> None:
    visitor.page.goto(reverse("sign_in"))
    visitor.page.fill("[name=company_code]", company.company_code)
    visitor.page.fill("[name=login]", "aiko")
    visitor.page.fill("[name=password]", password)
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_added_and_opens_the_door_without_a_name(aiko: Visitor) -> None:
    with_key(aiko)
    aiko.page.goto(reverse("my_security"))
    aiko.page.get_by_role("button", name="Add a passkey").click()
    aiko.sees("they are not shown again")
    aiko.page.get_by_role("link", name="I have them").click()
    aiko.sees("A passkey protects your account.")
    aiko.look("my security with a passkey")

    # The field for the name offers the passkey by itself; this device's owner always says yes.
    sign_out(aiko)
    aiko.page.wait_for_url(re.compile("/recorder"))

    # Asked again who it is, she shows it once more.
    aiko.page.goto(f"{reverse('confirm')}?next=/sessions")
    aiko.look("is it still you")
    aiko.page.get_by_role("button", name="Use a passkey").click()
    aiko.page.wait_for_url(re.compile("/sessions"))


def test_after_the_password_a_passkey_or_a_recovery_code(aiko: Visitor, company: Cast) -> None:
    key = with_key(aiko)
    aiko.page.goto(reverse("my_security"))
    aiko.page.get_by_role("button", name="Add a passkey").click()
    aiko.sees("they are not shown again")
    codes = aiko.page.locator("code.secret").all_inner_texts()
    aiko.page.goto(reverse("my_security"))
    key.send("WebAuthn.disable")  # the device is lost
    sign_out(aiko)

    sign_in(aiko, company)
    aiko.page.wait_for_url(re.compile("/sign-in/second"))
    aiko.look("second factor")
    aiko.page.fill("[name=code]", "000000")
    aiko.page.get_by_role("button", name="Go on").click()
    aiko.sees("This code is not right")
    aiko.page.fill("[name=code]", codes[0])
    aiko.page.get_by_role("button", name="Go on").click()
    aiko.page.wait_for_url(re.compile("/recorder"))

    aiko.page.goto(reverse("my_security"))
    aiko.sees("9 codes are left.")
    aiko.page.get_by_role("button", name="Remove Chrome, Linux").click()
    aiko.sees("The passkey is removed.")


def test_an_authenticator_is_asked_for_after_the_password(aiko: Visitor, company: Cast) -> None:
    generator = aiko.set_up_authenticator()
    aiko.page.get_by_role("link", name="I have them").click()
    sign_out(aiko)

    sign_in(aiko, company)
    aiko.page.wait_for_url(re.compile("/sign-in/second"))
    fresh = pyotp.TOTP(generator.secret).at(clock.now(), counter_offset=1)  # the digits of set-up are used up
    aiko.page.fill("[name=code]", fresh)
    aiko.page.get_by_role("button", name="Go on").click()
    aiko.page.wait_for_url(re.compile("/recorder"))


def test_after_a_new_factor_the_sessions_of_before_end_with_one_press(
    aiko: Visitor, company: Cast, chromium: Browser, address: str
) -> None:
    elsewhere = Visitor(chromium, address)
    sign_in(elsewhere, company)
    elsewhere.page.wait_for_url(re.compile("/recorder"))

    aiko.set_up_authenticator()
    aiko.page.get_by_role("link", name="I have them").click()
    aiko.sees("1 other session began before this change.")
    aiko.look("my security after a change")
    aiko.page.get_by_role("button", name="End all others").click()
    aiko.sees("1 session is ended.")

    elsewhere.page.goto(reverse("recorder"))
    elsewhere.page.wait_for_url(re.compile("/sign-in"))
    elsewhere.context.close()


def test_a_passphrase_is_changed_and_shown_while_it_is_typed(aiko: Visitor, company: Cast) -> None:
    aiko.page.goto(reverse("my_security"))
    aiko.page.get_by_role("link", name="Change it").click()
    aiko.page.fill("[name=current]", PASSPHRASE)
    aiko.page.fill("[name=passphrase]", "short")
    aiko.page.get_by_role("button", name="Show what is typed").nth(1).click()
    assert aiko.page.get_attribute("[name=passphrase]", "type") == "text"
    aiko.look("change of passphrase")
    new = "five other quiet words here"
    for name in ("passphrase", "passphrase_again"):
        aiko.page.fill(f"[name={name}]", new)
    aiko.page.get_by_role("button", name="Change", exact=True).click()
    aiko.sees("Your passphrase is changed.")
    sign_out(aiko)

    sign_in(aiko, company, new)
    aiko.page.wait_for_url(re.compile("/recorder"))


def test_after_a_while_the_person_is_asked_again_and_comes_back(aiko: Visitor, company: Cast) -> None:
    with tenant_transaction(company.tenant):
        for session in Session.objects.all():
            Session.objects.filter(id=session.id).update(proved_at=session.started_at.replace(year=2020))

    aiko.page.goto(reverse("authenticator"))
    aiko.page.wait_for_url(re.compile(r"/confirm\?next="))
    aiko.page.fill("[name=password]", PASSPHRASE)
    aiko.page.get_by_role("button", name="Go on").click()
    aiko.sees("Point its camera at this picture.")
