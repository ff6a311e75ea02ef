"""Who is kept out for what a register says: refused at the door, and every company with him, until it is put right."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.urls import reverse

from support.provider import SYSTEM, Worker, at_console, company_with_administrator, let_in, new_worker
from tokimori.foundation import clock
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.identity.models import Account, Passkey, Session
from tokimori.foundation.operators.errors import GrantNotValid, GrantOver, TrainingOverdue
from tokimori.foundation.operators.models import OperatorDevice, OperatorGrant
from tokimori.foundation.operators.scopes import PrivilegeKind
from tokimori.foundation.operators.services.directory import operators
from tokimori.foundation.operators.services.holds import HoldReason, hold_operator, holds, release_operator
from tokimori.foundation.operators.services.leaving import take_everything, ways_in_of
from tokimori.foundation.operators.services.privileges import PrivilegeWish, ask_privilege
from tokimori.foundation.operators.services.visits import open_company, reachable_companies
from tokimori.foundation.tenancy.context import PROVIDER, granted_transaction, tenant_transaction


@pytest.fixture
def worker() -> Worker:
    return new_worker()


def hold(worker: Worker, reason: HoldReason) -> bool:
    with tenant_transaction(PROVIDER):
        return hold_operator(actor=SYSTEM, account_id=worker.account_id, reason=reason, now=clock.now())


def release(worker: Worker, reason: HoldReason) -> bool:
    with tenant_transaction(PROVIDER):
        return release_operator(actor=SYSTEM, account_id=worker.account_id, reason=reason, now=clock.now())


def test_who_has_no_agreement_is_told_so_and_nothing_opens(worker: Worker) -> None:
    browser = at_console(worker)
    assert browser.get(reverse("operator_console")).status_code == 200

    assert hold(worker, HoldReason.CONFIDENTIALITY)
    assert browser.get(reverse("operator_console")).headers["Location"].startswith("/sign-in")
    again = at_console(worker, has_device=False)
    refused = again.get(reverse("operator_console"))
    assert refused.status_code == 403
    assert "No confidentiality agreement of yours is in force" in refused.content.decode()
    with tenant_transaction(PROVIDER):
        assert not Session.objects.filter(account_id=worker.account_id, ended_at=None).exists()

    assert release(worker, HoldReason.CONFIDENTIALITY)
    assert at_console(worker).get(reverse("operator_console")).status_code == 200


def test_who_has_no_agreement_does_not_reach_the_pages_about_himself_either(worker: Worker) -> None:
    hold(worker, HoldReason.CONFIDENTIALITY)

    assert at_console(worker).get(reverse("my_security")).status_code == 403


def test_overdue_training_ends_what_was_granted_and_lets_nothing_new_be_granted(worker: Worker) -> None:
    company = company_with_administrator()
    grant = let_in(company, worker)
    now = clock.now()
    with granted_transaction(company.tenant, grant_id=grant, may_write=False):
        assert Account.objects.exists()

    assert hold(worker, HoldReason.TRAINING)
    assert not hold(worker, HoldReason.TRAINING)

    with (
        pytest.raises(DatabaseError, match="no live grant"),
        granted_transaction(company.tenant, grant_id=grant, may_write=False),
    ):
        Account.objects.exists()
    with tenant_transaction(company.tenant):
        assert OperatorGrant.objects.get(id=grant).revoked_at is not None
    with pytest.raises(GrantNotValid):
        let_in(company, worker)
    with tenant_transaction(PROVIDER):
        assert worker.account_id not in {one.id for one in operators()}
        assert reachable_companies(actor=worker.principal, now=now) == ()
        with pytest.raises(TrainingOverdue):
            open_company(actor=worker.principal, grant_id=grant, now=now)
        wish = PrivilegeWish(kind=PrivilegeKind.COMPANIES, reason="A look", ticket="T-1", hours=1)
        with pytest.raises(TrainingOverdue):
            ask_privilege(actor=worker.principal, wish=wish, now=now)
    assert at_console(worker).get(reverse("my_security")).status_code == 200


def test_what_was_granted_before_does_not_come_back(worker: Worker) -> None:
    company = company_with_administrator()
    grant = let_in(company, worker)
    hold(worker, HoldReason.TRAINING)
    release(worker, HoldReason.TRAINING)

    with tenant_transaction(PROVIDER), pytest.raises(GrantOver):
        open_company(actor=worker.principal, grant_id=grant, now=clock.now())
    assert let_in(company, worker)


def test_who_lacks_two_things_is_let_in_when_both_are_put_right(worker: Worker) -> None:
    hold(worker, HoldReason.TRAINING)
    hold(worker, HoldReason.CONFIDENTIALITY)
    release(worker, HoldReason.CONFIDENTIALITY)

    company = company_with_administrator()
    with pytest.raises(GrantNotValid):
        let_in(company, worker)
    with tenant_transaction(PROVIDER):
        assert holds()[worker.account_id] == {HoldReason.TRAINING}
        assert not release_operator(
            actor=SYSTEM, account_id=worker.account_id, reason=HoldReason.CONFIDENTIALITY, now=clock.now()
        )
    release(worker, HoldReason.TRAINING)
    assert let_in(company, worker)


def test_who_leaves_loses_every_way_in(worker: Worker) -> None:
    company = company_with_administrator()
    grant = let_in(company, worker)
    browser = at_console(worker)

    with tenant_transaction(PROVIDER):
        assert ways_in_of(worker.account_id, now=clock.now()) > 0
        taken = take_everything(actor=SYSTEM, account_id=worker.account_id, now=clock.now())
        again = take_everything(actor=SYSTEM, account_id=worker.account_id, now=clock.now())
        assert ways_in_of(worker.account_id, now=clock.now()) == 0
        assert not Passkey.objects.filter(account_id=worker.account_id, removed_at=None).exists()
        assert not OperatorDevice.objects.filter(operator_id=worker.account_id, removed_at=None).exists()
        assert not Account.objects.get(id=worker.account_id).is_active

    assert {name: taken[name] for name in ("account", "sessions", "passkeys", "devices", "grants")} == {
        "account": 1, "sessions": 1, "passkeys": 1, "devices": 1, "grants": 1,
    }  # fmt: skip
    assert not any(again.values())
    assert browser.get(reverse("operator_console")).headers["Location"].startswith("/sign-in")
    with tenant_transaction(company.tenant):
        assert OperatorGrant.objects.get(id=grant).revoked_at is not None


def test_nobody_but_the_service_holds_anybody(worker: Worker) -> None:
    with tenant_transaction(PROVIDER), pytest.raises(NotAllowed):
        hold_operator(
            actor=worker.principal,
            account_id=new_worker().account_id,
            reason=HoldReason.TRAINING,
            now=clock.now() + timedelta(seconds=1),
        )
