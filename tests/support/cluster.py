"""One database cluster a run, one database a process, each a copy of a migrated template."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tokimori.ops.installation import Installation, inherited_environment

_STATE = "CLUSTER_OF_TESTS_STATE"
_ADMINISTRATOR = "CLUSTER_OF_TESTS_ADMINISTRATOR_URL"
TEMPLATE = "tokimori_tests"


def use_test_database() -> None:
    """Point this process's environment at a database of its own; the first process of a run makes the cluster.

    The processes of a parallel run inherit its environment, and so find the cluster.
    """
    if _STATE not in os.environ:
        _start_cluster()
    state = Path(os.environ[_STATE])
    administrator_url = os.environ[_ADMINISTRATOR]
    installation = Installation(state=state, database_name=TEMPLATE, is_throw_away=True)
    prepared = installation.prepare(administrator_url=administrator_url)
    name = f"{TEMPLATE}_{os.getpid()}"
    with psycopg.connect(administrator_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {} owner {}").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(f"{TEMPLATE}_owner")
            )
        )
        connection.execute(
            sql.SQL("grant connect on database {} to tokimori_runtime, tokimori_sequencer").format(sql.Identifier(name))
        )
    os.environ.update(
        {
            key: value
            for key, value in installation.environment(
                database_url=_at(prepared.runtime_url, name), hosts="localhost,127.0.0.1"
            ).items()
            if key.startswith(("TOKIMORI_", "DATABASE_", "DJANGO_"))
        }
    )
    ADMINISTRATION.update(
        owner_url=_at(prepared.owner_url, name),
        superuser_url=_at(administrator_url, name),
        sequencer_url=_at(prepared.sequencer_url, name),
        database=name,
    )
    atexit.register(_drop, administrator_url, name)


ADMINISTRATION: dict[str, str] = {}
"""How the attacking tests connect as the owner and as a superuser."""


def _start_cluster() -> None:
    state = Path(tempfile.mkdtemp(prefix="tokimori-tests-"))
    installation = Installation(state=state, database_name=TEMPLATE, is_throw_away=True)
    external = os.environ.get("DATABASE_URL")
    if external is None:
        installation.embedded.start()
        atexit.register(_remove, installation)
    administrator_url = external or installation.embedded.administrator_url
    with psycopg.connect(administrator_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(TEMPLATE)))
    prepared = installation.prepare(administrator_url=administrator_url)
    environment = installation.environment(database_url=prepared.owner_url, hosts="localhost")
    subprocess.run(  # noqa: S603 -- our own command
        [str(Path(sys.executable).parent / "tokimori"), "migrate"],
        check=True,
        env={**inherited_environment(os.environ), **environment},
        stdout=subprocess.DEVNULL,
    )
    os.environ[_STATE] = str(state)
    os.environ[_ADMINISTRATOR] = administrator_url


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _drop(administrator_url: str, name: str) -> None:
    try:
        with psycopg.connect(administrator_url, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
    except psycopg.OperationalError:
        pass  # the cluster is gone already, and the database with it


def _remove(installation: Installation) -> None:
    installation.embedded.stop()
    shutil.rmtree(installation.state, ignore_errors=True)
