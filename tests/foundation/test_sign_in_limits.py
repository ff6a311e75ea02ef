"""Guessing passwords ends soon, for names that exist and names that do not alike."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import ip_network

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.urls import reverse

from support.cast import NOON, Cast
from support.cluster import ADMINISTRATION
from tokimori.foundation.client_address import client_address
from tokimori.foundation.identity.errors import SignInFailed, SignInLimited, SignInNotCounted
from tokimori.foundation.identity.limits import account_key, address_key, count_attempt, forget_limits
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.accounts import choose_password, issue_sign_in_link
from tokimori.foundation.identity.services.sessions import Origin
from tokimori.foundation.identity.services.sign_in import SignInAttempt, sign_in
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.middleware.tenancy import cookie_name

PASSWORD = "a quiet sentence by the sea"
LIMITS = settings.SIGN_IN_LIMITS
QUARTER = timedelta(minutes=15)


@pytest.fixture
def with_password(cast: Cast) -> Cast:
    choose(cast)
    return cast


def choose(cast: Cast, password: str = PASSWORD) -> None:
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=NOON)
        choose_password(secret=link, password=password, now=NOON)


def attempt(cast: Cast, **changes: str) -> SignInAttempt:
    typed = {"company_code": cast.company_code, "name": "aiko", "password": "wrong", **changes}
    origin = Origin(address=typed.pop("address", f"{cast.tenant}"), device="")
    return SignInAttempt(**typed, origin=origin)


def guess(cast: Cast, times: int, **changes: str) -> list[type[Exception]]:
    found: list[type[Exception]] = []
    for number in range(times):
        with pytest.raises((SignInFailed, SignInLimited)) as refusal:
            sign_in(attempt=attempt(cast, address=f"{cast.tenant} {number}", **changes), now=NOON)
        found.append(refusal.type)
    return found


@pytest.mark.parametrize("name", ["aiko", "nobody"])
@pytest.mark.control(41)
def test_after_ten_guesses_the_account_is_closed_whether_it_exists_or_not(with_password: Cast, name: str) -> None:
    assert guess(with_password, 12, name=name) == [SignInFailed] * LIMITS.attempts + [SignInLimited] * 2


@pytest.mark.control(41)
def test_the_right_password_does_not_open_a_locked_account(with_password: Cast) -> None:
    guess(with_password, 11)

    with pytest.raises(SignInLimited) as refusal:
        sign_in(attempt=attempt(with_password, password=PASSWORD), now=NOON)

    assert refusal.value.facts["seconds"] == LIMITS.lock_minutes * 60


@pytest.mark.control(41)
def test_a_lock_ends_by_itself(with_password: Cast) -> None:
    guess(with_password, 11)

    assert sign_in(attempt=attempt(with_password, password=PASSWORD), now=NOON + QUARTER)


def test_a_new_link_ends_a_lock_at_once(with_password: Cast) -> None:
    guess(with_password, 11)
    choose(with_password, "another sentence, by the lake")

    assert sign_in(attempt=attempt(with_password, password="another sentence, by the lake"), now=NOON)


def test_success_begins_anew_and_a_window_ends(with_password: Cast) -> None:
    guess(with_password, 9)
    sign_in(attempt=attempt(with_password, password=PASSWORD), now=NOON)

    assert SignInLimited not in guess(with_password, 10)


def test_another_account_is_not_locked_along(with_password: Cast) -> None:
    guess(with_password, 11, name="ben")

    assert sign_in(attempt=attempt(with_password, password=PASSWORD), now=NOON)


def test_one_address_cannot_try_everybody(with_password: Cast) -> None:
    address = f"{with_password.tenant} one"
    for number in range(LIMITS.attempts_by_address):
        count_attempt(account=address_key(f"{address} {number}"), address=address_key(address), rules=None, now=NOON)

    with pytest.raises(SignInLimited):
        sign_in(attempt=attempt(with_password, password=PASSWORD, address=address), now=NOON)
    assert sign_in(attempt=attempt(with_password, password=PASSWORD), now=NOON)


def test_a_neighbourhood_of_ipv6_is_one_address() -> None:
    """Whoever has one address of it has them all, 18 trillion times a million."""
    assert address_key("2001:db8:1:2::a") == address_key("2001:DB8:1:2:ffff::b")
    assert address_key("2001:db8:1:2::a") != address_key("2001:db8:1:3::a")
    assert address_key("::ffff:203.0.113.9") == address_key("203.0.113.9")
    assert address_key("203.0.113.9") != address_key("203.0.113.10")


def test_many_at_once_are_counted_one_by_one(cast: Cast) -> None:
    key = account_key(cast["aiko"].account_id)

    def one(number: int) -> bool:
        try:
            count_attempt(account=key, address=address_key(f"{cast.tenant} {number}"), rules=None, now=NOON)
        except SignInLimited:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(max_workers=8) as pool:
        admitted = sum(pool.map(one, range(40)))

    assert admitted == LIMITS.attempts


def test_the_door_says_wait_and_for_how_long(with_password: Cast) -> None:
    guess(with_password, 11)
    browser = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")
    typed = {"company_code": with_password.company_code, "login": "aiko", "password": PASSWORD}

    # The clock of the door is the real one: lock anew now.
    for _ in range(12):
        answer = browser.post(reverse("sign_in"), {**typed, "password": "wrong"})

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= LIMITS.lock_minutes * 60
    assert "Too many attempts" in answer.content.decode()


def test_counts_that_are_over_are_forgotten(cast: Cast) -> None:
    count_attempt(account=address_key("a"), address=address_key("b"), rules=None, now=NOON - timedelta(days=900))

    assert forget_limits(before=NOON - timedelta(days=800)) >= 2


@pytest.mark.control(41)
def test_each_further_lock_lasts_twice_as_long_until_a_day_passes_without_one(cast: Cast) -> None:
    key, minutes = address_key(f"{cast.tenant} rising"), LIMITS.lock_minutes
    now, found = NOON, []
    for _ in range(6):
        found.append(locked(key, now=now))
        now += timedelta(minutes=found[-1])
    after_a_day = locked(key, now=now + timedelta(days=1))

    assert found == [minutes * factor for factor in (1, 2, 4, 8, 8, 8)]
    assert after_a_day == minutes


def test_no_lock_lasts_longer_than_a_day(cast: Cast) -> None:
    key, rules = address_key(f"{cast.tenant} long"), SecurityRules(attempts=3, lock_minutes=1440)
    first = locked(key, now=NOON, rules=rules)
    second = locked(key, now=NOON + timedelta(minutes=first), rules=rules)

    assert (first, second) == (1440, 1440)


def locked(key: bytes, *, now: datetime, rules: SecurityRules | None = None) -> int:
    """Guess until the door closes; return for how many minutes it does."""
    for number in range(LIMITS.attempts + 1):
        try:
            count_attempt(account=key, address=address_key(f"{key.hex()} {now} {number}"), rules=rules, now=now)
        except SignInLimited as refusal:
            return int(refusal.facts["seconds"]) // 60
    raise AssertionError("The door never closed.")


COUNT = "tokimori.sign_in_attempted(bytea, timestamptz, integer, integer, integer)"
OUT_OF_ORDER = {
    "locked by somebody": (
        "begin; lock table tokimori_private.sign_in_limit in access exclusive mode",
        "rollback",
    ),
    "not there": (
        "alter table tokimori_private.sign_in_limit rename to sign_in_limit_away",
        "alter table tokimori_private.sign_in_limit_away rename to sign_in_limit",
    ),
    "out of reach": (
        f"revoke execute on function {COUNT} from tokimori_runtime",
        f"grant execute on function {COUNT} to tokimori_runtime",
    ),
}


@pytest.mark.parametrize("how", OUT_OF_ORDER)
@pytest.mark.control(41)
def test_while_attempts_cannot_be_counted_nobody_gets_in(with_password: Cast, how: str) -> None:
    browser = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")
    typed = {"company_code": with_password.company_code, "login": "aiko", "password": PASSWORD}
    begin, end = OUT_OF_ORDER[how]
    with psycopg.connect(ADMINISTRATION["superuser_url"], autocommit=True) as administrator:
        administrator.execute(begin)
        try:
            answer = browser.post(reverse("sign_in"), typed)
            with pytest.raises(SignInNotCounted):
                sign_in(attempt=attempt(with_password, password=PASSWORD), now=NOON)
        finally:
            administrator.execute(end)

    assert answer.status_code == 503
    assert "sign_in.not_counted" in answer.content.decode()
    assert not answer.cookies.get(cookie_name())
    assert sign_in(attempt=attempt(with_password, password=PASSWORD), now=NOON)


@pytest.mark.parametrize(
    "changes",
    [{"password": "wrong"}, {"name": "nobody"}, {"company_code": "no-such-company"}, {"password": PASSWORD}],
)
def test_every_attempt_costs_one_hash(
    with_password: Cast, changes: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    costly = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *given: (hashed.append("made"), costly[0](*given))[1])
    monkeypatch.setattr(
        Argon2PasswordHasher, "verify", lambda *given: (hashed.append("compared"), costly[1](*given))[1]
    )

    with suppress(SignInFailed):
        sign_in(attempt=attempt(with_password, **changes), now=NOON)

    assert len(hashed) == 1


@pytest.mark.control(41, 92)
def test_a_lock_is_written_down_with_the_account(with_password: Cast) -> None:
    guess(with_password, 11)

    with tenant_transaction(with_password.tenant):
        (event,) = LedgerEvent.objects.filter(name="account:locked")
    assert event.subject_id == with_password["aiko"].account_id
    assert event.details == {"seconds": LIMITS.lock_minutes * 60}


TRUSTED = [ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")]


@pytest.mark.parametrize(
    ("peer", "header", "client"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
        ("2001:db8::1", "2a00::5", "2a00::5"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_only_own_proxies_say_where_a_request_comes_from(peer: str, header: str, client: str) -> None:
    assert client_address(peer=peer, forwarded_for=header, trusted=TRUSTED) == client


def by_address(address: str) -> SignInAttempt:
    origin = Origin(address="203.0.113.200", device="a test")
    return SignInAttempt(company_code="", name=address, password="not this one", origin=origin)


def answers(cast: Cast, *attempts: SignInAttempt) -> list[type[Exception]]:
    found: list[type[Exception]] = []
    for one in attempts:
        try:
            sign_in(attempt=one, now=NOON)
        except (SignInFailed, SignInLimited) as refusal:
            found.append(type(refusal))
    return found


def test_what_is_tried_by_one_name_tells_nothing_about_another_one(with_password: Cast) -> None:
    domain = f"{str(with_password.tenant)[-12:]}.example"
    found = []
    for name in ("aiko", "nobody"):
        address = f"{name}@{domain}"
        tried = [attempt(with_password, name=address)] * 11
        found.append(answers(with_password, *tried, by_address(address), attempt(with_password, name=name)))
    assert found[0] == found[1]
    assert found[0][-3:] == [SignInLimited, SignInFailed, SignInFailed]


def test_an_account_has_as_many_tries_by_all_its_names_together(with_password: Cast) -> None:
    domain = f"{str(with_password.tenant)[-12:]}.example"
    answers(with_password, *[attempt(with_password, name="aiko")] * 5, *[by_address(f"aiko@{domain}")] * 6)
    with pytest.raises(SignInFailed):
        sign_in(attempt=attempt(with_password, password=PASSWORD), now=NOON)
    assert sign_in(attempt=attempt(with_password, password=PASSWORD), now=NOON + QUARTER)
