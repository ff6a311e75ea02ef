"""Enqueue jobs by name, inside the current transaction: with the fact, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from tokimori.foundation.logs import correlation_id
from tokimori.foundation.tenancy.context import current_tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """A job to do: its registered name, what may not run beside it, and its arguments (ids and plain values)."""

    name: str
    lock: str
    arguments: dict[str, str | int] = field(default_factory=dict)


def enqueue(requests: Iterable[JobRequest]) -> None:
    """Enqueue the jobs for the open tenant, in one statement.

    The tenant and the correlation id travel with each job. Locks are per tenant: jobs with the same lock run one after
    the other, in order.
    """
    tenant_id = current_tenant()
    jobs = [
        Job(
            queue="default",
            lock=f"{tenant_id}:{request.lock}",
            queueing_lock=None,
            task_name=request.name,
            task_kwargs={**request.arguments, "tenant_id": str(tenant_id), "correlation": correlation_id.get()},
        )
        for request in requests
    ]
    if jobs:
        app.job_manager.batch_defer_jobs(jobs=jobs)
