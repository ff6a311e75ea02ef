"""The jobs of subscriptions."""

from tokimori.assurance.subscriptions.services.subscribing import forget_unconfirmed
from tokimori.assurance.subscriptions.services.telling import tell_subscribers as tell
from tokimori.foundation import clock
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.jobs.blueprint import jobs


@jobs.periodic(cron="2-59/5 * * * *")
@jobs.task(name="tell_subscribers", lock="tell_subscribers", queueing_lock="tell_subscribers")
def tell_subscribers(timestamp: int) -> None:
    """Every five minutes: tell subscribers what changed, and remove addresses that nobody confirmed."""
    del timestamp  # what counts is the clock now
    with tenant_transaction(PROVIDER):
        forget_unconfirmed(now=clock.now())
        tell(now=clock.now())
