"""Recorded sessions on the servers: the code that opens one, the register, each line of one, and what another one found."""

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

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.operators.errors import GrantNotValid
from tokimori.foundation.operators.queries.maintenance import (
    EntryView,
    MaintenanceView,
    maintenance_record,
    maintenance_sessions,
)
from tokimori.foundation.operators.services.maintenance import (
    LONGEST_PURPOSE,
    LONGEST_REVIEW,
    issue_maintenance_code,
    review_maintenance,
)
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.leading_back import refused
from tokimori.interfaces.web.paging import offset_of, pager
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest

_PAGE: Final = 50


@require_GET
@requires(Permission.OPERATOR_ACT)
def register(request: TenantRequest) -> HttpResponse:
    """Show every recorded session: those that nobody looked at first."""
    offset = offset_of(request)
    found, total = maintenance_sessions(actor=request.principal, now=request.now, offset=offset, limit=_PAGE)
    names = _names(request, found)
    rows = [_row(request, one, names) for one in found]
    overdue = sum(one.is_overdue for one in found)
    context = {
        "page_title": _("Recorded sessions"),
        "state_sentence": ngettext("%(count)d review is overdue.", "%(count)d reviews are overdue.", overdue)
        % {"count": overdue}
        if overdue
        else _("Every session on the servers is looked at by another operator within a week."),
        "sessions": rows,
        "pager": pager(
            address=reverse("maintenance"), filters={}, offset=offset, shown=len(found), total=total, size=_PAGE
        ),
    }
    return render(request, "tokimori/maintenance.html", context)


@never_cache
@require_POST
@requires(Permission.OPERATOR_ACT)
@proved_lately
def code(request: TenantRequest, privilege_id: UUID) -> HttpResponse:
    """Show, this once, the code that opens a recorded session within ten minutes."""
    purpose = request.POST.get("purpose", "")[: LONGEST_PURPOSE + 1]
    try:
        shown = issue_maintenance_code(
            actor=request.principal, privilege_id=privilege_id, purpose=purpose, now=request.now
        )
    except GrantNotValid as refusal:
        return refused(request, refusal, to=reverse("operator_console"))
    context = {
        "page_title": _("Begin maintenance"),
        "state_sentence": _("The code works once, within ten minutes, for you alone."),
        "code": shown,
        "command": f"tokimori maintain --login {request.account.login_id}",
        "done_url": reverse("maintenance"),
    }
    return render(request, "tokimori/maintenance_code.html", context)


@require_GET
@requires(Permission.OPERATOR_ACT)
def one_session(request: TenantRequest, session_id: UUID) -> HttpResponse:
    """Show one session line by line, as it was typed, and whether the record is whole."""
    return _session_page(request, session_id)


@require_POST
@requires(Permission.OPERATOR_ACT)
@proved_lately
def review(request: TenantRequest, session_id: UUID) -> HttpResponse:
    """Write down what another operator found."""
    words = request.POST.get("review", "")[: LONGEST_REVIEW + 1]
    try:
        review_maintenance(actor=request.principal, session_id=session_id, words=words, now=request.now)
    except GrantNotValid as refusal:
        return _session_page(request, session_id, error=_(refusal.sentence()), status=refusal.status)
    messages.success(request, _("The review is written down."))
    return HttpResponseRedirect(reverse("maintenance"))


def _session_page(request: TenantRequest, session_id: UUID, *, error: str = "", status: int = 200) -> HttpResponse:
    found = maintenance_record(actor=request.principal, session_id=session_id, now=request.now)
    row = _row(request, found.session, _names(request, [found.session]))
    may_review = found.session.is_over and found.session.reviewed_at is None and not row["is_own"]
    context = {
        "page_title": _("Session of %(moment)s") % {"moment": row["opened"]},
        "state_sentence": found.session.purpose,
        "session": row,
        "is_whole": found.is_whole,
        "entries": [_entry(request, one) for one in found.entries],
        "review_url": reverse("review_maintenance", args=[session_id]) if may_review else "",
        "error": error,
        "longest_review": LONGEST_REVIEW,
        "back_url": reverse("maintenance"),
    }
    return render(request, "tokimori/maintenance_session.html", context, status=status)


def _names(request: TenantRequest, found: Any) -> Any:  # noqa: ANN401 -- names by account, as the query returns them
    keys = {key for one in found for key in (one.operator_id, one.reviewed_by)}
    return account_names(tenant=request.tenant, account_ids=keys)


def _row(request: TenantRequest, one: MaintenanceView, names: Any) -> dict[str, Any]:  # noqa: ANN401 -- as above
    return {
        "url": reverse("maintenance_session", args=[one.id]),
        "person": names.get(one.operator_id, ""),
        "is_own": one.operator_id == request.principal.account_id,
        "purpose": one.purpose,
        "ticket": one.ticket,
        "may_write": one.may_write,
        "machine": one.machine,
        "company_code": one.company_code,
        "opened": moment(one.opened_at, request.zone),
        "ended": moment(one.ended_at, request.zone) if one.ended_at else "",
        "due": moment(one.due_at, request.zone),
        "typed": one.entries,
        "reviewer": names.get(one.reviewed_by, ""),
        "reviewed": moment(one.reviewed_at, request.zone) if one.reviewed_at else "",
        "review": one.review,
        "state": _state(one),
    }


def _state(one: MaintenanceView) -> dict[str, str]:
    if one.reviewed_at is not None:
        return {"kind": "ok", "label": _("Reviewed")}
    if one.is_overdue:
        return {"kind": "act", "label": _("Review overdue")}
    if not one.is_over:
        return {"kind": "wait", "label": _("Open")}
    return {"kind": "wait", "label": _("To be reviewed")}


def _entry(request: TenantRequest, one: EntryView) -> dict[str, Any]:
    if one.is_typed:
        outcome = ""
    elif not one.is_done:
        outcome = _("Failed: %(code)s") % {"code": one.text or "-"}
    elif one.row_count is None:
        outcome = _("Done")
    else:
        outcome = ngettext("%(count)d row", "%(count)d rows", one.row_count) % {"count": one.row_count}
    return {
        "sequence": one.sequence,
        "at": moment(one.at, request.zone),
        "text": one.text if one.is_typed else "",
        "outcome": outcome,
        "is_failed": one.is_done is False,
        "digest": one.digest[:16],
    }
