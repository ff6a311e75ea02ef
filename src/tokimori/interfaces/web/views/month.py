"""My month, and the month of somebody whom I lead."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tokimori.domains.approvals.states import ApprovalState
from tokimori.domains.people.queries import EmployeeView, employee, require_visible
from tokimori.domains.people.queries.reach import decide_on
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.services.approval import submit_month
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.interfaces.web.dates import month_name, read_month
from tokimori.interfaces.web.month_page import MonthPage, is_complete, month_context
from tokimori.interfaces.web.periods import keep_month, kept_month
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest


@require_GET
@requires(Permission.TIMESHEET_READ_OWN)
def my_month(request: TenantRequest, month: str = "") -> HttpResponse:
    """Show one's own month; without a month, the one that was chosen last, or the present one."""
    if not month and (kept := kept_month(request)):
        return HttpResponseRedirect(reverse("my_month_of", args=[str(kept)]))
    wanted = read_month(month) if month else Month.of(request.today)
    page = _page(request, _own(request), wanted, is_own=True)
    context = month_context(page)
    is_possible, why_not = is_complete(context["view"], month=page.month, today=request.today)
    if context["view"].state not in {ApprovalState.SUBMITTED, ApprovalState.APPROVED}:
        context["submit"] = {
            "url": reverse("submit_month", args=[str(page.month)]),
            "label": _("Hand in"),
            "is_possible": is_possible,
            "why_not": why_not,
        }
    response = render(request, "tokimori/month.html", context)
    return keep_month(response, wanted) if month else response


@require_POST
@requires(Permission.TIMESHEET_SUBMIT)
def submit(request: TenantRequest, month: str) -> HttpResponse:
    """Hand one's own month in."""
    wanted = read_month(month)
    submit_month(actor=request.principal, employee_id=_own(request).id, month=wanted, now=request.now)
    messages.success(request, _("%(month)s is handed in.") % {"month": month_name(wanted)})
    return HttpResponseRedirect(reverse("my_month_of", args=[str(wanted)]))


@require_GET
@requires(Permission.TEAM_READ)
def person_month(request: TenantRequest, employee_id: UUID, month: str = "") -> HttpResponse:
    """Show the month of somebody else, with the decision when it waits for this person."""
    require_visible(actor=request.principal, employee_id=employee_id, on=request.today)
    person = employee(tenant=request.tenant, employee_id=employee_id, on=request.today)
    wanted = read_month(month) if month else kept_month(request) or Month.of(request.today)
    page = _page(request, person, wanted, is_own=False)
    context = month_context(page)
    if _may_decide(request, employee_id) and context["view"].state is ApprovalState.SUBMITTED:
        arguments = [employee_id, str(wanted)]
        context["decision"] = {
            "approve_url": reverse("approve_month", args=[*arguments, context["view"].digest]),
            "return_url": reverse("return_month", args=arguments),
        }
    context["person"] = {
        "name": person.name,
        "code": person.code,
        "site": person.employment.site.name if person.employment else "",
        "employee_url": reverse("employee", args=[employee_id])
        if request.principal.has(Permission.EMPLOYEE_READ)
        else reverse("person_month", args=[employee_id, str(wanted)]),
    }
    response = render(request, "tokimori/people_month.html", context)
    return keep_month(response, wanted) if month else response


def _page(request: TenantRequest, person: EmployeeView, month: Month, *, is_own: bool) -> MonthPage:
    return MonthPage(
        tenant=request.tenant,
        employee=person,
        month=month,
        today=request.today,
        is_own=is_own,
        is_calendar=request.GET.get("view") == "calendar",
    )


def _may_decide(request: TenantRequest, employee_id: UUID) -> bool:
    if not request.principal.has(Permission.TIMESHEET_APPROVE):
        return False
    decision = decide_on(
        actor=request.principal,
        function=Function.TIMESHEETS,
        level=Level.APPROVE,
        employee_id=employee_id,
        on=request.today,
    )
    return decision.is_allowed


def _own(request: TenantRequest) -> EmployeeView:
    if request.employee is None:
        raise NotFound
    return request.employee
