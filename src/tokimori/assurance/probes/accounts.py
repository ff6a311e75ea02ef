"""Accounts of every company: who should no longer be in, who shares, who holds what must be kept apart."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from tokimori.assurance.probes.probe import Observation, judged
from tokimori.assurance.probes.sign_in import INSIDE, OUTSIDE
from tokimori.assurance.services.canaries import account_of, canaries, leaving_nothing
from tokimori.domains.people.accounts.services import leavers_with_open_accounts
from tokimori.domains.people.queries.grants import conflicts
from tokimori.foundation.access.permissions import ROLES_OF_THE_PROVIDER, Permission, Role
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.access.segregation import PAIRS, withheld_from
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.errors import RolesConflict
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.services.account_list import conflicting_accounts
from tokimori.foundation.identity.services.accounts import NewAccount, create_account
from tokimori.foundation.identity.services.concurrent_use import concurrent_uses
from tokimori.foundation.identity.services.dormancy import overdue_accounts
from tokimori.foundation.identity.services.sessions import Origin, open_session
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants

_GRACE: Final = timedelta(hours=2)
"""The job that closes accounts runs every hour; what it should have closed two hours ago is overdue."""
_WITHOUT_FACTOR: Final = """
    select count(*) filter (where password not like '!%%'),
           count(*) filter (
               where password not like '!%%' and password_set_at < %s
                 and not exists (select from identity_passkey as key
                                  where key.tenant_id = account.tenant_id and key.account_id = account.id
                                    and key.removed_at is null)
                 and not exists (select from identity_authenticator as digits
                                  where digits.tenant_id = account.tenant_id and digits.account_id = account.id
                                    and digits.removed_at is null and digits.confirmed_at is not null))
      from identity_account as account
     where tenant_id = %s and is_active and roles && %s::varchar[]
"""
_SHARED: Final = """
    select count(*), count(*) filter (where expires_at <= %s) from identity_sharedaccountexception
     where tenant_id = %s and ended_at is null
"""
_PRIVILEGED: Final = sorted({Role.ADMINISTRATOR, Role.SECURITY, *ROLES_OF_THE_PROVIDER})


def observe_dormant(now: datetime) -> Observation:
    """Count open accounts of administrators that nobody used for longer than their company allows."""
    overdue, companies = 0, all_tenants()
    for tenant in companies:
        with tenant_transaction(tenant):
            overdue += len(overdue_accounts(tenant=tenant, now=now - _GRACE))
    return judged({"none_is_overdue": overdue == 0}, overdue=overdue, companies=len(companies))


def observe_leavers(now: datetime) -> Observation:
    """Count open accounts of people whose last day is over."""
    found, companies = 0, all_tenants()
    for tenant in companies:
        with tenant_transaction(tenant):
            found += len(leavers_with_open_accounts(tenant=tenant, now=now - _GRACE))
    return judged({"none_is_open": found == 0}, open_accounts=found, companies=len(companies))


def observe_shared(now: datetime) -> Observation:
    """Count the registered exceptions and those that are over; use the canary in two places, which must be noticed."""
    exceptions, over = 0, 0
    for tenant in all_tenants():
        with tenant_transaction(tenant), connection.cursor() as cursor:
            cursor.execute(_SHARED, [now - _GRACE, tenant])
            registered, ended = cursor.fetchone() or (0, 0)
            exceptions, over = exceptions + registered, over + ended
    canary, _ = canaries(now=now)
    with leaving_nothing(canary.tenant):
        for address, device in ((INSIDE, "one"), (OUTSIDE, "two")):
            origin = Origin(address=address, device=device)
            open_session(account=account_of(canary), proofs={Proof.PASSWORD}, is_half=False, origin=origin, now=now)
        noticed = [one.account_id for one in concurrent_uses(tenant=canary.tenant, now=now)]
    checks = {"none_is_over": over == 0, "two_places_are_noticed": canary.account_id in noticed}
    return judged(checks, exceptions=exceptions)


def observe_duties(now: datetime) -> Observation:
    """Count who holds what must be kept apart, and try to give somebody roles that exclude each other."""
    roles, rights = 0, 0
    for tenant in all_tenants():
        with tenant_transaction(tenant):
            roles += len(conflicting_accounts(tenant=tenant))
            rights += sum(1 for one in conflicts(tenant=tenant, on=now.date()) if one.is_refused)
    canary, _ = canaries(now=now)
    refused = False
    with leaving_nothing(canary.tenant):
        both = NewAccount(
            login_id="canary-both",
            email=None,
            display_name="Both",
            roles=frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
            language="en",
        )
        try:
            create_account(actor=_somebody(canary.tenant), account=both, now=now)
        except RolesConflict:
            refused = True
    one = PAIRS[0]
    checks = {
        "no_roles_conflict": roles == 0,
        "conflicting_roles_are_refused": refused,
        "refused_pairs_are_withheld": bool(withheld_from(frozenset({one.other, one.guarded}), {one.code})),
    }
    return judged(checks, accounts_with_conflicting_roles=roles, withheld_from_accounts=rights)


def _somebody(tenant: TenantId) -> Principal:
    """Return a person with every right; the service itself may give any roles, a person may not."""
    return Principal(
        tenant_id=tenant,
        kind=PrincipalKind.PERSON,
        account_id=new_id(),
        employee_id=None,
        rights=frozenset(Permission),
    )


def observe_factor_coverage(now: datetime) -> Observation:
    """Count privileged people who chose a password a day ago or longer and still have no second factor."""
    people, without = 0, 0
    for tenant in all_tenants():
        with tenant_transaction(tenant), connection.cursor() as cursor:
            cursor.execute(_WITHOUT_FACTOR, [now - timedelta(days=1), tenant, _PRIVILEGED])
            entered, lacking = cursor.fetchone() or (0, 0)
            people, without = people + entered, without + lacking
    return judged({"all_have_a_factor": without == 0}, privileged_people=people, without_factor=without)
