"""A person sees where he is signed in, and ends what he does not know; nobody ends another's."""

from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import NOON, Cast
from support.single_sign_on import with_passkey
from tokimori.foundation import clock
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.models import Account, Passkey, Session
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.services.accounts import issue_sign_in_link
from tokimori.foundation.identity.services.factors import begin_authenticator, confirm_authenticator
from tokimori.foundation.identity.services.sessions import (
    SESSION_PREFIX,
    Origin,
    end_other_sessions,
    end_session,
    open_session,
    sessions_of,
    signed_in_by,
)
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.devices import device_in_words
from tokimori.interfaces.web.middleware.tenancy import cookie_name

PASSPHRASE = "a quiet sentence by the sea"
IDLE_LIMIT = timedelta(minutes=30)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0.0.0 Safari/537.36"
)


def enter(cast: Cast, name: str, *, device: str = CHROME) -> CarriedSecret:
    with tenant_transaction(cast.tenant):
        account = Account.objects.get(id=cast[name].account_id)
        origin = Origin(address="203.0.113.7", device=device)
        secret = open_session(account=account, proofs=[Proof.PASSWORD], is_half=False, origin=origin, now=NOON)
    carried = read_carried_secret(secret, prefix=SESSION_PREFIX)
    assert carried is not None
    return carried


def is_open(cast: Cast, carried: CarriedSecret) -> bool:
    with tenant_transaction(cast.tenant):
        return signed_in_by(carried=carried, now=NOON) is not None


def aiko(cast: Cast) -> Principal:
    return cast["aiko"].principal


def test_sessions_say_where_they_are(cast: Cast) -> None:
    here = enter(cast, "aiko")
    enter(cast, "aiko", device="x" * 500)
    enter(cast, "ben")

    with tenant_transaction(cast.tenant):
        found = sessions_of(actor=aiko(cast), carried=here, now=NOON)
        later = sessions_of(actor=aiko(cast), carried=here, now=NOON + IDLE_LIMIT + timedelta(seconds=1))

    assert len(found) == 2
    assert [one.address for one in found if one.is_this] == ["203.0.113.7"]
    assert max(len(one.device) for one in found) == 200
    assert later == ()


@pytest.mark.control(43)
def test_all_others_end_and_this_one_stays(cast: Cast) -> None:
    here, there, of_ben = enter(cast, "aiko"), enter(cast, "aiko"), enter(cast, "ben")

    with tenant_transaction(cast.tenant):
        assert end_other_sessions(actor=aiko(cast), carried=here, now=NOON) == 1

    assert (is_open(cast, here), is_open(cast, there), is_open(cast, of_ben)) == (True, False, True)


def test_nobody_ends_the_session_of_another(cast: Cast, dan: Cast) -> None:
    of_ben = enter(cast, "ben")
    with tenant_transaction(cast.tenant):
        (session,) = sessions_of(actor=cast["ben"].principal, carried=of_ben, now=NOON)
        with pytest.raises(NotFound):
            end_session(actor=aiko(cast), session_id=session.id, now=NOON)
    with tenant_transaction(dan.tenant), pytest.raises(NotFound):
        end_session(actor=dan["dan"].principal, session_id=session.id, now=NOON)

    assert is_open(cast, of_ben)


def test_an_ended_session_is_not_ended_again(cast: Cast) -> None:
    here = enter(cast, "aiko")
    with tenant_transaction(cast.tenant):
        (session,) = sessions_of(actor=aiko(cast), carried=here, now=NOON)
        end_session(actor=aiko(cast), session_id=session.id, now=NOON)
        with pytest.raises(NotFound):
            end_session(actor=aiko(cast), session_id=session.id, now=NOON)

    assert not is_open(cast, here)


def test_the_page_ends_the_others(cast: Cast) -> None:
    here, there = signed_in(cast, "aiko"), signed_in(cast, "aiko")

    page = here.get(reverse("sessions")).content.decode()
    here.post(reverse("end_other_sessions"))

    assert page.count('<li class="plain-line">') == 2
    assert here.get(reverse("sessions")).status_code == 200
    assert there.get(reverse("sessions")).status_code == 302


def test_there_is_no_most_of_sessions_and_each_is_listed(cast: Cast) -> None:
    opened = [enter(cast, "aiko") for _ in range(12)]

    assert all(is_open(cast, one) for one in opened)
    with tenant_transaction(cast.tenant):
        assert len(sessions_of(actor=aiko(cast), carried=opened[0], now=NOON)) == 12


