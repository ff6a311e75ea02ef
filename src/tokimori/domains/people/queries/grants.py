"""Reads about scoped administrators: what was granted to whom, what it comes to today, and which duties meet in one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from tokimori.domains.organisations.queries import divisions_below
from tokimori.domains.people.models import AdministratorGrant, DutyChoice, GrantedType
from tokimori.foundation.access.functions import Function, GrantedScope, Level, rights_within
from tokimori.foundation.access.permissions import Permission, Role, rights_of
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.access.segregation import ConflictingPair, conflicts_in
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.queries import roles_by_account


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    """A grant, as shown; ``employee_type_ids`` is missing where it is for every type."""

    id: UUID
    account_id: UUID
    division_id: UUID | None
    site_id: UUID | None
    employee_type_ids: frozenset[UUID] | None
    functions: frozenset[Function]
    level: Level
    valid_from: date
    valid_until: date | None
    reason: str
    granted_by_id: UUID | None
    granted_at: datetime
    revoked_by_id: UUID | None
    revoked_at: datetime | None
    revoked_reason: str

    def holds(self, on: date) -> bool:
        """Whether the grant counts on a day."""
        is_over = self.valid_until is not None and self.valid_until < on
        return self.revoked_at is None and self.valid_from <= on and not is_over


@dataclass(frozen=True, slots=True, kw_only=True)
class DutiesMet:
    """An account in which two duties meet that are better kept apart."""

    account_id: UUID
    pair: ConflictingPair
    is_refused: bool


def grants(*, tenant: TenantId, account_id: UUID | None = None) -> tuple[GrantView, ...]:
    """Return the grants of an account, or everybody's: those that were taken back as well, the newest first."""
    rows = AdministratorGrant.objects.filter(tenant_id=tenant)
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    return _views(tenant=tenant, rows=list(rows.order_by("-granted_at", "-id")))


def scopes_of(*, tenant: TenantId, account_id: UUID, on: date) -> tuple[GrantedScope, ...]:
    """Return what an account was granted, as it holds on a day, in the order in which it was granted."""
    rows = list(_holding(tenant=tenant, on=on).filter(account_id=account_id).order_by("granted_at", "id"))
    if not rows:
        return ()
    return _scopes(tenant=tenant, views=_views(tenant=tenant, rows=rows))


def with_grants(*, actor: Principal, on: date) -> Principal:
    """Return a person with what he was granted, and without the rights that his company keeps apart from his others."""
    if actor.account_id is None:
        return actor
    found = actor.with_scopes(scopes_of(tenant=actor.tenant_id, account_id=actor.account_id, on=on))
    if not conflicts_in(found.all_rights):
        return found
    return found.with_duties_apart(refused_pairs(tenant=actor.tenant_id))


def refused_pairs(*, tenant: TenantId) -> frozenset[str]:
    """Return the codes of the pairs of duties that the company refuses in one person."""
    latest = DutyChoice.objects.filter(tenant_id=tenant).order_by("pair", "-sequence").distinct("pair")
    return frozenset(row.pair for row in latest if row.is_refused)


def conflicts(*, tenant: TenantId, on: date) -> tuple[DutiesMet, ...]:
    """Return every active account in which duties meet that are better kept apart, by roles and grants together."""
    granted: dict[UUID, list[GrantView]] = {}
    for view in _views(tenant=tenant, rows=list(_holding(tenant=tenant, on=on))):
        granted.setdefault(view.account_id, []).append(view)
    refused = refused_pairs(tenant=tenant)
    return tuple(
        DutiesMet(account_id=account_id, pair=one, is_refused=one.code in refused)
        for account_id, roles in roles_by_account(tenant=tenant).items()
        for one in conflicts_in(_rights(roles, granted.get(account_id, ())))
    )


def _rights(roles: frozenset[Role], views: Sequence[GrantView]) -> frozenset[Permission]:
    """Return the rights of roles and grants together; over whom makes no difference here."""
    scopes = [
        GrantedScope(
            grant_id=view.id,
            functions=view.functions,
            level=view.level,
            division_ids=None,
            site_id=None,
            employee_type_ids=None,
        )
        for view in views
    ]
    return rights_of(roles) | rights_within(scopes)


def _holding(*, tenant: TenantId, on: date) -> QuerySet[AdministratorGrant]:
    return AdministratorGrant.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=on), tenant_id=tenant, revoked_at=None, valid_from__lte=on
    )


def _scopes(*, tenant: TenantId, views: Collection[GrantView]) -> tuple[GrantedScope, ...]:
    tops = {view.division_id for view in views if view.division_id is not None}
    below: Mapping[UUID, frozenset[UUID]] = divisions_below(tenant=tenant, division_ids=tops)
    return tuple(
        GrantedScope(
            grant_id=view.id,
            functions=view.functions,
            level=view.level,
            division_ids=None if view.division_id is None else below[view.division_id],
            site_id=view.site_id,
            employee_type_ids=view.employee_type_ids,
        )
        for view in views
    )


def _views(*, tenant: TenantId, rows: Sequence[AdministratorGrant]) -> tuple[GrantView, ...]:
    limited = [row.id for row in rows if not row.is_for_every_type]
    types: dict[UUID, set[UUID]] = {}
    if limited:
        for row in GrantedType.objects.filter(tenant_id=tenant, grant_id__in=limited):
            types.setdefault(row.grant_id, set()).add(row.employee_type_id)
    return tuple(
        GrantView(
            id=row.id,
            account_id=row.account_id,
            division_id=row.division_id,
            site_id=row.site_id,
            employee_type_ids=None if row.is_for_every_type else frozenset(types.get(row.id, ())),
            functions=frozenset(Function(name) for name in row.functions),
            level=Level(row.level),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            reason=row.reason,
            granted_by_id=row.granted_by_id,
            granted_at=row.granted_at,
            revoked_by_id=row.revoked_by_id,
            revoked_at=row.revoked_at,
            revoked_reason=row.revoked_reason,
        )
        for row in rows
    )
