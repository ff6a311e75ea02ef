"""Groups of a directory give the role that an administrator tied to them, and take it away again; no other."""

import pytest
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, new_company
from support.directory import GROUP, directory_of
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.identity.services.lifecycle import change_roles
from tokimori.foundation.provisioning.errors import OwnGroup, RoleNotForGroups
from tokimori.foundation.provisioning.models import DirectoryGroup
from tokimori.foundation.provisioning.services.groups import tie_role
from tokimori.foundation.provisioning.services.rules import change_directory_rules
from tokimori.foundation.tenancy.context import tenant_transaction


@pytest.fixture
def company() -> Cast:
    cast = new_company(
        people={
            "ann": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
            "ben": (frozenset({Role.EMPLOYEE, Role.MANAGER}), None),
        }
    )
    with tenant_transaction(cast.tenant):
        Account.objects.filter(login_id="ann").update(last_signed_in_at=clock.now())
    return cast


def roles(cast: Cast, name: str) -> set[str]:
    with tenant_transaction(cast.tenant):
        return set(Account.objects.get(login_id=name).roles)


def key(cast: Cast, name: str) -> str:
    return str(cast[name].account_id)


def tie(cast: Cast, group: str, role: Role | None, *, who: str = "ann") -> None:
    with tenant_transaction(cast.tenant):
        row = DirectoryGroup.objects.get(id=group)
        tie_role(actor=cast[who].principal, group_id=row.id, role=role, now=clock.now())


def joins(*members: str) -> dict[str, object]:
    return {"op": "add", "path": "members", "value": [{"value": member} for member in members]}


def leaves(member: str) -> dict[str, object]:
    return {"op": "remove", "path": f'members[value eq "{member}"]'}


def test_who_joins_has_the_role_and_who_leaves_has_it_no_more(company: Cast) -> None:
    directory = directory_of(company)
    group = directory.add_group("Leaders")["id"]
    tie(company, group, Role.MANAGER)

    status, body = directory.change(f"/Groups/{group}", joins(key(company, "aiko")))
    assert (status, [member["value"] for member in body["members"]]) == (200, [key(company, "aiko")])
    assert roles(company, "aiko") == {"employee", "manager"}
    user = directory.ask("GET", f"/Users/{key(company, 'aiko')}")[1]
    assert user["groups"] == [
        {"value": group, "$ref": f"http://localhost/scim/v2/Groups/{group}", "display": "Leaders"}
    ]

    directory.change(f"/Groups/{group}", leaves(key(company, "aiko")))
    assert roles(company, "aiko") == {"employee"}


def test_a_change_of_roles_ends_the_session(company: Cast) -> None:
    browser = signed_in(company, "aiko")
    directory = directory_of(company)
    group = directory.add_group("Leaders")["id"]
    tie(company, group, Role.MANAGER)

    directory.change(f"/Groups/{group}", joins(key(company, "aiko")))

    assert browser.get(reverse("recorder")).status_code == 302
    with tenant_transaction(company.tenant):
        assert not Session.objects.filter(ended_at=None).exists()


def test_what_was_given_by_hand_stays(company: Cast) -> None:
    directory = directory_of(company)
    group = directory.add_group("Leaders", key(company, "ben"))["id"]
    tie(company, group, Role.MANAGER)
    directory.change(f"/Groups/{group}", leaves(key(company, "ben")))
    assert roles(company, "ben") == {"employee", "manager"}

    with tenant_transaction(company.tenant):
        change_roles(
            actor=company.system,
            account_id=company["ben"].account_id,
            roles=frozenset({Role.EMPLOYEE, Role.SECURITY}),
            now=clock.now(),
        )
    directory.change(f"/Groups/{group}", joins(key(company, "ben")))
    assert roles(company, "ben") == {"employee", "security", "manager"}
    directory.ask("DELETE", f"/Groups/{group}")
    assert roles(company, "ben") == {"employee", "security"}


def test_two_groups_with_the_same_role_give_it_until_the_last_is_left(company: Cast) -> None:
    directory = directory_of(company)
    groups = [directory.add_group(name, key(company, "aiko"))["id"] for name in ("North", "South")]
    for group in groups:
        tie(company, group, Role.MANAGER)

    directory.change(f"/Groups/{groups[0]}", leaves(key(company, "aiko")))
    assert roles(company, "aiko") == {"employee", "manager"}
    tie(company, groups[1], None)
    assert roles(company, "aiko") == {"employee"}


