"""The walls between companies, and what the database lets the running program do; tried on the running database."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from psycopg import sql

from tokimori.assurance.probes.probe import Observation, judged
from tokimori.assurance.probes.sockets import listening_on
from tokimori.assurance.services.canaries import Canary, canaries, leaving_nothing
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.models import Account
from tokimori.foundation.tenancy.constraints import RUNTIME_ROLE, SEQUENCER_ROLE, SequencerPolicy, TenantWall, Writing
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.models import TenantModel
from tokimori.foundation.tenancy.role_check import UnsafeDatabaseRole, refuse_unsafe_role

_WALLS: Final = """
    select relation.relname, relation.relrowsecurity and relation.relforcerowsecurity,
           (select count(*) from pg_policy as policy where policy.polrelid = relation.oid and {ours}),
           (select count(*) from pg_policy as policy
             where policy.polrelid = relation.oid and {ours}
               and pg_get_expr(policy.polqual, policy.polrelid) like '%%current_tenant()%%')
      from pg_class as relation
      join pg_namespace as namespace on namespace.oid = relation.relnamespace and namespace.nspname = 'public'
      join pg_attribute as column_ on column_.attrelid = relation.oid and column_.attname = 'tenant_id'
     where relation.relkind in ('r', 'p')
"""
_OURS: Final = """
    exists (select from unnest(policy.polroles) as holder
             where holder = 0 or pg_has_role(current_user, holder, 'member'))
"""
"""A policy counts that holds for everybody or for the running program; the log's own role has others."""
_GRANTS: Final = """
    select relation.relname, case grant_.grantee when 0 then 'public' else grant_.grantee::regrole::text end,
           lower(grant_.privilege_type)
      from pg_class as relation
      join pg_namespace as namespace on namespace.oid = relation.relnamespace and namespace.nspname = 'public',
           aclexplode(relation.relacl) as grant_
     where relation.relkind in ('r', 'p') and grant_.grantee <> relation.relowner
"""
_TRIGGERS: Final = """
    select tgrelid::regclass::text from pg_trigger
     where tgname ~ '^pgtrigger_(append_only|never_deleted|(details|contents)_alone_go)_' and tgenabled in ('O', 'A')
     group by tgrelid having bit_or(tgtype) & 58 = 58
"""
"""Before (2) each deletion (8), change (16) and emptying (32)."""


def tenant_models() -> Mapping[str, type[models.Model]]:
    """Return every model that belongs to tenants, by its table."""
    found = (model for model in apps.get_models() if issubclass(model, TenantModel | Account))
    return {model._meta.db_table: model for model in sorted(found, key=lambda model: model._meta.db_table)}


def writing_of(model: type[models.Model]) -> Writing:
    """Return what was declared of a table: what the running program may do to its rows."""
    return next(one.writing for one in model._meta.constraints if isinstance(one, TenantWall))


def observe_forced_walls(now: datetime) -> Observation:
    """Ask the catalogue whether each table of tenants has its wall, forced, and whether our own role is bound by it."""
    del now  # walls stand or do not
    rows = _rows(sql.SQL(_WALLS).format(ours=sql.SQL(_OURS)).as_string())
    standing = {table for table, is_forced, policies, asking in rows if is_forced and policies and policies == asking}
    try:
        refuse_unsafe_role()
        is_bound = True
    except UnsafeDatabaseRole:
        is_bound = False
    known = {table for table, *_ in rows}
    checks = {
        "role_is_bound": is_bound,
        "every_model_has_a_table": set(tenant_models()) <= known,
        **{f"wall:{table}": table in standing for table in known},
    }
    return judged(checks, tables=len(known), walls=len(standing))


def observe_attack(now: datetime) -> Observation:
    """Let one sample company reach for the other's rows in every table, and smuggle itself past the wall."""
    victim, attacker = canaries(now=now)
    tables = tuple(tenant_models())
    own = _seen(tenant_transaction(victim.tenant), ["identity_account"], victim.tenant)
    checks = {
        "victim_sees_itself": own > 0,
        "attacker_sees_nothing": _seen(tenant_transaction(attacker.tenant), tables, victim.tenant) == 0,
        "nobody_sees_nothing": _seen(_no_tenant(), tables, victim.tenant) == 0,
        **{name: _is_refused(attacker, statement, values) for name, (statement, values) in _attacks(victim).items()},
    }
    return judged(checks, tables=len(tables), attacks=len(checks) - 1)


