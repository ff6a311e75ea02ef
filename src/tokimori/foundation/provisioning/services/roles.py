"""Roles that come and go with groups. What an administrator gave by hand stays untouched."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tokimori.foundation.access.permissions import Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.services.lifecycle import change_roles
from tokimori.foundation.provisioning.models import DirectoryAccount, DirectoryGroup, DirectoryMember


def directory_account(account_id: UUID, *, actor: Principal, now: datetime) -> DirectoryAccount:
    """Return what the directory said about an account, locked; made empty where it said nothing yet."""
    rows = DirectoryAccount.objects.filter(tenant_id=actor.tenant_id, account_id=account_id)
    found = rows.select_for_update(no_key=True).first()
    if found is not None:
        return found
    row = DirectoryAccount(tenant_id=actor.tenant_id, id=new_id(at=now), account_id=account_id, changed_at=now)
    DirectoryAccount.objects.bulk_create([row], ignore_conflicts=True)
    return rows.select_for_update(no_key=True).get()


def apply_groups(account_ids: Collection[UUID], *, actor: Principal, now: datetime) -> None:
    """Let open accounts have the roles of their groups, and lose those that they had through groups alone.

    Raises ``RolesConflict`` and ``LastAdministrator`` as every change of roles does.
    """
    wanted = _roles_of_groups(actor.tenant_id, account_ids)
    accounts = Account.objects.filter(tenant_id=actor.tenant_id, id__in=account_ids, is_active=True).order_by("id")
    for account in accounts:
        through_groups = wanted.get(account.id, frozenset())
        row = DirectoryAccount.objects.filter(tenant_id=actor.tenant_id, account_id=account.id).first()
        given = frozenset(Role(role) for role in row.given_roles) if row else frozenset[Role]()
        if through_groups == given:
            continue
        _apply(account, given=given, wanted=through_groups, actor=actor, now=now)


def _apply(
    account: Account, *, given: frozenset[Role], wanted: frozenset[Role], actor: Principal, now: datetime
) -> None:
    before = roles_of(account)
    after = (before - (given - wanted)) | wanted
    row = directory_account(account.id, actor=actor, now=now)
    row.given_roles = sorted((given & wanted) | (wanted - before))
    row.save(update_fields=["given_roles"])
    change_roles(actor=actor, account_id=account.id, roles=after, now=now)


def _roles_of_groups(tenant: TenantId, account_ids: Collection[UUID]) -> dict[UUID, frozenset[Role]]:
    roles = dict(DirectoryGroup.objects.filter(tenant_id=tenant).exclude(role="").values_list("id", "role"))
    members = DirectoryMember.objects.filter(tenant_id=tenant, account_id__in=account_ids, group_id__in=list(roles))
    found: dict[UUID, frozenset[Role]] = {}
    for account_id, group_id in members.values_list("account_id", "group_id"):
        found[account_id] = found.get(account_id, frozenset()) | {Role(roles[group_id])}
    return found
