"""What keeps accounts in order: dormant ones, shared ones, reviews, use in several places, and the list of all."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from support.cast import FOUNDED, NOON, Cast, new_company
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identity.carried_secrets import read_carried_secret
from tokimori.foundation.identity.errors import (
    CustodianNotFit,
    LinkNotUsable,
    ReviewNotValid,
    ReviewOver,
    ReviewReasonMissing,
    SharedAccountHandedOut,
    SharedAccountInUse,
    SharedAccountNotFit,
    SignInFailed,
    SignInLimited,
)
from tokimori.foundation.identity.models import (
    Account,
    IdentityProvider,
    Passkey,
    RecoveryCode,
    ReviewItem,
    Session,
    TrustedDevice,
)
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.account_list import (
    AccountFilter,
    AccountState,
    account_view,
    accounts_page,
    conflicting_accounts,
    count_by_state,
)
from tokimori.foundation.identity.services.accounts import (
    NewAccount,
    choose_password,
    invite_account,
    issue_sign_in_link,
)
from tokimori.foundation.identity.services.concurrent_use import concurrent_uses, note_concurrent_uses
from tokimori.foundation.identity.services.dormancy import close_dormant_accounts, overdue_accounts
from tokimori.foundation.identity.services.factors import make_recovery_codes
from tokimori.foundation.identity.services.lifecycle import change_roles, deactivate_account, reactivate_account
from tokimori.foundation.identity.services.reviews import (
    Consequence,
    Decision,
    NewCampaign,
    Scope,
    Verdict,
    conclude_due_reviews,
    decide_review,
    review,
    reviews,
    start_review,
)
from tokimori.foundation.identity.services.rules import change_rules
from tokimori.foundation.identity.services.sessions import SESSION_PREFIX, Origin, open_session, signed_in_by
from tokimori.foundation.identity.services.shared_accounts import (
    NewSharedAccount,
    end_expired_shared_accounts,
    end_shared_account,
    hand_out_shared_account,
    register_shared_account,
    shared_accounts,
    take_back_shared_account,
)
from tokimori.foundation.identity.services.sign_in import SignInAttempt, sign_in
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction

PASSWORD = "a quiet sentence by the sea"
DAY = timedelta(days=1)
NOBODY = frozenset[Role]()


@pytest.fixture
def firm() -> Cast:
    """Ada and Bob administer, Aiko works, Eri audits."""
    return new_company(
        people={
            "ada": (frozenset({Role.ADMINISTRATOR}), None),
            "bob": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE, Role.MANAGER}), None),
            "eri": (frozenset({Role.AUDITOR}), None),
        }
    )


def signed_in_at(cast: Cast, moment: datetime, *names: str) -> None:
    Account.objects.filter(id__in=[cast[name].account_id for name in names]).update(last_signed_in_at=moment)


def is_open(cast: Cast, name: str) -> bool:
    return Account.objects.get(id=cast[name].account_id).is_active


def passwords_are_off_and_has_a_passkey(cast: Cast, name: str) -> None:
    Passkey.objects.create(
        tenant_id=cast.tenant,
        account_id=cast[name].account_id,
        credential_id=b"key",
        public_key=b"key",
        use_count=0,
        transports=[],
        name="key",
        is_synchronised=False,
        added_at=NOON,
    )
    IdentityProvider.objects.create(
        tenant_id=cast.tenant,
        slug="office",
        kind="oidc",
        name="Office",
        state="active",
        base="https://time.example",
        configuration={},
        links_by="nothing",
        domains=[],
        creates_accounts=False,
        second_factor="told",
        strong_contexts=[],
        only_for=["administrator"],
        created_at=NOON,
    )


# Dormant accounts


@pytest.mark.control(36)
def test_an_administrator_who_stays_away_is_warned_of_once_and_then_closed(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        signed_in_at(firm, NOON, "ada", "bob", "eri")
        signed_in_at(firm, NOON + 80 * DAY, "ada")
        early = close_dormant_accounts(actor=firm.system, now=NOON + 75 * DAY)
        warned = close_dormant_accounts(actor=firm.system, now=NOON + 76 * DAY)
        again = close_dormant_accounts(actor=firm.system, now=NOON + 77 * DAY)
        closed = close_dormant_accounts(actor=firm.system, now=NOON + 90 * DAY)
        told = LedgerEvent.objects.filter(name="account:dormancy_warned", subject_id=firm["bob"].account_id)

        assert (early.warned, warned.warned, again.warned, closed.closed) == (0, 2, 0, 2)
        assert [event.details for event in told] == [{"closes_on": (NOON + 90 * DAY).date().isoformat()}]
        assert [is_open(firm, name) for name in ("ada", "bob", "eri", "aiko")] == [True, False, False, True]
        assert Account.objects.get(id=firm["bob"].account_id).closing_reason == "dormant"


def test_the_days_are_the_companys_own_and_the_last_administrator_stays(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        change_rules(actor=firm.system, rules=SecurityRules(dormant_days=30), now=NOON)
        signed_in_at(firm, NOON, "ada", "bob", "eri")
        assert overdue_accounts(tenant=firm.tenant, now=NOON + 29 * DAY) == ()

        outcome = close_dormant_accounts(actor=firm.system, now=NOON + 30 * DAY)

        assert outcome.closed == 2
        assert len(outcome.kept) == 1
        assert is_open(firm, "ada") != is_open(firm, "bob")


def test_the_way_in_without_a_provider_stays_and_hinders_no_other_closing(firm: Cast) -> None:
    """Where passwords are off, the last administrator with a passkey stays; everybody else is closed all the same."""
    with tenant_transaction(firm.tenant):
        signed_in_at(firm, NOON, "ada", "eri")
        signed_in_at(firm, NOON + 80 * DAY, "bob")
        passwords_are_off_and_has_a_passkey(firm, "ada")

        outcome = close_dormant_accounts(actor=firm.system, now=NOON + 90 * DAY)

        assert outcome.kept == (firm["ada"].account_id,)
        assert [is_open(firm, name) for name in ("ada", "bob", "eri")] == [True, True, False]


def test_who_is_opened_again_or_was_invited_is_not_dormant_the_next_day(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        signed_in_at(firm, NOON + 200 * DAY, "ada")
        signed_in_at(firm, NOON, "bob", "eri")
        close_dormant_accounts(actor=firm.system, now=NOON + 200 * DAY)
        reactivate_account(actor=firm["ada"].principal, account_id=firm["bob"].account_id, now=NOON + 201 * DAY)
        invite_account(
            actor=firm["ada"].principal,
            account=NewAccount(
                login_id="new", email=None, display_name="New", roles=frozenset({Role.SECURITY}), language="en"
            ),
            now=NOON + 201 * DAY,
        )

        assert close_dormant_accounts(actor=firm.system, now=NOON + 202 * DAY).closed == 0
        assert overdue_accounts(tenant=firm.tenant, now=NOON + 202 * DAY) == ()


# The list


def test_the_list_tells_states_factors_and_roles_and_is_searched(firm: Cast) -> None:
    ada = firm["ada"].principal
    with tenant_transaction(firm.tenant):
        signed_in_at(firm, NOON, "ada")
        signed_in_at(firm, FOUNDED - 200 * DAY, "bob")
        Account.objects.filter(id=firm["bob"].account_id).update(created_at=FOUNDED - 300 * DAY)
        deactivate_account(actor=ada, account_id=firm["eri"].account_id, now=NOON)
        issue_sign_in_link(actor=ada, account_id=firm["aiko"].account_id, now=NOON)

        page = accounts_page(actor=ada, wanted=AccountFilter(), offset=0, limit=10, now=NOON)
        found = {one.login_id: one for one in page.accounts}

        assert page.total == 4
        assert [one.login_id for one in page.accounts] == ["ada", "aiko", "bob", "eri"]
        assert {name: one.state for name, one in found.items()} == {
            "ada": AccountState.ACTIVE,
            "aiko": AccountState.INVITED,
            "bob": AccountState.DORMANT,
            "eri": AccountState.CLOSED,
        }
        assert found["aiko"].link_until == NOON + 7 * DAY
        assert found["ada"].closes_at is None
        assert found["bob"].closes_at == FOUNDED - 110 * DAY
        for state, count in count_by_state(actor=ada, now=NOON).items():
            wanted = AccountFilter(state=state)
            assert accounts_page(actor=ada, wanted=wanted, offset=0, limit=10, now=NOON).total == count
            assert count == sum(one.state is state for one in page.accounts)
        by_role = accounts_page(
            actor=ada, wanted=AccountFilter(words="A", role=Role.MANAGER), offset=0, limit=10, now=NOON
        )
        assert [one.login_id for one in by_role.accounts] == ["aiko"]


def test_an_account_that_must_wait_is_locked_in_the_list(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        signed_in_at(firm, NOON, "aiko")
    origin = Origin(address=str(firm.tenant), device="")
    attempt = SignInAttempt(company_code=firm.company_code, name="aiko", password="wrong", origin=origin)
    for _ in range(12):
        with pytest.raises((SignInFailed, SignInLimited)):
            sign_in(attempt=attempt, now=NOON)

    with tenant_transaction(firm.tenant):
        states = [
            account_view(actor=firm["ada"].principal, account_id=firm["aiko"].account_id, now=moment).state
            for moment in (NOON, NOON + timedelta(minutes=16))
        ]

    assert states == [AccountState.LOCKED, AccountState.ACTIVE]


def test_the_list_is_not_for_everybody_and_ends_at_the_wall(firm: Cast, dan: Cast) -> None:
    with tenant_transaction(firm.tenant):
        with pytest.raises(NotAllowed):
            accounts_page(actor=firm["aiko"].principal, wanted=AccountFilter(), offset=0, limit=10, now=NOON)
        with pytest.raises(NotFound):
            account_view(actor=firm["eri"].principal, account_id=dan["dan"].account_id, now=NOON)


def test_roles_that_conflict_are_found_wherever_they_came_from(firm: Cast, dan: Cast) -> None:
    with tenant_transaction(firm.tenant):
        assert conflicting_accounts(tenant=firm.tenant) == ()
    with tenant_transaction(dan.tenant):
        assert conflicting_accounts(tenant=dan.tenant) == ((dan["dan"].account_id, Role.ADMINISTRATOR, Role.PAYROLL),)


# Shared accounts


def shared(cast: Cast, **changes: object) -> NewSharedAccount:
    account = NewAccount(
        login_id="tablet",
        email=None,
        display_name="Tablet at the gate",
        roles=frozenset({Role.EMPLOYEE}),
        language="ja",
    )
    usual = {
        "account": account,
        "custodian_id": cast["ada"].account_id,
        "reason": "one tablet",
        "expires_at": NOON + 90 * DAY,
    }
    return NewSharedAccount(**{**usual, **changes})  # type: ignore[arg-type]


def handed_out(cast: Cast, exception_id: UUID, now: datetime = NOON) -> str:
    return hand_out_shared_account(
        actor=cast["ada"].principal,
        exception_id=exception_id,
        user_id=cast["aiko"].account_id,
        purpose="gate duty",
        now=now,
    ).secret


@pytest.mark.control(37)
def test_a_shared_account_is_handed_out_for_a_purpose_and_opens_nothing_once_it_is_back(firm: Cast) -> None:
    ada = firm["ada"].principal
    with tenant_transaction(firm.tenant):
        exception_id = register_shared_account(actor=ada, wanted=shared(firm), now=NOON)
        account_id = shared_accounts(actor=ada)[0].account_id
        with pytest.raises(SharedAccountHandedOut):
            issue_sign_in_link(actor=ada, account_id=account_id, now=NOON)
        link = handed_out(firm, exception_id)
        with pytest.raises(SharedAccountInUse):
            handed_out(firm, exception_id)
        choose_password(secret=link, password=PASSWORD, now=NOON + timedelta(minutes=14))
    origin = Origin(address=str(firm.tenant), device="")
    attempt = SignInAttempt(company_code=firm.company_code, name="tablet", password=PASSWORD, origin=origin)
    carried = read_carried_secret(sign_in(attempt=attempt, now=NOON), prefix=SESSION_PREFIX)
    assert carried is not None

    with tenant_transaction(firm.tenant):
        take_back_shared_account(actor=ada, exception_id=exception_id, now=NOON + timedelta(minutes=20))
        assert signed_in_by(carried=carried, now=NOON + timedelta(minutes=20)) is None
        view = shared_accounts(actor=firm["eri"].principal)[0]
        assert not view.is_out
        assert view.last_rotated_at == NOON + timedelta(minutes=20)
        assert [(use.user_id, use.purpose) for use in view.uses] == [(firm["aiko"].account_id, "gate duty")]
    with pytest.raises(SignInFailed):
        sign_in(attempt=attempt, now=NOON + timedelta(minutes=21))


def test_what_was_added_to_a_shared_account_while_it_was_out_is_gone_when_it_is_back(firm: Cast) -> None:
    ada = firm["ada"].principal
    with tenant_transaction(firm.tenant):
        exception_id = register_shared_account(actor=ada, wanted=shared(firm), now=NOON)
        account = Account.objects.get(id=shared_accounts(actor=ada)[0].account_id)
        handed_out(firm, exception_id)
        make_recovery_codes(actor=principal_of(account, employee_id=None), account=account, now=NOON)
        TrustedDevice.objects.create(
            tenant_id=firm.tenant,
            account_id=account.id,
            secret_digest=b"d" * 32,
            device="a telephone",
            trusted_at=NOON,
            expires_at=NOON + 30 * DAY,
        )

        take_back_shared_account(actor=ada, exception_id=exception_id, now=NOON + timedelta(minutes=20))

        assert not RecoveryCode.objects.filter(replaced_at=None).exists()
        assert not TrustedDevice.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PAYROLL, Role.SECURITY, Role.AUDITOR])
def test_a_shared_account_becomes_no_administrator_afterwards(firm: Cast, role: Role) -> None:
    """Neither by hand nor through a group: whatever is done with such rights has one person's name."""
    ada = firm["ada"].principal
    with tenant_transaction(firm.tenant):
        register_shared_account(actor=ada, wanted=shared(firm), now=NOON)
        account_id = shared_accounts(actor=ada)[0].account_id
        with pytest.raises(SharedAccountNotFit):
            change_roles(actor=ada, account_id=account_id, roles=frozenset({role}), now=NOON)
        assert change_roles(actor=ada, account_id=account_id, roles=frozenset({Role.MANAGER}), now=NOON)


