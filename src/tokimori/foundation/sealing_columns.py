"""Bring columns that were plain under seal: an operation of migrations, which takes along the rows that are there.

The old processes must not run meanwhile: they would not understand the column. The table is written anew at the end, so
that nothing plain stays behind in its pages; what lies in older write-ahead logs and backups leaves with them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from psycopg import sql

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.keys.services.making import make_subject_keys
from tokimori.foundation.sealed_fields import BlindIndexField, sealed_value
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants

_AT_ONCE: Final = 500
_PLAIN: Final = "plain_before_"


class SealColumns(Operation):
    """Seal columns of a model; its blind indexes, which are there already, are filled along with them."""

    reversible = False

    def __init__(self, model_name: str, fields: Mapping[str, "models.Field[Any, Any]"]) -> None:
        self.model_name = model_name
        self.fields = fields

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a migration writes."""
        return type(self).__name__, [], {"model_name": self.model_name, "fields": self.fields}

    def describe(self) -> str:
        """Return one line for who migrates."""
        return f"Seal {', '.join(self.fields)} of {self.model_name}"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Exchange the columns in the state."""
        for name, field in self.fields.items():
            state.alter_field(app_label, self.model_name.lower(), name, field, preserve_default=True)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Put the sealed columns beside the plain ones, fill them company by company, drop the plain ones."""
        del from_state
        model = _model(to_state.apps, app_label, self.model_name)
        table = sql.Identifier(model._meta.db_table)
        with schema_editor.connection.cursor() as cursor:
            for name in self.fields:
                names = {"table": table, "name": sql.Identifier(name), "plain": sql.Identifier(_PLAIN + name)}
                cursor.execute(sql.SQL("alter table {table} rename column {name} to {plain}").format(**names))
                cursor.execute(sql.SQL("alter table {table} add column {name} bytea").format(**names))
            cursor.execute(sql.SQL("alter table {table} disable trigger user").format(table=table))
        for tenant in all_tenants():
            with tenant_transaction(tenant):
                self._seal(schema_editor, model, tenant)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(sql.SQL("alter table {table} enable trigger user").format(table=table))
            for name in self.fields:
                names = {"table": table, "name": sql.Identifier(name), "plain": sql.Identifier(_PLAIN + name)}
                cursor.execute(sql.SQL("alter table {table} drop column {plain}").format(**names))
                if not model._meta.get_field(name).null:
                    cursor.execute(sql.SQL("alter table {table} alter column {name} set not null").format(**names))
            key = sql.Identifier(f"{model._meta.db_table}_pkey")
            cursor.execute(sql.SQL("cluster {table} using {key}").format(table=table, key=key))
            cursor.execute(sql.SQL("alter table {table} set without cluster").format(table=table))

    def database_backwards(self, *_arguments: object) -> None:
        """Refuse: what was sealed is not laid open again by a step back."""
        raise NotImplementedError

    def _seal(self, schema_editor: BaseDatabaseSchemaEditor, model: type[models.Model], tenant: TenantId) -> None:
        fields: list[Any] = [model._meta.get_field(name) for name in self.fields]
        filled = [*fields, *(one for one in model._meta.concrete_fields if isinstance(one, BlindIndexField))]
        subjects = sorted({one.subject for one in fields if one.subject is not None})
        statement = sql.SQL("update {table} set ({names}) = row({values}) where tenant_id = %s and id = %s").format(
            table=sql.Identifier(model._meta.db_table),
            names=sql.SQL(", ").join(sql.Identifier(one.column) for one in filled),
            values=sql.SQL(", ").join([sql.Placeholder()] * len(filled)),
        )
        for rows in self._rows(schema_editor, model, tenant, subjects):
            persons = {getattr(row, name) for row in rows for name in subjects}
            make_subject_keys(tenant=tenant, subjects=persons - {None})
            values = [[*(sealed_value(one, row) for one in filled), tenant, row.id] for row in rows]
            with schema_editor.connection.cursor() as cursor:
                cursor.executemany(statement, values)

    def _rows(
        self,
        schema_editor: BaseDatabaseSchemaEditor,
        model: type[models.Model],
        tenant: TenantId,
        subjects: Sequence[str],
    ) -> Iterator[list[Any]]:
        """Return the rows of a company with what is needed to seal them, some at once, in the order of their keys."""
        others = [name for name in ("id", *subjects) if name != "id"]
        columns = ["id", *others, *(_PLAIN + name for name in self.fields)]
        query = sql.SQL("select {names} from {table} where tenant_id = %s order by id").format(
            table=sql.Identifier(model._meta.db_table),
            names=sql.SQL(", ").join(map(sql.Identifier, columns)),
        )
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(query, [tenant])
            while found := cursor.fetchmany(_AT_ONCE):
                names = ["id", *others, *self.fields]
                yield [self._row(model, tenant, dict(zip(names, values, strict=True))) for values in found]

    def _row(self, model: type[models.Model], tenant: TenantId, values: dict[str, Any]) -> models.Model:
        for name, field in self.fields.items():
            if isinstance(field, models.JSONField) and isinstance(values[name], str):
                values[name] = json.loads(values[name])  # the driver leaves JSON as it came
        return model(tenant_id=tenant, **values)


def _model(apps: Apps, app_label: str, name: str) -> type[models.Model]:
    return apps.get_model(app_label, name)
