"""What was left behind: jobs of workers that died, counts that nobody needs any more."""

from datetime import timedelta
from typing import Final

from procrastinate import JobContext

from tokimori.foundation import clock
from tokimori.foundation.drafts.services import forget_drafts
from tokimori.foundation.identity.limits import forget_limits
from tokimori.foundation.identity.services.address_trials import forget_seen_addresses as forget_addresses
from tokimori.foundation.identity.services.passkeys import forget_challenges
from tokimori.foundation.logs import logger
from tokimori.foundation.single_sign_on.services.pending import forget_single_sign_on
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants
from tokimori.jobs.blueprint import jobs

_log = logger("tokimori.jobs")
_LONGEST_LIMIT: Final = timedelta(days=2)
"""Longer than any window or lock that can be set."""


@jobs.periodic(cron="* * * * *")
@jobs.task(name="take_over_stalled", pass_context=True)
async def take_over_stalled(context: JobContext, timestamp: int) -> None:
    """Every minute: put the jobs of workers without a heartbeat back into the queue.

    A killed worker's job is half done nowhere, since each runs in one transaction; but as long as it counts as running,
    its lock keeps every later job of the same employee waiting.
    """
    del timestamp  # what counts is the heartbeat now
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
        _log.warning("job.taken_over", job=job.task_name, job_id=job.id)


@jobs.periodic(cron="17 3 * * *")
@jobs.task(name="forget_sign_in_limits")
def forget_sign_in_limits(timestamp: int) -> None:
    """Every night: remove the counts of attempts to sign in that are over."""
    del timestamp  # what counts is the clock now
    forget_limits(before=clock.now() - _LONGEST_LIMIT)


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="forget_challenges")
def forget_unanswered_challenges(timestamp: int) -> None:
    """Every ten minutes: remove the challenges that nobody answered; anybody can have one made."""
    del timestamp  # what counts is the clock now
    forget_challenges(before=clock.now())


@jobs.periodic(cron="27 * * * *")
@jobs.task(name="forget_single_sign_on")
def forget_finished_single_sign_on(timestamp: int) -> None:
    """Every hour: remove what was under way with identity providers and is over."""
    del timestamp  # what counts is the clock now
    now = clock.now()
    for tenant in all_tenants():
        with tenant_transaction(tenant):
            forget_single_sign_on(tenant=tenant, now=now)


@jobs.periodic(cron="37 3 * * *")
@jobs.task(name="forget_seen_addresses")
def forget_seen_addresses(timestamp: int) -> None:
    """Every night, in every tenant: remove who came from where, once no change of networks is tried on it any more."""
    del timestamp  # what counts is the clock now
    for tenant in all_tenants():
        with tenant_transaction(tenant):
            forget_addresses(tenant=tenant, today=clock.now().date())


@jobs.periodic(cron="47 * * * *")
@jobs.task(name="forget_drafts")
def forget_old_drafts(timestamp: int) -> None:
    """Every hour, in every tenant: remove what was typed into forms and not sent within a day."""
    del timestamp  # what counts is the clock now
    for tenant in all_tenants():
        with tenant_transaction(tenant):
            forget_drafts(tenant=tenant, now=clock.now())
