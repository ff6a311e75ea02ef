"""Who may do what, as data: roles, machines, operators, tables and functions, from the code that decides.

The same source makes the application's rights and the grants of the migrations; ``policy_differences`` compares it with
what the live database says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import connection, models

from tokimori.foundation.access.functions import RIGHTS_OF_LEVELS
from tokimori.foundation.access.permissions import RIGHTS_OF_EVERYBODY, RIGHTS_OF_ROLES
from tokimori.foundation.access.scopes import RIGHTS_OF_SCOPES
from tokimori.foundation.access.segregation import PAIRS
from tokimori.foundation.operators.scopes import LONGEST_GRANT, LONGEST_PRIVILEGE, SupportFunction, rights_under
from tokimori.foundation.tenancy.constraints import RUNTIME_ROLE, SEQUENCER_ROLE, SequencerPolicy, TenantWall, Writing

_QUEUE: Final = (
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)
"""Tables of the queue, which hold ids alone and no tenant's rows."""
_PROVIDER_LOG: Final = (
    "ledger_logcheckpoint",
    "ledger_logcosignature",
    "ledger_logentry",
    "ledger_logepoch",
    "ledger_logstamp",
    "ledger_logtile",
    "ledger_providerleaf",
)
"""Tables in which the owner's functions may read the rows of the provider's own log, and no others."""
_SCHEMAS: Final = ("public", "tokimori", "tokimori_private")
_PRIVATE: Final = "tokimori_private"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Difference:
    """Something that the database allows, forbids or lacks against the policy."""

    where: str
    what: str


def access_policy() -> dict[str, Any]:
    """Return the whole policy as plain data, sorted, so that two releases can be compared line by line."""
    return {
        "everybody": sorted(RIGHTS_OF_EVERYBODY),
        "roles": {role.value: sorted(rights) for role, rights in RIGHTS_OF_ROLES.items()},
        "functions_of_scoped_administrators": {
            function.value: {level.value: sorted(rights) for level, rights in levels.items()}
            for function, levels in RIGHTS_OF_LEVELS.items()
        },
        "duties_kept_apart": {one.code: [one.other.value, one.guarded.value] for one in PAIRS},
        "machines": {scope.value: sorted(rights) for scope, rights in RIGHTS_OF_SCOPES.items()},
        "operators": {
            "under_a_grant_to_read": {
                one.value: sorted(rights_under([one], may_write=False)) for one in SupportFunction
            },
            "under_a_grant_to_write": {
                one.value: sorted(rights_under([one], may_write=True)) for one in SupportFunction
            },
            "longest_grant_hours": {
                kind.value: int(length.total_seconds()) // 3600 for kind, length in LONGEST_GRANT.items()
            },
            "longest_privilege_hours": int(LONGEST_PRIVILEGE.total_seconds()) // 3600,
        },
        "database": {
            "role": RUNTIME_ROLE,
            "tables": {table: sorted(rights) for table, rights in sorted(table_privileges().items())},
            "behind_row_security": sorted(walled_tables()),
            "append_only": sorted(table for table, writing in walled_tables().items() if writing is Writing.APPEND),
            "private_schema": _PRIVATE,
            "provider_log_read_by_functions": list(_PROVIDER_LOG),
            "sequencer": {
                table: {"may": sorted(one.upper() for one in policy.commands), "columns": sorted(policy.columns)}
                for table, policy in sorted(sequencer_policies().items())
            },
        },
    }


def walled_tables() -> Mapping[str, Writing]:
    """Return every tenant's table with what may be done to its rows."""
    return {model._meta.db_table: wall.writing for model in apps.get_models() if (wall := _wall_of(model)) is not None}


def table_privileges() -> Mapping[str, frozenset[str]]:
    """Return what the runtime role may do to each table; to every other one nothing."""
    queue = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
    walled = {
        table: frozenset(one.strip().upper() for one in writing.privileges.split(","))
        for table, writing in walled_tables().items()
    }
    return {**walled, **dict.fromkeys(_QUEUE, queue)}


def sequencer_policies() -> Mapping[str, SequencerPolicy]:
    """Return what the sequencer, which is no tenant's, may do to each table; to every other one nothing."""
    return {
        model._meta.db_table: policy
        for model in apps.get_models()
        for policy in model._meta.constraints
        if isinstance(policy, SequencerPolicy)
    }


def policy_differences() -> tuple[Difference, ...]:
    """Return where the live database differs from the policy: nothing, unless somebody changed it by hand."""
    return tuple(
        sorted(
            {
                *_table_differences(),
                *_column_differences(),
                *_wall_differences(),
                *_function_differences(),
                *_schema_differences(),
                *_role_differences(),
            }
        )
    )


