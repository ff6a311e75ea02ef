"""The database's own catalogue is asked whether every tenant table stands behind its wall."""

import psycopg
import pytest
from django.apps import apps
from django.db import connection, models

from support import cluster
from tokimori.foundation.identity.models import Account
from tokimori.foundation.tenancy.constraints import SequencerPolicy
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.role_check import UnsafeDatabaseRole, refuse_unsafe_role

TENANT_MODELS = sorted(
    (model for model in apps.get_models() if issubclass(model, TenantModel | Account)),
    key=lambda model: model._meta.db_table,
)
# These hold no rows of tenants: the framework's list of migrations, and the queue, which carries ids alone.
NOT_TENANTS = {
    "django_migrations",
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
}
SINGLE_COLUMN_KEYS = {"identity_account_pkey"}  # the framework's sign-in wants one; see identity.models.Account


def rows(query: str, *parameters: object) -> list[tuple[object, ...]]:
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        return administrator.execute(query, parameters).fetchall()


def test_every_table_is_a_tenants_or_known_not_to_be() -> None:
    found = {name for (name,) in rows("select tablename from pg_tables where schemaname = 'public'")}

    assert found - NOT_TENANTS == {model._meta.db_table for model in TENANT_MODELS}


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.db_table)
@pytest.mark.control(34)
def test_row_security_is_forced_with_a_policy_for_everything(model: type[models.Model]) -> None:
    table = model._meta.db_table

    assert rows("select relrowsecurity, relforcerowsecurity from pg_class where oid = %s::regclass", table) == [
        (True, True)
    ]
    policies = rows(
        "select cmd, permissive, qual, with_check from pg_policies where tablename = %s and roles = '{public}'", table
    )
    assert len(policies) == 1
    command, permissive, qualification, check = policies[0]
    assert (command, permissive) == ("ALL", "PERMISSIVE")
    assert "tokimori.current_tenant()" in str(qualification)
    assert qualification == check


def test_only_the_sequencer_has_policies_of_its_own_and_changes_nothing() -> None:
    declared = {
        (model._meta.db_table, command.upper())
        for model in TENANT_MODELS
        for constraint in model._meta.constraints
        if isinstance(constraint, SequencerPolicy)
        for command in constraint.commands
    }
    found = rows("select tablename, cmd from pg_policies where roles = '{tokimori_sequencer}'")

    assert set(found) == declared
    assert {table for table, command in declared if command == "DELETE"} == {"ledger_pendingleaf"}
    assert not any(command == "UPDATE" for _, command in declared)


def test_of_others_the_owner_alone_has_policies_and_reads_the_providers_log_by_them() -> None:
    found = rows(
        "select roles::text, cmd, qual from pg_policies where roles not in ('{public}', '{tokimori_sequencer}')"
    )

    assert {(roles, command) for roles, command, _ in found} == {("{tokimori_tests_owner}", "SELECT")}
    assert all("tenant_id = tokimori.provider_tenant()" in str(condition) for _, _, condition in found)


def test_the_sequencer_may_do_what_is_declared_and_nothing_else() -> None:
    granted = rows(
        "select table_name, privilege_type from information_schema.table_privileges where grantee = 'tokimori_sequencer'"
        " union select table_name, privilege_type || ' ' || column_name from information_schema.column_privileges as one"
        " where grantee = 'tokimori_sequencer' and not exists (select from information_schema.table_privileges as whole"
        " where whole.grantee = one.grantee and whole.table_name = one.table_name"
        " and whole.privilege_type = one.privilege_type)"
    )
    declared = set()
    for model in TENANT_MODELS:
        for constraint in model._meta.constraints:
            if isinstance(constraint, SequencerPolicy):
                for command in constraint.commands:
                    kinds = [f"{command} {column}" for column in constraint.columns] or [command]
                    declared |= {
                        (model._meta.db_table, kind.partition(" ")[0].upper() + kind[len(command) :]) for kind in kinds
                    }

    assert set(granted) == declared
    assert ("ledger_ledgerevent", "SELECT leaf_hash") in declared
    assert not any(table == "ledger_ledgerevent" and kind == "SELECT" for table, kind in declared)


