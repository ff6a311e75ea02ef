"""A directory keeps its groups; an administrator ties a role to one, and its members have that role."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.provisioning.errors import MemberUnknown, OwnGroup, RoleNotForGroups
from tokimori.foundation.provisioning.models import DirectoryGroup, DirectoryMember
from tokimori.foundation.provisioning.queries.resources import directory_users, group_view
from tokimori.foundation.provisioning.services.roles import apply_groups
from tokimori.foundation.provisioning.services.rules import manages_administrators
from tokimori.foundation.provisioning.values import GroupState, GroupView

ROLES_FOR_GROUPS: Final = (Role.MANAGER, Role.PAYROLL, Role.SECURITY, Role.AUDITOR, Role.ADMINISTRATOR)
"""Everybody whom the directory makes is an employee; these a group can give. The last one only where that is allowed."""


@transaction.atomic
def add_group(*, actor: Principal, state: GroupState, now: datetime) -> GroupView:
    """Make a group; no role is tied to it. Raises ``MemberUnknown``."""
    authorise(actor, Permission.PROVISIONING_WRITE)
    row = DirectoryGroup.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        display_name=state.display_name,
        external_id=state.external_id,
        added_at=now,
        changed_at=now,
    )
    record_event(EventName.DIRECTORY_GROUP_ADDED, actor=actor, subject_id=row.id, at=now)
    _change_members(row, added=state.members, removed=frozenset(), actor=actor, now=now)
    return group_view(tenant=actor.tenant_id, group_id=row.id)


@transaction.atomic
def locked_group(*, actor: Principal, group_id: UUID) -> GroupView:
    """Return a group for a change in the same transaction: of two changes at once, the second sees the first."""
    authorise(actor, Permission.PROVISIONING_WRITE)
    _held(actor, group_id)
    return group_view(tenant=actor.tenant_id, group_id=group_id)


@transaction.atomic
def replace_group(*, actor: Principal, group_id: UUID, state: GroupState, now: datetime) -> GroupView:
    """Let a group be what the directory says; who comes has its role from now on, who goes has it no more."""
    before = locked_group(actor=actor, group_id=group_id)
    if before.state == state:
        return before
    row = _held(actor, group_id)
    row.display_name, row.external_id, row.changed_at = state.display_name, state.external_id, now
    row.save(update_fields=["display_name", "external_id", "changed_at"])
    added, removed = state.members - before.state.members, before.state.members - state.members
    record_event(
        EventName.DIRECTORY_GROUP_CHANGED,
        actor=actor,
        subject_id=group_id,
        at=now,
        added=len(added),
        removed=len(removed),
    )
    _change_members(row, added=added, removed=removed, actor=actor, now=now)
    return group_view(tenant=actor.tenant_id, group_id=group_id)


@transaction.atomic
def remove_group(*, actor: Principal, group_id: UUID, now: datetime) -> None:
    """Take a group away, and with it the role that its members had through it alone."""
    before = locked_group(actor=actor, group_id=group_id)
    row = _held(actor, group_id)
    _change_members(row, added=frozenset(), removed=before.state.members, actor=actor, now=now)
    row.delete()
    record_event(EventName.DIRECTORY_GROUP_REMOVED, actor=actor, subject_id=group_id, at=now)


@transaction.atomic
def tie_role(*, actor: Principal, group_id: UUID, role: Role | None, now: datetime) -> None:
    """Let the members of a group have a role, or none; nobody does it to a group that he is in himself.

    Raises ``RoleNotForGroups`` for roles that no group gives, among them the administrator's where that is not allowed.
    """
    authorise(actor, Permission.PROVISIONING_WRITE)
    authorise(actor, Permission.ACCOUNT_WRITE)
    row = _held(actor, group_id)
    if role is Role.ADMINISTRATOR and not manages_administrators(tenant=actor.tenant_id):
        raise RoleNotForGroups
    if role is not None and role not in ROLES_FOR_GROUPS:
        raise RoleNotForGroups
    members = DirectoryMember.objects.filter(tenant_id=actor.tenant_id, group_id=group_id)
    account_ids = list(members.values_list("account_id", flat=True))
    if actor.account_id in account_ids:
        raise OwnGroup
    if row.role == (role or ""):
        return
    row.role = role.value if role else ""
    row.save(update_fields=["role"])
    record_event(EventName.DIRECTORY_GROUP_TIED, actor=actor, subject_id=group_id, at=now, role=row.role)
    apply_groups(account_ids, actor=actor, now=now)


def _held(actor: Principal, group_id: UUID) -> DirectoryGroup:
    rows = DirectoryGroup.objects.filter(tenant_id=actor.tenant_id, id=group_id)
    row = rows.select_for_update(no_key=False).first()
    if row is None:
        raise NotFound
    return row


def _change_members(
    row: DirectoryGroup, *, added: Collection[UUID], removed: Collection[UUID], actor: Principal, now: datetime
) -> None:
    known = directory_users(tenant=actor.tenant_id).filter(id__in=added)
    if known.count() != len(added):
        raise MemberUnknown
    DirectoryMember.objects.filter(tenant_id=actor.tenant_id, group_id=row.id, account_id__in=removed).delete()
    DirectoryMember.objects.bulk_create(
        DirectoryMember(
            tenant_id=actor.tenant_id, id=new_id(at=now), group_id=row.id, account_id=account_id, added_at=now
        )
        for account_id in sorted(added)
    )
    if row.role:
        apply_groups([*added, *removed], actor=actor, now=now)