def _wall_of(model: type[models.Model]) -> TenantWall | None:
    return next((one for one in model._meta.constraints if isinstance(one, TenantWall)), None)


def _table_differences() -> Iterator[Difference]:
    found: dict[str, set[str]] = {}
    expected_of_sequencer = {
        (table, command.upper())
        for table, policy in sequencer_policies().items()
        if not policy.columns
        for command in policy.commands
    }
    sequencing: set[tuple[str, str]] = set()
    for schema, table, kind, grantee, privilege in _rows(_TABLE_GRANTS, list(_SCHEMAS)):
        name = table if schema == "public" else f"{schema}.{table}"
        is_own_sequence = kind == "S" and schema == "public" and privilege == "USAGE"
        if grantee == RUNTIME_ROLE and (schema == "public" and (kind == "r" or is_own_sequence)):
            if kind == "r":
                found.setdefault(table, set()).add(privilege)
            continue
        if schema == "public" and grantee == SEQUENCER_ROLE and (table, privilege) in expected_of_sequencer:
            sequencing.add((table, privilege))
            continue
        yield Difference(where=name, what=f"{grantee} may {privilege}, whom the policy does not name")
    expected = table_privileges()
    for table in sorted(expected.keys() | found.keys()):
        wanted, held = expected.get(table, frozenset()), found.get(table, set())
        for privilege in sorted(held - wanted):
            yield Difference(where=table, what=f"{RUNTIME_ROLE} may {privilege} against the policy")
        for privilege in sorted(wanted - held):
            yield Difference(where=table, what=f"{RUNTIME_ROLE} may not {privilege}")
    for table, privilege in sorted(expected_of_sequencer - sequencing):
        yield Difference(where=table, what=f"{SEQUENCER_ROLE} may not {privilege}")


def _column_differences() -> Iterator[Difference]:
    known = {
        (table, column, SEQUENCER_ROLE, command.upper())
        for table, policy in sequencer_policies().items()
        for column in policy.columns
        for command in policy.commands
    }
    for table, column, grantee, privilege in _rows(_COLUMN_GRANTS, list(_SCHEMAS)):
        if (table, column, grantee, privilege) in known:
            continue
        yield Difference(where=f"{table}.{column}", what=f"{grantee} may {privilege} on the column alone")


def _wall_differences() -> Iterator[Difference]:
    found = {row[0]: row[1:] for row in _rows(_WALLS, SEQUENCER_ROLE, list(_PROVIDER_LOG))}
    of_sequencer = {(row[0], row[1]) for row in _rows(_SEQUENCER_POLICIES, SEQUENCER_ROLE)}
    expected = {
        (table, f"{policy.name}_{command}")
        for table, policy in sequencer_policies().items()
        for command in policy.commands
    }
    for table, name in sorted(of_sequencer ^ expected):
        yield Difference(where=table, what=f"the sequencer's policy {name} is missing, or is none of ours")
    for table, writing in walled_tables().items():
        is_on, is_forced, policies, is_sound, has_trigger = found.get(table, (False, False, 0, False, False))
        if not (is_on and is_forced):
            yield Difference(where=table, what="row security is not forced")
        if policies != 1 or not is_sound:
            yield Difference(where=table, what="the wall is not the one policy that asks for the tenant")
        if writing is Writing.APPEND and not has_trigger:
            yield Difference(where=table, what="the trigger that keeps facts is missing or switched off")


def _function_differences() -> Iterator[Difference]:
    for schema, name, grantee in _rows(_FUNCTION_GRANTS):
        if schema == _PRIVATE or grantee != RUNTIME_ROLE:
            yield Difference(where=f"{schema}.{name}", what=f"{grantee} may EXECUTE against the policy")


def _schema_differences() -> Iterator[Difference]:
    for schema, grantee, privilege in _rows(_SCHEMA_GRANTS, list(_SCHEMAS)):
        is_known = (schema, grantee, privilege) in _KNOWN_ON_SCHEMAS
        if not is_known:
            yield Difference(where=schema, what=f"{grantee} may {privilege} on the schema")


def _role_differences() -> Iterator[Difference]:
    for name, attribute in _rows(_ROLE_ATTRIBUTES, RUNTIME_ROLE):
        yield Difference(where=name, what=f"the role is {attribute}, or may become one that is")


_KNOWN_ON_SCHEMAS: Final = frozenset({("tokimori", RUNTIME_ROLE, "USAGE"), ("public", "PUBLIC", "USAGE")})