def test_the_sequencer_is_an_ordinary_role_that_sees_nothing_elsewhere() -> None:
    with psycopg.connect(cluster.ADMINISTRATION["sequencer_url"]) as sequencer:
        attributes = sequencer.execute(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user"
        ).fetchone()
        assert attributes == (False, False, False, False)
        for statement in (
            "select sealed from ledger_ledgerevent",
            "select * from people_employee",
            "update ledger_logentry set index = index + 1",
            "delete from ledger_logentry",
            "truncate ledger_logentry",
            "insert into ledger_ledgerevent (tenant_id, id) values (gen_random_uuid(), gen_random_uuid())",
            "select tokimori.current_tenant()",
            "set role tokimori_runtime",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), sequencer.transaction():
                sequencer.execute(statement)


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.db_table)
def test_keys_begin_with_the_tenant(model: type[models.Model]) -> None:
    indexes = rows(
        """
        select index_class.relname, attribute.attname
          from pg_index as index
          join pg_class as index_class on index_class.oid = index.indexrelid
          join pg_attribute as attribute on attribute.attrelid = index.indrelid and attribute.attnum = index.indkey[0]
         where index.indrelid = %s::regclass and (index.indisunique or index.indisprimary)
        """,
        model._meta.db_table,
    )

    assert indexes
    assert {column for name, column in indexes if name not in SINGLE_COLUMN_KEYS} == {"tenant_id"}


def test_references_between_tenant_tables_carry_the_tenant() -> None:
    references = rows(
        """
        select conname, (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1]),
                        (select attname from pg_attribute where attrelid = confrelid and attnum = confkey[1])
          from pg_constraint
         where contype = 'f' and conrelid::regclass::text not like 'procrastinate%%'
        """
    )

    assert len(references) > 10
    assert {(own, others) for _, own, others in references} == {("tenant_id", "tenant_id")}


def test_the_runtime_role_owns_nothing_and_may_not_truncate() -> None:
    user = connection.settings_dict["USER"]

    assert rows("select 1 from pg_class where relowner = %s::regrole", user) == []
    granted = rows(
        "select table_name from information_schema.table_privileges "
        "where grantee in (%s, 'tokimori_runtime', 'PUBLIC') and privilege_type in ('TRUNCATE', 'TRIGGER', 'REFERENCES') "
        "and table_schema in ('public', 'tokimori', 'tokimori_private')",
        user,
    )
    assert granted == []
    refuse_unsafe_role()


@pytest.mark.parametrize("url", ["owner_url", "superuser_url"])
def test_roles_that_could_step_over_the_wall_are_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(cluster.ADMINISTRATION[url]) as other:
        monkeypatch.setattr(connection, "cursor", other.cursor)

        with pytest.raises(UnsafeDatabaseRole):
            refuse_unsafe_role()


def test_what_runs_as_the_owner_is_nobodys_but_the_runtimes_and_finds_its_tables_by_itself() -> None:
    found = rows(
        """
        select function.proname, function.proconfig, coalesce(function.proacl::text, 'everybody')
          from pg_proc as function
         where function.prosecdef and function.pronamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
        """
    )

    assert len(found) > 20
    for name, settings, rights in found:
        assert "search_path=pg_catalog" in (settings or []), name
        # A right without a name before its sign is everybody's; what has no list at all is everybody's too.
        assert rights != "everybody", name
        assert not any(right.startswith("=") for right in str(rights).strip("{}").split(",")), name
    private = rows("select proname from pg_proc where pronamespace = 'tokimori_private'::regnamespace")
    with connection.cursor() as cursor:
        cursor.execute("select has_schema_privilege('tokimori_private', 'usage')")
        assert cursor.fetchone() == (False,)
    assert private
