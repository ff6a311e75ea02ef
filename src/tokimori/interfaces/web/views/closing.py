"""Close a month: what stands in the way, the seal, and what came too late for it."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tokimori.domains.closings.queries import SealView, adjustments_settled_in, holding_seal, seals
from tokimori.domains.closings.readiness import Check, CheckResult, Readiness, readiness
from tokimori.domains.closings.services.seal import reopen_period, seal_period
from tokimori.domains.people.queries import employees_by_id, visible_employees
from tokimori.domains.people.queries.reach import Reach
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.queries import company_total
from tokimori.engine import Figures
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.scopes import Function
from tokimori.foundation.identity.queries import account_names
from tokimori.interfaces.web.dates import moment, month_name, read_month
from tokimori.interfaces.web.explanations import BUCKETS
from tokimori.interfaces.web.labels import CHECKS
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest

_COMPARED: Final = (
    "regular",
    "within_legal_overtime",
    "legal_overtime_daily",
    "legal_overtime_weekly",
    "legal_overtime_monthly",
    "legal_overtime_period",
    "legal_holiday",
    "late_night",
    "absence",
)


@never_cache
@require_GET
@requires(Permission.PERIOD_READ)
def closing(request: TenantRequest, month: str = "") -> HttpResponse:
    """Show a month's checklist; without a month, the one before this."""
    wanted = read_month(month) if month else Month.of(request.today).previous
    reach = _reach(request)
    state = readiness(tenant=request.tenant, month=wanted, today=request.today, only=reach)
    seal = holding_seal(tenant=request.tenant, month=wanted)
    total = company_total(tenant=request.tenant, month=wanted, only=reach)
    every_seal = seals(tenant=request.tenant)
    names = _names(request, every_seal)
    may_seal = request.principal.has(Permission.PERIOD_SEAL) and state.is_ready and seal is None
    may_reopen = request.principal.has(Permission.PERIOD_REOPEN) and seal is not None
    context = {
        "page_title": _("Closing"),
        "state_sentence": _state_sentence(state, seal),
        "period": {
            "label": month_name(wanted),
            "previous_url": reverse("closing_of", args=[str(wanted.previous)]),
            "next_url": reverse("closing_of", args=[str(wanted.following)]),
        },
        "verdict": _verdict(request, state, seal),
        "checks": [_check_row(request, check, wanted) for check in state.checks],
        "seal_url": reverse("seal_month", args=[str(wanted)]) if may_seal else "",
        "seal_sentence": _seal_sentence(state, total.worked_minutes),
        "reopen_url": reverse("reopen_month", args=[str(wanted)]) if may_reopen else "",
        "holding_seal": _seal_row(seal, names) if seal else None,
        "differences": _differences(request, wanted, total),
        "previous_label": month_name(wanted.previous),
        "adjustments": _adjustments(request, wanted),
        "seals": [_seal_row(row, names) for row in every_seal],
    }
    return render(request, "tokimori/closing.html", context)


@require_POST
@requires(Permission.PERIOD_SEAL)
def seal_month(request: TenantRequest, month: str) -> HttpResponse:
    """Seal a month."""
    wanted = read_month(month)
    seal_period(actor=request.principal, month=wanted, now=request.now)
    messages.success(request, _("%(month)s is sealed.") % {"month": month_name(wanted)})
    return HttpResponseRedirect(reverse("closing_of", args=[str(wanted)]))


@require_POST
@requires(Permission.PERIOD_REOPEN)
def reopen_month(request: TenantRequest, month: str) -> HttpResponse:
    """Lift a month's seal, with a reason."""
    wanted = read_month(month)
    reopen_period(actor=request.principal, month=wanted, reason=request.POST.get("reason", "")[:500], now=request.now)
    messages.success(request, _("%(month)s is open again. Its seal stays readable.") % {"month": month_name(wanted)})
    return HttpResponseRedirect(reverse("closing_of", args=[str(wanted)]))


def _reach(request: TenantRequest) -> Reach | None:
    """Return whose closing the person sees; nothing for everybody's."""
    return visible_employees(actor=request.principal, on=request.today, function=Function.CLOSING)


def _state_sentence(state: Readiness, seal: SealView | None) -> str:
    people = ngettext("%(count)d person", "%(count)d people", len(state.people)) % {"count": len(state.people)}
    if seal is not None:
        return people
    blockers = sum(1 for check in state.checks if not check.is_met)
    if not blockers:
        return people
    return f"{people} · " + ngettext("%(count)d thing open", "%(count)d things open", blockers) % {"count": blockers}


