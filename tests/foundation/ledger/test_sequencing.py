"""Every event gets one place, without a gap, in the order of sequencing, whatever breaks off where."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from support import cluster
from support.cast import NOON, Cast
from support.logkeeping import BASE, SEED, LogKeeping, log_id, log_keeping
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent, LogCheckpoint, LogEntry, LogTile, PendingLeaf
from tokimori.foundation.ledger.services import Event, record_events
from tokimori.foundation.sequencing.hashes import Place, hashes_of, reader_of, size_of
from tokimori.foundation.sequencing.sequencer import Sequencer
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.transparency.checkpoints import read_checkpoint
from tokimori.foundation.transparency.notes import KeySigner, VerifierKey
from tokimori.foundation.transparency.proofs import inclusion_proof, verify_inclusion
from tokimori.foundation.transparency.tree import root_of, root_of_leaves


@pytest.fixture
def keeping() -> Iterator[LogKeeping]:
    with log_keeping() as made:
        made.sequence(now=NOON)
        yield made


def write(cast: Cast, count: int) -> list[UUID]:
    with tenant_transaction(cast.tenant):
        made = record_events(
            [Event(name=EventName.SIGN_OUT, subject_id=None) for _ in range(count)], actor=cast.system, at=NOON
        )
    return [one.event_id for one in made]


def entries(cast: Cast) -> list[tuple[int, bytes]]:
    with tenant_transaction(cast.tenant):
        rows = LogEntry.objects.order_by("index").values_list("index", "leaf_hash")
        return [(index, bytes(hashed)) for index, hashed in rows]


def test_every_event_gets_one_place_and_none_is_left_out(cast: Cast, dan: Cast, keeping: LogKeeping) -> None:
    write(cast, 300)
    write(dan, 2)
    keeping.sequence(now=NOON)

    for company in (cast, dan):
        found = entries(company)
        with tenant_transaction(company.tenant):
            events = {bytes(one) for one in LedgerEvent.objects.values_list("leaf_hash", flat=True)}
            assert not PendingLeaf.objects.exists()
        assert [index for index, _ in found] == list(range(len(events)))
        assert {hashed for _, hashed in found} == events


def test_a_log_whose_places_were_taken_away_keeps_nobody_else_waiting(
    cast: Cast, dan: Cast, keeping: LogKeeping
) -> None:
    write(cast, 3)
    write(dan, 3)
    keeping.sequence(now=NOON)
    place = "tenant_id = %s and index = 1"
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"], autocommit=True) as administrator:
        administrator.execute("set session_replication_role = replica")
        administrator.execute(
            f"create temporary table kept as select * from ledger_logentry where {place}",  # noqa: S608 -- fixed above
            [cast.tenant],
        )
        administrator.execute(f"delete from ledger_logentry where {place}", [cast.tenant])  # noqa: S608 -- as above
        keeping.sequencer.forget()
        write(cast, 2)
        write(dan, 2)

        assert keeping.sequencer.step(now=NOON) == 2
        assert keeping.sequencer.step(now=NOON) == 0
        administrator.execute("insert into ledger_logentry select * from kept")

    assert keeping.sequencer.aside == {cast.tenant}
    with tenant_transaction(dan.tenant):
        assert not PendingLeaf.objects.exists()
    with tenant_transaction(cast.tenant):
        assert PendingLeaf.objects.count() == 2
    keeping.sequencer.aside.clear()
    assert keeping.sequencer.step(now=NOON) == 2, "once it is mended, what waited gets its place"


@pytest.mark.parametrize("most", [1, 7, 255, 256, 257, 1000])
def test_tiles_and_roots_are_the_same_however_the_batches_fall(cast: Cast, keeping: LogKeeping, most: int) -> None:
    write(cast, 600)
    while keeping.sequencer.step(now=NOON, most=most):
        pass
    place = Place(tenant=cast.tenant, log=log_id(cast.tenant), epoch=1)
    leaves = [hashed for _, hashed in entries(cast)]

    with keeping.connection.cursor() as cursor:
        size = size_of(cursor, place)
        assert size == len(leaves) > 600
        assert root_of(size, reader_of(cursor, place, size=size)) == root_of_leaves(leaves)
        assert hashes_of(cursor, place, level=1, first=0, last=2) == [
            root_of_leaves(leaves[:256]), root_of_leaves(leaves[256:512]),
        ]  # fmt: skip
    with tenant_transaction(cast.tenant):
        assert LogTile.objects.count() == size // 256


def test_a_sequencer_that_is_started_anew_goes_on_where_the_other_stopped(cast: Cast, keeping: LogKeeping) -> None:
    write(cast, 250)
    keeping.sequence(now=NOON)
    write(cast, 300)
    with psycopg.connect(cluster.ADMINISTRATION["sequencer_url"], autocommit=True) as connection:
        assert Sequencer(connection).step(now=NOON) == 300
    leaves = [hashed for _, hashed in entries(cast)]

    place = Place(tenant=cast.tenant, log=log_id(cast.tenant), epoch=1)
    with keeping.connection.cursor() as cursor:
        assert root_of(len(leaves), reader_of(cursor, place, size=len(leaves))) == root_of_leaves(leaves)


def test_what_breaks_off_between_any_two_statements_leaves_nothing_and_loses_nothing(
    cast: Cast, keeping: LogKeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(cast, 300)
    before = entries(cast)
    statements: list[str] = []
    original = psycopg.Cursor.execute
    fails_at = 0

    def counted(self: "psycopg.Cursor[tuple[object, ...]]", query: str, *rest: object, **named: object) -> object:
        statements.append(str(query))
        if len(statements) == fails_at:
            raise InterruptedError
        return original(self, query, *rest, **named)  # type: ignore[arg-type]

    is_over = False
    while not is_over:
        statements.clear()
        fails_at += 1
        with monkeypatch.context() as patched:
            patched.setattr(psycopg.Cursor, "execute", counted)
            with contextlib.suppress(InterruptedError):
                is_over = keeping.sequencer.step(now=NOON) == 300
        assert is_over or entries(cast) == before

    assert fails_at > 4
    assert [index for index, _ in entries(cast)] == list(range(len(before) + 300))


def test_one_sequencer_works_at_a_time(keeping: LogKeeping) -> None:
    assert keeping.sequencer.has_lock()
    with psycopg.connect(cluster.ADMINISTRATION["sequencer_url"], autocommit=True) as other:
        assert not Sequencer(other).has_lock()


_KILLED = """
import sys, psycopg
from datetime import UTC, datetime
from tokimori.foundation.sequencing.sequencer import Sequencer
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    sequencer = Sequencer(connection)
    print("started", flush=True)
    while True:
        sequencer.step(now=datetime(2026, 4, 1, tzinfo=UTC), most=20)
