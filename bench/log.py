"""The record of who did what, in millions of events: how long its pages take, filtered and unfiltered."""

import argparse
import hashlib
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from company import found_company
from django.db import connection
from psycopg.sql import SQL, Identifier
from report import Table, percentile
from stage import PremiseBroken, Stage

from tokimori.foundation import clock
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName, EventOutcome
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.ledger.queries import EventFilter, EventPage, events
from tokimori.foundation.tenancy.context import tenant_transaction

_PAGE = 50
_TIMES = 30
_PEOPLE = 1000

# Seven of ten are punches; the rest is spread over what people and machines do. Times go back evenly over a year.
_GENERATE = """
    insert into ledger_ledgerevent
        (tenant_id, id, name, at, actor_kind, actor_id, subject_id, correlation, outcome, session_id, address, build,
         commitment, leaf_hash, sealed)
    select %(tenant)s,
           (lpad(to_hex(floor(extract(epoch from moment) * 1000)::bigint), 12, '0') || '7' ||
            substr(md5(number::text), 1, 3) || '8' || substr(md5(number::text), 4, 15))::uuid,
           case when number %% 10 < 7 then 'punch:recorded' when number %% 10 = 7 then 'sign_in:succeeded'
                when number %% 10 = 8 then 'session:ended' else 'operator:request' end,
           moment, 'person', md5('person' || number %% %(people)s)::uuid,
           md5('subject' || case when number %% 10 < 7 then number / 4 else number %% 5000 end)::uuid, '',
           case when number %% 997 = 0 then 'refused' else 'done' end, md5('session' || number / 40)::uuid,
           case when number %% 4000003 = 5 then '203.0.113.9' else '198.51.100.' || number %% 250 end,
           decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), sha256(number::text::bytea),
           decode(repeat('00', 300), 'hex')
      from generate_series(%(first)s::bigint, %(last)s::bigint) as number
     cross join lateral (select %(now)s::timestamptz - interval '365 days' * (number::float8 / %(count)s)) as times (moment)
"""
_INDEXES = """
    select indexname, indexdef from pg_indexes where tablename = 'ledger_ledgerevent' and indexdef like 'CREATE INDEX %'
"""


def measure(stage: Stage, options: argparse.Namespace) -> Sequence[Table]:
    """Write the events by SQL, as the owner, then read pages as the product does: as the runtime role, behind the wall."""
    now = clock.now()
    company = found_company(now=now)
    began = time.monotonic()
    with psycopg.connect(stage.administrator_url, autocommit=True) as administrator:
        # Indexes are made when all rows are there, which is quicker; what awaits its place is not what is measured.
        administrator.execute("alter table ledger_ledgerevent disable trigger await_places")
        indexes = administrator.execute(_INDEXES).fetchall()
        for name, _made in indexes:
            administrator.execute(SQL("drop index {}").format(Identifier(name)))
        for first in range(1, options.events + 1, 500_000):
            last = min(first + 499_999, options.events)
            values = {
                "tenant": company.tenant, "people": _PEOPLE, "first": first, "last": last, "now": now,
                "count": options.events,
            }  # fmt: skip
            administrator.execute(_GENERATE, values)
        for _name, made in indexes:
            administrator.execute(made)
        administrator.execute("vacuum analyze ledger_ledgerevent")
        size = administrator.execute("select pg_total_relation_size('ledger_ledgerevent')").fetchone()
    written = time.monotonic() - began
    actor = system_principal(company.tenant)
    with tenant_transaction(company.tenant), connection.cursor() as cursor:
        cursor.execute("select md5('person' || 7)::uuid")
        person = cursor.fetchone()[0]
        if LedgerEvent.objects.filter(tenant_id=company.tenant, actor_id=person).count() < _PAGE:
            raise PremiseBroken("The person whose events are looked for has too few.")
    half = now - timedelta(days=180)
    filters = {
        "the newest page": EventFilter(),
        "one person": EventFilter(account_ids=frozenset({person})),
        "one kind": EventFilter(name=EventName.SIGN_IN_SUCCEEDED),
        "refused": EventFilter(outcome=EventOutcome.REFUSED),
        "one address": EventFilter(address="198.51.100.8"),
        "a day half a year ago": EventFilter(since=half, until=half + timedelta(days=1)),
        "nobody": EventFilter(account_ids=frozenset({new_id()})),
        **_questions(person, half),
    }

    def asked(wanted: EventFilter) -> Callable[[], EventPage]:
        return lambda: events(actor=actor, wanted=wanted, limit=_PAGE)

    rows = [[name, *_timed(company.tenant, asked(wanted))] for name, wanted in filters.items()]
    million = options.events / 1_000_000
    gigabytes = int(size[0]) / 1_000_000_000 if size else 0.0
    return [
        Table(
            title=f"A page of {_PAGE} events out of {options.events:,}: milliseconds, one at a time",
            columns=("wanted", "events", "median", "p95", "slowest"),
            rows=rows,
            notes=[
                f"Written by SQL in {written:.0f} s ({million:.1f} million); with its indexes {gigabytes:.2f} GB.",
                f"{_TIMES} times each, read as the runtime role behind row security.",
            ],
        )
    ]


def _questions(person: UUID, half: datetime) -> dict[str, EventFilter]:
    """Return what the standard questions of an investigation ask: the account, the records, the origin; often and rare."""
    records = frozenset(_subject(number) for number in range(1000, 2500))
    people = frozenset(
        UUID(hashlib.md5(f"person{one}".encode(), usedforsecurity=False).hexdigest()) for one in range(20)
    )
    session = UUID(hashlib.md5(b"session1000", usedforsecurity=False).hexdigest())
    return {
        "all that an account did": EventFilter(actor_ids=frozenset({person})),
        "all that 20 accounts of a name did": EventFilter(actor_ids=people),
        "all that an account did, half a year ago": EventFilter(actor_ids=frozenset({person}), until=half),
        "of a kind that the account never did": EventFilter(
            actor_ids=frozenset({person}), name=EventName.SESSION_ENDED
        ),
        "what happened to 1,500 records of an employee": EventFilter(subject_ids=records),
        "… half a year ago and before": EventFilter(subject_ids=records, until=half),
        "all from a session": EventFilter(session_id=session),
        "all from an address of many": EventFilter(address="198.51.100.9"),
        "all from an address that is rare": EventFilter(address="203.0.113.9"),
        "all from an address that never came": EventFilter(address="203.0.113.10"),
    }


def _subject(number: int) -> UUID:
    return UUID(hashlib.md5(f"subject{number}".encode(), usedforsecurity=False).hexdigest())


def _timed(tenant: object, ask: Callable[[], EventPage]) -> list[int | float]:
    taken, found = [], 0
    for _ in range(_TIMES):
        began = time.perf_counter()
        with tenant_transaction(tenant):  # type: ignore[arg-type]  # the company's own id
            found = len(ask().events)
        taken.append((time.perf_counter() - began) * 1000)
    return [found, percentile(taken, 0.5), percentile(taken, 0.95), max(taken)]
