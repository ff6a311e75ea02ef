"""Where the mark in the corner leads: to what this person does most."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from tokimori.foundation.access.permissions import Permission
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest


@require_GET
@requires(Permission.ENTER)
def home(request: TenantRequest) -> HttpResponse:
    """Go to the recorder; who does not punch, to the first page he may read."""
    wanted = (
        (Permission.PUNCH_RECORD_OWN, "recorder", request.employee is not None),
        (Permission.PERIOD_READ, "closing", True),
        (Permission.TEAM_READ, "team", True),
        (Permission.ACCOUNT_READ, "accounts", True),
        (Permission.OPERATOR_ACT, "operator_console", True),
        (Permission.COMPLIANCE_READ, "compliance", True),
    )
    for permission, route, is_useful in wanted:
        if is_useful and request.principal.has(permission):
            return HttpResponseRedirect(reverse(route))
    return HttpResponseRedirect(reverse("my_security"))
