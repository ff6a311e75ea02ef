"""Calculations in the background. Each body is one call of a service."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy

from tokimori.domains.closings.services.settle import recalculate_and_settle
from tokimori.domains.timekeeping.services.stale import recalculation_of, wake_for_marks
from tokimori.domains.timesheets.services.staleness import mark_finished_days, mark_rule_set_stale
from tokimori.foundation import clock
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.logs import logger
from tokimori.foundation.queue import enqueue
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants
from tokimori.jobs.blueprint import jobs
from tokimori.jobs.running import tenant_job

_log = logger("tokimori.jobs")

# A deadlock or a lost connection passes; ten tries, the last after about a quarter of an hour.
_PATIENT: Final = RetryStrategy(max_attempts=10, exponential_wait=2)

_LONG_WAIT: Final = timedelta(hours=1)
"""A mark this old has outlived its job's tries, or waits in a long queue, where one wake-up more does no harm."""


@jobs.task(name="recalculate_employees", retry=_PATIENT)
@tenant_job
def recalculate_employees(tenant: TenantId, *, employee_ids: str) -> None:
    """Calculate the marked days of employees (ids, separated by commas), and settle what changed in sealed months.

    Where one of several cannot be calculated, the others must not wait for him: each gets a job of his own.
    """
    ids = [UUID(one) for one in employee_ids.split(",")]
    try:
        with transaction.atomic():  # rule: transaction-place -- what fails together is undone, and asked for one by one
            recalculate_and_settle(tenant=tenant, employee_ids=ids, now=clock.now())
    except Exception:  # rule: broad-except -- whatever it was, the others shall not wait; alone it is raised
        if len(ids) == 1:
            raise
        _log.exception("calculation.separated", employees=len(ids))
        enqueue(recalculation_of(employee_ids=[one]) for one in ids)


@jobs.task(name="recalculate_rule_set", retry=_PATIENT)
@tenant_job
def recalculate_rule_set(tenant: TenantId, *, rule_set_code: str, first: str) -> None:
    """Mark the days that follow a rule set which has a new version."""
    mark_rule_set_stale(tenant=tenant, rule_set_code=rule_set_code, first=date.fromisoformat(first), now=clock.now())


@jobs.periodic(cron="5 * * * *")
@jobs.task(name="turn_days")
def turn_days(timestamp: int) -> None:
    """Every hour, in every tenant: let the days that ended be calculated, and the marks whose job failed be tried again."""
    del timestamp  # what counts is the clock now, also when the job was late
    for tenant in all_tenants():
        with tenant_transaction(tenant):
            wake_for_marks(tenant=tenant, older_than=clock.now() - _LONG_WAIT)
            mark_finished_days(tenant=tenant, now=clock.now())
