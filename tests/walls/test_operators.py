"""The provider's people against the wall, with bare statements: no grant, an ended one, another company's, a write."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from support import cluster
from support.cast import Cast
from support.provider import SYSTEM, Worker, backend, company_with_administrator, let_in, new_worker
from tokimori.foundation import clock
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.operators.models import OperatorGrant
from tokimori.foundation.operators.scopes import SupportFunction
from tokimori.foundation.operators.services.directory import dismiss_operator
from tokimori.foundation.operators.services.grants import revoke_grant
from tokimori.foundation.tenancy.context import (
    PROVIDER,
    TenantContextError,
    granted_transaction,
    signed_context,
    tenant_transaction,
)

COUNT = "select count(*) from people_employee"


@pytest.fixture
def company() -> Cast:
    return company_with_administrator()


@pytest.fixture
def haru() -> Worker:
    return new_worker()


@contextmanager
def as_operator(tenant: UUID, grant: UUID, *, is_read_only: bool = True) -> Iterator[None]:
    """Sign whatever is asked: the attacker holds the key, and has no live grant."""
    with transaction.atomic(), connection.cursor() as cursor:
        if is_read_only:
            cursor.execute("set transaction read only")
        context = signed_context(
            tenant_id=tenant, backend_process=backend(), key=settings.TENANT_CONTEXT_KEY, grant_id=grant
        )
        cursor.execute("select set_config('tokimori.tenant_context', %s, true)", [context])
        yield


def ask(statement: str, *parameters: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchall() if cursor.description else []


def test_under_a_live_grant_the_company_is_seen_and_no_other(company: Cast, dan: Cast, haru: Worker) -> None:
    grant = let_in(company, haru)

    with as_operator(company.tenant, grant):
        assert ask(COUNT) == [(1,)]
        assert ask("select count(*) from people_employee where tenant_id = %s", dan.tenant) == [(0,)]


@pytest.mark.control(33, 111)
def test_without_a_grant_nothing_is_seen(company: Cast, haru: Worker) -> None:
    with pytest.raises(DatabaseError, match="no live grant"), as_operator(company.tenant, new_id()):
        ask(COUNT)


def test_after_its_end_nothing_is_seen(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru, hours=1, now=clock.now() - timedelta(hours=1, seconds=1))

    with pytest.raises(DatabaseError, match="no live grant"), as_operator(company.tenant, grant):
        ask(COUNT)


def test_before_its_beginning_nothing_is_seen(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru, now=clock.now() + timedelta(hours=1))

    with pytest.raises(DatabaseError, match="no live grant"), as_operator(company.tenant, grant):
        ask(COUNT)


@pytest.mark.control(33)
def test_once_revoked_nothing_is_seen(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru)
    with tenant_transaction(company.tenant):
        revoke_grant(actor=company["ada"].principal, grant_id=grant, now=clock.now())

    with pytest.raises(DatabaseError, match="no live grant"), as_operator(company.tenant, grant):
        ask(COUNT)


def test_a_revocation_ends_a_transaction_that_is_under_way(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru)

    with pytest.raises(DatabaseError, match="no live grant"), as_operator(company.tenant, grant):
        assert ask(COUNT) == [(1,)]
        with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as elsewhere:
            elsewhere.execute("update tokimori_private.operator_grant set revoked_at = now() where id = %s", [grant])
        ask(COUNT)


def test_once_its_holder_is_dismissed_nothing_is_seen(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru)
    with tenant_transaction(PROVIDER):
        dismiss_operator(actor=SYSTEM, account_id=haru.account_id, now=clock.now())

    with pytest.raises(DatabaseError, match="no live grant"), as_operator(company.tenant, grant):
        ask(COUNT)


def test_a_grant_of_one_company_opens_no_other(company: Cast, dan: Cast, haru: Worker) -> None:
    grant = let_in(company, haru)

    with pytest.raises(DatabaseError, match="no live grant"), as_operator(dan.tenant, grant):
        ask(COUNT)


def test_another_grant_cannot_be_put_under_a_signature(company: Cast, haru: Worker) -> None:
    own, wider = let_in(company, haru), let_in(company, new_worker("Another"), may_write=True)

    with pytest.raises(DatabaseError, match="not genuine"), as_operator(company.tenant, own):
        seen = ask("select current_setting('tokimori.tenant_context')")[0][0]
        ask("select set_config('tokimori.tenant_context', %s, true)", str(seen).replace(str(own), str(wider)))
        ask(COUNT)


def test_leaving_the_grant_away_makes_no_ordinary_context(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru)

    with pytest.raises(DatabaseError, match="not genuine"), as_operator(company.tenant, grant):
        seen = str(ask("select current_setting('tokimori.tenant_context')")[0][0])
        ask("select set_config('tokimori.tenant_context', %s, true)", seen.removesuffix(f".{grant}"))
        ask(COUNT)


@pytest.mark.parametrize(
    "statement",
    [
        "update organisations_site set name = 'x'",
        "delete from timekeeping_staleday",
        "insert into ledger_ledgerevent (tenant_id, id) values (tokimori.current_tenant(), gen_random_uuid())",
        "set transaction read write",
        "set local transaction_read_only = off",
        "select tokimori.claim_company_code('mine')",
    ],
)
def test_under_a_grant_for_reading_nothing_is_written(company: Cast, haru: Worker, statement: str) -> None:
    grant = let_in(company, haru)

    with pytest.raises(DatabaseError, match=r"read-only|read-write"), as_operator(company.tenant, grant):
        ask(COUNT)
        ask(statement)


def test_a_grant_for_reading_opens_nothing_in_a_transaction_that_could_write(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru)

    with (
        pytest.raises(DatabaseError, match="must be read only"),
        as_operator(company.tenant, grant, is_read_only=False),
    ):
        ask(COUNT)


def test_a_grant_for_writing_writes_and_makes_no_further_grant(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru, may_write=True)

    with as_operator(company.tenant, grant, is_read_only=False):
        ask("update organisations_site set name = %s", "written")
    with (
        pytest.raises(DatabaseError, match="does not decide on grants"),
        as_operator(company.tenant, grant, is_read_only=False),
    ):
        ask("update operators_operatorgrant set acknowledged_at = now()")
    with tenant_transaction(company.tenant):
        assert ask("select name from organisations_site") == [("written",)]


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": clock.now() + timedelta(days=2)},
        {"may_write": True},
        {"functions": [SupportFunction.SECURITY.value]},
        {"operator_id": new_id()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_grant_does_not_grow(company: Cast, haru: Worker, change: dict[str, object]) -> None:
    let_in(company, haru, functions=frozenset({SupportFunction.WORKING_TIME}))

    with pytest.raises(DatabaseError, match="revoked, not changed"), tenant_transaction(company.tenant):
        OperatorGrant.objects.filter(tenant_id=company.tenant).update(**change)


def test_what_was_revoked_does_not_come_back(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru)
    with tenant_transaction(company.tenant):
        revoke_grant(actor=company["ada"].principal, grant_id=grant, now=clock.now())

    with pytest.raises(DatabaseError, match="revoked, not changed"), tenant_transaction(company.tenant):
        OperatorGrant.objects.filter(tenant_id=company.tenant, id=grant).update(revoked_at=None)


def grant_row(company: Cast, haru: Worker, **values: object) -> OperatorGrant:
    usual: dict[str, object] = {
        "kind": "support", "operator_id": haru.account_id, "operator_name": "x", "functions": [], "may_write": False,
        "purpose": "x", "granted_at": clock.now(), "ends_at": clock.now() + timedelta(hours=1),
        "granted_by": company["ada"].account_id,
    }  # fmt: skip
    return OperatorGrant(tenant_id=company.tenant, **{**usual, **values})


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"ends_at": clock.now() + timedelta(hours=73)}, id="longer than three days"),
        pytest.param({"ends_at": clock.now() - timedelta(hours=1)}, id="over before it begins"),
        pytest.param({"granted_by": None}, id="granted by nobody"),
        pytest.param({"kind": "break_glass", "granted_by": None}, id="an emergency without a second person"),
        pytest.param({"kind": "whatever"}, id="of an unknown kind"),
        pytest.param({"operator_id": new_id()}, id="for somebody who does not work for the provider"),
    ],
)
def test_the_database_itself_refuses_a_grant(company: Cast, haru: Worker, values: dict[str, object]) -> None:
    with pytest.raises(DatabaseError), tenant_transaction(company.tenant):
        grant_row(company, haru, **values).save(force_insert=True)


def test_nobody_is_his_own_second_person_in_the_database_either(company: Cast, haru: Worker) -> None:
    with pytest.raises(DatabaseError, match="operator_grant_approved"), tenant_transaction(company.tenant):
        own = {"kind": "break_glass", "granted_by": None, "approver_id": haru.account_id}
        grant_row(company, haru, **own).save(force_insert=True)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from tokimori_private.operator_grant",
        "insert into tokimori_private.operator_grant values (gen_random_uuid())",
        "select * from tokimori_private.operator",
        "select tokimori.register_operator(gen_random_uuid(), 'x', now())",
        "select tokimori.dismiss_operator(gen_random_uuid(), now())",
        "select * from tokimori.grants_of_operator(gen_random_uuid(), now())",
        "select * from tokimori.all_companies()",
        "select tokimori_private.require_live_grant(gen_random_uuid(), gen_random_uuid())",
        "delete from operators_operatorgrant",
        "alter table operators_operatorgrant disable trigger keep_operator_grant",
    ],
)
def test_a_company_may_not(company: Cast, statement: str) -> None:
    with pytest.raises(DatabaseError), tenant_transaction(company.tenant):
        ask(statement)


def test_a_granted_transaction_is_never_inside_another(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru)

    with (
        tenant_transaction(company.tenant),
        pytest.raises(TenantContextError),
        granted_transaction(company.tenant, grant_id=grant, may_write=False),
    ):
        pass
