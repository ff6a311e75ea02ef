"""Records whose time is over, and values that wait for the newest key."""

from collections.abc import Collection

from tokimori.domains.keeping.queries import countries_ever
from tokimori.foundation import clock
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.custody.services.resealing import continue_unfinished
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.retention.periods import OF_THE_PROVIDER, RecordKind
from tokimori.foundation.retention.services.run import take_away
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants
from tokimori.jobs.blueprint import jobs


@jobs.periodic(cron="41 2 * * *")
@jobs.task(name="take_away_old_records")
def take_away_old_records(timestamp: int) -> None:
    """Every night, in every tenant: take away what is over its time, with certificates, until nothing is due.

    Of the provider itself, letters alone.
    """
    del timestamp  # what counts is the clock now, also when the job was late
    for tenant in all_tenants():
        while _take_a_step(tenant, frozenset(RecordKind)):
            pass
    while _take_a_step(PROVIDER, OF_THE_PROVIDER):
        pass


def _take_a_step(tenant: TenantId, kinds: Collection[RecordKind]) -> bool:
    """Return whether there was anything to take away, and perhaps is more."""
    with tenant_transaction(tenant):
        countries = countries_ever(tenant=tenant)
        return bool(take_away(actor=system_principal(tenant), countries=countries, now=clock.now(), kinds=kinds))


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="carry_on_resealing")
def carry_on_resealing(timestamp: int) -> None:
    """Every ten minutes, in every tenant: take one step of a run that was begun and not finished."""
    del timestamp  # as above
    for tenant in all_tenants():
        with tenant_transaction(tenant):
            continue_unfinished(actor=system_principal(tenant), now=clock.now())
