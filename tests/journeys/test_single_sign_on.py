"""Single sign-on as its people meet it: set up, tested, switched on and used, in a browser, with a provider elsewhere.

The product is reached by name and the providers by number, so that to the browser they are different sites: cookies come
along, or do not, as they would on the internet.
"""

import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from support.cast import Cast
from support.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, running
from support.saml_provider import SamlProvider, running_saml
from support.single_sign_on import company_with_administrator, domain_of
from support.visitor import Visitor
from tokimori.foundation import clock
from tokimori.foundation.identity.services.accounts import issue_sign_in_link
from tokimori.foundation.tenancy.context import tenant_transaction

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def company() -> Cast:
    return company_with_administrator()


@pytest.fixture
def address(product: str) -> str:
    return product.replace("127.0.0.1", "localhost")


@pytest.fixture
def mio(chromium: Browser, address: str, company: Cast) -> Iterator[Visitor]:
    """The administrator, with the second factor that she is asked for."""
    visitor = Visitor(chromium, address)
    with tenant_transaction(company.tenant):
        link = issue_sign_in_link(actor=company.system, account_id=company["mio"].account_id, now=clock.now())
    visitor.enter_first(reverse("first_sign_in", args=[link]))
    visitor.set_up_authenticator()
    yield visitor
    visitor.context.close()


@pytest.fixture
def aiko(chromium: Browser, address: str) -> Iterator[Visitor]:
    visitor = Visitor(chromium, address)
    yield visitor
    visitor.context.close()


@pytest.fixture
def saml() -> Iterator[SamlProvider]:
    with running_saml() as provider:
        yield provider


@pytest.fixture
def openid() -> Iterator[OpenIdProvider]:
    with running() as provider:
        yield provider


def add_provider(mio: Visitor, *, kind: str, name: str, slug: str) -> None:
    mio.page.goto(reverse("identity_providers"))
    mio.look("identity providers")
    mio.page.get_by_label(kind).check()
    mio.page.fill("[name=name]", name)
    mio.page.fill("[name=slug]", slug)
    mio.page.get_by_role("button", name="Add", exact=True).click()
    mio.sees("What you enter at the provider")
    mio.look(f"a new provider of {kind}")


def trust_domain(mio: Visitor, company: Cast) -> None:
    mio.page.get_by_label("By e-mail address").check()
    mio.page.fill("[name=domains]", domain_of(company))
    mio.page.locator("form[action$='/trust']").get_by_role("button", name="Store").click()
    mio.sees("Stored. It holds from the next sign-in on.")


def test_saml_from_the_first_value_to_the_first_person(
    mio: Visitor, aiko: Visitor, company: Cast, saml: SamlProvider
) -> None:
    add_provider(mio, kind="SAML 2.0", name="Minato Office", slug="office")
    mio.page.fill("[name=metadata]", "<x/>")
    mio.page.locator("form[action$='/values']").get_by_role("button", name="Store").click()
    mio.sees("This is not the metadata of an identity provider")
    mio.look("metadata that is none")
    mio.page.fill("[name=metadata]", saml.metadata())
    mio.page.locator("form[action$='/values']").get_by_role("button", name="Store").click()
    mio.sees("The provider's values are stored. Test them next.")
    trust_domain(mio, company)
    mio.look("a described provider")

    # The test goes the whole way, and leaves her signed in as herself.
    saml.person = {"attributes": {"email": f"aiko@{domain_of(company)}"}}
    mio.page.get_by_role("link", name="Test", exact=True).click()
    mio.page.get_by_role("button", name="It is me").click()
    mio.sees("The test passed. The account of Aiko would be linked and signed in.")
    mio.look("a test that passed")
    mio.page.get_by_role("button", name="Switch on").click()
    mio.sees("The provider is switched on. Passphrases are still a way in.")
    mio.sees("Passphrases are not taken from")
    mio.look("a provider that is switched on")
    mio.page.get_by_label("Employees").check()
    mio.page.locator("form[action$='/only']").get_by_role("button", name="Store").click()
    mio.sees("Passphrases can be switched off only while an administrator holds a passkey")

    aiko.page.goto(reverse("sign_in"))
    aiko.page.get_by_role("link", name="Sign in with your company's account").click()
    aiko.look("which company")
    aiko.page.fill("[name=company_code]", company.company_code)
    aiko.page.get_by_role("button", name="Go on").click()
    aiko.page.get_by_role("button", name="It is me").click()
    aiko.page.wait_for_url(re.compile("/recorder"))

    # The next time the door knows where she comes from.
    aiko.page.locator("details.menu summary").click()
    aiko.page.get_by_role("button", name="Sign out").click()
    aiko.page.wait_for_url(re.compile("/sign-in"))
    aiko.look("the door with a provider")
    aiko.page.get_by_role("link", name="Sign in with Minato Office").click()
    aiko.page.get_by_role("button", name="It is me").click()
    aiko.page.wait_for_url(re.compile("/recorder"))


def test_openid_connect_from_the_first_value_to_the_first_person(
    mio: Visitor, aiko: Visitor, company: Cast, openid: OpenIdProvider
) -> None:
    add_provider(mio, kind="OpenID Connect", name="Minato Cloud", slug="cloud")
    mio.page.fill("[name=issuer]", openid.issuer)
    mio.page.fill("[name=client_id]", CLIENT_ID)
    mio.page.fill("[name=client_secret]", "wrong")
    mio.page.locator("form[action$='/values']").get_by_role("button", name="Store").click()
    mio.sees("The provider's values are stored. Test them next.")
    trust_domain(mio, company)
    openid.person["email"] = f"aiko@{domain_of(company)}"

    mio.page.get_by_role("link", name="Test", exact=True).click()
    mio.sees("The test did not pass. The provider did not exchange the code.")
    mio.look("a test that did not pass")
    mio.page.get_by_role("link", name="Back to the provider").click()
    mio.page.locator("summary", has_text="Take its values anew").click()
    mio.page.fill("[name=client_secret]", CLIENT_SECRET)
    mio.page.locator("form[action$='/values']").get_by_role("button", name="Store").click()
    mio.sees("The provider's values are stored. Test them next.")
    mio.page.get_by_role("link", name="Test", exact=True).click()
    mio.sees("The test passed.")
    mio.page.get_by_role("button", name="Switch on").click()
    mio.sees("The provider is switched on.")

    aiko.page.goto(f"{reverse('sign_in')}?company={company.company_code}")
    aiko.page.get_by_role("link", name="Sign in with Minato Cloud").click()
    aiko.page.wait_for_url(re.compile("/recorder"))
