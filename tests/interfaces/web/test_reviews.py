"""Access reviews of many accounts come in pages; the security's overview follows the company's own rule on unused ones."""

from datetime import timedelta

import pytest
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, new_company
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.accounts import NewAccount, create_account
from tokimori.foundation.identity.services.reviews import Consequence, NewCampaign, Scope, start_review
from tokimori.foundation.identity.services.rules import change_rules
from tokimori.foundation.tenancy.context import tenant_transaction


@pytest.fixture
def company() -> Cast:
    administrator = frozenset({Role.ADMINISTRATOR})
    return new_company(people={"ada": (administrator, None), "eve": (administrator, None)})


def test_a_review_of_many_accounts_comes_in_pages(company: Cast) -> None:
    now = clock.now()
    with tenant_transaction(company.tenant):
        for number in range(58):
            account = NewAccount(
                login_id=f"w{number:02}", email=None, display_name=f"W {number:02}",
                roles=frozenset({Role.EMPLOYEE}), language="en",
            )  # fmt: skip
            create_account(actor=company.system, account=account, now=now)
        wanted = NewCampaign(
            name="Quarter", scope=Scope.EVERYBODY, reviewer_id=company["ada"].account_id,
            deputy_id=company["eve"].account_id, due_at=now + timedelta(days=14), consequence=Consequence.LIST,
        )  # fmt: skip
        campaign = start_review(actor=company["ada"].principal, wanted=wanted, now=now)
    ada = signed_in(company, "ada")
    where = reverse("review", args=[campaign])

    first, second = ada.get(where), ada.get(f"{where}?offset=50")

    assert (len(first.context["items"]), len(second.context["items"])) == (50, 10)
    assert first.context["pager"]["next_url"] == f"{where}?offset=50"
    shown = {item["id"] for page in (first, second) for item in page.context["items"]}
    assert len(shown) == 60
    assert ada.get(reverse("reviews")).context["pager"] is None


def test_the_overview_counts_as_unused_what_the_companys_own_rule_does(company: Cast) -> None:
    now = clock.now()
    with tenant_transaction(company.tenant):
        change_rules(actor=company.system, rules=SecurityRules(dormant_days=30), now=now)
        Account.objects.update(last_signed_in_at=now - timedelta(days=40))
    unused = "were not used for longer than your rule allows"
    ada = signed_in(company, "ada")
    with tenant_transaction(company.tenant):
        Account.objects.update(last_signed_in_at=now - timedelta(days=40))
    assert f"2 accounts of 2 {unused}" in ada.get(reverse("company_security")).content.decode()

    with tenant_transaction(company.tenant):
        change_rules(actor=company.system, rules=SecurityRules(dormant_days=60), now=now)
    assert unused not in ada.get(reverse("company_security")).content.decode()
