"""The inventory's words on age, the kinds of records, and what the database's functions really touch are one thing."""

import re

import pytest
from django.db import connection

from tokimori.assurance.inventory.ages import BY_AGE, STAYS, kind_of
from tokimori.assurance.inventory.page import TABLES, sealed_columns
from tokimori.assurance.inventory.values import Keeping, Kind
from tokimori.foundation.retention.periods import RecordKind

PERSONAL = frozenset({Kind.NAME, Kind.CONTACT, Kind.WORDS, Kind.PLACE, Kind.PERSONAL, Kind.IDENTIFIER, Kind.NETWORK})
PEOPLE = frozenset({"account", "employee", "person"})
TOLD = frozenset({Kind.WORDS, Kind.PLACE, Kind.FILE})
every_kind = pytest.mark.parametrize("kind", list(RecordKind))


def body_of(function: str) -> str:
    """Return what a function of the database does, as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select prosrc from pg_proc join pg_namespace on pg_namespace.oid = pronamespace"
            " where nspname = 'tokimori' and proname = %s",
            [function],
        )
        ((body,),) = cursor.fetchall()
    return str(body)


def touched_by(body: str) -> frozenset[str]:
    """Return the tables of which a function deletes rows, and the columns that it writes."""
    deleted = set(re.findall(r"delete from public\.(\w+)", body))
    written = {
        f"{table}.{column}"
        for table, assigned in re.findall(r"update public\.(\w+) as \w+\s+set (.+?)\s+from old", body, flags=re.DOTALL)
        for column in re.findall(r"(?:^|,)\s*(\w+) = ", assigned)
    }
    return frozenset(deleted | written) - {"people_employee.forgotten_at"}


@every_kind
@pytest.mark.control(94)
def test_what_goes_by_age_is_what_the_inventory_says(kind: RecordKind) -> None:
    assert touched_by(body_of(f"forget_{kind.value}")) == BY_AGE[kind]


@every_kind
@pytest.mark.control(94)
def test_what_is_taken_was_named_as_old_before(kind: RecordKind) -> None:
    taking, naming = body_of(f"forget_{kind.value}"), body_of(f"old_{kind.value}")

    assert f"from tokimori.old_{kind.value}(since, before, within, one_of, is_everybodys)" in taking
    assert "where not one.held" in taking
    named = set(re.findall(r"select '(\w+_\w+)'", naming))
    assert named <= {path.partition(".")[0] for path in BY_AGE[kind]}
    assert named == {path.partition(".")[0] for path in BY_AGE[kind]} or kind is RecordKind.PEOPLE


def test_every_word_on_age_is_about_a_column_that_there_is() -> None:
    for path in {one for paths in BY_AGE.values() for one in paths} | set(STAYS):
        table, _, column = path.partition(".")
        assert table in TABLES, path
        assert not column or column in TABLES[table].columns, path
    assert set(BY_AGE) == set(RecordKind)


@pytest.mark.control(94)
def test_what_a_labour_record_tells_goes_by_age_or_with_its_person() -> None:
    sealed = sealed_columns()
    left = [
        f"{one.name}.{name}"
        for one in TABLES.values()
        for name, column in one.columns.items()
        if one.keeping is Keeping.LABOUR and column.kind in TOLD and kind_of(one.name, name) is None
        and sealed.get(f"{one.name}.{name}") != "person's key"
    ]  # fmt: skip
    assert left == ["timekeeping_importrun.file_name"], "a file's name, as the company calls it"


@pytest.mark.control(94)
def test_of_who_is_forgotten_nothing_plain_and_personal_stays_without_a_reason() -> None:
    sealed = sealed_columns()
    plain = {
        f"{one.name}.{name}"
        for one in TABLES.values()
        for name, column in one.columns.items()
        if one.subject in PEOPLE
        and column.kind in PERSONAL
        and f"{one.name}.{name}" not in sealed
        and kind_of(one.name, name) is None
    }
    assert plain == set(STAYS)
