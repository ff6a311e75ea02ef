"""Fields for whole documents: long values that travel one by one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.sql import SQL, Identifier

if TYPE_CHECKING:
    from django.db.models.sql.compiler import SQLCompiler

    _Text = models.TextField[str, str]
    _Json = models.JSONField[Any, Any]
else:
    _Text, _Json = models.TextField, models.JSONField


class _OneByOne:
    """A field with a placeholder of its own, whose values are not sent as one array.

    Rows inserted together otherwise travel as an array for each column, and to quote a document inside an array costs more
    than to store it.
    """

    def get_placeholder(self, value: object, compiler: "SQLCompiler", connection: BaseDatabaseWrapper) -> str:
        """Return the mark that the value travels under."""
        del value, compiler, connection
        return "%s"


class TextDocument(_OneByOne, _Text):
    """A text of any length."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Be a plain text to migrations: nothing differs in the database."""
        name, _path, arguments, keywords = super().deconstruct()
        return name, "django.db.models.TextField", list(arguments), dict(keywords)


class JsonDocument(_OneByOne, _Json):
    """A value of JSON."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Be plain JSON to migrations: nothing differs in the database."""
        name, _path, arguments, keywords = super().deconstruct()
        return name, "django.db.models.JSONField", list(arguments), dict(keywords)


def insert_together(
    model: type[models.Model],
    rows: Sequence[models.Model],
    *,
    replacing: Sequence[str] = (),
    where: Sequence[str] = (),
) -> None:
    """Insert rows that travel as one document, in one statement that is planned once.

    A statement with a mark for every value of hundreds of rows costs more to write and to read than the rows do. With
    ``replacing``, a row that has the same values in ``where`` as one that stands gives it those columns' values instead.
    """
    if not rows:
        return
    fields = {str(field.column): field for field in model._meta.local_concrete_fields if field.column}
    statement = SQL("insert into {table} ({names}) select {names} from json_to_recordset(%s) as given({typed})").format(
        table=Identifier(model._meta.db_table),
        names=SQL(", ").join(map(Identifier, fields)),
        typed=SQL(", ").join(
            SQL("{} {}").format(Identifier(name), SQL(str(field.db_type(connection)))) for name, field in fields.items()
        ),
    )
    if replacing:
        statement += SQL(" on conflict ({where}) do update set {given}").format(
            where=SQL(", ").join(map(Identifier, where)),
            given=SQL(", ").join(SQL("{0} = excluded.{0}").format(Identifier(name)) for name in replacing),
        )
    document = [{name: getattr(row, field.attname) for name, field in fields.items()} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), [orjson.dumps(document, default=str).decode()])
