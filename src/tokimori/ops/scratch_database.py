"""A database beside the real one, for the drill alone: its login owns it, and comes into no other."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql

from tokimori.ops.database_preparation import RUNTIME_GROUP, SEQUENCER_GROUP, with_login

MARK: Final = "Scratch for the drill of tampering; whatever lies here is thrown away"
"""What the database must say of itself before anything in it is thrown away."""
_LOCK: Final = 0x6472696C6C
_SYSTEM: Final = "^(pg_|information_schema$)"


class ScratchRefused(RuntimeError):
    """This is no database that may be thrown away, or a drill is being held in it."""


def prepare_scratch(*, administrator_url: str, database: str, password: str | None = None) -> str:
    """Make the login and its database beside ``database``, whose groups are there; return the URL that the drill needs.

    The login may act as the groups of the running program and of the sequencer, and inherits nothing from them: not even
    the right to come into the database where these are at work.
    """
    name = scratch_name(database)
    chosen = password or secrets.token_urlsafe(24)
    with psycopg.connect(administrator_url, autocommit=True) as connection:
        if connection.execute("select from pg_roles where rolname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("create role {} login").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("alter role {} with login nosuperuser nobypassrls nocreaterole nocreatedb password {}").format(
                sql.Identifier(name), sql.Literal(chosen)
            )
        )
        for group in (RUNTIME_GROUP, SEQUENCER_GROUP):
            connection.execute(
                sql.SQL("grant {} to {} with inherit false, set true").format(
                    sql.Identifier(group), sql.Identifier(name)
                )
            )
        if connection.execute("select from pg_database where datname = %s", [name]).fetchone() is None:
            # A superuser may give a database away; any other administrator must first be a member of the owner.
            connection.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(name)))
            connection.execute(
                sql.SQL("create database {0} owner {0} encoding 'UTF8' template template0").format(sql.Identifier(name))
            )
            connection.execute(sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(MARK)))
        connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
    return with_login(administrator_url, role=name, password=chosen, database=name)


def scratch_name(database: str) -> str:
    """Return how the drill's database and its login are called."""
    return f"{database}_drill"


@contextmanager
def emptied_scratch(url: str) -> Iterator[None]:
    """Hold the scratch database for one drill: empty at its beginning, whatever broke off before, and at its end.

    Raise ``ScratchRefused`` for a database that does not say that it may be thrown away, for a login that stands above the
    walls, and while another drill is being held.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        _refuse_what_is_kept(connection)
        if connection.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchone() != (True,):
            raise ScratchRefused("A drill is being held already.")
        _empty(connection)
        try:
            yield
        finally:
            _empty(connection)


def _refuse_what_is_kept(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    row = connection.execute(
        "select shobj_description(base.oid, 'pg_database'), login.rolsuper or login.rolbypassrls or login.rolcreaterole,"
        " base.datdba = login.oid"
        " from pg_database as base, pg_roles as login where base.datname = current_database()"
        " and login.rolname = session_user"
    ).fetchone()
    if row != (MARK, False, True):
        raise ScratchRefused(
            "This is not the drill's own database. `tokimori prepare-database` makes one, and nothing else is touched."
        )


def _empty(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    rows = connection.execute("select nspname::text from pg_namespace where nspname::text !~ %s", [_SYSTEM]).fetchall()
    with connection.transaction():
        for (schema,) in rows:
            connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(str(schema))))
        connection.execute("create schema public")
        connection.execute("grant usage on schema public to public")
