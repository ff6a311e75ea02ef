"""A large company: its volume is written by SQL as the runtime role, in the rows that the services would have written.

A few people are hired, planned, punched and calculated by the services. Everybody else works exactly like one of them, so
that their plans, punches and results are copies under other names. A copied result tells the same minutes and names the
punches of the one it was copied from.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from company import BenchCompany, Person, found_company, hire, hire_with_account
from django.db import connection, models
from stage import PremiseBroken, Stage
from weeks import RULES, WORKERS, ZONE, Worker, day_type_of

from tokimori.domains.approvals.models import ApprovalStep
from tokimori.domains.approvals.states import ApprovalState, SubjectKind
from tokimori.domains.closings.services.settle import recalculate_and_settle
from tokimori.domains.people.models import Employee, Employment
from tokimori.domains.schedules.models import PlannedDay
from tokimori.domains.schedules.plans import DayPlan, ShiftPlan
from tokimori.domains.schedules.services import plan_days
from tokimori.domains.timekeeping.corrections import CorrectionWish, Effect
from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.domains.timekeeping.reports import Outcome, PunchReport, PunchSource
from tokimori.domains.timekeeping.services.corrections import request_correction
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.domains.timesheets.models import DayResult, DayRevision, MonthResult, MonthTimesheet
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.queries import month_of
from tokimori.engine import DayType, PunchKind
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role, rights_of
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.keys.services.making import make_subject_keys
from tokimori.foundation.tenancy.context import tenant_transaction

TEAM = 25
FEWEST_EMPLOYEES = 2 * TEAM
PUNCHES_A_DAY = 2
_CORRECTIONS = 200
_KINDS = tuple(WORKERS.values())
_EMPLOYEE = frozenset({Role.EMPLOYEE})


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeCompany:
    """What the screens are measured with."""

    company: BenchCompany
    employee: Person
    manager: Person
    payroll: Person
    last_worked: date
    month: Month
    volume: dict[str, int]
    seconds: float


def make_large_company(stage: Stage, *, employees: int, punches: int, say: Callable[[str], None]) -> LargeCompany:
    """Make the company: people, plans, punches, results, months handed in, corrections asked for."""
    if employees < FEWEST_EMPLOYEES:
        raise PremiseBroken(f"The screens want at least {FEWEST_EMPLOYEES} employees.")
    began = time.monotonic()
    now = clock.now()
    company = found_company(now=now)
    worked = _worked_dates(now=now, count=max(1, punches // (employees * PUNCHES_A_DAY)))
    then = company.founded
    manager = hire_with_account(company, name="ben", roles=_EMPLOYEE | {Role.MANAGER}, leader=None, now=then)
    employee = hire_with_account(company, name="aiko", roles=_EMPLOYEE, leader=manager.employee_id, now=then)
    payroll = hire_with_account(company, name="chie", roles=_EMPLOYEE | {Role.PAYROLL}, leader=None, now=then)
    samples = hire(company, codes=[f"S-{number}" for number in range(len(_KINDS))], now=then)
    known = {
        **{person.employee_id: (f"A-{person.name}", _KINDS[0]) for person in (manager, employee, payroll)},
        **{sample: (f"S-{number}", _KINDS[number]) for number, sample in enumerate(samples)},
    }
    say("people, plans, punches and results of the few whom the services make …")
    for employee_id, (code, worker) in known.items():
        _work_by_services(company, employee_id, code, worker, worked=worked, now=now)
    say(f"{employees - len(known):,} more employees …")
    with tenant_transaction(company.tenant):
        hire_many(company, count=employees - len(known), leader=manager.employee_id)
    # Checks of references would go on by the plan that suited an empty table.
    _as_administrator(stage, "analyze")
    _copy_everyone(company, samples=samples, say=say)
    say("months handed in and approved, corrections asked for …")
    month = Month.of(now.date()).previous
    _hand_in(company, samples=samples, month=month, now=now)
    _ask_for_corrections(company, worked[-1], now=now)
    say("vacuum analyze, as autovacuum would have done …")
    _as_administrator(stage, "vacuum (analyze)", "checkpoint")
    return LargeCompany(
        company=company,
        employee=employee,
        manager=manager,
        payroll=payroll,
        last_worked=worked[-1],
        month=month,
        volume=_volume(company),
        seconds=time.monotonic() - began,
    )


def _as_administrator(stage: Stage, *statements: LiteralString) -> None:
    with psycopg.connect(stage.administrator_url, autocommit=True) as administrator:
        for statement in statements:
            administrator.execute(statement)


def _worked_dates(*, now: datetime, count: int) -> tuple[date, ...]:
    """Return so many workdays; the last is over even for who works at night."""
    found: list[date] = []
    day = now.astimezone(ZoneInfo(ZONE)).date() - timedelta(days=2)
    while len(found) < count:
        if day_type_of(day) is DayType.WORKDAY:
            found.append(day)
        day -= timedelta(days=1)
    return tuple(reversed(found))


# ------------------------------------------------------------------------------------------------------ by the services


def _work_by_services(
    company: BenchCompany, employee_id: UUID, code: str, worker: Worker, *, worked: Sequence[date], now: datetime
) -> None:
    shift = ShiftPlan(start_minute=worker.shift[0], end_minute=worker.shift[1], breaks=(worker.pause,))
    plans = [
        DayPlan(
            employee_id=employee_id,
            work_date=day,
            day_type=day_type_of(day),
            shifts=(shift,) if day_type_of(day) is DayType.WORKDAY else (),
        )
        for day in _planned_dates(worked, now=now)
    ]
    reports = [
        PunchReport(
            key=f"{code}-{day}-{kind}",
            employee_code=code,
            occurred_at=datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)) + timedelta(minutes=minute),
            kind=kind,
            source=PunchSource.FILE,
        )
        for day in worked
        for kind, minute in ((PunchKind.IN, worker.comes), (PunchKind.OUT, worker.goes))
    ]
    with tenant_transaction(company.tenant):
        plan_days(actor=company.system, plans=plans, now=now)
        answers = record_punches(actor=company.system, reports=reports, now=now)
    if any(answer.outcome is not Outcome.RECORDED for answer in answers):
        raise PremiseBroken("A punch was not recorded.")
    with tenant_transaction(company.tenant):
        recalculate_and_settle(tenant=company.tenant, employee_ids=[employee_id], now=now)


def _planned_dates(worked: Sequence[date], *, now: datetime) -> tuple[date, ...]:
    last = Month.of(now.date()).last
    return tuple(worked[0] + timedelta(days=offset) for offset in range((last - worked[0]).days + 1))


def _ask_for_corrections(company: BenchCompany, day: date, *, now: datetime) -> None:
    at = datetime(day.year, day.month, day.day, 20, 15, tzinfo=ZoneInfo(ZONE))
    with tenant_transaction(company.tenant):
        people = Employee.objects.filter(tenant_id=company.tenant, code__lt="A").order_by("code")
        for employee_id in people.values_list("id", flat=True)[:_CORRECTIONS]:
            wish = CorrectionWish(
                effect=Effect.ADD,
                employee_id=employee_id,
                work_date=day,
                reason="打刻を忘れました",
                kind=PunchKind.OUT,
                occurred_at=at,
            )
            asking = Principal(
                tenant_id=company.tenant,
                kind=PrincipalKind.PERSON,
                account_id=None,
                employee_id=employee_id,
                rights=rights_of(_EMPLOYEE),
            )
            request_correction(actor=asking, wish=wish, now=now)


# ---------------------------------------------------------------------------------------------------------------- by SQL


def _copy_everyone(company: BenchCompany, *, samples: Sequence[UUID], say: Callable[[str], None]) -> None:
    for model, order in (
        (PlannedDay, "row.work_date"),
        (PunchEvent, "row.occurred_at"),
        (DayResult, "row.work_date"),
        (DayRevision, "row.work_date"),
        (MonthResult, "row.month"),
    ):
        say(f"{model.__name__} rows …")
        with tenant_transaction(company.tenant):
            _copy(model, samples=samples, order=order)
    with tenant_transaction(company.tenant):
        _come_in_today(company)


def hire_many(company: BenchCompany, *, count: int, leader: UUID | None) -> None:
    """Hire in teams: of the first, the manager who signs in is the leader; of the others, the first of each."""
    then = company.founded
    hired = date(2020, 4, 1)
    ids = [new_id(at=then) for _ in range(count)]
    make_subject_keys(tenant=company.tenant, subjects=ids)
    Employee.objects.bulk_create(
        (
            Employee(
                tenant_id=company.tenant,
                id=employee_id,
                code=f"{number:05}",
                family_name="佐藤",
                given_name=f"{number}号",
                phonetic_name="サトウ",
                hired_on=hired,
                created_at=then,
            )
            for number, employee_id in enumerate(ids)
        ),
        batch_size=2000,
    )
    Employment.objects.bulk_create(
        (
            Employment(
                tenant_id=company.tenant,
                id=new_id(at=then),
                employee_id=employee_id,
                valid_from=hired,
                site_id=company.site_id,
                rule_set_code=RULES.code,
                leader_id=_leader_of(number, ids=ids, leader=leader),
                created_at=then,
            )
            for number, employee_id in enumerate(ids)
        ),
        batch_size=2000,
    )


def _leader_of(number: int, *, ids: Sequence[UUID], leader: UUID | None) -> UUID | None:
    first = number // TEAM * TEAM
    if first == 0:
        return leader
    return None if number == first else ids[first]


def _copy(model: type[models.Model], *, samples: Sequence[UUID], order: str) -> None:
    """Copy the rows of each sample for everybody who works like him, in the order in which they would have come."""
    columns = [field.column for field in model._meta.concrete_fields if field.column]
    written = {
        "id": _new_id_sql(),
        "employee_id": "person.id",
        "key": "'file:' || person.code || '-' || row.id",
        "place": "''::bytea",  # sealed words belong to their row: they are left out, not copied
    }
    values = [written.get(column, f"row.{column}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {model._meta.db_table} ({', '.join(columns)}) select {', '.join(values)} "  # noqa: S608 -- names of columns
            f"from unnest(%s::uuid[]) with ordinality as sample (id, number) "
            f"join {model._meta.db_table} as row on row.employee_id = sample.id "
            f"join people_employee as person on person.code < 'A' and person.code::int %% %s = sample.number - 1 "
            f"order by {order}",
            [list(samples), len(_KINDS)],
        )


def _come_in_today(company: BenchCompany) -> None:
    """Let nine of ten come in two hours ago, so that the team's page has somebody in at whatever hour this runs."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into timekeeping_punchevent (tenant_id, id, key, content_digest, effect, employee_id, kind, "  # noqa: S608 -- nothing from outside
            f"occurred_at, zone, offset_minutes, received_at, source, place, actor_kind) "
            f"select tenant_id, {_new_id_sql()}, 'file:today-' || code, encode(sha256(code::bytea), 'hex'), 'add', id, "
            f"'in', now() - interval '2 hours', %s, 540, now(), 'file', '', 'system' "
            f"from people_employee where tenant_id = %s and code not like '%%7'",
            [ZONE, company.tenant],
        )


