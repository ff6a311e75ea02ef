"""The record of who did what: one's own for everybody, the company's for those who watch over it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.queries import accounts_named
from tokimori.foundation.ledger.events import EventName, EventOutcome
from tokimori.foundation.ledger.queries import EventFilter, EventPage, events, every_event, own_events
from tokimori.foundation.ledger.services import begin_export
from tokimori.interfaces.web.dates import read_date
from tokimori.interfaces.web.event_list import event_file, event_pager, event_rows, key_of
from tokimori.interfaces.web.event_words import OUTCOMES, events_by_area
from tokimori.interfaces.web.inquiries import QUESTIONS, read_inquiry
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest

_PAGE: Final = 50
_MOST_PEOPLE: Final = 20
_FILTERS: Final = ("person", "kind", "outcome", "address", "since", "until")
_LONGEST: Final = 60


@require_GET
@requires(Permission.SECURITY_OWN)
def my_activity(request: TenantRequest) -> HttpResponse:
    """Show what the person did, and what was done to his account."""
    page = own_events(
        actor=request.principal, before=key_of(request, "before"), after=key_of(request, "after"), limit=_PAGE
    )
    context = {
        "page_title": _("My activity"),
        "state_sentence": _("Do you not know one of these? End your sessions, and tell your administrator."),
        "events": event_rows(page.events, tenant=request.tenant, zone=request.zone),
        "pager": event_pager(page, address=reverse("my_activity"), filters={}),
    }
    return render(request, "tokimori/my_activity.html", context)


@require_GET
@requires(Permission.AUDIT_READ)
def log(request: TenantRequest) -> HttpResponse:
    """Show the company's events, chosen by person, kind, time, outcome and address."""
    typed = _typed(request)
    wanted, wrong = _wanted(request, typed)
    page = events(
        actor=request.principal,
        wanted=wanted,
        before=key_of(request, "before"),
        after=key_of(request, "after"),
        limit=_PAGE,
    )
    asked = urlencode({name: text for name, text in typed.items() if text})
    context = {
        "page_title": _("Log"),
        "state_sentence": _("Who did what, when, and from where. Nothing in it can be changed."),
        "log_url": reverse("log"),
        "file_url": _file_url(request, asked),
        "filters": typed,
        "wrong": wrong,
        "areas": _areas(),
        "outcomes": [{"value": outcome.value, "label": label} for outcome, label in OUTCOMES.items()],
        "events": _rows(request, page),
        "pager": event_pager(page, address=reverse("log"), filters=typed),
        "is_filtered": bool(asked),
        "has_person": True,
    }
    template = "tokimori/_event_table.html" if request.htmx else "tokimori/log.html"
    return render(request, template, context)


@require_GET
@requires(Permission.AUDIT_READ)
def investigation(request: TenantRequest) -> HttpResponse:
    """Answer one of the three questions with which an investigation begins, as a line of events in time."""
    inquiry = read_inquiry(request)
    page = None
    if inquiry.wanted is not None:
        page = events(
            actor=request.principal,
            wanted=inquiry.wanted,
            before=key_of(request, "before"),
            after=key_of(request, "after"),
            limit=_PAGE,
        )
    context = {
        "page_title": _("Investigation"),
        "state_sentence": _("Name somebody or something, and press a question. Each answer comes with its proof."),
        "investigation_url": reverse("investigation"),
        "typed": inquiry.typed,
        "wrong": inquiry.wrong,
        "questions": [
            {"value": one.value, "label": label, "is_asked": one is inquiry.question}
            for one, label in QUESTIONS.items()
        ],
        "answer": QUESTIONS[inquiry.question] if inquiry.question and page else "",
        "subjects": inquiry.subjects,
        "areas": _areas(),
        "events": _rows(request, page) if page else [],
        "pager": event_pager(page, address=reverse("investigation"), filters=inquiry.typed) if page else None,
        "bundle_url": f"{reverse('log_bundle')}?{urlencode(inquiry.given)}" if _may_take_away(request) else "",
        "verify_url": reverse("verification"),
    }
    return render(request, "tokimori/investigation.html", context)


@require_GET
@requires(Permission.AUDIT_EXPORT)
def log_file(request: TenantRequest) -> HttpResponseBase:
    """Answer with the chosen events as a file, which is written while it is sent. That it was taken is an event as well."""
    typed = _typed(request)
    wanted, _wrong = _wanted(request, typed)
    newest = begin_export(
        actor=request.principal,
        details={f"filter.{name}": "given" if name == "person" else text for name, text in typed.items() if text},
        at=request.now,
    )
    chosen = every_event(tenant=request.tenant, wanted=wanted, newest=newest)
    response = StreamingHttpResponse(
        event_file(chosen, tenant=request.tenant, language=translation.get_language() or "en"),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="log-{request.today.isoformat()}.csv"'
    response["X-Accel-Buffering"] = "no"
    return response


def _rows(request: TenantRequest, page: EventPage) -> list[dict[str, Any]]:
    """Return the events as lines; who takes nothing away gets no files of proofs either."""
    rows = event_rows(page.events, tenant=request.tenant, zone=request.zone)
    return rows if _may_take_away(request) else [{**row, "proof_url": ""} for row in rows]


def _may_take_away(request: TenantRequest) -> bool:
    """Whether the reader may have files of what he reads; under a grant nobody has."""
    return request.principal.has(Permission.AUDIT_EXPORT)


def _file_url(request: TenantRequest, asked: str) -> str:
    if not _may_take_away(request):
        return ""
    return f"{reverse('log_file')}?{asked}" if asked else reverse("log_file")


def _areas() -> list[dict[str, Any]]:
    return [
        {"label": area, "kinds": [{"value": code, "label": sentence} for code, sentence in kinds]}
        for area, kinds in events_by_area()
    ]


def _typed(request: TenantRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:_LONGEST] for name in _FILTERS}


def _wanted(request: TenantRequest, typed: dict[str, str]) -> tuple[EventFilter, dict[str, str]]:
    """Return the filter that was typed, and what of it could not be read; that is then not asked for."""
    wrong: dict[str, str] = {}
    kind = typed["kind"] if typed["kind"] in set(EventName) else ""
    outcome = typed["outcome"] if typed["outcome"] in set(EventOutcome) else ""
    since, until = (_midnight(request, typed, name, wrong) for name in ("since", "until"))
    people = None
    if typed["person"]:
        people = accounts_named(tenant=request.tenant, words=typed["person"], limit=_MOST_PEOPLE)
    return (
        EventFilter(
            account_ids=people,
            name=EventName(kind) if kind else None,
            outcome=EventOutcome(outcome) if outcome else None,
            address=typed["address"],
            since=since,
            until=until + timedelta(days=1) if until else None,
        ),
        wrong,
    )


def _midnight(request: TenantRequest, typed: dict[str, str], name: str, wrong: dict[str, str]) -> datetime | None:
    """Return when a day begins on the reader's clock."""
    if not typed[name]:
        return None
    try:
        return datetime.combine(read_date(typed[name]), time.min, tzinfo=request.zone).astimezone(UTC)
    except NotFound:
        wrong[name] = _("This is not a date.")
        return None