_TABLE_GRANTS: Final = """
    select namespace.nspname, relation.relname, relation.relkind::text, coalesce(role.rolname, 'PUBLIC'),
           held.privilege_type
      from pg_class as relation
      join pg_namespace as namespace on namespace.oid = relation.relnamespace
     cross join lateral aclexplode(relation.relacl) as held
      left join pg_roles as role on role.oid = held.grantee
     where namespace.nspname = any(%s) and held.grantee <> relation.relowner
"""
_COLUMN_GRANTS: Final = """
    select relation.relname, attribute.attname, coalesce(role.rolname, 'PUBLIC'), held.privilege_type
      from pg_attribute as attribute
      join pg_class as relation on relation.oid = attribute.attrelid
      join pg_namespace as namespace on namespace.oid = relation.relnamespace
     cross join lateral aclexplode(attribute.attacl) as held
      left join pg_roles as role on role.oid = held.grantee
     where namespace.nspname = any(%s) and held.grantee <> relation.relowner
"""
_WALLS: Final = """
    with held as (
        select policy.* from pg_policy as policy
          join pg_class as relation on relation.oid = policy.polrelid
         where policy.polroles <> array[(select oid from pg_roles where rolname = %s)]
           and not (policy.polname = 'provider_log_read' and policy.polcmd = 'r'
                    and policy.polroles = array[relation.relowner]
                    and pg_get_expr(policy.polqual, policy.polrelid) like '%%tenant_id = tokimori.provider_tenant()%%'
                    and relation.relname = any(%s))
    )
    select relation.relname, relation.relrowsecurity, relation.relforcerowsecurity,
           (select count(*) from held where held.polrelid = relation.oid),
           coalesce((select bool_and(
                       policy.polpermissive and policy.polcmd = '*'
                       and pg_get_expr(policy.polqual, policy.polrelid) like '%%tokimori.current_tenant()%%'
                       and pg_get_expr(policy.polqual, policy.polrelid) = pg_get_expr(policy.polwithcheck, policy.polrelid))
                      from held as policy where policy.polrelid = relation.oid), false),
           -- before each change (2), deletion (8), change (16) and emptying (32) of a table of facts
           coalesce((select bit_or(trigger.tgtype) & 58 = 58 from pg_trigger as trigger
                      where trigger.tgrelid = relation.oid and trigger.tgenabled in ('O', 'A')
                        and trigger.tgname ~ '^pgtrigger_(append_only|never_deleted|(details|contents)_alone_go)_'), false)
      from pg_class as relation
     where relation.relnamespace = 'public'::regnamespace and relation.relkind in ('r', 'p')
"""
_SEQUENCER_POLICIES: Final = """
    select relation.relname, policy.polname
      from pg_policy as policy
      join pg_class as relation on relation.oid = policy.polrelid
     where policy.polroles = array[(select oid from pg_roles where rolname = %s)]
"""
_FUNCTION_GRANTS: Final = """
    select namespace.nspname, function.proname, coalesce(role.rolname, 'PUBLIC')
      from pg_proc as function
      join pg_namespace as namespace on namespace.oid = function.pronamespace
     cross join lateral aclexplode(coalesce(function.proacl, acldefault('f', function.proowner))) as held
      left join pg_roles as role on role.oid = held.grantee
     where namespace.nspname in ('tokimori', 'tokimori_private') and held.grantee <> function.proowner
"""
_SCHEMA_GRANTS: Final = """
    select namespace.nspname, coalesce(role.rolname, 'PUBLIC'), held.privilege_type
      from pg_namespace as namespace
     cross join lateral aclexplode(namespace.nspacl) as held
      left join pg_roles as role on role.oid = held.grantee
     where namespace.nspname = any(%s) and held.grantee <> namespace.nspowner
"""
_ROLE_ATTRIBUTES: Final = """
    select member.rolname, trait.name
      from pg_roles as held
      join pg_roles as member on pg_has_role(member.oid, held.oid, 'member') and not member.rolsuper
      join pg_roles as becomes on pg_has_role(member.oid, becomes.oid, 'member')
     cross join lateral (values ('a superuser', becomes.rolsuper), ('above row security', becomes.rolbypassrls),
                                ('a maker of roles', becomes.rolcreaterole),
                                ('a maker of databases', becomes.rolcreatedb)) as trait (name, is_so)
     where held.rolname = %s and trait.is_so
"""


def _rows(statement: str, *parameters: list[str] | str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return list(cursor.fetchall())
