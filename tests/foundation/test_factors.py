"""Second factors: what is asked for, what counts once, and what a half-open door lets through."""

from datetime import datetime, timedelta

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from support.browser import signed_in
from support.cast import NOON, Cast
from tokimori.foundation import clock
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.errors import CodeNotRight, SignInLimited
from tokimori.foundation.identity.models import Account, Authenticator, Passkey, RecoveryCode, Session
from tokimori.foundation.identity.proofs import Proof, strength_of
from tokimori.foundation.identity.security_rules import Audience, SecurityRules, Strength
from tokimori.foundation.identity.services.accounts import choose_password, issue_sign_in_link
from tokimori.foundation.identity.services.factors import (
    begin_authenticator,
    confirm_authenticator,
    factors_of,
    make_recovery_codes,
)
from tokimori.foundation.identity.services.rules import change_rules
from tokimori.foundation.identity.services.sessions import SESSION_PREFIX, Origin, SignedIn, Stage, signed_in_by
from tokimori.foundation.identity.services.sign_in import SignInAttempt, second_by_code, sign_in
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction

PASSWORD = "a quiet sentence by the sea"
LATER = NOON + timedelta(minutes=5)


def account_of(cast: Cast, name: str) -> Account:
    return Account.objects.get(tenant_id=cast.tenant, id=cast[name].account_id)


def with_password(cast: Cast, name: str = "aiko", *, now: datetime = NOON) -> None:
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast[name].account_id, now=now)
        choose_password(secret=link, password=PASSWORD, now=now)


def with_authenticator(cast: Cast, name: str = "aiko", *, now: datetime = NOON) -> pyotp.TOTP:
    actor = cast[name].principal
    with tenant_transaction(cast.tenant):
        account = account_of(cast, name)
        new = begin_authenticator(actor=actor, account=account, now=now)
        generator = pyotp.TOTP(new.secret)
        confirm_authenticator(actor=actor, account=account, code=generator.at(now), now=now)
    return generator


def enter(cast: Cast, name: str = "aiko", *, now: datetime = LATER) -> CarriedSecret:
    attempt = SignInAttempt(
        company_code=cast.company_code,
        name=name,
        password=PASSWORD,
        origin=Origin(address=str(cast.tenant), device="a test"),
    )
    return read(sign_in(attempt=attempt, now=now))


def read(secret: str) -> CarriedSecret:
    carried = read_carried_secret(secret, prefix=SESSION_PREFIX)
    assert carried is not None
    return carried


def who(cast: Cast, carried: CarriedSecret, *, now: datetime = LATER) -> SignedIn:
    with tenant_transaction(cast.tenant):
        found = signed_in_by(carried=carried, now=now)
    assert found is not None
    return found


@pytest.mark.control(40)
def test_who_has_an_authenticator_is_half_in_until_it_spoke(cast: Cast) -> None:
    with_password(cast)
    generator = with_authenticator(cast)
    carried = enter(cast)
    half = who(cast, carried)

    secret = second_by_code(signed_in=half, typed=f" {generator.at(LATER)[:3]} {generator.at(LATER)[3:]}", now=LATER)

    assert half.stage is Stage.SECOND_FACTOR
    whole = who(cast, read(secret))
    assert whole.stage is Stage.IN
    assert strength_of(whole.proofs) is Strength.TWO_FACTORS
    with tenant_transaction(cast.tenant):
        assert signed_in_by(carried=carried, now=LATER) is None, "the secret before the rise opens nothing"


@pytest.mark.control(40)
def test_digits_count_once_and_not_for_long(cast: Cast) -> None:
    with_password(cast)
    generator = with_authenticator(cast)
    second_by_code(signed_in=who(cast, enter(cast)), typed=generator.at(LATER), now=LATER)

    again = who(cast, enter(cast))
    for digits in (generator.at(LATER), generator.at(NOON), generator.at(LATER + timedelta(minutes=2)), "000000"):
        with pytest.raises(CodeNotRight):
            second_by_code(signed_in=again, typed=digits, now=LATER)
    with tenant_transaction(cast.tenant):
        assert LedgerEvent.objects.filter(name="second_factor:failed").count() == 4


