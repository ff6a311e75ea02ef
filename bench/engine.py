"""Employee-days per second: of the engine alone, and of the recalculation that stores its results."""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from company import BenchCompany, found_company, hire
from django.db import connection
from report import Table
from stage import PremiseBroken, Stage
from tools.compiled.build import CannotCompile, build
from weeks import WEEKS, WORKERS, ZONE, Worker, day_type_of

from tokimori.domains.closings.services.settle import recalculate_and_settle
from tokimori.domains.schedules.plans import DayPlan, ShiftPlan
from tokimori.domains.schedules.services import plan_days
from tokimori.domains.timekeeping.models import StaleDay
from tokimori.domains.timekeeping.reports import MOST_REPORTS, Outcome, PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.domains.timekeeping.services.stale import MOST_TOGETHER
from tokimori.domains.timesheets.models import DayResult
from tokimori.domains.timesheets.months import Month
from tokimori.engine import DayType, PunchKind
from tokimori.foundation import clock
from tokimori.foundation.tenancy.context import tenant_transaction

_DAYS = 31
_PLANS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Staff:
    """Who is recalculated, which days, and how many punches were recorded for them."""

    company: BenchCompany
    workers: dict[UUID, Worker]
    month: Month
    punches: int


def measure(stage: Stage, options: argparse.Namespace) -> Sequence[Table]:
    """Measure the engine alone, then with everything around it."""
    del stage
    return [_alone(seconds=options.seconds), _stored(people=options.people)]


def _alone(*, seconds: float) -> Table:
    plain = _rates(seconds=seconds, environment={})
    compiled: Mapping[str, Sequence[float]] = {}
    note = "compiled: by mypyc (./tokimori compile), each measured in a process of its own."
    try:
        compiled = _rates(seconds=seconds, environment={"PYTHONPATH": str(build())})
    except CannotCompile as refusal:
        note = f"The compiled engine was not measured: {refusal}."
    return Table(
        title="The engine alone: employee-days per second, one thread",
        columns=("worker", "explained", "without steps", "compiled, explained", "compiled, without steps"),
        rows=[
            [name, *(round(rate) for rate in rates), *(round(rate) for rate in compiled.get(name, ()))]
            + [None] * (0 if compiled else 2)
            for name, rates in plain.items()
        ],
        notes=(
            f"Each call calculates {WEEKS} whole weeks of one employee ({7 * WEEKS} days), four punches on every day",
            "worked; no database, no digests.",
            note,
        ),
    )


def _rates(*, seconds: float, environment: Mapping[str, str]) -> Mapping[str, Sequence[float]]:
    """Return explained and plain employee-days per second of each kind of worker, measured by ``rates.py``."""
    script = Path(__file__).with_name("rates.py")
    done = subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, str(script), str(seconds / 2)],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], **environment},
    )
    found: Mapping[str, Sequence[float]] = json.loads(done.stdout)
    return found


