"""Make the roles and the database, from an administrative connection: once, or again without harm."""

import secrets
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

RUNTIME_GROUP = "tokimori_runtime"
SEQUENCER_GROUP = "tokimori_sequencer"
OLDEST_SERVER = 170000


class ServerTooOld(RuntimeError):
    """PostgreSQL 17 or newer is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedDatabase:
    """The URLs that everything else connects by."""

    owner_url: str
    runtime_url: str
    sequencer_url: str


def prepare_database(
    *, administrator_url: str, database: str, passwords: dict[str, str] | None = None
) -> PreparedDatabase:
    """Make the group roles, the owner, the logins and the database; give the logins fresh or given passwords.

    The owner migrates and nothing else. The runtime login inherits from the group ``tokimori_runtime``, to which
    migrations grant, table by table, what a table's kind allows; the sequencer's from ``tokimori_sequencer``, which reads
    what awaits its place in a log and appends to the logs. None of them steps over row security.
    """
    owner, runtime, sequencer = f"{database}_owner", f"{database}_app", f"{database}_sequencer"
    known = passwords or {}
    with psycopg.connect(administrator_url, autocommit=True) as connection:
        if connection.info.server_version < OLDEST_SERVER:
            raise ServerTooOld(f"This server is {connection.info.server_version // 10000}; 17 or newer is needed.")
        for group in (RUNTIME_GROUP, SEQUENCER_GROUP):
            _ensure_role(connection, group, "nologin")
        for role in (owner, runtime, sequencer):
            password = known.get(role) or secrets.token_urlsafe(24)
            known[role] = password
            _ensure_role(connection, role, "login")
            connection.execute(
                sql.SQL("alter role {} with login nosuperuser nobypassrls nocreaterole nocreatedb password {}").format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )
        for group, login in ((RUNTIME_GROUP, runtime), (SEQUENCER_GROUP, sequencer)):
            connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(group), sql.Identifier(login)))
        exists = connection.execute("select from pg_database where datname = %s", [database]).fetchone()
        if exists is None:
            # A superuser may give a database away; any other administrator must first be a member of the owner.
            connection.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(owner)))
            connection.execute(
                sql.SQL("create database {} owner {} encoding 'UTF8' template template0").format(
                    sql.Identifier(database), sql.Identifier(owner)
                )
            )
            connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database)))
        for group in (RUNTIME_GROUP, SEQUENCER_GROUP):
            connection.execute(
                sql.SQL("grant connect on database {} to {}").format(sql.Identifier(database), sql.Identifier(group))
            )
    return PreparedDatabase(
        owner_url=with_login(administrator_url, role=owner, password=known[owner], database=database),
        runtime_url=with_login(administrator_url, role=runtime, password=known[runtime], database=database),
        sequencer_url=with_login(administrator_url, role=sequencer, password=known[sequencer], database=database),
    )


def drop_database(*, administrator_url: str, database: str) -> None:
    """Drop the database, whoever is connected to it; do nothing when there is none. The roles stay."""
    with psycopg.connect(administrator_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))


def password_in(url: str) -> str:
    """Return the password that a URL carries."""
    return unquote(urlsplit(url).password or "")


def _ensure_role(connection: psycopg.Connection[tuple[object, ...]], role: str, kind: str) -> None:
    if connection.execute("select from pg_roles where rolname = %s", [role]).fetchone() is None:
        statement = "create role {} nologin" if kind == "nologin" else "create role {} login"
        connection.execute(sql.SQL(statement).format(sql.Identifier(role)))


def with_login(url: str, *, role: str, password: str, database: str) -> str:
    """Return the URL of the same server for another login and database."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(password, safe='')}@{place}", path=f"/{database}"))
