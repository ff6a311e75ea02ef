"""The people of the company, and the sites and rules they work under: to read."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tokimori.domains.organisations.queries import sites as all_sites
from tokimori.domains.people.queries import (
    EmployeeView,
    employments_between,
    require_visible,
    search_employees,
    visible_employees,
)
from tokimori.domains.people.queries import (
    employee as one_employee,
)
from tokimori.domains.people.queries.headcounts import count_by_rule_set, count_by_site
from tokimori.domains.people.queries.reach import decide_on
from tokimori.domains.rulesets.queries import (
    RuleSetVersionView,
    RuleSetView,
)
from tokimori.domains.rulesets.queries import (
    rule_set as one_rule_set,
)
from tokimori.domains.rulesets.queries import (
    rule_sets as all_rule_sets,
)
from tokimori.domains.timesheets.months import Month
from tokimori.engine import RuleSet as EngineRuleSet
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.vouching.services.proposals import ProposalView, open_proposals
from tokimori.foundation.vouching.subjects import Subject
from tokimori.interfaces.web.dates import long_date
from tokimori.interfaces.web.paging import offset_of, pager
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.places import Places, places_of
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.rule_choices import choice_fields
from tokimori.interfaces.web.rules_in_words import rule_groups, rule_sentence
from tokimori.interfaces.web.second_person_section import Lines, proposal_rows
from tokimori.interfaces.web.views.accounts import access_link, account_line
from tokimori.interfaces.web.views.transfers import may_transfer

_PAGE = 50
_FOUND = 8


@require_GET
@requires(Permission.EMPLOYEE_READ)
def employees(request: TenantRequest) -> HttpResponse:
    """Show everybody, searched and in pages."""
    filters = {name: request.GET.get(name, "")[:60] for name in ("q", "site", "division", "type")}
    sites = all_sites(tenant=request.tenant)
    places = places_of(request)
    offset = offset_of(request)
    page = search_employees(
        tenant=request.tenant,
        words=filters["q"],
        site_id=next((site.id for site in sites if site.code == filters["site"]), None),
        on=request.today,
        offset=offset,
        limit=_PAGE,
        only=visible_employees(actor=request.principal, on=request.today, function=Function.PEOPLE),
        standing=places.standing(division=filters["division"], employee_type=filters["type"]),
    )
    rule_names = {code: view.name for code, view in all_rule_sets(tenant=request.tenant).items()}
    context = {
        "page_title": _("People"),
        "state_sentence": ngettext("%(count)d person", "%(count)d people", page.total) % {"count": page.total},
        "employees_url": reverse("employees"),
        "filters": filters,
        "site_choices": [{"value": site.code, "label": site.name} for site in sites],
        "division_choices": places.division_choices(),
        "type_choices": places.type_choices(),
        "employees": _employee_rows(request, page.employees, places, rule_names),
        "is_filtered": any(filters.values()),
        "pager": pager(
            address=reverse("employees"),
            filters=filters,
            offset=offset,
            shown=len(page.employees),
            total=page.total,
            size=_PAGE,
        ),
    }
    template = "tokimori/_employee_table.html" if request.htmx else "tokimori/employees.html"
    return render(request, template, context)


@require_GET
@requires(Permission.EMPLOYEE_READ)
def employee(request: TenantRequest, employee_id: UUID) -> HttpResponse:
    """Show one person with his employments."""
    require_visible(actor=request.principal, employee_id=employee_id, on=request.today, function=Function.PEOPLE)
    person = one_employee(tenant=request.tenant, employee_id=employee_id, on=request.today)
    places = places_of(request)
    terms = employments_between(tenant=request.tenant, employee_ids=[employee_id], last=date.max)[employee_id]
    ends = [view.valid_from for view in terms[1:]]
    rule_names = {code: view.name for code, view in all_rule_sets(tenant=request.tenant).items()}
    context = {
        "page_title": person.name,
        "state_sentence": " · ".join(
            part for part in (person.code, person.employment.site.name if person.employment else "") if part
        ),
        "month_url": reverse("person_month", args=[employee_id, str(Month.of(request.today))])
        if _may_see_time(request, employee_id)
        else "",
        "transfer_url": reverse("transfer_employee", args=[employee_id]) if may_transfer(request, employee_id) else "",
        "has_account": person.account_id is not None,
        "account": account_line(request, person.account_id)
        if person.account_id and request.principal.has(Permission.ACCOUNT_READ)
        else None,
        "access_url": access_link(request, person.account_id),
        "facts": [
            {"label": _("Number"), "value": person.code},
            {"label": _("Reading"), "value": person.phonetic_name},
            {"label": _("Hired"), "value": long_date(person.hired_on)},
            *([{"label": _("Left"), "value": long_date(person.left_on)}] if person.left_on else []),
        ],
        "employments": [
            {
                "from_date": view.valid_from,
                "to_date": end,
                "site": view.site.name,
                "division": places.division_name(view.division_id),
                "employee_type": places.type_name(view.employee_type_id),
                "rule_set": rule_names.get(view.rule_set_code, view.rule_set_code),
                "rule_set_url": reverse("rule_set", args=[view.rule_set_code])
                if request.principal.has(Permission.RULE_SET_READ)
                else "",
                "is_current": view == person.employment,
            }
            for view, end in zip(terms, [*ends, None], strict=True)
        ][::-1],
    }
    return render(request, "tokimori/employee.html", context)


@require_GET
@requires(Permission.SITE_READ)
def sites(request: TenantRequest) -> HttpResponse:
    """Show the sites."""
    found = all_sites(tenant=request.tenant)
    counts = count_by_site(tenant=request.tenant, on=request.today)
    may_list = request.principal.has(Permission.EMPLOYEE_READ)
    context = {
        "page_title": _("Sites"),
        "state_sentence": ngettext("%(count)d site", "%(count)d sites", len(found)) % {"count": len(found)},
        "sites": [
            {
                "name": site.name,
                "code": site.code,
                "zone": site.zone,
                "country": site.country,
                "employees_count": counts.get(site.id, 0),
                "employees_url": f"{reverse('employees')}?{urlencode({'site': site.code})}" if may_list else "",
            }
            for site in found
        ],
    }
    return render(request, "tokimori/sites.html", context)


@require_GET
@requires(Permission.RULE_SET_READ)
def rule_sets(request: TenantRequest) -> HttpResponse:
    """Show the rule sets as they hold today."""
    found = all_rule_sets(tenant=request.tenant)
    reach = visible_employees(actor=request.principal, on=request.today, function=Function.RULES)
    counts = count_by_rule_set(tenant=request.tenant, on=request.today, only=reach)
    rows = [_rule_set_row(view, request.today, counts.get(code, 0)) for code, view in found.items()]
    context = {
        "page_title": _("Rules"),
        "state_sentence": ngettext("%(count)d rule set", "%(count)d rule sets", len(rows)) % {"count": len(rows)},
        "rule_sets": rows,
    }
    return render(request, "tokimori/rule_sets.html", context)


@require_GET
@requires(Permission.RULE_SET_READ)
def rule_set(request: TenantRequest, code: str) -> HttpResponse:
    """Show each rule of a rule set as a sentence, with the law it stands on."""
    view = one_rule_set(tenant=request.tenant, code=code)
    holding = _holding(view, request.today)
    context = {
        "page_title": view.name,
        "state_sentence": _("Version %(version)d, in force since %(date)s")
        % {"version": holding.version, "date": long_date(holding.valid_from)},
        "groups": rule_groups(holding.rules),
        "proposals": _proposals(request, view),
        "change_url": reverse("try_rule_set", args=[code])
        if request.principal.has(Permission.RULE_SET_PUBLISH)
        else "",
        "versions": [
            {
                "version": version.version,
                "valid_from": version.valid_from,
                "valid_to": None,
                "digest": version.digest,
                "url": "",
                "is_current": version is holding,
            }
            for version in view.versions
        ],
    }
    return render(request, "tokimori/rule_set.html", context)


def _proposals(request: TenantRequest, view: RuleSetView) -> list[dict[str, Any]]:
    """Return the versions that wait for a second person, each with the choices in which it differs from the newest."""
    newest = _in_words(view.versions[0].rules)

    def lines_of(one: ProposalView) -> Lines:
        wanted = _in_words(EngineRuleSet.from_plain(one.content["rules"]))
        day = long_date(date.fromisoformat(one.content["valid_from"]))
        changed = [
            {"label": label, "before": newest.get(label, "–"), "after": after or "–"}
            for label, after in wanted.items()
            if newest.get(label) != after
        ]
        return [{"label": _("Holds from %(day)s on") % {"day": day}}, *changed]

    found = open_proposals(actor=request.principal, subject=Subject.RULE_SETS, target=view.code, now=request.now)
    return proposal_rows(
        request,
        found,
        lines_of=lines_of,
        url_of=lambda one: reverse("decide_rule_proposal", args=[view.code, one.id]),
        may_decide=request.principal.has(Permission.RULE_SET_PUBLISH),
    )


def _in_words(rules: EngineRuleSet) -> dict[str, str]:
    """Return each choice of a rule set by its label, in words."""
    return {
        str(field["label"]): next(
            (str(option["label"]) for option in field["options"] if option["value"] == field["value"]),
            str(field["value"]),
        )
        for field in choice_fields(rules, {})
    }


@require_GET
@requires(Permission.TEAM_READ)
def search(request: TenantRequest) -> HttpResponse:
    """Answer the palette: people whom the reader may see, as links to their months."""
    words = request.GET.get("q", "")[:60]
    visible = visible_employees(actor=request.principal, on=request.today)
    page = search_employees(
        tenant=request.tenant, words=words, site_id=None, on=request.today, offset=0, limit=_FOUND, only=visible
    )
    month = str(Month.of(request.today))
    links = [
        {"url": reverse("person_month", args=[person.id, month]), "label": f"{person.name} {person.code}"}
        for person in page.employees
    ]
    return render(request, "tokimori/_found.html", {"links": links})


def _may_see_time(request: TenantRequest, employee_id: UUID) -> bool:
    """Whether the person may open this employee's month."""
    actor = request.principal
    return (
        actor.has(Permission.TEAM_READ)
        and decide_on(
            actor=actor, function=Function.TIMESHEETS, level=Level.READ, employee_id=employee_id, on=request.today
        ).is_allowed
    )


