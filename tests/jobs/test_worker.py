"""The worker does what was enqueued, in its tenant, and leaves nothing behind."""

import ast
import inspect
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

import tokimori
from support.cast import Cast, plan_office_days
from support.punching import punch
from tokimori.domains.schedules.plans import DayPlan, ShiftPlan
from tokimori.domains.schedules.services import plan_days
from tokimori.domains.timekeeping.models import StaleDay
from tokimori.domains.timekeeping.services.stale import recalculation_of
from tokimori.domains.timesheets.models import DayResult
from tokimori.engine import DayType
from tokimori.foundation import clock
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.queue import JobRequest, enqueue
from tokimori.foundation.tenancy.context import TenantContextError, tenant_transaction


def work_off() -> None:
    """Run every job that waits, in a worker of its own."""
    worker = app.with_connector(app.connector.get_worker_connector())

    async def run() -> None:
        async with worker.open_async():
            await worker.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    async_to_sync(run)()


def jobs_of(cast: Cast) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select task_name, status::text from procrastinate_jobs where args->>'tenant_id' = %s", [str(cast.tenant)]
        )
        return cursor.fetchall()


def test_a_punch_is_calculated_by_the_worker(cast: Cast) -> None:
    today = clock.now().date()
    day = today - timedelta(days=3)
    plan_office_days(cast, "aiko", first=day, count=1)
    punch(cast, "aiko", day, "in 09:00, out 18:00", now=clock.now())
    assert ("tokimori:recalculate_employees", "todo") in jobs_of(cast)

    work_off()

    with tenant_transaction(cast.tenant):
        assert not StaleDay.objects.exists()
        assert DayResult.objects.get(employee_id=cast["aiko"].employee_id, work_date=day).worked_minutes > 0
    assert {status for _, status in jobs_of(cast)} == {"succeeded"}


def test_without_a_tenant_nothing_is_enqueued() -> None:
    with pytest.raises(TenantContextError):
        enqueue([JobRequest(name="tokimori:recalculate_employees", lock="x")])


def test_every_job_that_is_enqueued_exists_and_takes_its_arguments() -> None:
    known = {name for name in app.tasks if name.startswith("tokimori:")}
    source = Path(tokimori.__file__).parent
    enqueued = {
        node.value
        for file in source.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("tokimori:")
    }

    assert enqueued <= known
    body = inspect.signature(inspect.unwrap(app.tasks["tokimori:recalculate_employees"].func))
    assert set(body.parameters) == {"tenant", "employee_ids"}
    rule = inspect.signature(inspect.unwrap(app.tasks["tokimori:recalculate_rule_set"].func))
    assert set(rule.parameters) == {"tenant", "rule_set_code", "first"}


def test_the_hourly_turn_marks_what_ended(cast: Cast) -> None:
    ended = clock.now().date() - timedelta(days=2)
    plan = DayPlan(
        employee_id=cast["aiko"].employee_id,
        work_date=ended,
        day_type=DayType.WORKDAY,
        shifts=(ShiftPlan(start_minute=540, end_minute=1080),),
    )
    earlier = clock.now() - timedelta(days=10)  # before the day, so that the plan itself marks nothing
    with tenant_transaction(cast.tenant):
        plan_days(actor=cast.system, plans=[plan], now=earlier)

    app.tasks["tokimori:turn_days"].func(timestamp=0)

    with tenant_transaction(cast.tenant):
        marked = set(StaleDay.objects.values_list("work_date", flat=True))
    assert marked == {ended}


def test_a_job_of_a_worker_that_was_killed_is_taken_over(cast: Cast) -> None:
    day = clock.now().date() - timedelta(days=3)
    punch(cast, "aiko", day, "in 09:00, out 18:00", now=clock.now())
    with connection.cursor() as cursor:  # as a worker leaves it that began the job and was killed two minutes ago
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - interval '2 minutes') returning id"
        )
        (worker,) = cursor.fetchone() or (0,)
        cursor.execute(
            "update procrastinate_jobs set status = 'doing', worker_id = %s where args->>'tenant_id' = %s",
            [worker, str(cast.tenant)],
        )
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args)"
            " values ('default', 'tokimori:take_over_stalled', '{\"timestamp\": 0}')"
        )
    punch(cast, "aiko", day, "break_start 12:00", now=clock.now())

    work_off()
    work_off()

    with tenant_transaction(cast.tenant):
        assert not StaleDay.objects.exists()
    assert {status for _, status in jobs_of(cast)} == {"succeeded"}


def test_a_mark_whose_job_failed_for_good_is_tried_again(cast: Cast) -> None:
    earlier = clock.now() - timedelta(hours=2)
    punch(cast, "aiko", earlier.date(), "in 00:01", now=earlier)
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where args->>'tenant_id' = %s", [str(cast.tenant)])

    app.tasks["tokimori:turn_days"].func(timestamp=0)
    work_off()

    with tenant_transaction(cast.tenant):
        assert not StaleDay.objects.exists()


def test_where_one_of_several_cannot_be_calculated_the_others_do_not_wait_for_him(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = sorted(cast[name].employee_id for name in ("aiko", "ben"))
    seen: list[list[UUID]] = []

    def fails_together(*, tenant: TenantId, employee_ids: list[UUID], now: datetime) -> None:
        seen.append(employee_ids)
        if len(employee_ids) > 1:
            raise ValueError("something about one of them")

    monkeypatch.setattr("tokimori.jobs.calculation.recalculate_and_settle", fails_together)
    with tenant_transaction(cast.tenant):
        enqueue([recalculation_of(employee_ids=ids)])

    work_off()

    assert seen == [ids, [ids[0]], [ids[1]]]
    assert {status for _, status in jobs_of(cast)} == {"succeeded"}
