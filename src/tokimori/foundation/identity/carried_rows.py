"""The row behind a secret that a request carries, by a statement that is written out.

It is asked at every request: composing the same statement anew each time took longer than the database took to answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model

from tokimori.foundation.identity.carried_secrets import CarriedSecret

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedRow(Generic[_Row]):
    """A row, and what was read beside it."""

    row: _Row
    beside: Mapping[str, Any]


def carried_row(model: type[_Row], statement: str, *, carried: CarriedSecret, now: datetime) -> CarriedRow[_Row] | None:
    """Return the one row that a statement finds, with all columns of its model; nothing when there is none.

    The statement knows ``tenant`` and ``digest`` of the secret, ``now`` and the ``day`` (UTC). Columns that the model does
    not have are what was read beside it; JSON among them comes as text.
    """
    parameters: dict[str, UUID | bytes | date] = {
        "tenant": carried.tenant_id,
        "digest": carried.digest,
        "now": now,
        "day": now.date(),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        values = cursor.fetchone()
        if values is None:
            return None
        found = dict(zip((column.name for column in cursor.description), values, strict=True))
    names = [field.attname for field in model._meta.concrete_fields]
    row = model.from_db(connection.alias, names, [found.pop(name) for name in names])
    return CarriedRow(row=row, beside=found)
