"""Grants: who may give them, to whom, with what inside; and duties that are kept apart."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from support.browser import signed_in
from support.cast import APRIL, FOUNDED, NOON, Cast, acting, grant_to, whole_cast
from tokimori.domains.people.models import AdministratorGrant
from tokimori.domains.people.queries.explaining import actor_of, ways_of
from tokimori.domains.people.queries.grants import conflicts, grants
from tokimori.domains.people.services.granting import (
    MOST_GRANTS,
    GrantDaysNotValid,
    GrantMeansNothing,
    GrantNeedsWholeCompany,
    GrantReasonMissing,
    GrantsFull,
    GrantToOneself,
    NewGrant,
    choose_duties,
    grant_administration,
    revoke_administration,
)
from tokimori.foundation import clock
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.errors import SharedAccountNotFit
from tokimori.foundation.identity.models import Session
from tokimori.foundation.identity.networks import AddressAudience, read_network
from tokimori.foundation.identity.security_rules import Audience, SecurityRules, Strength
from tokimori.foundation.identity.services.accounts import NewAccount
from tokimori.foundation.identity.services.address_rules import NewNetwork, add_network
from tokimori.foundation.identity.services.rules import change_rules
from tokimori.foundation.identity.services.shared_accounts import (
    NewSharedAccount,
    register_shared_account,
    shared_accounts,
)
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction


@pytest.fixture
def company() -> Cast:
    return whole_cast()


def wish(company: Cast, name: str = "aiko", **changes: object) -> NewGrant:
    usual = NewGrant(
        account_id=company[name].account_id,
        division_id=company.places["west"],
        site_id=None,
        employee_type_ids=None,
        functions=frozenset({Function.TIMESHEETS}),
        level=Level.READ,
        valid_from=APRIL,
        valid_until=None,
        reason="helps out",
    )
    return replace(usual, **changes)


def give(company: Cast, by: str, grant: NewGrant) -> None:
    with tenant_transaction(company.tenant):
        grant_administration(actor=company[by].principal, grant=grant, today=APRIL, now=NOON)


def test_an_administrator_grants_and_it_is_recorded(company: Cast) -> None:
    give(company, "fay", wish(company))

    with tenant_transaction(company.tenant):
        (view,) = grants(tenant=company.tenant, account_id=company["aiko"].account_id)
        event = LedgerEvent.objects.get(name="administrator:granted", actor_id=company["fay"].account_id)
    assert (view.granted_by_id, view.reason) == (company["fay"].account_id, "helps out")
    assert event.subject_id == company["aiko"].account_id
    assert event.details["level"] == "read"


@pytest.mark.parametrize("by", ["aiko", "ben", "chie", "eri", "gus", "hana"])
def test_nobody_else_grants(company: Cast, by: str) -> None:
    with pytest.raises(NotAllowed):
        give(company, by, wish(company, "eri"))


def test_nobody_grants_himself_not_even_past_the_service(company: Cast) -> None:
    with pytest.raises(GrantToOneself):
        give(company, "fay", wish(company, "fay"))

    with pytest.raises(IntegrityError), tenant_transaction(company.tenant), transaction.atomic():
        fay = company["fay"].account_id
        AdministratorGrant.objects.create(
            tenant_id=company.tenant, id=new_id(), account_id=fay, granted_by_id=fay, is_for_every_type=True,
            functions=["people"], level="read", valid_from=APRIL, reason="x", granted_at=NOON,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"functions": frozenset()}, GrantMeansNothing),
        ({"functions": frozenset({Function.IMPORTS}), "level": Level.READ}, GrantMeansNothing),
        ({"functions": frozenset({Function.EXPORTS}), "level": Level.APPROVE}, GrantMeansNothing),
        ({"employee_type_ids": frozenset()}, GrantMeansNothing),
        ({"functions": frozenset({Function.RULES}), "level": Level.EDIT}, GrantNeedsWholeCompany),
        ({"functions": frozenset({Function.CLOSING}), "level": Level.APPROVE}, GrantNeedsWholeCompany),
        ({"functions": frozenset(Function), "level": Level.FULL}, GrantNeedsWholeCompany),
        ({"reason": "  "}, GrantReasonMissing),
        ({"reason": "x" * 301}, GrantReasonMissing),
        ({"valid_until": APRIL - timedelta(days=1)}, GrantDaysNotValid),
    ],
)
def test_a_grant_that_says_nothing_or_too_much_is_refused(
    company: Cast, changes: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        wish(company, **changes)


def test_a_grant_for_days_that_are_over_is_refused(company: Cast) -> None:
    with pytest.raises(GrantDaysNotValid):
        give(company, "fay", wish(company, valid_from=APRIL - timedelta(days=1)))


@pytest.mark.parametrize("column", ["account_id", "division_id", "site_id", "employee_type_ids"])
def test_what_another_company_owns_cannot_be_granted(company: Cast, column: str) -> None:
    other = whole_cast()
    foreign = {
        "account_id": other["aiko"].account_id,
        "division_id": other.places["east"],
        "site_id": other.site_id,
        "employee_type_ids": frozenset({other.places["regular"]}),
    }[column]

    with pytest.raises(NotFound):
        give(company, "fay", wish(company, **{column: foreign}))


def test_one_account_has_so_many_grants_and_no_more(company: Cast) -> None:
    with tenant_transaction(company.tenant):
        AdministratorGrant.objects.bulk_create(
            AdministratorGrant(
                tenant_id=company.tenant, id=new_id(), account_id=company["aiko"].account_id, is_for_every_type=True,
                functions=["people"], level="read", valid_from=APRIL, reason="x", granted_at=NOON,
            )
            for _ in range(MOST_GRANTS)
        )  # fmt: skip

    with pytest.raises(GrantsFull):
        give(company, "fay", wish(company))


def test_what_is_taken_back_ends_at_once_and_is_not_found_again(company: Cast) -> None:
    grant_id = grant_to(company, "aiko", functions={Function.PEOPLE}, level=Level.READ, division="west")
    browser = signed_in(company, "aiko")
    assert browser.get(reverse("employees")).status_code == 200

    with tenant_transaction(company.tenant):
        revoke_administration(actor=company["fay"].principal, grant_id=grant_id, reason="done", now=NOON)

    assert browser.get(reverse("employees")).status_code == 403
    with pytest.raises(NotFound), tenant_transaction(company.tenant):
        revoke_administration(actor=company["fay"].principal, grant_id=grant_id, reason="again", now=NOON)


def test_granting_asks_once_more_who_it_is(company: Cast) -> None:
    browser = signed_in(company, "fay")
    address = reverse("grant_access", args=[company["aiko"].account_id])
    assert browser.get(address).status_code == 200

    with tenant_transaction(company.tenant):
        Session.objects.filter(account_id=company["fay"].account_id).update(proved_at=FOUNDED)

    for response in (
        browser.get(address),
        browser.post(address, {}),
        browser.post(reverse("choose_duties", args=["rules_and_seal"]), {"is_refused": "yes"}),
        browser.post(reverse("revoke_access", args=[new_id()]), {"reason": "x"}),
    ):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("confirm"))


def test_a_grant_is_made_on_the_screen_and_read_there(company: Cast) -> None:
    browser = signed_in(company, "fay")
    account = company["aiko"].account_id
    today = browser.get(reverse("access")).wsgi_request.today
    given = {
        "function": ["timesheets", "people"], "level": "approve", "division": company.places["west"], "site": "",
        "employee_type": [company.places["part-time"]], "valid_from": today.isoformat(), "valid_until": "",
        "reason": "Covers for Ben",
    }  # fmt: skip

    refused = browser.post(reverse("grant_access", args=[account]), {**given, "function": ["closing"]})
    made = browser.post(reverse("grant_access", args=[account]), given)
    page = browser.get(reverse("access_of", args=[account])).content.decode()

    assert refused.status_code == 422
    assert "Rules and seals are the whole company" in refused.content.decode()
    assert made.status_code == 302
    assert "Covers for Ben" in page
    # Chie alone is part-time in the west.
    assert "1 person" in page


def ways(company: Cast, name: str, *, on: date = APRIL) -> dict[tuple[Function, str], tuple[str, int]]:
    eri = company["eri"].principal
    roles = {"ben": {Role.EMPLOYEE, Role.MANAGER}, "hana": {Role.EMPLOYEE}, "chie": {Role.EMPLOYEE, Role.PAYROLL}}
    with tenant_transaction(company.tenant):
        actor = actor_of(asker=eri, account_id=company[name].account_id, on=on)
        found = ways_of(asker=eri, actor=actor, roles=frozenset(roles[name]), on=on)
    return {
        (way.function, way.reason.value): ("+".join(level.value for level in way.levels), way.people_count)
        for way in found
    }


def test_what_somebody_may_do_is_said_with_its_reason_and_how_many_it_reaches(company: Cast) -> None:
    assert ways(company, "ben")[Function.TIMESHEETS, "leads"] == ("read+approve", 2)
    assert ways(company, "hana")[Function.TIMESHEETS, "grant"] == ("read+approve+edit", 2)
    assert ways(company, "hana")[Function.CLOSING, "grant"] == ("read", 2)
    assert ways(company, "chie")[Function.CLOSING, "role"] == ("read+approve+edit", 4)
    assert (Function.PEOPLE, "role") not in ways(company, "ben")


@pytest.mark.parametrize(
    ("code", "function", "level", "answer"),
    [
        ("aiko", "timesheets", "approve", "Yes: it was granted"),
        ("ben", "timesheets", "approve", "No: this person is outside"),
        ("hana", "timesheets", "approve", "No: nobody decides on what is their own"),
        ("aiko", "rules", "edit", "No: neither a role nor a grant"),
        ("aiko", "nonsense", "edit", "Choose a function and a level"),
    ],
)
def test_the_page_answers_about_one_person(company: Cast, code: str, function: str, level: str, answer: str) -> None:
    asked = {"code": company[code].employee_code, "function": function, "level": level}
    page = signed_in(company, "gus").get(reverse("access_of", args=[company["hana"].account_id]), asked)

    assert answer in page.content.decode()


def test_conflicting_duties_are_found_by_role_and_by_grant(company: Cast) -> None:
    grant_to(company, "gus", functions={Function.TIMESHEETS}, level=Level.APPROVE, division="east")

    with tenant_transaction(company.tenant):
        found = conflicts(tenant=company.tenant, on=APRIL)

    of_chie = {one.pair.code for one in found if one.account_id == company["chie"].account_id}
    of_gus = {one.pair.code for one in found if one.account_id == company["gus"].account_id}
    assert of_chie == {"rules_and_seal", "import_and_seal", "seal_and_reopen"}
    assert of_gus == {"audit_and_approval"}


@pytest.mark.control(22)
def test_a_pair_that_the_company_refuses_withholds_the_second_right(company: Cast) -> None:
    before = signed_in(company, "chie").post(reverse("seal_month", args=["2026-04"]))
    with tenant_transaction(company.tenant):
        choose_duties(actor=company["fay"].principal, code="rules_and_seal", is_refused=True, now=NOON)

    after = signed_in(company, "chie").post(reverse("seal_month", args=["2026-04"]))

    assert before.status_code == 409
    assert after.status_code == 403
    assert "another right that your company keeps apart" in after.content.decode()
    assert Permission.RULE_SET_PUBLISH in acting(company, "chie").rights
    with tenant_transaction(company.tenant):
        choose_duties(actor=company["fay"].principal, code="rules_and_seal", is_refused=False, now=NOON)
    assert signed_in(company, "chie").post(reverse("seal_month", args=["2026-04"])).status_code == 409


def test_over_everybody_one_proves_himself_as_an_administrator_does(company: Cast) -> None:
    """Who may take out the whole company's file must not do so by a passphrase alone because he is called an employee."""
    grant_to(company, "aiko", functions={Function.EXPORTS}, level=Level.EDIT)
    browser = signed_in(company, "aiko")

    def reached(*proofs: str) -> str:
        with tenant_transaction(company.tenant):
            Session.objects.update(proofs=list(proofs))
        return str(browser.get(reverse("exports")).get("Location", "in"))

    assert reached("password").startswith(reverse("my_security"))
    assert reached("password", "trusted_device").startswith(reverse("my_security"))
    assert reached("password", "authenticator") == "in"