def _stored(*, people: int) -> Table:
    staff = make_staff(people)
    first = _recalculate(staff)
    _expect_results(staff)
    _one_late_punch_each(staff)
    late = _recalculate(staff)
    again = _recalculate(staff)
    return Table(
        title=f"Recalculation with storage: {people} employees, {_DAYS} days, one process",
        columns=("what", "employees", "employee-days", "seconds", "employee-days/s", "ms/employee", "statements/employee"),
        rows=[
            ["a whole month, first time", *first.row(days=_DAYS)],
            ["after one late punch each", *late.row(days=1)],
            ["nothing marked", *again.row(days=0)],
        ],
        notes=(
            f"recalculate_and_settle of {MOST_TOGETHER} employees in a transaction, committed durably, one after the other",
            "in the bench's process on one connection. Plans, punches and marks were made by the services:",
            f"{staff.punches:,} punches. After a late punch, the day counted is the one that was punched; the service",
            "calculates the weeks around it.",
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    seconds: float
    people: int
    statements: int

    def row(self, *, days: int) -> list[int | float | None]:
        everyone = self.people * days
        return [
            self.people,
            everyone,
            round(self.seconds, 2),
            round(everyone / self.seconds) if everyone else None,
            round(self.seconds * 1000 / self.people, 2),
            round(self.statements / self.people, 1),
        ]


def _recalculate(staff: _Staff) -> _Run:
    statements = 0

    def count(execute, sql, params, many, context):  # noqa: ANN001, ANN202 -- the signature is Django's
        nonlocal statements
        statements += 1
        return execute(sql, params, many, context)

    tenant = staff.company.tenant
    people = list(staff.workers)
    began = time.monotonic()
    with connection.execute_wrapper(count):
        for begin in range(0, len(people), MOST_TOGETHER):
            with tenant_transaction(tenant):
                recalculate_and_settle(
                    tenant=tenant, employee_ids=people[begin : begin + MOST_TOGETHER], now=clock.now()
                )
    seconds = time.monotonic() - began
    with tenant_transaction(tenant):
        if StaleDay.objects.filter(tenant_id=tenant).exists():
            raise PremiseBroken("Marks are left after the recalculation.")
    return _Run(seconds=seconds, people=len(staff.workers), statements=statements)


def _expect_results(staff: _Staff) -> None:
    with tenant_transaction(staff.company.tenant):
        rows = DayResult.objects.filter(tenant_id=staff.company.tenant, worked_minutes__gt=0)
        found = rows.values("employee_id").distinct().count()
        gaps = rows.filter(blocking_count__gt=0).count()
    if found != len(staff.workers) or gaps:
        raise PremiseBroken(f"{found} of {len(staff.workers)} employees have worked days, {gaps} days have gaps.")


def make_staff(people: int) -> _Staff:
    """Hire, plan and record a month for so many people; their marks and jobs are left."""
    now = clock.now()
    month = _last_long_month(now)
    company = found_company(now=now)
    ids = hire(company, codes=[f"{number:05}" for number in range(people)], now=now)
    kinds = list(WORKERS.values())
    workers = {employee_id: kinds[number % len(kinds)] for number, employee_id in enumerate(ids)}
    plans = [plan for employee_id, worker in workers.items() for plan in _plans(employee_id, worker, month)]
    reports = [
        report for number, worker in enumerate(workers.values()) for report in _reports(f"{number:05}", worker, month)
    ]
    with tenant_transaction(company.tenant):
        for begin in range(0, len(plans), _PLANS_AT_ONCE):
            plan_days(actor=company.system, plans=plans[begin : begin + _PLANS_AT_ONCE], now=now)
    for begin in range(0, len(reports), MOST_REPORTS):
        _record(company, reports[begin : begin + MOST_REPORTS])
    return _Staff(company=company, workers=workers, month=month, punches=len(reports))


def _one_late_punch_each(staff: _Staff) -> None:
    day = staff.month.first + timedelta(days=14)
    while day.weekday() > 4:  # noqa: PLR2004 -- Friday
        day += timedelta(days=1)
    reports = [
        PunchReport(
            key=f"late-{number}",
            employee_code=f"{number:05}",
            occurred_at=_instant(day, worker.goes + 30),
            kind=PunchKind.OUT,
            source=PunchSource.API,
        )
        for number, worker in enumerate(staff.workers.values())
    ]
    for begin in range(0, len(reports), MOST_REPORTS):
        _record(staff.company, reports[begin : begin + MOST_REPORTS])


def _record(company: BenchCompany, reports: Sequence[PunchReport]) -> None:
    with tenant_transaction(company.tenant):
        answers = record_punches(actor=company.system, reports=reports, now=clock.now())
    if any(answer.outcome is not Outcome.RECORDED for answer in answers):
        raise PremiseBroken("A punch was not recorded.")


def _plans(employee_id: UUID, worker: Worker, month: Month) -> Iterator[DayPlan]:
    shift = ShiftPlan(start_minute=worker.shift[0], end_minute=worker.shift[1], breaks=(worker.pause,))
    for work_date, day_type in _days(month):
        shifts = (shift,) if day_type is DayType.WORKDAY else ()
        yield DayPlan(employee_id=employee_id, work_date=work_date, day_type=day_type, shifts=shifts)


def _reports(code: str, worker: Worker, month: Month) -> Iterator[PunchReport]:
    for work_date, day_type in _days(month):
        if worker.comes_on(day_type):
            for kind, minute in worker.presses:
                yield PunchReport(
                    key=f"{code}-{work_date}-{kind}",
                    employee_code=code,
                    occurred_at=_instant(work_date, minute),
                    kind=kind,
                    source=PunchSource.API,
                )


def _days(month: Month) -> Iterator[tuple[date, DayType]]:
    for offset in range(_DAYS):
        work_date = month.first + timedelta(days=offset)
        yield work_date, day_type_of(work_date)


def _last_long_month(now: datetime) -> Month:
    """Return the last month of 31 days that was over a week ago, so that all its days are over everywhere."""
    month = Month.of((now - timedelta(days=7)).date()).previous
    while (month.last - month.first).days + 1 != _DAYS:
        month = month.previous
    return month


def _instant(work_date: date, minute: int) -> datetime:
    midnight = datetime(work_date.year, work_date.month, work_date.day, tzinfo=ZoneInfo(ZONE))
    return midnight + timedelta(minutes=minute)
