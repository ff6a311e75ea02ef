"""How long the main screens take in a large company, as three kinds of person, over HTTP."""

import argparse
import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from company import Person
from django.db import connection
from django.test import Client
from report import Table, percentile
from stage import PremiseBroken, Stage
from traffic import Connection, a_number_of_times, request_bytes
from volume import LargeCompany, make_large_company

from tokimori.foundation import clock
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.services.sessions import Origin
from tokimori.foundation.identity.services.sign_in import enter
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.middleware.tenancy import cookie_name

_CLIENTS = (1, 4)
_OK = 200
_WARM_UP = 8
_SMALLEST_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A page as one kind of person asks for it."""

    name: str
    person: str
    path: str


def measure(stage: Stage, options: argparse.Namespace) -> Sequence[Table]:
    """Make the company, sign three people in, and ask for each screen."""
    large = make_large_company(stage, employees=options.employees, punches=options.punches, say=_say)
    rows: list[list[str | int | float]] = []
    with stage.web() as server:
        cookies = {person.name: _sign_in(large, person) for person in (large.employee, large.manager, large.payroll)}
        for screen in _screens(large):
            _say(f"{screen.person}: {screen.name} …")
            statements, in_database = _statements(screen, cookies[screen.person])
            for clients in options.clients or _CLIENTS:
                row = _ask(screen, server.port, cookies[screen.person], clients=clients, options=options)
                rows.append([*row, statements, in_database])
    return [_table(rows, large, options)]


def _screens(large: LargeCompany) -> Sequence[Screen]:
    employee, manager, payroll = large.employee.name, large.manager.name, large.payroll.name
    day, month = large.last_worked.isoformat(), str(large.month)
    return (
        Screen(name="recorder", person=employee, path="/recorder"),
        Screen(name="my day", person=employee, path=f"/my/days/{day}"),
        Screen(name="my month", person=employee, path=f"/my/months/{month}"),
        Screen(name="recorder", person=manager, path="/recorder"),
        Screen(name="team today", person=manager, path="/team"),
        Screen(name="approvals", person=manager, path="/approvals"),
        Screen(name="month of one led", person=manager, path=f"/people/{large.employee.employee_id}/months/{month}"),
        Screen(name="team today", person=payroll, path="/team"),
        Screen(name="approvals", person=payroll, path="/approvals"),
        Screen(name="closing", person=payroll, path=f"/closing/{month}"),
        Screen(name="employees list", person=payroll, path="/people"),
        Screen(name="employees, searched", person=payroll, path=f"/people?{urlencode({'q': '佐藤 123'})}"),
    )


def _sign_in(large: LargeCompany, person: Person) -> Mapping[str, str]:
    """Open a session as if the person had shown a passkey, and return the cookie: doors are not what is measured here."""
    with tenant_transaction(large.company.tenant):
        account = Account.objects.get(tenant_id=large.company.tenant, id=person.account_id)
        origin = Origin(address="127.0.0.1", device="bench")
        secret = enter(
            account=account, proofs=frozenset({Proof.PASSKEY}), is_half=False, origin=origin, now=clock.now()
        )
    return {cookie_name(): secret}


def _ask(
    screen: Screen, port: int, cookies: Mapping[str, str], *, clients: int, options: argparse.Namespace
) -> list[str | int | float]:
    request = request_bytes("GET", screen.path, port=port, headers={"Cookie": _cookie_header(cookies)})
    size = asyncio.run(_warm_up(screen, port, request, seconds=options.patience / 3))
    measured = asyncio.run(
        a_number_of_times(
            port=port, clients=clients, count=options.requests, at_most_seconds=options.patience, request=request
        )
    )
    if set(measured.statuses) != {_OK}:
        raise PremiseBroken(f"{screen.name} was answered by {measured.statuses}.")
    milliseconds = [latency * 1000 for latency in measured.latencies]
    return [
        screen.person,
        screen.name,
        clients,
        len(milliseconds),
        *(round(percentile(milliseconds, share), 1) for share in (0.50, 0.95, 0.99)),
        round(len(milliseconds) / measured.seconds, 2),
        round(size / 1024),
    ]


async def _warm_up(screen: Screen, port: int, request: bytes, *, seconds: float) -> int:
    """Ask a few times, so that every process of the server has its templates; return the page's size."""
    opened = Connection(port=port)
    size = 0
    end = time.monotonic() + seconds
    for _ in range(_WARM_UP):
        answer = await opened.ask(request)
        size = len(answer.body)
        if answer.status != _OK or size < _SMALLEST_PAGE:
            raise PremiseBroken(f"{screen.name} was answered by {answer.status}: {answer.body[:300]!r}.")
        if time.monotonic() > end:
            break
    await opened.close()
    return size


def _statements(screen: Screen, cookies: Mapping[str, str]) -> tuple[int, float]:
    """Return how many statements one request takes, and how many milliseconds they take, seen in this process."""
    count = 0
    spent = 0.0

    def watch(execute, sql, params, many, context):  # noqa: ANN001, ANN202 -- the signature is Django's
        nonlocal count, spent
        began = time.monotonic()
        try:
            return execute(sql, params, many, context)
        finally:
            count += 1
            spent += time.monotonic() - began

    client = Client()
    for name, value in cookies.items():
        client.cookies[name] = value
    with connection.execute_wrapper(watch):
        for _ in range(2):
            count, spent = 0, 0.0
            answer = client.get(screen.path, headers={"host": "127.0.0.1"})
    if answer.status_code != _OK:
        raise PremiseBroken(f"{screen.name} was answered by {answer.status_code} in the bench's own process.")
    return count, round(spent * 1000, 1)


def _table(rows: Sequence[Sequence[str | int | float]], large: LargeCompany, options: argparse.Namespace) -> Table:
    return Table(
        title="Main screens in a large company: time to the last byte",
        columns=(
            "person", "screen", "clients", "requests", "p50 ms", "p95 ms", "p99 ms", "requests/s", "KiB", "statements",
            "ms in statements",
        ),
        rows=rows,
        notes=(
            "Rows: " + ", ".join(f"{name} {count:,}" for name, count in large.volume.items()) + ".",
            f"Volume was written in {large.seconds:.0f} s by SQL in the runtime role's tenant transaction: everybody works",
            "exactly like one of four people whom the services hired, planned, punched and calculated; results are copies",
            f"of theirs. {large.month}: 75 % approved, 5 % waiting, the manager's own team of 25 waiting. Analysed.",
            "`tokimori serve`, 2 workers of 8 threads; clients, server and PostgreSQL share the machine's cores.",
            f"A cell ends after {options.requests} requests or {options.patience:g} s. 'statements' and 'ms in statements'",
            "(fetching rows not included) are of one warm request inside the bench's own process.",
        ),
    )  # fmt: skip


def _cookie_header(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
