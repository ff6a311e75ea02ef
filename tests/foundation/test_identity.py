"""Accounts, links, sessions: nothing tells which accounts exist, and every secret is kept as a digest alone."""

from datetime import timedelta
from typing import Any

import pytest

from support.cast import NOON, Cast
from tokimori.foundation.identity.carried_secrets import new_carried_secret, read_carried_secret
from tokimori.foundation.identity.errors import LinkNotUsable, PasswordTooWeak, SignInFailed
from tokimori.foundation.identity.models import Account, Session, SignInLink
from tokimori.foundation.identity.services.accounts import choose_password, issue_sign_in_link
from tokimori.foundation.identity.services.sessions import SESSION_PREFIX, Origin, signed_in_by
from tokimori.foundation.identity.services.sign_in import SignInAttempt, sign_in, sign_out
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
PASSWORD = "a quiet sentence by the sea"


@pytest.fixture
def with_password(cast: Cast) -> Cast:
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=NOON)
        choose_password(secret=link, password=PASSWORD, now=NOON)
    return cast


def email_of(cast: Cast) -> str:
    return f"aiko@{str(cast.tenant)[-12:]}.example"


def attempt(cast: Cast, **changes: Any) -> SignInAttempt:
    return SignInAttempt(
        **{
            "company_code": cast.company_code,
            "name": "aiko",
            "password": PASSWORD,
            "origin": Origin(address=str(cast.tenant), device=""),
            **changes,
        }
    )


def test_one_signs_in_by_company_and_login_id_or_by_address(with_password: Cast) -> None:
    cast = with_password
    for way in (attempt(cast), attempt(cast, company_code="", name=email_of(cast).upper())):
        carried = read_carried_secret(sign_in(attempt=way, now=NOON), prefix=SESSION_PREFIX)
        assert carried is not None
        with tenant_transaction(cast.tenant):
            found = signed_in_by(carried=carried, now=NOON)
        assert found is not None
        assert found.account.id == cast["aiko"].account_id


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "another quiet sentence"},
        {"name": "nobody"},
        {"company_code": "no-such-company"},
        {"company_code": "", "name": "nobody@example.jp"},
        {"company_code": ""},
        {"name": "ben"},
    ],
)
def test_whatever_is_wrong_the_refusal_is_the_same(with_password: Cast, changes: dict[str, str]) -> None:
    with pytest.raises(SignInFailed) as refusal:
        sign_in(attempt=attempt(with_password, **changes), now=NOON)

    assert refusal.value.facts == {}


def test_a_failed_attempt_is_recorded_although_it_is_refused(with_password: Cast) -> None:
    with pytest.raises(SignInFailed):
        sign_in(attempt=attempt(with_password, password="wrong"), now=NOON)

    with tenant_transaction(with_password.tenant):
        assert LedgerEvent.objects.filter(name="sign_in:failed").count() == 1


@pytest.mark.control(43)
def test_a_session_ends_when_idle_when_old_and_at_sign_out(with_password: Cast) -> None:
    cast = with_password
    carried = read_carried_secret(sign_in(attempt=attempt(cast), now=NOON), prefix=SESSION_PREFIX)
    assert carried is not None

    with tenant_transaction(cast.tenant):
        assert signed_in_by(carried=carried, now=NOON + IDLE_LIMIT - timedelta(seconds=1)) is not None
        assert signed_in_by(carried=carried, now=NOON + IDLE_LIMIT * 2) is None
        Session.objects.update(last_used_at=NOON + ABSOLUTE_LIMIT)
        assert signed_in_by(carried=carried, now=NOON + ABSOLUTE_LIMIT) is None
        Session.objects.update(last_used_at=NOON)
        sign_out(actor=cast["aiko"].principal, carried=carried, now=NOON)
        assert signed_in_by(carried=carried, now=NOON) is None


def test_a_link_works_once_and_not_for_ever(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        first = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=NOON)
        second = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=NOON)
        for unusable, when in ((first, NOON), (second, NOON + timedelta(days=8)), ("tkl_nonsense", NOON)):
            with pytest.raises(LinkNotUsable):
                choose_password(secret=unusable, password=PASSWORD, now=when)
        choose_password(secret=second, password=PASSWORD, now=NOON)
        with pytest.raises(LinkNotUsable):
            choose_password(secret=second, password=PASSWORD, now=NOON)


@pytest.mark.parametrize("weak", ["short", "password1234", "qwertyuiop123", ""])
def test_weak_passwords_are_refused_and_the_link_stays_usable(cast: Cast, weak: str) -> None:
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=NOON)
        with pytest.raises(PasswordTooWeak):
            choose_password(secret=link, password=weak, now=NOON)
        choose_password(secret=link, password=PASSWORD, now=NOON)


def test_choosing_a_password_ends_every_session(with_password: Cast) -> None:
    cast = with_password
    sign_in(attempt=attempt(cast), now=NOON)

    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast["aiko"].account_id, now=NOON)
        choose_password(secret=link, password=PASSWORD + "!", now=NOON)
        assert not Session.objects.filter(ended_at=None).exists()


@pytest.mark.control(46)
def test_secrets_are_kept_as_digests_and_passwords_by_argon2id(with_password: Cast) -> None:
    secret = sign_in(attempt=attempt(with_password), now=NOON)

    with tenant_transaction(with_password.tenant):
        assert secret.encode() not in bytes(Session.objects.get().secret_digest)
        assert len(bytes(SignInLink.objects.first().secret_digest)) == 32
        assert Account.objects.get(login_id="aiko").password.startswith("argon2$argon2id$")


def test_a_disabled_account_stays_outside(with_password: Cast) -> None:
    with tenant_transaction(with_password.tenant):
        Account.objects.filter(login_id="aiko").update(is_active=False)

    with pytest.raises(SignInFailed):
        sign_in(attempt=attempt(with_password), now=NOON)


def test_a_secret_has_one_form(cast: Cast) -> None:
    secret = new_carried_secret(prefix="tkm", tenant_id=cast.tenant)

    assert read_carried_secret(secret, prefix="tkm") is not None
    for wrong in (secret + "x", secret[:-1], secret.upper(), secret.replace("_", "-"), "", "tkm__"):
        assert read_carried_secret(wrong, prefix="tkm") is None
