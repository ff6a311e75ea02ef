"""Whether what is over its time is gone, and nothing went before."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from tokimori.assurance.probes.probe import Observation, judged
from tokimori.domains.keeping.queries import countries_ever
from tokimori.engine.japan.article_109_retention import FOR_THE_TIME_BEING
from tokimori.engine.thailand.section_115_records import YEARS_KEPT
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.retention.periods import OF_THE_PROVIDER, STATUTORY, RecordKind, kept_until, period_of
from tokimori.foundation.retention.queries import certificates
from tokimori.foundation.retention.services.run import due_of
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants

GRACE: Final = timedelta(days=2)
"""The run comes every night; what is over for longer than two days was forgotten."""
AHEAD: Final = timedelta(days=30)
_LOOKED_AT: Final = 1_000


def observe_retention(now: datetime) -> Observation:
    """Count, in every company, what is overdue without a hold, what went too early, and what goes within thirty days."""
    overdue = early = held = soon = 0
    everybody = [*((tenant, frozenset(RecordKind)) for tenant in all_tenants()), (PROVIDER, OF_THE_PROVIDER)]
    for tenant, kinds in everybody:
        with tenant_transaction(tenant):
            countries = countries_ever(tenant=tenant)
            for kind in kinds:
                late = due_of(tenant, kind, countries=countries, now=now - GRACE)
                next_ones = due_of(tenant, kind, countries=countries, now=now + AHEAD)
                overdue += late.rows
                held += late.held
                soon += next_ones.rows
            early += _early(tenant, countries)
    short = _below_the_law(now)
    return judged(
        {
            "nothing_is_overdue": not overdue,
            "nothing_went_early": not early,
            "no_period_is_below_the_law": not short,
        },
        overdue=overdue,
        early=early,
        held_back=held,
        due_within_30_days=soon,
        periods_below_the_law=short,
    )


def _early(tenant: TenantId, countries: Collection[str]) -> int:
    """Count the certificates of records that were younger than their period asks."""
    made = certificates(actor=system_principal(tenant), most=_LOOKED_AT)
    return sum(
        1
        for one in made
        if one.before
        > kept_until(one.kind, countries=countries if one.countries is None else one.countries, now=one.made_at)
    )


def _below_the_law(now: datetime) -> int:
    """Count the periods of the schedule that are shorter than the statutes' own figures, which stand in the engine."""
    today = now.date()
    least = {"JP": FOR_THE_TIME_BEING.on(today), "TH": YEARS_KEPT.on(today)}
    least[""] = max(least.values())
    return sum(
        1 for kind in STATUTORY for country, years in least.items() if period_of(kind, country=country).years < years
    )
