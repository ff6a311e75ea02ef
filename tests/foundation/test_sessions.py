"""A person sees where he is signed in, and ends what he does not know; nobody ends another's."""

from datetime import timedelta

import pytest
from django.urls import reverse

from support.browser import signed_in
from support.cast import NOON, Cast
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.proofs import Proof
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
