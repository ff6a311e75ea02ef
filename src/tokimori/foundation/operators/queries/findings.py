"""Questions whose right answer is known: what the provider's people did without a grant, and who stands above the rules."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tokimori.foundation.access.permissions import ROLES_OF_THE_PROVIDER
from tokimori.foundation.access.principal import PrincipalKind
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.operators.models import MaintenanceSession, OperatorGrant, PrivilegeRequest
from tokimori.foundation.operators.queries.maintenance import sessions_not_whole
from tokimori.foundation.operators.scopes import REVIEW_WITHIN
from tokimori.foundation.operators.services.devices import Arrival, DeviceStanding, standing_of
from tokimori.foundation.operators.services.dormancy import dormant_operators
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.foundation.tenancy.directory import all_tenants


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFindings:
    """What was found over all companies. All but the last two ought to be zero, or empty. Reviews are due within a week."""

    accesses_without_live_grant: int
    grants_without_approver: int
    privileges_without_second_person: int
    sessions_without_device: int
    maintenance_without_ticket: int
    maintenance_not_whole: int
    wrapper_bypasses: int
    dormant_operators: tuple[UUID, ...]
    standing_privileged_accounts: tuple[UUID, ...]
    reviews_overdue: int
    longest_grant: timedelta
    longest_privilege: timedelta


def look_at_operators(*, now: datetime) -> OperatorFindings:
    """Look at every company, each in a transaction of its own, and at the provider."""
    without_grant, without_approver = 0, 0
    longest = timedelta(hours=0)
    standing: list[UUID] = []
    for tenant in all_tenants():
        with tenant_transaction(tenant):
            standing += _standing(tenant)
            grants = list(OperatorGrant.objects.filter(tenant_id=tenant))
            without_grant += _accesses_without_grant(tenant, grants)
        without_approver += sum(1 for one in grants if one.granted_by is None and one.approver_id is None)
        longest = max([longest, *(one.ends_at - one.granted_at for one in grants)])
    with tenant_transaction(PROVIDER):
        privileges = list(PrivilegeRequest.objects.filter(tenant_id=PROVIDER, is_approved=True))
        sessions = Session.objects.filter(tenant_id=PROVIDER, ended_at=None, is_half=False)
        operators = Account.objects.filter(tenant_id=PROVIDER, roles__overlap=sorted(ROLES_OF_THE_PROVIDER))
        lately = sessions.filter(account_id__in=operators.values("id"), last_used_at__gt=now - _HALF_HOUR)
        without_device = sum(1 for session in lately if not _is_from_device(session, now=now))
        maintained = MaintenanceSession.objects.filter(tenant_id=PROVIDER, opened_at__isnull=False)
        without_ticket = sum(1 for one in maintained if not one.ticket.strip() or not one.purpose.strip())
        maintenance_overdue = maintained.filter(reviewed_at=None, opened_at__lte=now - REVIEW_WITHIN).count()
        not_whole = sessions_not_whole(tenant=PROVIDER)
        bypasses = LedgerEvent.objects.filter(tenant_id=PROVIDER, name=EventName.MAINTENANCE_BYPASSED.value).count()
        dormant = dormant_operators(now=now)
    return OperatorFindings(
        accesses_without_live_grant=without_grant,
        grants_without_approver=without_approver,
        privileges_without_second_person=sum(1 for one in privileges if one.decided_by in {None, one.operator_id}),
        sessions_without_device=without_device,
        standing_privileged_accounts=tuple(standing),
        maintenance_without_ticket=without_ticket,
        maintenance_not_whole=len(not_whole),
        wrapper_bypasses=bypasses,
        dormant_operators=dormant,
        reviews_overdue=maintenance_overdue + sum(1 for one in privileges if _is_overdue(one, now=now)),
        longest_grant=longest,
        longest_privilege=max([timedelta(hours=0), *(timedelta(hours=one.hours) for one in privileges)]),
    )


def accesses_without_grant(*, tenant: TenantId) -> int:
    """Return how often the provider's people were in a company without a live grant; within its transaction."""
    return _accesses_without_grant(tenant, list(OperatorGrant.objects.filter(tenant_id=tenant)))


_HALF_HOUR = timedelta(minutes=30)
_REVIEW_WITHIN = timedelta(days=7)


def _is_from_device(session: Session, *, now: datetime) -> bool:
    """Whether a session was proved by a passkey on a registered device that is in order now."""
    arrival = Arrival(account_id=session.account_id, passkey_id=session.passkey_id)
    orderly = {DeviceStanding.IN_ORDER, DeviceStanding.OTHER_CERTIFICATE}  # the door alone sees the certificate
    return Proof.PASSKEY.value in session.proofs and standing_of(arrival, now=now) in orderly


def _is_overdue(row: PrivilegeRequest, *, now: datetime) -> bool:
    return row.reviewed_at is None and row.ends_at is not None and row.ends_at <= now - _REVIEW_WITHIN


def _accesses_without_grant(tenant: TenantId, grants: list[OperatorGrant]) -> int:
    """Return how many events of operators lie outside of a grant of theirs that was live then."""
    of_operator: defaultdict[UUID, list[OperatorGrant]] = defaultdict(list)
    for grant in grants:
        of_operator[grant.operator_id].append(grant)
    found = LedgerEvent.objects.filter(
        tenant_id=tenant, actor_kind=PrincipalKind.OPERATOR.value, name="operator:request"
    )
    return sum(
        1
        for operator_id, at in found.values_list("actor_id", "at").iterator()
        if operator_id is None or not any(_was_live(grant, at) for grant in of_operator[operator_id])
    )


def _was_live(grant: OperatorGrant, at: datetime) -> bool:
    return grant.granted_at <= at < grant.ends_at and (grant.revoked_at is None or at < grant.revoked_at)


def _standing(tenant: TenantId) -> list[UUID]:
    """Return who has more than an operator has unasked: another role at the provider, or his role in a company."""
    rows = Account.objects.filter(tenant_id=tenant, is_active=True).values_list("id", "roles")
    if tenant == PROVIDER:
        return [key for key, roles in rows if set(roles) - ROLES_OF_THE_PROVIDER]
    return [key for key, roles in rows.filter(roles__overlap=sorted(ROLES_OF_THE_PROVIDER))]
