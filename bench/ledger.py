"""Leaves sequenced per second, and what a commitment, a place to wait and a receipt cost each event."""

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import psycopg
from report import Table
from stage import PremiseBroken, Stage

from tokimori.foundation.access.principal import Principal, system_principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.receipts import receipt_for
from tokimori.foundation.ledger.services import Event, _row, record_events
from tokimori.foundation.ledger.services.log_ids import log_of
from tokimori.foundation.sequencing.hashes import Place, reader_of, size_of
from tokimori.foundation.sequencing.sequencer import Sequencer
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.transparency.tree import root_of

_NOW = datetime(2026, 4, 1, tzinfo=UTC)
_PORTION = 1000
_TENANTS = 10


def measure(stage: Stage, options: argparse.Namespace) -> Sequence[Table]:
    """Record events of ten companies, sequence them all, and measure the parts of what an event costs."""
    tenants = [TenantId(new_id()) for _ in range(_TENANTS)]
    recorded = _record(tenants, count=options.leaves)
    with psycopg.connect(stage.prepared.sequencer_url, autocommit=True) as connection:
        sequencer = Sequencer(connection)
        began = time.monotonic()
        count = 0
        while (some := sequencer.step(now=_NOW)) > 0:
            count += some
        seconds = time.monotonic() - began
        with connection.cursor() as cursor:
            begun_root = time.monotonic()
            for tenant in tenants:
                with tenant_transaction(tenant):
                    place = Place(tenant=tenant, log=log_of(tenant, now=_NOW), epoch=1)
                size = size_of(cursor, place)
                root_of(size, reader_of(cursor, place, size=size))
            root_seconds = (time.monotonic() - begun_root) / _TENANTS
    if count != options.leaves:
        raise PremiseBroken(f"{options.leaves} events were recorded, and {count} were sequenced.")
    return [
        Table(
            title="Leaves given their places, committed durably",
            columns=("leaves", "logs", "seconds", "leaves/s", "ms for a root"),
            rows=[[count, _TENANTS, round(seconds, 2), round(count / seconds), round(root_seconds * 1000, 2)]],
            notes=(
                "One sequencer, which takes what waits in portions of 10,000, as its own role, from a full queue.",
                f"The events had been recorded {_PORTION} a transaction, {round(recorded):,} a second.",
            ),
        ),
        _parts(tenants[0]),
    ]


def _record(tenants: Sequence[TenantId], *, count: int) -> float:
    began = time.monotonic()
    left = count
    while left:
        for tenant in tenants:
            some = min(_PORTION, left)
            left -= some
            if some:
                _write(system_principal(tenant), some)
    return count / (time.monotonic() - began)


def _write(actor: Principal, count: int) -> None:
    details = {"source": "api", "content": "0" * 64}
    with tenant_transaction(actor.tenant_id):
        events = [
            Event(name=EventName.PUNCH_RECORDED, subject_id=new_id(), details=details, claimed_at=_NOW)
            for _ in range(count)
        ]
        record_events(events, actor=actor, at=_NOW)


def _parts(tenant: TenantId) -> Table:
    actor = system_principal(tenant)
    event = Event(name=EventName.PUNCH_RECORDED, subject_id=new_id(), details={"source": "api", "content": "0" * 64})
    with tenant_transaction(tenant):
        log = log_of(tenant, now=_NOW)
        (recorded,) = record_events([event], actor=actor, at=_NOW)
    made = _microseconds(lambda: _row(event, actor=actor, at=_NOW, log=log, origin=None))
    rows = [
        ["row with leaf, commitment and sealed payload", made],
        ["receipt, signed", _microseconds(lambda: receipt_for(recorded))],
    ]
    return Table(
        title="What the proof of an event costs the process that records it",
        columns=("part", "µs an event"),
        rows=rows,
        notes=(
            "Processor time. On top comes the row that waits for its place, which a trigger writes in the same statement.",
            "What all of it does to a punch is seen in the table of the punches' doors.",
        ),
    )


def _microseconds(act: Callable[[], object], *, times: int = 3000) -> float:
    act()
    began = time.process_time()
    for _ in range(times):
        act()
    return round((time.process_time() - began) * 1e6 / times, 1)
