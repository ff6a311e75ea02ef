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
from tokimori.foundation.access.functions import Function
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identity.queries import account_names
from tokimori.interfaces.web.dates import moment, month_name, read_month
from tokimori.interfaces.web.drafts import keeps_draft
from tokimori.interfaces.web.explanations import BUCKETS
from tokimori.interfaces.web.labels import CHECKS, open_check
from tokimori.interfaces.web.periods import keep_month, kept_month, month_period
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest

_NAMED: Final = 50
"""So many people are named under a line of the checklist; of more it says how many."""

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
    """Show a month's checklist; without a month, the one that was chosen last, or the one before this."""
    if not month and (kept := kept_month(request)):
        return HttpResponseRedirect(reverse("closing_of", args=[str(kept)]))
    wanted = read_month(month) if month else Month.of(request.today).previous
    reach = _reach(request)
    state = readiness(tenant=request.tenant, month=wanted, today=request.today, only=reach)
    seal = holding_seal(tenant=request.tenant, month=wanted)
    total = company_total(tenant=request.tenant, month=wanted, only=reach)
    before = company_total(tenant=request.tenant, month=wanted.previous, only=reach)
    every_seal = seals(tenant=request.tenant)
    names = _names(request, every_seal)
    may_seal = request.principal.has(Permission.PERIOD_SEAL) and state.is_ready and seal is None
    may_reopen = request.principal.has(Permission.PERIOD_REOPEN) and seal is not None
    context = {
        "page_title": _("Closing"),
        "state_sentence": _state_sentence(state, seal),
        "period": month_period(
            wanted, present=Month.of(request.today), url=lambda one: reverse("closing_of", args=[str(one)])
        ),
        "verdict": _verdict(request, state, seal),
        "checks": [_check_row(request, check, wanted) for check in state.checks],
        "seal_url": reverse("seal_month", args=[str(wanted)]) if may_seal else "",
        "seal_sentence": _seal_sentence(state, total.worked_minutes),
        "reopen_url": reverse("reopen_month", args=[str(wanted)]) if may_reopen else "",
        "holding_seal": _seal_row(seal, names) if seal else None,
        "differences": _differences(total, before),
        "has_before": before != Figures(),
        "previous_label": month_name(wanted.previous),
        "adjustments": _adjustments(request, wanted),
        "seals": [_seal_row(row, names) for row in every_seal],
    }
    response = render(request, "tokimori/closing.html", context)
    return keep_month(response, wanted) if month else response


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
@keeps_draft("reason")
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
    named = check.employee_ids[:_NAMED]
    known = employees_by_id(tenant=request.tenant, employee_ids=named, on=month.last)
    left = len(check.employee_ids) - len(named)
    is_others = check.check in {Check.CORRECTIONS_DECIDED, Check.APPROVED} and not check.is_met
    return {
        "kind": "ok" if check.is_met else "act",
        "label": CHECKS[check.check] if check.is_met else open_check(check.check, check.open_count),
        "people": [
            {
                "name": known[employee_id].name,
                "code": known[employee_id].code,
                "url": reverse("person_month", args=[employee_id, str(month)]),
            }
            for employee_id in named
        ],
        "left": ngettext("and %(count)d more", "and %(count)d more", left) % {"count": left} if left else "",
        "count": check.open_count,
        "url": reverse("approvals") if is_others else "",
        "step": _("Open approvals"),
    }


def _seal_sentence(state: Readiness, worked: int) -> str:
    return _("%(people)d people, %(time)s hours of %(month)s") % {
        "people": len(state.people),
        "time": f"{worked // 60:,}:{worked % 60:02}",
        "month": month_name(state.month),
    }


def _differences(now: Figures, before: Figures) -> list[dict[str, Any]]:
    """Return the figures that a month or the one before has, side by side."""
    these, those = now.to_plain(), before.to_plain()
    return [
        {
            "label": BUCKETS[name],
            "now_minutes": these[f"{name}_minutes"],
            "before_minutes": those[f"{name}_minutes"],
            "difference_minutes": these[f"{name}_minutes"] - those[f"{name}_minutes"],
        }
        for name in _COMPARED
        if these[f"{name}_minutes"] or those[f"{name}_minutes"]
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
