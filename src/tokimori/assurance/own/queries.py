"""Read what a company has: behind its own wall, in its own transaction, numbers alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tokimori.assurance.own.values import OwnFacts, OwnValue, values_from
from tokimori.domains.keeping.queries import countries_ever
from tokimori.foundation.access.principal import PrincipalKind, system_principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import Account, AddressRule, IdentityProvider
from tokimori.foundation.identity.services.addresses import limited_audiences
from tokimori.foundation.identity.services.rules import current_rules
from tokimori.foundation.identity.services.security_level import Concern, SecurityLevel, security_level
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.operators.models import OperatorGrant
from tokimori.foundation.operators.queries.findings import accesses_without_grant
from tokimori.foundation.retention.models import LegalHold, RetentionCertificate
from tokimori.foundation.retention.periods import RecordKind, kept_until
from tokimori.foundation.single_sign_on.values import State

_CHANGES: Final = timedelta(days=90)
_ACCESSES: Final = timedelta(days=365)


def own_values(*, tenant: TenantId, now: datetime) -> Mapping[int, OwnValue]:
    """Return a company's own values by row; to be called inside its transaction. Who may ask is the caller's to check."""
    return values_from(own_facts(tenant=tenant, now=now))


def own_facts(*, tenant: TenantId, now: datetime) -> OwnFacts:
    """Return what is read of a company at a moment; to be called inside its transaction."""
    level = security_level(actor=system_principal(tenant), now=now)
    accounts = Account.objects.filter(tenant_id=tenant, is_active=True)
    countries = countries_ever(tenant=tenant)
    rules = AddressRule.objects.filter(tenant_id=tenant, removed_at=None, expires_at__gt=now)
    return OwnFacts(
        rules=current_rules(tenant=tenant),
        protection=level.protection,
        networks=limited_audiences(tenant=tenant),
        temporary_networks=rules.count(),
        active_providers=IdentityProvider.objects.filter(tenant_id=tenant, state=State.ACTIVE.value).count(),
        accounts=accounts.count(),
        accounts_with_passphrase=accounts.exclude(password_set_at=None).count(),
        passphrases_changed=_events(tenant, EventName.PASSWORD_CHANGED, since=now - _CHANGES),
        dormant_accounts=_count(level, Concern.DORMANT_ACCOUNTS),
        days_kept={kind: (now - kept_until(kind, countries=countries, now=now)).days for kind in RecordKind},
        holds=LegalHold.objects.filter(tenant_id=tenant, lifted_at=None).count(),
        removals=RetentionCertificate.objects.filter(tenant_id=tenant).count(),
        operator_requests=_events(
            tenant, EventName.OPERATOR_REQUEST, since=now - _ACCESSES, kind=PrincipalKind.OPERATOR
        ),
        requests_without_grant=accesses_without_grant(tenant=tenant),
        live_grants=OperatorGrant.objects.filter(tenant_id=tenant, revoked_at=None, ends_at__gt=now).count(),
    )


def _count(level: SecurityLevel, concern: Concern) -> int:
    return sum(point.count for point in level.points if point.concern is concern)


def _events(tenant: TenantId, name: EventName, *, since: datetime, kind: PrincipalKind | None = None) -> int:
    rows = LedgerEvent.objects.filter(tenant_id=tenant, name=name.value, at__gt=since)
    return (rows if kind is None else rows.filter(actor_kind=kind.value)).count()
