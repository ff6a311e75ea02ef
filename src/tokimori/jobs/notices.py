"""Letters: sent one by one, tried again later."""

from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from procrastinate import RetryStrategy

from tokimori.domains.organisations.queries import company, sites
from tokimori.foundation import clock
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.services.endings import tell_of_endings as tell
from tokimori.foundation.notices.letters import Sender
from tokimori.foundation.notices.services import delivery
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants
from tokimori.jobs.blueprint import jobs
from tokimori.jobs.running import job_between_transactions

# The last of the eight attempts is made about six hours after the first.
_AGAIN: Final = RetryStrategy(max_attempts=delivery.MOST_ATTEMPTS, exponential_wait=4)


@jobs.task(name="send_notice", retry=_AGAIN)
@job_between_transactions
def send_notice(tenant: TenantId, *, notice_id: str) -> None:
    """Send one letter."""
    delivery.send_notice(tenant=tenant, notice_id=UUID(notice_id), sender_of=_sender, now=clock.now())


@jobs.periodic(cron="41 * * * *")
@jobs.task(name="tell_of_endings")
def tell_of_endings(timestamp: int) -> None:
    """Every hour, in every tenant: tell those who can renew them which tokens and networks end soon."""
    del timestamp  # what counts is the clock now
    for tenant in all_tenants():
        with tenant_transaction(tenant):
            tell(actor=system_principal(tenant), now=clock.now())


def _sender(tenant: TenantId) -> Sender:
    """Return in whose name letters are written: the company's, on the clock of its first site."""
    if tenant == PROVIDER:
        return Sender(company="Tokimori", zone=ZoneInfo("UTC"))
    places = sites(tenant=tenant)
    return Sender(company=company(tenant=tenant).name, zone=ZoneInfo(places[0].zone if places else "UTC"))
