"""What stands around every page: the rail by role, the company, the person, the languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, gettext_noop

from tokimori.domains.organisations.queries import company
from tokimori.domains.people.queries import visible_employees
from tokimori.domains.people.queries.reach import Reach
from tokimori.domains.timekeeping.queries import waiting_corrections
from tokimori.domains.timesheets.queries import waiting_months
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.identity.services.sessions import USE_IS_NOTED_EVERY
from tokimori.foundation.operators.queries.grants import emergencies_to_acknowledge
from tokimori.foundation.operators.scopes import GrantKind
from tokimori.interfaces.web.dates import moment
from tokimori.interfaces.web.requests import TenantRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """One place in the rail, and the right without which it is not shown."""

    label: str
    route: str
    icon: str
    permission: Permission


# The most used first: the phone shows four.
_PLACES: Final = (
    _Place(label=gettext_noop("Today"), route="recorder", icon="clock", permission=Permission.PUNCH_RECORD_OWN),
    _Place(label=gettext_noop("My month"), route="my_month", icon="calendar", permission=Permission.TIMESHEET_READ_OWN),
    _Place(
        label=gettext_noop("Requests"), route="corrections", icon="requests", permission=Permission.CORRECTION_REQUEST
    ),
    _Place(label=gettext_noop("Team"), route="team", icon="team", permission=Permission.TEAM_READ),
    _Place(label=gettext_noop("Approvals"), route="approvals", icon="approvals", permission=Permission.APPROVAL_READ),
    _Place(label=gettext_noop("Closing"), route="closing", icon="closing", permission=Permission.PERIOD_READ),
    _Place(label=gettext_noop("Exports"), route="exports", icon="exports", permission=Permission.EXPORT_READ),
    _Place(label=gettext_noop("Imports"), route="imports", icon="imports", permission=Permission.PUNCH_IMPORT),
    _Place(label=gettext_noop("People"), route="employees", icon="people", permission=Permission.EMPLOYEE_READ),
    _Place(label=gettext_noop("Accounts"), route="accounts", icon="person", permission=Permission.ACCOUNT_READ),
    _Place(label=gettext_noop("Access"), route="access", icon="access", permission=Permission.ACCESS_READ),
    _Place(label=gettext_noop("Divisions"), route="divisions", icon="divisions", permission=Permission.SITE_READ),
    _Place(label=gettext_noop("Sites"), route="sites", icon="sites", permission=Permission.SITE_READ),
    _Place(label=gettext_noop("Rules"), route="rule_sets", icon="rules", permission=Permission.RULE_SET_READ),
    _Place(
        label=gettext_noop("Security"), route="company_security", icon="security", permission=Permission.SECURITY_READ
    ),
    _Place(label=gettext_noop("Access tokens"), route="tokens", icon="key", permission=Permission.ACCESS_TOKEN_WRITE),
    _Place(label=gettext_noop("Log"), route="log", icon="log", permission=Permission.AUDIT_READ),
    _Place(
        label=gettext_noop("Single sign-on"),
        route="identity_providers",
        icon="security",
        permission=Permission.SECURITY_READ,
    ),
    _Place(
        label=gettext_noop("Support access"),
        route="support_access",
        icon="security",
        permission=Permission.SECURITY_READ,
    ),
    _Place(
        label=gettext_noop("Console"), route="operator_console", icon="security", permission=Permission.OPERATOR_ACT
    ),
)


# Pages that are reached from a place and belong to it.
_WITHIN: Final[Mapping[str, str]] = {
    "my_day": "recorder",
    "my_month_of": "my_month",
    "new_correction": "corrections",
    "person_day": "team",
    "person_month": "team",
    "person_present_month": "team",
    "closing_of": "closing",
    "import": "imports",
    "employee": "employees",
    "rule_set": "rule_sets",
    "try_rule_set": "rule_sets",
}


def frame(request: HttpRequest) -> Mapping[str, Any]:
    """Return what every template may ask for; before sign-in, the languages alone."""
    around = {"languages": languages(), "language_url": reverse("language")}
    principal = getattr(request, "principal", None)
    if principal is None or request.headers.get("HX-Request"):
        return around
    # Asked for only by pages that stand in the frame: one that tells of a broken transaction must not query in it.
    return {**around, "frame": SimpleLazyObject(lambda: _frame(cast("TenantRequest", request)))}


def languages() -> list[dict[str, str | bool]]:
    """Return the languages that the product speaks, each by its own name."""
    current = translation.get_language()
    return [{"code": code, "label": label, "is_current": code == current} for code, label in settings.LANGUAGES]


def _frame(request: TenantRequest) -> dict[str, Any]:
    view = request.resolver_match.view_name if request.resolver_match else ""
    route = _WITHIN.get(view, view)
    employment = request.employee.employment if request.employee else None
    return {
        "navigation": [
            {
                "label": gettext(place.label),
                "url": reverse(place.route),
                "icon": place.icon,
                "is_current": place.route == route,
                "count": _COUNTS[place.route](request) if place.route in _COUNTS else 0,
            }
            for place in _PLACES
            if request.principal.has(place.permission)
        ],
        "company": company(tenant=request.tenant).name,
        "site": employment.site.name if employment else "",
        "person": request.employee.name if request.employee else request.account.display_name,
        "languages": languages(),
        "language_url": reverse("language"),
        "sign_out_url": reverse("sign_out"),
        "security_url": reverse("my_security"),
        "idle_seconds": request.signed_in.rules.idle_minutes * 60 - int(USE_IS_NOTED_EVERY.total_seconds()),
        "stay_url": reverse("stay"),
        "sign_in_url": reverse("sign_in"),
        "home_url": reverse("home"),
        "visit": _visit(request),
        "emergencies": _emergencies(request),
        "search_url": reverse("search") if request.principal.has(Permission.TEAM_READ) else "",
    }


def _visit(request: TenantRequest) -> dict[str, Any] | None:
    """Return what stands on every page that one of the provider's people sees in a company."""
    visit = request.visit
    if visit is None:
        return None
    return {
        "person": visit.operator_name,
        "until": moment(visit.ends_at, request.zone),
        "purpose": visit.purpose,
        "may_write": visit.may_write,
        "is_emergency": visit.kind is GrantKind.BREAK_GLASS,
        "leave_url": reverse("leave_company"),
    }


