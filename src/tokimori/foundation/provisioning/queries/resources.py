"""Accounts and groups as a directory sees them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db.models import Count, QuerySet

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.provisioning.models import DirectoryAccount, DirectoryEmail, DirectoryGroup, DirectoryMember
from tokimori.foundation.provisioning.values import (
    DirectoryAddress,
    GroupState,
    GroupView,
    Membership,
    TiedGroup,
    UserState,
    UserView,
)


def directory_users(*, tenant: TenantId) -> QuerySet[Account]:
    """Return the accounts that a directory sees: all of the company but those that it let go of."""
    removed = DirectoryAccount.objects.filter(tenant_id=tenant).exclude(removed_at=None)
    return Account.objects.filter(tenant_id=tenant).exclude(id__in=removed.values("account_id"))


def directory_groups(*, tenant: TenantId) -> QuerySet[DirectoryGroup]:
    """Return the groups of the company."""
    return DirectoryGroup.objects.filter(tenant_id=tenant)


def user_view(*, tenant: TenantId, account_id: UUID) -> UserView:
    """Return one account; raise ``NotFound`` when the directory sees none such."""
    found = user_views(tenant=tenant, rows=list(directory_users(tenant=tenant).filter(id=account_id)))
    if not found:
        raise NotFound
    return found[0]


def user_views(*, tenant: TenantId, rows: Sequence[Account]) -> list[UserView]:
    """Return accounts, in the order given, in as many queries as for one."""
    ids = [row.id for row in rows]
    said = {row.account_id: row for row in DirectoryAccount.objects.filter(tenant_id=tenant, account_id__in=ids)}
    others: defaultdict[UUID, list[DirectoryAddress]] = defaultdict(list)
    for email in DirectoryEmail.objects.filter(tenant_id=tenant, account_id__in=ids).order_by("position"):
        others[email.account_id].append(
            DirectoryAddress(value=email.value, type=email.type, is_primary=email.is_primary)
        )
    groups = _groups_of(tenant, ids)
    return [_user(row, said.get(row.id), others[row.id], groups[row.id]) for row in rows]


def group_view(*, tenant: TenantId, group_id: UUID) -> GroupView:
    """Return one group; raise ``NotFound`` when there is none such."""
    found = group_views(tenant=tenant, rows=list(directory_groups(tenant=tenant).filter(id=group_id)))
    if not found:
        raise NotFound
    return found[0]


def group_views(*, tenant: TenantId, rows: Sequence[DirectoryGroup]) -> list[GroupView]:
    """Return groups, in the order given, in as many queries as for one."""
    members: defaultdict[UUID, list[Membership]] = defaultdict(list)
    pairs = list(
        DirectoryMember.objects.filter(tenant_id=tenant, group_id__in=[row.id for row in rows])
        .order_by("added_at", "id")
        .values_list("group_id", "account_id")
    )
    names = _account_names(tenant, {account_id for _, account_id in pairs})
    for group_id, account_id in pairs:
        members[group_id].append(Membership(id=account_id, name=names[account_id]))
    return [
        GroupView(
            id=row.id,
            state=GroupState(
                display_name=row.display_name,
                external_id=row.external_id,
                members=frozenset(member.id for member in members[row.id]),
            ),
            role=Role(row.role) if row.role else None,
            members=tuple(members[row.id]),
            created_at=row.added_at,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def tied_groups(*, actor: Principal) -> tuple[TiedGroup, ...]:
    """Return every group with its role and how many are in it, by name: for who decides about their roles."""
    authorise(actor, Permission.PROVISIONING_WRITE)
    members = DirectoryMember.objects.filter(tenant_id=actor.tenant_id).values_list("group_id")
    counts = dict(members.annotate(count=Count("account_id")))
    rows = directory_groups(tenant=actor.tenant_id).order_by("display_name", "id")
    return tuple(
        TiedGroup(
            id=row.id,
            name=row.display_name,
            role=Role(row.role) if row.role else None,
            members_count=counts.get(row.id, 0),
        )
        for row in rows
    )


def _user(
    row: Account, said: DirectoryAccount | None, others: Sequence[DirectoryAddress], groups: Sequence[Membership]
) -> UserView:
    own = [] if row.email is None else [_own_address(row.email, said)]
    has_display_name = said is None or said.has_display_name
    return UserView(
        id=row.id,
        state=UserState(
            user_name=row.login_id,
            external_id=said.external_id if said else "",
            display_name=row.display_name if has_display_name else "",
            formatted_name=said.formatted_name if said else "",
            family_name=said.family_name if said else "",
            given_name=said.given_name if said else "",
            preferred_language=said.preferred_language if said else "",
            is_active=row.is_active,
            emails=(*own, *others),
        ),
        roles=tuple(sorted(roles_of(row))),
        groups=tuple(groups),
        created_at=row.created_at,
        changed_at=said.changed_at if said else row.created_at,
    )


def _own_address(value: str, said: DirectoryAccount | None) -> DirectoryAddress:
    if said is None:
        return DirectoryAddress(value=value)
    return DirectoryAddress(value=value, type=said.email_type, is_primary=said.is_email_primary)


def _groups_of(tenant: TenantId, ids: Collection[UUID]) -> Mapping[UUID, list[Membership]]:
    pairs = list(
        DirectoryMember.objects.filter(tenant_id=tenant, account_id__in=ids).values_list("account_id", "group_id")
    )
    names = dict(
        DirectoryGroup.objects.filter(tenant_id=tenant, id__in={group_id for _, group_id in pairs}).values_list(
            "id", "display_name"
        )
    )
    found: defaultdict[UUID, list[Membership]] = defaultdict(list)
    for account_id, group_id in sorted(pairs, key=lambda pair: (names[pair[1]], pair[1])):
        found[account_id].append(Membership(id=group_id, name=names[group_id]))
    return found


def _account_names(tenant: TenantId, ids: Collection[UUID]) -> Mapping[UUID, str]:
    return dict(Account.objects.filter(tenant_id=tenant, id__in=ids).values_list("id", "display_name"))