def test_a_recovery_code_opens_once_however_it_is_typed(cast: Cast) -> None:
    with_password(cast)
    with_authenticator(cast)
    with tenant_transaction(cast.tenant):
        codes = make_recovery_codes(actor=cast["aiko"].principal, account=account_of(cast, "aiko"), now=NOON)

    second_by_code(signed_in=who(cast, enter(cast)), typed=codes[0].upper().replace("-", " "), now=LATER)

    with pytest.raises(CodeNotRight):
        second_by_code(signed_in=who(cast, enter(cast)), typed=codes[0], now=LATER)
    with tenant_transaction(cast.tenant):
        assert factors_of(account_of(cast, "aiko")).recovery_codes_left == len(codes) - 1
        make_recovery_codes(actor=cast["aiko"].principal, account=account_of(cast, "aiko"), now=LATER)
    with pytest.raises(CodeNotRight):
        second_by_code(signed_in=who(cast, enter(cast)), typed=codes[1], now=LATER)


def test_guessing_digits_ends_soon_although_each_answer_is_a_refusal(cast: Cast) -> None:
    """The page's transaction would take the count back with the refusal; it must not."""
    now = clock.now()
    with_password(cast, now=now)
    with_authenticator(cast, now=now)
    browser = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")
    browser.post(reverse("sign_in"), {"company_code": cast.company_code, "login": "aiko", "password": PASSWORD})

    answers = [browser.post(reverse("second_factor"), {"code": "000000"}).status_code for _ in range(12)]

    assert answers == [422] * 10 + [429] * 2
    assert browser.get(reverse("recorder"))["Location"].startswith(reverse("second_factor"))


def test_half_a_session_leads_nowhere_else(cast: Cast) -> None:
    now = clock.now()
    with_password(cast, now=now)
    generator = with_authenticator(cast, now=now - timedelta(minutes=5))
    browser = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")
    typed = {"company_code": cast.company_code, "login": "aiko", "password": PASSWORD, "next": "/my/months"}
    browser.post(reverse("sign_in"), typed)

    for name in ("recorder", "my_security", "change_password", "authenticator", "sessions", "confirm"):
        assert browser.get(reverse(name))["Location"].startswith(reverse("second_factor")), name
    for name in ("recovery_codes", "remove_authenticator", "new_passkey_options", "add_passkey"):
        assert browser.post(reverse(name))["Location"].startswith(reverse("second_factor")), name
    through = browser.post(reverse("second_factor"), {"code": generator.now(), "next": "/my/months"})

    assert through["Location"] == "/my/months"
    assert browser.get(reverse("recorder")).status_code == 200


def test_who_must_have_a_second_factor_first_sets_one_up(cast: Cast) -> None:
    """Payroll is an administrator: the product itself asks for two factors."""
    now = clock.now()
    with_password(cast, "chie", now=now)
    browser = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")
    browser.post(reverse("sign_in"), {"company_code": cast.company_code, "login": "chie", "password": PASSWORD})

    assert browser.get("/closing")["Location"].startswith(reverse("my_security"))
    page = browser.get(reverse("authenticator"))
    secret = page.content.decode().split('<code class="secret">')[1].split("</code>")[0].replace(" ", "").strip()
    codes = browser.post(reverse("authenticator"), {"code": pyotp.TOTP(secret).now()})

    assert "Your recovery codes" in codes.content.decode()
    assert codes.content.decode().count('<code class="secret">') == 10
    assert browser.get("/closing").status_code in {200, 302}
    assert (
        not browser.get("/closing", follow=True).redirect_chain[-1:]
        or "security" not in browser.get("/closing", follow=True).redirect_chain[-1][0]
    )