def test_a_link_of_a_shared_account_works_for_a_quarter_of_an_hour(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        exception_id = register_shared_account(actor=firm["ada"].principal, wanted=shared(firm), now=NOON)
        link = handed_out(firm, exception_id)
        with pytest.raises(LinkNotUsable):
            choose_password(secret=link, password=PASSWORD, now=NOON + timedelta(minutes=15))


@pytest.mark.control(37)
def test_an_exception_ends_by_itself_and_what_is_forgotten_comes_back_by_itself(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        exception_id = register_shared_account(actor=firm["ada"].principal, wanted=shared(firm), now=NOON)
        handed_out(firm, exception_id)
        assert end_expired_shared_accounts(actor=firm.system, now=NOON + timedelta(hours=13)) == 0
        assert not shared_accounts(actor=firm["ada"].principal)[0].is_out
        assert end_expired_shared_accounts(actor=firm.system, now=NOON + 90 * DAY) == 1
        view = shared_accounts(actor=firm["ada"].principal)[0]
        assert view.ended_at == NOON + 90 * DAY
        assert Account.objects.get(id=view.account_id).closing_reason == "expired"
        with pytest.raises(NotFound):
            handed_out(firm, exception_id)
        with pytest.raises(NotFound):
            end_shared_account(actor=firm["ada"].principal, exception_id=exception_id, now=NOON)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"reason": " "}, SharedAccountNotFit),
        ({"expires_at": NOON}, SharedAccountNotFit),
        ({"expires_at": NOON + 366 * DAY}, SharedAccountNotFit),
        ({"custodian_id": uuid4()}, CustodianNotFit),
    ],
)
def test_an_exception_without_reason_end_or_custodian_is_refused(
    firm: Cast, changes: dict[str, object], refusal: type[Exception]
) -> None:
    with tenant_transaction(firm.tenant), pytest.raises(refusal):
        register_shared_account(actor=firm["ada"].principal, wanted=shared(firm, **changes), now=NOON)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PAYROLL, Role.SECURITY, Role.AUDITOR])