def test_before_sessions_are_ended_the_person_is_asked_again(cast: Cast) -> None:
    here, there = signed_in(cast, "aiko"), signed_in(cast, "aiko")
    with tenant_transaction(cast.tenant):
        (other,) = (one for one in Session.objects.filter(account_id=cast["aiko"].account_id).order_by("id")[1:2])
        Session.objects.filter(account_id=cast["aiko"].account_id).update(proved_at=NOON)

    for where in (reverse("end_other_sessions"), reverse("end_session", args=[other.id])):
        assert here.post(where)["Location"].startswith(reverse("confirm"))

    assert there.get(reverse("sessions")).status_code == 200


def test_after_a_change_of_factors_the_other_sessions_can_be_ended(cast: Cast) -> None:
    here, there = signed_in(cast, "aiko"), signed_in(cast, "aiko")
    before = here.get(reverse("my_security")).content.decode()
    secret = here.get(reverse("authenticator")).context["secret"].replace(" ", "")

    codes = here.post(reverse("authenticator"), {"code": pyotp.TOTP(secret).now()})
    offered = here.get(codes.context["done_url"]).content.decode()
    here.post(reverse("end_other_sessions"))
    after = here.get(codes.context["done_url"]).content.decode()

    assert reverse("end_other_sessions") not in before
    assert reverse("end_other_sessions") in offered
    assert reverse("end_other_sessions") not in after
    assert there.get(reverse("sessions")).status_code == 302


@pytest.mark.parametrize("removal", ["remove_authenticator", "remove_passkey"])
def test_so_can_they_after_a_factor_was_taken_away(cast: Cast, removal: str) -> None:
    here = signed_in(cast, "aiko")
    signed_in(cast, "aiko")
    with tenant_transaction(cast.tenant):
        account = Account.objects.get(id=cast["aiko"].account_id)
        new = begin_authenticator(actor=aiko(cast), account=account, now=NOON)
        confirm_authenticator(actor=aiko(cast), account=account, code=pyotp.TOTP(new.secret).at(NOON), now=NOON)
    with_passkey(cast, "aiko")
    with tenant_transaction(cast.tenant):
        passkey = Passkey.objects.get(account_id=account.id)

    answer = here.post(reverse(removal, args=[passkey.id] if removal == "remove_passkey" else []))

    assert reverse("end_other_sessions") in here.get(answer["Location"]).content.decode()


def test_who_signs_in_anew_leaves_no_session_behind(cast: Cast) -> None:
    browser = signed_in(cast, "ben")
    before = browser.cookies[cookie_name()].value
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=clock.now())
    words = {"passphrase": PASSPHRASE, "passphrase_again": PASSPHRASE}

    browser.get(reverse("first_sign_in", args=[link]))
    browser.post(reverse("first_sign_in", args=[link]), {**words, "passphrase_again": "x"})
    assert holds(before)
    browser.post(reverse("first_sign_in", args=[link]), words)
    between = browser.cookies[cookie_name()].value
    assert (holds(before), holds(between)) == (False, True)

    attempt = {"company_code": cast.company_code, "login": "aiko", "password": "x"}
    browser.post(reverse("sign_in"), attempt)
    assert holds(between)
    browser.post(reverse("sign_in"), {**attempt, "password": PASSPHRASE})
    assert (holds(between), holds(browser.cookies[cookie_name()].value)) == (False, True)


def test_a_session_of_another_company_ends_as_well(cast: Cast, dan: Cast) -> None:
    browser = signed_in(cast, "ben")
    before = browser.cookies[cookie_name()].value
    with tenant_transaction(dan.tenant):
        link = issue_sign_in_link(actor=dan.system, account_id=dan["dan"].account_id, now=clock.now())

    browser.post(reverse("first_sign_in", args=[link]), {"passphrase": PASSPHRASE, "passphrase_again": PASSPHRASE})

    assert not holds(before)


def holds(secret: str) -> bool:
    browser = Client(SERVER_NAME="localhost")
    browser.cookies[cookie_name()] = secret
    return browser.get(reverse("sessions")).status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome, Windows"),
        (f"{CHROME} Edg/154.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/154.0 Mobile Safari/537.36", "Chrome, Android"),
        ("", "Unknown device"),
        ("<script>", "Unknown device"),
    ],
)
def test_a_device_in_two_words(user_agent: str, words: str) -> None:
    assert device_in_words(user_agent) == words
