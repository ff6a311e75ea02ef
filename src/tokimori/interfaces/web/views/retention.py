"""How long what is kept: the periods with their ground, what goes next, what is held, what went by which certificate."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tokimori.domains.keeping.queries import countries_ever
from tokimori.domains.timesheets.months import Month
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import InvalidInput, NotFound
from tokimori.foundation.identity.queries import account_names, account_of_login
from tokimori.foundation.retention.errors import HoldDaysNotValid, HoldPersonUnknown, HoldReasonMissing
from tokimori.foundation.retention.outlook import MonthAhead, months_ahead
from tokimori.foundation.retention.periods import Period, RecordKind, kept_until, period_of
from tokimori.foundation.retention.queries import CertificateView, HoldView, certificates, holds
from tokimori.foundation.retention.services.holds import ABOUT_A_PERSON, ask_lifting, lift_hold, place_hold
from tokimori.foundation.retention.services.run import Due, preview
from tokimori.interfaces.web.country_words import country_name
from tokimori.interfaces.web.dates import long_date, moment, month_name, read_date
from tokimori.interfaces.web.labels import COUNTED_FROM, RECORD_KINDS, RETENTION_GROUNDS
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.requests import TenantRequest

_CERTIFICATES: Final = 50
_LONGEST_REASON: Final = 500
_LONGEST_LOGIN: Final = 254
_LONGEST_DATE: Final = 20


@require_GET
@requires(Permission.SECURITY_READ)
def retention(request: TenantRequest) -> HttpResponse:
    """Show periods, what goes next, holds and certificates."""
    return _page(request, {})


@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def place(request: TenantRequest) -> HttpResponse:
    """Hold records back: all of a kind, those about one person, or those of some days."""
    typed = {
        "kind": request.POST.get("kind", ""),
        "login": request.POST.get("login", "")[:_LONGEST_LOGIN],
        "reason": request.POST.get("reason", "")[: _LONGEST_REASON + 1],
        "covers_from": request.POST.get("covers_from", "")[:_LONGEST_DATE],
        "covers_until": request.POST.get("covers_until", "")[:_LONGEST_DATE],
    }
    try:
        kind = RecordKind(typed["kind"]) if typed["kind"] in set(RecordKind) else RecordKind.EVENTS
        place_hold(
            actor=request.principal,
            kind=kind,
            reason=typed["reason"],
            now=request.now,
            person_id=_person(request, typed["login"]) if kind in ABOUT_A_PERSON else None,
            covers_from=_day(typed["covers_from"]),
            covers_until=_day(typed["covers_until"]),
        )
    except InvalidInput as refusal:
        return _page(request, typed, refusal=refusal)
    messages.success(request, _("These records stay until the hold is lifted."))
    return HttpResponseRedirect(reverse("retention"))


@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def ask(request: TenantRequest, hold_id: UUID) -> HttpResponse:
    """Ask that a hold be lifted."""
    ask_lifting(actor=request.principal, hold_id=hold_id, now=request.now)
    messages.success(request, _("Another person who may hold records back can lift this hold now."))
    return HttpResponseRedirect(reverse("retention"))


@require_POST
@requires(Permission.SECURITY_WRITE)
@proved_lately
def lift(request: TenantRequest, hold_id: UUID) -> HttpResponse:
    """Let records go when their time comes, as another person asked."""
    lift_hold(actor=request.principal, hold_id=hold_id, now=request.now)
    messages.success(request, _("The hold is lifted. What is over its time goes tonight."))
    return HttpResponseRedirect(reverse("retention"))


def _day(text: str) -> date | None:
    """Return the day that was given, if any; raise ``HoldDaysNotValid`` for what is none, or lies beyond any record."""
    if not text.strip():
        return None
    try:
        return read_date(text.strip())
    except NotFound as error:
        raise HoldDaysNotValid from error


def _person(request: TenantRequest, login: str) -> UUID | None:
    if not login.strip():
        return None
    found = account_of_login(tenant=request.tenant, login_id=login)
    if found is None:
        raise HoldPersonUnknown
    return found


def _page(request: TenantRequest, typed: dict[str, str], *, refusal: InvalidInput | None = None) -> HttpResponse:
    countries = sorted(countries_ever(tenant=request.tenant))
    due = preview(actor=request.principal, countries=countries, now=request.now)
    ahead = months_ahead(actor=request.principal, countries=countries, now=request.now)
    held = holds(actor=request.principal)
    waiting = sum(one.rows for one in due)
    context = {
        "page_title": _("Retention"),
        "state_sentence": ngettext(
            "%(count)d record is over its time and goes tonight.",
            "%(count)d records are over their time and go tonight.",
            waiting,
        )
        % {"count": waiting}
        if waiting
        else _("Nothing is over its time."),
        "kinds": [
            _kind(request, one, countries) for one in sorted(due, key=lambda one: list(RECORD_KINDS).index(one.kind))
        ],
        "months": [_month(one) for one in ahead],
        "holds": _holds(request, held),
        "certificates": [
            _certificate(request, one) for one in certificates(actor=request.principal, most=_CERTIFICATES)
        ],
        "may_hold": request.principal.has(Permission.SECURITY_WRITE),
        "place_url": reverse("place_hold"),
        "choices": [{"value": kind.value, "label": label} for kind, label in RECORD_KINDS.items()],
        "typed": typed,
        "longest_reason": _LONGEST_REASON,
        "person_error": _(refusal.sentence()) if isinstance(refusal, HoldPersonUnknown) else "",
        "days_error": _(refusal.sentence()) if isinstance(refusal, HoldDaysNotValid) else "",
        "reason_error": _(refusal.sentence()) if isinstance(refusal, HoldReasonMissing) else "",
    }
    return render(request, "tokimori/retention.html", context, status=refusal.status if refusal else 200)


def _kind(request: TenantRequest, due: Due, countries: list[str]) -> dict[str, Any]:
    return {
        "label": RECORD_KINDS[due.kind],
        "counted": COUNTED_FROM[due.kind],
        "periods": [
            {
                "country": country_name(country),
                "time": _time(period),
                "before": moment(kept_until(due.kind, countries=[country], now=request.now), request.zone),
                "ground": RETENTION_GROUNDS[period.ground],
            }
            for country in countries
            for period in [period_of(due.kind, country=country)]
        ],
        "rows": due.rows,
        "held": due.held,
        "is_held": due.is_held,
        "first": moment(due.first_at, request.zone) if due.first_at else "",
        "last": moment(due.last_at, request.zone) if due.last_at else "",
    }


def _time(period: Period) -> str:
    if period.years:
        return ngettext("%(count)d year", "%(count)d years", period.years) % {"count": period.years}
    return ngettext("%(count)d day", "%(count)d days", period.days) % {"count": period.days}


def _month(one: MonthAhead) -> dict[str, Any]:
    return {
        "label": month_name(Month.of(one.month)),
        "rows": one.rows,
        "kinds": [
            {"label": label, "rows": one.counts[kind]} for kind, label in RECORD_KINDS.items() if kind in one.counts
        ],
    }


def _covered(one: HoldView) -> str:
    """Return which days a hold is about; nothing where it is about all."""
    first, last = (day and long_date(day) for day in (one.covers_from, one.covers_until))
    if first and last:
        return _("Records of %(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("Records from %(first)s on") % {"first": first}
    return _("Records until %(last)s") % {"last": last} if last else ""


def _holds(request: TenantRequest, held: tuple[HoldView, ...]) -> list[dict[str, Any]]:
    people = {who for one in held for who in (one.person_id, one.placed_by, one.asked_by)}
    names = account_names(tenant=request.tenant, account_ids=people)
    may_lift, me = request.principal.has(Permission.SECURITY_WRITE), request.principal.account_id
    return [
        {
            "label": RECORD_KINDS[one.kind],
            "person": names.get(one.person_id, "") if one.person_id else "",
            "reason": one.reason,
            "days": _covered(one),
            "placed": _("Since %(moment)s, by %(person)s")
            % {"moment": moment(one.placed_at, request.zone), "person": names.get(one.placed_by, _("Tokimori"))},
            "asked": _("%(person)s asked on %(moment)s to lift it; another person decides.")
            % {"moment": moment(one.asked_at, request.zone), "person": names.get(one.asked_by, _("Somebody"))}
            if one.asked_at
            else "",
            "ask_url": reverse("ask_lifting", args=[one.id]) if may_lift and one.asked_at is None else "",
            "lift_url": reverse("lift_hold", args=[one.id])
            if may_lift and one.asked_at is not None and one.asked_by != me
            else "",
        }
        for one in held
    ]


def _certificate(request: TenantRequest, one: CertificateView) -> dict[str, Any]:
    return {
        "made": moment(one.made_at, request.zone),
        "label": RECORD_KINDS[one.kind],
        "before": moment(one.before, request.zone),
        "rows": one.rows,
        "digest": one.digest,
    }
