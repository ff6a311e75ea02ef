"""A screen that several people use: sessions end soon there, and the browser remembers nobody."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from support.cast import Cast
from tokimori.foundation import clock
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.identity.carried_secrets import read_carried_secret
from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.accounts import choose_password, issue_sign_in_link
from tokimori.foundation.identity.services.rules import change_rules
from tokimori.foundation.identity.services.sessions import SESSION_PREFIX, Origin, SignedIn, open_session, signed_in_by
from tokimori.foundation.identity.services.sign_in import trust_device
from tokimori.foundation.tenancy.context import tenant_transaction

PHRASE = "a quiet sentence by the sea"


@pytest.fixture
def aiko(cast: Cast) -> Client:
    """A browser in which nobody is signed in; Aiko has a passphrase."""
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=clock.now())
        choose_password(secret=link, password=PHRASE, now=clock.now())
    return Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")


def come_in(cast: Cast, browser: Client, **typed: str) -> None:
    form = {"company_code": cast.company_code, "login": "aiko", "password": PHRASE, **typed}
    assert browser.post(reverse("sign_in"), form).status_code == 302


def last_used(cast: Cast, ago: timedelta) -> None:
    with tenant_transaction(cast.tenant):
        Session.objects.filter(tenant_id=cast.tenant).update(last_used_at=clock.now() - ago)


def is_in(browser: Client) -> bool:
    return browser.get(reverse("my_security")).status_code == 200


@pytest.mark.parametrize(("typed", "stays"), [({}, True), ({"shared_screen": "yes"}, False)])
def test_a_session_on_a_shared_screen_ends_after_minutes(
    cast: Cast,
    aiko: Client,
    typed: dict[str, str],
    stays: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    come_in(cast, aiko, **typed)
    last_used(cast, timedelta(minutes=2, seconds=50))
    assert is_in(aiko)
    last_used(cast, timedelta(minutes=3, seconds=10))
    assert is_in(aiko) is stays


def test_the_companys_rule_decides_and_never_lengthens(cast: Cast, aiko: Client) -> None:
    with tenant_transaction(cast.tenant):
        rules = SecurityRules(idle_minutes=5, shared_idle_minutes=15)
        change_rules(actor=cast.system, rules=rules, now=clock.now())
    come_in(cast, aiko, shared_screen="yes")
    last_used(cast, timedelta(minutes=5, seconds=10))
    assert not is_in(aiko)


def test_the_screen_stays_shared_for_every_way_in_until_somebody_says_otherwise(cast: Cast, aiko: Client) -> None:
    come_in(cast, aiko, shared_screen="yes")
    aiko.post(reverse("sign_out"))
    assert "checked" in aiko.get(reverse("sign_in")).content.decode()
    come_in(cast, aiko)
    assert aiko.cookies["tokimori-shared-screen"].value == ""
    aiko.post(reverse("sign_out"))
    assert "checked" not in aiko.get(reverse("sign_in")).content.decode()


def test_a_shared_screen_knows_nobody_again(cast: Cast, aiko: Client) -> None:
    come_in(cast, aiko, shared_screen="yes")
    assert is_in(aiko)
    assert "tokimori-known" not in aiko.cookies
    aiko.post(reverse("sign_out"))
    come_in(cast, aiko)
    assert is_in(aiko)
    assert "tokimori-known" in aiko.cookies


def session_at(cast: Cast, *, is_shared: bool) -> SignedIn:
    with tenant_transaction(cast.tenant):
        account = Account.objects.get(tenant_id=cast.tenant, id=cast["aiko"].account_id)
        origin = Origin(address="203.0.113.9", device="a test", is_shared_screen=is_shared)
        secret = open_session(account=account, proofs=[Proof.PASSWORD], is_half=False, origin=origin, now=clock.now())
        carried = read_carried_secret(secret, prefix=SESSION_PREFIX)
        assert carried is not None
        found = signed_in_by(carried=carried, now=clock.now())
    assert found is not None
    return found


def test_a_shared_screen_is_never_trusted(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        change_rules(actor=cast.system, rules=SecurityRules(trusted_device_days=30), now=clock.now())
    own, shared = session_at(cast, is_shared=False), session_at(cast, is_shared=True)
    with tenant_transaction(cast.tenant):
        assert trust_device(signed_in=own, device="a test", now=clock.now())
        with pytest.raises(NotAllowed):
            trust_device(signed_in=shared, device="a test", now=clock.now())


def test_pages_say_when_the_session_ends_in_any_case(cast: Cast, aiko: Client) -> None:
    come_in(cast, aiko)
    with tenant_transaction(cast.tenant):
        Session.objects.filter(tenant_id=cast.tenant).update(started_at=clock.now() - timedelta(hours=11, minutes=58))
    page = aiko.get(reverse("my_security")).content.decode()
    ends_in = int(page.split('data-ends-in="', 1)[1].split('"', 1)[0])
    assert 90 < ends_in <= 120
