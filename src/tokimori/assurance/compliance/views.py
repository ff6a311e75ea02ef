"""The pages on compliance at the provider's console: what is red and why, what ends, probes, accepted gaps, notices."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tokimori.assurance.catalogue.controls import controls
from tokimori.assurance.compliance.queries import (
    accepted_gaps,
    probe_lines,
    proposed_gaps,
    sheet_notices,
    what_ends,
)
from tokimori.assurance.compliance.showing import (
    ending_groups,
    gap_line,
    notice_line,
    probe_line,
    red_groups,
    task_lines,
)
from tokimori.assurance.compliance.values import tasks_from
from tokimori.assurance.filtering import Wanted
from tokimori.assurance.record.queries import PublicRecord, public_record
from tokimori.assurance.services.asking import ask_probe
from tokimori.assurance.services.gaps import (
    LONGEST_REASON,
    LONGEST_TIME,
    SHORTEST_REASON,
    GapNotAcceptable,
    GapWish,
    accept_gap,
    propose_gap,
    refuse_gap,
)
from tokimori.assurance.services.telling import note_reading, watch_sheet, watchers
from tokimori.assurance.trust_page import Reader, chart, language, list_context
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identity.queries import account_names
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest

_NOTICES_SHOWN: Final = 100
_USUAL_DAYS: Final = 30


@require_GET
@requires(Permission.COMPLIANCE_READ)
def overview(request: TenantRequest) -> HttpResponse:
    """Show how the rows stand, what is to be done, what ends, and every row that is not founded, with its reason."""
    actor, now = request.principal, request.now
    record = public_record(now=now)
    probes = probe_lines(actor=actor, now=now)
    proposals, gaps = proposed_gaps(actor=actor, now=now), accepted_gaps(actor=actor, now=now)
    tasks = tasks_from(
        sheet=record.sheet, probes=probes, proposals=proposals, gaps=gaps, watchers=watchers(), owners=record.owners
    )
    lines = task_lines(tasks, sheet=record.sheet)
    whole = list_context(record, Reader(), Wanted(), now=now)
    context = {
        "page_title": _("Compliance"),
        "state_sentence": _state(record),
        "bar": whole["bar"],
        "founded": whole["founded"],
        "total": whole["total"],
        "last_look": whole["last_look"],
        "trust_url": reverse("trust"),
        "chart": chart(record.days),
        "tasks": lines,
        "task_count": len(lines),
        "endings": ending_groups(what_ends(actor=actor, now=now), now=now, zone=request.zone),
        "groups": red_groups(record, proposed={one.row for one in proposals}),
    }
    return render(request, "tokimori/compliance.html", context)


@require_GET
@requires(Permission.COMPLIANCE_READ)
def probes(request: TenantRequest) -> HttpResponse:
    """Show every probe with its last look."""
    found = probe_lines(actor=request.principal, now=request.now)
    bad = sum(one.trouble is not None for one in found)
    context = {
        "page_title": _("Probes"),
        "state_sentence": ngettext(
            "%(bad)d of %(count)d probes does not found its rows.",
            "%(bad)d of %(count)d probes do not found their rows.",
            bad,
        )
        % {"bad": bad, "count": len(found)}
        if bad
        else _("Every probe looked in time, and found what it should."),
        "probes": [probe_line(one, now=request.now, zone=request.zone) for one in found],
        "may_ask": request.principal.has(Permission.COMPLIANCE_WRITE),
    }
    return render(request, "tokimori/compliance_probes.html", context)


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
def ask(request: TenantRequest, name: str) -> HttpResponse:
    """Have a probe look at once."""
    ask_probe(actor=request.principal, name=name, now=request.now)
    messages.success(request, _("The probe looks as soon as the worker can. Load this page again in a moment."))
    return HttpResponseRedirect(f"{reverse('compliance_probes')}#{name}")


@require_GET
@requires(Permission.COMPLIANCE_READ)
def gaps(request: TenantRequest) -> HttpResponse:
    """Show the gaps that wait, those that are accepted, those that are over, and the form for another one."""
    row = request.GET.get("row", "")
    values = {"row": row[:3], "reason": "", "ends_on": _usual_end(request).isoformat()}
    return _gaps(request, values=values, errors={})


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
@proved_lately
def propose(request: TenantRequest) -> HttpResponse:
    """Ask another one to accept a gap."""
    values = {name: request.POST.get(name, "")[: LONGEST_REASON + 1] for name in ("row", "reason", "ends_on")}
    try:
        propose_gap(actor=request.principal, wish=_wish(values), now=request.now)
    except GapNotAcceptable as refusal:
        return _gaps(request, values=values, errors=_errors(refusal), status=refusal.status)
    messages.success(request, _("Proposed. Another of the provider's people has to accept it."))
    return HttpResponseRedirect(reverse("compliance_gaps"))


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
@proved_lately
def accept(request: TenantRequest, proposal_id: UUID) -> HttpResponse:
    """Accept what another one proposed."""
    return _decided(request, lambda: accept_gap(actor=request.principal, proposal_id=proposal_id, now=request.now))


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
def refuse(request: TenantRequest, proposal_id: UUID) -> HttpResponse:
    """Refuse a proposal, or take one's own back."""
    return _decided(request, lambda: refuse_gap(actor=request.principal, proposal_id=proposal_id, now=request.now))