def test_rules_that_are_tightened_hold_for_open_sessions(cast: Cast) -> None:
    with_password(cast)
    carried = enter(cast)
    assert who(cast, carried).stage is Stage.IN

    with tenant_transaction(cast.tenant):
        strength = {**SecurityRules().strength, Audience.EMPLOYEE: Strength.TWO_FACTORS}
        change_rules(actor=cast.system, rules=SecurityRules(strength=strength), now=LATER)
    assert who(cast, carried).stage is Stage.ENROLMENT

    with_authenticator(cast)
    assert who(cast, carried).stage is Stage.SECOND_FACTOR


@pytest.mark.control(43)
def test_an_idle_limit_that_is_shortened_ends_sessions_at_once(cast: Cast) -> None:
    with_password(cast)
    carried = enter(cast)

    with tenant_transaction(cast.tenant):
        change_rules(actor=cast.system, rules=SecurityRules(idle_minutes=5), now=LATER)
        assert signed_in_by(carried=carried, now=LATER + timedelta(minutes=4)) is not None
        Session.objects.update(last_used_at=LATER)
        assert signed_in_by(carried=carried, now=LATER + timedelta(minutes=6)) is None


def test_a_trusted_device_stands_for_the_second_factor_where_the_rules_say_so(cast: Cast) -> None:
    now = clock.now()
    with_password(cast, now=now)
    generator = with_authenticator(cast, now=now - timedelta(minutes=5))
    typed = {"company_code": cast.company_code, "login": "aiko", "password": PASSWORD}

    def step(browser: Client) -> str:
        browser.post(reverse("sign_out"))
        browser.post(reverse("sign_in"), typed)
        return browser.get(reverse("recorder")).get("Location", "in")

    refused, trusted = (Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en") for _ in range(2))
    refused.post(reverse("sign_in"), typed)
    refused.post(reverse("second_factor"), {"code": generator.at(now - timedelta(seconds=30)), "trust": "yes"})
    assert step(refused) != "in", "the product's own rules trust no device"

    with tenant_transaction(cast.tenant):
        change_rules(actor=cast.system, rules=SecurityRules(trusted_device_days=14), now=now)
    trusted.post(reverse("sign_in"), typed)
    trusted.post(reverse("second_factor"), {"code": generator.at(now), "trust": "yes"})
    assert step(trusted) == "in"

    with tenant_transaction(cast.tenant):
        change_rules(actor=cast.system, rules=SecurityRules(), now=now)
    assert step(trusted) != "in"


def test_what_changes_factors_asks_again_after_a_while(cast: Cast) -> None:
    browser = signed_in(cast, "aiko")
    assert browser.get(reverse("authenticator")).status_code == 200

    with tenant_transaction(cast.tenant):
        Session.objects.update(proved_at=clock.now() - timedelta(minutes=11))

    assert browser.get(reverse("authenticator"))["Location"] == "/confirm?next=%2Fsecurity%2Fauthenticator"
    asked = browser.post(reverse("recovery_codes"), headers={"referer": "http://localhost/security"})
    assert asked["Location"] == "/confirm?next=%2Fsecurity"
    with tenant_transaction(cast.tenant):
        assert not RecoveryCode.objects.exists()


def test_a_new_passphrase_does_not_stand_for_the_second_factor(cast: Cast) -> None:
    """At a forgotten screen the passphrase alone must not lead to a factor of somebody else's."""
    now = clock.now()
    with_password(cast, now=now)
    generator = with_authenticator(cast, now=now - timedelta(minutes=5))
    browser = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")
    browser.post(reverse("sign_in"), {"company_code": cast.company_code, "login": "aiko", "password": PASSWORD})
    browser.post(reverse("second_factor"), {"code": generator.now()})
    with tenant_transaction(cast.tenant):
        Session.objects.update(proved_at=now - timedelta(minutes=11))

    words = "a louder sentence by the river"
    typed = {"current": PASSWORD, "passphrase": words, "passphrase_again": words}
    changed = browser.post(reverse("change_password"), typed)

    assert changed["Location"] == reverse("my_security")
    assert browser.get(reverse("my_security")).status_code == 200, "he stays signed in"
    assert browser.get(reverse("authenticator"))["Location"].startswith(reverse("confirm"))


def test_where_a_passkey_is_asked_for_nothing_weaker_adds_another_one(cast: Cast) -> None:
    """Digits can be wheedled out of somebody; with them a stranger must not come to a passkey of his own."""
    now = clock.now()
    with_password(cast, "chie", now=now)
    generator = with_authenticator(cast, "chie", now=now - timedelta(minutes=5))
    with tenant_transaction(cast.tenant):
        strength = {**SecurityRules().strength, Audience.ADMINISTRATOR: Strength.PHISHING_RESISTANT}
        change_rules(actor=cast.system, rules=SecurityRules(strength=strength), now=now)
        Passkey.objects.create(
            tenant_id=cast.tenant,
            account_id=cast["chie"].account_id,
            credential_id=new_id().bytes,
            public_key=b"key",
            use_count=0,
            transports=[],
            name="key",
            is_synchronised=False,
            added_at=now,
        )
    browser = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")
    browser.post(reverse("sign_in"), {"company_code": cast.company_code, "login": "chie", "password": PASSWORD})
    page = browser.get(reverse("second_factor")).content.decode()
    browser.post(reverse("second_factor"), {"code": generator.now()})

    assert 'name="code"' not in page, "what would not be enough is not asked for"
    for name in ("my_security", "authenticator", "confirm"):
        assert browser.get(reverse(name))["Location"].startswith(reverse("second_factor")), name
    for name in ("new_passkey_options", "add_passkey", "remove_authenticator", "recovery_codes"):
        assert browser.post(reverse(name))["Location"].startswith(reverse("second_factor")), name


def test_a_link_opens_what_a_password_opens_and_no_more(cast: Cast) -> None:
    """A reset must not step around the second factor."""
    now = clock.now()
    with_password(cast, now=now)
    with_authenticator(cast, now=now)
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=now)
    browser = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")
    words = "a louder sentence by the river"

    browser.post(reverse("first_sign_in", args=[link]), {"passphrase": words, "passphrase_again": words})

    assert browser.get(reverse("recorder"))["Location"].startswith(reverse("second_factor"))


