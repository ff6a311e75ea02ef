"""What an identity provider calls a person opens his account no more once that was ended; and beginnings are counted."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from support.browser import signed_in
from support.cast import Cast
from support.single_sign_on import (
    Connected,
    company_with_administrator,
    connected_saml,
    post_saml,
    saml_answer,
    with_passkey,
)
from tokimori.foundation import clock
from tokimori.foundation.identity import limits
from tokimori.foundation.identity.carried_secrets import read_carried_secret
from tokimori.foundation.identity.models import ExternalIdentity
from tokimori.foundation.identity.security_rules import Audience, SecurityRules, Strength
from tokimori.foundation.identity.services.lifecycle import deactivate_account, reactivate_account
from tokimori.foundation.identity.services.rules import change_rules
from tokimori.foundation.identity.services.sessions import SESSION_PREFIX, signed_in_by
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.single_sign_on.values import LinksBy
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.middleware.tenancy import cookie_name


@pytest.fixture
def minato() -> Cast:
    return company_with_administrator()


@pytest.fixture
def office(minato: Cast) -> Connected:
    place = connected_saml(minato)
    place.trust(links_by=LinksBy.ADDRESS)
    return place


def come(place: Connected, *, subject: str = "subject-1", name: str = "aiko") -> str | None:
    """Come by the provider; return the login id of whose session it is."""
    browser = Client(SERVER_NAME="localhost")
    changes: dict[str, Any] = {"subject": subject, "attributes": {"email": f"{name}@{place.domain}"}}
    answered = post_saml(place, browser, saml_answer(place, place.begin(browser), **changes))
    browser.get(answered["Location"])
    cookie = browser.cookies.get(cookie_name())
    carried = read_carried_secret(cookie.value, prefix=SESSION_PREFIX) if cookie else None
    if carried is None:
        return None
    with tenant_transaction(place.cast.tenant):
        found = signed_in_by(carried=carried, now=clock.now())
    return found.account.login_id if found else None


def unlink(place: Connected, name: str = "aiko") -> None:
    administrator = signed_in(place.cast, "mio")
    page = administrator.get(reverse("account", args=[place.cast[name].account_id])).content.decode()
    assert reverse("unlink_account", args=[place.cast[name].account_id]) in page
    answer = administrator.post(reverse("unlink_account", args=[place.cast[name].account_id]))
    assert answer.status_code == 302


def test_a_link_that_was_ended_begins_again_by_a_name_that_is_vouched_for(office: Connected) -> None:
    assert come(office) == "aiko"
    unlink(office)
    assert come(office) == "aiko"
    assert come(office) == "aiko"
    with tenant_transaction(office.cast.tenant):
        assert ExternalIdentity.objects.filter(tenant_id=office.cast.tenant, ended_at=None).count() == 1
        names = LedgerEvent.objects.filter(tenant_id=office.cast.tenant, name__startswith="external_identity:")
        assert sorted(names.values_list("name", flat=True)) == [
            "external_identity:ended",
            "external_identity:linked",
            "external_identity:linked",
        ]


def test_a_link_that_was_ended_opens_nothing_where_no_name_is_vouched_for(office: Connected) -> None:
    assert come(office) == "aiko"
    office.trust(links_by=LinksBy.NOTHING)
    assert come(office) == "aiko", "who is linked needs no name"
    unlink(office)
    assert come(office) is None


def test_somebody_with_a_new_name_at_the_provider_comes_in_once_the_old_one_was_ended(office: Connected) -> None:
    assert come(office) == "aiko"
    assert come(office, subject="subject-2") is None
    unlink(office)
    assert come(office, subject="subject-2") == "aiko"
    assert come(office) is None, "the one before is over for good while another one is linked"


def test_a_subject_is_never_somebody_elses(office: Connected) -> None:
    assert come(office) == "aiko"
    unlink(office)
    assert come(office, name="chie") is None


def test_whoever_is_opened_again_does_not_come_in_by_the_link_of_before(office: Connected) -> None:
    assert come(office) == "aiko"
    office.trust(links_by=LinksBy.NOTHING)
    with tenant_transaction(office.cast.tenant):
        one, now = office.cast["aiko"].account_id, clock.now()
        deactivate_account(actor=office.cast["mio"].principal, account_id=one, now=now)
        reactivate_account(actor=office.cast["mio"].principal, account_id=one, now=now)
    assert come(office) is None


def test_who_must_show_a_passkey_is_not_confirmed_by_his_provider(office: Connected) -> None:
    cast = office.cast
    with tenant_transaction(cast.tenant):
        strong = dict.fromkeys(Audience, Strength.PHISHING_RESISTANT)
        change_rules(actor=cast.system, rules=SecurityRules(strength=strong), now=clock.now())
    assert come(office) == "aiko"
    browser = signed_in(cast, "aiko")
    where = reverse("confirm_with", args=[office.slug])
    assert where in browser.get(reverse("confirm")).content.decode(), "while she has none"
    with_passkey(cast, "aiko")
    page = browser.get(reverse("confirm")).content.decode()
    assert where not in page
    assert 'name="code"' not in page
    question = browser.get(where)["Location"]
    changes: dict[str, Any] = {"subject": "subject-1", "attributes": {"email": f"aiko@{office.domain}"}}
    answered = post_saml(office, browser, saml_answer(office, question, **changes))
    assert browser.get(answered["Location"]).status_code == 401


@pytest.mark.parametrize("way", ["sso", "passkey"])
def test_beginnings_from_one_address_are_counted(office: Connected, way: str) -> None:
    few = settings.SIGN_IN_LIMITS.__class__(attempts=3, attempts_by_address=1, window_minutes=15, lock_minutes=15)
    browser = Client(SERVER_NAME="localhost", REMOTE_ADDR=f"2001:db8:{str(office.id)[-4:]}:{ord(way[0]):x}::1")

    def begin() -> int:
        if way == "passkey":
            return browser.post(reverse("passkey_options")).status_code
        where = reverse("begin_company_sign_in", args=[office.cast.company_code, office.slug])
        return browser.get(where).status_code

    with override_settings(SIGN_IN_LIMITS=few):
        found = [begin() for _ in range(12)]
    assert set(found[:10]) == {200 if way == "passkey" else 302}
    assert set(found[10:]) == {429}


def test_a_directory_that_asks_too_often_is_told_when_to_go_on(minato: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_OF_A_DIRECTORY", 3)
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR=f"2001:db8:{str(minato.tenant)[-4:]}::2")
    client.defaults["HTTP_AUTHORIZATION"] = "Bearer tkp_x"
    found = [client.get("/scim/v2/Users") for _ in range(5)]
    assert [one.status_code for one in found] == [401, 401, 401, 429, 429]
    assert int(found[-1]["Retry-After"]) <= 60
    assert found[-1]["Content-Type"] == "application/scim+json"
