"""Who is in, now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tokimori.domains.organisations.queries import sites
from tokimori.domains.people.queries import EmployeePage, EmployeeView, search_employees, visible_employees
from tokimori.domains.schedules.plans import DayPlan
from tokimori.domains.schedules.queries import plans_between
from tokimori.domains.timekeeping.queries import PunchView, last_punches
from tokimori.engine import PunchKind
from tokimori.foundation.access.functions import Function
from tokimori.foundation.access.permissions import Permission
from tokimori.interfaces.web.dates import clock
from tokimori.interfaces.web.paging import offset_of, pager
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest

_MOST_SHOWN: Final = 300
_LONGEST_DUTY: Final = timedelta(hours=20)
_IN, _BREAK, _LATE, _OUT, _OFF = "in", "break", "late", "out", "off"
_STATES: Final = {
    _LATE: ("act", gettext_lazy("Not here yet")),
    _IN: ("ok", gettext_lazy("In")),
    _BREAK: ("wait", gettext_lazy("Away or on break")),
    _OUT: ("quiet", gettext_lazy("Gone home")),
    _OFF: ("quiet", gettext_lazy("Not expected now")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Present:
    """Somebody with his state just now."""

    employee: EmployeeView
    state: str
    since: datetime | None
    plan: DayPlan | None


@never_cache
@require_GET
@requires(Permission.TEAM_READ)
def team(request: TenantRequest) -> HttpResponse:
    """Show who is in, late, away or gone, by site; to a fragment, the board alone."""
    filters = {name: request.GET.get(name, "")[:60] for name in ("q", "site", "presence")}
    is_live = request.GET.get("live", "yes") != "no"
    page, offset = _people(request, filters), offset_of(request)
    people = [_present(request, *row) for row in _with_facts(request, page.employees)]
    context = {
        "page_title": _("Team today"),
        "state_sentence": _sentence(people, total=page.total),
        "team_url": reverse("team"),
        "filters": filters,
        "site_choices": [{"value": site.code, "label": site.name} for site in sites(tenant=request.tenant)],
        "is_live": is_live,
        "live_url": f"{reverse('team')}?{urlencode({**filters, 'live': 'no' if is_live else 'yes'})}",
        "seen_at": request.now.astimezone(request.zone).strftime("%H:%M:%S"),
        "counts": _counts(people, filters),
        "sites": _sites(request, people, filters["presence"]),
        "is_filtered": any(filters.values()),
        "pager": pager(
            address=reverse("team"),
            filters=filters,
            offset=offset,
            shown=len(people),
            total=page.total,
            size=_MOST_SHOWN,
        ),
    }
    template = "tokimori/_team_board.html" if request.htmx else "tokimori/team.html"
    return render(request, template, context)


def _people(request: TenantRequest, filters: Mapping[str, str]) -> EmployeePage:
    site_id = next((site.id for site in sites(tenant=request.tenant) if site.code == filters["site"]), None)
    visible = visible_employees(actor=request.principal, on=request.today, function=Function.SCHEDULES)
    return search_employees(
        tenant=request.tenant,
        words=filters["q"],
        site_id=site_id,
        on=request.today,
        offset=offset_of(request),
        limit=_MOST_SHOWN,
        only=None if visible is None else visible.without(request.principal.employee_id),
    )


def _with_facts(
    request: TenantRequest, people: Sequence[EmployeeView]
) -> list[tuple[EmployeeView, PunchView | None, Mapping[tuple[UUID, Any], DayPlan]]]:
    ids = [person.id for person in people]
    last = last_punches(tenant=request.tenant, employee_ids=ids, since=request.now - _LONGEST_DUTY)
    day = request.now.date()
    plans = plans_between(
        tenant=request.tenant, employee_ids=ids, first=day - timedelta(days=1), last=day + timedelta(days=1)
    )
    return [(person, last.get(person.id), plans) for person in people]


def _present(
    request: TenantRequest,
    person: EmployeeView,
    last: PunchView | None,
    plans: Mapping[tuple[UUID, Any], DayPlan],
) -> _Present:
    zone = _zone(person)
    today = request.now.astimezone(zone).date()
    plan = plans.get((person.id, today))
    state, since = _state(last, plan, now=request.now, zone=zone)
    return _Present(employee=person, state=state, since=since, plan=plan)


def _state(
    last: PunchView | None, plan: DayPlan | None, *, now: datetime, zone: ZoneInfo
) -> tuple[str, datetime | None]:
    if last is not None:
        match last.kind:
            case PunchKind.IN | PunchKind.BREAK_END | PunchKind.RETURN | None:
                return _IN, last.occurred_at
            case PunchKind.BREAK_START | PunchKind.GO_OUT:
                return _BREAK, last.occurred_at
            case PunchKind.OUT:
                return _OUT, last.occurred_at
    if plan is not None and plan.shifts:
        midnight = datetime.combine(plan.work_date, time(), tzinfo=zone).astimezone(UTC)
        starts = midnight + timedelta(minutes=plan.shifts[0].start_minute)
        ends = midnight + timedelta(minutes=plan.shifts[-1].end_minute)
        if starts < now < ends:
            return _LATE, None
    return _OFF, None


def _sentence(people: Sequence[_Present], *, total: int) -> str:
    """Return how many there are and, where all of them are on this page, how many are in."""
    everyone = ngettext("%(count)d person", "%(count)d people", total) % {"count": total}
    if len(people) < total:
        return everyone
    inside = sum(1 for person in people if person.state in {_IN, _BREAK})
    return _("%(everyone)s, %(inside)d in") % {"everyone": everyone, "inside": inside}


def _counts(people: Sequence[_Present], filters: Mapping[str, str]) -> list[dict[str, Any]]:
    counts = []
    for state, (kind, label) in _STATES.items():
        is_current = filters["presence"] == state
        wanted = {**filters, "presence": "" if is_current else state}
        counts.append(
            {
                "label": label,
                "count": sum(1 for person in people if person.state == state),
                "kind": kind,
                "url": f"{reverse('team')}?{urlencode({name: text for name, text in wanted.items() if text})}",
                "is_current": is_current,
            }
        )
    return counts


def _sites(request: TenantRequest, people: Sequence[_Present], presence: str) -> list[dict[str, Any]]:
    order = list(_STATES)
    by_site: dict[str, list[_Present]] = {}
    for person in people:
        employment = person.employee.employment
        by_site.setdefault(employment.site.name if employment else "", []).append(person)
    return [
        {
            "name": name,
            "sentence": _("%(inside)d of %(all)d in")
            % {"inside": sum(1 for one in here if one.state in {_IN, _BREAK}), "all": len(here)},
            "people": [
                _row(request, one)
                for one in sorted(here, key=lambda one: (order.index(one.state), one.employee.code))
                if presence in {"", one.state}
            ],
        }
        for name, here in by_site.items()
        if any(presence in {"", one.state} for one in here)
    ]


def _row(request: TenantRequest, one: _Present) -> dict[str, Any]:
    zone = _zone(one.employee)
    kind, label = _STATES[one.state]
    day = request.now.astimezone(zone).date()
    return {
        "name": one.employee.name,
        "code": one.employee.code,
        "url": reverse("person_day", args=[one.employee.id, day.isoformat()]),
        "state": {"kind": kind, "label": label},
        "since": clock(one.since, zone),
        "schedule": _schedule(one.plan),
        "note": "",
    }


def _schedule(plan: DayPlan | None) -> str:
    if plan is None or not plan.shifts:
        return ""
    first, last = plan.shifts[0].start_minute, plan.shifts[-1].end_minute
    return f"{first // 60}:{first % 60:02}–{last // 60}:{last % 60:02}"


def _zone(person: EmployeeView) -> ZoneInfo:
    return ZoneInfo(person.employment.site.zone if person.employment else "UTC")
