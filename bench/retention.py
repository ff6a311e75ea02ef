"""A run that takes away what is over its time: how long, in how many steps, with how much memory."""

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Final, TypeVar

import psycopg
from company import BenchCompany, found_company
from report import Table
from stage import PremiseBroken, Stage
from volume import hire_many

from tokimori.foundation import clock
from tokimori.foundation.identifiers import least_id
from tokimori.foundation.retention.models import RetentionCertificate
from tokimori.foundation.retention.outlook import months_ahead
from tokimori.foundation.retention.services.run import preview, take_away
from tokimori.foundation.tenancy.context import tenant_transaction

_Found = TypeVar("_Found")
_PEOPLE: Final = 300
_FIRST: Final = date(2020, 5, 1)
_JAPAN: Final = frozenset({"JP"})
_THEN: Final = datetime(2020, 6, 1, tzinfo=UTC)

_MONTHS = """
    insert into closings_period (tenant_id, id, month, seal_id, opened_at)
    select %(tenant)s, gen_random_uuid(), month::date, gen_random_uuid(), now()
      from generate_series(%(first)s::date, %(first)s::date + interval '11 months', interval '1 month') as month
"""
_DAYS = """
    insert into timesheets_dayrevision (tenant_id, id, employee_id, work_date, revision, rule_set_code, rule_set_version,
                                        engine_version, input_digest, result_digest, content, calculated_at)
    select %(tenant)s, gen_random_uuid(), person.id, %(first)s::date + day, 1, 'jp-fixed', 1, '1', repeat('0', 64),
           repeat('0', 64), repeat('x', 1500), %(then)s
      from people_employee as person cross join generate_series(0, %(days)s - 1) as day
     where person.tenant_id = %(tenant)s
"""
_RESULTS = """
    insert into timesheets_dayresult (tenant_id, id, employee_id, work_date, revision, input_digest, result_digest,
                                      day_type, figures, worked_minutes, legal_overtime_minutes,
                                      legal_holiday_minutes, blocking_count, warning_count, calculated_at)
    select tenant_id, gen_random_uuid(), employee_id, work_date, 1, input_digest, result_digest, 'workday', '{}', 480, 0, 0,
           0, 0, calculated_at
      from timesheets_dayrevision where tenant_id = %(tenant)s
"""
_PUNCHES = """
    insert into timekeeping_punchevent (tenant_id, id, key, content_digest, effect, employee_id, kind, occurred_at, zone,
                                        offset_minutes, received_at, source, place, actor_kind)
    select tenant_id, gen_random_uuid(), gen_random_uuid()::text, repeat('0', 64), 'add', employee_id, kind,
           work_date + hour, 'Asia/Tokyo', 540, work_date + hour, 'api', decode(repeat('00', 70), 'hex'), 'system'
      from timesheets_dayrevision
     cross join (values ('in', interval '1 hour'), ('out', interval '9 hours')) as two (kind, hour)
     where tenant_id = %(tenant)s
"""
_EVENTS = """
    insert into ledger_ledgerevent (tenant_id, id, name, at, actor_kind, correlation, build, commitment, leaf_hash, sealed)
    select %(tenant)s, (left(%(key)s::text, 24) || lpad(to_hex(number), 12, '0'))::uuid, 'punch:recorded', %(then)s,
           'system', '', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), sha256(number::text::bytea),
           decode(repeat('00', 300), 'hex')
      from generate_series(1, %(events)s) as number
"""


def measure(stage: Stage, options: argparse.Namespace) -> Sequence[Table]:
    """Write rows by SQL past all rules, preview them, and take them away as the nightly job does."""
    now = clock.now()
    company = found_company(now=now)
    with tenant_transaction(company.tenant):
        hire_many(company, count=_PEOPLE, leader=None)
    _write(stage, company, rows=options.rows)
    actor = company.system

    previewed, due = _seconds(company, lambda: preview(actor=actor, countries=_JAPAN, now=now))
    looked, _ahead = _seconds(company, lambda: months_ahead(actor=actor, countries=_JAPAN, now=now))
    before, steps, slowest, began = _peak_mebibytes(), 0, 0.0, time.monotonic()
    while True:
        seconds, made = _seconds(company, lambda: take_away(actor=actor, countries=_JAPAN, now=now))
        if not made:
            break
        steps, slowest = steps + 1, max(slowest, seconds)
    took = time.monotonic() - began
    with tenant_transaction(company.tenant):
        gone = sum(sum(one.counts.values()) for one in RetentionCertificate.objects.all())
        certificates = RetentionCertificate.objects.count()
    wanted = sum(one.rows for one in due)
    if gone != wanted or gone < options.rows:
        raise PremiseBroken(f"{gone:,} rows went, the preview had said {wanted:,}.")
    return [
        Table(
            title=f"Taking away {gone:,} rows whose time is over",
            columns=("what", "seconds"),
            rows=[
                ["the preview", round(previewed, 2)],
                ["the outlook on twelve months", round(looked, 2)],
                [f"the run, {steps} transactions", round(took, 1)],
                ["its slowest transaction", round(slowest, 2)],
                ["a run that finds nothing", round(seconds, 2)],
            ],
            notes=[
                f"{options.rows:,} days with their explanation, as many results, twice as many punches with a place, and",
                f"{options.rows:,} events with details; {certificates} certificates, {gone / took:,.0f} rows a second.",
                f"Memory of the process: {before} MiB before, {_peak_mebibytes()} MiB at the most.",
            ],
        )
    ]


def _write(stage: Stage, company: BenchCompany, *, rows: int) -> None:
    with psycopg.connect(stage.administrator_url, autocommit=True) as administrator:
        administrator.execute("set session_replication_role = replica")
        days = max(1, min(360, rows // _PEOPLE))
        values = {
            "tenant": company.tenant, "first": _FIRST, "then": _THEN, "days": days, "events": rows,
            "key": least_id(at=_THEN),
        }  # fmt: skip
        for statement in (_MONTHS, _DAYS, _RESULTS, _PUNCHES, _EVENTS):
            administrator.execute(statement, values)
        administrator.execute("vacuum analyze")


def _seconds(company: BenchCompany, act: Callable[[], _Found]) -> tuple[float, _Found]:
    began = time.monotonic()
    with tenant_transaction(company.tenant):
        found = act()
    return time.monotonic() - began, found


def _peak_mebibytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
