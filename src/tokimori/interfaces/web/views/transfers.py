"""Put somebody into another division, or give him another employee type, from a date on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tokimori.domains.people.queries import EmployeeView, require_visible
from tokimori.domains.people.queries import employee as one_employee
from tokimori.domains.people.queries.reach import decide_on
from tokimori.domains.people.services import ChangedThatDay, transfer_employee
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import InvalidInput, Refusal
from tokimori.interfaces.web.dates import long_date, read_date
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.places import places_of
from tokimori.interfaces.web.requests import TenantRequest


@require_http_methods(["GET", "POST"])
@requires(Permission.EMPLOYMENT_WRITE)
def transfer(request: TenantRequest, employee_id: UUID) -> HttpResponse:
    """Show where somebody stands; change it from a date on."""
    require_visible(actor=request.principal, employee_id=employee_id, on=request.today, function=Function.PEOPLE)
    person = one_employee(tenant=request.tenant, employee_id=employee_id, on=request.today)
    if request.method == "GET":
        return _page(request, person)
    valid_from = read_date(request.POST.get("valid_from", "")[:10])
    try:
        transfer_employee(
            actor=request.principal,
            employee_id=employee_id,
            valid_from=valid_from,
            division_id=read_id(request.POST.get("division", "")),
            employee_type_id=read_id(request.POST.get("employee_type", "")),
            now=request.now,
        )
    except ChangedThatDay as refusal:
        return _page(request, person, refusal=refusal)
    messages.success(
        request, _("%(name)s: changed from %(day)s on.") % {"name": person.name, "day": long_date(valid_from)}
    )
    return HttpResponseRedirect(reverse("employee", args=[employee_id]))


def may_transfer(request: TenantRequest, employee_id: UUID) -> bool:
    """Whether the person may change where this employee stands."""
    actor = request.principal
    return (
        actor.has(Permission.EMPLOYMENT_WRITE)
        and decide_on(
            actor=actor, function=Function.PEOPLE, level=Level.EDIT, employee_id=employee_id, on=request.today
        ).is_allowed
    )


def read_id(text: str) -> UUID | None:
    """Return the id that was chosen, nothing for nothing; raise ``InvalidInput`` for anything else."""
    if not text:
        return None
    try:
        return UUID(text[:36])
    except ValueError as error:
        raise InvalidInput from error


def _page(request: TenantRequest, person: EmployeeView, refusal: Refusal | None = None) -> HttpResponse:
    places = places_of(request, Function.PEOPLE, Level.EDIT)
    given = request.POST if request.method == "POST" else {}
    terms = person.employment
    context = {
        "page_title": _("Change division or type"),
        "state_sentence": f"{person.name} · {person.code}",
        "transfer_url": reverse("transfer_employee", args=[person.id]),
        "back_url": reverse("employee", args=[person.id]),
        "valid_from": given.get("valid_from", request.today.isoformat()),
        "error": _(refusal.sentence()) if refusal else "",
        "division": given.get("division", str(terms.division_id or "") if terms else ""),
        "employee_type": given.get("employee_type", str(terms.employee_type_id or "") if terms else ""),
        "division_choices": places.division_choices(by_id=True, only_open=True),
        "type_choices": places.type_choices(by_id=True, only_open=True),
        "may_be_nowhere": places.offered is None,
    }
    return render(request, "tokimori/transfer.html", context, status=refusal.status if refusal else 200)
