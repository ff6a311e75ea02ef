"""Accounts that must not stay open: nobody uses them, their person left, their time or their review is over."""

from tokimori.domains.people.accounts.services import close_accounts_of_leavers
from tokimori.foundation import clock
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.identity.services.concurrent_use import note_concurrent_uses
from tokimori.foundation.identity.services.country_tables import note_country_table
from tokimori.foundation.identity.services.dormancy import close_dormant_accounts
from tokimori.foundation.identity.services.network_changes import note_network_changes
from tokimori.foundation.identity.services.reviews import conclude_due_reviews
from tokimori.foundation.identity.services.shared_accounts import end_expired_shared_accounts
from tokimori.foundation.operators.services.dormancy import dismiss_dormant_operators
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants
from tokimori.jobs.blueprint import jobs


@jobs.periodic(cron="23 * * * *")
@jobs.task(name="tidy_accounts")
def tidy_accounts(timestamp: int) -> None:
    """Every hour, in every tenant: close what must not stay open. Hourly, because days end at another hour everywhere."""
    del timestamp  # what counts is the clock now, also when the job was late
    for tenant in all_tenants():
        with tenant_transaction(tenant):
            actor = system_principal(tenant)
            close_accounts_of_leavers(actor=actor, now=clock.now())
            close_dormant_accounts(actor=actor, now=clock.now())
            end_expired_shared_accounts(actor=actor, now=clock.now())
            conclude_due_reviews(actor=actor, now=clock.now())
            if tenant == PROVIDER:
                dismiss_dormant_operators(actor=actor, now=clock.now())


@jobs.periodic(cron="*/5 * * * *")
@jobs.task(name="watch_concurrent_use")
def watch_concurrent_use(timestamp: int) -> None:
    """Every five minutes, in every tenant: note accounts in use in several places, and another table of countries."""
    del timestamp  # as above
    for tenant in all_tenants():
        with tenant_transaction(tenant):
            note_concurrent_uses(actor=system_principal(tenant), now=clock.now())
            note_network_changes(actor=system_principal(tenant), now=clock.now())
            if tenant == PROVIDER:
                note_country_table(actor=system_principal(tenant), now=clock.now())
