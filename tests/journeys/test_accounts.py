"""An administrator at work: invites, prints, changes roles, closes; beside him the people it happens to."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from support.cast import FOUNDED, Cast, new_company
from support.visitor import PASSPHRASE, Visitor
from tokimori.domains.people.services import EmploymentTerms, NewEmployee, hire_employee
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.services.accounts import issue_sign_in_link
from tokimori.foundation.tenancy.context import tenant_transaction

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def company() -> Cast:
    """Ada and Bob administer, Aiko works; Nana was hired and has no account yet."""
    cast = new_company(
        people={
            "ada": (frozenset({Role.ADMINISTRATOR}), None),
            "bob": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )
    hired = date(2026, 1, 1)
    nana = NewEmployee(
        code="0900", family_name="藤田", given_name="奈々", phonetic_name="", account_id=None, hired_on=hired
    )
    terms = EmploymentTerms(valid_from=hired, site_id=cast.site_id, rule_set_code="jp-fixed", leader_id=None)
    with tenant_transaction(cast.tenant):
        hire_employee(actor=cast.system, employee=nana, terms=terms, now=FOUNDED)
    return cast


@pytest.fixture
def ada(chromium: Browser, product: str, company: Cast) -> Iterator[Visitor]:
    visitor = Visitor(chromium, product.replace("127.0.0.1", "localhost"))
    with tenant_transaction(company.tenant):
        link = issue_sign_in_link(actor=company.system, account_id=company["ada"].account_id, now=clock.now())
        # The other one has been in, so that there is somebody besides her.
        Account.objects.filter(id=company["bob"].account_id).update(last_signed_in_at=clock.now())
    visitor.enter_first(reverse("first_sign_in", args=[link]))
    visitor.set_up_authenticator()
    visitor.page.get_by_role("link", name="I have them").click()
    yield visitor
    visitor.context.close()


@pytest.fixture
def other(chromium: Browser, product: str) -> Iterator[Visitor]:
    visitor = Visitor(chromium, product.replace("127.0.0.1", "localhost"))
    yield visitor
    visitor.context.close()


def open_account(ada: Visitor, name: str) -> None:
    ada.page.goto(reverse("accounts"))
    ada.page.get_by_role("row", name=re.compile(name)).get_by_role("link", name=name).click()


def test_from_the_invitation_to_the_end(ada: Visitor, other: Visitor, company: Cast) -> None:
    ada.page.goto(reverse("accounts"))
    ada.sees("3 open accounts")
    ada.look("accounts")
    ada.page.get_by_role("link", name="Invite", exact=True).click()
    ada.look("new account")
    ada.page.get_by_label("Name", exact=True).fill("Nana Fujita")
    ada.page.get_by_label("Employee number").fill("0900")
    ada.page.get_by_label("Login ID").fill("nana")
    ada.page.get_by_role("button", name="Make the account").click()
    ada.sees("it is not shown again")
    ada.look("one-time link")
    link = ada.page.locator("code.secret").inner_text()
    ada.page.get_by_role("link", name="I have handed it over").click()
    ada.sees("Invited")

    other.enter_first(link)
    other.page.wait_for_url(re.compile("/recorder"))
    other.page.goto(link)
    other.page.get_by_text("was used already").first.wait_for()

    ada.page.reload()
    ada.sees("Active")
    ada.look("account")
    ada.page.locator("summary", has_text="Change the roles").click()
    ada.page.get_by_label("Leader").check()
    ada.page.get_by_role("button", name="Save").first.click()
    ada.sees("the sessions ended")

    other.page.goto(reverse("recorder"))
    other.page.wait_for_url(re.compile("/sign-in"))
    sign_in(other, company)
    other.page.wait_for_url(re.compile("/(recorder|team)"))
    other.page.goto(reverse("team"))
    other.look("team of who may lead now")

    ada.page.locator("summary", has_text="Sign out everywhere").click()
    ada.look("account, about to sign somebody out")
    ada.page.get_by_role("button", name="Sign out everywhere").click()
    ada.sees("1 session is ended.")
    other.page.goto(reverse("recorder"))
    other.page.wait_for_url(re.compile("/sign-in"))
    sign_in(other, company)
    other.page.wait_for_url(re.compile("/(recorder|team)"))

    ada.page.locator("summary", has_text="Close the account").click()
    ada.page.get_by_role("button", name="Close the account").click()
    ada.sees("Sessions, trusted devices and links ended at once")
    other.page.goto(reverse("recorder"))
    other.page.wait_for_url(re.compile("/sign-in"))
    sign_in(other, company)
    other.page.get_by_text("not right").first.wait_for()


def sign_in(visitor: Visitor, company: Cast) -> None:
    visitor.page.goto(reverse("sign_in"))
    visitor.page.fill("[name=company_code]", company.company_code)
    visitor.page.fill("[name=login]", "nana")
    visitor.page.fill("[name=password]", PASSPHRASE)
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()


def test_many_at_once_from_a_file_and_as_slips(ada: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("login_id,name,language\np1,岡田 真理,ja\np2,มาลี ศรีสุข,th\naiko,Again,en\n".encode())
    ada.page.goto(reverse("accounts"))
    ada.page.get_by_role("link", name="From a file").click()
    ada.page.set_input_files("[name=file]", file)
    ada.page.get_by_role("button", name="Make the accounts").click()
    ada.sees("This login ID or e-mail address is somebody's already")
    ada.look("accounts from a file")

    with ada.page.expect_download() as waiting:
        ada.page.get_by_role("button", name="Print slips for these accounts").click()

    assert waiting.value.suggested_filename == "first-sign-in.pdf"
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")


def test_a_review_and_a_shared_account_are_walked_through(ada: Visitor, company: Cast) -> None:
    ada.page.goto(reverse("reviews"))
    ada.page.get_by_label("Name of the review").fill("Autumn")
    ada.page.get_by_label("Reviewer", exact=True).select_option(label="Ada")
    ada.page.get_by_label("Who reviews the reviewer").select_option(label="Bob")
    ada.page.get_by_label("Last day").fill(f"{clock.now().year + 1}-01-31")
    ada.look("reviews")
    ada.page.get_by_role("button", name="Begin").click()
    ada.sees("0 of 2 decided")
    ada.look("review")
    ada.page.get_by_role("button", name="Keep Bob").click()
    ada.sees("1 of 2 decided")

    ada.page.goto(reverse("shared_accounts"))
    ada.page.get_by_label("Name of the account").fill("Tablet")
    ada.page.get_by_label("Login ID", exact=True).fill("tablet")
    ada.page.get_by_label("Who answers for it").fill("bob")
    ada.page.get_by_label("Why there must be one").fill("one tablet for the gate")
    ada.page.get_by_label("Last day").fill(f"{clock.now().year + 1}-01-31")
    ada.page.get_by_role("button", name="Register").click()
    ada.page.locator("summary", has_text="Hand it out").click()
    ada.page.get_by_label("To whom").fill("aiko")
    ada.page.get_by_label("For what").fill("gate duty")
    ada.page.get_by_role("button", name="Make a link for a quarter of an hour").click()
    ada.sees("it is not shown again")
    ada.page.get_by_role("link", name="I have handed it over").click()
    ada.sees("With Aiko")
    ada.look("shared accounts")
    ada.page.get_by_role("button", name="Take it back").click()
    ada.sees("Back, and opens nothing")
