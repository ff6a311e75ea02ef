"""What a month is paid by: one's own, and that of somebody whom one may see."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tokimori.domains.people.queries import EmployeeView, employee, require_visible
from tokimori.domains.timesheets.statements import month_statement
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.interfaces.web.dates import read_month
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.statement_page import statement_context


@require_GET
@requires(Permission.TIMESHEET_READ_OWN)
def my_statement(request: TenantRequest, month: str) -> HttpResponse:
    """Show what one's own month is paid by."""
    if request.employee is None:
        raise NotFound
    return _shown(request, request.employee, month, is_own=True)


@require_GET
@requires(Permission.TEAM_READ)
def person_statement(request: TenantRequest, employee_id: UUID, month: str) -> HttpResponse:
    """Show what somebody's month is paid by."""
    require_visible(actor=request.principal, employee_id=employee_id, on=request.today)
    person = employee(tenant=request.tenant, employee_id=employee_id, on=request.today)
    return _shown(request, person, month, is_own=False)


def _shown(request: TenantRequest, person: EmployeeView, month: str, *, is_own: bool) -> HttpResponse:
    wanted = read_month(month)
    statement = month_statement(tenant=request.tenant, employee_id=person.id, month=wanted)
    whose = [] if is_own else [person.id]
    context = statement_context(
        statement,
        month=wanted,
        today=request.today,
        url=lambda one: reverse("my_statement" if is_own else "person_statement", args=[*whose, str(one)]),
        month_url=reverse("my_month_of" if is_own else "person_month", args=[*whose, str(wanted)]),
    )
    title = _("What my month is paid by") if is_own else _("What is paid: %(name)s") % {"name": person.name}
    return render(request, "tokimori/statement.html", {**context, "page_title": title})
