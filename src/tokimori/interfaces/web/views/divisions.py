"""The tree of divisions and the list of employee types."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tokimori.domains.organisations.queries import DivisionView
from tokimori.domains.organisations.queries import division as one_division
from tokimori.domains.organisations.queries import divisions as all_divisions
from tokimori.domains.organisations.services import change_division, create_division
from tokimori.domains.people.queries import employee_types as all_types
from tokimori.domains.people.queries.headcounts import count_by_division, count_by_employee_type
from tokimori.domains.people.services import (
    close_division,
    close_employee_type,
    create_employee_type,
    rename_employee_type,
)
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import Conflict, InvalidInput, Refusal
from tokimori.interfaces.web.permissions import requires
from tokimori.interfaces.web.requests import TenantRequest
from tokimori.interfaces.web.views.transfers import read_id

_MOST_TEXT = 120


@require_GET
@requires(Permission.SITE_READ)
def divisions(request: TenantRequest) -> HttpResponse:
    """Show the tree, with how many people work where."""
    return _tree_page(request)


@require_POST
@requires(Permission.DIVISION_WRITE)
def add_division(request: TenantRequest) -> HttpResponse:
    """Add a division."""
    try:
        create_division(
            actor=request.principal,
            code=_text(request, "code"),
            name=_text(request, "name"),
            parent_id=read_id(_text(request, "parent")),
            now=request.now,
        )
    except (Conflict, InvalidInput) as refusal:
        return _tree_page(request, refusal=refusal)
    messages.success(request, _("%(name)s is added.") % {"name": _text(request, "name")})
    return HttpResponseRedirect(reverse("divisions"))


@require_http_methods(["GET", "POST"])
@requires(Permission.DIVISION_WRITE)
def division(request: TenantRequest, division_id: UUID) -> HttpResponse:
    """Show one division; rename it, or move it with all that stands below."""
    if request.method == "GET":
        return _division_page(request, division_id)
    try:
        change_division(
            actor=request.principal,
            division_id=division_id,
            name=_text(request, "name"),
            parent_id=read_id(_text(request, "parent")),
            now=request.now,
        )
    except (Conflict, InvalidInput) as refusal:
        return _division_page(request, division_id, refusal=refusal)
    messages.success(request, _("%(name)s is changed.") % {"name": _text(request, "name")})
    return HttpResponseRedirect(reverse("divisions"))


@require_POST
@requires(Permission.DIVISION_WRITE)
def close(request: TenantRequest, division_id: UUID) -> HttpResponse:
    """Close a division that is empty."""
    view = one_division(tenant=request.tenant, division_id=division_id)
    try:
        close_division(actor=request.principal, division_id=division_id, now=request.now)
    except Conflict as refusal:
        return _division_page(request, division_id, refusal=refusal)
    messages.success(request, _("%(name)s is closed.") % {"name": view.name})
    return HttpResponseRedirect(reverse("divisions"))


@require_http_methods(["GET", "POST"])
@requires(Permission.SITE_READ)
def employee_types(request: TenantRequest) -> HttpResponse:
    """Show the list of types; add one."""
    if request.method == "GET":
        return _types_page(request)
    try:
        create_employee_type(
            actor=request.principal, code=_text(request, "code"), name=_text(request, "name"), now=request.now
        )
    except (Conflict, InvalidInput) as refusal:
        return _types_page(request, refusal=refusal)
    messages.success(request, _("%(name)s is added.") % {"name": _text(request, "name")})
    return HttpResponseRedirect(reverse("employee_types"))


@require_POST
@requires(Permission.DIVISION_WRITE)
def rename_type(request: TenantRequest, type_id: UUID) -> HttpResponse:
    """Give a type another name."""
    try:
        rename_employee_type(
            actor=request.principal, employee_type_id=type_id, name=_text(request, "name"), now=request.now
        )
    except (Conflict, InvalidInput) as refusal:
        return _types_page(request, refusal=refusal)
    messages.success(request, _("%(name)s is changed.") % {"name": _text(request, "name")})
    return HttpResponseRedirect(reverse("employee_types"))


@require_POST
@requires(Permission.DIVISION_WRITE)
def close_type(request: TenantRequest, type_id: UUID) -> HttpResponse:
    """Give a type to nobody any more."""
    try:
        close_employee_type(actor=request.principal, employee_type_id=type_id, now=request.now)
    except Conflict as refusal:
        return _types_page(request, refusal=refusal)
    return HttpResponseRedirect(reverse("employee_types"))


def _text(request: TenantRequest, name: str) -> str:
    return request.POST.get(name, "")[:_MOST_TEXT].strip()


def _tree_page(request: TenantRequest, refusal: Refusal | None = None) -> HttpResponse:
    views = all_divisions(tenant=request.tenant)
    counts = count_by_division(tenant=request.tenant, on=request.today)
    count = sum(1 for view in views if not view.is_closed)
    context = {
        "page_title": _("Divisions"),
        "state_sentence": ngettext("%(count)d division", "%(count)d divisions", count) % {"count": count},
        "branches": _branches(request, views, counts),
        "nowhere_count": counts.get(None, 0),
        "add_url": reverse("add_division") if request.principal.has(Permission.DIVISION_WRITE) else "",
        "parent_choices": _choices(views),
        "given": {name: _text(request, name) for name in ("code", "name", "parent")},
        "error": _(refusal.sentence()) if refusal else "",
    }
    return render(request, "tokimori/divisions.html", context, status=refusal.status if refusal else 200)


def _branches(
    request: TenantRequest, views: Sequence[DivisionView], counts: Mapping[UUID | None, int]
) -> list[dict[str, Any]]:
    """Return the tree as branches within branches; each counts its people with those below."""
    nodes: dict[UUID, dict[str, Any]] = {}
    tops: list[dict[str, Any]] = []
    may_change = request.principal.has(Permission.DIVISION_WRITE)
    may_list = request.principal.has(Permission.EMPLOYEE_READ)
    for view in views:
        nodes[view.id] = {
            "name": view.name,
            "code": view.code,
            "is_closed": view.is_closed,
            "url": reverse("division", args=[view.id]) if may_change and not view.is_closed else "",
            "people_url": f"{reverse('employees')}?division={view.code}" if may_list else "",
            "people_count": counts.get(view.id, 0),
            "branches": [],
        }
        above = nodes[view.parent_id]["branches"] if view.parent_id else tops
        above.append(nodes[view.id])
    for view in reversed(views):
        if view.parent_id:
            nodes[view.parent_id]["people_count"] += nodes[view.id]["people_count"]
    return tops


def _choices(views: Sequence[DivisionView], *, but: UUID | None = None) -> list[dict[str, str]]:
    """Return the open divisions under which another one may stand: never one of those below itself."""
    below: set[UUID | None] = {but} if but else set()
    for view in views:
        if view.parent_id in below and view.parent_id is not None:
            below.add(view.id)
    return [
        {"value": str(view.id), "label": view.full_name}
        for view in views
        if not view.is_closed and view.id not in below
    ]


def _division_page(request: TenantRequest, division_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    views = all_divisions(tenant=request.tenant)
    view = one_division(tenant=request.tenant, division_id=division_id)
    is_typed = request.method == "POST" and "name" in request.POST
    context = {
        "page_title": view.name,
        "state_sentence": view.full_name if view.depth else view.code,
        "division_url": reverse("division", args=[division_id]),
        "close_url": reverse("close_division", args=[division_id]) if not view.is_closed else "",
        "back_url": reverse("divisions"),
        "parent_choices": _choices(views, but=division_id),
        "name": _text(request, "name") if is_typed else view.name,
        "parent": _text(request, "parent") if is_typed else str(view.parent_id or ""),
        "error": _(refusal.sentence()) if refusal else "",
    }
    return render(request, "tokimori/division.html", context, status=refusal.status if refusal else 200)


def _types_page(request: TenantRequest, refusal: Refusal | None = None) -> HttpResponse:
    views = all_types(tenant=request.tenant)
    counts = count_by_employee_type(tenant=request.tenant, on=request.today)
    may_change = request.principal.has(Permission.DIVISION_WRITE)
    may_list = request.principal.has(Permission.EMPLOYEE_READ)
    count = sum(1 for view in views if not view.is_closed)
    context = {
        "page_title": _("Employee types"),
        "state_sentence": ngettext("%(count)d type", "%(count)d types", count) % {"count": count},
        "types": [
            {
                "id": view.id,
                "name": view.name,
                "code": view.code,
                "is_closed": view.is_closed,
                "people_count": counts.get(view.id, 0),
                "people_url": f"{reverse('employees')}?type={view.code}" if may_list else "",
                "rename_url": reverse("rename_employee_type", args=[view.id]),
                "close_url": reverse("close_employee_type", args=[view.id]),
            }
            for view in views
        ],
        "may_change": may_change,
        "types_url": reverse("employee_types"),
        "given": {name: _text(request, name) for name in ("code", "name")},
        "error": _(refusal.sentence()) if refusal else "",
    }
    return render(request, "tokimori/employee_types.html", context, status=refusal.status if refusal else 200)