def test_over_some_one_proves_himself_as_a_manager_does(company: Cast) -> None:
    grant_to(company, "aiko", functions={Function.TIMESHEETS}, level=Level.READ, division="west")
    browser = signed_in(company, "aiko")
    with tenant_transaction(company.tenant):
        Session.objects.update(proofs=["password"])
    assert browser.get(reverse("team")).status_code == 200

    with tenant_transaction(company.tenant):
        strength = {**SecurityRules().strength, Audience.MANAGER: Strength.TWO_FACTORS}
        change_rules(actor=company.system, rules=SecurityRules(strength=strength), now=clock.now())

    assert browser.get(reverse("team"))["Location"].startswith(reverse("my_security"))


def test_over_everybody_one_comes_from_where_administrators_come_from(company: Cast) -> None:
    grant_to(company, "aiko", functions={Function.EXPORTS}, level=Level.EDIT)
    browser = signed_in(company, "aiko")
    office = NewNetwork(audiences=(AddressAudience.ADMINISTRATOR,), network=read_network("198.51.100.0/24"))
    with tenant_transaction(company.tenant):
        add_network(actor=company.system, new=office, address="", now=clock.now())

    assert browser.get(reverse("exports")).status_code == 403
    assert browser.get(reverse("exports"), REMOTE_ADDR="198.51.100.7").status_code == 200


def test_an_account_of_several_people_administers_nobody(company: Cast) -> None:
    with tenant_transaction(company.tenant):
        tablet = NewAccount(
            login_id="tablet",
            email=None,
            display_name="Tablet at the gate",
            roles=frozenset({Role.EMPLOYEE}),
            language="ja",
        )
        wanted = NewSharedAccount(
            account=tablet,
            custodian_id=company["aiko"].account_id,
            reason="one tablet",
            expires_at=NOON + timedelta(days=90),
        )
        register_shared_account(actor=company.system, wanted=wanted, now=NOON)
        account_id = shared_accounts(actor=company.system)[0].account_id
        with pytest.raises(SharedAccountNotFit):
            grant_administration(
                actor=company.system, grant=wish(company, account_id=account_id), today=APRIL, now=NOON
            )