def _hand_in(company: BenchCompany, *, samples: Sequence[UUID], month: Month, now: datetime) -> None:
    """Of each hundred 75 are approved and 5 wait; of the manager's own team everybody waits; the others have not begun."""
    with tenant_transaction(company.tenant):
        digests = [month_of(tenant=company.tenant, employee_id=sample, month=month).digest for sample in samples]
        people = Employee.objects.filter(tenant_id=company.tenant, code__lt="A").values_list("id", "code")
        sheets: list[MonthTimesheet] = []
        steps: list[ApprovalStep] = []
        for employee_id, code in people:
            number = int(code)
            is_waiting = number < TEAM or 75 <= number % 100 < 80  # noqa: PLR2004 -- as the sentence above says
            if not is_waiting and number % 100 >= 80:  # noqa: PLR2004 -- as above
                continue
            sheet = MonthTimesheet(
                tenant_id=company.tenant, id=new_id(at=now), employee_id=employee_id, month=month.first, opened_at=now
            )
            step = ApprovalStep(
                tenant_id=company.tenant,
                id=new_id(at=now),
                subject_kind=SubjectKind.MONTH,
                subject_id=sheet.id,
                sequence=1,
                state=ApprovalState.SUBMITTED,
                content_digest=digests[number % len(_KINDS)],
                at=now,
            )
            sheets.append(sheet)
            steps.append(step)
            if not is_waiting:
                steps.append(_approval_after(step))
        MonthTimesheet.objects.bulk_create(sheets, batch_size=2000)
        ApprovalStep.objects.bulk_create(steps, batch_size=2000)
        last = sheets[-1].employee_id
        if month_of(tenant=company.tenant, employee_id=last, month=month).digest != steps[-1].content_digest:
            raise PremiseBroken("A copied month is not the month that was handed in.")


def _approval_after(step: ApprovalStep) -> ApprovalStep:
    return ApprovalStep(
        tenant_id=step.tenant_id,
        id=new_id(at=step.at),
        subject_kind=step.subject_kind,
        subject_id=step.subject_id,
        sequence=2,
        state=ApprovalState.APPROVED,
        content_digest=step.content_digest,
        at=step.at,
    )


def _volume(company: BenchCompany) -> dict[str, int]:
    counted = (Employee, PlannedDay, PunchEvent, DayResult, DayRevision, MonthTimesheet, ApprovalStep)
    with tenant_transaction(company.tenant):
        return {model.__name__: model.objects.filter(tenant_id=company.tenant).count() for model in counted}


def _new_id_sql() -> str:
    """Return PostgreSQL's own version 7 UUID, which came with 18, or a random one."""
    return "uuidv7()" if connection.pg_version >= 180000 else "gen_random_uuid()"  # noqa: PLR2004 -- see above
