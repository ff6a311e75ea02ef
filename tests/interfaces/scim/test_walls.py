"""Every place of the directory's door, with every wrong token: the answer is a refusal in the protocol's own form."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from support.browser import signed_in
from support.cast import Cast, usual_cast
from support.directory import BASE, GROUP, PATCH, USER, Directory, directory_of
from support.machine import new_token
from tokimori.foundation import clock
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.identity.models import AccessToken, Account
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.provisioning.models import DirectoryGroup
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.scim import door
from tokimori.interfaces.web.middleware.tenancy import cookie_name

KEY = "00000000-0000-0000-0000-000000000007"
# method, place, body
PLACES = [
    ("GET", "/ServiceProviderConfig", None),
    ("GET", "/ResourceTypes", None),
    ("GET", "/ResourceTypes/User", None),
    ("GET", "/Schemas", None),
    ("GET", f"/Schemas/{USER}", None),
    ("GET", "/Users", None),
    ("POST", "/Users", {"schemas": [USER], "userName": "x"}),
    ("POST", "/Users/.search", {}),
    ("GET", f"/Users/{KEY}", None),
    ("PUT", f"/Users/{KEY}", {"schemas": [USER], "userName": "x"}),
    ("PATCH", f"/Users/{KEY}", {"schemas": [PATCH], "Operations": [{"op": "remove", "path": "emails"}]}),
    ("DELETE", f"/Users/{KEY}", None),
    ("GET", "/Groups", None),
    ("POST", "/Groups", {"schemas": [GROUP], "displayName": "x"}),
    ("POST", "/Groups/.search", {}),
    ("GET", f"/Groups/{KEY}", None),
    ("PUT", f"/Groups/{KEY}", {"schemas": [GROUP], "displayName": "x"}),
    ("PATCH", f"/Groups/{KEY}", {"schemas": [PATCH], "Operations": [{"op": "remove", "path": "members"}]}),
    ("DELETE", f"/Groups/{KEY}", None),
    ("POST", "/.search", {}),
    ("POST", "/Bulk", {}),
    ("GET", "/Me", None),
    ("GET", "/nothing", None),
]
NAMES = [f"{method} {place}" for method, place, _ in PLACES]


def revoked(cast: Cast) -> str:
    token = directory_of(cast).token
    with tenant_transaction(cast.tenant):
        AccessToken.objects.update(revoked_at=clock.now())
    return token


def expired(cast: Cast) -> str:
    token = directory_of(cast).token
    with tenant_transaction(cast.tenant):
        AccessToken.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    return token


def of_another_company(cast: Cast) -> str:
    """A token whose middle part was changed to lead here."""
    other = usual_cast()
    return directory_of(other).token.replace(other.tenant.hex, cast.tenant.hex)


def from_elsewhere(cast: Cast) -> str:
    return new_token(cast, scopes=frozenset({Scope.PROVISIONING_WRITE}), networks=["203.0.113.0/24"])


WRONG: dict[str, tuple[Callable[[Cast], str], int]] = {
    "none": (lambda _: "", 401),
    "nonsense": (lambda _: "x" * 90, 401),
    "of a session": (lambda cast: directory_of(cast).token.replace("tkm", "tks"), 401),
    "unknown": (lambda cast: directory_of(cast).token[:-2] + "xx", 401),
    "of another company": (of_another_company, 401),
    "revoked": (revoked, 401),
    "expired": (expired, 401),
    "from elsewhere": (from_elsewhere, 403),
    "for something else": (lambda cast: new_token(cast, scopes=frozenset(Scope) - {Scope.PROVISIONING_WRITE}), 403),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_with_a_wrong_token_no_place_answers_anything(cast: Cast, wrong: str) -> None:
    make, expected = WRONG[wrong]
    directory = Directory(token=make(cast))

    for method, place, body in PLACES:
        status, answer = directory.ask(method, place, body)
        assert (status, answer["status"]) == (expected, str(expected)), (method, place)
        assert answer["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
        assert KEY not in answer["detail"]


def test_a_wrong_token_is_told_which_kind_is_asked_for(cast: Cast) -> None:
    response = Directory(token="x").response("GET", "/Users")

    assert response["WWW-Authenticate"] == "Bearer"
    assert response["Cache-Control"] == "no-store"


def test_the_cookie_of_an_administrator_opens_nothing_here(cast: Cast) -> None:
    browser = signed_in(cast, "eri")
    assert browser.cookies[cookie_name()]

    assert browser.get(f"{BASE}/Users").status_code == 401


@pytest.mark.parametrize(("method", "place", "body"), PLACES, ids=NAMES)
def test_every_other_method_is_not_allowed(cast: Cast, method: str, place: str, body: Any) -> None:
    directory = directory_of(cast)
    right = {each for each, where, _ in PLACES if where == place}
    for other in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - right:
        status, _ = directory.ask(other, place)
        assert status in ({405} if place not in {"/.search", "/Bulk", "/Me", "/nothing"} else {404, 501})


def test_what_another_company_has_is_not_found(cast: Cast, dan: Cast) -> None:
    own, theirs = directory_of(cast), directory_of(dan)
    user, group = own.add_user("aiko@corp.example"), own.add_group("Sales")

    for method, place, body in PLACES:
        where = place.replace(KEY, user["id"] if "/Users/" in place else group["id"])
        if KEY in place:
            assert theirs.ask(method, where, body)[0] == 404, (method, place)
    status, found = theirs.ask("GET", f"/Users?filter=id%20eq%20%22{user['id']}%22")
    assert (status, found["totalResults"]) == (200, 0)
    status, answer = theirs.ask(
        "POST", "/Groups", {"schemas": [GROUP], "displayName": "x", "members": [{"value": user["id"]}]}
    )
    assert (status, answer["scimType"]) == (400, "invalidValue")
    with tenant_transaction(dan.tenant):
        assert Account.objects.count() == 1
        assert not DirectoryGroup.objects.exists()


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("/Users/nothing", 404),
        (f"/Users/{KEY.upper()}", 404),
        (f"/Users/{{{KEY}}}", 404),
        ("/Users/", 404),
        ("/Users//", 404),
        ("/users", 404),
        ("/Users/%00", 404),
        ("/Schemas/%3Cscript%3E", 404),
        ("/Users?startIndex=a", 400),
        ("/Users?count=1e9", 400),
        ("/Users?count=1&count=2", 400),
        ("/Users?filter=%FF", 400),
        ("/Users?filter=%00", 400),
        ("/Users?sortBy=password", 400),
        ("/Users?sortBy=name", 400),
        ("/Users?attributes=userName&excludedAttributes=id", 400),
        ("/Schemas?filter=id%20pr", 403),
        ("", 501),
    ],
)
def test_odd_addresses_are_refused_in_the_form_of_the_protocol(cast: Cast, place: str, status: int) -> None:
    got, answer = directory_of(cast).ask("GET", place)

    assert (got, answer["status"]) == (status, str(status))
    assert not re.search(r"[<>]", answer["detail"])


@pytest.mark.parametrize(
    "body",
    [
        " ", "{", "[]", "null", "1", '"x"', "[" * 5000, '{"a":' * 5000, "\xff".encode("latin-1"), "{}",
        '{"schemas": ["urn:x"]}',
    ],
)  # fmt: skip
@pytest.mark.parametrize(("method", "where"), [("POST", "/Users"), ("PUT", "/Users/"), ("PATCH", "/Users/")])
def test_what_is_no_body_is_refused(cast: Cast, method: str, where: str, body: Any) -> None:
    directory = directory_of(cast)
    key = directory.add_user("x")["id"]

    status, answer = directory.ask(method, where + key if where.endswith("/") else where, body)

    assert (status, answer["status"]) == (400, "400")
    assert answer["scimType"] in {"invalidSyntax", "invalidValue"}


def test_a_body_of_another_kind_or_too_large_is_refused(cast: Cast) -> None:
    directory = directory_of(cast)

    assert directory.response("POST", "/Users", "x" * (2 * 1024 * 1024 + 1)).status_code == 413
    browser = signed_in(cast, "aiko")
    headers = {"Authorization": f"Bearer {directory.token}"}
    assert browser.post(f"{BASE}/Users", {"userName": "x"}, headers=headers).status_code == 415
    many = [{"op": "replace", "path": "displayName", "value": "x"}] * 101
    key = directory.add_user("y")["id"]
    assert directory.change(f"/Users/{key}", *many)[0] == 413


def test_a_foreign_host_is_refused_and_never_repeated(cast: Cast) -> None:
    answer = directory_of(cast).response("GET", "/Users", None, Host="evil.example")

    assert answer.status_code == 400  # before any door: the framework's own plain page
    assert b"evil" not in answer.content


def test_what_breaks_inside_is_answered_in_the_form_of_the_protocol(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: object) -> None:
        raise RuntimeError("with a name in it")

    directory = directory_of(cast)
    monkeypatch.setattr(door, "_find", breaks)
    status, answer = directory.ask("GET", "/Users")

    assert (status, answer["status"]) == (500, "500")
    assert "name" not in answer["detail"]


def test_who_has_no_right_is_written_down(cast: Cast) -> None:
    Directory(token=new_token(cast)).ask("GET", "/Users")

    with tenant_transaction(cast.tenant):
        event = LedgerEvent.objects.get(name="request:refused")
        assert (event.actor_kind, event.details["route"]) == ("token", "scim")
