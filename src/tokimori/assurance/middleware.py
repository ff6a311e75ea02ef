"""The public sheet for a page that also shows a company's own values: two tenants are never open at once.

The provider's record is read before the reader's own company is opened, and only what everybody may read.
"""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from tokimori.assurance.catalogue.controls import ROWS
from tokimori.assurance.record.queries import PublicRecord, public_record
from tokimori.assurance.snapshots.queries import PublishedSheet, newest_published
from tokimori.foundation import clock

_MARK: Final = "reads_public_record"
_MARK_PUBLISHED: Final = "reads_published_sheet"
View = Callable[..., Any]


class SheetRequest(HttpRequest):
    """A request of a view that reads the public record."""

    public_record: PublicRecord


class PublishedRequest(HttpRequest):
    """A request of a view that reads what was published last."""

    published_sheet: PublishedSheet | None


class PublicRecordMiddleware:
    """Put the public record, or what was published last, on the request of a view that says so.

    To stand before whatever opens a tenant.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the record, of one row or of all, and let the request through."""
        try:
            found = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        if getattr(found.func, _MARK, False):
            row = found.kwargs.get("row")
            record = public_record(now=clock.now(), row=row if row in ROWS else None)
            vars(request)["public_record"] = record
        if getattr(found.func, _MARK_PUBLISHED, False):
            vars(request)["published_sheet"] = newest_published()
        return self.get_response(request)


def reads_public_record(view: View) -> View:
    """Have the public record read for a view; with ``row`` in its address, that of one row."""
    vars(view)[_MARK] = True
    return view


def reads_published_sheet(view: View) -> View:
    """Have the newest published snapshot read for a view."""
    vars(view)[_MARK_PUBLISHED] = True
    return view
