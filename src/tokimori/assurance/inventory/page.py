"""The page that lists every column, and what is not described or not as described."""

from collections.abc import Iterator, Mapping
from typing import Final

from django.apps import apps

from tokimori.assurance.inventory import (
    domains,
    foundation,
    ledger,
    others,
    oversight,
    questionnaires,
    registers,
    sheet,
    subscriptions,
)
from tokimori.assurance.inventory.ages import kind_of
from tokimori.assurance.inventory.values import PLAIN_BECAUSE, Column, Kind, Table
from tokimori.foundation.retention.periods import RecordKind
from tokimori.foundation.sealed_fields import sealed_fields

_ROOMS: Final = (domains, foundation, ledger, others, oversight, questionnaires, registers, sheet, subscriptions)
TABLES: Final[Mapping[str, Table]] = {
    one.name: one for one in sorted((table for room in _ROOMS for table in room.TABLES), key=lambda each: each.name)
}
EVERYWHERE: Final = frozenset({"tenant_id", "id"})
"""Random keys: of the company, and of the row."""
MUST_BE_SEALED: Final = frozenset({Kind.NAME, Kind.CONTACT, Kind.WORDS, Kind.PLACE, Kind.FILE, Kind.CREDENTIAL})
_BY_SERVICES: Final = frozenset(
    {
        "identity_authenticator.sealed_secret",
        "identity_identityprovider.sealed_secret",
        "identity_pendingsignin.sealed_proof",
        "notices_notice.sealed_letter",
    }
)
"""Columns that their services seal themselves, under the company's key."""
PERSONS_KEY: Final = "person's key"
_EVENTS: Final = "ledger_ledgerevent.sealed"
_HEAD: Final = """# What lies in which column

Every column of every table: what it holds, about whom, for what, how long it stays, and under which key it is sealed, or
why it is not. Made from the models and from `assurance/inventory`; a test compares page, models and database, and fails for
a column that nobody described. `tenant_id` and `id` are random keys in every table.

| Column | Holds | About | For | Stays | Sealed |
| --- | --- | --- | --- | --- | --- |
"""


def inventory_page() -> str:
    """Return the page in Markdown."""
    return _HEAD + "".join(_lines())


def sealed_columns() -> Mapping[str, str]:
    """Return the columns that are sealed, with the key: the person's, or the company's."""
    found = {**dict.fromkeys(_BY_SERVICES, "company's key"), _EVENTS: "the key of whom it tells, or the company's"}
    for model in apps.get_models():
        for field in sealed_fields(model):
            owner = PERSONS_KEY if field.subject else "company's key"
            found[f"{model._meta.db_table}.{field.column}"] = owner
    return found


def faults() -> list[str]:
    """Return what is plain and must not be, without a reason."""
    sealed = sealed_columns()
    return [
        f"{one.name}.{name}"
        for one in TABLES.values()
        for name, column in one.columns.items()
        if f"{one.name}.{name}" not in sealed and not _why(column)
    ]


def _lines() -> Iterator[str]:
    sealed = sealed_columns()
    for one in TABLES.values():
        for name, column in one.columns.items():
            path = f"{one.name}.{name}"
            key = sealed.get(path)
            how = key or f"no: {_why(column)}"
            stays = _stays(one, name, is_persons=key == PERSONS_KEY)
            yield f"| `{path}` | {column.kind} | {one.subject} | {one.purpose} | {stays} | {how} |\n"


def _stays(table: Table, column: str, *, is_persons: bool) -> str:
    """Return how long a column's values stay: by the table's word, sooner by age, or until their person is forgotten."""
    kind = kind_of(table.name, column)
    if kind is not None:
        return f"{table.keeping}; by age: `{kind.value}`"
    return f"{table.keeping}; with his key: `{RecordKind.PEOPLE.value}`" if is_persons else table.keeping


def _why(column: Column) -> str:
    return column.why or ("" if column.kind in MUST_BE_SEALED else PLAIN_BECAUSE[column.kind])
