"""An administrator lets a directory in, and says which role a group gives; nobody else sees or does it."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, new_company
from support.directory import Directory, directory_of
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.provisioning.models import DirectoryGroup
from tokimori.foundation.provisioning.services.rules import manages_administrators
from tokimori.foundation.tenancy.context import tenant_transaction


@pytest.fixture
def company() -> Cast:
    cast = new_company(
        people={
            "ann": (frozenset({Role.ADMINISTRATOR}), None),
            "chie": (frozenset({Role.PAYROLL}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )
    with tenant_transaction(cast.tenant):
        Account.objects.filter(login_id="ann").update(last_signed_in_at=clock.now())
    return cast


def roles(cast: Cast, name: str) -> list[str]:
    with tenant_transaction(cast.tenant):
        return list(Account.objects.get(login_id=name).roles)


def test_the_section_says_where_and_when_and_what_groups_give(company: Cast) -> None:
    ann = signed_in(company, "ann")
    assert "None yet" in ann.get(reverse("tokens")).content.decode()

    directory_of(company).add_group("営業部", str(company["aiko"].account_id))
    page = ann.get(reverse("tokens")).content.decode()

    assert "http://localhost/scim/v2" in page
    assert "None yet" not in page
    assert "営業部" in page
    assert "1 person" in page
    assert 'value="manager"' in page
    assert 'value="administrator"' not in page


def test_who_only_pays_sees_no_directory(company: Cast) -> None:
    assert "scim" not in signed_in(company, "chie").get(reverse("tokens")).content.decode()


def test_a_group_is_tied_and_untied(company: Cast) -> None:
    ann = signed_in(company, "ann")
    group = directory_of(company).add_group("Leaders", str(company["aiko"].account_id))["id"]
    address = reverse("tie_group", args=[UUID(group)])

    ann.post(address, {"role": "manager"})
    assert roles(company, "aiko") == ["employee", "manager"]
    ann.post(address, {"role": ""})
    assert roles(company, "aiko") == ["employee"]
    assert ann.post(address, {"role": "everything"}).status_code == 422
    answer = ann.post(address, {"role": "administrator"}, follow=True)
    assert "not given through a group" in answer.content.decode()
    assert roles(company, "aiko") == ["employee"]


def test_another_companys_group_is_not_found(company: Cast, dan: Cast) -> None:
    theirs = Directory(token=directory_of(dan).token).add_group("Theirs")["id"]

    answer = signed_in(company, "ann").post(reverse("tie_group", args=[UUID(theirs)]), {"role": "manager"})

    assert answer.status_code == 404
    with tenant_transaction(dan.tenant):
        assert DirectoryGroup.objects.get().role == ""


def test_administrators_through_the_directory_are_allowed_and_forbidden(company: Cast) -> None:
    ann = signed_in(company, "ann")

    for given, expected in (({"administrators": "yes"}, True), ({}, False)):
        ann.post(reverse("directory_rules"), given)
        with tenant_transaction(company.tenant):
            assert manages_administrators(tenant=company.tenant) is expected


def test_the_person_is_asked_again_before(company: Cast) -> None:
    ann = signed_in(company, "ann")
    group = directory_of(company).add_group("Leaders")["id"]
    with tenant_transaction(company.tenant):
        for session in Session.objects.all():
            Session.objects.filter(id=session.id).update(proved_at=session.proved_at - timedelta(minutes=11))

    for address in (reverse("tie_group", args=[UUID(group)]), reverse("directory_rules")):
        assert ann.post(address, {"role": "manager", "administrators": "yes"})["Location"].startswith("/confirm")
    with tenant_transaction(company.tenant):
        assert DirectoryGroup.objects.get().role == ""
        assert not manages_administrators(tenant=company.tenant)
