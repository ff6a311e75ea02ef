"""An administrator decides how far the directory goes: which role a group gives, and whether administrators too."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.errors import InvalidInput
from tokimori.foundation.identity.errors import LastAdministrator, RolesConflict, SharedAccountNotFit
from tokimori.foundation.provisioning.errors import OwnGroup, RoleNotForGroups
from tokimori.foundation.provisioning.services.groups import tie_role
from tokimori.foundation.provisioning.services.rules import change_directory_rules
from tokimori.interfaces.web.leading_back import refused
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest


@require_POST
@requires(Permission.PROVISIONING_WRITE)
@proved_lately
def tie_group(request: TenantRequest, group_id: UUID) -> HttpResponse:
    """Let the members of a group have a role, or none."""
    wanted = request.POST.get("role", "")
    try:
        role = Role(wanted) if wanted else None
    except ValueError as error:
        raise InvalidInput from error
    try:
        tie_role(actor=request.principal, group_id=group_id, role=role, now=request.now)
    except (OwnGroup, RoleNotForGroups, RolesConflict, LastAdministrator, SharedAccountNotFit) as refusal:
        return refused(request, refusal, to=reverse("tokens"))
    messages.success(request, _("The members of the group have their roles now. Whose roles changed signs in again."))
    return HttpResponseRedirect(reverse("tokens"))


@require_POST
@requires(Permission.PROVISIONING_WRITE)
@proved_lately
def directory_rules(request: TenantRequest) -> HttpResponse:
    """Let the directory manage administrators, or no longer."""
    is_allowed = request.POST.get("administrators", "") == "yes"
    try:
        change_directory_rules(actor=request.principal, may_manage_administrators=is_allowed, now=request.now)
    except LastAdministrator as refusal:
        return refused(request, refusal, to=reverse("tokens"))
    messages.success(
        request,
        _("Your directory may make and change administrators now.")
        if is_allowed
        else _("Your directory cannot make or change administrators."),
    )
    return HttpResponseRedirect(reverse("tokens"))
