"""The pages of access tokens: what is made there is shown once, and works at the door as the page says."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast
from support.machine import new_token, one
from tokimori.foundation.identity.models import AccessToken, Session
from tokimori.foundation.tenancy.context import tenant_transaction

FORM = {
    "name": "reader at the gate",
    "scope": ["punches:write"],
    "networks": "127.0.0.1/32\n2001:db8::/32",
    "life": "90",
}


def punch(cast: Cast, token: str, **headers: str) -> tuple[int, Any]:
    browser = Client(SERVER_NAME="localhost")
    answer = browser.post(
        "/api/v1/punches",
        one(cast),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **headers},
    )
    return answer.status_code, answer.json()


def secret_on(page: str) -> str:
    found = re.search(r"tkm_[0-9a-f]{32}_[A-Za-z0-9_-]{43}", page)
    assert found is not None
    return found[0]


def test_a_token_is_made_shown_once_used_and_revoked(cast: Cast) -> None:
    chie = signed_in(cast, "chie")
    secret = secret_on(chie.post(reverse("new_token"), FORM).content.decode())

    assert punch(cast, secret)[0] == 201
    page = chie.get(reverse("tokens")).content.decode()
    assert "reader at the gate" in page
    assert "127.0.0.1/32, 2001:db8::/32" in page
    assert re.search(r"Last used .+ from 127\.0\.0\.1", page)
    assert secret not in page

    end = re.search(r'action="(/access-tokens/[^"]+/end)"', page)
    assert end is not None
    chie.post(end[1])
    assert punch(cast, secret)[0] == 401
    assert "Revoked" in chie.get(reverse("tokens")).content.decode()


def test_a_token_is_renewed_and_both_work_for_as_long_as_was_chosen(cast: Cast) -> None:
    chie = signed_in(cast, "chie")
    old = secret_on(chie.post(reverse("new_token"), FORM).content.decode())
    renew = re.search(r'href="(/access-tokens/[^"]+/renew)"', chie.get(reverse("tokens")).content.decode())
    assert renew is not None
    assert "It works for 7 more days" in chie.get(renew[1]).content.decode()

    new = secret_on(chie.post(renew[1], {"overlap": "1"}).content.decode())

    assert [punch(cast, secret)[0] for secret in (old, new)] == [201, 200]
    assert chie.post(renew[1], {"overlap": "0"}).status_code == 409


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"networks": "203.0.113.7/24"}, 422, "203.0.113.7/24"),
        ({"networks": "<script>"}, 422, "&lt;script&gt;"),
        ({"name": " "}, 422, "A token needs a name"),
        ({"scope": []}, 422, "A token needs a name"),
        ({"scope": ["everything"]}, 422, ""),
        ({"scope": ["provisioning:write"]}, 403, ""),
        ({"life": "366"}, 422, ""),
        ({"life": "-1"}, 422, ""),
        ({"life": "0"}, 422, ""),
        ({"life": "\u0663"}, 422, ""),
    ],
)
def test_what_is_wrong_makes_no_token(cast: Cast, changes: dict[str, Any], status: int, said: str) -> None:
    answer = signed_in(cast, "chie").post(reverse("new_token"), {**FORM, **changes})

    assert answer.status_code == status
    assert said in answer.content.decode()
    with tenant_transaction(cast.tenant):
        assert not AccessToken.objects.exists()


def test_the_form_offers_what_the_person_may_do_himself(cast: Cast) -> None:
    page = signed_in(cast, "chie").get(reverse("new_token")).content.decode()

    assert 'value="punches:write"' in page
    assert 'value="provisioning:write"' not in page


@pytest.mark.parametrize("name", ["tokens", "new_token"])
def test_before_tokens_are_touched_the_person_is_asked_again(cast: Cast, name: str) -> None:
    chie = signed_in(cast, "chie")
    with tenant_transaction(cast.tenant):
        for session in Session.objects.all():
            Session.objects.filter(id=session.id).update(proved_at=session.proved_at - timedelta(minutes=11))

    for answer in (chie.get(reverse(name)), chie.post(reverse("new_token"), FORM)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/confirm?next=")
    with tenant_transaction(cast.tenant):
        assert not AccessToken.objects.exists()


def test_from_elsewhere_the_answer_says_what_to_mend_and_a_forged_header_changes_nothing(cast: Cast) -> None:
    token = new_token(cast, networks=["203.0.113.0/24"])

    for headers in ({}, {"X-Forwarded-For": "203.0.113.7"}):
        status, answer = punch(cast, token, **headers)
        assert (status, answer["code"]) == (403, "token.wrong_address")
    with tenant_transaction(cast.tenant):
        assert AccessToken.objects.get().last_refused_from == "127.0.0.1"