def test_nobody_becomes_administrator_through_a_group_unless_the_company_says_so(company: Cast) -> None:
    directory = directory_of(company)
    group = directory.add_group("Administrators", key(company, "aiko"))["id"]
    with pytest.raises(RoleNotForGroups):
        tie(company, group, Role.ADMINISTRATOR)
    with pytest.raises(RoleNotForGroups):
        tie(company, group, Role.EMPLOYEE)

    with tenant_transaction(company.tenant):
        change_directory_rules(actor=company["ann"].principal, may_manage_administrators=True, now=clock.now())
    tie(company, group, Role.ADMINISTRATOR)
    assert roles(company, "aiko") == {"administrator", "employee"}

    with tenant_transaction(company.tenant):
        change_directory_rules(actor=company["ann"].principal, may_manage_administrators=False, now=clock.now())
    assert roles(company, "aiko") == {"employee"}
    with tenant_transaction(company.tenant):
        assert DirectoryGroup.objects.get().role == ""


def test_nobody_ties_a_role_to_his_own_group_nor_without_the_right(company: Cast, dan: Cast) -> None:
    directory = directory_of(company)
    group = directory.add_group("Leaders", key(company, "ann"))["id"]

    with pytest.raises(OwnGroup):
        tie(company, group, Role.MANAGER)
    with pytest.raises(NotAllowed):
        tie(company, group, Role.MANAGER, who="ben")
    with tenant_transaction(dan.tenant), pytest.raises(NotFound):
        tie_role(actor=dan.system, group_id=company["ann"].account_id, role=Role.MANAGER, now=clock.now())


def test_roles_that_do_not_go_together_are_refused_and_nothing_changes(company: Cast) -> None:
    directory = directory_of(company)
    group = directory.add_group("Payroll")["id"]
    tie(company, group, Role.PAYROLL)

    status, _ = directory.change(f"/Groups/{group}", joins(key(company, "ann"), key(company, "aiko")))

    assert status == 409
    assert roles(company, "ann") == {"administrator"}
    assert roles(company, "aiko") == {"employee"}
    assert "members" not in directory.ask("GET", f"/Groups/{group}")[1]


def test_who_is_closed_gets_the_role_when_he_is_opened_again(company: Cast) -> None:
    directory = directory_of(company)
    group = directory.add_group("Leaders")["id"]
    tie(company, group, Role.MANAGER)
    aiko = f"/Users/{key(company, 'aiko')}"
    directory.change(aiko, {"op": "replace", "path": "active", "value": False})
    directory.change(f"/Groups/{group}", joins(key(company, "aiko")))
    assert roles(company, "aiko") == {"employee"}

    directory.change(aiko, {"op": "replace", "path": "active", "value": True})

    assert roles(company, "aiko") == {"employee", "manager"}


def test_who_was_let_go_is_in_no_group(company: Cast) -> None:
    directory = directory_of(company)
    group = directory.add_group("Leaders", key(company, "aiko"))["id"]
    tie(company, group, Role.MANAGER)

    directory.ask("DELETE", f"/Users/{key(company, 'aiko')}")

    assert "members" not in directory.ask("GET", f"/Groups/{group}")[1]
    assert roles(company, "aiko") == {"employee"}
    assert directory.change(f"/Groups/{group}", joins(key(company, "aiko")))[0] == 400


@pytest.mark.parametrize(
    "member",
    [
        {"value": "nobody"},
        {"value": "00000000-0000-0000-0000-000000000007"},
        {"value": ""},
        {},
        {"value": 7},
        "x",
    ],
)
def test_members_are_accounts(company: Cast, member: object) -> None:
    body = {"schemas": [GROUP], "displayName": "x", "members": [member]}

    assert directory_of(company).ask("POST", "/Groups", body)[0] == 400


def test_groups_in_groups_are_refused(company: Cast) -> None:
    directory = directory_of(company)
    inner = directory.add_group("Inner")["id"]
    body = {"schemas": [GROUP], "displayName": "Outer", "members": [{"value": inner, "type": "Group"}]}

    assert directory.ask("POST", "/Groups", body)[0] == 400


def test_a_directory_takes_members_away_in_the_way_of_the_largest_one(company: Cast) -> None:
    directory = directory_of(company)
    group = directory.add_group("Leaders", key(company, "aiko"), key(company, "ben"))["id"]

    status, body = directory.change(
        f"/Groups/{group}", {"op": "Remove", "path": "members", "value": [{"value": key(company, "aiko")}]}
    )

    assert (status, [member["value"] for member in body["members"]]) == (200, [key(company, "ben")])