@require_GET
@requires(Permission.COMPLIANCE_READ)
def notices(request: TenantRequest) -> HttpResponse:
    """Show what changed, run by run."""
    found = sheet_notices(actor=request.principal, limit=_NOTICES_SHOWN)
    unread = sum(one.is_unread for one in found)
    told = account_names(tenant=request.tenant, account_ids=watchers())
    context = {
        "page_title": _("Changes"),
        "state_sentence": ngettext("%(count)d change is new to you.", "%(count)d changes are new to you.", unread)
        % {"count": unread}
        if unread
        else _("Nothing is new to you."),
        "notices": [notice_line(one, zone=request.zone) for one in found],
        "unread": unread,
        "read_url": reverse("read_sheet_notices"),
        "watch_url": reverse("watch_sheet"),
        "is_told": request.principal.account_id in told,
        "told": sorted(told.values()),
    }
    return render(request, "tokimori/compliance_notices.html", context)


@require_POST
@requires(Permission.COMPLIANCE_READ)
def read(request: TenantRequest) -> HttpResponse:
    """Note that the notices were read."""
    note_reading(actor=request.principal, now=request.now)
    return HttpResponseRedirect(reverse("sheet_notices"))


@require_POST
@requires(Permission.COMPLIANCE_WRITE)
def watch(request: TenantRequest) -> HttpResponse:
    """Have letters sent to oneself, or no more."""
    is_told = request.POST.get("is_told") == "1"
    watch_sheet(actor=request.principal, is_told=is_told, now=request.now)
    messages.success(request, _("You get letters about changes.") if is_told else _("You get no letters any more."))
    return HttpResponseRedirect(reverse("sheet_notices"))


def _gaps(
    request: TenantRequest, *, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    actor, now = request.principal, request.now
    waiting, decided = proposed_gaps(actor=actor, now=now), accepted_gaps(actor=actor, now=now)
    people = {one.requested_by for one in (*waiting, *decided)} | {one.approved_by for one in decided}
    names = account_names(tenant=request.tenant, account_ids=people)
    answers = public_record(now=now).sheet.answers
    lines = [gap_line(one, names=names, zone=request.zone) for one in decided]
    context = {
        "page_title": _("Accepted gaps"),
        "state_sentence": _("An accepted gap explains a row for a time. It never changes a state or a mark."),
        "waiting": [gap_line(one, names=names, zone=request.zone) for one in waiting],
        "live": [line for line in lines if not line["is_over"]],
        "over": [line for line in lines if line["is_over"]],
        "choices": [
            {"value": str(row), "label": f"{row} · {controls()[row].asks.in_language(language())}"}
            for row, answer in answers.items()
            if not answer.is_good
        ],
        "propose_url": reverse("propose_gap"),
        "values": values,
        "errors": errors,
        "first_day": (now + timedelta(days=1)).date().isoformat(),
        "last_day": (now + LONGEST_TIME - timedelta(days=1)).date().isoformat(),
        "longest_reason": LONGEST_REASON,
    }
    return render(request, "tokimori/compliance_gaps.html", context, status=status)


def _decided(request: TenantRequest, act: Any) -> HttpResponse:  # noqa: ANN401 -- either of two acts
    try:
        act()
    except Refusal as refusal:
        messages.error(request, _(refusal.sentence()))
    else:
        messages.success(request, _("Decided."))
    return HttpResponseRedirect(reverse("compliance_gaps"))


def _wish(values: Mapping[str, str]) -> GapWish:
    row = values["row"]
    try:
        day = date.fromisoformat(values["ends_on"])
        ends_at = datetime.combine(day, time(23, 59), tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise GapNotAcceptable(field="ends_at") from error
    number = int(row) if row.isascii() and row.isdigit() and len(row) <= len("135") else 0
    return GapWish(row=number, reason=values["reason"], ends_at=ends_at)


def _errors(refusal: GapNotAcceptable) -> dict[str, str]:
    said = {
        "row": _("Choose a row that is not founded."),
        "reason": _("A reason of %(least)d to %(most)d characters.")
        % {"least": SHORTEST_REASON, "most": LONGEST_REASON},
        "ends_at": _("A day that lies ahead, within a year."),
    }
    field = str(refusal.facts.get("field", "row"))
    return {"ends_on" if field == "ends_at" else field: said[field]}


def _usual_end(request: TenantRequest) -> date:
    return (request.now + timedelta(days=_USUAL_DAYS)).date()


def _state(record: PublicRecord) -> str:
    red = sum(1 for one in record.sheet.answers.values() if not one.is_good)
    return ngettext("%(count)d row is not founded.", "%(count)d rows are not founded.", red) % {"count": red}
