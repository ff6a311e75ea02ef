"""The drill as a whole, in a database of its own: what is noticed, what it may touch, and what the probe makes of it."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.test import override_settings

from support import cluster
from support.probing import is_red, outcome, switches_off
from tokimori.assurance import watch
from tokimori.assurance.drill import holding
from tokimori.assurance.drill.holding import Drill, hold_drill, is_due, last_drill, record_drill
from tokimori.assurance.probes.drills import observe_drill
from tokimori.assurance.probes.probe import CannotObserve
from tokimori.foundation import clock
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.ledger.queries.logs import Cosignature
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.ops.database_preparation import drop_database, password_in, with_login
from tokimori.ops.scratch_database import MARK, ScratchRefused, emptied_scratch, prepare_scratch, scratch_name
from tokimori.settings.configuration import ConfigurationRefused, read_configuration

DATABASE = f"drilled_{os.getpid()}"
NAME = scratch_name(DATABASE)
BLIND = """
import importlib.abc, importlib.machinery, sys

class Blind(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name != "tokimori.foundation.ledger.queries.checking":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        run = spec.loader.exec_module
        def exec_module(module):
            run(module)
            module._check_events = lambda *_: iter(())
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Blind())
"""


@pytest.fixture(scope="module")
def scratch() -> Iterator[str]:
    """A scratch database beside that of this test process."""
    administrator = cluster.ADMINISTRATION["superuser_url"]
    yield prepare_scratch(administrator_url=administrator, database=DATABASE)
    drop_database(administrator_url=administrator, database=NAME)
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute(f"drop role {NAME}")


def passed(**changes: object) -> Drill:
    """Return a drill that ended well, or with these differences."""
    values = {
        "ended_at": clock.now(), "attempts": 9, "refused": 9, "attacks": 3, "missed": (), "accused": (), **changes,
    }  # fmt: skip
    return Drill(**values)  # type: ignore[arg-type]


@pytest.mark.control(96)
def test_everything_that_is_tried_is_refused_or_noticed_and_nothing_is_left(scratch: str) -> None:
    found = hold_drill(scratch_url=scratch, now=clock.now())

    assert found.is_passed, found
    assert found.attempts == found.refused >= 50
    assert found.attacks >= 20
    assert last_drill() == found
    assert outcome("ledger.tamper") == ("passed", "")
    with psycopg.connect(scratch) as connection:
        assert connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == (0,)


@switches_off("ledger.tamper")
@pytest.mark.control(96)
def test_a_comparison_that_looks_away_does_not_pass_the_drill(
    scratch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The part that compares events with their leaves is taken out of the program that looks."""
    (tmp_path / "sitecustomize.py").write_text(BLIND)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    found = hold_drill(scratch_url=scratch, now=clock.now())

    assert not found.is_passed
    assert set(found.missed) >= {"event_given_to_another", "payload_exchanged"}
    assert is_red("ledger.tamper")
    with tenant_transaction(PROVIDER):
        assert LedgerEvent.objects.filter(tenant_id=PROVIDER, name="drill:failed").exists()
    record_drill(passed())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"fault": "broke:OSError"}, "the_drill_came_to_its_end"),
        ({"refused": 8}, "all_attempts_were_refused"),
        ({"attempts": 0, "refused": 0}, "all_attempts_were_refused"),
        ({"missed": ("event_deleted",)}, "was_noticed:event_deleted"),
        ({"accused": ("untouched",)}, "was_not_accused_for_nothing:untouched"),
        ({"ended_at": clock.now() - timedelta(days=8, hours=1)}, "the_drill_is_recent"),
    ],
)
def test_the_probe_says_what_was_wrong_with_the_last_drill(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], code: str
) -> None:
    monkeypatch.setattr("tokimori.assurance.probes.drills.last_drill", lambda: passed(**changes))
    assert code in observe_drill(clock.now()).reason.split(", ")


