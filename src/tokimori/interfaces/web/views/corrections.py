"""Ask for a correction, and see what became of it."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tokimori.domains.approvals.queries import last_steps
from tokimori.domains.approvals.states import ApprovalState
from tokimori.domains.people.queries import EmployeeView, employees_by_id
from tokimori.domains.timekeeping.corrections import CorrectionView, CorrectionWish, Effect
from tokimori.domains.timekeeping.queries import PunchView, corrections_of, current_punches, punch
from tokimori.domains.timekeeping.services.corrections import request_correction, withdraw_correction
from tokimori.engine import PunchKind
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import InvalidInput, NotFound, Refusal
from tokimori.foundation.identity.queries import account_names
from tokimori.interfaces.web.dates import clock, long_date, read_date
from tokimori.interfaces.web.drafts import keeps_draft
from tokimori.interfaces.web.labels import APPROVAL_STATES, PUNCH_KINDS, STATE_MARKS
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.sentences import correction_sentence

_SHOWN: Final = 50
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_LATEST_HOUR: Final = 48


class InvalidCorrectionTime(InvalidInput):
    """Write the time as 18:10, or as 26:10 for after midnight."""

    code = "correction.invalid_time"


@require_GET
@requires(Permission.CORRECTION_REQUEST)
def corrections(request: TenantRequest) -> HttpResponse:
    """Show one's own corrections, newest first."""
    person = _own(request)
    found = corrections_of(tenant=request.tenant, employee_id=person.id, limit=_SHOWN)
    waiting = sum(1 for wish in found if wish.state is ApprovalState.SUBMITTED)
    steps = last_steps(tenant=request.tenant, subject_ids=[wish.id for wish in found])
    names = account_names(tenant=request.tenant, account_ids={step.actor_id for step in steps.values()})
    rows = []
    for wish in found:
        step = steps.get(wish.id)
        is_decided = step is not None and wish.state in {ApprovalState.APPROVED, ApprovalState.RETURNED}
        rows.append(
            {
                "work_date": wish.work_date,
                "day_url": reverse("my_day", args=[wish.work_date.isoformat()]),
                "sentence": correction_sentence(wish, _referred(request, wish)),
                "reason": wish.reason,
                "state": {"kind": STATE_MARKS[wish.state], "label": APPROVAL_STATES[wish.state]},
                "asked_at": wish.requested_at,
                "answer": step.note if step and is_decided else "",
                "decider": names.get(step.actor_id, "") if step and is_decided else "",
                "withdraw_url": reverse("withdraw_correction", args=[wish.id])
                if wish.state is ApprovalState.SUBMITTED
                else "",
            }
        )
    context = {
        "page_title": _("My requests"),
        "state_sentence": ngettext("%(count)d waits", "%(count)d wait", waiting) % {"count": waiting}
        if waiting
        else "",
        "new_url": reverse("new_correction", args=[request.today.isoformat()]),
        "corrections": rows,
    }
    return render(request, "tokimori/corrections.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.CORRECTION_REQUEST)
@keeps_draft("effect", "refers_to_id", "kind", "time", "reason")
def new_correction(request: TenantRequest, day: str) -> HttpResponse:
    """Show the form, or hand the correction in."""
    person, work_date = _own(request), read_date(day)
    if request.method == "GET":
        return render(request, "tokimori/correction_form.html", _form(request, person, work_date, values={}))
    try:
        wish = _wish(request, person, work_date)
        request_correction(actor=request.principal, wish=wish, now=request.now)
    except InvalidInput as refusal:
        field = "time" if isinstance(refusal, InvalidCorrectionTime) else "form"
        context = _form(request, person, work_date, values=request.POST.dict(), error=(field, refusal))
        return render(request, "tokimori/correction_form.html", context, status=refusal.status)
    messages.success(request, _("Sent. You see here who decides, and when."))
    return HttpResponseRedirect(reverse("corrections"))


@require_POST
@requires(Permission.CORRECTION_REQUEST)
def withdraw(request: TenantRequest, correction_id: UUID) -> HttpResponse:
    """Take one's own correction back."""
    withdraw_correction(actor=request.principal, correction_id=correction_id, now=request.now)
    messages.success(request, _("Taken back. Nothing was changed."))
    return HttpResponseRedirect(reverse("corrections"))


def _form(
    request: TenantRequest,
    person: EmployeeView,
    work_date: date,
    *,
    values: Mapping[str, Any],
    error: tuple[str, Refusal] | None = None,
) -> dict[str, Any]:
    zone = _zone(person)
    midnight = datetime.combine(work_date, time(), tzinfo=zone)
    punches = current_punches(
        tenant=request.tenant, employee_ids=[person.id], start=midnight, end=midnight + timedelta(hours=36)
    )[person.id]
    leader_id = person.employment.leader_id if person.employment else None
    leaders = employees_by_id(tenant=request.tenant, employee_ids=[leader_id], on=work_date) if leader_id else {}
    return {
        "page_title": _("Ask for a correction"),
        "state_sentence": long_date(work_date),
        "correction_url": reverse("new_correction", args=[work_date.isoformat()]),
        "day_url": reverse("my_day", args=[work_date.isoformat()]),
        "punches": [
            {
                "id": str(view.id),
                "kind": view.kind,
                "label": PUNCH_KINDS[view.kind],
                "time": clock(view.occurred_at, zone),
                "place": view.place,
            }
            for view in punches
        ],
        "kinds": [{"kind": kind.value, "label": PUNCH_KINDS[kind]} for kind in PunchKind],
        "values": {"kind": PunchKind.OUT.value, **values},
        "errors": {error[0]: _(error[1].sentence())} if error else {},
        "decider": ", ".join(leader.name for leader in leaders.values()),
    }


def _wish(request: TenantRequest, person: EmployeeView, work_date: date) -> CorrectionWish:
    try:
        effect = Effect(request.POST.get("effect", ""))
        refers_to = UUID(request.POST.get("refers_to_id", "")) if effect is not Effect.ADD else None
        is_withdrawal = effect is Effect.WITHDRAW
        kind = None if is_withdrawal else PunchKind(request.POST.get("kind", ""))
    except ValueError as error:
        raise InvalidInput from error
    return CorrectionWish(
        effect=effect,
        employee_id=person.id,
        work_date=work_date,
        reason=request.POST.get("reason", "")[:500],
        refers_to_id=refers_to,
        kind=kind,
        occurred_at=None if is_withdrawal else _instant(request.POST.get("time", ""), work_date, _zone(person)),
    )


def _instant(text: str, work_date: date, zone: ZoneInfo) -> datetime:
    """Return the instant of a time on the clock of the work date; 26:10 is 2:10 of the next day."""
    match = _TIME.fullmatch(text.strip())
    if match is None or int(match[1]) >= _LATEST_HOUR or int(match[2]) > 59:  # noqa: PLR2004 -- minutes of an hour
        raise InvalidCorrectionTime
    days, hour = divmod(int(match[1]), 24)
    return datetime.combine(work_date + timedelta(days=days), time(hour, int(match[2])), tzinfo=zone)


def _referred(request: TenantRequest, wish: CorrectionView) -> PunchView | None:
    return punch(tenant=request.tenant, punch_id=wish.refers_to_id) if wish.refers_to_id else None


def _own(request: TenantRequest) -> EmployeeView:
    if request.employee is None:
        raise NotFound
    return request.employee


def _zone(person: EmployeeView) -> ZoneInfo:
    return ZoneInfo(person.employment.site.zone if person.employment else "UTC")
