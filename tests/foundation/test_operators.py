"""The provider's people among themselves and in companies: a second person, an end, a record, nothing unasked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from support.cast import Cast
from support.provider import SYSTEM, Worker, company_with_administrator, let_in, new_worker
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import PrincipalKind
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.errors import RolesConflict
from tokimori.foundation.identity.services.accounts import NewAccount, create_account
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.operators.errors import (
    AlreadyOperator,
    GrantNotValid,
    GrantOver,
    OwnRequest,
    RequestDecided,
)
from tokimori.foundation.operators.models import OperatorGrant, OperatorSession, PrivilegeRequest
from tokimori.foundation.operators.queries.findings import look_at_operators
from tokimori.foundation.operators.queries.grants import all_companies, emergencies_to_acknowledge, grants, privileges
from tokimori.foundation.operators.scopes import PrivilegeKind, SupportFunction, rights_under
from tokimori.foundation.operators.services.directory import dismiss_operator, operators, register_operator
from tokimori.foundation.operators.services.grants import (
    SupportWish,
    acknowledge_emergency,
    grant_support,
    revoke_grant,
)
from tokimori.foundation.operators.services.privileges import (
    PrivilegeWish,
    ask_privilege,
    decide_privilege,
    review_privilege,
)
from tokimori.foundation.operators.services.visits import (
    Visit,
    VisitKey,
    admit_operator,
    leave_company,
    open_company,
    reachable_companies,
)
from tokimori.foundation.tenancy.context import PROVIDER, Door, at_door, tenant_transaction
from tokimori.foundation.tenancy.directory import tenant_of_company_code

HOUR = timedelta(hours=1)
FOR_ALL = PrivilegeWish(kind=PrivilegeKind.COMPANIES, reason="who is on the old release?", ticket="T-1", hours=1)
WRITING = {permission for permission in Permission if not permission.value.endswith((":read", ":read_all", "enter"))}


@pytest.fixture
def company() -> Cast:
    return company_with_administrator()


@pytest.fixture
def haru() -> Worker:
    return new_worker("Haru")


@pytest.fixture
def mika() -> Worker:
    return new_worker("Mika")


def go_in(worker: Worker, grant: object) -> VisitKey:
    with tenant_transaction(PROVIDER):
        return open_company(actor=worker.principal, grant_id=grant, now=clock.now())  # type: ignore[arg-type]


def ask_page(worker: Worker, key: VisitKey, *, later: timedelta = timedelta(), is_use: bool = True) -> Visit:
    return admit_operator(
        key=key, operator_id=worker.account_id, route="team", method="GET", is_use=is_use, now=clock.now() + later
    )


def names_of(cast: Cast) -> list[str]:
    with tenant_transaction(cast.tenant):
        return list(LedgerEvent.objects.filter(actor_kind="operator").order_by("id").values_list("name", flat=True))


# -------------------------------------------------------------------------------------------------------- a company


@pytest.mark.parametrize(
    "wrong",
    [{"functions": frozenset()}, {"purpose": " "}, {"purpose": "x" * 501}, {"hours": 0}, {"hours": 73}, {"hours": -1}],
    ids=str,
)
def test_a_grant_names_what_for_and_for_how_long(wrong: dict[str, object]) -> None:
    usual: dict[str, object] = {
        "operator_id": new_id(), "functions": frozenset({SupportFunction.WORKING_TIME}), "may_write": False,
        "purpose": "x", "hours": 72,
    }  # fmt: skip
    SupportWish(**usual)  # type: ignore[arg-type]

    with pytest.raises(GrantNotValid):
        SupportWish(**{**usual, **wrong})  # type: ignore[arg-type]


def test_only_an_administrator_grants_and_only_to_the_providers_people(company: Cast, haru: Worker) -> None:
    def wish(person: object) -> SupportWish:
        everything = frozenset(SupportFunction)
        return SupportWish(operator_id=person, functions=everything, may_write=False, purpose="x", hours=1)  # type: ignore[arg-type]

    with tenant_transaction(company.tenant):
        with pytest.raises(NotAllowed):
            grant_support(actor=company["aiko"].principal, wish=wish(haru.account_id), now=clock.now())
        with pytest.raises(GrantNotValid):
            grant_support(actor=company["ada"].principal, wish=wish(company["aiko"].account_id), now=clock.now())


@pytest.mark.control(33, 35)
def test_every_request_is_written_down_where_the_company_sees_it(company: Cast, haru: Worker) -> None:
    key = go_in(haru, let_in(company, haru))
    ask_page(haru, key)
    with tenant_transaction(PROVIDER):
        leave_company(key=key, actor=haru.principal, now=clock.now())

    assert names_of(company) == ["operator:entered", "operator:request", "operator:left"]
    with tenant_transaction(company.tenant):
        (view,) = grants(actor=company["ada"].principal, now=clock.now())
    assert (view.operator_name, view.requests, view.is_live, view.is_inside) == ("Haru", 1, True, False)
    with pytest.raises(GrantOver):
        ask_page(haru, key)


def test_a_revoked_grant_lets_no_further_request_in(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru)
    key = go_in(haru, grant)
    ask_page(haru, key)
    with tenant_transaction(company.tenant):
        revoke_grant(actor=company["ada"].principal, grant_id=grant, now=clock.now())
        with pytest.raises(NotFound):
            revoke_grant(actor=company["ada"].principal, grant_id=grant, now=clock.now())

    with pytest.raises(GrantOver):
        ask_page(haru, key)
    with pytest.raises(GrantOver):
        go_in(haru, grant)


def test_a_grant_ends_by_itself_and_an_idle_session_too(company: Cast, haru: Worker) -> None:
    key = go_in(haru, let_in(company, haru, hours=1))

    with pytest.raises(GrantOver):
        ask_page(haru, key, later=timedelta(minutes=31))
    with tenant_transaction(company.tenant):
        OperatorSession.objects.update(last_used_at=clock.now() + HOUR)
    with pytest.raises(GrantOver):
        ask_page(haru, key, later=HOUR)


def test_what_a_page_asks_for_by_itself_keeps_nobody_from_being_idle(company: Cast, haru: Worker) -> None:
    key = go_in(haru, let_in(company, haru))
    ask_page(haru, key, later=timedelta(minutes=29), is_use=False)

    with pytest.raises(GrantOver):
        ask_page(haru, key, later=timedelta(minutes=31))


def test_anothers_session_and_anothers_grant_open_nothing(company: Cast, haru: Worker, mika: Worker) -> None:
    grant = let_in(company, haru)
    key = go_in(haru, grant)

    with pytest.raises(GrantOver):
        ask_page(mika, key)
    with pytest.raises(GrantOver):
        go_in(mika, grant)
    with tenant_transaction(PROVIDER):
        assert reachable_companies(actor=mika.principal, now=clock.now()) == ()
        (found,) = reachable_companies(actor=haru.principal, now=clock.now())
    assert (found.company_code, found.may_write) == (company.company_code, False)


@given(st.frozensets(st.sampled_from(SupportFunction)))
def test_under_a_grant_nothing_gives_rights_approves_seals_or_exports(functions: frozenset[SupportFunction]) -> None:
    never = {
        Permission.ACCOUNT_WRITE, Permission.ACCESS_TOKEN_WRITE, Permission.SECURITY_WRITE,
        Permission.NETWORK_WRITE, Permission.SETUP_WRITE,
        Permission.TIMESHEET_APPROVE, Permission.CORRECTION_DECIDE, Permission.PERIOD_SEAL, Permission.PERIOD_REOPEN,
        Permission.EXPORT_CREATE, Permission.OPERATOR_ACT, Permission.AUDIT_EXPORT, Permission.SECURITY_OWN,
    }  # fmt: skip

    assert not rights_under(functions, may_write=True) & never
    assert (Permission.AUDIT_READ in rights_under(functions, may_write=True)) is (SupportFunction.LOG in functions)
    assert not rights_under(functions, may_write=False) & WRITING


# ---------------------------------------------------------------------------------------- among the provider's people


def request(worker: Worker, wish: PrivilegeWish = FOR_ALL) -> object:
    with tenant_transaction(PROVIDER):
        return ask_privilege(actor=worker.principal, wish=wish, now=clock.now())


def decide(worker: Worker, request_id: object, *, is_approved: bool = True, later: timedelta = timedelta()) -> None:
    now = clock.now() + later
    with tenant_transaction(PROVIDER):
        decide_privilege(actor=worker.principal, request_id=request_id, is_approved=is_approved, now=now)  # type: ignore[arg-type]


@pytest.mark.control(51)
def test_a_second_person_decides_and_the_privilege_ends(company: Cast, haru: Worker, mika: Worker) -> None:
    wanted = request(haru)
    with tenant_transaction(PROVIDER), pytest.raises(GrantOver):
        all_companies(actor=haru.principal, now=clock.now())
    with pytest.raises(OwnRequest):
        decide(haru, wanted)
    decide(mika, wanted)

    with tenant_transaction(PROVIDER):
        assert company.company_code in all_companies(actor=haru.principal, now=clock.now())
        with pytest.raises(GrantOver):
            all_companies(actor=mika.principal, now=clock.now())
        with pytest.raises(GrantOver):
            all_companies(actor=haru.principal, now=clock.now() + HOUR + timedelta(seconds=1))
    with pytest.raises(RequestDecided):
        decide(mika, wanted, is_approved=False)


def test_a_refused_request_and_one_that_waited_too_long_open_nothing(haru: Worker, mika: Worker) -> None:
    decide(mika, request(haru), is_approved=False)
    with pytest.raises(RequestDecided):
        decide(mika, request(haru), later=timedelta(hours=24))

    with tenant_transaction(PROVIDER), pytest.raises(GrantOver):
        all_companies(actor=haru.principal, now=clock.now())


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"ticket": ""}, {"hours": 9}, {"hours": 0}], ids=str)
def test_a_request_has_a_reason_a_ticket_and_at_most_eight_hours(wrong: dict[str, object]) -> None:
    usual: dict[str, object] = {"kind": PrivilegeKind.COMPANIES, "reason": "x", "ticket": "T-1", "hours": 8}
    PrivilegeWish(**usual)  # type: ignore[arg-type]

    with pytest.raises(GrantNotValid):
        PrivilegeWish(**{**usual, **wrong})  # type: ignore[arg-type]


@pytest.mark.control(51)
def test_the_database_refuses_a_decision_by_oneself(haru: Worker) -> None:
    wanted = request(haru)

    with pytest.raises(DatabaseError, match="privilege_decided_by_another"), tenant_transaction(PROVIDER):
        PrivilegeRequest.objects.filter(id=wanted).update(
            decided_by=haru.account_id, decided_at=clock.now(), ends_at=clock.now(), is_approved=True
        )


def emergency(company: Cast, **changes: object) -> PrivilegeWish:
    usual: dict[str, object] = {
        "kind": PrivilegeKind.BREAK_GLASS, "reason": "Punches are lost", "ticket": "T-9", "hours": 2,
        "company_code": company.company_code,
    }  # fmt: skip
    return PrivilegeWish(**{**usual, **changes})  # type: ignore[arg-type]


def test_an_emergency_takes_two_and_the_company_is_told_at_once(company: Cast, haru: Worker, mika: Worker) -> None:
    wanted = request(haru, emergency(company))
    with pytest.raises(GrantOver):
        go_in(haru, wanted)
    decide(mika, wanted)
    ask_page(haru, go_in(haru, wanted))

    with tenant_transaction(company.tenant):
        (told,) = emergencies_to_acknowledge(tenant=company.tenant, now=clock.now())
        assert LedgerEvent.objects.filter(name=EventName.BREAK_GLASS_OPENED.value).count() == 1
        acknowledge_emergency(actor=company["ada"].principal, grant_id=told.id, now=clock.now())
        with pytest.raises(NotFound):
            acknowledge_emergency(actor=company["ada"].principal, grant_id=told.id, now=clock.now())
        assert emergencies_to_acknowledge(tenant=company.tenant, now=clock.now()) == ()
    assert (told.operator_name, told.approver_name, told.purpose) == ("Haru", "Mika", "Punches are lost")


def test_a_company_ends_an_emergency_as_well(company: Cast, haru: Worker, mika: Worker) -> None:
    wanted = request(haru, emergency(company))
    decide(mika, wanted)
    key = go_in(haru, wanted)
    with tenant_transaction(company.tenant):
        revoke_grant(actor=company["ada"].principal, grant_id=wanted, now=clock.now())  # type: ignore[arg-type]

    with pytest.raises(GrantOver):
        ask_page(haru, key)


@pytest.mark.control(35)
def test_an_emergency_is_reviewed_by_another_one_once_it_is_over(company: Cast, haru: Worker, mika: Worker) -> None:
    wanted = request(haru, emergency(company))
    decide(mika, wanted)
    over = clock.now() + timedelta(hours=3)
    with tenant_transaction(PROVIDER):
        ours = {"request_id": wanted, "words": "As asked."}
        with pytest.raises(NotFound):
            review_privilege(actor=mika.principal, now=clock.now(), **ours)  # type: ignore[arg-type]
        with pytest.raises(OwnRequest):
            review_privilege(actor=haru.principal, now=over, **ours)  # type: ignore[arg-type]
        review_privilege(actor=mika.principal, now=over, **ours)  # type: ignore[arg-type]
        (view,) = [one for one in privileges(actor=mika.principal, now=over) if one.id == wanted]
    assert (view.is_to_be_reviewed, view.is_live) == (False, False)


@pytest.mark.parametrize("code", ["no-such-company", "the-provider", ""])
def test_an_emergency_names_a_company_of_the_installation(haru: Worker, code: str) -> None:
    with pytest.raises(GrantNotValid):
        request(haru, PrivilegeWish(kind=PrivilegeKind.BREAK_GLASS, reason="x", ticket="x", hours=1, company_code=code))


def test_the_role_is_given_to_nobody_in_a_company_and_opens_nothing_there(dan: Cast) -> None:
    actor = replace(dan["dan"].principal, rights=frozenset({Permission.OPERATOR_ACT}))
    account = NewAccount(login_id="x", email=None, display_name="x", roles=frozenset({Role.OPERATOR}), language="en")
    with tenant_transaction(dan.tenant):
        with pytest.raises(RolesConflict):
            create_account(actor=dan.system, account=account, now=clock.now())
        with pytest.raises(NotFound):
            ask_privilege(actor=actor, wish=FOR_ALL, now=clock.now())
        with pytest.raises(NotFound):
            reachable_companies(actor=actor, now=clock.now())
        with pytest.raises(NotFound):
            register_operator(actor=dan.system, account_id=dan["dan"].account_id, now=clock.now())


def test_who_is_dismissed_is_out_everywhere(company: Cast, haru: Worker) -> None:
    key = go_in(haru, let_in(company, haru))
    with tenant_transaction(PROVIDER):
        with pytest.raises(AlreadyOperator):
            register_operator(actor=SYSTEM, account_id=haru.account_id, now=clock.now())
        dismiss_operator(actor=SYSTEM, account_id=haru.account_id, now=clock.now())
        with pytest.raises(NotFound):
            dismiss_operator(actor=SYSTEM, account_id=haru.account_id, now=clock.now())
        assert reachable_companies(actor=haru.principal, now=clock.now()) == ()

    assert haru.account_id not in {one.id for one in operators()}
    assert key.company == company.tenant


# ------------------------------------------------------------------------------------------------ doors and findings


def test_each_door_serves_its_own(company: Cast, haru: Worker) -> None:
    with at_door(Door.COMPANIES):
        assert tenant_of_company_code("the-provider") is None
        with pytest.raises(NotFound), tenant_transaction(PROVIDER):
            pass
    with at_door(Door.PROVIDER):
        assert tenant_of_company_code(company.company_code) is None
        with pytest.raises(NotFound), tenant_transaction(company.tenant):
            pass


def test_the_findings_notice_an_access_without_a_grant_and_a_standing_privilege(company: Cast, haru: Worker) -> None:
    before = look_at_operators(now=clock.now())
    grant = let_in(company, haru, hours=72)
    ask_page(haru, go_in(haru, grant))
    clean = look_at_operators(now=clock.now())
    with tenant_transaction(company.tenant):
        event = LedgerEvent.objects.filter(name="operator:request").get()
        operator = replace(company.system, kind=PrincipalKind.OPERATOR, account_id=event.actor_id)
        later = clock.now() + timedelta(hours=80)
        record_event(EventName.OPERATOR_REQUEST, actor=operator, subject_id=None, at=later)
    found = look_at_operators(now=clock.now())

    assert clean.accesses_without_live_grant == before.accesses_without_live_grant
    assert found.accesses_without_live_grant == before.accesses_without_live_grant + 1
    assert (found.grants_without_approver, found.privileges_without_second_person) == (0, 0)
    assert clean.longest_grant == timedelta(hours=72)
    assert OperatorGrant.objects.count() == 0  # outside of a tenant there is nothing
