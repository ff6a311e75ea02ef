"""How far a company lets its directory go."""

from datetime import datetime

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.provisioning.models import DirectoryGroup, DirectoryMember, DirectoryRules
from tokimori.foundation.provisioning.services.roles import apply_groups


def manages_administrators(*, tenant: TenantId) -> bool:
    """Whether the directory may make and change administrators; only where an administrator has said so."""
    return DirectoryRules.objects.filter(tenant_id=tenant, manages_administrators=True).exists()


@transaction.atomic
def change_directory_rules(*, actor: Principal, may_manage_administrators: bool, now: datetime) -> None:
    """Allow the directory to make and change administrators, or forbid it.

    Forbidden, no group gives that role any more, and those who had it through a group lose it.
    """
    authorise(actor, Permission.PROVISIONING_WRITE)
    if manages_administrators(tenant=actor.tenant_id) == may_manage_administrators:
        return
    DirectoryRules.objects.update_or_create(
        tenant_id=actor.tenant_id,
        defaults={
            "manages_administrators": may_manage_administrators,
            "changed_at": now,
            "changed_by": actor.account_id,
        },
        create_defaults={
            "id": new_id(at=now),
            "manages_administrators": may_manage_administrators,
            "changed_at": now,
            "changed_by": actor.account_id,
        },
    )
    record_event(
        EventName.DIRECTORY_RULES_CHANGED,
        actor=actor,
        subject_id=None,
        at=now,
        manages_administrators="yes" if may_manage_administrators else "no",
    )
    if not may_manage_administrators:
        _untie_administrators(actor, now)


def _untie_administrators(actor: Principal, now: datetime) -> None:
    groups = DirectoryGroup.objects.filter(tenant_id=actor.tenant_id, role=Role.ADMINISTRATOR.value)
    ids = list(groups.values_list("id", flat=True))
    members = DirectoryMember.objects.filter(tenant_id=actor.tenant_id, group_id__in=ids)
    account_ids = list(members.values_list("account_id", flat=True))
    groups.update(role="")
    apply_groups(account_ids, actor=actor, now=now)
