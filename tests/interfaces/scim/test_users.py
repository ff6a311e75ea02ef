"""A directory makes, changes, closes and lets go of accounts; whoever is closed is out at once."""

from typing import Any

import pytest
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast, new_company
from support.directory import PATCH, USER, directory_of
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.provisioning.services.rules import change_directory_rules
from tokimori.foundation.tenancy.context import tenant_transaction


@pytest.fixture
def company() -> Cast:
    """Ann and Amy administer; both have been in. Aiko works."""
    administrator = frozenset({Role.ADMINISTRATOR})
    cast = new_company(
        people={
            "ann": (administrator, None),
            "amy": (administrator, None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
        }
    )
    with tenant_transaction(cast.tenant):
        Account.objects.exclude(login_id="aiko").update(last_signed_in_at=clock.now())
    return cast


def account(cast: Cast, name: str) -> Account:
    with tenant_transaction(cast.tenant):
        return Account.objects.get(login_id=name)


def where(cast: Cast, name: str) -> str:
    return f"/Users/{cast[name].account_id}"


def active(value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": "active", "value": value}


def test_an_account_is_made_of_what_the_directory_says(company: Cast) -> None:
    made = directory_of(company).add_user(
        "Keiko@Corp.example",
        externalId="e-17",
        displayName="山田 恵子",
        name={"familyName": "山田", "givenName": "恵子"},
        preferredLanguage="ja-JP",
        emails=[
            {"value": "home@keiko.example", "type": "home"},
            {"value": "Keiko@Corp.example", "type": "work", "primary": True},
        ],
        title="what we do not keep",
        password="what we do not take",
    )

    row = account(company, "keiko@corp.example")
    assert (row.email, row.display_name, row.language, row.roles) == (
        "keiko@corp.example", "山田 恵子", "ja", ["employee"],
    )  # fmt: skip
    assert not row.has_usable_password()
    assert made["emails"] == [
        {"value": "keiko@corp.example", "type": "work", "primary": True},
        {"value": "home@keiko.example", "type": "home"},
    ]
    assert made["meta"]["location"] == f"http://localhost/scim/v2/Users/{row.id}"
    assert made["roles"] == [{"value": "employee"}]
    assert not {"title", "password"} & set(made)


def test_the_event_names_the_token_and_no_person(company: Cast) -> None:
    key = directory_of(company).add_user("keiko")["id"]

    with tenant_transaction(company.tenant):
        event = LedgerEvent.objects.get(name="account:created", subject_id=key)
        assert event.actor_kind == "token"
        assert "keiko" not in str(event.details)


@pytest.mark.parametrize("way", ["PATCH", "PATCH without a path", "PUT", "DELETE"])
def test_whoever_is_closed_is_out_at_once(company: Cast, way: str) -> None:
    browser = signed_in(company, "aiko")
    assert browser.get(reverse("recorder")).status_code == 200
    directory = directory_of(company)

    match way:
        case "PATCH":
            status, _ = directory.change(where(company, "aiko"), active("False"))
        case "PATCH without a path":
            status, _ = directory.change(where(company, "aiko"), {"op": "Replace", "value": {"active": False}})
        case "PUT":
            body = {"schemas": [USER], "userName": "aiko", "active": False}
            status, _ = directory.ask("PUT", where(company, "aiko"), body)
        case _:
            status, _ = directory.ask("DELETE", where(company, "aiko"))

    assert status in {200, 204}
    assert browser.get(reverse("recorder")).status_code == 302
    with tenant_transaction(company.tenant):
        assert not Session.objects.filter(account_id=company["aiko"].account_id, ended_at=None).exists()
    assert not account(company, "aiko").is_active


def test_silence_about_it_lets_nobody_in_again(company: Cast) -> None:
    directory = directory_of(company)
    directory.change(where(company, "aiko"), active(value=False))

    status, body = directory.ask("PUT", where(company, "aiko"), {"schemas": [USER], "userName": "aiko"})

    assert (status, body["active"]) == (200, False)
    status, answer = directory.change(where(company, "aiko"), {"op": "remove", "path": "active"})
    assert (status, answer["scimType"]) == (400, "mutability")


def test_who_is_let_in_again_comes_with_nothing_of_before(company: Cast) -> None:
    with tenant_transaction(company.tenant):
        row = Account.objects.get(login_id="aiko")
        row.set_password("four quiet words here")
        row.save()
    directory = directory_of(company)

    directory.change(where(company, "aiko"), active(value=False))
    status, body = directory.change(where(company, "aiko"), active(value=True))

    assert (status, body["active"]) == (200, True)
    assert not account(company, "aiko").has_usable_password()


def test_what_was_let_go_is_gone_and_its_name_is_never_given_again(company: Cast) -> None:
    directory = directory_of(company)
    key = directory.add_user("keiko", emails=[{"value": "keiko@corp.example"}])["id"]

    assert directory.ask("DELETE", f"/Users/{key}") == (204, None)

    assert directory.ask("GET", f"/Users/{key}")[0] == 404
    assert directory.ask("DELETE", f"/Users/{key}")[0] == 404
    assert directory.ask("GET", "/Users?filter=userName%20eq%20%22keiko%22")[1]["totalResults"] == 0
    for taken in ({"userName": "keiko"}, {"userName": "x", "emails": [{"value": "keiko@corp.example"}]}):
        status, answer = directory.ask("POST", "/Users", {"schemas": [USER], **taken})
        assert (status, answer["scimType"]) == (409, "uniqueness")
    assert account(company, "keiko").closing_reason == "left"


def test_a_name_or_an_address_of_somebody_else_is_refused(company: Cast) -> None:
    directory = directory_of(company)
    key = directory.add_user("keiko")["id"]

    for taken in ({"userName": "AIKO"}, {"emails": [{"value": account(company, "aiko").email}]}):
        status, answer = directory.ask("POST", "/Users", {"schemas": [USER], "userName": "y", **taken})
        assert (status, answer["scimType"]) == (409, "uniqueness")
        status, answer = directory.change(f"/Users/{key}", {"op": "replace", "value": taken})
        assert (status, answer["scimType"]) == (409, "uniqueness")
    assert directory.ask("GET", f"/Users/{key}")[1]["userName"] == "keiko"


def test_operations_are_applied_all_or_none(company: Cast) -> None:
    directory = directory_of(company)

    status, _ = directory.change(
        where(company, "aiko"),
        {"op": "replace", "path": "displayName", "value": "changed"},
        {"op": "replace", "path": "roles", "value": [{"value": "administrator"}]},
    )

    assert status == 400
    assert account(company, "aiko").display_name == "Aiko"
    assert account(company, "aiko").roles == ["employee"]


@pytest.mark.parametrize(
    "said",
    [
        {"roles": [{"value": "administrator"}]},
        {"groups": [{"value": "x"}]},
        {"id": "x", "meta": {"version": "x"}},
    ],
)
def test_what_is_only_read_is_left_aside_when_an_account_is_made(company: Cast, said: dict[str, Any]) -> None:
    made = directory_of(company).add_user("keiko", **said)

    assert account(company, "keiko").roles == ["employee"]
    assert made["id"] != "x"


@pytest.mark.parametrize(
    "said",
    [
        {"userName": ""},
        {"userName": "x" * 65},
        {"userName": "two words"},
        {"userName": "\uff11"},
        {"userName": "nul\u0000"},
        {"userName": 7},
        {"displayName": "a\nb"},
        {"displayName": "x" * 201},
        {"externalId": "x" * 256},
        {"externalId": "\u0000"},
        {"emails": [{"value": "no address"}]},
        {"emails": [{"type": "work"}]},
        {"emails": [{"value": f"{number}@x.example"} for number in range(11)]},
        {"emails": "a@b.example"},
        {"active": "perhaps"},
        {"name": "Aiko"},
        {"preferredLanguage": "x" * 61},
    ],
)
def test_what_cannot_be_kept_makes_no_account(company: Cast, said: dict[str, Any]) -> None:
    status, answer = directory_of(company).ask("POST", "/Users", {"schemas": [USER], "userName": "keiko", **said})

    assert (status, answer["scimType"]) == (400, "invalidValue")
    with tenant_transaction(company.tenant):
        assert Account.objects.count() == 3


def test_an_administrator_is_closed_by_the_directory_but_not_changed(company: Cast) -> None:
    directory = directory_of(company)
    ann = where(company, "ann")

    for change in (
        {"op": "replace", "path": "userName", "value": "mallory"},
        {"op": "replace", "path": "emails", "value": [{"value": "mallory@evil.example"}]},
        {"op": "replace", "value": {"active": False, "displayName": "x"}},
    ):
        assert directory.change(ann, change)[0] == 403
    assert directory.change(ann, active(value=False))[0] == 200
    assert directory.change(ann, active(value=True))[0] == 403

    with tenant_transaction(company.tenant):
        change_directory_rules(actor=company.system, may_manage_administrators=True, now=clock.now())
    assert directory.change(ann, active(value=True))[0] == 200
    assert directory.change(ann, {"op": "replace", "path": "displayName", "value": "Ann"})[0] == 200


def test_the_last_administrator_stays(company: Cast) -> None:
    directory = directory_of(company)
    assert directory.change(where(company, "amy"), active(value=False))[0] == 200

    for status, _ in (
        directory.change(where(company, "ann"), active(value=False)),
        directory.ask("DELETE", where(company, "ann")),
    ):
        assert status == 409
    assert account(company, "ann").is_active


def test_a_change_of_what_was_changed_since_is_refused(company: Cast) -> None:
    directory = directory_of(company)
    made = directory.add_user("keiko")
    here, seen = f"/Users/{made['id']}", made["meta"]["version"]
    rename = {"op": "replace", "path": "displayName", "value": "K"}

    assert directory.response("GET", here, None, **{"If-None-Match": seen}).status_code == 304
    assert directory.change(here, rename, **{"If-Match": seen})[0] == 200
    assert directory.change(here, active(value=False), **{"If-Match": seen})[0] == 412
    body = {"schemas": [USER], "userName": "keiko"}
    assert directory.ask("PUT", here, body, **{"If-Match": seen})[0] == 412
    assert directory.ask("DELETE", here, None, **{"If-Match": seen})[0] == 412
    assert directory.response("GET", here, None, **{"If-None-Match": seen}).status_code == 200
    assert directory.ask("DELETE", here, None, **{"If-Match": "*"})[0] == 204


def test_the_same_once_more_changes_and_records_nothing(company: Cast) -> None:
    directory = directory_of(company)
    made = directory.add_user("keiko", emails=[{"value": "k@corp.example", "primary": True}])

    status, again = directory.ask("PUT", f"/Users/{made['id']}", made)

    assert (status, again["meta"]) == (200, made["meta"])
    with tenant_transaction(company.tenant):
        assert LedgerEvent.objects.filter(subject_id=made["id"]).count() == 2  # made, and what was said of it


def test_habits_of_large_directories_are_understood(company: Cast) -> None:
    directory = directory_of(company)
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    made = directory.add_user("keiko", **{"schemas": [USER, enterprise], enterprise: {"department": "x"}})

    status, body = directory.change(
        f"/Users/{made['id']}",
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "keiko@corp.example"},
        {"op": "Replace", "path": f"{enterprise}:department", "value": "y"},
        {"op": "Replace", "value": {"name.familyName": "山田", "active": "True"}},
    )

    assert status == 200
    assert body["emails"] == [{"value": "keiko@corp.example", "type": "work"}]
    assert body["name"] == {"familyName": "山田"}


def test_a_change_needs_the_schema_of_changes(company: Cast) -> None:
    directory = directory_of(company)

    for body in ({"Operations": []}, {"schemas": [PATCH], "Operations": []}, {"schemas": [USER], "Operations": [{}]}):
        assert directory.ask("PATCH", where(company, "aiko"), body)[0] == 400
