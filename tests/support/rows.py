"""One row of every tenant table for a tenant, put there past all rules, so that attacks have something to reach for."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from psycopg import sql
from psycopg.types.json import Jsonb

from support import cluster
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.sealed_fields import is_sealed

_A_MOMENT: Final = datetime(2026, 4, 1, tzinfo=UTC)
_LATER: Final = datetime(2026, 5, 1, tzinfo=UTC)
_A_DAY: Final = date(2026, 4, 1)
_OF_THEIR_OWN: Final[Mapping[tuple[str, str], Any]] = {
    ("assurance_acceptedgap", "expires_at"): _LATER,
    ("drafts_draft", "expires_at"): _LATER,
    ("timekeeping_punchevent", "effect"): "add",
    ("keys_subjectkey", "destroyed_at"): _A_MOMENT,
    ("keys_tenantkey", "destroyed_at"): _A_MOMENT,
    ("operators_operatorgrant", "kind"): "break_glass",
    ("notices_notice", "receiver_id"): new_id(),
    ("subscriptions_sheetsubscription", "confirmation_digest"): secrets.token_bytes(32),
    ("registers_attachment", "kind"): "text/plain",
    ("registers_entryversion", "state"): "draft",
    ("operators_operatorgrant", "approver_id"): new_id(),
}
"""Values where a table checks them."""


def a_row(model: type[models.Model], *, tenant: UUID) -> dict[str, Any]:
    """Return the columns of a row that the table's own checks let pass; its references lead nowhere."""
    table = model._meta.db_table
    row = {
        str(field.column): _OF_THEIR_OWN.get((table, str(field.column)), _a_value(field))
        for field in model._meta.concrete_fields
        if field.column and not field.generated
    }
    is_the_tenant = table == "organisations_company"
    return {**row, "tenant_id": tenant, "id": tenant if is_the_tenant else new_id()}


def put(rows: Iterable[tuple[type[models.Model], Mapping[str, Any]]]) -> None:
    """Store rows as a superuser for whom neither references nor triggers hold."""
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        administrator.execute("set session_replication_role = replica")
        for model, row in rows:
            administrator.execute(insertion(model, row), list(row.values()))


def take_away(model: type[models.Model], *, tenants: Iterable[UUID]) -> None:
    """Remove every row of these tenants again."""
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        administrator.execute("set session_replication_role = replica")
        administrator.execute(
            sql.SQL("delete from {} where tenant_id = any(%s)").format(sql.Identifier(model._meta.db_table)),
            [list(tenants)],
        )


def insertion(model: type[models.Model], row: Mapping[str, Any]) -> sql.Composed:
    """Return the statement that inserts a row, with a mark for each value."""
    return sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )


def _a_value(field: "models.Field[Any, Any]") -> Any:
    if field.null:
        return None
    if is_sealed(field):
        return b""  # as empty text is stored; anything else would have to be sealed
    for kind, value in _BY_KIND:
        if isinstance(field, kind):
            return value(field)
    raise TypeError(f"{field} is of a kind that no row has had yet; give it a value here.")


_BY_KIND: Final[Sequence[tuple[type[Any], Callable[[Any], Any]]]] = (
    (models.UUIDField, lambda _: new_id()),
    (models.DateTimeField, lambda _: _A_MOMENT),
    (models.DateField, lambda _: _A_DAY),
    (models.BooleanField, lambda _: False),
    (models.JSONField, lambda _: Jsonb({})),
    (models.BinaryField, lambda _: secrets.token_bytes(32)),
    (ArrayField, lambda _: []),
    (models.IntegerField, lambda _: 1),
    (models.TextField, lambda _: secrets.token_hex(30)),
    (models.CharField, lambda field: secrets.token_hex(30)[: field.max_length]),
)
