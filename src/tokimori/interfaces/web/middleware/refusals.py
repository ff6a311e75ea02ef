"""The one place where the screens turn a refusal into a page: what happened, and what can be done."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.translation import gettext
from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from tokimori.foundation import clock
from tokimori.foundation.errors import InvalidInput, Refusal
from tokimori.foundation.identity.services.addresses import AddressRefused, note_refused_address
from tokimori.foundation.operators.errors import GrantOver, GrantReadsOnly
from tokimori.foundation.tenancy.context import is_tenant_open
from tokimori.interfaces.web.middleware.tenancy import is_for_machines


class FormOnly(Refusal):
    """This address takes a form that was filled in. Open its page again and fill it in there."""

    code = "form_only"
    status = 405


class RefusalMiddleware:
    """Innermost, so that a refused view's answer passes through everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; but for what no text of ours may hold, and no text of the database can."""
        if not is_for_machines(request) and _holds_nul(request):
            return refusal_page(request, InvalidInput())
        response = self.get_response(request)
        # Somebody went to the address of a form that he had sent: without a page the browser would show its own error.
        if isinstance(response, HttpResponseNotAllowed) and request.method == "GET" and not is_for_machines(request):
            page = refusal_page(request, FormOnly())
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Translate a refusal; leave everything else to the framework."""
        # What no check above the database refused: a write under a grant for reading, and a grant that has just ended.
        if isinstance(exception.__cause__, ReadOnlySqlTransaction):
            return refusal_page(request, GrantReadsOnly())
        if isinstance(exception.__cause__, InsufficientPrivilege) and getattr(request, "visit", None) is not None:
            return refusal_page(request, GrantOver())
        if not isinstance(exception, Refusal):
            return None
        # At sign-in: what the refused attempt wrote is undone by now, and that it was refused is written down here.
        if isinstance(exception, AddressRefused) and not is_tenant_open():
            note_refused_address(exception, now=clock.now())
        return refusal_page(request, exception)


def _holds_nul(request: HttpRequest) -> bool:
    """Whether a NUL character hides in the address or in a field."""
    fields = [value for _, values in (*request.GET.lists(), *request.POST.lists()) for value in values]
    return any("\0" in text for text in (request.path_info, *fields))


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the page, or for a fragment the notice, that tells of a refusal."""
    context = {
        "frame": None,
        "refusal_code": refusal.code,
        "sentence": gettext(refusal.sentence()),
        "facts": refusal.facts,
        "status": refusal.status,
    }
    if request.headers.get("HX-Request"):
        response = render(request, "tokimori/_refusal.html", context, status=refusal.status)
        response["HX-Retarget"] = "#notice"
        response["HX-Reswap"] = "innerHTML"
    else:
        response = render(request, "tokimori/refusal.html", context, status=refusal.status)
    # Outside, where the transaction is over, it is written down.
    vars(response)["refusal"] = refusal
    return response
