"""Passwords hashed with a key beside the database: verified with it alone, renewed at sign-in, and rotated."""

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.test import override_settings

from support.cast import NOON, Cast
from tokimori.foundation.identity.errors import SignInFailed
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.peppering import pepper_name
from tokimori.foundation.identity.services.accounts import choose_password, issue_sign_in_link
from tokimori.foundation.identity.services.passwords import refuse_used_password
from tokimori.foundation.identity.services.sessions import Origin
from tokimori.foundation.identity.services.sign_in import SignInAttempt, sign_in
from tokimori.foundation.tenancy.context import tenant_transaction

PHRASE = "a quiet sentence by the sea"
FIRST, SECOND = b"the first key, which is long enough", b"the second key, which is long enough"
HASHERS = [
    "tokimori.foundation.identity.peppering.PepperedArgon2PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]


def under(*keys: bytes) -> override_settings:
    return override_settings(PASSWORD_PEPPERS=keys, PASSWORD_HASHERS=HASHERS)


def test_a_hash_is_verified_under_its_key_alone() -> None:
    with under(FIRST):
        encoded = make_password(PHRASE)
        assert check_password(PHRASE, encoded)
        assert not check_password("another one", encoded)
    with under(SECOND):
        assert not check_password(PHRASE, encoded)
    assert encoded.startswith(f"argon2p${pepper_name(FIRST)}$argon2id$")
    assert len(encoded) <= 128, "the column's width"
    assert FIRST.decode() not in encoded


def test_the_key_is_part_of_what_is_hashed() -> None:
    with under(FIRST):
        encoded = make_password(PHRASE)
    _, _, rest = encoded.split("$", 2)
    assert not check_password(PHRASE, f"argon2${rest}")


def stored(cast: Cast) -> str:
    with tenant_transaction(cast.tenant):
        return Account.objects.get(tenant_id=cast.tenant, id=cast["aiko"].account_id).password


def come_in(cast: Cast, password: str = PHRASE) -> None:
    origin = Origin(address="203.0.113.9", device="a test")
    attempt = SignInAttempt(company_code=cast.company_code, name="aiko", password=password, origin=origin)
    sign_in(attempt=attempt, now=NOON)


def test_hashes_are_renewed_when_their_person_signs_in(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=NOON)
        choose_password(secret=link, password=PHRASE, now=NOON)
    assert stored(cast).startswith("argon2$")
    with under(FIRST):
        with pytest.raises(SignInFailed):
            come_in(cast, "not this one")
        assert stored(cast).startswith("argon2$"), "a wrong one renews nothing"
        come_in(cast)
        assert stored(cast).startswith(f"argon2p${pepper_name(FIRST)}$")
    with under(SECOND, FIRST):
        come_in(cast)
        renewed = stored(cast)
        assert renewed.startswith(f"argon2p${pepper_name(SECOND)}$")
        come_in(cast)
        assert stored(cast) == renewed, "and then stays"
    with under(SECOND):
        come_in(cast)
        with tenant_transaction(cast.tenant):
            account = Account.objects.get(tenant_id=cast.tenant, id=cast["aiko"].account_id)
            with pytest.raises(Exception, match="password"):
                refuse_used_password(PHRASE, account=account, depth=3)
