"""Groups at this door: from what a directory writes to what we keep, and back."""

from typing import Final

from scim2_models import Meta

from tokimori.foundation.provisioning.errors import MemberUnknown
from tokimori.foundation.provisioning.values import GroupState, GroupView
from tokimori.interfaces.scim.shapes import Group, GroupMember
from tokimori.interfaces.scim.users import key_of, plain, reference, with_meta

ENDPOINT: Final = "/Groups"


def state_of(group: Group) -> GroupState:
    """Return what a directory says about a group; groups in groups are refused with ``MemberUnknown``."""
    members = group.members or []
    if any(member.type not in {None, "User"} for member in members):
        raise MemberUnknown
    return GroupState(
        display_name=plain(group.display_name),
        external_id=plain(group.external_id),
        members=frozenset(key_of(member.value) for member in members),
    )


def group_of(view: GroupView, *, base: str) -> Group:
    """Return a group as this door writes it; ``base`` is the door's own address."""
    group = Group(
        id=str(view.id),
        external_id=view.state.external_id or None,
        display_name=view.state.display_name,
        members=[
            GroupMember(value=str(member.id), ref=reference(f"{base}/Users/{member.id}"), type="User")
            for member in view.members
        ]
        or None,
    )
    return with_meta(group, Meta(created=view.created_at, last_modified=view.changed_at), where=base + ENDPOINT)
