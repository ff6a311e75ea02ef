"""Nobody comes in with what everybody knows: the ten commonest default credentials open no account of a fresh company."""

from itertools import product

import pytest

from support.cast import NOON
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.errors import PasswordTooWeak, SignInFailed, SignInLimited
from tokimori.foundation.identity.models import Account, Authenticator, Passkey
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.passwords import refuse_weak_password
from tokimori.foundation.identity.services.sessions import Origin
from tokimori.foundation.identity.services.sign_in import SignInAttempt, sign_in
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import tenant_of_company_code
from tokimori.ops.demo.company import COMPANY_CODE, found_company

# Those that scanners try first, over many lists of vendors' defaults.
DEFAULTS = (
    ("admin", "admin"),
    ("admin", "password"),
    ("admin", "1234"),
    ("admin", ""),
    ("root", "root"),
    ("root", "toor"),
    ("administrator", "administrator"),
    ("user", "user"),
    ("guest", "guest"),
    ("test", "test"),
)


@pytest.fixture(scope="module")
def demo() -> TenantId:
    """The demo company as it is founded, before anybody used a link."""
    known = tenant_of_company_code(COMPANY_CODE)
    if known is not None:
        return known
    tenant = TenantId(new_id(at=NOON))
    with tenant_transaction(tenant):
        found_company(actor=system_principal(tenant), first=NOON.date(), last=NOON.date(), now=NOON)
    return tenant


def attempt(name: str, password: str, address: str) -> SignInAttempt:
    return SignInAttempt(
        company_code=COMPANY_CODE, name=name, password=password, origin=Origin(address=address, device="")
    )


@pytest.mark.parametrize(("name", "password"), DEFAULTS)
@pytest.mark.control(49)
def test_no_default_credential_opens_a_fresh_company(demo: TenantId, name: str, password: str) -> None:
    with pytest.raises((SignInFailed, SignInLimited)):
        sign_in(attempt=attempt(name, password, f"{name}{password}"), now=NOON)


def test_nor_does_any_of_their_passwords_or_ones_own_number_with_a_real_login_id(demo: TenantId) -> None:
    with tenant_transaction(demo):
        login_ids = list(Account.objects.order_by("login_id").values_list("login_id", flat=True)[:3])
    for login_id, password in product(login_ids, {password for _, password in DEFAULTS}):
        with pytest.raises((SignInFailed, SignInLimited)):
            sign_in(attempt=attempt(login_id, password, login_id), now=NOON)
        with pytest.raises((SignInFailed, SignInLimited)):
            sign_in(attempt=attempt(login_id, login_id, login_id), now=NOON)


@pytest.mark.control(49)
def test_no_account_of_a_fresh_company_has_anything_that_could_open_it(demo: TenantId) -> None:
    with tenant_transaction(demo):
        accounts = list(Account.objects.all())
        assert accounts
        assert [one.login_id for one in accounts if one.has_usable_password()] == []
        assert not Passkey.objects.exists()
        assert not Authenticator.objects.exists()


@pytest.mark.parametrize("password", sorted({password for _, password in DEFAULTS}))
def test_and_nobody_can_choose_one_of_them(demo: TenantId, password: str) -> None:
    with tenant_transaction(demo):
        account = Account.objects.first()
        assert account is not None
        with pytest.raises(PasswordTooWeak):
            refuse_weak_password(password, account=account, rules=SecurityRules())
