"""Make somebody an administrator of some of the people, take it back, and choose which duties are kept apart."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from tokimori.domains.organisations.queries import division, sites_by_id
from tokimori.domains.people.models import AdministratorGrant, DutyChoice, GrantedType
from tokimori.domains.people.queries import employee_types
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.functions import Function, Level, needs_whole_company, rights_at
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.access.segregation import pair
from tokimori.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.errors import SharedAccountNotFit
from tokimori.foundation.identity.queries import is_shared_account, roles_by_account
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event

MOST_GRANTS: Final = 50
LONGEST_REASON: Final = 300


class GrantToOneself(NotAllowed):
    """Nobody gives themselves rights, or takes their own away; ask another administrator."""

    code = "grant.to_oneself"


class GrantReasonMissing(InvalidInput):
    """Say why, in up to 300 characters; it is kept with the grant."""

    code = "grant.reason_missing"


class GrantMeansNothing(InvalidInput):
    """Choose at least one function, and for each a level that it has: imports and exports begin at edit."""

    code = "grant.means_nothing"


class GrantNeedsWholeCompany(InvalidInput):
    """Rules and seals are the whole company's: grant them without a division, a site and employee types."""

    code = "grant.needs_whole_company"


class GrantDaysNotValid(InvalidInput):
    """A grant begins today or later, and ends on or after its first day."""

    code = "grant.days_not_valid"


class GrantsFull(Conflict):
    """One account has at most 50 grants at a time; take one back first."""

    code = "grant.too_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGrant:
    """What is to be granted to an account. ``None`` means all divisions, all sites, all types, and until revoked.

    A division stands for itself and all below it. The last day is included.
    """

    account_id: UUID
    division_id: UUID | None
    site_id: UUID | None
    employee_type_ids: frozenset[UUID] | None
    functions: frozenset[Function]
    level: Level
    valid_from: date
    valid_until: date | None
    reason: str

    def __post_init__(self) -> None:
        if not self.functions or any(not rights_at(function, self.level) for function in self.functions):
            raise GrantMeansNothing
        if self.employee_type_ids is not None and not self.employee_type_ids:
            raise GrantMeansNothing
        if not 0 < len(self.reason.strip()) <= LONGEST_REASON:
            raise GrantReasonMissing
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise GrantDaysNotValid
        is_limited = (self.division_id, self.site_id, self.employee_type_ids) != (None, None, None)
        if is_limited and any(needs_whole_company(function, self.level) for function in self.functions):
            raise GrantNeedsWholeCompany


@transaction.atomic
def grant_administration(*, actor: Principal, grant: NewGrant, today: date, now: datetime) -> UUID:
    """Let an account administer some of the people; never one's own account, nor one that several people use."""
    authorise(actor, Permission.ACCESS_GRANT)
    if grant.account_id == actor.account_id:
        raise GrantToOneself
    if grant.valid_from < today:
        raise GrantDaysNotValid
    _require_known(actor, grant)
    if is_shared_account(tenant=actor.tenant_id, account_id=grant.account_id):
        raise SharedAccountNotFit(field="account")
    live = AdministratorGrant.objects.filter(
        tenant_id=actor.tenant_id, account_id=grant.account_id, revoked_at=None
    ).exclude(valid_until__lt=today)
    if live.count() >= MOST_GRANTS:
        raise GrantsFull
    row = AdministratorGrant.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        account_id=grant.account_id,
        division_id=grant.division_id,
        site_id=grant.site_id,
        is_for_every_type=grant.employee_type_ids is None,
        functions=sorted(grant.functions),
        level=grant.level,
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        reason=grant.reason.strip(),
        granted_by_id=actor.account_id,
        granted_at=now,
    )
    GrantedType.objects.bulk_create(
        GrantedType(tenant_id=actor.tenant_id, id=new_id(at=now), grant_id=row.id, employee_type_id=type_id)
        for type_id in sorted(grant.employee_type_ids or ())
    )
    record_event(
        EventName.ADMINISTRATOR_GRANTED,
        actor=actor,
        subject_id=grant.account_id,
        at=now,
        grant=str(row.id),
        functions=",".join(sorted(grant.functions)),
        level=grant.level.value,
        division=str(grant.division_id or ""),
        site=str(grant.site_id or ""),
    )
    return row.id


@transaction.atomic
def revoke_administration(*, actor: Principal, grant_id: UUID, reason: str, now: datetime) -> UUID:
    """Take a grant back, at once, saying why; return whose it was. One that was taken back is not found."""
    authorise(actor, Permission.ACCESS_GRANT)
    rows = AdministratorGrant.objects.filter(tenant_id=actor.tenant_id, id=grant_id, revoked_at=None)
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound
    if row.account_id == actor.account_id:
        raise GrantToOneself
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise GrantReasonMissing
    row.revoked_at = now
    row.revoked_by_id = actor.account_id
    row.revoked_reason = reason.strip()
    row.save(update_fields=["revoked_at", "revoked_by_id", "revoked_reason"])
    record_event(EventName.ADMINISTRATOR_REVOKED, actor=actor, subject_id=row.account_id, at=now, grant=str(row.id))
    return row.account_id


@transaction.atomic
def choose_duties(*, actor: Principal, code: str, is_refused: bool, now: datetime) -> None:
    """Refuse from now on that two duties meet in one person, or only show it. Two choices at once: the second fails."""
    authorise(actor, Permission.ACCESS_GRANT)
    if pair(code) is None:
        raise NotFound
    last = DutyChoice.objects.filter(tenant_id=actor.tenant_id, pair=code).order_by("-sequence").first()
    if (last is not None and last.is_refused) == is_refused:
        return
    try:
        with transaction.atomic():
            row = DutyChoice.objects.create(
                tenant_id=actor.tenant_id,
                id=new_id(at=now),
                pair=code,
                sequence=last.sequence + 1 if last else 1,
                is_refused=is_refused,
                chosen_by_id=actor.account_id,
                chosen_at=now,
            )
    except IntegrityError as error:
        raise Conflict from error
    name = EventName.DUTIES_KEPT_APART if is_refused else EventName.DUTIES_LEFT_TOGETHER
    record_event(name, actor=actor, subject_id=row.id, at=now, pair=code)


def _require_known(actor: Principal, grant: NewGrant) -> None:
    """Raise ``NotFound`` unless account, division, site and types are the company's own."""
    if grant.account_id not in roles_by_account(tenant=actor.tenant_id, account_ids=[grant.account_id]):
        raise NotFound
    if grant.division_id is not None:
        division(tenant=actor.tenant_id, division_id=grant.division_id)
    if grant.site_id is not None and grant.site_id not in sites_by_id(tenant=actor.tenant_id):
        raise NotFound
    known = {view.id for view in employee_types(tenant=actor.tenant_id)}
    if grant.employee_type_ids is not None and not grant.employee_type_ids <= known:
        raise NotFound
