"""The life of an account: what an administrator may do to others, what nobody does to himself, what ends at once."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from support import cluster
from support.cast import NOON, Cast, new_company
from tokimori.foundation.access.duties import CONFLICTS, conflicts_between
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotAllowed, NotFound, Refusal
from tokimori.foundation.identity.carried_secrets import CarriedSecret, read_carried_secret
from tokimori.foundation.identity.errors import (
    AccountClosed,
    AccountNotClosed,
    AccountNotValid,
    LastAdministrator,
    LinkNotUsable,
    NameTaken,
    OwnAccount,
    RolesConflict,
    SignInFailed,
    SignInLimited,
)
from tokimori.foundation.identity.models import Account, LoginName, Passkey, TrustedDevice
from tokimori.foundation.identity.services.accounts import (
    NewAccount,
    choose_password,
    create_account,
    invite_account,
    issue_sign_in_link,
)
from tokimori.foundation.identity.services.factors import factors_of
from tokimori.foundation.identity.services.lifecycle import (
    Names,
    change_roles,
    deactivate_account,
    reactivate_account,
    remove_factors,
    rename_account,
    sign_out_everywhere,
    unlock_account,
)
from tokimori.foundation.identity.services.sessions import SESSION_PREFIX, Origin, Stage, signed_in_by
from tokimori.foundation.identity.services.sign_in import SignInAttempt, sign_in
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.sealed_fields import found_by
from tokimori.foundation.tenancy.context import tenant_transaction

PASSWORD = "a quiet sentence by the sea"


@pytest.fixture
def firm() -> Cast:
    """Ada and Bob administer, Aiko works, Eri audits."""
    return new_company(
        people={
            "ada": (frozenset({Role.ADMINISTRATOR}), None),
            "bob": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
            "eri": (frozenset({Role.AUDITOR}), None),
        }
    )


def account_of(cast: Cast, name: str) -> Account:
    return Account.objects.get(tenant_id=cast.tenant, id=cast[name].account_id)


def been_in(cast: Cast, *names: str) -> None:
    Account.objects.filter(id__in=[cast[name].account_id for name in names]).update(last_signed_in_at=NOON)


def enter(cast: Cast, name: str) -> CarriedSecret:
    """Let somebody choose a password, and sign in with it."""
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast[name].account_id, now=NOON)
        choose_password(secret=link, password=PASSWORD, now=NOON)
    carried = read_carried_secret(sign_in(attempt=attempt(cast, name), now=NOON), prefix=SESSION_PREFIX)
    assert carried is not None
    return carried


def attempt(cast: Cast, name: str, password: str = PASSWORD) -> SignInAttempt:
    origin = Origin(address=str(cast.tenant), device="")
    return SignInAttempt(company_code=cast.company_code, name=name, password=password, origin=origin)


def wish(login_id: str = "newcomer", *, email: str | None = None, roles: frozenset[Role] = frozenset()) -> NewAccount:
    return NewAccount(login_id=login_id, email=email, display_name="新人 ใหม่", roles=roles, language="ja")


def events(cast: Cast, name: str, subject: UUID) -> list[dict[str, object]]:
    return [event.details for event in LedgerEvent.objects.filter(name=name, subject_id=subject)]


def test_who_is_invited_comes_in_by_his_link_alone(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        invitation = invite_account(
            actor=firm["ada"].principal, account=wish(roles=frozenset({Role.EMPLOYEE})), now=NOON
        )
        account = Account.objects.get(id=invitation.account_id)
        assert not account.has_usable_password()
        assert account.email is None
        opened = choose_password(secret=invitation.secret, password=PASSWORD, now=NOON)

    assert opened.id == invitation.account_id
    assert sign_in(attempt=attempt(firm, "NewComer"), now=NOON)


def test_only_administrators_do_any_of_it(firm: Cast) -> None:
    subject = firm["bob"].account_id
    for name in ("aiko", "eri"):
        actor = firm[name].principal
        acts = (
            lambda actor=actor: invite_account(actor=actor, account=wish(), now=NOON),
            lambda actor=actor: issue_sign_in_link(actor=actor, account_id=subject, now=NOON),
            lambda actor=actor: change_roles(actor=actor, account_id=subject, roles=frozenset(), now=NOON),
            lambda actor=actor: deactivate_account(actor=actor, account_id=subject, now=NOON),
            lambda actor=actor: reactivate_account(actor=actor, account_id=subject, now=NOON),
            lambda actor=actor: unlock_account(actor=actor, account_id=subject, now=NOON),
            lambda actor=actor: sign_out_everywhere(actor=actor, account_id=subject, now=NOON),
            lambda actor=actor: remove_factors(actor=actor, account_id=subject, now=NOON),
            lambda actor=actor: rename_account(actor=actor, account_id=subject, names=names("x"), now=NOON),
        )
        with tenant_transaction(firm.tenant):
            for act in acts:
                with pytest.raises(NotAllowed):
                    act()


def names(login_id: str, email: str | None = None) -> Names:
    return Names(login_id=login_id, email=email, display_name="Somebody")


def administer(actor: Principal, subject: UUID, act: str) -> None:
    match act:
        case "roles":
            change_roles(actor=actor, account_id=subject, roles=frozenset({Role.SECURITY}), now=NOON)
        case "link":
            issue_sign_in_link(actor=actor, account_id=subject, now=NOON)
        case "close":
            deactivate_account(actor=actor, account_id=subject, now=NOON)
        case "open":
            reactivate_account(actor=actor, account_id=subject, now=NOON)
        case "unlock":
            unlock_account(actor=actor, account_id=subject, now=NOON)
        case "sessions":
            sign_out_everywhere(actor=actor, account_id=subject, now=NOON)
        case "factors":
            remove_factors(actor=actor, account_id=subject, now=NOON)
        case "names":
            rename_account(actor=actor, account_id=subject, names=names("other"), now=NOON)


ACTS = ("roles", "link", "close", "open", "unlock", "sessions", "factors", "names")


@pytest.mark.parametrize("act", ACTS)
def test_nobody_does_it_to_himself(firm: Cast, act: str) -> None:
    with tenant_transaction(firm.tenant):
        been_in(firm, "ada", "bob")
        with pytest.raises(OwnAccount):
            administer(firm["ada"].principal, firm["ada"].account_id, act)
        assert account_of(firm, "ada").roles == ["administrator"]


@pytest.mark.parametrize("act", ACTS)
def test_another_companys_account_is_not_found(firm: Cast, dan: Cast, act: str) -> None:
    with tenant_transaction(firm.tenant):
        for stranger in (dan["dan"].account_id, uuid4()):
            with pytest.raises(NotFound):
                administer(firm["ada"].principal, stranger, act)


def test_a_change_of_roles_ends_sessions_and_is_written_down_with_before_and_after(firm: Cast) -> None:
    carried = enter(firm, "aiko")
    wanted = frozenset({Role.EMPLOYEE, Role.MANAGER})

    with tenant_transaction(firm.tenant):
        assert signed_in_by(carried=carried, now=NOON) is not None
        assert change_roles(actor=firm["ada"].principal, account_id=firm["aiko"].account_id, roles=wanted, now=NOON)
        assert signed_in_by(carried=carried, now=NOON) is None
        assert not change_roles(actor=firm["ada"].principal, account_id=firm["aiko"].account_id, roles=wanted, now=NOON)
        recorded = events(firm, "account:roles_changed", firm["aiko"].account_id)

    assert recorded == [{"before": "employee", "after": "employee,manager"}]


@pytest.mark.parametrize(("one", "other"), CONFLICTS)
@pytest.mark.control(22)
def test_roles_that_check_one_another_are_held_by_nobody_together(firm: Cast, one: Role, other: Role) -> None:
    both = frozenset({one, other, Role.EMPLOYEE})
    with tenant_transaction(firm.tenant):
        with pytest.raises(RolesConflict):
            change_roles(actor=firm["ada"].principal, account_id=firm["aiko"].account_id, roles=both, now=NOON)
        with pytest.raises(RolesConflict):
            invite_account(actor=firm["ada"].principal, account=wish(roles=both), now=NOON)
        assert account_of(firm, "aiko").roles == ["employee"]


def test_every_role_alone_conflicts_with_nothing() -> None:
    assert [conflicts_between({role}) for role in Role] == [()] * len(Role)


def test_the_last_administrator_who_has_been_in_stays_one(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        been_in(firm, "ada")
        for act in ("roles", "close"):
            with pytest.raises(LastAdministrator):
                administer(firm.system, firm["ada"].account_id, act)
        been_in(firm, "bob")
        administer(firm.system, firm["ada"].account_id, "close")
        with pytest.raises(LastAdministrator):
            administer(firm.system, firm["bob"].account_id, "roles")


@pytest.mark.race
def test_two_administrators_who_close_each_other_at_once_do_not_both_succeed(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        been_in(firm, "ada", "bob")
    start, refused = Barrier(2), []

    def close(actor: str, subject: str) -> None:
        start.wait()
        try:
            with tenant_transaction(firm.tenant):
                deactivate_account(actor=firm[actor].principal, account_id=firm[subject].account_id, now=NOON)
        except LastAdministrator as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=close, args=pair) for pair in (("ada", "bob"), ("bob", "ada"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    with tenant_transaction(firm.tenant):
        assert Account.objects.filter(is_active=True, roles__contains=["administrator"]).count() == 1


@pytest.mark.control(26)
def test_closing_ends_sessions_devices_and_links_at_once(firm: Cast) -> None:
    carried = enter(firm, "aiko")
    with tenant_transaction(firm.tenant):
        link = issue_sign_in_link(actor=firm["ada"].principal, account_id=firm["aiko"].account_id, now=NOON)
        TrustedDevice.objects.create(
            tenant_id=firm.tenant,
            account_id=firm["aiko"].account_id,
            secret_digest=b"d" * 32,
            device="",
            trusted_at=NOON,
            expires_at=NOON + timedelta(days=1),
        )
        administer(firm["ada"].principal, firm["aiko"].account_id, "close")

        assert signed_in_by(carried=carried, now=NOON) is None
        assert not TrustedDevice.objects.filter(ended_at=None).exists()
        with pytest.raises(LinkNotUsable):
            choose_password(secret=link, password=PASSWORD, now=NOON)
        for act in ("link", "roles", "close", "factors"):
            with pytest.raises(AccountClosed):
                administer(firm["ada"].principal, firm["aiko"].account_id, act)
        assert events(firm, "account:deactivated", firm["aiko"].account_id) == [{"reason": "administrator"}]
    with pytest.raises(SignInFailed):
        sign_in(attempt=attempt(firm, "aiko"), now=NOON)


def test_an_account_that_is_opened_again_needs_a_new_link(firm: Cast) -> None:
    enter(firm, "aiko")
    with tenant_transaction(firm.tenant):
        _give_passkey(firm, "aiko")
        with pytest.raises(AccountNotClosed):
            administer(firm["ada"].principal, firm["aiko"].account_id, "open")
        administer(firm["ada"].principal, firm["aiko"].account_id, "close")
        invitation = reactivate_account(actor=firm["ada"].principal, account_id=firm["aiko"].account_id, now=NOON)
        assert factors_of(account_of(firm, "aiko")).passkeys == 0, "a passkey would open the account alone"
    with pytest.raises(SignInFailed):
        sign_in(attempt=attempt(firm, "aiko"), now=NOON)

    with tenant_transaction(firm.tenant):
        choose_password(secret=invitation.secret, password="another quiet sentence", now=NOON)

    assert sign_in(attempt=attempt(firm, "aiko", "another quiet sentence"), now=NOON)


def test_unlocking_ends_the_waiting(firm: Cast) -> None:
    enter(firm, "aiko")
    for _ in range(12):
        with pytest.raises((SignInFailed, SignInLimited)):
            sign_in(attempt=attempt(firm, "aiko", "wrong"), now=NOON)
    with pytest.raises(SignInLimited):
        sign_in(attempt=attempt(firm, "aiko"), now=NOON)

    with tenant_transaction(firm.tenant):
        unlock_account(actor=firm["ada"].principal, account_id=firm["aiko"].account_id, now=NOON)

    assert sign_in(attempt=attempt(firm, "aiko"), now=NOON)


def test_an_administrator_signs_somebody_out_everywhere_and_the_password_stays(firm: Cast) -> None:
    carried, of_eri = enter(firm, "aiko"), enter(firm, "eri")
    with tenant_transaction(firm.tenant):
        TrustedDevice.objects.create(
            tenant_id=firm.tenant,
            account_id=firm["aiko"].account_id,
            secret_digest=b"d" * 32,
            device="",
            trusted_at=NOON,
            expires_at=NOON + timedelta(days=1),
        )
        administer(firm["ada"].principal, firm["aiko"].account_id, "sessions")

        assert signed_in_by(carried=carried, now=NOON) is None
        assert signed_in_by(carried=of_eri, now=NOON) is not None
        assert not TrustedDevice.objects.filter(ended_at=None).exists()
        assert events(firm, "account:signed_out", firm["aiko"].account_id) == [{"sessions": 1, "devices": 1}]
    assert sign_in(attempt=attempt(firm, "aiko"), now=NOON)


def test_taking_factors_away_leads_to_new_ones_and_nowhere_else(firm: Cast) -> None:
    carried = enter(firm, "aiko")
    with tenant_transaction(firm.tenant):
        _give_passkey(firm, "aiko")
        invitation = remove_factors(actor=firm["ada"].principal, account_id=firm["aiko"].account_id, now=NOON)
        assert signed_in_by(carried=carried, now=NOON) is None
        assert not factors_of(account_of(firm, "aiko")).any
    with pytest.raises(SignInFailed):
        sign_in(attempt=attempt(firm, "aiko"), now=NOON)

    with tenant_transaction(firm.tenant):
        choose_password(secret=invitation.secret, password="another quiet sentence", now=NOON)
    again = read_carried_secret(
        sign_in(attempt=attempt(firm, "aiko", "another quiet sentence"), now=NOON), prefix=SESSION_PREFIX
    )
    assert again is not None

    with tenant_transaction(firm.tenant):
        found = signed_in_by(carried=again, now=NOON)
        recorded = events(firm, "account:factors_removed", firm["aiko"].account_id)
    assert found is not None
    assert found.stage is Stage.ENROLMENT, "though nothing is asked of other employees"
    assert recorded == [{"authenticators": 0, "passkeys": 1, "recovery_codes": 0}]


def _give_passkey(cast: Cast, name: str) -> None:
    Passkey.objects.create(
        tenant_id=cast.tenant,
        account_id=cast[name].account_id,
        credential_id=uuid4().bytes,
        public_key=b"",
        use_count=0,
        transports=[],
        name="",
        is_synchronised=False,
        added_at=NOON,
    )


@pytest.mark.control(38)
def test_a_name_is_never_given_to_anybody_else_not_even_after_a_change_or_a_closing(firm: Cast) -> None:
    ada, aiko = firm["ada"].principal, firm["aiko"].account_id
    with tenant_transaction(firm.tenant):
        link = issue_sign_in_link(actor=ada, account_id=aiko, now=NOON)
        assert rename_account(actor=ada, account_id=aiko, names=names("aiko.sato", "sato@example.jp"), now=NOON)
        with pytest.raises(LinkNotUsable):
            choose_password(secret=link, password=PASSWORD, now=NOON)
        deactivate_account(actor=ada, account_id=aiko, now=NOON)
    for taken in (wish("aiko"), wish("aiko.sato"), wish("another", email="SATO@example.jp"), wish("sato@example.jp")):
        with tenant_transaction(firm.tenant), pytest.raises(NameTaken):
            create_account(actor=ada, account=taken, now=NOON)
    with tenant_transaction(firm.tenant):
        reactivate_account(actor=ada, account_id=aiko, now=NOON)
        assert rename_account(actor=ada, account_id=aiko, names=names("aiko"), now=NOON), "his own name of before"


@pytest.mark.control(38)
def test_the_database_itself_refuses_a_name_that_was_somebodys(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        rename_account(
            actor=firm["ada"].principal, account_id=firm["aiko"].account_id, names=names("aiko.sato"), now=NOON
        )
        name = LoginName.objects.get(**found_by(LoginName, "name_index", "aiko", tenant=firm.tenant))
    bob = firm["bob"].account_id
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as owner:
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute(
                "insert into identity_loginname (tenant_id, id, account_id, name, name_index, given_at)"
                " select tenant_id, gen_random_uuid(), %s, name, name_index, now() from identity_loginname where id = %s",
                [bob, name.id],
            )
        owner.rollback()
        for statement in (
            "update identity_loginname set account_id = %s where id = %s",
            "delete from identity_loginname where %s is not null and id = %s",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute(statement, [bob, name.id])
            owner.rollback()


@pytest.mark.parametrize(
    "changes",
    [
        {"login_id": ""},
        {"login_id": "two words"},
        {"login_id": "x" * 65},
        {"login_id": "\uff11\uff10\uff10\uff11"},
        {"login_id": "a\u200bb"},
        {"email": "nobody"},
        {"email": "a@b@c"},
        {"email": "x" * 250 + "@example.jp"},
        {"display_name": "  "},
        {"display_name": "a\nb"},
        {"display_name": "x" * 121},
        {"language": "xx"},
    ],
)
def test_an_account_that_cannot_be_typed_or_told_apart_is_refused(changes: dict[str, str]) -> None:
    usual = {"login_id": "a", "email": None, "display_name": "A", "language": "en", "roles": frozenset()}

    with pytest.raises(AccountNotValid) as refusal:
        NewAccount(**{**usual, **changes})  # type: ignore[arg-type]

    assert refusal.value.facts["field"] == next(iter(changes))


@given(login_id=st.text(max_size=80), email=st.none() | st.text(max_size=300), name=st.text(max_size=140))
def test_any_text_becomes_names_or_a_refusal(login_id: str, email: str | None, name: str) -> None:
    try:
        made = Names(login_id=login_id, email=email, display_name=name)
    except Refusal:
        return
    assert made.login_id.strip().isprintable()
    assert not any(one.isspace() for one in made.login_id.strip())