"""


def test_a_sequencer_that_is_killed_again_and_again_makes_no_gap(cast: Cast, keeping: LogKeeping) -> None:
    write(cast, 3000)
    for delay in (0.0, 0.02, 0.05, 0.09, 0.14):
        process = subprocess.Popen(  # noqa: S603 -- our own words
            [sys.executable, "-c", _KILLED, cluster.ADMINISTRATION["sequencer_url"]],
            stdout=subprocess.PIPE, env={**os.environ},
        )  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        found = [index for index, _ in entries(cast)]
        assert found == list(range(len(found)))
    keeping.sequencer.forget()  # others were at work meanwhile, whom its lock would have kept out
    keeping.sequence(now=NOON)

    with tenant_transaction(cast.tenant):
        assert LogEntry.objects.count() == LedgerEvent.objects.count() > 3000


def test_a_published_log_proves_every_event_under_its_checkpoint(cast: Cast, keeping: LogKeeping) -> None:
    wanted = write(cast, 20)[7]
    published = keeping.publish(now=NOON)
    place = Place(tenant=cast.tenant, log=log_id(cast.tenant), epoch=1)
    (signed,) = [one for one in published.tenants if one.place == place]
    origin = f"{BASE}/{place.log}/1"
    key = VerifierKey(name=origin, public=KeySigner(SEED).public())
    checkpoint = read_checkpoint(signed.note.encode(), keys=[key]).checkpoint
    with tenant_transaction(cast.tenant):
        entry = LogEntry.objects.get(id=wanted)
        event = LedgerEvent.objects.get(id=wanted)
        assert LogCheckpoint.objects.get().note == signed.note
    with keeping.connection.cursor() as cursor:
        read = reader_of(cursor, place, size=checkpoint.size)
        proof = inclusion_proof(index=entry.index, size=checkpoint.size, read=read)

    assert (checkpoint.origin, checkpoint.size) == (origin, len(entries(cast)))
    verify_inclusion(
        index=entry.index,
        size=checkpoint.size,
        leaf=event.leaf(log=place.log).hash(),
        proof=proof,
        root=checkpoint.root,
    )
    assert published.provider is not None
    assert published.refused == ()


def test_what_did_not_grow_is_not_signed_again(cast: Cast, keeping: LogKeeping) -> None:
    write(cast, 1)
    keeping.publish(now=NOON)

    assert keeping.publish(now=NOON + timedelta(minutes=1)).tenants == ()


def test_a_log_from_which_the_newest_rows_were_taken_is_not_signed(cast: Cast, keeping: LogKeeping) -> None:
    write(cast, 30)
    keeping.publish(now=NOON)
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        administrator.execute("set session_replication_role = replica")
        administrator.execute("delete from ledger_logentry where tenant_id = %s and index > 20", [cast.tenant])
    write(cast, 1)
    keeping.sequencer.forget()

    published = keeping.publish(now=NOON)
    assert published.tenants == ()
    assert "went back" in published.refused[0]


def test_a_log_in_which_an_old_leaf_was_changed_is_not_signed(cast: Cast, keeping: LogKeeping) -> None:
    write(cast, 30)
    keeping.publish(now=NOON)
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        administrator.execute("set session_replication_role = replica")
        administrator.execute(
            "update ledger_logentry set leaf_hash = sha256('x') where tenant_id = %s and index = 3", [cast.tenant]
        )
    write(cast, 1)

    published = keeping.publish(now=NOON)
    assert published.tenants == ()
    assert len(published.refused) == 1
