"""Two companies with a row in every table: read, counted, changed, deleted, inserted, by the framework and by plain SQL.

Each is tried without a tenant, with the wrong one and with the right one. Facts are moreover held by missing grants and by
a trigger that stops the owner and superusers too; each of the two is tried alone.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from psycopg import sql

from support import cluster
from support.rows import a_row, insertion, put, take_away
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.models import Account
from tokimori.foundation.tenancy.constraints import TenantWall, Writing
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.models import TenantModel

Model = type[models.Model]
TENANT_MODELS = sorted(
    (model for model in apps.get_models() if issubclass(model, TenantModel | Account)),
    key=lambda model: model._meta.db_table,
)


def writing_of(model: Model) -> Writing:
    return next(one.writing for one in model._meta.constraints if isinstance(one, TenantWall))


FACTS = [
    model
    for model in TENANT_MODELS
    if writing_of(model) in {Writing.APPEND, Writing.READ} and model._meta.db_table != "ledger_pendingleaf"
]
"""What awaits its place in a log is no fact: the sequencer takes it away with the place."""
every_table = pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.db_table)
every_fact = pytest.mark.parametrize("model", FACTS, ids=lambda model: model._meta.db_table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two tenants, each with one row in every table."""

    mine: TenantId
    other: TenantId
    rows: dict[Model, UUID]
    """The id of what is mine in a table."""


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    mine, other = TenantId(new_id()), TenantId(new_id())
    own = {model: a_row(model, tenant=mine) for model in TENANT_MODELS}
    put([*own.items(), *((model, a_row(model, tenant=other)) for model in TENANT_MODELS)])
    yield Pair(mine=mine, other=other, rows={model: row["id"] for model, row in own.items()})
    for model in TENANT_MODELS:
        take_away(model, tenants=[mine, other])


