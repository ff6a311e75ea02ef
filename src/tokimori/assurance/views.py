"""The sheet: for everybody at `/trust`, red included; for a company's security people with its own values beside it."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tokimori.assurance.catalogue.controls import ROWS
from tokimori.assurance.filtering import read_wanted
from tokimori.assurance.middleware import SheetRequest, reads_public_record
from tokimori.assurance.own.queries import own_values
from tokimori.assurance.record.queries import public_record
from tokimori.assurance.trust_page import Reader, list_context, row_context
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotFound
from tokimori.interfaces.web.permissions import public, requires
from tokimori.interfaces.web.requests import TenantRequest

_PLAIN = "tokimori/plain.html"
_FRAMED = "tokimori/base.html"


@require_safe
@public
def trust(request: HttpRequest) -> HttpResponse:
    """Show the whole sheet. The list may be narrowed; the board always shows every row."""
    now = clock.now()
    record = public_record(now=now)
    context = {
        **list_context(record, Reader(), read_wanted(request.GET.dict()), now=now),
        "frame_template": _PLAIN,
        "page_title": gettext("Security sheet"),
    }
    return render(request, "tokimori/trust.html", context)


@require_safe
@public
def trust_row(request: HttpRequest, row: int) -> HttpResponse:
    """Show one row: what it asks, what holds, what is missing, what was seen, and how its state changed."""
    if row not in ROWS:
        raise NotFound
    context = {
        **row_context(row, public_record(now=clock.now(), row=row), Reader()),
        "frame_template": _PLAIN,
        "page_title": _title(row),
    }
    return render(request, "tokimori/trust_row.html", context)


@reads_public_record
@never_cache
@require_safe
@requires(Permission.SECURITY_READ)
def own_sheet(request: TenantRequest) -> HttpResponse:
    """Show the whole sheet to a company, with its own values beside the rows that its settings decide."""
    record = cast("SheetRequest", request).public_record
    context = {
        **list_context(record, _reader(request), read_wanted(request.GET.dict()), now=request.now),
        "frame_template": _FRAMED,
        "is_own": True,
        "page_title": gettext("Security sheet"),
    }
    return render(request, "tokimori/trust.html", context)


@reads_public_record
@never_cache
@require_safe
@requires(Permission.SECURITY_READ)
def own_sheet_row(request: TenantRequest, row: int) -> HttpResponse:
    """Show one row to a company, with its own value."""
    if row not in ROWS:
        raise NotFound
    record = cast("SheetRequest", request).public_record
    context = {
        **row_context(row, record, _reader(request)),
        "frame_template": _FRAMED,
        "is_own": True,
        "page_title": _title(row),
    }
    return render(request, "tokimori/trust_row.html", context)


def _reader(request: TenantRequest) -> Reader:
    return Reader(
        list_route="own_sheet",
        row_route="own_sheet_row",
        own=own_values(tenant=request.tenant, now=request.now),
        may_change=request.principal.has(Permission.SECURITY_WRITE),
    )


def _title(row: int) -> str:
    return gettext("Row %(row)s of the security sheet") % {"row": row}