def _emergencies(request: TenantRequest) -> list[dict[str, str]]:
    """Return the emergencies that stand on every page of the company's administrators until one takes note."""
    if request.visit is not None or not request.principal.has(Permission.SECURITY_READ):
        return []
    may_note = request.principal.has(Permission.SECURITY_WRITE)
    return [
        {
            "person": grant.operator_name,
            "approver": grant.approver_name,
            "from": moment(grant.granted_at, request.zone),
            "until": moment(grant.ends_at, request.zone),
            "purpose": grant.purpose,
            "acknowledge_url": reverse("acknowledge_emergency", args=[grant.id]) if may_note else "",
            "url": reverse("support_access"),
        }
        for grant in emergencies_to_acknowledge(tenant=request.tenant, now=request.now)
    ]


def _waiting_decisions(request: TenantRequest) -> int:
    """Return how many corrections and months wait for this person's decision; his own wait for somebody else."""
    own = request.principal.employee_id
    corrections = waiting_corrections(tenant=request.tenant, employee_ids=decidable(request, Function.CORRECTIONS))
    months = waiting_months(tenant=request.tenant, employee_ids=decidable(request, Function.TIMESHEETS))
    return sum(1 for wish in corrections if wish.employee_id != own) + sum(1 for row in months if row[0] != own)


def decidable(request: TenantRequest, function: Function) -> Reach | None:
    """Return on whose corrections or months the person decides; nothing for everybody's."""
    return visible_employees(actor=request.principal, on=request.today, function=function, level=Level.APPROVE)


_COUNTS: Final[Mapping[str, Callable[[TenantRequest], int]]] = {"approvals": _waiting_decisions}