def _declared(model: type[models.Model]) -> Mapping[str, set[str]]:
    """Return what each role may do to a whole table, by what the model declares."""
    declared = {RUNTIME_ROLE: set(writing_of(model).privileges.split(", "))}
    for one in model._meta.constraints:
        if isinstance(one, SequencerPolicy):
            of_the_whole = {command for command in one.commands if command != "select" or not one.columns}
            declared[SEQUENCER_ROLE] = declared.get(SEQUENCER_ROLE, set()) | of_the_whole
    return {role: privileges for role, privileges in declared.items() if privileges}


def observe_grants(now: datetime) -> Observation:
    """Compare what the running program may do to each table, by the catalogue, with what was declared of it."""
    del now  # as above
    found: dict[str, dict[str, set[str]]] = {}
    for table, grantee, privilege in _rows(_GRANTS):
        found.setdefault(table, {}).setdefault(grantee, set()).add(privilege)
    declared = {table: _declared(model) for table, model in tenant_models().items()}
    checks = {f"grants:{table}": found.get(table, {}) == wanted for table, wanted in declared.items()}
    return judged(checks, tables=len(declared))


def observe_tampering(now: datetime) -> Observation:
    """Try to change, delete and empty every table of facts, and look whether the second line, the trigger, is armed."""
    canary, _ = canaries(now=now)
    facts = [table for table, model in tenant_models().items() if writing_of(model) is Writing.APPEND]
    armed = {table for (table,) in _rows(_TRIGGERS)}
    statements = {
        "update": "update {} set id = id where false",
        "delete": "delete from {} where false",
        "truncate": "truncate {}",
    }
    checks = {
        f"refuses_{act}:{table}": _is_refused(canary, sql.SQL(statement).format(sql.Identifier(table)).as_string(), [])
        for table in facts
        for act, statement in statements.items()
    }
    return judged({**checks, **{f"trigger:{table}": table in armed for table in facts}}, tables=len(facts))


def observe_database_exposure(now: datetime) -> Observation:
    """Ask the database on which addresses it listens, and the machine whether anybody listens at its port for everybody."""
    del now  # as above
    ((listening,),) = _rows("show listen_addresses")
    ((port,),) = _rows("show port")
    addresses = [one.strip() for one in listening.split(",") if one.strip()]
    seen = listening_on(int(port))
    checks = {
        "listens_privately": all(_is_private(one) for one in addresses),
        "its_port_is_not_open_to_everybody": all(_is_private(str(one)) for one in seen),
    }
    return judged(checks, listen_addresses=listening or "socket", sockets_at_its_port=len(seen))


def _attacks(victim: Canary) -> Mapping[str, tuple[str, Sequence[str | UUID]]]:
    forged = f"{victim.tenant}.1.{'0' * 64}"
    return {
        "row_security_stays_on": ("set local row_security = off; select count(*) from identity_account", []),
        "wall_stays": ("alter table identity_account disable row level security", []),
        "policy_stays": ("drop policy account_wall on identity_account", []),
        "context_key_is_hidden": ("select * from tokimori_private.tenant_context_key", []),
        "triggers_stay_on": ("set session_replication_role = replica", []),
        "context_cannot_be_forged": (
            "select set_config('tokimori.tenant_context', %s, true), tokimori.current_tenant()",
            [forged],
        ),
        "nothing_is_planted": (
            "insert into identity_loginname (tenant_id, id, account_id, name, given_at) values (%s, %s, %s, 'x', now())",
            [victim.tenant, new_id(), victim.account_id],
        ),
    }


def _is_refused(attacker: Canary, statement: str, values: Sequence[str | UUID]) -> bool:
    """Whether the database refuses a statement; whatever it did is undone."""
    try:
        with leaving_nothing(attacker.tenant), connection.cursor() as cursor:
            for part in statement.split("; "):
                cursor.execute(part, values)
    except DatabaseError:
        return True
    return False


def _seen(context: AbstractContextManager[None], tables: Sequence[str], tenant: TenantId) -> int:
    """Return how many rows of a tenant are seen in these tables."""
    counting = sql.SQL("select count(*) from {} where tenant_id = %s")
    with context, connection.cursor() as cursor:
        seen = 0
        for table in tables:
            cursor.execute(counting.format(sql.Identifier(table)).as_string(), [tenant])
            (found,) = cursor.fetchone() or (0,)
            seen += int(found)
        return seen


@contextmanager
def _no_tenant() -> Iterator[None]:
    """Open a transaction in which no tenant is named."""
    with transaction.atomic():  # rule: transaction-place -- what sees nothing must see it inside of one
        yield


def _is_private(text: str) -> bool:
    if text == "localhost":
        return True
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return address.is_private and not address.is_unspecified


def _rows(statement: str) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