@pytest.mark.control(57)
def test_the_secret_of_an_authenticator_is_sealed(cast: Cast) -> None:
    generator = with_authenticator(cast)

    with tenant_transaction(cast.tenant):
        stored = bytes(Authenticator.objects.get(account_id=cast["aiko"].account_id).sealed_secret)

    assert generator.secret.encode() not in stored


def test_too_many_guesses_close_the_second_factor_even_for_the_right_digits(cast: Cast) -> None:
    with_password(cast)
    generator = with_authenticator(cast)
    half = who(cast, enter(cast))
    for _ in range(10):
        with pytest.raises(CodeNotRight):
            second_by_code(signed_in=half, typed="000000", now=LATER)

    with pytest.raises(SignInLimited):
        second_by_code(signed_in=half, typed=generator.at(LATER), now=LATER)
    with pytest.raises(SignInLimited):
        second_by_code(signed_in=half, typed=generator.at(LATER), now=LATER + timedelta(seconds=1))
    with tenant_transaction(cast.tenant):
        locks = LedgerEvent.objects.filter(name="account:locked", subject_id=cast["aiko"].account_id)
        assert [lock.details["what"] for lock in locks] == ["second factor"], "once, however often it is tried"


def test_a_passkey_alone_is_two_factors_and_a_recovery_code_is_one_of_them() -> None:
    assert strength_of({Proof.PASSKEY}) is Strength.PHISHING_RESISTANT
    assert strength_of({Proof.PASSWORD}) is Strength.ONE_FACTOR
    assert strength_of({Proof.ONE_TIME_LINK, Proof.PASSWORD}) is Strength.ONE_FACTOR
    assert strength_of({Proof.PASSWORD, Proof.RECOVERY_CODE}) is Strength.TWO_FACTORS
