"""The embedded server: made, started, killed, started again; nobody comes in without a password."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tokimori.ops.database_preparation import prepare_database
from tokimori.ops.embedded_database import EmbeddedDatabase


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedDatabase]:
    embedded = EmbeddedDatabase(directory=tmp_path / "a-long-name-for-a-directory" / ("x" * 60), is_throw_away=True)
    embedded.start()
    yield embedded
    embedded.stop()


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[EmbeddedDatabase]:
    embedded = EmbeddedDatabase(directory=tmp_path)
    embedded.start()
    yield embedded
    embedded.stop()


def test_what_was_committed_survives_a_kill(durable: EmbeddedDatabase) -> None:
    server = durable
    with psycopg.connect(server.administrator_url, autocommit=True) as connection:
        connection.execute("create table kept (id int)")
    postmaster = int((server.directory / "data" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)

    server.start()
    server.start()

    with psycopg.connect(server.administrator_url) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)


def test_a_wrong_password_is_refused_and_only_its_user_may_read_the_files(server: EmbeddedDatabase) -> None:
    wrong = server.url(role="tokimori_admin", password="wrong", database="postgres")

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(wrong)

    assert server.directory.stat().st_mode & 0o077 == 0
    assert (server.directory / "administrator-password").stat().st_mode & 0o077 == 0


def test_preparing_again_changes_nothing_but_what_was_asked(server: EmbeddedDatabase) -> None:
    passwords = {"shop_owner": "one-two-three", "shop_app": "four-five-six", "shop_sequencer": "seven-eight-nine"}
    first = prepare_database(administrator_url=server.administrator_url, database="shop", passwords=dict(passwords))

    again = prepare_database(administrator_url=server.administrator_url, database="shop", passwords=dict(passwords))

    assert first == again
    for url in (again.runtime_url, again.sequencer_url):
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user"
            ).fetchone()
        assert row == (False, False, False, False)
