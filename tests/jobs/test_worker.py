"""The worker does what was enqueued, in its tenant, and leaves nothing behind."""

import ast
import inspect
from datetime import date, timedelta
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

import tokimori
from support.cast import Cast, plan_office_days
from support.punching import punch
from tokimori.domains.timekeeping.models import StaleDay
from tokimori.domains.timesheets.models import DayResult
from tokimori.foundation import clock
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
    assert ("tokimori:recalculate_employee", "todo") in jobs_of(cast)

    work_off()

    with tenant_transaction(cast.tenant):
        assert not StaleDay.objects.exists()
        assert DayResult.objects.get(employee_id=cast["aiko"].employee_id, work_date=day).worked_minutes > 0
    assert {status for _, status in jobs_of(cast)} == {"succeeded"}


def test_without_a_tenant_nothing_is_enqueued() -> None:
    with pytest.raises(TenantContextError):
        enqueue([JobRequest(name="tokimori:recalculate_employee", lock="x")])


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
    body = inspect.signature(inspect.unwrap(app.tasks["tokimori:recalculate_employee"].func))
    assert set(body.parameters) == {"tenant", "employee_id"}
    rule = inspect.signature(inspect.unwrap(app.tasks["tokimori:recalculate_rule_set"].func))
    assert set(rule.parameters) == {"tenant", "rule_set_code", "first"}


def test_the_hourly_turn_marks_what_ended(cast: Cast) -> None:
    yesterday = clock.now().date() - timedelta(days=2)
    plan_office_days(cast, "aiko", first=yesterday, count=1, now=clock.now() - timedelta(days=10))

    app.tasks["tokimori:turn_days"].func(timestamp=0)

    with tenant_transaction(cast.tenant):
        marked = set(StaleDay.objects.values_list("work_date", flat=True))
    assert marked <= {yesterday}
    assert isinstance(yesterday, date)
