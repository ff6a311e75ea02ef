"""The recorder: the clock, and one button that knows what comes next."""

from datetime import datetime, timedelta
from typing import Any, Final, assert_never
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tokimori.domains.schedules.queries import plans_between
from tokimori.domains.timekeeping.errors import InvalidReport, UnknownPunchKind
from tokimori.domains.timekeeping.queries import PunchView, current_punches, punch, punch_under_key
from tokimori.domains.timekeeping.reports import LONGEST_PLACE, PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punch
from tokimori.engine import PunchKind
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.interfaces.web.dates import clock, shift_hours, short_date
from tokimori.interfaces.web.labels import DAY_TYPES, PUNCH_KINDS, PUNCHED
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest

LONGEST_DUTY: Final = timedelta(hours=20)
"""An arrival older than this is a forgotten departure; the button then offers to come in."""

_NEXT: Final = {
    PunchKind.IN: PunchKind.OUT,
    PunchKind.BREAK_START: PunchKind.BREAK_END,
    PunchKind.BREAK_END: PunchKind.OUT,
    PunchKind.GO_OUT: PunchKind.RETURN,
    PunchKind.RETURN: PunchKind.OUT,
}


@never_cache
@require_GET
@requires(Permission.PUNCH_RECORD_OWN)
def recorder(request: TenantRequest) -> HttpResponse:
    """Show the clock, the state, the button, and the day's punches; to a fragment, what stands under the clock."""
    template = "tokimori/_recorder_stage.html" if request.htmx else "tokimori/recorder.html"
    return render(request, template, _context(request))


@require_POST
@requires(Permission.PUNCH_RECORD_OWN)
def record(request: TenantRequest) -> HttpResponse:
    """Record a punch of the person who is signed in, at the server's time."""
    if request.employee is None:
        raise NotFound
    report = PunchReport(
        key=f"{request.employee.code}:{_key(request.POST.get('idempotency_key', ''))}",
        employee_code=request.employee.code,
        occurred_at=request.now.astimezone(request.zone),
        kind=_kind(request.POST.get("kind", "")),
        source=PunchSource.BROWSER,
        place=_place(request),
    )
    answer = record_repeatedly(request, report)
    recorded = punch(tenant=request.tenant, punch_id=answer)
    if not request.htmx:
        messages.success(request, f"{PUNCHED[recorded.kind]} {clock(recorded.occurred_at, request.zone)}")
        return HttpResponseRedirect(reverse("recorder"))
    context = {
        **_context(request),
        "punch": {
            **_row(recorded, request),
            "label": PUNCHED[recorded.kind],
            "receipt": str(recorded.id)[-12:],
            "receipt_url": reverse("receipt", args=[recorded.id]),
        },
        "is_repeated": recorded.received_at != request.now,
        "recorder_url": reverse("recorder"),
    }
    return render(request, "tokimori/_punch_result.html", context)


def record_repeatedly(request: TenantRequest, report: PunchReport) -> UUID:
    """Return the id of the punch under the report's key: the one that is stored now, or the one that was before.

    A browser that lost the answer sends the same key later, so with another time; the first one counts.
    """
    known = punch_under_key(tenant=request.tenant, key=report.stored_key)
    if known is not None:
        return known
    answer = record_punch(actor=request.principal, report=report, now=request.now)
    if answer.punch_id is None:
        raise InvalidReport
    return answer.punch_id


def next_kind(last: PunchView | None, *, now: datetime) -> PunchKind:
    """Return what somebody will most likely punch next."""
    if last is None or now - last.occurred_at > LONGEST_DUTY or last.kind is None:
        return PunchKind.IN
    return _NEXT.get(last.kind, PunchKind.IN)


def _context(request: TenantRequest) -> dict[str, Any]:
    employee_id = request.principal.employee_id
    if employee_id is None:
        raise NotFound
    recent = current_punches(
        tenant=request.tenant,
        employee_ids=[employee_id],
        start=request.now - timedelta(hours=36),
        end=request.now + timedelta(minutes=5),
    )[employee_id]
    last = recent[-1] if recent else None
    expected = next_kind(last, now=request.now)
    return {
        "page_title": _("Today"),
        "server_time": request.now.astimezone(request.zone),
        "zone": request.zone.key,
        "local_time": clock(request.now, request.zone),
        "local_date": request.today,
        "presence": presence(last, request=request),
        "plan_sentence": _plan_sentence(request, employee_id),
        "next_kind": {"kind": expected.value, "label": PUNCH_KINDS[expected]},
        "other_kinds": [{"kind": kind.value, "label": PUNCH_KINDS[kind]} for kind in PunchKind if kind is not expected],
        "punch_url": reverse("record"),
        "idempotency_key": str(uuid4()),
        "punches": [_row(view, request) for view in recent if _is_today(view, request)],
        "day_url": reverse("my_day", args=[request.today.isoformat()]),
    }


def presence(last: PunchView | None, *, request: TenantRequest) -> dict[str, str]:
    """Return in words whether somebody is in, and since when."""
    if last is None or request.now - last.occurred_at > LONGEST_DUTY:
        return {"kind": "quiet", "label": _("Not in yet"), "icon": "out"}
    time = clock(last.occurred_at, request.zone)
    if not _is_today(last, request):
        time = f"{short_date(last.occurred_at.astimezone(request.zone).date())} {time}"
    match last.kind:
        case PunchKind.IN | PunchKind.BREAK_END | PunchKind.RETURN | None:
            return {"kind": "ok", "label": _("In since %(time)s") % {"time": time}, "icon": "in"}
        case PunchKind.BREAK_START:
            return {"kind": "wait", "label": _("On break since %(time)s") % {"time": time}, "icon": "break_start"}
        case PunchKind.GO_OUT:
            return {"kind": "wait", "label": _("Away since %(time)s") % {"time": time}, "icon": "go_out"}
        case PunchKind.OUT:
            return {"kind": "quiet", "label": _("Out since %(time)s") % {"time": time}, "icon": "out"}
        case _:
            assert_never(last.kind)


def _plan_sentence(request: TenantRequest, employee_id: UUID) -> str:
    """Return what is planned for today, in words; nothing where nothing was planned."""
    plans = plans_between(tenant=request.tenant, employee_ids=[employee_id], first=request.today, last=request.today)
    plan = plans.get((employee_id, request.today))
    if plan is None:
        return ""
    if not plan.shifts:
        return str(DAY_TYPES[plan.day_type])
    return _("Planned today: %(hours)s") % {"hours": ", ".join(shift_hours(shift) for shift in plan.shifts)}


def _is_today(view: PunchView, request: TenantRequest) -> bool:
    return view.occurred_at.astimezone(request.zone).date() == request.today


def _row(view: PunchView, request: TenantRequest) -> dict[str, Any]:
    return {
        "kind": view.kind.value if view.kind else "in",
        "label": PUNCH_KINDS[view.kind],
        "time": clock(view.occurred_at, request.zone),
        "place": view.place,
    }


def _place(request: TenantRequest) -> str:
    employment = request.employee.employment if request.employee else None
    return employment.site.name[:LONGEST_PLACE] if employment else ""


def _key(text: str) -> str:
    if not text:
        return str(uuid4())
    if len(text) > 64 or not text.isascii() or not text.isprintable():  # noqa: PLR2004 -- a UUID has 36
        raise InvalidReport
    return text


def _kind(text: str) -> PunchKind:
    try:
        return PunchKind(text)
    except ValueError as error:
        raise UnknownPunchKind from error
