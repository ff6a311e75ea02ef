"""What is decided by two, on the screens: proposed, approved by another one, told to whom it concerns."""

import pytest
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import NOON, Cast, new_company
from support.machine import new_token
from support.rules import tokyo_rules
from tokimori.domains.rulesets.queries import rule_set
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.identity.models import AccessToken, Account
from tokimori.foundation.identity.services.rules import current_rules
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.vouching.models import TokenIssuer
from tokimori.interfaces.web.rule_choices import choice_fields
from tokimori.interfaces.web.security_choices import values_of

CODE = tokyo_rules().code


@pytest.fixture
def company() -> Cast:
    administrator, payroll = frozenset({Role.ADMINISTRATOR}), frozenset({Role.PAYROLL})
    cast = new_company(
        people={
            "ann": (administrator, None),
            "bob": (administrator, None),
            "chie": (payroll, None),
            "cora": (payroll, None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )
    with tenant_transaction(cast.tenant):
        Account.objects.exclude(id=cast["aiko"].account_id).update(last_signed_in_at=NOON)
    return cast


def two_decide(company: Cast, subject: str) -> Client:
    ann = signed_in(company, "ann")
    assert ann.post(reverse("choose_second_person", args=[subject]), {"is_asked": "yes"}).status_code == 302
    return ann


def test_security_rules_are_proposed_by_one_and_approved_by_another(company: Cast) -> None:
    ann = two_decide(company, "security_rules")
    with tenant_transaction(company.tenant):
        given = {**values_of(current_rules(tenant=company.tenant)), "idle_minutes": "10", "seen_version": "0"}
    assert ann.post(reverse("change_security_rules"), given).status_code == 302

    (own,) = ann.get(reverse("company_security")).context["proposals"]
    assert (own["is_readers"], own["person"]) == (True, "Ann")
    assert ann.post(own["decide_url"], {"decision": "approve"}).status_code == 403
    bob = signed_in(company, "bob")
    (row,) = bob.get(reverse("company_security")).context["proposals"]
    assert [str(line["after"]) for line in row["lines"]] == ["10"]
    assert bob.post(row["decide_url"], {"decision": "approve"}).status_code == 302

    with tenant_transaction(company.tenant):
        assert current_rules(tenant=company.tenant).idle_minutes == 10
    assert bob.get(reverse("company_security")).context["proposals"] == []


def test_to_end_it_takes_two_as_well(company: Cast) -> None:
    ann = two_decide(company, "rule_sets")
    where = reverse("choose_second_person", args=["rule_sets"])
    ann.post(where, {"is_asked": "no"})
    bob = signed_in(company, "bob")
    page = bob.get(reverse("company_security"))
    assert page.context["second_person"][0]["is_asked"]
    assert page.context["second_person"][0]["is_ending"]
    assert "One person decides again: Publishing a rule set" in page.content.decode()
    (row,) = page.context["proposals"]
    bob.post(row["decide_url"], {"decision": "refuse"})
    assert bob.get(reverse("company_security")).context["second_person"][0]["is_asked"]

    ann.post(where, {"is_asked": "no"})
    (row,) = bob.get(reverse("company_security")).context["proposals"]
    bob.post(row["decide_url"], {"decision": "approve"})
    assert not bob.get(reverse("company_security")).context["second_person"][0]["is_asked"]


def test_a_rule_set_is_proposed_by_one_and_published_by_another(company: Cast) -> None:
    two_decide(company, "rule_sets")
    chie, cora = signed_in(company, "chie"), signed_in(company, "cora")
    with tenant_transaction(company.tenant):
        fields = choice_fields(rule_set(tenant=company.tenant, code=CODE).versions[0].rules, {})
    given = {field["name"]: field["value"] for field in fields}
    first = next(field for field in fields if not field["options"])
    given |= {first["name"]: str(int(first["value"] or 0) + 1), "valid_from": "2026-06-01"}
    assert chie.post(reverse("publish_tried_rule_set", args=[CODE]), given).status_code == 302

    page = chie.get(reverse("rule_set", args=[CODE]))
    assert len(page.context["versions"]) == 1
    (own,) = page.context["proposals"]
    assert chie.post(own["decide_url"], {"decision": "approve"}).status_code == 403
    (row,) = cora.get(reverse("rule_set", args=[CODE])).context["proposals"]
    assert len(row["lines"]) > 1
    assert cora.post(row["decide_url"], {"decision": "approve"}).status_code == 302
    assert len(cora.get(reverse("rule_set", args=[CODE])).context["versions"]) == 2


def test_factors_that_were_taken_away_are_confirmed_by_another_one_and_told_to_the_person(company: Cast) -> None:
    ann, bob = signed_in(company, "ann"), signed_in(company, "bob")
    aiko = company["aiko"].account_id
    shown = ann.post(reverse("factors_account", args=[aiko]))
    link = shown.context["link"]
    assert "It opens nothing yet" in shown.content.decode()
    assert Client().get(link).status_code == 403
    assert ann.post(reverse("confirm_reset", args=[aiko])).status_code == 403

    assert "second administrator" in bob.get(reverse("accounts")).content.decode()
    reset = bob.get(reverse("account", args=[aiko])).context["reset"]
    assert reset["person"] == "Ann"
    assert bob.post(reset["url"]).status_code == 302
    assert Client().get(link).status_code == 200

    her = signed_in(company, "aiko")
    assert "Ann took away your passphrase" in her.get(reverse("my_security")).content.decode()
    her.post(reverse("acknowledge_reset"))
    assert "took away" not in her.get(reverse("my_security")).content.decode()


def test_tokens_that_nobody_answers_for_stand_out(company: Cast) -> None:
    new_token(company, scopes=frozenset({Scope.PUNCHES_WRITE}))
    with tenant_transaction(company.tenant):
        token = AccessToken.objects.get()
        TokenIssuer.objects.create(
            tenant_id=company.tenant, token_id=token.id, account_id=company["chie"].account_id, issued_at=NOON
        )
        Account.objects.filter(id=company["chie"].account_id).update(is_active=False)

    page = signed_in(company, "cora").get(reverse("tokens")).content.decode()

    assert "1 token rests" in page
    assert "the account of the person who made it is closed" in page
    assert "by Chie" in page
