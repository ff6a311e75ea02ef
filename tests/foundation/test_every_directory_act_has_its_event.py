"""What a directory does is written down: each act of a service is an event, and one without a change is none."""

from datetime import UTC, datetime
from uuid import UUID

from support.cast import Cast
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.provisioning.services.groups import add_group, remove_group, replace_group, tie_role
from tokimori.foundation.provisioning.services.rules import change_directory_rules
from tokimori.foundation.provisioning.services.users import add_user, remove_user, replace_user
from tokimori.foundation.provisioning.values import GroupState, UserState
from tokimori.foundation.tenancy.context import tenant_transaction

NOW = datetime(2026, 4, 2, 0, 0, tzinfo=UTC)


def events(subject: UUID | None) -> list[str]:
    rows = LedgerEvent.objects.filter(subject_id=subject, at=NOW).order_by("id")
    return sorted(rows.values_list("name", flat=True))


def test_users(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        user = add_user(actor=cast.system, state=UserState(user_name="keiko"), now=NOW)
        replace_user(actor=cast.system, account_id=user.id, state=UserState(user_name="keiko"), now=NOW)
        assert events(user.id) == ["account:created", "directory_account:changed"]
        replace_user(
            actor=cast.system, account_id=user.id, state=UserState(user_name="keiko", external_id="1"), now=NOW
        )
        remove_user(actor=cast.system, account_id=user.id, now=NOW)

        assert events(user.id) == [
            "account:created", "account:deactivated", "directory_account:changed", "directory_account:changed",
            "directory_account:removed",
        ]  # fmt: skip


def test_groups(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        group = add_group(actor=cast.system, state=GroupState(display_name="A"), now=NOW)
        replace_group(actor=cast.system, group_id=group.id, state=GroupState(display_name="A"), now=NOW)
        replace_group(actor=cast.system, group_id=group.id, state=GroupState(display_name="B"), now=NOW)
        tie_role(actor=cast.system, group_id=group.id, role=Role.MANAGER, now=NOW)
        tie_role(actor=cast.system, group_id=group.id, role=Role.MANAGER, now=NOW)
        remove_group(actor=cast.system, group_id=group.id, now=NOW)

        assert events(group.id) == [
            "directory_group:added", "directory_group:changed", "directory_group:removed", "directory_group:tied",
        ]  # fmt: skip


def test_rules(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        for allowed in (False, True, True, False):
            change_directory_rules(actor=cast.system, may_manage_administrators=allowed, now=NOW)

        assert events(None) == ["directory_rules:changed"] * 2
