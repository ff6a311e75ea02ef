"""My day, the day of somebody whom I lead, and the steps of one figure."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tokimori.domains.people.queries import EmployeeView, employee, require_visible
from tokimori.domains.timesheets.queries import day_content
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.interfaces.web.dates import read_date, short_date
from tokimori.interfaces.web.day_page import DayPage, day_context
from tokimori.interfaces.web.explanations import FIGURE_BUCKETS, explained_steps
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest


@require_GET
@requires(Permission.TIMESHEET_READ_OWN)
def my_day(request: TenantRequest, day: str) -> HttpResponse:
    """Show one's own day."""
    if request.employee is None:
        raise NotFound
    return render(request, "tokimori/day.html", day_context(_page(request, request.employee, read_date(day))))


@require_GET
@requires(Permission.TEAM_READ)
def person_day(request: TenantRequest, employee_id: UUID, day: str) -> HttpResponse:
    """Show the day of somebody else."""
    return render(
        request, "tokimori/day.html", day_context(_page(request, _visible(request, employee_id), read_date(day)))
    )


@require_GET
@requires(Permission.TIMESHEET_READ)
def steps(request: TenantRequest, employee_id: UUID, day: str) -> HttpResponse:
    """Answer the steps that made one figure of a day."""
    page = _page(request, _visible(request, employee_id), read_date(day))
    figure = FIGURE_BUCKETS.get(request.GET.get("figure", ""))
    content = day_content(tenant=request.tenant, employee_id=employee_id, work_date=page.day)
    if figure is None or content is None:
        raise NotFound
    found = [step for bucket in figure.buckets for step in explained_steps(content, bucket=bucket, zone=page.zone)]
    context = {
        "title": f"{figure.label}, {short_date(page.day)}",
        "steps": [
            *found,
            {"sentence": figure.label, "minutes": sum(step["minutes"] for step in found), "is_result": True},
        ],
        "day_url": page.url(page.day),
    }
    return render(request, "tokimori/_steps.html", context)


def _visible(request: TenantRequest, employee_id: UUID) -> EmployeeView:
    require_visible(actor=request.principal, employee_id=employee_id, on=request.today)
    return employee(tenant=request.tenant, employee_id=employee_id, on=request.today)


def _page(request: TenantRequest, person: EmployeeView, day: date) -> DayPage:
    is_own = person.id == request.principal.employee_id
    return DayPage(
        tenant=request.tenant,
        employee=person,
        day=day,
        now=request.now,
        is_own=is_own,
        may_correct=is_own and request.principal.has(Permission.CORRECTION_REQUEST) and day <= request.today,
    )
