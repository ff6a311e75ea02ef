"""What an administrator sees of the company's directory: where it asks, when it last did, and which role a group gives."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import ngettext

from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.identity.services.tokens import TokenView
from tokimori.foundation.provisioning.queries.resources import tied_groups
from tokimori.foundation.provisioning.services.groups import ROLES_FOR_GROUPS
from tokimori.foundation.provisioning.services.rules import manages_administrators
from tokimori.foundation.provisioning.values import TiedGroup
from tokimori.interfaces.web.account_words import ROLES
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.requests import TenantRequest


def provisioning_section(request: TenantRequest, tokens: Sequence[TokenView]) -> dict[str, Any] | None:
    """Return the section, for who may let a directory in; ``tokens`` are those that let it in now."""
    if not request.principal.has(Permission.PROVISIONING_WRITE):
        return None
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    used = max((token.last_used_at for token in tokens if token.last_used_at), default=None)
    allows_administrators = manages_administrators(tenant=request.tenant)
    offered = [role for role in ROLES_FOR_GROUPS if allows_administrators or role is not Role.ADMINISTRATOR]
    return {
        "address": f"{scheme}://{request.get_host()}/scim/v2",
        "has_token": bool(tokens),
        "last_call": moment(used, request.zone) if used else "",
        "new_url": f"{reverse('new_token')}?{urlencode({'scope': Scope.PROVISIONING_WRITE.value})}",
        "rules_url": reverse("directory_rules"),
        "allows_administrators": allows_administrators,
        "groups": [_group(group, offered) for group in tied_groups(actor=request.principal)],
    }


def _group(group: TiedGroup, offered: Sequence[Role]) -> dict[str, Any]:
    count = group.members_count
    return {
        "name": group.name,
        "members": ngettext("%(count)d person", "%(count)d people", count) % {"count": count},
        "url": reverse("tie_group", args=[group.id]),
        "field": f"role-{group.id}",
        "roles": [{"value": role.value, "label": ROLES[role], "is_chosen": role is group.role} for role in offered],
    }
