"""What stands around every page: the rail by role, the company, the person, the languages."""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

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
from tokimori.interfaces.web.drafts import doors
from tokimori.interfaces.web.entrance import sign_in_address
from tokimori.interfaces.web.navigation import Shown, route_of, shown_to
from tokimori.interfaces.web.requests import TenantRequest

_SHOWN_ON_A_PHONE: Final = 4


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
    route = route_of(view=view or "", path=request.path)
    places = shown_to(request.principal)
    employment = request.employee.employment if request.employee else None
    rail = _rail(request, places, route=route)
    return {
        "navigation": rail,
        "is_further": any(line["is_current"] for line in rail[_SHOWN_ON_A_PHONE:]),
        "tabs": _tabs(places, route=route, view=view),
        "screens": [
            {"label": place.name if tab is place.first else tab.name, "url": reverse(tab.route), "icon": tab.icon}
            for place in places
            for tab in place.tabs
        ],
        "company": company(tenant=request.tenant).name,
        "site": employment.site.name if employment else "",
        "person": request.employee.name if request.employee else request.account.display_name,
        "languages": languages(),
        "language_url": reverse("language"),
        "sign_out_url": reverse("sign_out"),
        "security_url": reverse("my_security"),
        "idle_seconds": request.signed_in.idle_minutes * 60 - int(USE_IS_NOTED_EVERY.total_seconds()),
        "ends_in_seconds": max(0, int((request.signed_in.ends_at - request.now).total_seconds())),
        "stay_url": reverse("stay"),
        "sign_in_url": sign_in_address(request),
        "drafts": doors(request),
        "home_url": reverse("home"),
        "visit": _visit(request),
        "emergencies": _emergencies(request),
        "search_url": reverse("search") if request.principal.has(Permission.TEAM_READ) else "",
    }


def _rail(request: TenantRequest, places: tuple[Shown, ...], *, route: str) -> list[dict[str, Any]]:
    """Return the lines of the rail; the first of each part but the first stands below a line."""
    rail: list[dict[str, Any]] = []
    part = places[0].part if places else ""
    for place in places:
        rail.append(
            {
                "label": place.name,
                "url": reverse(place.first.route),
                "icon": place.first.icon,
                "is_current": any(tab.route == route for tab in place.tabs),
                "begins_part": place.part != part,
                "count": _COUNTS[place.first.route](request) if place.first.route in _COUNTS else 0,
            }
        )
        part = place.part
    return rail


def _tabs(places: tuple[Shown, ...], *, route: str, view: str) -> list[dict[str, Any]]:
    """Return the pages beside this one; none where it stands alone."""
    beside = next((place.tabs for place in places if any(tab.route == route for tab in place.tabs)), ())
    if len(beside) < 2:  # noqa: PLR2004 -- one is no choice
        return []
    return [
        {
            "label": tab.name,
            "url": reverse(tab.route),
            "is_current": tab.route == route,
            "is_this_page": tab.route == view,
        }
        for tab in beside
    ]


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


def count_at(route: str, count: Callable[[TenantRequest], int]) -> None:
    """Have a place of the rail show a number: for the rooms above, which this one does not know."""
    _COUNTS[route] = count


_COUNTS: Final[dict[str, Callable[[TenantRequest], int]]] = {"approvals": _waiting_decisions}
