"""Operators who were not in for thirty days, and privileged accounts that change their network."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.cast import NOON, Cast, new_company
from support.provider import SYSTEM, Worker, new_worker
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.identity.services.network_changes import (
    lately_changed_network,
    network_changes,
    network_of_address,
    note_network_changes,
)
from tokimori.foundation.operators.services.directory import operators
from tokimori.foundation.operators.services.dormancy import (
    DORMANT_AFTER,
    dismiss_dormant_operators,
    dormant_operators,
)
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

MINUTE = timedelta(minutes=1)


def last_in(worker: Worker, days: int) -> None:
    then = clock.now() - timedelta(days=days)
    with tenant_transaction(PROVIDER):
        Account.objects.filter(id=worker.account_id).update(created_at=then, last_signed_in_at=then)


def test_an_operator_who_was_not_in_for_thirty_days_is_dismissed() -> None:
    fresh, other, old = new_worker("Fresh"), new_worker("Other"), new_worker("Old")
    last_in(old, 31)
    last_in(other, 29)
    with tenant_transaction(PROVIDER):
        assert old.account_id in dormant_operators(now=clock.now())
        assert other.account_id not in dormant_operators(now=clock.now())
        dismissed = dismiss_dormant_operators(actor=SYSTEM, now=clock.now())
        assert old.account_id in dismissed
        assert {fresh.account_id, other.account_id}.isdisjoint(dismissed)
        assert not Account.objects.get(id=old.account_id).is_active


def test_the_last_two_stay_so_that_somebody_can_approve() -> None:
    for worker in (new_worker("One"), new_worker("Two"), new_worker("Three")):
        last_in(worker, 40)
    with tenant_transaction(PROVIDER):
        dismiss_dormant_operators(actor=SYSTEM, now=clock.now() + 2 * DORMANT_AFTER)
        open_accounts = set(Account.objects.filter(is_active=True).values_list("id", flat=True))

        assert len(open_accounts & {one.id for one in operators()}) == 2


# ------------------------------------------------------------------------------------------------------------ networks


@pytest.fixture
def company() -> Cast:
    return new_company(
        people={"ann": (frozenset({Role.ADMINISTRATOR}), None), "aiko": (frozenset({Role.EMPLOYEE}), None)}
    )


def session(company: Cast, who: str, address: str, *, minutes_ago: int, used_minutes_ago: int | None = None) -> None:
    started = NOON - minutes_ago * MINUTE
    used = started if used_minutes_ago is None else NOON - used_minutes_ago * MINUTE
    with tenant_transaction(company.tenant):
        Session.objects.create(
            tenant_id=company.tenant, account_id=company[who].account_id, secret_digest=f"{address}{started}".encode(),
            started_at=started, last_used_at=used, proved_at=started, proofs=[], is_half=False, address=address, device="x",
        )  # fmt: skip


def changed(company: Cast) -> list[tuple[object, int]]:
    with tenant_transaction(company.tenant):
        return [(one.account_id, one.minutes) for one in network_changes(tenant=company.tenant, now=NOON)]


def test_a_privileged_account_in_another_network_soon_after_is_found_and_noted_once_a_day(company: Cast) -> None:
    session(company, "ann", "203.0.113.7", minutes_ago=50, used_minutes_ago=20)
    session(company, "ann", "198.51.100.9", minutes_ago=10)

    assert changed(company) == [(company["ann"].account_id, 10)]
    with tenant_transaction(company.tenant):
        assert note_network_changes(actor=company.system, now=NOON) == 1
        assert note_network_changes(actor=company.system, now=NOON) == 0
        assert lately_changed_network(tenant=company.tenant, now=NOON) == {company["ann"].account_id: "Ann"}


@pytest.mark.parametrize(
    ("who", "second", "used"),
    [("ann", "203.0.113.200", 20), ("ann", "198.51.100.9", 45), ("aiko", "198.51.100.9", 20)],
    ids=["the same network", "not soon", "no privileged account"],
)
def test_what_is_nothing_unusual_is_not_found(company: Cast, who: str, second: str, used: int) -> None:
    session(company, who, "203.0.113.7", minutes_ago=50, used_minutes_ago=used)
    session(company, who, second, minutes_ago=10)

    assert changed(company) == []


@given(st.ip_addresses(), st.text(max_size=20))
def test_every_address_has_a_network_and_other_texts_are_left_alone(address: object, text: str) -> None:
    assert "/" in network_of_address(str(address))
    assert isinstance(network_of_address(text), str)
