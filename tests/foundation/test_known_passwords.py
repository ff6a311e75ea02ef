"""Passwords that others try first: of lists, of the operator's file, with the usual changes, walks over the keyboard."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from support.cast import NOON, Cast
from tokimori.foundation.identity.carried_secrets import read_carried_secret
from tokimori.foundation.identity.errors import PasswordTooWeak
from tokimori.foundation.identity.known_passwords import is_breached, is_known, is_listed, is_walk, stands_in_file
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.accounts import choose_password, issue_sign_in_link
from tokimori.foundation.identity.services.passwords import refuse_weak_password
from tokimori.foundation.identity.services.sessions import SESSION_PREFIX, Origin, Stage, signed_in_by
from tokimori.foundation.identity.services.sign_in import SignInAttempt, sign_in
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction

PHRASE = "a quiet sentence by the sea"


def digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()


def a_file(where: Path, passwords: list[str], *, end: str = "\r\n") -> Path:
    lines = sorted(f"{digest(one)}:{number}" for number, one in enumerate(passwords, start=1))
    file = where / "known.txt"
    file.write_bytes("".join(line + end for line in lines).encode())
    return file


@pytest.mark.parametrize(
    "password",
    ["password1234", "iloveyouforever", "Correcthorse", "1qaz2wsx3edc", "dragondragon", "winteriscoming"],
)
def test_what_stands_in_a_list_is_known(password: str) -> None:
    assert is_listed(password)


@pytest.mark.parametrize(
    "password",
    [
        "P@ssw0rd2024!!",
        "sunshine 2026!",
        "!!letmein!!2026",
        "monkey-monkey",
        "c0rrect h0rse",
        "winter is coming",
        "".join(chr(ord(one) + 0xFEE0) for one in "password1234"),
        "correct horse battery staple",
    ],
)
def test_what_stands_in_a_list_stays_known_with_the_usual_changes(password: str) -> None:
    assert not is_listed(password)
    assert is_known(password)


@pytest.mark.parametrize(
    "password",
    [
        PHRASE,
        "another sentence by a lake",
        "海辺の静かな一つの文です",
        "ประโยคเงียบ ๆ ริมทะเล",
        "kswjdhqplzmx",
        "sea 1234567 lake",
    ],
)
def test_a_sentence_of_ones_own_is_not_known(password: str) -> None:
    assert not is_known(password)


@pytest.mark.parametrize(
    "password", ["qwertasdfgzxcvb", "0987654321poiuyt", "zyxwvutsrqpo", "asdfjkl;qwerty12", "あいうえおかきくけこさし"]
)
def test_a_walk_over_the_keyboard_is_found_in_either_direction(password: str) -> None:
    assert is_walk(password)


def test_a_walk_with_something_of_ones_own_is_none() -> None:
    assert not is_walk("qwerty and a lake")


@given(password=st.text(st.characters(), max_size=200))
def test_any_text_has_an_answer(password: str) -> None:
    assert is_known(password) in {True, False}


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_each_line_of_the_operators_file_is_found_and_no_other(tmp_path: Path, end: str, count: int) -> None:
    passwords = [f"password number {number}" for number in range(count)]
    file = a_file(tmp_path, passwords, end=end)

    assert all(stands_in_file(file, digest(one)) for one in passwords)
    assert not any(stands_in_file(file, digest(f"another {number}")) for number in range(200))


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_bytes(b"")
    assert not stands_in_file(file, digest(PHRASE))


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[None]:
    """The operator has loaded a file in which Aiko's passphrase stands."""
    with override_settings(BREACHED_PASSWORDS=a_file(tmp_path, [PHRASE, "something else"])):
        yield


def test_a_passphrase_of_the_operators_file_is_not_taken(cast: Cast, loaded: None) -> None:
    assert is_breached(PHRASE)
    assert not is_breached(PHRASE.upper())
    with tenant_transaction(cast.tenant):
        account = Account.objects.get(tenant_id=cast.tenant, id=cast["aiko"].account_id)
    with pytest.raises(PasswordTooWeak):
        refuse_weak_password(PHRASE, account=account, rules=SecurityRules())


def come_in(cast: Cast) -> Stage:
    origin = Origin(address="203.0.113.9", device="a test")
    attempt = SignInAttempt(company_code=cast.company_code, name="aiko", password=PHRASE, origin=origin)
    carried = read_carried_secret(sign_in(attempt=attempt, now=NOON), prefix=SESSION_PREFIX)
    assert carried is not None
    with tenant_transaction(cast.tenant):
        found = signed_in_by(carried=carried, now=NOON)
    assert found is not None
    return found.stage


def test_who_comes_in_with_a_passphrase_that_a_newer_file_knows_must_change_it(cast: Cast, tmp_path: Path) -> None:
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=NOON)
        choose_password(secret=link, password=PHRASE, now=NOON)
    assert come_in(cast) is Stage.IN
    with override_settings(BREACHED_PASSWORDS=a_file(tmp_path, [PHRASE])):
        assert come_in(cast) is Stage.NEW_PASSWORD
        assert come_in(cast) is Stage.NEW_PASSWORD
    with tenant_transaction(cast.tenant):
        assert LedgerEvent.objects.filter(tenant_id=cast.tenant, name="password:found_listed").count() == 1
