"""The company's security rules: read at every sign-in and every request, changed as a new version."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.models import SecurityRulesVersion
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import changed, record_event


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesVersionView:
    """A version of the rules, and who made it when."""

    version: int
    rules: SecurityRules
    changed_at: datetime
    changed_by: UUID | None


def current_rules(*, tenant: TenantId) -> SecurityRules:
    """Return the rules that hold now; a company that never changed any has the product's own."""
    newest = newest_versions().filter(tenant_id=tenant).first()
    return SecurityRules() if newest is None else SecurityRules.from_plain(newest.rules)


def newest_versions() -> QuerySet[SecurityRulesVersion]:
    """Return all versions, the newest first."""
    return SecurityRulesVersion.objects.order_by("-version")


def rules_versions(*, actor: Principal) -> tuple[RulesVersionView, ...]:
    """Return every version, the newest first."""
    authorise(actor, Permission.SECURITY_READ)
    return tuple(
        RulesVersionView(
            version=row.version,
            rules=SecurityRules.from_plain(row.rules),
            changed_at=row.changed_at,
            changed_by=row.changed_by,
        )
        for row in newest_versions().filter(tenant_id=actor.tenant_id)
    )


@transaction.atomic
def change_rules(*, actor: Principal, rules: SecurityRules, now: datetime) -> int:
    """Let new rules hold from now on, for sessions that are open as well; return the number of their version.

    Rules that hold already make no version. Two changes at once end in a refusal of the second by the database.
    """
    authorise(actor, Permission.SECURITY_WRITE)
    newest = newest_versions().filter(tenant_id=actor.tenant_id).first()
    number = newest.version if newest else 0
    before = SecurityRules.from_plain(newest.rules) if newest else SecurityRules()
    if before == rules:
        return number
    row = SecurityRulesVersion.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        version=number + 1,
        rules=rules.to_plain(),
        changed_at=now,
        changed_by=actor.account_id,
    )
    differences = changed(before=before.to_plain(), after=rules.to_plain())
    record_event(
        EventName.SECURITY_RULES_CHANGED, actor=actor, subject_id=row.id, at=now, version=row.version, **differences
    )
    return row.version