def test_a_shared_account_never_administers(firm: Cast, role: Role) -> None:
    account = NewAccount(login_id="x", email=None, display_name="X", roles=frozenset({role}), language="en")
    with tenant_transaction(firm.tenant), pytest.raises(SharedAccountNotFit):
        register_shared_account(actor=firm["ada"].principal, wanted=shared(firm, account=account), now=NOON)


def test_the_custodian_is_a_person_not_another_shared_account(firm: Cast) -> None:
    ada = firm["ada"].principal
    with tenant_transaction(firm.tenant):
        register_shared_account(actor=ada, wanted=shared(firm), now=NOON)
        first = shared_accounts(actor=ada)[0]
        account = NewAccount(login_id="other", email=None, display_name="O", roles=NOBODY, language="en")
        with pytest.raises(CustodianNotFit):
            register_shared_account(
                actor=ada, wanted=shared(firm, account=account, custodian_id=first.account_id), now=NOON
            )


# Use in several places at once


def session_from(cast: Cast, name: str, address: str, device: str, now: datetime) -> None:
    account = Account.objects.get(id=cast[name].account_id)
    open_session(
        account=account,
        proofs={Proof.PASSKEY},
        is_half=False,
        origin=Origin(address=address, device=device),
        now=now,
    )


@pytest.mark.control(37)
def test_sessions_in_use_at_once_from_two_places_are_noted_once_a_day(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        session_from(firm, "aiko", "192.0.2.1", "desk", NOON)
        session_from(firm, "aiko", "192.0.2.1", "telephone", NOON)
        session_from(firm, "eri", "192.0.2.1", "desk", NOON)
        session_from(firm, "eri", "198.51.100.7", "desk", NOON)
        assert concurrent_uses(tenant=firm.tenant, now=NOON) == (), "one place, or one device that moved"
        session_from(firm, "aiko", "198.51.100.7", "another desk", NOON + timedelta(minutes=4))

        found = concurrent_uses(tenant=firm.tenant, now=NOON + timedelta(minutes=4))
        assert [(one.account_id, one.addresses) for one in found] == [(firm["aiko"].account_id, 2)]
        noted = [note_concurrent_uses(actor=firm.system, now=NOON + timedelta(minutes=minute)) for minute in (4, 4, 60)]
        Session.objects.update(last_used_at=NOON + 2 * DAY)
        noted.append(note_concurrent_uses(actor=firm.system, now=NOON + 2 * DAY))

    assert noted == [1, 0, 0, 1]


# Access reviews


def campaign(cast: Cast, **changes: object) -> NewCampaign:
    usual = {
        "name": "Autumn",
        "scope": Scope.PRIVILEGED,
        "reviewer_id": cast["eri"].account_id,
        "deputy_id": cast["bob"].account_id,
        "due_at": NOON + 14 * DAY,
        "consequence": Consequence.CLOSE,
    }
    return NewCampaign(**{**usual, **changes})  # type: ignore[arg-type]


def item_of(cast: Cast, campaign_id: UUID, name: str) -> UUID:
    return ReviewItem.objects.get(campaign_id=campaign_id, account_id=cast[name].account_id).id


def decide(
    cast: Cast, by: str, item: UUID, decision: Decision, *, roles: frozenset[Role] = NOBODY, **more: object
) -> None:
    verdict = Verdict(decision=decision, roles=roles, reason=str(more.get("reason", "because")))
    decide_review(actor=cast[by].principal, item_id=item, verdict=verdict, now=NOON + DAY)


def test_a_review_asks_for_everybody_with_power_and_nobody_for_himself(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        campaign_id = start_review(actor=firm["ada"].principal, wanted=campaign(firm), now=NOON)
        view, items = review(actor=firm["eri"].principal, campaign_id=campaign_id)

        assert (view.total, view.decided, view.waiting_for_reader) == (4, 0, 3)
        assert {one.login_id: one.reviewer_id == firm["eri"].account_id for one in items} == {
            "ada": True,
            "bob": True,
            "aiko": True,
            "eri": False,
        }
        with pytest.raises(NotAllowed):
            decide(firm, "eri", item_of(firm, campaign_id, "eri"), Decision.KEEP)
        with pytest.raises(NotAllowed):
            decide(firm, "ada", item_of(firm, campaign_id, "aiko"), Decision.KEEP)
        with pytest.raises(IntegrityError), transaction.atomic():
            ReviewItem.objects.filter(account_id=firm["eri"].account_id).update(reviewer_id=firm["eri"].account_id)


def test_what_a_reviewer_decides_is_done_at_once_and_only_takes_away(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        signed_in_at(firm, NOON, "ada", "bob")
        campaign_id = start_review(actor=firm["ada"].principal, wanted=campaign(firm), now=NOON)
        aiko, bob, ada = (item_of(firm, campaign_id, name) for name in ("aiko", "bob", "ada"))
        for wrong in (frozenset({Role.EMPLOYEE, Role.MANAGER}), frozenset({Role.PAYROLL})):
            with pytest.raises(ReviewNotValid):
                decide(firm, "eri", aiko, Decision.CHANGE, roles=wrong)
        with pytest.raises(ReviewReasonMissing):
            decide(firm, "eri", bob, Decision.CLOSE, reason=" ")

        decide(firm, "eri", aiko, Decision.CHANGE, roles=frozenset({Role.EMPLOYEE}))
        decide(firm, "eri", bob, Decision.CLOSE)
        decide(firm, "eri", ada, Decision.KEEP, reason="")

        assert Account.objects.get(id=firm["aiko"].account_id).roles == ["employee"]
        assert not is_open(firm, "bob")
        with pytest.raises(ReviewOver):
            decide(firm, "eri", ada, Decision.CLOSE)
        assert reviews(actor=firm["ada"].principal)[0].decided == 3
        found = LedgerEvent.objects.filter(name="review:decided")
        assert sorted((event.actor_id, event.details["decision"]) for event in found) == sorted(
            (firm["eri"].account_id, decision) for decision in ("change", "close", "keep")
        )


@pytest.mark.parametrize("consequence", list(Consequence))
def test_at_the_deadline_those_undecided_are_closed_or_listed_as_was_chosen(
    firm: Cast, consequence: Consequence
) -> None:
    with tenant_transaction(firm.tenant):
        signed_in_at(firm, NOON, "ada", "bob")
        wanted = campaign(firm, consequence=consequence)
        campaign_id = start_review(actor=firm["ada"].principal, wanted=wanted, now=NOON)
        decide(firm, "eri", item_of(firm, campaign_id, "ada"), Decision.KEEP)
        assert conclude_due_reviews(actor=firm.system, now=NOON + 13 * DAY) == 0
        assert conclude_due_reviews(actor=firm.system, now=NOON + 14 * DAY) == 1
        assert conclude_due_reviews(actor=firm.system, now=NOON + 15 * DAY) == 0

        is_closing = consequence is Consequence.CLOSE
        assert [is_open(firm, name) for name in ("ada", "bob", "aiko", "eri")] == [True, *[not is_closing] * 3]
        concluded = LedgerEvent.objects.get(name="review:concluded")
        assert concluded.details == {"undecided": 3, "closed": 3 if is_closing else 0}
        with pytest.raises(ReviewOver):
            decide(firm, "eri", item_of(firm, campaign_id, "bob"), Decision.KEEP)


def test_a_review_ends_also_where_the_last_passkey_must_stay(firm: Cast) -> None:
    with tenant_transaction(firm.tenant):
        signed_in_at(firm, NOON, "ada", "bob")
        passwords_are_off_and_has_a_passkey(firm, "ada")
        start_review(actor=firm["ada"].principal, wanted=campaign(firm), now=NOON)

        assert conclude_due_reviews(actor=firm.system, now=NOON + 14 * DAY) == 1

        assert [is_open(firm, name) for name in ("ada", "bob", "aiko", "eri")] == [True, False, False, False]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"due_at": NOON}, "due_on"),
        ({"deputy": "eri"}, "deputy"),
        ({"reviewer": "aiko"}, "reviewer"),
    ],
)
def test_a_review_without_name_time_or_fit_reviewers_does_not_begin(
    firm: Cast, changes: dict[str, object], field: str
) -> None:
    plain = {
        f"{key}_id": firm[str(value)].account_id for key, value in changes.items() if key in {"deputy", "reviewer"}
    }
    plain.update({key: value for key, value in changes.items() if key not in {"deputy", "reviewer"}})  # type: ignore[misc]

    with tenant_transaction(firm.tenant), pytest.raises(ReviewNotValid) as refusal:
        start_review(actor=firm["ada"].principal, wanted=campaign(firm, **plain), now=NOON)

    assert refusal.value.facts["field"] == field


def test_a_review_of_another_company_is_not_found(firm: Cast, dan: Cast) -> None:
    with tenant_transaction(firm.tenant):
        campaign_id = start_review(actor=firm["ada"].principal, wanted=campaign(firm), now=NOON)
        item = item_of(firm, campaign_id, "aiko")
    with tenant_transaction(dan.tenant):
        with pytest.raises(NotFound):
            review(actor=dan["dan"].principal, campaign_id=campaign_id)
        with pytest.raises(NotFound):
            decide(dan, "dan", item, Decision.KEEP)
