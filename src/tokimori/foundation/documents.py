"""Fields for whole documents: long values that travel one by one."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

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
