"""Who leads whom, on which day."""

from dataclasses import replace
from datetime import date

import pytest

from support.cast import FOUNDED, NOON, Cast, new_company
from tokimori.domains.people.queries import leads, people_led_by
from tokimori.domains.people.services import EmploymentTerms, LeaderOfOnesOwnMaking, change_employment
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.tenancy.context import tenant_transaction

MANAGER = frozenset({Role.EMPLOYEE, Role.MANAGER})
TODAY = date(2026, 4, 1)
LATER = date(2026, 5, 1)


def a_chain() -> Cast:
    """Return a company in which the first leads the second, who leads the third and the fourth."""
    return new_company(
        people={"first": (MANAGER, None), "second": (MANAGER, "first"), "third": (MANAGER, "second"),
                "fourth": (MANAGER, "second")}
    )  # fmt: skip


def move(company: Cast, name: str, *, to: str | None, from_day: date) -> None:
    terms = EmploymentTerms(
        valid_from=from_day,
        site_id=company.site_id,
        rule_set_code="jp-fixed",
        leader_id=company[to].employee_id if to else None,
    )
    with tenant_transaction(company.tenant):
        change_employment(actor=company.system, employee_id=company[name].employee_id, terms=terms, now=FOUNDED)


def led_by(company: Cast, name: str, on: date) -> set[str]:
    with tenant_transaction(company.tenant):
        found = people_led_by(tenant=company.tenant, leader_id=company[name].employee_id, on=on)
        names = {one for one in company.members if company[one].employee_id in found}
        for other in company.members:
            is_led = leads(actor=company[name].principal, employee_id=company[other].employee_id, on=on)
            assert is_led == (other in names), other
    return names


def test_a_leader_leads_directly_and_through_others() -> None:
    company = a_chain()

    assert led_by(company, "first", TODAY) == {"second", "third", "fourth"}
    assert led_by(company, "second", TODAY) == {"third", "fourth"}
    assert led_by(company, "third", TODAY) == set()


def test_a_change_holds_from_its_day() -> None:
    company = a_chain()
    move(company, "fourth", to=None, from_day=LATER)

    assert led_by(company, "second", TODAY) == {"third", "fourth"}
    assert led_by(company, "first", LATER) == {"second", "third"}


def test_a_circle_ends_and_nobody_leads_himself() -> None:
    company = a_chain()
    move(company, "first", to="third", from_day=LATER)

    assert led_by(company, "first", LATER) == {"second", "third", "fourth"}
    assert led_by(company, "third", LATER) == {"first", "second", "fourth"}


def test_nobody_makes_himself_somebodys_leader() -> None:
    """Whoever may change employment would otherwise give himself the decisions on time and corrections."""
    cast = a_chain()
    second = replace(cast["second"].principal, rights=cast["second"].principal.rights | {Permission.SETUP_WRITE})
    held = {"valid_from": LATER, "site_id": cast.site_id, "rule_set_code": "jp-fixed"}
    own = EmploymentTerms(leader_id=cast["second"].employee_id, **held)

    with tenant_transaction(cast.tenant):
        with pytest.raises(LeaderOfOnesOwnMaking):
            change_employment(actor=second, employee_id=cast["first"].employee_id, terms=own, now=NOON)
        # Whom he leads already, he goes on leading; and another one may say who leads.
        change_employment(actor=second, employee_id=cast["third"].employee_id, terms=own, now=NOON)
        change_employment(actor=cast.system, employee_id=cast["first"].employee_id, terms=own, now=NOON)
