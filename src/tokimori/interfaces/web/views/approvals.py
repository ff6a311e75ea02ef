"""What waits for a decision: corrections and months, worked off by keyboard."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tokimori.domains.people.queries import EmployeeView, employees_by_id
from tokimori.domains.timekeeping.corrections import CorrectionView, Effect
from tokimori.domains.timekeeping.queries import punch, waiting_corrections
from tokimori.domains.timekeeping.services.corrections import approve_correction, return_correction
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.queries import months, waiting_months
from tokimori.domains.timesheets.services.approval import approve_month, return_month
from tokimori.foundation.access.functions import Function
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import InvalidInput
from tokimori.interfaces.web.dates import month_name, read_month, short_date
from tokimori.interfaces.web.drafts import keeps_draft
from tokimori.interfaces.web.frame import decidable
from tokimori.interfaces.web.paging import offset_of, pager
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.sentences import correction_sentence

_PAGE: Final = 50

Waiting = CorrectionView | tuple[UUID, Month, datetime]
"""A correction, or whose month was handed in when."""


@never_cache
@require_GET
@requires(Permission.APPROVAL_READ)
def approvals(request: TenantRequest) -> HttpResponse:
    """Show what waits for this person, the longest waiting first."""
    context = _queue(request)
    waiting = context["waiting"]
    return render(
        request,
        "tokimori/approvals.html",
        {
            **context,
            "page_title": _("Approvals"),
            "state_sentence": ngettext("%(count)d waits", "%(count)d wait", waiting) % {"count": waiting}
            if waiting
            else "",
        },
    )


@require_POST
@requires(Permission.CORRECTION_DECIDE)
def approve_one_correction(request: TenantRequest, correction_id: UUID) -> HttpResponse:
    """Approve a correction."""
    approve_correction(actor=request.principal, correction_id=correction_id, note=_note(request), now=request.now)
    return _decided(request, _("Approved."))


@require_POST
@requires(Permission.CORRECTION_DECIDE)
@keeps_draft("reason")
def return_one_correction(request: TenantRequest, correction_id: UUID) -> HttpResponse:
    """Give a correction back."""
    return_correction(actor=request.principal, correction_id=correction_id, note=_note(request), now=request.now)
    return _decided(request, _("Returned."))


@require_POST
@requires(Permission.TIMESHEET_APPROVE)
def approve_one_month(request: TenantRequest, employee_id: UUID, month: str, digest: str) -> HttpResponse:
    """Approve a month as it was seen."""
    approve_month(
        actor=request.principal,
        employee_id=employee_id,
        month=read_month(month),
        seen_digest=digest,
        note=_note(request),
        now=request.now,
    )
    return _decided(request, _("Approved."))


@require_POST
@requires(Permission.TIMESHEET_APPROVE)
@keeps_draft("reason")
def return_one_month(request: TenantRequest, employee_id: UUID, month: str) -> HttpResponse:
    """Give a month back."""
    return_month(
        actor=request.principal,
        employee_id=employee_id,
        month=read_month(month),
        note=_note(request),
        now=request.now,
    )
    return _decided(request, _("Returned."))


@require_POST
@requires(Permission.TIMESHEET_APPROVE)
def approve_harmless(request: TenantRequest) -> HttpResponse:
    """Approve together the months in which nothing stands out, as they were seen."""
    chosen = request.POST.getlist("subject")
    for subject in chosen:
        employee_id, month, digest = _read_subject(subject)
        approve_month(
            actor=request.principal, employee_id=employee_id, month=month, seen_digest=digest, note="", now=request.now
        )
    return _decided(
        request, ngettext("%(count)d approved.", "%(count)d approved.", len(chosen)) % {"count": len(chosen)}
    )


def _queue(request: TenantRequest) -> dict[str, Any]:
    """Return one page of what waits, the longest waiting first; only its months are added up."""
    own = request.principal.employee_id
    corrections = waiting_corrections(tenant=request.tenant, employee_ids=decidable(request, Function.CORRECTIONS))
    wishes = [wish for wish in corrections if wish.employee_id != own]
    months_of = waiting_months(tenant=request.tenant, employee_ids=decidable(request, Function.TIMESHEETS))
    sheets = [row for row in months_of if row[0] != own]
    waiting: list[Waiting] = sorted([*wishes, *sheets], key=_asked_at)
    offset = offset_of(request) if offset_of(request) < len(waiting) else 0
    page = waiting[offset : offset + _PAGE]
    items = _items(request, page, offset=offset)
    harmless = [item for item in items if item["is_harmless"]]
    address = reverse("approvals")
    return {
        "items": items,
        "waiting": len(waiting),
        "pager": pager(address=address, filters={}, offset=offset, shown=len(page), total=len(waiting), size=_PAGE),
        "harmless": {
            "count": len(harmless),
            "sentence": ngettext(
                "%(count)d month without any finding.", "%(count)d months without any finding.", len(harmless)
            )
            % {"count": len(harmless)},
            "url": f"{reverse('approve_harmless')}?offset={offset}",
        },
    }


def _asked_at(waiting: Waiting) -> datetime:
    return waiting.requested_at if isinstance(waiting, CorrectionView) else waiting[2]


def _items(request: TenantRequest, page: Sequence[Waiting], *, offset: int) -> list[dict[str, Any]]:
    wishes = [one for one in page if isinstance(one, CorrectionView)]
    sheets = [one for one in page if not isinstance(one, CorrectionView)]
    known = employees_by_id(
        tenant=request.tenant,
        employee_ids={wish.employee_id for wish in wishes} | {row[0] for row in sheets},
        on=request.today,
    )
    items = [
        *(_correction_item(request, wish, known[wish.employee_id]) for wish in wishes),
        *_month_items(request, sheets, known),
    ]
    # A decision comes back to the page that it was made on.
    here = f"?offset={offset}" if offset else ""
    for item in items:
        item["approve_url"] += here
        item["return_url"] += here
    return sorted(items, key=lambda item: item["asked_at"])


def _correction_item(request: TenantRequest, wish: CorrectionView, person: EmployeeView) -> dict[str, Any]:
    old = punch(tenant=request.tenant, punch_id=wish.refers_to_id) if wish.refers_to_id else None
    return {
        "id": str(wish.id),
        "kind": "correction",
        "title": _("Correction of %(day)s") % {"day": short_date(wish.work_date)},
        "person": person.name,
        "code": person.code,
        "url": reverse("person_day", args=[person.id, wish.work_date.isoformat()]),
        "asked_at": wish.requested_at,
        "sentence": correction_sentence(wish, old),
        "reason": wish.reason,
        "facts": [],
        "totals": [],
        "is_harmless": False,
        "is_withdrawal": wish.effect is Effect.WITHDRAW,
        "approve_url": reverse("approve_correction", args=[wish.id]),
        "return_url": reverse("return_correction", args=[wish.id]),
    }


def _month_items(
    request: TenantRequest, sheets: Sequence[tuple[UUID, Month, Any]], known: Mapping[UUID, EmployeeView]
) -> list[dict[str, Any]]:
    items = []
    for month in sorted({row[1] for row in sheets}):
        asked = {row[0]: row[2] for row in sheets if row[1] == month}
        views = months(tenant=request.tenant, employee_ids=list(asked), month=month)
        for employee_id, view in views.items():
            person = known[employee_id]
            warnings = sum(day.warning_count for day in view.days.values())
            items.append(
                {
                    "id": f"{employee_id}:{month}:{view.digest}",
                    "kind": "month",
                    "title": month_name(month),
                    "person": person.name,
                    "code": person.code,
                    "url": reverse("person_month", args=[employee_id, str(month)]),
                    "asked_at": asked[employee_id],
                    "sentence": ngettext("%(count)d finding to look at", "%(count)d findings to look at", warnings)
                    % {"count": warnings}
                    if warnings
                    else _("Nothing stands out"),
                    "reason": "",
                    "facts": [],
                    "totals": [
                        {"label": _("Worked"), "minutes": view.total.worked_minutes},
                        {"label": _("Legal overtime"), "minutes": view.total.legal_overtime_minutes},
                    ],
                    "is_harmless": warnings == 0 and view.blocking_count == 0,
                    "approve_url": reverse("approve_month", args=[employee_id, str(month), view.digest]),
                    "return_url": reverse("return_month", args=[employee_id, str(month)]),
                }
            )
    return items


def _decided(request: TenantRequest, sentence: str) -> HttpResponse:
    if request.htmx:
        context = {**_queue(request), "decided": sentence}
        return render(request, "tokimori/_approval_queue.html", context)
    messages.success(request, sentence)
    return HttpResponseRedirect(reverse("approvals"))


def _note(request: TenantRequest) -> str:
    return request.POST.get("reason", "")[:500]


def _read_subject(text: str) -> tuple[UUID, Month, str]:
    employee_id, _colon, rest = text.partition(":")
    month, _colon, digest = rest.partition(":")
    try:
        return UUID(employee_id), read_month(month), digest
    except ValueError as error:
        raise InvalidInput from error