def plain(model: Model, statement: str, *values: object) -> list[tuple[Any, ...]] | int:
    """Run a statement with ``{}`` for the table; return its rows, or how many it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(model._meta.db_table)).as_string(), list(values))
        return cursor.fetchall() if cursor.description else cursor.rowcount


def reads(model: Model, pair: Pair) -> dict[str, int]:
    """Return how many of my rows each way of reading finds."""
    own = pair.rows[model]
    mine = model.objects.filter(tenant_id=pair.mine)
    listed = plain(model, "select id from {} where tenant_id = %s", pair.mine)
    named = plain(model, "select id from {} where id = %s", own)
    everything = plain(model, "select id from {}")
    assert isinstance(listed, list)
    assert isinstance(named, list)
    assert isinstance(everything, list)
    return {
        "exists": int(mine.exists()),
        "count": mine.count(),
        "list": len(list(mine)),
        "by id": model.objects.filter(id=own).count(),
        "aggregate": mine.aggregate(found=models.Count("tenant_id"))["found"],
        "plain, by tenant": len(listed),
        "plain, by id": len(named),
        "plain, everything": sum(1 for (found,) in everything if found == own),
    }


@every_table
def test_without_a_tenant_no_way_of_reading_finds_anything(pair: Pair, model: Model) -> None:
    with transaction.atomic():
        assert set(reads(model, pair).values()) == {0}
        assert plain(model, "select count(*) from {}") == [(0,)]


@every_table
@pytest.mark.control(34)
def test_with_the_wrong_tenant_no_way_of_reading_finds_anything(pair: Pair, model: Model) -> None:
    with tenant_transaction(pair.other):
        assert set(reads(model, pair).values()) == {0}
        assert plain(model, "select count(*) from {}") == [(1,)]


@every_table
def test_with_the_right_tenant_every_way_of_reading_finds_it(pair: Pair, model: Model) -> None:
    with tenant_transaction(pair.mine):
        assert set(reads(model, pair).values()) == {1}
        assert plain(model, "select count(*) from {}") == [(1,)]


def touched(context: Callable[[], AbstractContextManager[None]], model: Model, statement: str, *values: object) -> int:
    """Return how many rows a statement touched, or -1 when the role may not; nothing of it stays."""
    try:
        with context():
            found = plain(model, statement, *values)
            transaction.set_rollback(True)
    except DatabaseError as refusal:
        if "permission denied" not in str(refusal):
            raise
        return -1
    assert isinstance(found, int)
    return found


def changes(context: Callable[[], AbstractContextManager[None]], model: Model, pair: Pair) -> dict[str, int]:
    own = pair.rows[model]
    return {
        "update": touched(context, model, "update {} set id = id where id = %s", own),
        "delete": touched(context, model, "delete from {} where id = %s", own),
    }


@every_table
@pytest.mark.control(34)
def test_without_and_with_the_wrong_tenant_nothing_is_changed_or_deleted(pair: Pair, model: Model) -> None:
    for context in (transaction.atomic, lambda: tenant_transaction(pair.other)):
        assert max(changes(context, model, pair).values()) <= 0


@every_table
def test_with_the_right_tenant_a_table_takes_what_its_kind_allows(pair: Pair, model: Model) -> None:
    allowed = {
        Writing.READ: {"update": -1, "delete": -1},
        Writing.APPEND: {"update": -1, "delete": -1},
        Writing.EDIT: {"update": 1, "delete": -1},
        Writing.TAKE: {"update": 1, "delete": 1},
    }

    assert changes(lambda: tenant_transaction(pair.mine), model, pair) == allowed[writing_of(model)]


@every_table
def test_a_row_goes_into_its_own_tenant_alone(pair: Pair, model: Model) -> None:
    row = a_row(model, tenant=pair.mine)
    statement = insertion(model, row).as_string()

    if writing_of(model) is Writing.READ:
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            tenant_transaction(pair.mine),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, list(row.values()))
        return
    for context in (transaction.atomic, lambda: tenant_transaction(pair.other)):
        with pytest.raises(DatabaseError, match="row-level security"), context(), connection.cursor() as cursor:
            cursor.execute(statement, list(row.values()))
    # In its own company the wall lets it pass; that its references lead nowhere, or that it is there, is another matter.
    with contextlib.suppress(IntegrityError), tenant_transaction(pair.mine), connection.cursor() as cursor:
        cursor.execute(statement, list(row.values()))
        transaction.set_rollback(True)


def test_facts_are_what_they_are_known_to_be() -> None:
    known = {model._meta.db_table for model in FACTS}

    assert {"timekeeping_punchevent", "approvals_approvalstep", "closings_seal", "ledger_ledgerevent"} <= known


@every_fact
@pytest.mark.control(93, 96)
def test_of_facts_the_runtime_role_has_no_right_to_change_any_column(model: Model) -> None:
    user = connection.settings_dict["USER"]
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        rights = administrator.execute(
            "select has_table_privilege(%(user)s, %(table)s, 'update, delete, truncate'),"
            " has_any_column_privilege(%(user)s, %(table)s, 'update'),"
            " has_table_privilege(%(user)s, %(table)s, 'insert')",
            {"user": user, "table": model._meta.db_table},
        ).fetchone()

    assert rights == (False, False, writing_of(model) is Writing.APPEND)


def _refuses_every_change(model: Model) -> bool:
    """Whether no column of a fact may ever change; of others one may be emptied, once its time is over."""
    return any(one.name == "append_only" for one in getattr(model._meta, "triggers", ()))


@every_fact
@pytest.mark.parametrize("login", ["owner_url", "superuser_url"])
@pytest.mark.parametrize("statement", ["update {} set id = id", "delete from {}", "truncate {} cascade"])
@pytest.mark.control(93, 96)
def test_of_facts_the_trigger_stops_even_who_has_every_right(model: Model, login: str, statement: str) -> None:
    if (login, statement[:6]) == ("owner_url", "update") and not _refuses_every_change(model):
        pytest.skip(
            "The trigger looks at each row, and the owner sees none; the tests of retention change rows one by one."
        )
    with (
        psycopg.connect(cluster.ADMINISTRATION[login]) as administrator,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="are facts"),
    ):
        administrator.execute(sql.SQL(statement).format(sql.Identifier(model._meta.db_table)))