def _employee_rows(
    request: TenantRequest, people: Sequence[EmployeeView], places: Places, rule_names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the rows of a list; a month is offered of those alone whose time the reader may see."""
    ids = {person.id for person in people}
    seen: frozenset[UUID] = frozenset()
    if request.principal.has(Permission.TEAM_READ):
        reach = visible_employees(actor=request.principal, on=request.today)
        seen = frozenset(ids) if reach is None else reach.among(ids)
    return [_employee_row(person, places, rule_names, has_month=person.id in seen) for person in people]


def _employee_row(
    person: EmployeeView, places: Places, rule_names: Mapping[str, str], *, has_month: bool
) -> dict[str, Any]:
    return {
        "name": person.name,
        "reading": person.phonetic_name,
        "code": person.code,
        "url": reverse("employee", args=[person.id]),
        "month_url": reverse("person_present_month", args=[person.id]) if has_month else "",
        "site": person.employment.site.name if person.employment else "",
        "division": places.division_name(person.employment.division_id) if person.employment else "",
        "employee_type": places.type_name(person.employment.employee_type_id) if person.employment else "",
        "rule_set": rule_names.get(person.employment.rule_set_code, "") if person.employment else "",
    }


def _rule_set_row(view: RuleSetView, today: date, count: int) -> dict[str, Any]:
    holding = _holding(view, today)
    return {
        "name": view.name,
        "url": reverse("rule_set", args=[view.code]),
        "version": holding.version,
        "valid_from": holding.valid_from,
        "sentence": rule_sentence(holding.rules),
        "country": holding.rules.country,
        "employees_count": count,
    }


def _holding(view: RuleSetView, today: date) -> RuleSetVersionView:
    return next((version for version in view.versions if version.valid_from <= today), view.versions[-1])
