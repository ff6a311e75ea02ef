"""Durable punches per second, through HTTP, beside what the same PostgreSQL inserts by itself."""

import argparse
import asyncio
import itertools
import json
import random
import resource
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from baseline import baseline_table, inserts_per_second
from company import BenchCompany, found_company, hire
from machine import processor_seconds
from report import Table, percentile
from stage import PremiseBroken, Server, Stage
from traffic import Connection, Measured, for_a_while, request_bytes

from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.foundation import clock
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.identity.services.tokens import NewToken, issue_token
from tokimori.foundation.tenancy.context import tenant_transaction

EMPLOYEES = 500
WARM_UP_SECONDS = 1.0
CREATED = 201
_CLIENTS = (1, 16, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Processor seconds so far, of everybody who takes part."""

    server: float
    database: float
    client: float

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(
            server=self.server - other.server,
            database=self.database - other.database,
            client=self.client - other.client,
        )


def measure(stage: Stage, options: argparse.Namespace) -> Sequence[Table]:
    """Measure the database alone, then each door, at each number of clients."""
    company = found_company(now=clock.now())
    codes = [f"{number:05}" for number in range(EMPLOYEES)]
    hire(company, codes=codes, now=clock.now())
    reports = _Reports(token=_token(company), codes=codes)
    numbers = options.clients or _CLIENTS
    alone: dict[int, float] = {}
    with baseline_table(stage) as script:
        for connections in numbers:
            alone[connections] = inserts_per_second(stage, script, connections=connections, seconds=options.seconds)
    rows: list[list[str | int | float]] = []
    doors = (("web server", stage.web), ("punch gate", stage.gate))
    for name, door in doors:
        rows.extend(_through(door, name, stage, reports, numbers=numbers, seconds=options.seconds, alone=alone))
    stored = _stored(company)
    if stored != reports.acknowledged:
        raise PremiseBroken(f"{reports.acknowledged} punches were acknowledged and {stored} are stored.")
    return [_table(rows, seconds=options.seconds, stored=stored)]


class _Reports:
    """Writes the requests, and counts what was answered with 201."""

    def __init__(self, *, token: str, codes: Sequence[str]) -> None:
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._codes = codes
        self._numbers = itertools.count(1)
        self._chance = random.Random(20260401)  # noqa: S311 -- which employee punches; no secret
        self.acknowledged = 0

    def next_for(self, port: int) -> Callable[[], bytes]:
        """Return a function that writes the next request to a port."""

        def write() -> bytes:
            body = {
                "key": f"bench-{next(self._numbers)}",
                "employee_code": self._chance.choice(self._codes),
                "occurred_at": clock.now().isoformat(),
                "kind": "in",
            }
            return request_bytes(
                "POST", "/api/v1/punches", port=port, headers=self._headers, body=json.dumps(body).encode()
            )

        return write

    def count(self, measured: Measured) -> None:
        """Count the acknowledged; every other answer breaks the premise."""
        if set(measured.statuses) - {CREATED}:
            raise PremiseBroken(f"Not every answer was 201: {measured.statuses}.")
        self.acknowledged += measured.statuses.get(CREATED, 0)


def _through(
    door: Callable[[], AbstractContextManager[Server]],
    name: str,
    stage: Stage,
    reports: _Reports,
    *,
    numbers: Sequence[int],
    seconds: float,
    alone: dict[int, float],
) -> list[list[str | int | float]]:
    rows: list[list[str | int | float]] = []
    with door() as server:
        asyncio.run(_first_answer(server, reports))
        for clients in numbers:
            before = _cost(stage, server)
            measured = asyncio.run(
                for_a_while(
                    port=server.port,
                    clients=clients,
                    seconds=seconds,
                    warm_up=WARM_UP_SECONDS,
                    next_request=reports.next_for(server.port),
                )
            )
            cost = _cost(stage, server) - before
            reports.count(measured)
            rows.append(_row(name, clients, measured, cost, alone[clients]))
    return rows


async def _first_answer(server: Server, reports: _Reports) -> None:
    """Wait for the first punch to be taken, so that no cell pays for a server's start."""
    connection = Connection(port=server.port)
    answer = await connection.ask(reports.next_for(server.port)())
    await connection.close()
    if answer.status != CREATED:
        raise PremiseBroken(f"The first punch was answered by {answer.status}: {answer.body[:300]!r}.")
    reports.acknowledged += 1


def _row(name: str, clients: int, measured: Measured, cost: Cost, alone: float) -> list[str | int | float]:
    if not measured.latencies:
        raise PremiseBroken(f"Nothing was answered in time at {clients} clients.")
    rate = len(measured.latencies) / measured.seconds
    everyone = sum(measured.statuses.values())
    milliseconds = [latency * 1000 for latency in measured.latencies]
    return [
        name,
        clients,
        round(rate, 1),
        round(alone, 1),
        round(rate / alone, 3),
        *(round(percentile(milliseconds, share), 1) for share in (0.50, 0.95, 0.99)),
        *(round(each * 1000 / everyone, 3) for each in (cost.server, cost.database, cost.client)),
    ]


def _table(rows: Sequence[Sequence[str | int | float]], *, seconds: float, stored: int) -> Table:
    return Table(
        title="Durable punches per second, one punch a request, each answered after its commit",
        columns=(
            "door", "clients", "punches/s", "plain inserts/s", "ratio", "p50 ms", "p95 ms", "p99 ms",
            "server CPU ms/punch", "database CPU ms/punch", "client CPU ms/punch",
        ),
        rows=rows,
        notes=(
            f"Each cell {seconds:g} s after {WARM_UP_SECONDS:g} s of warm-up; every answer was 201, and all {stored:,}",
            "acknowledged punches were found in the database afterwards.",
            "The clients are one Python process on the same machine: they, the server and PostgreSQL share its cores.",
            "'plain inserts/s' is pgbench at as many connections: one row a transaction, prepared, into a table of the",
            "punches' columns, checks and indexes without references, trigger and row security. A punch also writes its",
            "event, its mark for recalculation and a job; no worker runs here. 'web server' is `tokimori serve` (WSGI,",
            "2 workers of 8 threads); 'punch gate' is one ASGI worker. CPU is that of the whole cell, warm-up included,",
            "over all its punches.",
        ),
    )  # fmt: skip


def _cost(stage: Stage, server: Server) -> Cost:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Cost(
        server=processor_seconds(server.process),
        database=processor_seconds(stage.postmaster),
        client=used.ru_utime + used.ru_stime,
    )


def _token(company: BenchCompany) -> str:
    now = clock.now()
    with tenant_transaction(company.tenant):
        token = NewToken(
            name="bench", scopes=frozenset({Scope.PUNCHES_WRITE}), networks=(), expires_at=now + timedelta(days=1)
        )
        return issue_token(actor=company.system, token=token, now=now)


def _stored(company: BenchCompany) -> int:
    with tenant_transaction(company.tenant):
        return PunchEvent.objects.filter(tenant_id=company.tenant).count()
