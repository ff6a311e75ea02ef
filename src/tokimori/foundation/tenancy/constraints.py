"""What the database itself holds for a tenant's table, declared in ``Meta.constraints`` and so kept in migrations.

``TenantWall`` forces row security and grants the runtime role what the table's kind allows; ``TenantReference`` is the
composite foreign key. Checks of foreign keys bypass row security, hence a reference always includes the tenant.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table

RUNTIME_ROLE = "tokimori_runtime"
SEQUENCER_ROLE = "tokimori_sequencer"


class Writing(StrEnum):
    """What the runtime role may do to a table's rows besides reading them."""

    READ = "read"
    APPEND = "append"
    EDIT = "edit"
    TAKE = "take"

    @property
    def privileges(self) -> str:
        """Return the privileges for a GRANT."""
        return {
            Writing.READ: "select",
            Writing.APPEND: "select, insert",
            Writing.EDIT: "select, insert, update",
            Writing.TAKE: "select, insert, update, delete",
        }[self]


class TenantWall(models.BaseConstraint):
    """Row security, enabled and forced: only rows of the tenant whose signed context is set exist.

    Without a context ``tokimori.current_tenant()`` is null, and null equals nothing.
    """

    def __init__(self, *, name: str, writing: str) -> None:
        super().__init__(name=name)
        self.writing = Writing(writing)

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Add the wall after the table; nothing stands inside CREATE TABLE."""
        assert schema_editor is not None  # noqa: S101 -- Django's signature is wider than its calls
        assert model is not None  # noqa: S101 -- as above
        schema_editor.deferred_sql.insert(0, self.create_sql(model, schema_editor))
        return ""

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Statement:  # type: ignore[override]  # Django itself returns statements; its stubs say text
        """Return the statements that raise the wall."""
        assert schema_editor is not None  # noqa: S101 -- as above
        assert model is not None  # noqa: S101 -- as above
        return Statement(
            "alter table %(table)s enable row level security; "
            "alter table %(table)s force row level security; "
            "create policy %(name)s on %(table)s "
            "using (tenant_id = (select tokimori.current_tenant())) "
            "with check (tenant_id = (select tokimori.current_tenant())); "
            "grant %(privileges)s on %(table)s to %(role)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
            privileges=self.writing.privileges,
            role=RUNTIME_ROLE,
        )

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Statement:  # type: ignore[override]  # Django itself returns statements; its stubs say text
        """Return the statements that take the rights and the policy away; row security stays forced, so nothing opens."""
        assert schema_editor is not None  # noqa: S101 -- as above
        assert model is not None  # noqa: S101 -- as above
        return Statement(
            "revoke all on %(table)s from %(role)s; drop policy %(name)s on %(table)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
            role=RUNTIME_ROLE,
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Leave it to the database."""

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a migration writes."""
        path, arguments, keywords = super().deconstruct()
        return path, arguments, {**keywords, "writing": self.writing.value}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TenantWall) and (self.name, self.writing) == (other.name, other.writing)

    def __hash__(self) -> int:
        return hash((self.name, self.writing))


class SequencerPolicy(models.BaseConstraint):
    """What the sequencer, which serves all tenants and is no tenant's, may do to a table: read, append, take away.

    It is a policy of its own for its role alone. The role steps over no wall: where it has no policy, it sees nothing.
    With ``columns`` it reads these and no others.
    """

    def __init__(self, *, name: str, commands: Sequence[str], columns: Sequence[str] = ()) -> None:
        super().__init__(name=name)
        if unknown := set(commands) - {"select", "insert", "delete"}:
            raise ValueError(f"The sequencer never does this: {unknown}.")
        self.commands = tuple(commands)
        self.columns = tuple(columns)

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Add the policies after the table and its wall."""
        assert schema_editor is not None  # noqa: S101 -- Django's signature is wider than its calls
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Statement:  # type: ignore[override]  # Django itself returns statements; its stubs say text
        """Return the statements that let the sequencer in."""
        assert schema_editor is not None  # noqa: S101 -- as above
        assert model is not None  # noqa: S101 -- as above
        parts: list[str] = []
        for command in self.commands:
            check = "with check (true)" if command == "insert" else "using (true)"
            parts.append(f"create policy {self.name}_{command} on %(table)s for {command} to %(role)s {check}")
            columns = f" ({', '.join(map(schema_editor.quote_name, self.columns))})" if self.columns else ""
            parts.append(f"grant {command}{columns} on %(table)s to %(role)s")
        return Statement(
            "; ".join(parts), table=Table(model._meta.db_table, schema_editor.quote_name), role=SEQUENCER_ROLE
        )

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Statement:  # type: ignore[override]  # Django itself returns statements; its stubs say text
        """Return the statements that take the rights and the policies away."""
        assert schema_editor is not None  # noqa: S101 -- as above
        assert model is not None  # noqa: S101 -- as above
        dropped = "".join(f"; drop policy {self.name}_{command} on %(table)s" for command in self.commands)
        return Statement(
            "revoke all on %(table)s from %(role)s" + dropped,
            table=Table(model._meta.db_table, schema_editor.quote_name),
            role=SEQUENCER_ROLE,
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Leave it to the database."""

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a migration writes."""
        path, arguments, keywords = super().deconstruct()
        columns = {"columns": list(self.columns)} if self.columns else {}
        return path, arguments, {**keywords, "commands": list(self.commands), **columns}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SequencerPolicy) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.commands, self.columns))


class TenantReference(models.BaseConstraint):
    """A foreign key ``(tenant_id, column)`` to ``(tenant_id, id)`` of a table of the same tenant."""

    def __init__(self, *, name: str, column: str, table: str) -> None:
        super().__init__(name=name)
        self.column = column
        self.table = table

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Add the reference once all tables of the migration stand."""
        assert schema_editor is not None  # noqa: S101 -- Django's signature is wider than its calls
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Statement:  # type: ignore[override]  # Django itself returns statements; its stubs say text
        """Return the statement that adds the reference."""
        assert schema_editor is not None  # noqa: S101 -- as above
        assert model is not None  # noqa: S101 -- as above
        return Statement(
            "alter table %(table)s add constraint %(name)s "
            "foreign key (tenant_id, %(column)s) references %(target)s (tenant_id, id)",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
            column=schema_editor.quote_name(self.column),
            target=Table(self.table, schema_editor.quote_name),
        )

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Statement:  # type: ignore[override]  # Django itself returns statements; its stubs say text
        """Return the statement that drops the reference."""
        assert schema_editor is not None  # noqa: S101 -- as above
        assert model is not None  # noqa: S101 -- as above
        return Statement(
            "alter table %(table)s drop constraint %(name)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Leave it to the database."""

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a migration writes."""
        path, arguments, keywords = super().deconstruct()
        return path, arguments, {**keywords, "column": self.column, "table": self.table}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TenantReference) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.column, self.table))
