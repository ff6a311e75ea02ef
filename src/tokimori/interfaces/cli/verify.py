"""``tokimori verify``: compare punches, seals and events with the logs, company by company."""

import sys

from tokimori.domains.closings.checking import check_seals
from tokimori.domains.timekeeping.checking import check_punches
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.queries.checking import Finding, check_log
from tokimori.foundation.retention.queries import details_gone_before
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants, tenant_of_company_code


def verify_companies(*, company_code: str | None) -> int:
    """Print what does not fit; return 0 if all does, 1 if something does not, 2 if there is no such company."""
    tenants = all_tenants()
    if company_code is not None:
        tenant = tenant_of_company_code(company_code)
        if tenant is None:
            print("There is no such company.", file=sys.stderr)
            return 2
        tenants = (tenant,)
    count = 0
    for tenant in tenants:
        for finding in findings_of(tenant):
            count += 1
            print(f"{tenant} {finding.what} {finding.where}: {finding.why}")
    print(f"{len(tenants)} companies were compared with their logs; {count} findings.")
    return 1 if count else 0


def findings_of(tenant: TenantId) -> tuple[Finding, ...]:
    """Return all that does not fit of one company, seen at one moment."""
    with tenant_transaction(tenant):
        return (
            *check_log(tenant=tenant, details_gone_before=details_gone_before(tenant=tenant)),
            *check_punches(tenant=tenant),
            *check_seals(tenant=tenant),
        )
