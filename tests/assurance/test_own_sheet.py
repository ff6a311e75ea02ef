"""A company's security people read the sheet with their own values; nobody else does, and no other company's do."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, new_company
from support.provider import HOST, at_console, new_worker
from tokimori.assurance.catalogue.controls import ROWS
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.rules import change_rules
from tokimori.foundation.tenancy.context import tenant_transaction


@pytest.fixture
def company() -> Cast:
    return new_company(
        people={
            "gus": (frozenset({Role.SECURITY}), None),
            "fay": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )


def text(page: bytes) -> str:
    return re.sub(r"\s+", " ", page.decode())


def shown(cast: Cast, name: str, address: str) -> str:
    answer = signed_in(cast, name).get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200, answer.content
    return text(answer.content)


def test_every_row_is_there_and_ones_own_values_beside_those_that_settings_decide(company: Cast) -> None:
    with tenant_transaction(company.tenant):
        rules = replace(SecurityRules(), history_depth=0, attempts=7)
        change_rules(actor=company.system, rules=rules, now=clock.now())

    page = shown(company, "fay", reverse("own_sheet"))

    assert page.count('class="sheet-square ') == len(ROWS)
    assert page.count('class="sheet-own ') == 13
    assert "After 7 wrong attempts an account is closed for 15 minutes" in page
    assert "Earlier passphrases may be taken again" in page
    assert "Your company has this off:" in page
    assert f'{reverse("change_security_rules")}#field-history_depth">Switch it on' in page
    assert "advise against changing at fixed intervals" in page


def test_the_rows_with_ones_own_values_stand_alone_when_asked_for(company: Cast) -> None:
    page = shown(company, "gus", f"{reverse('own_sheet')}?own=1")

    assert page.count('class="sheet-own ') == 13
    assert page.count('class="sheet-line"') == 13
    assert page.count('class="sheet-square ') == len(ROWS), "the board shows every row"


def test_one_row_shows_the_same_value(company: Cast) -> None:
    page = shown(company, "gus", reverse("own_sheet_row", args=[41]))

    assert "After 10 wrong attempts" in page
    assert "Are repeated failures to sign in" in page
    assert reverse("change_security_rules") not in page, "who may not change it gets no switch"
    assert reverse("own_sheet_row", args=[42]) in page


def test_the_public_page_knows_no_company(company: Cast) -> None:
    browser = signed_in(company, "fay")

    page = text(browser.get(reverse("trust")).content)

    assert "sheet-own" not in page
    assert reverse("own_sheet") in page


def test_another_company_sees_its_own_values(company: Cast, dan: Cast) -> None:
    with tenant_transaction(company.tenant):
        change_rules(actor=company.system, rules=replace(SecurityRules(), attempts=7), now=clock.now())

    assert "After 10 wrong attempts" in shown(dan, "dan", reverse("own_sheet"))


@pytest.mark.parametrize("address", [reverse("own_sheet"), reverse("own_sheet_row", args=[41])])
def test_nobody_else_reads_it(company: Cast, address: str) -> None:
    assert signed_in(company, "aiko").get(address).status_code == 403
    assert Client(SERVER_NAME="localhost").get(address).status_code == 302
    assert at_console(new_worker()).get(address, headers={"host": HOST}).status_code == 403


@pytest.mark.parametrize("row", [0, 136, 99999999])
def test_a_number_that_no_row_has_is_not_found(company: Cast, row: int) -> None:
    assert signed_in(company, "fay").get(f"/trust/own/{row}").status_code == 404


def test_nothing_of_it_is_kept_by_anybody_between(company: Cast) -> None:
    answer = signed_in(company, "fay").get(reverse("own_sheet"))

    assert "no-store" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]
