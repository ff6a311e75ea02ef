"""Two companies, every table: what can one see, change or point at of the other? Nothing, whatever the code does."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction

from support.cast import Cast
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.models import Account
from tokimori.foundation.tenancy.context import TenantContextError, current_tenant, signed_context, tenant_transaction
from tokimori.foundation.tenancy.models import TenantModel

TENANT_MODELS = sorted(
    (model for model in apps.get_models() if issubclass(model, TenantModel | Account)),
    key=lambda model: model._meta.db_table,
)
NAMES = [model._meta.db_table for model in TENANT_MODELS]


def say(context: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('tokimori.tenant_context', %s, true)", [context])


@pytest.mark.parametrize("model", TENANT_MODELS, ids=NAMES)
@pytest.mark.control(34)
def test_without_a_tenant_nothing_exists(cast: Cast, model: type[models.Model]) -> None:
    with transaction.atomic():
        assert not model.objects.filter(tenant_id=cast.tenant).exists()
        assert model.objects.count() == 0


@pytest.mark.parametrize("model", TENANT_MODELS, ids=NAMES)
@pytest.mark.control(34)
def test_in_another_tenant_nothing_of_the_first_exists(cast: Cast, dan: Cast, model: type[models.Model]) -> None:
    with tenant_transaction(dan.tenant):
        assert not model.objects.filter(tenant_id=cast.tenant).exists()
        assert set(model.objects.values_list("tenant_id", flat=True)) <= {dan.tenant}
        with connection.cursor() as cursor:
            cursor.execute(
                f"select count(*) from {model._meta.db_table} where tenant_id <> %s",  # noqa: S608 -- our own table
                [dan.tenant],
            )
            assert cursor.fetchone() == (0,)


def test_in_its_own_tenant_a_company_sees_its_people(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        assert Account.objects.count() == 4


@pytest.mark.parametrize("model", TENANT_MODELS, ids=NAMES)
def test_rows_cannot_be_moved_into_another_tenant(cast: Cast, dan: Cast, model: type[models.Model]) -> None:
    with pytest.raises(DatabaseError), tenant_transaction(dan.tenant):
        row = model.objects.first()
        if row is None:
            raise DatabaseError("There is no row to move, hence none was moved.")
        model.objects.filter(tenant_id=dan.tenant).update(tenant_id=cast.tenant)


def test_a_row_for_another_tenant_cannot_be_inserted(cast: Cast, dan: Cast) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), tenant_transaction(dan.tenant):
        Account.objects.create(
            id=new_id(), tenant_id=cast.tenant, login_id="intruder", display_name="x", roles=[], language="en",
            created_at="2026-04-01T00:00:00Z",
        )  # fmt: skip


def test_a_row_cannot_point_at_another_tenants_row(cast: Cast, dan: Cast) -> None:
    with (
        pytest.raises(DatabaseError, match="foreign key"),
        tenant_transaction(dan.tenant),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "insert into timekeeping_staleday (tenant_id, id, employee_id, work_date, marked_at) "
            "values (%s, %s, %s, '2026-04-01', now())",
            [dan.tenant, new_id(), cast["aiko"].employee_id],
        )


@pytest.mark.control(34)
def test_an_injected_statement_cannot_name_another_tenant(cast: Cast, dan: Cast) -> None:
    with pytest.raises(DatabaseError, match="not genuine"), tenant_transaction(dan.tenant):
        say(f"{cast.tenant}.{connection.connection.info.backend_pid}.{'0' * 64}")
        Account.objects.count()


def test_a_context_from_another_connection_is_refused(cast: Cast) -> None:
    seen = signed_context(tenant_id=cast.tenant, backend_process=1, key=settings.TENANT_CONTEXT_KEY)

    with pytest.raises(DatabaseError, match="not genuine"), transaction.atomic():
        say(seen)
        Account.objects.count()


@pytest.mark.parametrize(
    "statement",
    [
        "set row_security = off; select * from identity_account",
        "alter table identity_account disable row level security",
        "drop policy account_wall on identity_account",
        "select * from tokimori_private.tenant_context_key",
        "select * from tokimori_private.sign_in_directory",
        "set session_replication_role = replica",
        "set role tokimori_tests_owner",
        "truncate timekeeping_punchevent",
        "update timekeeping_punchevent set place = 'x'",
        "delete from timekeeping_punchevent",
        "delete from ledger_ledgerevent",
        "update closings_seal set digest = 'x'",
        "delete from identity_account",
        "create table mine (id int)",
        "copy identity_account to program 'cat'",
    ],
)
@pytest.mark.control(34, 96)
def test_the_runtime_role_may_not(cast: Cast, statement: str) -> None:
    with pytest.raises(DatabaseError), tenant_transaction(cast.tenant), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_context_ends_with_its_transaction(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        assert current_tenant() == cast.tenant

    with pytest.raises(TenantContextError):
        current_tenant()
    assert Account.objects.count() == 0


def test_a_tenant_cannot_be_opened_inside_another(cast: Cast, dan: Cast) -> None:
    with pytest.raises(TenantContextError), tenant_transaction(cast.tenant), tenant_transaction(dan.tenant):
        pass


def test_the_company_directory_can_only_be_entered_for_oneself(cast: Cast) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select tokimori.claim_company_code('mine-without-a-tenant')")