def _verdict(request: TenantRequest, state: Readiness, seal: SealView | None) -> dict[str, str]:
    if seal is not None:
        when = moment(seal.sealed_at, request.zone)
        sentence = _("The figures are fixed. What comes late becomes an adjustment in the open month.")
        return {"kind": "ok", "title": _("Sealed %(moment)s") % {"moment": when}, "sentence": sentence}
    if state.is_ready:
        sentence = _("Everything is handed in, approved and calculated.")
        return {"kind": "ok", "title": _("Ready to seal"), "sentence": sentence}
    blockers = sum(1 for check in state.checks if not check.is_met)
    title = ngettext("%(count)d thing stands in the way", "%(count)d things stand in the way", blockers)
    return {"kind": "wait", "title": title % {"count": blockers}, "sentence": _("The list below says what is missing.")}


def _check_row(request: TenantRequest, check: CheckResult, month: Month) -> dict[str, Any]:
    first = check.employee_ids[:3]
    known = employees_by_id(tenant=request.tenant, employee_ids=first, on=month.last)
    names = ", ".join(known[employee_id].name for employee_id in first)
    more = len(check.employee_ids) - len(first)
    url, step = "", ""
    if check.check is Check.CORRECTIONS_DECIDED or (check.check is Check.APPROVED and not check.is_met):
        url, step = reverse("approvals"), _("Open approvals")
    if check.check in {Check.NO_GAPS, Check.HANDED_IN} and first:
        url, step = reverse("person_month", args=[first[0], str(month)]), _("Open the first")
    return {
        "kind": "ok" if check.is_met else "act",
        "label": CHECKS[check.check],
        "sentence": _("%(names)s and %(count)d more") % {"names": names, "count": more} if more > 0 else names,
        "count": check.open_count,
        "url": "" if check.is_met else url,
        "step": step,
    }


def _seal_sentence(state: Readiness, worked: int) -> str:
    return _("%(people)d people, %(time)s hours of %(month)s") % {
        "people": len(state.people),
        "time": f"{worked // 60:,}:{worked % 60:02}",
        "month": month_name(state.month),
    }


def _differences(request: TenantRequest, month: Month, total: Figures) -> list[dict[str, Any]]:
    now = total.to_plain()
    before = company_total(tenant=request.tenant, month=month.previous, only=_reach(request)).to_plain()
    return [
        {
            "label": BUCKETS[name],
            "now_minutes": now[f"{name}_minutes"],
            "before_minutes": before[f"{name}_minutes"],
            "difference_minutes": now[f"{name}_minutes"] - before[f"{name}_minutes"],
        }
        for name in _COMPARED
        if now[f"{name}_minutes"] or before[f"{name}_minutes"]
    ]


def _adjustments(request: TenantRequest, month: Month) -> list[dict[str, Any]]:
    found = adjustments_settled_in(tenant=request.tenant, month=month, only=_reach(request))
    known = employees_by_id(tenant=request.tenant, employee_ids={one.employee_id for one in found}, on=month.last)
    return [
        {
            "person": known[one.employee_id].name,
            "work_date": one.work_date,
            "url": reverse("person_day", args=[one.employee_id, one.work_date.isoformat()]),
            "sentence": ", ".join(
                f"{BUCKETS[name]} {_signed(minutes)}"
                for name in BUCKETS
                if (minutes := one.difference.get(f"{name}_minutes", 0))
            ),
            "minutes": one.difference.get("worked_minutes", 0),
            "found_at": one.found_at,
        }
        for one in found
    ]


def _signed(minutes: int) -> str:
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02}"


def _names(request: TenantRequest, rows: Sequence[SealView]) -> dict[Any, str]:
    return dict(account_names(tenant=request.tenant, account_ids={row.sealed_by_id for row in rows}))


def _seal_row(seal: SealView, names: dict[Any, str]) -> dict[str, Any]:
    return {
        "month": month_name(seal.month),
        "sequence": seal.sequence,
        "digest": seal.digest,
        "previous_digest": seal.previous_digest,
        "sealed_by": names.get(seal.sealed_by_id, ""),
        "sealed_at": seal.sealed_at,
        "reopened": seal.reopened_reason,
        "url": reverse("closing_of", args=[str(seal.month)]),
    }
