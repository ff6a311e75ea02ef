"""Where everything is: the places of the rail, the pages within a place, and the place that a page belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One page that is always at hand, and the right without which it is not shown."""

    label: str
    route: str
    icon: str
    permission: Permission

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return gettext(self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One line of the rail: one page, or several that stand beside one another; choosing it opens the first of them."""

    label: str
    part: str
    tabs: tuple[Tab, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A place as one reader sees it. Who may not open its first page finds it under the name of the first he may."""

    name: str
    part: str
    tabs: tuple[Tab, ...]

    @property
    def first(self) -> Tab:
        """The page that opens."""
        return self.tabs[0]


def _place(label: str, part: str, *tabs: tuple[str, str, str, Permission]) -> Place:
    made = (Tab(label=name, route=route, icon=icon, permission=right) for name, route, icon, right in tabs)
    return Place(label=label, part=part, tabs=tuple(made))


def _page(label: str, part: str, route: str, icon: str, permission: Permission) -> Place:
    return _place(label, part, (label, route, icon, permission))


# The most used first: the phone shows four. A line sets apart one's own time, that of others, the company, oneself.
PLACES: Final = (
    _page(gettext_noop("Today"), "own", "recorder", "clock", Permission.PUNCH_RECORD_OWN),
    _page(gettext_noop("My month"), "own", "my_month", "calendar", Permission.TIMESHEET_READ_OWN),
    _page(gettext_noop("Requests"), "own", "corrections", "requests", Permission.CORRECTION_REQUEST),
    _page(gettext_noop("Team"), "others", "team", "team", Permission.TEAM_READ),
    _page(gettext_noop("Approvals"), "others", "approvals", "approvals", Permission.APPROVAL_READ),
    _page(gettext_noop("Closing"), "others", "closing", "closing", Permission.PERIOD_READ),
    _page(gettext_noop("Exports"), "others", "exports", "exports", Permission.EXPORT_READ),
    _page(gettext_noop("Imports"), "others", "imports", "imports", Permission.PUNCH_IMPORT),
    _place(
        gettext_noop("People"),
        "company",
        (gettext_noop("People"), "employees", "people", Permission.EMPLOYEE_READ),
        (gettext_noop("Divisions"), "divisions", "divisions", Permission.SITE_READ),
        (gettext_noop("Employee types"), "employee_types", "types", Permission.SITE_READ),
        (gettext_noop("Sites"), "sites", "sites", Permission.SITE_READ),
    ),
    _place(
        gettext_noop("Accounts"),
        "company",
        (gettext_noop("Accounts"), "accounts", "accounts", Permission.ACCOUNT_READ),
        (gettext_noop("Access"), "access", "access", Permission.ACCESS_READ),
        (gettext_noop("Access reviews"), "reviews", "reviews", Permission.ACCOUNT_READ),
        (gettext_noop("Shared accounts"), "shared_accounts", "shared", Permission.ACCOUNT_READ),
    ),
    _page(gettext_noop("Rules"), "company", "rule_sets", "rules", Permission.RULE_SET_READ),
    _place(
        gettext_noop("Security"),
        "company",
        (gettext_noop("Overview"), "company_security", "security", Permission.SECURITY_READ),
        (gettext_noop("Networks"), "networks", "networks", Permission.SECURITY_READ),
        (gettext_noop("Single sign-on"), "identity_providers", "single_sign_on", Permission.SECURITY_READ),
        (gettext_noop("Access tokens"), "tokens", "key", Permission.ACCESS_TOKEN_WRITE),
        (gettext_noop("Support access"), "support_access", "support", Permission.SECURITY_READ),
        (gettext_noop("Security sheet"), "own_sheet", "own_sheet", Permission.SECURITY_READ),
    ),
    _place(
        gettext_noop("Log"),
        "company",
        (gettext_noop("Log"), "log", "log", Permission.AUDIT_READ),
        (gettext_noop("Investigation"), "investigation", "search", Permission.AUDIT_READ),
        (gettext_noop("Proof"), "log_proof", "seal", Permission.AUDIT_READ),
        (gettext_noop("Retention"), "retention", "retention", Permission.SECURITY_READ),
    ),
    _place(
        gettext_noop("Console"),
        "company",
        (gettext_noop("Console"), "operator_console", "settings", Permission.OPERATOR_ACT),
        (gettext_noop("Recorded sessions"), "maintenance", "terminal", Permission.OPERATOR_ACT),
        (gettext_noop("Devices"), "operator_devices", "laptop", Permission.OPERATOR_ACT),
        (gettext_noop("Questionnaires"), "questionnaires", "questionnaire", Permission.QUESTIONNAIRE_ANSWER),
    ),
    _place(
        gettext_noop("Compliance"),
        "company",
        (gettext_noop("Compliance"), "compliance", "compliance", Permission.COMPLIANCE_READ),
        (gettext_noop("Probes"), "compliance_probes", "eye", Permission.COMPLIANCE_READ),
        (gettext_noop("Accepted gaps"), "compliance_gaps", "edit", Permission.COMPLIANCE_READ),
        (gettext_noop("Changes"), "sheet_notices", "notices", Permission.COMPLIANCE_READ),
        (gettext_noop("Publish the sheet"), "sheet_publishing", "download", Permission.COMPLIANCE_READ),
        (gettext_noop("Shared links"), "sheet_links", "link", Permission.COMPLIANCE_READ),
    ),
    _place(
        gettext_noop("Registers"),
        "company",
        (gettext_noop("Registers"), "registers", "sheet", Permission.COMPLIANCE_READ),
        (gettext_noop("My duties"), "my_duties", "tick", Permission.COMPLIANCE_READ),
    ),
    _place(
        gettext_noop("My security"),
        "self",
        (gettext_noop("My security"), "my_security", "passkey", Permission.SECURITY_OWN),
        (gettext_noop("Where you are signed in"), "sessions", "devices", Permission.SECURITY_OWN),
        (gettext_noop("My activity"), "my_activity", "activity", Permission.SECURITY_OWN),
    ),
)

# A page belongs to the tab whose address it stands below, but for these.
_ELSEWHERE: Final[Mapping[str, str]] = {
    "my_day": "recorder",
    "person_day": "team",
    "receipt": "recorder",
    "register_entry": "registers",
    "edit_register_entry": "registers",
    "person_month": "team",
    "person_present_month": "team",
    "steps": "team",
}


def shown_to(principal: Principal) -> tuple[Shown, ...]:
    """Return the places of the rail for somebody, each with the pages that he may open."""
    shown = []
    for place in PLACES:
        tabs = tuple(tab for tab in place.tabs if principal.has(tab.permission))
        if tabs:
            name = gettext(place.label) if tabs[0] is place.tabs[0] else tabs[0].name
            shown.append(Shown(name=name, part=place.part, tabs=tabs))
    return tuple(shown)


def route_of(*, view: str, path: str) -> str:
    """Return the route of the tab that a page belongs to; nothing for a page that belongs to none."""
    if view in _ELSEWHERE:
        return _ELSEWHERE[view]
    best, route = "", ""
    for place in PLACES:
        for tab in place.tabs:
            address = reverse(tab.route)
            if f"{path}/".startswith(f"{address}/") and len(address) > len(best):
                best, route = address, tab.route
    return route


def name_of(view: str) -> str:
    """Return what a page is called in the navigation; nothing for one that is not in it."""
    route = _ELSEWHERE.get(view, view)
    return next((tab.name for place in PLACES for tab in place.tabs if tab.route == route), "")
