"""Who may do what, and why: roles, grants, leading; and which duties meet in one person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tokimori.domains.organisations.queries import sites_by_id
from tokimori.domains.people.queries import employees_by_code
from tokimori.domains.people.queries.explaining import Way, actor_of, ways_of
from tokimori.domains.people.queries.grants import DutiesMet, GrantView, conflicts, grants, refused_pairs
from tokimori.domains.people.queries.reach import decide_on
from tokimori.domains.people.services.granting import choose_duties
from tokimori.foundation.access.authorise import decide
from tokimori.foundation.access.decisions import Decision, Reason
from tokimori.foundation.access.functions import RIGHTS_OF_LEVELS, Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.access.segregation import PAIRS
from tokimori.foundation.identity.queries import AccountLine, account_line, account_names, search_accounts
from tokimori.interfaces.web.access_words import (
    FUNCTIONS,
    LEVELS,
    PAIR_LABELS,
    REASONS,
    WITHHELD,
    levels_in_words,
)
from tokimori.interfaces.web.account_words import roles_in_words
from tokimori.interfaces.web.paging import offset_of, pager
from tokimori.interfaces.web.permissions import proved_lately, requires
from tokimori.interfaces.web.places import Places, places_of
from tokimori.interfaces.web.requests import TenantRequest

_PAGE = 50


@require_GET
@requires(Permission.ACCESS_READ)
def access(request: TenantRequest) -> HttpResponse:
    """Show who is more than an employee, and where duties meet that are better kept apart."""
    words = request.GET.get("q", "")[:60]
    live = [view for view in grants(tenant=request.tenant) if view.holds(request.today)]
    met = conflicts(tenant=request.tenant, on=request.today)
    page, total = search_accounts(
        tenant=request.tenant,
        words=words,
        also={view.account_id for view in live},
        offset=offset_of(request),
        limit=_PAGE,
    )
    context = {
        "page_title": _("Access"),
        "state_sentence": _state_sentence(len(live), met),
        "access_url": reverse("access"),
        "words": words,
        "accounts": [_account_row(line, live, met) for line in page],
        "duties": _duties(request, met),
        "pager": pager(
            address=reverse("access"),
            filters={"q": words},
            offset=offset_of(request),
            shown=len(page),
            total=total,
            size=_PAGE,
        ),
    }
    return render(request, "tokimori/access.html", context)


@require_GET
@requires(Permission.ACCESS_READ)
def access_of(request: TenantRequest, account_id: UUID) -> HttpResponse:
    """Show what one account may do, on how many people, and through what."""
    line = account_line(tenant=request.tenant, account_id=account_id)
    actor = actor_of(asker=request.principal, account_id=account_id, on=request.today)
    views = grants(tenant=request.tenant, account_id=account_id)
    places = places_of(request)
    met = [one for one in conflicts(tenant=request.tenant, on=request.today) if one.account_id == account_id]
    ways = ways_of(asker=request.principal, actor=actor, roles=line.roles, on=request.today)
    may_grant = request.principal.has(Permission.ACCESS_GRANT) and account_id != request.principal.account_id
    context = {
        "page_title": line.name,
        "state_sentence": " · ".join([line.login_id, roles_in_words(line.roles) if line.roles else _("No role")]),
        "is_closed": not line.is_active,
        "grant_url": reverse("grant_access", args=[account_id]) if may_grant and line.is_active else "",
        "is_oneself": account_id == request.principal.account_id,
        "back_url": reverse("access"),
        "ways": _way_rows(ways, {view.id: view for view in views}, places, request),
        "duties": [_met_row(one) for one in met],
        "grants": [_grant_row(request, view, places, may_revoke=may_grant) for view in views],
        "question": _question(request, actor, account_id),
    }
    return render(request, "tokimori/access_of.html", context)


@require_POST
@requires(Permission.ACCESS_GRANT)
@proved_lately
def duties(request: TenantRequest, code: str) -> HttpResponse:
    """Refuse from now on that two duties meet in one person, or only show it."""
    choose_duties(
        actor=request.principal, code=code, is_refused=request.POST.get("is_refused") == "yes", now=request.now
    )
    messages.success(request, _("Changed. It counts from the next request of each person on."))
    return HttpResponseRedirect(reverse("access"))


def grant_sentence(view: GrantView, places: Places, sites: Mapping[UUID, Any]) -> str:
    """Return over whom a grant is."""
    parts = [
        places.division_path(view.division_id) if view.division_id else "",
        sites[view.site_id].name if view.site_id else "",
        _(", ").join(sorted(places.type_name(one) for one in view.employee_type_ids or ())),
    ]
    return " · ".join(part for part in parts if part) or _("The whole company")


def _state_sentence(count: int, met: tuple[DutiesMet, ...]) -> str:
    sentence = ngettext("%(count)d grant holds today", "%(count)d grants hold today", count) % {"count": count}
    people = len({one.account_id for one in met})
    if not people:
        return sentence
    more = ngettext("conflicting duties in %(count)d person", "conflicting duties in %(count)d people", people) % {
        "count": people
    }
    return f"{sentence} · {more}"


def _account_row(line: AccountLine, live: list[GrantView], met: tuple[DutiesMet, ...]) -> dict[str, Any]:
    return {
        "name": line.name,
        "login_id": line.login_id,
        "roles": roles_in_words(line.roles),
        "is_closed": not line.is_active,
        "grant_count": sum(1 for view in live if view.account_id == line.id),
        "conflict_count": sum(1 for one in met if one.account_id == line.id),
        "url": reverse("access_of", args=[line.id]),
    }


def _duties(request: TenantRequest, met: tuple[DutiesMet, ...]) -> list[dict[str, Any]]:
    refused = refused_pairs(tenant=request.tenant)
    names = account_names(tenant=request.tenant, account_ids={one.account_id for one in met})
    may_choose = request.principal.has(Permission.ACCESS_GRANT)
    return [
        {
            "label": PAIR_LABELS[one.code],
            "is_refused": one.code in refused,
            "withheld": WITHHELD[one.code],
            "people": [
                {"name": names.get(each.account_id, ""), "url": reverse("access_of", args=[each.account_id])}
                for each in met
                if each.pair.code == one.code
            ],
            "choose_url": reverse("choose_duties", args=[one.code]) if may_choose else "",
        }
        for one in PAIRS
    ]


def _met_row(met: DutiesMet) -> dict[str, Any]:
    return {"label": PAIR_LABELS[met.pair.code], "is_refused": met.is_refused, "withheld": WITHHELD[met.pair.code]}


def _way_rows(
    ways: tuple[Way, ...], views: Mapping[UUID, GrantView], places: Places, request: TenantRequest
) -> list[dict[str, Any]]:
    sites = sites_by_id(tenant=request.tenant)
    return [
        {
            "function": FUNCTIONS[way.function],
            "levels": levels_in_words(way.levels),
            "people_count": way.people_count,
            "is_everyone": way.is_everyone,
            "through": _through(way, views, places, sites),
        }
        for way in ways
    ]


def _through(way: Way, views: Mapping[UUID, GrantView], places: Places, sites: Mapping[UUID, Any]) -> str:
    if way.grant_id is not None:
        view = views[way.grant_id]
        return _("Grant: %(whom)s (%(reason)s)") % {
            "whom": grant_sentence(view, places, sites),
            "reason": view.reason,
        }
    if way.reason is Reason.LEADS:
        return _("Leads these people")
    return _("Role: %(roles)s") % {"roles": roles_in_words(way.roles)}


def _grant_row(request: TenantRequest, view: GrantView, places: Places, *, may_revoke: bool) -> dict[str, Any]:
    names = account_names(tenant=request.tenant, account_ids={view.granted_by_id, view.revoked_by_id})
    holds = view.holds(request.today)
    return {
        "whom": grant_sentence(view, places, sites_by_id(tenant=request.tenant)),
        "functions": _(", ").join(str(FUNCTIONS[one]) for one in Function if one in view.functions),
        "level": LEVELS[view.level],
        "from_date": view.valid_from,
        "to_date": view.valid_until,
        "reason": view.reason,
        "granted_by": names.get(view.granted_by_id, ""),
        "granted_at": view.granted_at,
        "revoked_by": names.get(view.revoked_by_id, "") if view.revoked_at else "",
        "revoked_at": view.revoked_at,
        "revoked_reason": view.revoked_reason,
        "holds": holds,
        "is_to_come": view.revoked_at is None and view.valid_from > request.today,
        "revoke_url": reverse("revoke_access", args=[view.id])
        if may_revoke and view.revoked_at is None and (holds or view.valid_from > request.today)
        else "",
    }


def _question(request: TenantRequest, actor: Principal, account_id: UUID) -> dict[str, Any]:
    """Return the form that asks about one person, with the answer when something was asked."""
    given = {name: request.GET.get(name, "")[:30] for name in ("code", "function", "level")}
    return {
        **given,
        "url": reverse("access_of", args=[account_id]),
        "functions": [{"value": one.value, "label": label} for one, label in FUNCTIONS.items()],
        "levels": [{"value": one.value, "label": label} for one, label in LEVELS.items() if one is not Level.FULL],
        "answer": _answer(request, actor, given) if given["code"] else None,
    }


def _answer(request: TenantRequest, actor: Principal, given: Mapping[str, str]) -> dict[str, Any]:
    if given["function"] not in set(Function) or given["level"] not in set(Level):
        return {"kind": "act", "sentence": _("Choose a function and a level.")}
    found = employees_by_code(tenant=request.tenant, codes=[given["code"]], on=request.today)
    if given["code"] not in found:
        return {"kind": "act", "sentence": _("There is nobody with this number.")}
    decision = _decision(actor, Function(given["function"]), Level(given["level"]), found[given["code"]].id, request)
    return {
        "kind": "ok" if decision.is_allowed else "act",
        "sentence": REASONS[decision.reason],
        "person": found[given["code"]].name,
    }


def _decision(
    actor: Principal, function: Function, level: Level, employee_id: UUID, request: TenantRequest
) -> Decision:
    """Return the first refusal among the rights that a level needs, else whether the person is within reach."""
    for right in sorted(RIGHTS_OF_LEVELS[function].get(level, frozenset())):
        if right in actor.withheld:
            return decide(actor, right)
    return decide_on(actor=actor, function=function, level=level, employee_id=employee_id, on=request.today)
