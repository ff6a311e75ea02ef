"""Every column of the database is described, and sealed or plain as described."""

from pathlib import Path

import psycopg

from support import cluster
from tokimori.assurance.inventory.page import EVERYWHERE, TABLES, faults, inventory_page, sealed_columns

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "data-inventory.md"


def columns_of_the_database() -> set[str]:
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        rows = administrator.execute(
            "select table_name, column_name from information_schema.columns join information_schema.tables "
            "using (table_schema, table_name) where table_schema in ('public', 'tokimori', 'tokimori_private') "
            "and table_type = 'BASE TABLE'"
        ).fetchall()
    return {f"{table}.{column}" for table, column in rows if column not in EVERYWHERE}


def test_every_column_of_every_table_is_described_and_none_that_is_not_there() -> None:
    described = {f"{table.name}.{column}" for table in TABLES.values() for column in table.columns}

    assert columns_of_the_database() - described == set(), "describe them in assurance/inventory"
    assert described - columns_of_the_database() == set(), "take them away from assurance/inventory"


def test_what_names_a_person_is_sealed_or_says_why_not() -> None:
    assert faults() == []


def test_the_names_and_words_of_people_are_sealed() -> None:
    sealed = sealed_columns()

    assert sealed["people_employee.family_name"] == "person's key"
    assert sealed["identity_account.email"] == "person's key"
    assert sealed["timekeeping_punchevent.place"] == "person's key"
    assert sealed["exports_exportfile.content"] == "company's key"
    assert len(sealed) > 25


def test_sealed_columns_are_bytes_in_the_database() -> None:
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        rows = administrator.execute(
            "select table_name, column_name from information_schema.columns where data_type = 'bytea'"
        ).fetchall()

    assert set(sealed_columns()) <= {f"{table}.{column}" for table, column in rows}


def test_the_page_is_what_the_models_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == inventory_page(), "write it again: python tools/inventory/write.py"