@pytest.mark.parametrize(("hours", "reason"), [(23, ""), (25, "witnesses_sign")])
def test_a_witness_that_signs_no_more_is_noticed(monkeypatch: pytest.MonkeyPatch, hours: int, reason: str) -> None:
    now = clock.now()
    seen = Cosignature(witness="w", line="", cosigned_at=now - timedelta(hours=hours), size=1)
    monkeypatch.setattr("tokimori.assurance.probes.drills.last_drill", passed)
    monkeypatch.setattr("tokimori.assurance.probes.drills.cosignatures", lambda: (seen,))

    found = observe_drill(now)

    assert found.reason == reason
    assert found.measured["cosignature_age_hours"] == hours


def test_where_no_drill_was_held_the_probe_cannot_say_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokimori.assurance.probes.drills.last_drill", lambda: None)
    with pytest.raises(CannotObserve, match="no_drill_was_held"):
        observe_drill(clock.now())


def test_a_drill_that_breaks_off_is_written_down_as_what_it_is(scratch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "_MIGRATION_SECONDS", 0.01)

    found = hold_drill(scratch_url=scratch, now=clock.now())

    assert (found.is_passed, found.fault) == (False, "broke:TimeoutExpired")
    assert last_drill() == found
    record_drill(passed())


def test_what_a_broken_drill_left_behind_is_gone_when_the_next_begins(scratch: str) -> None:
    with psycopg.connect(scratch, autocommit=True) as connection:
        connection.execute("create schema if not exists tokimori_private")
        connection.execute("create table tokimori_private.left_behind (id int)")
        connection.execute("create table public.left_behind (id int)")
    with emptied_scratch(scratch), psycopg.connect(scratch) as connection:
        assert connection.execute("select count(*) from pg_tables where tablename = 'left_behind'").fetchone() == (0,)
        with pytest.raises(ScratchRefused, match="held already"), emptied_scratch(scratch):
            pass


def test_the_drills_login_comes_into_no_other_database(scratch: str) -> None:
    real, password = cluster.TEMPLATE, password_in(scratch)  # prepared as an installation's is
    url = with_login(scratch, role=NAME, password=password, database=real)
    for options in ("", "-c role=tokimori_runtime"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(url, options=options)


@pytest.mark.parametrize("who", ["owner_url", "superuser_url", "sequencer_url"])
def test_no_database_is_emptied_that_does_not_say_that_it_may_be(who: str) -> None:
    url = cluster.ADMINISTRATION[who]
    with pytest.raises(ScratchRefused), emptied_scratch(url):
        pass
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as connection:
        assert connection.execute("select to_regclass('ledger_ledgerevent') is not null").fetchone() == (True,)


def test_a_superuser_does_not_empty_even_the_scratch_database(scratch: str) -> None:
    parts = cluster.ADMINISTRATION["superuser_url"].replace(cluster.ADMINISTRATION["database"], NAME)
    with psycopg.connect(scratch) as connection:
        described = connection.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
        ).fetchone()
    assert described == (MARK,)
    with pytest.raises(ScratchRefused), emptied_scratch(parts):
        pass


def test_the_setting_never_names_the_database_in_which_anything_is_kept() -> None:
    url = os.environ["DATABASE_URL"]
    for odd in (url, url.replace("postgresql://", "mysql://"), "postgresql://x@localhost/other?options=-c"):
        with pytest.raises(ConfigurationRefused):
            read_configuration({**os.environ, "TOKIMORI_DRILL_DATABASE_URL": odd})


def test_a_drill_is_held_once_a_week_and_only_where_a_scratch_database_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held: list[str] = []
    monkeypatch.setattr(watch, "hold_drill", lambda *, scratch_url, now: held.append(scratch_url))  # noqa: ARG005 -- as the real one is called
    last = passed(ended_at=clock.now() - timedelta(days=7))
    monkeypatch.setattr(holding, "last_drill", lambda: last)
    assert is_due(now=clock.now())
    assert not is_due(now=last.ended_at + timedelta(days=6, hours=23))

    watch.hold_tamper_drill(0)
    assert held == []
    with override_settings(DRILL_DATABASE_URL="postgresql://somewhere"):
        watch.hold_tamper_drill(0)
        monkeypatch.setattr(holding, "last_drill", passed)
        watch.hold_tamper_drill(0)
    assert held == ["postgresql://somewhere"]
