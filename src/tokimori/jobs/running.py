"""How a job runs: in its tenant's transaction, under the correlation id of what caused it."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.db import close_old_connections

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.logs import correlation_id
from tokimori.foundation.tenancy.context import tenant_transaction


def tenant_job(body: Callable[..., None]) -> Callable[..., None]:
    """Open the tenant that was current when the job was enqueued, run ``body`` with it, and commit.

    The names of a job's arguments are the enqueuer's; a test compares them with the body's.
    """

    @wraps(body)
    def within(tenant: TenantId, **arguments: object) -> None:
        with tenant_transaction(tenant):
            body(tenant, **arguments)

    return job_between_transactions(within)


def job_between_transactions(body: Callable[..., None]) -> Callable[..., None]:
    """Run ``body`` with the tenant for which it was enqueued; it opens the tenant itself, as often as it must.

    For what waits for other machines, while no transaction may stay open.
    """

    @wraps(body)
    def run(*, tenant_id: str, correlation: str, **arguments: object) -> None:
        token = correlation_id.set(correlation)
        close_old_connections()
        try:
            body(TenantId(UUID(tenant_id)), **arguments)
        finally:
            close_old_connections()
            correlation_id.reset(token)

    return run
