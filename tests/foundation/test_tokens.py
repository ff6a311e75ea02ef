"""Machines come in with a token: for what it was made for, from where it may, as long as it holds."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.cast import NOON, Cast, new_company
from tokimori.foundation.access.functions import Function, GrantedScope, Level
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.access.scopes import RIGHTS_OF_SCOPES, Scope, rights_of_scopes, scopes_within
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.errors import (
    NetworkNotValid,
    TokenBeyondOwnRights,
    TokenNotUsable,
    TokenNotValid,
    TokenOver,
    TokenSuspended,
    TokenWrongAddress,
)
from tokimori.foundation.identity.models import AccessToken, Account
from tokimori.foundation.identity.networks import read_address
from tokimori.foundation.identity.services.tokens import (
    LONGEST_LIFE,
    TOKEN_PREFIX,
    NewToken,
    Standing,
    TokenView,
    issue_token,
    machine_transaction,
    principal_of_access_token,
    revoke_token,
    rotate_token,
    token_of,
    tokens_of,
)
from tokimori.foundation.identity.token_networks import is_within, read_network, read_networks
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction

HERE = "203.0.113.7"
MONTH = timedelta(days=30)


@pytest.fixture
def company() -> Cast:
    """Ann administers, Chie pays; neither does what the other does."""
    employee = frozenset({Role.EMPLOYEE})
    return new_company(
        people={
            "ann": (frozenset({Role.ADMINISTRATOR}), None),
            "chie": (frozenset({Role.PAYROLL}), None),
            "aiko": (employee, None),
        }
    )


def issue(
    company: Cast,
    *,
    who: str = "chie",
    scopes: frozenset[Scope] = frozenset({Scope.PUNCHES_WRITE}),
    networks: tuple[str, ...] = (),
    name: str = "gate",
    life: timedelta = MONTH,
) -> CarriedSecret:
    token = NewToken(name=name, scopes=scopes, networks=read_networks(networks), expires_at=NOON + life)
    with tenant_transaction(company.tenant):
        return carried(issue_token(actor=company[who].principal, token=token, now=NOON))


def carried(secret: str) -> CarriedSecret:
    found = read_carried_secret(secret, prefix=TOKEN_PREFIX)
    assert found is not None
    return found


def come(company: Cast, secret: CarriedSecret, *, address: str = HERE, now: datetime = NOON) -> Principal:
    with tenant_transaction(company.tenant):
        return principal_of_access_token(carried=secret, address=address, now=now)


def only(company: Cast) -> TokenView:
    with tenant_transaction(company.tenant):
        (token,) = tokens_of(actor=company["chie"].principal)
    return token


def events(company: Cast, name: str) -> int:
    with tenant_transaction(company.tenant):
        return LedgerEvent.objects.filter(name=name).count()


def test_a_token_may_do_what_its_scopes_say_and_no_more(company: Cast) -> None:
    scopes = frozenset({Scope.PUNCHES_WRITE, Scope.PERIODS_READ})

    machine = come(company, issue(company, scopes=scopes))

    assert machine.rights == {Permission.PUNCH_RECORD_ANY, Permission.PERIOD_READ}
    assert scopes_within(machine.rights) == scopes
    assert events(company, "access_token:issued") == 1


def test_nobody_gives_a_token_more_than_he_may_do_himself(company: Cast) -> None:
    for who, scope in (("chie", Scope.PROVISIONING_WRITE), ("ann", Scope.PUNCHES_WRITE), ("chie", Scope.AUDIT_READ)):
        with pytest.raises(TokenBeyondOwnRights):
            issue(company, who=who, scopes=frozenset({scope}))
    with pytest.raises(NotAllowed):
        issue(company, who="aiko")

    issue(company, who="ann", scopes=frozenset({Scope.PROVISIONING_WRITE, Scope.AUDIT_READ}))


def test_no_scope_lets_a_machine_make_tokens_or_change_who_may_enter() -> None:
    reachable = rights_of_scopes(frozenset(Scope))

    assert not reachable & {
        Permission.ACCESS_TOKEN_WRITE, Permission.SECURITY_WRITE, Permission.SETUP_WRITE, Permission.TIMESHEET_APPROVE,
        Permission.PERIOD_SEAL,
    }  # fmt: skip
    assert set(RIGHTS_OF_SCOPES) == set(Scope)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "  "},
        {"name": "x" * 81},
        {"name": "a\nb"},
        {"scopes": frozenset()},
        {"life": timedelta()},
        {"life": LONGEST_LIFE + timedelta(seconds=1)},
    ],
)
def test_a_token_has_a_name_a_purpose_and_an_end_within_a_year(company: Cast, changes: dict[str, object]) -> None:
    with pytest.raises(TokenNotValid):
        issue(company, **changes)  # type: ignore[arg-type]


def test_a_token_ends_by_itself_and_at_once_when_it_is_revoked(company: Cast) -> None:
    secret = issue(company)
    come(company, secret, now=NOON + MONTH - timedelta(seconds=1))
    with pytest.raises(TokenNotUsable):
        come(company, secret, now=NOON + MONTH)

    with tenant_transaction(company.tenant):
        revoke_token(actor=company["ann"].principal, token_id=only(company).id, now=NOON)
        revoke_token(actor=company["ann"].principal, token_id=only(company).id, now=NOON + MONTH)

    with pytest.raises(TokenNotUsable):
        come(company, secret)
    assert only(company).revoked_at == NOON
    assert events(company, "access_token:revoked") == 1


def test_a_renewed_token_works_beside_its_successor_for_as_long_as_was_chosen(company: Cast) -> None:
    old = issue(company, networks=("203.0.113.0/24",))
    later = NOON + timedelta(days=20)
    with tenant_transaction(company.tenant):
        new = carried(
            rotate_token(
                actor=company["chie"].principal, token_id=only(company).id, overlap=timedelta(days=7), now=later
            )
        )

    for secret in (old, new):
        assert come(company, secret, now=later + timedelta(days=6)).rights == {Permission.PUNCH_RECORD_ANY}
    with pytest.raises(TokenNotUsable):
        come(company, old, now=later + timedelta(days=7))
    come(company, new, now=later + MONTH - timedelta(seconds=1))
    with pytest.raises(TokenWrongAddress):
        come(company, new, address="198.51.100.1", now=later)
    assert events(company, "access_token:rotated") == 1


def test_the_overlap_never_makes_the_old_token_live_longer(company: Cast) -> None:
    old = issue(company)
    late = NOON + MONTH - timedelta(hours=1)
    with tenant_transaction(company.tenant):
        rotate_token(actor=company["chie"].principal, token_id=only(company).id, overlap=timedelta(days=7), now=late)

    with pytest.raises(TokenNotUsable):
        come(company, old, now=NOON + MONTH)


def test_what_is_over_is_not_renewed_nor_by_who_may_do_less_nor_for_more_than_a_week(company: Cast) -> None:
    issue(company)
    token = only(company).id
    with tenant_transaction(company.tenant):
        with pytest.raises(TokenBeyondOwnRights):
            rotate_token(actor=company["ann"].principal, token_id=token, overlap=timedelta(), now=NOON)
        with pytest.raises(TokenNotValid):
            rotate_token(actor=company["chie"].principal, token_id=token, overlap=timedelta(days=8), now=NOON)
        with pytest.raises(TokenOver):
            rotate_token(actor=company["chie"].principal, token_id=token, overlap=timedelta(), now=NOON + MONTH)
        rotate_token(actor=company["chie"].principal, token_id=token, overlap=timedelta(days=1), now=NOON)
        with pytest.raises(TokenOver):
            rotate_token(actor=company["chie"].principal, token_id=token, overlap=timedelta(), now=NOON)


def test_a_token_is_used_from_its_networks_alone_and_what_came_from_elsewhere_is_written_down(company: Cast) -> None:
    secret = issue(company, networks=("203.0.113.0/24", "2001:db8::/32"))

    for address in (HERE, "2001:db8::5", "::ffff:203.0.113.9"):
        come(company, secret, address=address)
    for address in ("198.51.100.1", "2001:db9::1", "", "not an address"):
        with (
            pytest.raises(TokenWrongAddress),
            machine_transaction(carried=secret, address=address, now=NOON) as machine,
        ):
            pytest.fail(f"{machine} came in from {address}")

    assert (only(company).last_refused_from, only(company).last_refused_at) == ("198.51.100.1", NOON)
    assert events(company, "address:refused") == 1


def test_the_last_use_is_noted_at_most_once_a_minute(company: Cast) -> None:
    secret = issue(company)
    seconds = (0, 30, 59, 61, 90)
    noted = []
    for second in seconds:
        come(company, secret, address=f"203.0.113.{second}", now=NOON + timedelta(seconds=second))
        noted.append(only(company).last_used_from)

    assert noted == ["203.0.113.0", "203.0.113.0", "203.0.113.0", "203.0.113.61", "203.0.113.61"]


def test_what_another_company_has_is_not_found(company: Cast, dan: Cast) -> None:
    secret = issue(company)
    token = only(company).id
    with tenant_transaction(dan.tenant):
        dans = dan["dan"].principal
        assert tokens_of(actor=dans) == ()
        with pytest.raises(NotFound):
            token_of(actor=dans, token_id=token)
        with pytest.raises(NotFound):
            revoke_token(actor=dans, token_id=token, now=NOON)
        with pytest.raises(NotFound):
            rotate_token(actor=dans, token_id=token, overlap=timedelta(), now=NOON)
        strange = CarriedSecret(tenant_id=dan.tenant, digest=secret.digest)
        with pytest.raises(TokenNotUsable):
            principal_of_access_token(carried=strange, address=HERE, now=NOON)


def test_the_secret_is_kept_as_its_digest_alone(company: Cast) -> None:
    secret = issue(company)

    with tenant_transaction(company.tenant):
        row = AccessToken.objects.get()
    assert bytes(row.secret_digest) == secret.digest
    assert len(secret.digest) == 32


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("203.0.113.0/24", "203.0.113.0/24"),
        (" 203.0.113.7 ", "203.0.113.7/32"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("::1", "::1/128"),
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
    ],
)
def test_a_network_is_read_as_it_is_meant(written: str, meant: str) -> None:
    assert str(read_network(written)) == meant


@pytest.mark.parametrize(
    "wrong",
    [
        "", "x", "203.0.113.7/24", "203.0.113.0/33", "203.0.113.0/-1", "203.0.113.0/255.255.255.0", "0.0.0.0/0", "::/0",
        "203.0.113", "203.0.113.0/24/24", "fe80::1%eth0", "2001:db8::/129", "203.0.113.07",
        "\uff12\uff10\uff13.0.113.0/24", "203.0.113.0 /24", "1" * 400,
    ],
)  # fmt: skip
def test_what_is_no_network_is_refused(wrong: str) -> None:
    with pytest.raises(NetworkNotValid):
        read_network(wrong)


def test_there_are_at_most_twenty_networks() -> None:
    with pytest.raises(NetworkNotValid):
        read_networks([f"203.0.113.{number}" for number in range(21)])


@given(st.one_of(st.text(max_size=60), st.from_regex(r"[0-9a-f:./]{1,50}", fullmatch=True)))
def test_whatever_is_written_it_is_a_network_or_refused(text: str) -> None:
    try:
        network = read_network(text)
    except NetworkNotValid:
        return
    assert read_network(str(network)) == network
    assert is_within(str(network.network_address), [str(network)])


@given(st.ip_addresses(), st.ip_addresses())
def test_an_address_lies_in_the_network_of_itself_alone(one: object, other: object) -> None:
    network = str(read_network(str(one)))

    assert is_within(str(one), [network])
    assert is_within(str(other), [network]) is (read_address(str(one)) == read_address(str(other)))


SECRETS = st.one_of(
    st.text(max_size=120),
    st.binary(max_size=120).map(lambda octets: octets.decode("latin-1")),
    st.from_regex(r"tkm_[0-9a-f]{30,34}_[A-Za-z0-9_-]{41,45}", fullmatch=True),
    st.from_regex(r"(tkm|tks|tkl|)_?[0-9a-fA-F-]{0,40}_?[ -~\n]{0,60}", fullmatch=True),
)


@given(SECRETS)
def test_whatever_is_carried_is_a_secret_in_its_one_form_or_none(text: str) -> None:
    found = read_carried_secret(text, prefix=TOKEN_PREFIX)

    parts = text.split("_", 2)
    is_right = (
        len(parts) == 3
        and parts[0] == TOKEN_PREFIX
        and len(parts[1]) == 32
        and set(parts[1]) <= set("0123456789abcdef")
        and len(parts[2]) == 43
        and parts[2].isascii()
        and all(letter.isalnum() or letter in "_-" for letter in parts[2])
    )
    assert (found is not None) is is_right
    if found is not None:
        assert found.tenant_id == TenantId(UUID(parts[1]))


# ------------------------------------------------------------------------------------------------ who answers for it


def account_of(company: Cast, who: str, **change: object) -> None:
    with tenant_transaction(company.tenant):
        Account.objects.filter(id=company[who].account_id).update(**change)


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({"is_active": False}, Standing.ISSUER_CLOSED),
        ({"roles": ["employee"]}, Standing.ISSUER_LACKS_RIGHT),
        ({"roles": ["administrator"]}, Standing.ISSUER_LACKS_RIGHT),
    ],
    ids=["closed", "another role", "may make tokens, but not do this"],
)
def test_a_token_rests_while_nobody_answers_for_it(
    company: Cast, change: dict[str, object], standing: Standing
) -> None:
    secret = issue(company)
    account_of(company, "chie", **change)

    with pytest.raises(TokenSuspended):
        come(company, secret)
    assert (only(company).standing, only(company).issuer_id) == (standing, company["chie"].account_id)

    account_of(company, "chie", is_active=True, roles=["payroll"])
    assert come(company, secret).has(Permission.PUNCH_RECORD_ANY)
    assert only(company).standing is Standing.HELD


def test_who_renews_a_token_answers_for_the_new_one(company: Cast) -> None:
    issue(company)
    second = replace(company["chie"].principal, account_id=company["ann"].account_id)
    with tenant_transaction(company.tenant):
        later = NOON + timedelta(minutes=1)  # keys of the same moment stand in any order
        rotate_token(actor=second, token_id=only(company).id, overlap=timedelta(), now=later)
        newest, _ = tokens_of(actor=second)

    assert (newest.issuer_id, newest.standing) == (company["ann"].account_id, Standing.ISSUER_LACKS_RIGHT)


def test_what_the_service_itself_issued_has_no_issuer_and_works(company: Cast) -> None:
    token = NewToken(name="gate", scopes=frozenset({Scope.PUNCHES_WRITE}), expires_at=NOON + MONTH)
    with tenant_transaction(company.tenant):
        secret = carried(issue_token(actor=company.system, token=token, now=NOON))

    assert come(company, secret).has(Permission.PUNCH_RECORD_ANY)
    assert only(company).standing is Standing.ISSUER_UNKNOWN


@given(st.sampled_from(Scope), st.sets(st.sampled_from(Function), min_size=1), st.sampled_from(Level))
def test_what_somebody_was_granted_over_some_people_gives_no_token_anything(
    scope: Scope, functions: set[Function], level: Level
) -> None:
    """A token reaches everybody, so what its issuer reaches by a grant does not count, whatever it is."""
    tenant = TenantId(UUID(int=1))
    part = GrantedScope(
        grant_id=UUID(int=2), functions=frozenset(functions), level=level, division_ids=frozenset({UUID(int=3)}),
        site_id=None, employee_type_ids=None,
    )  # fmt: skip
    own = frozenset({Permission.ACCESS_TOKEN_WRITE})
    actor = Principal(
        tenant_id=tenant, kind=PrincipalKind.PERSON, account_id=UUID(int=4), employee_id=None, rights=own
    ).with_scopes((part,))
    token = NewToken(name="x", scopes=frozenset({scope}), expires_at=NOON + MONTH)

    with tenant_transaction(tenant), pytest.raises(TokenBeyondOwnRights):
        issue_token(actor=actor, token=token, now=NOON)
