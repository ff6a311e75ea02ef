"""The jobs of webhooks."""

from typing import Final
from uuid import UUID

from procrastinate import RetryStrategy

from tokimori.assurance.webhooks.services import sending
from tokimori.assurance.webhooks.services.spreading import forget_deliveries, spread_changes
from tokimori.foundation import clock
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants
from tokimori.jobs.blueprint import jobs
from tokimori.jobs.running import job_between_transactions

# The last of the eight tries is made about six hours after the first.
_AGAIN: Final = RetryStrategy(max_attempts=sending.MOST_ATTEMPTS, exponential_wait=4)


@jobs.periodic(cron="3-59/5 * * * *")
@jobs.task(name="spread_changes", lock="spread_changes", queueing_lock="spread_changes")
def spread_to_webhooks(timestamp: int) -> None:
    """Every five minutes: write down what webhooks are told of the changes since."""
    del timestamp  # what counts is the clock now
    spread_changes(now=clock.now())


@jobs.task(name="send_webhook", retry=_AGAIN)
@job_between_transactions
def send_webhook(tenant: TenantId, *, delivery_id: str) -> None:
    """Send one message."""
    sending.send_webhook(tenant=tenant, delivery_id=UUID(delivery_id), now=clock.now())


@jobs.periodic(cron="53 3 * * *")
@jobs.task(name="forget_deliveries")
def forget_old_deliveries(timestamp: int) -> None:
    """Every night, in every tenant: remove what was sent long ago."""
    del timestamp  # what counts is the clock now
    for tenant in {PROVIDER, *all_tenants()}:
        with tenant_transaction(tenant):
            forget_deliveries(tenant=tenant, now=clock.now())
